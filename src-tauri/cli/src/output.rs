//! What is printed, for people or for programs.

use comfy_table::{Cell, CellAlignment, ContentArrangement, LineStyle, Table, presets::UTF8_HORIZONTAL_ONLY};
use serde::Serialize;
use serde_json::json;
use std::io::{IsTerminal, Write};
use tributary_contract::ApiError;

/// Prints for people or, with `--json`, for programs.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    json: bool,
}

impl Output {
    /// For programs when `json`.
    pub const fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether a person watches, so that bars and spinners make sense.
    pub fn is_live(self) -> bool {
        !self.json && std::io::stderr().is_terminal()
    }

    /// A line for people.
    pub fn say(self, text: &str) {
        if !self.json {
            write_line(std::io::stdout(), text);
        }
    }

    /// An object for programs, on one line.
    pub fn object(self, value: &impl Serialize) {
        // The wire types serialise; a failure would be a fault of ours that a test finds.
        if self.json
            && let Ok(text) = serde_json::to_string(value)
        {
            write_line(std::io::stdout(), &text);
        }
    }

    /// A table for people. Columns named in `right` hold numbers.
    pub fn table(self, head: &[&str], rows: Vec<Vec<String>>, right: &[usize]) {
        if self.json {
            return;
        }
        let mut table = Table::new();
        // A line between all rows would make a long list twice as long.
        let style = UTF8_HORIZONTAL_ONLY.row_separator(LineStyle::none());
        table.load_style(style).set_content_arrangement(ContentArrangement::Dynamic);
        table.set_header(head.iter().copied());
        for row in rows {
            table.add_row(row.into_iter().enumerate().map(|(column, text)| {
                let alignment = if right.contains(&column) { CellAlignment::Right } else { CellAlignment::Left };
                Cell::new(text).set_alignment(alignment)
            }));
        }
        write_line(std::io::stdout(), &table.to_string());
    }

    /// An error, on standard error.
    pub fn error(self, error: &ApiError) {
        if self.json {
            write_line(std::io::stderr(), &json!({ "error": error }).to_string());
        } else {
            write_line(std::io::stderr(), &format!("Error: {}\n{}", sentence(&error.message), error.hint));
        }
    }

    /// Something that happened and has to be known, whatever was asked for: on standard error.
    pub fn notice(self, text: &str) {
        if self.json {
            write_line(std::io::stderr(), &json!({ "notice": text }).to_string());
        } else {
            write_line(std::io::stderr(), text);
        }
    }

    /// A remark for people that is not the result, on standard error.
    pub fn remark(self, text: &str) {
        if !self.json {
            write_line(std::io::stderr(), text);
        }
    }
}

/// A reader that went away (`trib runs | head`) is no reason to complain.
fn write_line(mut stream: impl Write, text: &str) {
    let _ = writeln!(stream, "{text}");
    let _ = stream.flush();
}

/// With a capital at the start and a full stop at the end.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().map(|letter| letter.to_uppercase().collect()).unwrap_or_default();
    let stop = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{stop}", letters.as_str())
}

/// A number with a comma every three digits.
pub fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        let grouped: Vec<String> = [0, 12, 123, 1_234, 123_456, 1_234_567].map(number).into();
        assert_eq!(grouped, ["0", "12", "123", "1,234", "123,456", "1,234,567"]);
    }

    #[test]
    fn messages_become_sentences() {
        assert_eq!(sentence("the disk is full"), "The disk is full.");
        assert_eq!(sentence("Done!"), "Done!");
    }
}
