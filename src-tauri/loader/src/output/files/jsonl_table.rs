//! JSON Lines: a row is the record's own text.

use super::{
    keys::{Bits, of_record},
    publish::{Fate, KeyFile, Made, Plan, sync, version_of},
};
use crate::{
    changes::Changes,
    error::LoadError,
    json::{Cursor, Token},
    stream::{DELETED_AT, Fields, Record, Stream},
};
use std::{
    fs::{self, File},
    io::{BufRead, BufReader, BufWriter, Write},
    path::Path,
};

/// Makes the table.
pub fn make(plan: &Plan<'_>) -> Result<Made, LoadError> {
    let keys = match &plan.existing {
        Some(path) if plan.has_key() && plan.table.rows > 0 => {
            let mut keys = KeyFile::create(plan)?;
            let mut scratch = String::new();
            each_row(plan, path, |stream, record, _| {
                keys.add(record.map_or(0, |record| of_record(stream, &record, &mut scratch)))
            })?;
            Some(keys.finish()?)
        }
        _ => None,
    };
    let superseded = plan.superseded(keys.as_deref())?;
    let mut changes = Changes::default();
    let untouched = superseded.staged.is_empty() && !plan.table.deletes && plan.table.activations.is_empty();
    if plan.existing.is_none() && untouched {
        changes.added = plan.table.rows;
        changes.rows = plan.table.rows;
        return Ok(Made { path: Some(plan.rows()), changes });
    }
    let path = plan.file("made");
    let fail = |source| LoadError::file("writing", &path, source);
    let file = File::create(&path).map_err(fail)?;
    let mut to = BufWriter::with_capacity(256 * 1024, file);
    if let Some(existing) = &plan.existing {
        if keys.is_none() && plan.table.activations.is_empty() {
            drop(to);
            // All rows stay: the system copies them, where it can without reading them.
            let copied = fs::copy(existing, &path).map_err(fail)?;
            changes.rows = count_lines(existing)?;
            let mut file = File::options().append(true).open(&path).map_err(fail)?;
            if copied > 0 && !ends_with_line(existing)? {
                file.write_all(b"\n").map_err(fail)?;
            }
            to = BufWriter::with_capacity(256 * 1024, file);
        } else {
            copy_existing(plan, existing, &superseded.existing, &mut changes, &mut to, &path)?;
        }
    }
    plan.each_staged(&superseded, &mut changes, |record, fate| {
        write(&mut to, &plan.stream, record, fate, &plan.now).map_err(fail)
    })?;
    let file = to.into_inner().map_err(|error| fail(error.into_error()))?;
    sync(&file, &path)?;
    Ok(Made { path: Some(path), changes })
}

fn copy_existing(
    plan: &Plan<'_>,
    existing: &Path,
    superseded: &Bits,
    changes: &mut Changes,
    to: &mut BufWriter<File>,
    path: &Path,
) -> Result<(), LoadError> {
    let mut row = 0;
    each_row(plan, existing, |stream, record, text| {
        let fate = match &record {
            None => Fate::Keep,
            Some(record) => plan.fate_of_existing(
                superseded,
                row,
                || version_of(stream, record),
                || deleted(stream, record).is_some_and(|token| token != Token::Null),
                changes,
            ),
        };
        row += 1;
        if fate == Fate::Gone {
            return Ok(());
        }
        changes.rows += 1;
        let written = match (record, fate) {
            (Some(record), Fate::Mark) => write(to, stream, &record, fate, &plan.now),
            _ => to.write_all(text.as_bytes()).and_then(|()| to.write_all(b"\n")),
        };
        written.map_err(|source| LoadError::file("writing", path, source))
    })
}

fn deleted(stream: &Stream, record: &Record<'_>) -> Option<Token> {
    record.field(stream.slot(DELETED_AT)?).map(|field| field.token)
}

fn write(to: &mut impl Write, stream: &Stream, record: &Record<'_>, fate: Fate, now: &str) -> std::io::Result<()> {
    let text = record.json();
    if fate == Fate::Mark {
        match stream.slot(DELETED_AT).and_then(|slot| record.field(slot)) {
            Some(field) => {
                to.write_all(&text.as_bytes()[..field.begin as usize])?;
                write!(to, "\"{now}\"")?;
                to.write_all(&text.as_bytes()[field.end as usize..])?;
            }
            None => {
                let open = text.trim_end();
                to.write_all(&open.as_bytes()[..open.len() - 1])?;
                write!(to, ", \"{DELETED_AT}\": \"{now}\"}}")?;
            }
        }
    } else {
        to.write_all(text.as_bytes())?;
    }
    to.write_all(b"\n")
}

/// Calls `each` with every row of a table; one that somebody broke comes without its values, and is kept as it is.
fn each_row(
    plan: &Plan<'_>,
    path: &Path,
    mut each: impl FnMut(&Stream, Option<Record<'_>>, &str) -> Result<(), LoadError>,
) -> Result<(), LoadError> {
    let fail = |source| LoadError::file("reading", path, source);
    let mut from = BufReader::with_capacity(256 * 1024, File::open(path).map_err(fail)?);
    let mut stream = plan.walker()?;
    let (mut line, mut fields) = (String::new(), Fields::default());
    loop {
        line.clear();
        if from.read_line(&mut line).map_err(fail)? == 0 {
            return Ok(());
        }
        let text = line.trim_end_matches('\n');
        if text.trim_ascii().is_empty() {
            continue;
        }
        let good = stream.walk(&mut Cursor::new(text), text, &mut fields).is_ok();
        let record = good.then_some(Record { text, span: (0, text.len()), fields: &fields });
        each(&stream, record, text)?;
    }
}

fn count_lines(path: &Path) -> Result<u64, LoadError> {
    let fail = |source| LoadError::file("reading", path, source);
    let mut from = BufReader::with_capacity(256 * 1024, File::open(path).map_err(fail)?);
    let (mut count, mut last) = (0, b'\n');
    loop {
        let piece = from.fill_buf().map_err(fail)?;
        let Some(end) = piece.last() else { break };
        last = *end;
        count += memchr::memchr_iter(b'\n', piece).count() as u64;
        let used = piece.len();
        from.consume(used);
    }
    Ok(count + u64::from(last != b'\n'))
}

fn ends_with_line(path: &Path) -> Result<bool, LoadError> {
    use std::io::{Read, Seek, SeekFrom};
    let fail = |source| LoadError::file("reading", path, source);
    let mut file = File::open(path).map_err(fail)?;
    file.seek(SeekFrom::End(-1)).map_err(fail)?;
    let mut last = [0];
    file.read_exact(&mut last).map_err(fail)?;
    Ok(last == *b"\n")
}
