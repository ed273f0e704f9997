//! Exports: a table as a CSV file or an Excel workbook, written row by row, put in its place by a rename.

mod csv_file;
mod xlsx_file;

use super::{DataError, Flow, Source, Taker, scan, value};
use serde_json::Value;
use std::{
    fs::File,
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
};
use tempfile::NamedTempFile;
use tributary_contract::{DataColumn, ExportFormat, ExportReport};

/// Rows between two reports of how far it is.
const STEP: u64 = 2_000;

/// What is exported, and how.
#[derive(Debug, Clone)]
pub struct Order {
    /// What people call the table.
    pub stream: String,
    /// Only rows that hold this text; empty: all.
    pub search: String,
    /// Rows of the table, where that is known exactly.
    pub rows: Option<u64>,
    /// Into what.
    pub format: ExportFormat,
    /// The file.
    pub path: PathBuf,
    /// Whether a file that is there is replaced.
    pub overwrite: bool,
}

/// The format that a file's name tells.
pub fn format_of(path: &Path) -> Result<ExportFormat, DataError> {
    let ending = path.extension().and_then(|text| text.to_str()).map(str::to_ascii_lowercase);
    match ending.as_deref() {
        Some("csv") => Ok(ExportFormat::Csv),
        Some("xlsx") => Ok(ExportFormat::Xlsx),
        _ => Err(DataError::Ending { path: path.to_owned() }),
    }
}

/// What is read.
#[derive(Debug, Clone)]
pub enum From {
    /// A table.
    Table(Source),
    /// A file with the columns in its first line and a row, as a list, in each of the others.
    Lists(PathBuf),
}

/// What a file in the making has to be able to do.
trait Sheet {
    fn head(&mut self, columns: &[DataColumn]) -> Result<(), DataError>;
    fn row(&mut self, row: &[Value]) -> Result<(), DataError>;
    /// Finishes it into the file; what has to be known about it.
    fn finish(self: Box<Self>, to: &mut File) -> Result<Vec<String>, DataError>;
}

/// Exports a table. `watch` is told the rows that are written, and says whether to go on.
pub fn export(from: &From, order: &Order, watch: &dyn Fn(u64) -> bool) -> Result<ExportReport, DataError> {
    let path = &order.path;
    if !order.overwrite && path.exists() {
        return Err(DataError::Exists { path: path.clone() });
    }
    let unwritten = |source| DataError::Write { path: path.clone(), source };
    let name_is_missing = || unwritten(io::Error::new(io::ErrorKind::InvalidInput, "it names no file"));
    path.file_name().ok_or_else(name_is_missing)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // It goes away by itself when the export ends early.
    let mut file = tempfile::Builder::new()
        .prefix(".export-")
        .suffix(".part")
        .permissions_of_new_files()
        .tempfile_in(folder)
        .map_err(unwritten)?;
    let sheet: Box<dyn Sheet + '_> = match order.format {
        ExportFormat::Csv => Box::new(csv_file::CsvFile::new(file.reopen().map_err(unwritten)?, path)),
        ExportFormat::Xlsx => {
            if let Some(rows) = order.rows.filter(|_| order.search.is_empty()) {
                xlsx_file::check_rows(&order.stream, rows)?;
            }
            Box::new(xlsx_file::XlsxFile::new(&order.stream, path)?)
        }
    };
    let mut writing = Writing { sheet, rows: 0, watch };
    match from {
        From::Table(source) => scan(source, &order.search, &mut writing)?,
        From::Lists(lists) => scan_lists(lists, &mut writing)?,
    }
    let Writing { sheet, rows, .. } = writing;
    let notes = sheet.finish(file.as_file_mut())?;
    file.as_file().sync_all().map_err(unwritten)?;
    let bytes = file.as_file().metadata().map_err(unwritten)?.len();
    put(file, order)?;
    Ok(ExportReport { path: path.to_string_lossy().into_owned(), rows, bytes, notes })
}

/// Gives files the rights that new ones usually have: temporary ones are private.
trait UsualPermissions {
    fn permissions_of_new_files(&mut self) -> &mut Self;
}

impl UsualPermissions for tempfile::Builder<'_, '_> {
    #[cfg(unix)]
    fn permissions_of_new_files(&mut self) -> &mut Self {
        use std::os::unix::fs::PermissionsExt;
        // The process's mask takes away from this what the person set.
        self.permissions(std::fs::Permissions::from_mode(0o666))
    }

    #[cfg(not(unix))]
    fn permissions_of_new_files(&mut self) -> &mut Self {
        self
    }
}

fn put(file: NamedTempFile, order: &Order) -> Result<(), DataError> {
    let path = &order.path;
    let put = if order.overwrite { file.persist(path) } else { file.persist_noclobber(path) };
    put.map(drop).map_err(|failed| match failed.error.kind() {
        io::ErrorKind::AlreadyExists => DataError::Exists { path: path.clone() },
        _ => DataError::Write { path: path.clone(), source: failed.error },
    })
}

struct Writing<'a> {
    sheet: Box<dyn Sheet + 'a>,
    rows: u64,
    watch: &'a dyn Fn(u64) -> bool,
}

impl Taker for Writing<'_> {
    fn columns(&mut self, columns: &[DataColumn]) -> Result<(), DataError> {
        self.sheet.head(columns)
    }

    fn row(&mut self, row: Vec<Value>) -> Result<Flow, DataError> {
        self.sheet.row(&row)?;
        self.rows += 1;
        if self.rows.is_multiple_of(STEP) && !(self.watch)(self.rows) {
            return Err(DataError::Stopped);
        }
        Ok(Flow::More)
    }
}

fn scan_lists(path: &Path, taker: &mut dyn Taker) -> Result<(), DataError> {
    let failed = |source| DataError::Read { path: path.to_owned(), source };
    let broken = |error: serde_json::Error| failed(io::Error::other(error));
    let mut lines = BufReader::new(File::open(path).map_err(failed)?).lines();
    let head = lines.next().transpose().map_err(failed)?.unwrap_or_default();
    taker.columns(&serde_json::from_str::<Vec<DataColumn>>(&head).map_err(broken)?)?;
    for line in lines {
        let row = serde_json::from_str::<Vec<Value>>(&line.map_err(failed)?).map_err(broken)?;
        if taker.row(row.into_iter().map(value::of_json).collect())? == Flow::Enough {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
