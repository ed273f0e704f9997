//! What happens to a record on its way: our own members, and whether it is written, deleted or set aside.

use crate::{
    clock,
    error::LoadError,
    json::{Token, write_string},
    output::Output,
    set_aside::SetAside,
    settings::{Delete, InvalidRecords, Settings},
    stream::{DELETED_AT, Fields, Record, Stream, VERSION},
};
use std::fmt::Write as _;

/// Adds our own members to the text of a record, those it does not have. `received` where columns about the sync are asked
/// for.
pub fn add_metadata(
    stream: &Stream,
    fields: &Fields,
    record: &mut String,
    received: Option<&str>,
    version: Option<i64>,
    extracted: Option<&str>,
) {
    let has =
        |name: &str| stream.slot(name).is_some_and(|slot| fields.known.iter().any(|one| one.slot as usize == slot));
    let mut first = fields.known.is_empty() && fields.unknown.is_empty();
    record.truncate(record.trim_end().len() - 1);
    let mut add = |name: &str, value: std::fmt::Arguments<'_>| {
        let comma = if first { "" } else { ", " };
        first = false;
        let _ = write!(record, "{comma}\"{name}\": {value}");
    };
    if let Some(received) = received {
        add("_sdc_extracted_at", format_args!("{}", extracted.unwrap_or("null")));
        add("_sdc_received_at", format_args!("\"{received}\""));
        add("_sdc_batched_at", format_args!("\"{received}\""));
        if !has(DELETED_AT) {
            add(DELETED_AT, format_args!("null"));
        }
        add("_sdc_sequence", format_args!("{}", clock::now().timestamp_millis()));
    }
    if let Some(version) = version {
        add(VERSION, format_args!("{version}"));
    }
    record.push('}');
}

/// Writes a record, deletes the row with its key, or sets it aside.
pub fn write(
    settings: &Settings,
    output: &mut dyn Output,
    set_aside: &mut SetAside,
    stream: &Stream,
    record: &Record<'_>,
    number: u64,
) -> Result<(), LoadError> {
    if let Some(fault) = stream.fault(record) {
        return match settings.invalid_records {
            InvalidRecords::Stop => {
                let what = format!(
                    "{fault}; correct it at the source, or set `invalid_records` to `set_aside` to keep such records in a file of their own"
                );
                Err(LoadError::line(number, Some(&stream.name), what))
            }
            InvalidRecords::SetAside => {
                let mut reason = String::new();
                write_string(&fault, &mut reason);
                set_aside.add(stream, &reason, number, record.json())
            }
        };
    }
    let is_gone = settings.delete == Delete::Hard
        && !stream.keys.is_empty()
        && stream.deleted_at.and_then(|slot| record.field(slot)).is_some_and(|field| field.token != Token::Null);
    if is_gone { output.delete(stream, record) } else { output.write(stream, record) }
}

/// The stream that a broken line names, as far as it can be told.
pub fn stream_in(line: &str) -> Option<String> {
    let after = line.split_once("\"stream\"")?.1.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    Some(after.split('"').next()?.chars().take(200).collect())
}
