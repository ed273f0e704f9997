//! Starting the installer and the engine's Pythons while the engine is prepared or examined.
//!
//! Each runs in a cleared environment plus an allow-list, in a process group of its own that ends with the future that waits
//! for it, with both pipes drained in bounded memory.

use super::error::EngineError;
use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};

/// Lines of output that are kept for an error report, and the longest line in bytes.
const KEPT_LINES: usize = 40;
const LONGEST_LINE: usize = 4096;

/// Variables a program of the engine may inherit.
const ALLOWED: &[&str] = &[
    "PATH",
    "HOME",
    "USERPROFILE",
    "HOMEDRIVE",
    "HOMEPATH",
    "APPDATA",
    "LOCALAPPDATA",
    "PROGRAMDATA",
    "LANG",
    "TMPDIR",
    "TEMP",
    "TMP",
    "SYSTEMROOT",
    "SYSTEMDRIVE",
    "WINDIR",
    "COMSPEC",
    "PATHEXT",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "ALL_PROXY",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "PIP_INDEX_URL",
    "NETRC",
    "XDG_CONFIG_HOME",
    // Where people told uv about their mirror, its credentials and its certificates.
    "UV_DEFAULT_INDEX",
    "UV_EXTRA_INDEX_URL",
    "UV_KEYRING_PROVIDER",
    "UV_INSECURE_HOST",
    "UV_NATIVE_TLS",
    "UV_SYSTEM_CERTS",
    "UV_HTTP_TIMEOUT",
    "UV_HTTP_RETRIES",
    "UV_OFFLINE",
    "UV_CONCURRENT_DOWNLOADS",
    "UV_PYTHON_INSTALL_MIRROR",
    "UV_PYTHON_DOWNLOADS",
    "UV_PYTHON_DOWNLOADS_JSON_URL",
];
/// The same for families of variables.
const ALLOWED_PREFIXES: &[&str] = &["LC_", "UV_INDEX"];

/// The variables of `all` that programs of the engine may see, and those we set for them.
pub(super) fn child_environment(all: impl IntoIterator<Item = (OsString, OsString)>) -> Vec<(OsString, OsString)> {
    let mut kept: Vec<(OsString, OsString)> = all
        .into_iter()
        .filter(|(name, _)| {
            name.to_str().is_some_and(|name| {
                let name = name.to_ascii_uppercase();
                ALLOWED.contains(&name.as_str()) || ALLOWED_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
            })
        })
        .collect();
    // uv knows neither of pip's mirror nor of the certificates named for Python programs.
    for (from, to) in [("PIP_INDEX_URL", "UV_DEFAULT_INDEX"), ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")] {
        let find = |name: &str| kept.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        let taken = find(to).is_some() || (to == "UV_DEFAULT_INDEX" && find("UV_INDEX_URL").is_some());
        if let (Some(value), false) = (find(from), taken) {
            kept.push((to.into(), value));
        }
    }
    kept.push(("PYTHONUTF8".into(), "1".into()));
    kept
}

/// How a program ended.
#[derive(Debug)]
pub(super) struct Finished {
    /// Its exit status.
    pub(super) status: ExitStatus,
    /// The last lines of both pipes, in the order they came.
    pub(super) tail: String,
    /// The last lines of its standard output.
    pub(super) stdout: String,
}

/// Ends a process group when dropped before the group's leader was waited for.
struct Group(Option<u32>);

impl Drop for Group {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(pid) = self.0.and_then(|pid| i32::try_from(pid).ok()).and_then(rustix::process::Pid::from_raw) {
            // It may have ended by itself; then there is nothing to end.
            let _ = rustix::process::kill_process_group(pid, rustix::process::Signal::KILL);
        }
    }
}

/// Runs `program` to its end and passes each line of both pipes to `on_line`. Ends it, and what it started, when the future
/// is dropped.
///
/// # Errors
/// The program cannot be started.
pub(super) async fn run<A: AsRef<OsStr>>(
    program: &Path,
    args: impl IntoIterator<Item = A>,
    folder: &Path,
    environment: &[(OsString, OsString)],
    on_line: &mut (dyn FnMut(&str) + Send),
) -> Result<Finished, EngineError> {
    let (mut child, mut group) = spawn(program, args, folder, environment)?;
    let (mut stdout, mut stderr) = (child.stdout.take(), child.stderr.take());
    let (mut out, mut err) = (Lines::default(), Lines::default());
    let (mut tail, mut out_tail) = (Tail::default(), Tail::default());
    let failed = |source| EngineError::io("reading the output of", program, source);

    while stdout.is_some() || stderr.is_some() {
        let (read, lines, pipe_is_out) = tokio::select! {
            read = fill(stdout.as_mut(), &mut out), if stdout.is_some() => (read, &mut out, true),
            read = fill(stderr.as_mut(), &mut err), if stderr.is_some() => (read, &mut err, false),
        };
        let ended = !read.map_err(failed)?;
        for line in lines.take(ended) {
            on_line(&line);
            if pipe_is_out {
                out_tail.push(line.clone());
            }
            tail.push(line);
        }
        if ended && pipe_is_out {
            stdout = None;
        } else if ended {
            stderr = None;
        }
    }
    let status = child.wait().await.map_err(failed)?;
    group.0 = None;
    Ok(Finished { status, tail: tail.text(), stdout: out_tail.text() })
}

