//! A server of the tests' own that plays the public catalogue, a place that keeps sources, and a package index.

#![allow(dead_code, reason = "each test program uses a part of it")]

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What it answers at a path.
#[derive(Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Body,
}

/// The body of an answer.
#[derive(Clone)]
pub enum Body {
    /// These bytes.
    Bytes(Vec<u8>),
    /// Letters without end.
    Endless,
    /// Nothing is ever sent.
    Silent,
}

impl Answer {
    pub fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self { status: 200, headers: Vec::new(), body: Body::Bytes(body.into()) }
    }

    pub fn status(status: u16) -> Self {
        Self { status, ..Self::ok("") }
    }

    pub fn of(body: Body) -> Self {
        Self { body, ..Self::ok("") }
    }

    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

#[derive(Default)]
struct Inner {
    answers: HashMap<String, Answer>,
    /// Paths that were asked for, with the validator that came along.
    asked: Vec<(String, Option<String>)>,
}

/// The server; it ends with this.
pub struct Server {
    inner: Arc<Mutex<Inner>>,
    pub root: String,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let root = format!("http://{}", listener.local_addr().unwrap());
        let inner: Arc<Mutex<Inner>> = Arc::default();
        let shared = Arc::clone(&inner);
        let task = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let shared = Arc::clone(&shared);
                connections.spawn(async move {
                    // A client that goes away is part of some tests.
                    let _ = serve(stream, &shared).await;
                });
            }
        });
        Self { inner, root, task }
    }

    pub fn put(&self, path: &str, answer: Answer) {
        self.inner.lock().unwrap().answers.insert(path.to_owned(), answer);
    }

    pub fn remove(&self, path: &str) {
        self.inner.lock().unwrap().answers.remove(path);
    }

    /// What was asked for since the last time.
    pub fn asked(&self) -> Vec<(String, Option<String>)> {
        let mut asked = std::mem::take(&mut self.inner.lock().unwrap().asked);
        asked.sort();
        asked
    }
}

async fn serve(mut stream: TcpStream, shared: &Mutex<Inner>) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let mut buffer = [0; 4096];
        let count = stream.read(&mut buffer).await?;
        if count == 0 {
            return Ok(());
        }
        head.extend_from_slice(&buffer[..count]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut first = head.lines().next().unwrap_or_default().split(' ');
    let (method, path) = (first.next().unwrap_or_default(), first.next().unwrap_or_default().to_owned());
    let validator = head.lines().find_map(|line| {
        line.to_ascii_lowercase().starts_with("if-none-match: ").then(|| line[15..].trim().to_owned())
    });
    let answer = {
        let mut inner = shared.lock().unwrap();
        inner.asked.push((path.clone(), validator.clone()));
        inner.answers.get(&path).cloned().unwrap_or_else(|| Answer::status(404))
    };
    let etag = answer.headers.iter().find(|(name, _)| name == "etag").map(|(_, value)| value.clone());
    let unchanged = etag.is_some() && etag == validator;
    let status = if unchanged { 304 } else { answer.status };
    let mut text = format!("HTTP/1.1 {status} x\r\nconnection: close\r\n");
    for (name, value) in &answer.headers {
        let _ = write!(text, "{name}: {value}\r\n");
    }
    match answer.body {
        Body::Silent => std::future::pending().await,
        Body::Endless => {
            stream.write_all(format!("{text}\r\n").as_bytes()).await?;
            loop {
                stream.write_all(&[b'x'; 8192]).await?;
            }
        }
        Body::Bytes(bytes) => {
            let bytes = if unchanged { Vec::new() } else { bytes };
            if !text.contains("content-length") {
                let _ = write!(text, "content-length: {}\r\n", bytes.len());
            }
            text.push_str("\r\n");
            stream.write_all(text.as_bytes()).await?;
            if method != "HEAD" {
                stream.write_all(&bytes).await?;
            }
            stream.shutdown().await
        }
    }
}

