//! JSON from standard input or a file. Secrets come in this way and no other.

use serde::de::DeserializeOwned;
use std::{io::Read, path::PathBuf};
use tributary_core::{Error, ops};

/// Bytes an input may have; no configuration comes near it.
const LIMIT: u64 = 16 * 1024 * 1024;

/// Reads the input.
pub fn read<T: DeserializeOwned>(file: Option<PathBuf>) -> Result<T, Error> {
    let mut text = String::new();
    let (path, result) = match file {
        Some(path) => {
            let opened = std::fs::File::open(&path);
            let result = opened.and_then(|file| file.take(LIMIT).read_to_string(&mut text));
            (path, result)
        }
        None => ("standard input".into(), std::io::stdin().lock().take(LIMIT).read_to_string(&mut text)),
    };
    result.map_err(|source| Error::File { path, source })?;
    ops::parse_input(&text)
}
