//! Files: JSON Lines, CSV and Parquet.
//!
//! Records are staged as JSON Lines in `_tributary/run-.../`, one file per stream. A flush makes these durable and then writes
//! down, in one file that is replaced by a rename, how long they are: what lies behind that length does not count. At the end
//! of the run each table is made from what it was and what was staged, and put in its place by a rename; so a reader sees the
//! table before or after, and a crash at any byte leaves one of them. What a run committed and could not publish any more
//! is published when the next one begins, so states that were said stay true.
//!
//! Trade-off: a table changes once per run, and with a key, or when it exists, it is copied then. The first load of a JSON
//! Lines table without repeated keys is one rename. Keys are compared by 96 bits of SipHash of what they say.

mod csv_table;
mod existing;
mod jsonl_table;
mod keys;
mod parquet_table;
mod publish;
mod rows_writer;
mod staging;

use super::Output;
use crate::{
    changes::Changes,
    error::LoadError,
    schema::Kind,
    settings::{Delete, Format, Settings},
    stream::{Record, Stream},
};
use rows_writer::RowsWriter;
use staging::{Run, Staged};

/// The folder below that of the tables, for what is not published yet.
pub const FOLDER: &str = "_tributary";

/// The output.
pub struct Files {
    format: Format,
    run: Run,
    writer: RowsWriter,
    staged: Vec<Staged>,
    changes: Vec<Changes>,
    /// By stream: whether the present flush has something of it.
    touched: Vec<bool>,
    scratch: String,
}

impl Files {
    /// The output into a folder. Publishes first what earlier runs left.
    pub fn open(settings: &Settings) -> Result<Self, LoadError> {
        std::fs::create_dir_all(&settings.path)
            .map_err(|source| LoadError::file("creating", &settings.path, source))?;
        let run = Run::begin(&settings.path, settings.format, settings.delete == Delete::Soft)?;
        Ok(Self {
            format: settings.format,
            writer: RowsWriter::start(run.folder().to_owned()),
            run,
            staged: Vec::new(),
            changes: Vec::new(),
            touched: Vec::new(),
            scratch: String::new(),
        })
    }
}

impl Output for Files {
    fn open(&mut self, stream: &Stream) -> Result<(), LoadError> {
        if stream.index == self.staged.len() {
            self.staged.push(self.run.stage(stream)?);
            self.writer.create(stream.index)?;
            self.changes.push(Changes { stream: stream.name.clone(), ..Changes::default() });
        } else {
            self.staged[stream.index].adapt(stream)?;
        }
        self.touched.resize(self.staged.len(), false);
        self.touched[stream.index] = true;
        Ok(())
    }

    fn write(&mut self, stream: &Stream, record: &Record<'_>) -> Result<(), LoadError> {
        self.touched[stream.index] = true;
        let staged = &mut self.staged[stream.index];
        if self.format != Format::Jsonl {
            staged.widen(stream, record, self.format == Format::Parquet, &mut self.scratch);
        }
        let mark = staged.count(stream, record, true);
        self.writer.line(stream.index, mark, record.json())
    }

    fn delete(&mut self, stream: &Stream, record: &Record<'_>) -> Result<(), LoadError> {
        self.touched[stream.index] = true;
        let mark = self.staged[stream.index].count(stream, record, false);
        self.writer.line(stream.index, mark, record.json())
    }

    fn activate_version(&mut self, stream: &Stream, version: i64) -> Result<(), LoadError> {
        self.touched[stream.index] = true;
        self.staged[stream.index].activate(version);
        Ok(())
    }

    fn commit(&mut self) -> Result<(), LoadError> {
        if !self.touched.contains(&true) {
            return Ok(());
        }
        let touched = |(stream, touched): (usize, &bool)| touched.then_some(stream);
        let streams = self.touched.iter().enumerate().filter_map(touched).collect();
        self.writer.sync(streams)?;
        self.run.commit(self.staged.iter().map(|staged| &staged.table))?;
        self.touched.fill(false);
        Ok(())
    }

    fn finish(&mut self) -> Result<(), LoadError> {
        self.writer.close();
        for mut done in self.run.publish()? {
            if let Some(changes) = self.changes.iter_mut().find(|changes| changes.stream == done.stream) {
                done.set_aside = changes.set_aside;
                *changes = done;
            }
        }
        Ok(())
    }

    fn changes(&mut self) -> &mut Vec<Changes> {
        &mut self.changes
    }
}

/// Whether a number column has to keep more digits than it does.
fn needs_more(kind: Kind, raw: &str, token: crate::json::Token) -> bool {
    use crate::json::{Token, is_exact};
    match (kind, token) {
        (Kind::Int, Token::Int) => raw.len() > 18 && raw.parse::<i64>().is_err(),
        (Kind::Int, Token::Float) => true,
        (Kind::Number, Token::Int | Token::Float) => !is_exact(raw, token),
        _ => false,
    }
}