/// Starts a program with both pipes open, in a group of its own.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that starts the installer: cleared environment, owned group"
)]
fn spawn<A: AsRef<OsStr>>(
    program: &Path,
    args: impl IntoIterator<Item = A>,
    folder: &Path,
    environment: &[(OsString, OsString)],
) -> Result<(Child, Group), EngineError> {
    let mut command = Command::new(program);
    command
        .args(args)
        .current_dir(folder)
        .env_clear()
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    #[cfg(unix)]
    command.process_group(0);
    #[cfg(windows)]
    command.creation_flags(0x0800_0000); // CREATE_NO_WINDOW: no console flashes up.
    let child = command.spawn().map_err(|source| EngineError::io("starting", program, source))?;
    let group = Group(child.id());
    Ok((child, group))
}

/// Reads once from a pipe; false at its end.
async fn fill<R: AsyncRead + Unpin>(pipe: Option<&mut R>, lines: &mut Lines) -> std::io::Result<bool> {
    let Some(pipe) = pipe else { return Ok(false) };
    let mut buffer = std::mem::take(&mut lines.buffer);
    buffer.resize(4096, 0);
    let count = pipe.read(&mut buffer).await?;
    lines.push(&buffer[..count]);
    lines.buffer = buffer;
    Ok(count > 0)
}

/// Splits bytes into lines, cutting lines that are too long.
#[derive(Default)]
struct Lines {
    complete: Vec<String>,
    partial: Vec<u8>,
    /// What is read into; kept here so that futures stay small.
    buffer: Vec<u8>,
}

impl Lines {
    fn push(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if byte == b'\n' || byte == b'\r' {
                self.finish();
            } else if self.partial.len() < LONGEST_LINE {
                self.partial.push(byte);
            }
        }
    }

    fn finish(&mut self) {
        if !self.partial.is_empty() {
            self.complete.push(String::from_utf8_lossy(&self.partial).into_owned());
            self.partial.clear();
        }
    }

    fn take(&mut self, ended: bool) -> Vec<String> {
        if ended {
            self.finish();
        }
        std::mem::take(&mut self.complete)
    }
}

/// The last lines of something.
#[derive(Default)]
struct Tail(VecDeque<String>);

impl Tail {
    fn push(&mut self, line: String) {
        // A package with many files has many locked hashes, and all are listed after the line that says what is wrong.
        let is_hash = |line: &str| line.trim_start().starts_with("sha256:");
        if is_hash(&line) && self.0.back().is_some_and(|last| is_hash(last)) {
            return;
        }
        if self.0.len() == KEPT_LINES {
            self.0.pop_front();
        }
        self.0.push_back(line);
    }

    fn text(self) -> String {
        Vec::from(self.0).join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_split_and_cut() {
        let mut lines = Lines::default();
        lines.push(b"one\r\ntw");
        assert_eq!(lines.take(false), ["one"]);
        lines.push(b"o\n");
        lines.push(&vec![b'x'; LONGEST_LINE * 3]);
        let rest = lines.take(true);
        assert_eq!(rest[0], "two");
        assert_eq!(rest[1].len(), LONGEST_LINE);
    }

    #[test]
    fn many_hashes_do_not_push_out_what_is_wrong() {
        let mut tail = Tail::default();
        tail.push("cause: Hash mismatch for `six==1.17.0`".to_owned());
        for number in 0..KEPT_LINES * 2 {
            tail.push(format!("    sha256:{number}"));
        }
        assert!(tail.text().starts_with("cause: Hash mismatch"));
    }

    #[test]
    fn only_what_is_needed_is_inherited() {
        let all = [
            ("PATH", "/bin"),
            ("https_proxy", "http://proxy"),
            ("PYTHONDONTWRITEBYTECODE", "1"),
            ("VIRTUAL_ENV", "/venv"),
            ("UV_CACHE_DIR", "/elsewhere"),
            ("UV_INDEX_MIRROR_PASSWORD", "p"),
            ("PIP_INDEX_URL", "http://mirror"),
            ("SECRET_TOKEN", "s"),
        ];
        let kept = child_environment(all.map(|(name, value)| (name.into(), value.into())));
        let names: Vec<_> = kept.iter().filter_map(|(name, _)| name.to_str()).collect();
        assert_eq!(
            names,
            ["PATH", "https_proxy", "UV_INDEX_MIRROR_PASSWORD", "PIP_INDEX_URL", "UV_DEFAULT_INDEX", "PYTHONUTF8"]
        );
    }
}