/// A zip archive of texts.
pub fn zip(files: &[(String, String)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in files {
        let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        writer.start_file(name, options).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A wheel with one module.
pub fn wheel(name: &str, version: &str) -> Vec<u8> {
    let info = format!("{name}-{version}.dist-info");
    let metadata = format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n");
    let files = [
        (format!("{name}.py"), "VALUE = 1\n".to_owned()),
        (format!("{info}/METADATA"), metadata),
        (
            format!("{info}/WHEEL"),
            "Wheel-Version: 1.0\nGenerator: own\nRoot-Is-Purelib: true\nTag: py3-none-any\n".to_owned(),
        ),
        (format!("{info}/RECORD"), format!("{name}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")),
    ];
    zip(&files)
}

/// The source of a connector whose build code is its own and leaves `marker` when it runs. `needs` goes into its list of
/// requirements; without it only the build code knows them.
pub fn source(plugin: &str, marker: &std::path::Path, needs: Option<&str>, note: &str) -> Vec<u8> {
    let module = plugin.replace('-', "_");
    let listed = match needs {
        Some(needs) => format!("version = \"1.0\"\ndependencies = [\"{needs}\"]"),
        None => "dynamic = [\"version\", \"dependencies\"]".to_owned(),
    };
    let project = format!(
        "[build-system]\nrequires = []\nbuild-backend = \"backend\"\nbackend-path = [\".\"]\n\
         [project]\nname = \"{plugin}\"\n{listed}\n[project.scripts]\n{plugin} = \"{module}:main\"\n"
    );
    let backend = format!(
        r#"
import pathlib, zipfile
pathlib.Path({marker:?}).write_text("built")

def build_wheel(folder, config_settings=None, metadata_directory=None):
    info = "{module}-1.0.dist-info"
    name = "{module}-1.0-py3-none-any.whl"
    files = {{
        "{module}.py": "def main():\n    print('hello')\n",
        info + "/METADATA": "Metadata-Version: 2.1\nName: {plugin}\nVersion: 1.0\nRequires-Dist: {requirement}\n",
        info + "/WHEEL": "Wheel-Version: 1.0\nGenerator: own\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        info + "/entry_points.txt": "[console_scripts]\n{plugin} = {module}:main\n",
    }}
    files[info + "/RECORD"] = "".join(f"{{name}},,\n" for name in [*files, info + "/RECORD"])
    with zipfile.ZipFile(pathlib.Path(folder, name), "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return name
"#,
        marker = marker.display().to_string(),
        requirement = needs.unwrap_or("demo-dep==1.0"),
    );
    zip(&[
        ("r-1/pyproject.toml".to_owned(), project),
        ("r-1/backend.py".to_owned(), backend),
        ("r-1/NOTE".to_owned(), note.to_owned()),
    ])
}

impl Server {
    /// Serves indexes that name these definitions, and the definitions, each with a validator.
    pub fn catalogue(&self, extractors: &[Value], loaders: &[Value]) {
        for (word, definitions) in [("extractors", extractors), ("loaders", loaders)] {
            let mut index = serde_json::Map::new();
            for definition in definitions {
                let name = definition["name"].as_str().unwrap();
                let path = format!("/plugins/{word}/{name}--own");
                index.insert(name.to_owned(), self.listed(&path));
                self.put(&path, Answer::ok(definition.to_string()).with("etag", "\"1\""));
            }
            self.index(word, &index.into());
        }
    }

    /// Serves an index.
    pub fn index(&self, word: &str, index: &Value) {
        self.put(&format!("/plugins/{word}/index"), Answer::ok(index.to_string()).with("etag", "\"i\""));
    }

    /// An index's entry for a definition at `path`.
    pub fn listed(&self, path: &str) -> Value {
        let address = format!("{}{path}", self.root);
        json!({"logo_url": "/logo.png", "default_variant": "own", "variants": {"own": {"ref": address}}})
    }
}

impl Server {
    /// Serves a wheel and its page in the package index.
    pub fn put_wheel(&self, name: &str, version: &str) {
        let wheel = wheel(name, version);
        let digest = Sha256::digest(&wheel).iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        let file = format!("{name}-{version}-py3-none-any.whl");
        let page = format!("<html><body><a href=\"/files/{file}#sha256={digest}\">{file}</a></body></html>");
        self.put(&format!("/files/{file}"), Answer::ok(wheel));
        let place = format!("/simple/{}/", name.replace('_', "-"));
        self.put(&place, Answer::ok(page).with("content-type", "text/html"));
    }
}
