//! CSV files: UTF-8, commas, a head; quotes where they are needed (RFC 4180).
//!
//! A text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, "CSV Injection"). Numbers keep their
//! sign: they are no formula.

use super::{DataError, Sheet, value};
use csv::Writer;
use serde_json::Value;
use std::{
    fs::File,
    io::BufWriter,
    path::{Path, PathBuf},
};
use tributary_contract::DataColumn;

/// A CSV file in the making.
pub struct CsvFile {
    writer: Writer<BufWriter<File>>,
    path: PathBuf,
    guarded: u64,
}

impl CsvFile {
    /// Into this file; `path` is where it is to be.
    pub fn new(file: File, path: &Path) -> Self {
        let writer = Writer::from_writer(BufWriter::with_capacity(256 * 1024, file));
        Self { writer, path: path.to_owned(), guarded: 0 }
    }

    fn write(&mut self, fields: &[String]) -> Result<(), DataError> {
        self.writer.write_record(fields).map_err(|error| self.failed(error.into()))
    }

    fn failed(&self, source: std::io::Error) -> DataError {
        DataError::Write { path: self.path.clone(), source }
    }

    fn field(&mut self, text: String) -> String {
        if is_formula(&text) {
            self.guarded += 1;
            return format!("'{text}");
        }
        text
    }
}

/// Whether a spreadsheet would compute this text.
pub fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err()
}

impl Sheet for CsvFile {
    fn head(&mut self, columns: &[DataColumn]) -> Result<(), DataError> {
        if columns.is_empty() {
            return Ok(());
        }
        let names: Vec<String> = columns.iter().map(|column| self.field(column.name.clone())).collect();
        self.write(&names)
    }

    fn row(&mut self, row: &[Value]) -> Result<(), DataError> {
        let fields: Vec<String> = row
            .iter()
            .map(|value| match value {
                Value::String(text) => self.field(text.clone()),
                other => value::text(other),
            })
            .collect();
        self.write(&fields)
    }

    fn finish(mut self: Box<Self>, _to: &mut File) -> Result<Vec<String>, DataError> {
        self.writer.flush().map_err(|source| DataError::Write { path: self.path.clone(), source })?;
        Ok(if self.guarded == 0 {
            Vec::new()
        } else {
            vec![format!(
                "{} texts begin like a formula. They got an apostrophe in front, so that no program computes them.",
                self.guarded
            )]
        })
    }
}
