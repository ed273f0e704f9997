//! Excel workbooks. Texts are written as texts, so nothing is ever computed. Rows go to the disk as they come.
//!
//! Limits: Microsoft, "Excel specifications and limits": 1,048,576 rows, 16,384 columns, 32,767 characters a cell; numbers
//! keep 15 digits.

use super::{DataError, Sheet, value};
use chrono::NaiveDate;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use serde_json::Value;
use std::{
    fs::File,
    io::BufWriter,
    path::{Path, PathBuf},
};
use tributary_contract::{DataColumn, ValueKind};

/// Rows of a sheet, with the head.
const ROWS: u32 = 1_048_576;
const COLUMNS: u32 = 16_384;
/// Characters of a cell, as UTF-16 counts them.
const CELL: usize = 32_767;
/// Whole numbers with more digits would lose some.
const EXACT: u64 = 999_999_999_999_999;
/// Days from Excel's beginning to 1970-01-01, and the largest moment it knows (9999-12-31).
const EPOCH: f64 = 25_569.0;
const LAST: f64 = 2_958_465.999;

/// Refuses more rows than a sheet holds.
pub fn check_rows(stream: &str, rows: u64) -> Result<(), DataError> {
    if rows < u64::from(ROWS) {
        return Ok(());
    }
    let have = rows.to_string();
    Err(DataError::TooLarge { stream: stream.to_owned(), what: "rows", have, limit: ROWS - 1 })
}

/// A workbook in the making.
pub struct XlsxFile {
    workbook: Workbook,
    stream: String,
    path: PathBuf,
    kinds: Vec<ValueKind>,
    next: u32,
    cut: u64,
    times: u64,
    date: Format,
    time: Format,
}

impl XlsxFile {
    /// With one sheet that is named after the stream; `path` is where it is to be.
    pub fn new(stream: &str, path: &Path) -> Result<Self, DataError> {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet_with_constant_memory().map_err(|error| failed(path, error))?;
        sheet.set_name(sheet_name(stream)).map_err(|error| failed(path, error))?;
        Ok(Self {
            workbook,
            stream: stream.to_owned(),
            path: path.to_owned(),
            kinds: Vec::new(),
            next: 0,
            cut: 0,
            times: 0,
            date: Format::new().set_num_format("yyyy-mm-dd"),
            time: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
        })
    }
}

/// A name that Excel takes: at most 31 characters, none of `[]:*?/\`, no apostrophe at its ends.
fn sheet_name(stream: &str) -> String {
    let name: String = stream
        .chars()
        .map(|one| if one.is_control() || "[]:*?/\\".contains(one) { '_' } else { one })
        .take(28)
        .collect();
    let name = name.trim_matches('\'').trim();
    // "History" is a name that Excel keeps for itself.
    if name.is_empty() || name.eq_ignore_ascii_case("history") {
        format!("{name} data").trim().to_owned()
    } else {
        name.to_owned()
    }
}

fn failed(path: &Path, error: XlsxError) -> DataError {
    let source = match error {
        XlsxError::IoError(source) => source,
        other => std::io::Error::other(other),
    };
    DataError::Write { path: path.to_owned(), source }
}

/// Cuts a text to what a cell holds. Whether it was cut.
fn fit(text: &str) -> Option<&str> {
    if text.len() <= CELL {
        return None;
    }
    let mut units = 0;
    for (at, letter) in text.char_indices() {
        units += letter.len_utf16();
        if units > CELL {
            return Some(&text[..at]);
        }
    }
    None
}

