//! The files of BATCH messages: JSON Lines, also compressed with gzip.

use crate::json::Token;
use flate2::read::MultiGzDecoder;
use serde::Deserialize;
use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
    path::PathBuf,
};
use url::Url;

/// How the files are written.
#[derive(Debug, Deserialize)]
struct Encoding {
    format: String,
    #[serde(default)]
    compression: Option<String>,
}

/// A file of a batch.
#[derive(Debug)]
pub struct BatchFile {
    /// Where it is.
    pub path: PathBuf,
    gzip: bool,
}

/// The files that a BATCH names.
///
/// # Errors
/// In words, what cannot be read.
pub fn files(encoding: Option<(Token, &str)>, manifest: Option<(Token, &str)>) -> Result<Vec<BatchFile>, String> {
    let (_, encoding) = encoding.ok_or("this BATCH has no `encoding`")?;
    let encoding: Encoding = serde_json::from_str(encoding)
        .map_err(|error| format!("the encoding of this BATCH cannot be read: {error}"))?;
    if encoding.format != "jsonl" {
        return Err(format!(
            "its batches are `{}` files; only `jsonl` can be read: change the source's batch settings",
            encoding.format
        ));
    }
    let gzip = match encoding.compression.as_deref() {
        None | Some("none" | "") => false,
        Some("gzip") => true,
        Some(other) => {
            return Err(format!("its batches are compressed with `{other}`; only `gzip` and `none` can be read"));
        }
    };
    let (_, manifest) = manifest.ok_or("this BATCH has no `manifest`")?;
    let names: Vec<String> = serde_json::from_str(manifest)
        .map_err(|_| "the manifest of this BATCH has to be a list of files".to_owned())?;
    names.into_iter().map(|name| Ok(BatchFile { path: path_of(&name)?, gzip })).collect()
}

fn path_of(name: &str) -> Result<PathBuf, String> {
    if !name.contains("://") {
        return Ok(PathBuf::from(name));
    }
    let url = Url::parse(name).map_err(|error| format!("{name} is no address: {error}"))?;
    if url.scheme() != "file" {
        return Err(format!("{name} cannot be read: only files on this computer can (file://...)"));
    }
    url.to_file_path().map_err(|()| format!("{name} names no file on this computer"))
}

/// The records of a file, one after the other.
pub struct Lines {
    from: Box<dyn BufRead>,
    line: Vec<u8>,
    path: PathBuf,
}

/// Opens a file of a batch.
///
/// # Errors
/// In words, why not.
pub fn open(file: &BatchFile) -> Result<Lines, String> {
    let opened =
        File::open(&file.path).map_err(|error| format!("its batch {} cannot be read: {error}", file.path.display()))?;
    let from: Box<dyn BufRead> = if file.gzip {
        Box::new(BufReader::new(MultiGzDecoder::new(opened)))
    } else {
        Box::new(BufReader::new(opened))
    };
    Ok(Lines { from, line: Vec::new(), path: file.path.clone() })
}

impl Lines {
    /// The next record; lines without anything are left out.
    ///
    /// # Errors
    /// In words, what is wrong with the file.
    pub fn next(&mut self, longest: usize) -> Result<Option<&str>, String> {
        let name = self.path.display();
        loop {
            self.line.clear();
            let read = (&mut self.from).take(longest as u64 + 1).read_until(b'\n', &mut self.line);
            let read = read.map_err(|error| format!("its batch {name} cannot be read: {error}"))?;
            if read == 0 {
                return Ok(None);
            }
            if read > longest {
                return Err(format!("its batch {name} has a line above {} MB", longest / 1024 / 1024));
            }
            if !self.line.trim_ascii().is_empty() {
                break;
            }
        }
        str::from_utf8(&self.line).map(Some).map_err(|_| format!("its batch {name} is not UTF-8"))
    }
}
