//! Records that do not fit their schema, in `_set_aside/STREAM.jsonl`.

use crate::{clock, error::LoadError, json::write_string, names, stream::Stream};
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
};

/// The folder, below that of the tables.
pub const FOLDER: &str = "_set_aside";

/// The records that were set aside since the last flush. Only as many are held as a flush has.
#[derive(Debug)]
pub struct SetAside {
    folder: PathBuf,
    waiting: BTreeMap<usize, (String, String, u64)>,
}

impl SetAside {
    /// Beside the tables of this folder.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self { folder: path.join(FOLDER), waiting: BTreeMap::new() }
    }

    /// Sets a record aside. `reason` is a JSON string.
    pub fn add(&mut self, stream: &Stream, reason: &str, line: u64, record: &str) -> Result<(), LoadError> {
        let (_, text, count) =
            self.waiting.entry(stream.index).or_insert_with(|| (stream.name.clone(), String::new(), 0));
        text.push_str("{\"stream\": ");
        write_string(&stream.name, text);
        let now = clock::now_text();
        let _ = writeln!(text, ", \"reason\": {reason}, \"line\": {line}, \"at\": \"{now}\", \"record\": {record}}}");
        *count += 1;
        if text.len() > 8 * 1024 * 1024 {
            self.write(stream.index)?;
        }
        Ok(())
    }

    /// Writes down what was set aside; how many by stream.
    pub fn commit(&mut self) -> Result<Vec<(usize, u64)>, LoadError> {
        let indices: Vec<usize> = self.waiting.keys().copied().collect();
        for index in indices {
            self.write(index)?;
        }
        Ok(std::mem::take(&mut self.waiting).into_iter().map(|(index, (_, _, count))| (index, count)).collect())
    }

    fn write(&mut self, index: usize) -> Result<(), LoadError> {
        let Some((name, text, _)) = self.waiting.get_mut(&index) else { return Ok(()) };
        let path = self.folder.join(format!("{}.jsonl", names::file_name(name)));
        fs::create_dir_all(&self.folder).map_err(|source| LoadError::file("creating", &self.folder, source))?;
        let written = File::options().create(true).append(true).open(&path).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_data()
        });
        text.clear();
        written.map_err(|source| LoadError::file("writing", &path, source))
    }
}