fn write(
    sheet: &mut Worksheet,
    place: (u32, u16),
    cell: &Value,
    kind: ValueKind,
    (date, time): (&Format, &Format),
) -> Result<Wrote, XlsxError> {
    let (row, column) = place;
    match cell {
        Value::Null => {}
        Value::Bool(truth) => {
            sheet.write_boolean(row, column, *truth)?;
        }
        Value::Number(number) => {
            let exact = number.as_i64().is_none_or(|whole| whole.unsigned_abs() <= EXACT)
                && number.as_u64().is_none_or(|whole| whole <= EXACT)
                && number.to_string().bytes().filter(u8::is_ascii_digit).count() <= 17;
            match number.as_f64().filter(|_| exact) {
                Some(number) => sheet.write_number(row, column, number)?,
                None => sheet.write_string(row, column, number.to_string())?,
            };
        }
        Value::String(text) => {
            if let Some(serial) = moment(text, kind) {
                let format = if kind == ValueKind::Date { date } else { time };
                sheet.write_datetime_with_format(row, column, ExcelDateTime::from_serial_datetime(serial)?, format)?;
                return Ok(if kind == ValueKind::Time { Wrote::Time } else { Wrote::Whole });
            }
            return write_text(sheet, place, text);
        }
        nested => return write_text(sheet, place, &value::text(nested)),
    }
    Ok(Wrote::Whole)
}

fn write_text(sheet: &mut Worksheet, (row, column): (u32, u16), text: &str) -> Result<Wrote, XlsxError> {
    let short = fit(text);
    sheet.write_string(row, column, short.unwrap_or(text))?;
    Ok(if short.is_some() { Wrote::Cut } else { Wrote::Whole })
}

/// A day or moment as Excel counts it; `None`: it is none that Excel knows (before 1900-03-01 its calendar is wrong).
fn moment(text: &str, kind: ValueKind) -> Option<f64> {
    let serial = match kind {
        ValueKind::Date => {
            let day = text.parse::<NaiveDate>().ok()?.signed_duration_since(NaiveDate::from_ymd_opt(1970, 1, 1)?);
            EPOCH + day.num_days() as f64
        }
        ValueKind::Time => EPOCH + value::seconds(text)? / 86_400.0,
        _ => return None,
    };
    (61.0..LAST).contains(&serial).then_some(serial)
}

/// How a value was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrote {
    Whole,
    Cut,
    Time,
}

impl Sheet for XlsxFile {
    fn head(&mut self, columns: &[DataColumn]) -> Result<(), DataError> {
        if columns.len() > COLUMNS as usize {
            let (stream, have) = (self.stream.clone(), columns.len().to_string());
            return Err(DataError::TooLarge { stream, what: "columns", have, limit: COLUMNS });
        }
        let bold = Format::new().set_bold();
        let path = self.path.clone();
        let sheet = self.workbook.worksheet_from_index(0).map_err(|error| failed(&path, error))?;
        for (place, column) in (0_u16..).zip(columns) {
            let name = fit(&column.name).unwrap_or(&column.name);
            sheet.write_string_with_format(0, place, name, &bold).map_err(|error| failed(&path, error))?;
        }
        sheet.set_freeze_panes(1, 0).map_err(|error| failed(&path, error))?;
        self.kinds = columns.iter().map(|column| column.kind).collect();
        self.next = 1;
        Ok(())
    }

    fn row(&mut self, row: &[Value]) -> Result<(), DataError> {
        if self.next >= ROWS {
            let have = format!("more than {}", ROWS - 1);
            return Err(DataError::TooLarge { stream: self.stream.clone(), what: "rows", have, limit: ROWS - 1 });
        }
        let path = &self.path;
        let sheet = self.workbook.worksheet_from_index(0).map_err(|error| failed(path, error))?;
        for ((place, cell), kind) in (0_u16..).zip(row).zip(&self.kinds) {
            let wrote = write(sheet, (self.next, place), cell, *kind, (&self.date, &self.time));
            match wrote.map_err(|error| failed(path, error))? {
                Wrote::Whole => {}
                Wrote::Cut => self.cut += 1,
                Wrote::Time => self.times += 1,
            }
        }
        self.next += 1;
        Ok(())
    }

    fn finish(mut self: Box<Self>, to: &mut File) -> Result<Vec<String>, DataError> {
        let path = self.path.clone();
        self.workbook.save_to_writer(BufWriter::new(to)).map_err(|error| failed(&path, error))?;
        let mut notes = Vec::new();
        if self.cut > 0 {
            notes.push(format!(
                "{} texts were longer than the {CELL} characters that a cell of Excel holds, and were cut. A CSV file has them whole.",
                self.cut
            ));
        }
        if self.times > 0 {
            notes.push("Times are in UTC: Excel knows no time zones.".to_owned());
        }
        Ok(notes)
    }
}
