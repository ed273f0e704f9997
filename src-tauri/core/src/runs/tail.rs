//! The end of what a plugin printed.

use std::{borrow::Cow, collections::VecDeque};
use tributary_contract::LogLevel;

/// The lines of a plugin that matter for a verdict, in bounded memory.
#[derive(Debug, Default)]
pub struct Tail {
    errors: VecDeque<String>,
    last: VecDeque<String>,
    warnings: VecDeque<String>,
}

impl Tail {
    const KEPT: usize = 20;
    const LENGTH: usize = 2_000;

    /// Takes a line.
    pub fn push(&mut self, line: &str) {
        let text: String = without_queries(line).chars().take(Self::LENGTH).collect();
        let list = if names_error(&text) {
            &mut self.errors
        } else if super::log::meaning::level_of(&text) == LogLevel::Warning {
            &mut self.warnings
        } else {
            &mut self.last
        };
        if list.len() == Self::KEPT {
            list.pop_front();
        }
        list.push_back(text);
    }

    /// Newest first, those that name an error before the others, warnings at the end.
    pub fn into_lines(self) -> Vec<String> {
        [self.errors, self.last, self.warnings].into_iter().flat_map(|lines| lines.into_iter().rev()).collect()
    }
}

/// The line with the queries of its web addresses left out: that of one request to Salesforce is longer than everything
/// that matters, and names fields that rules could take for words.
fn without_queries(line: &str) -> Cow<'_, str> {
    if !line.contains("://") || !line.contains('?') {
        return Cow::Borrowed(line);
    }
    let mut text = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(start) = rest.find("://") {
        let (before, address) = rest.split_at(start);
        text.push_str(before);
        // A comma may follow an address, and stands in none that was encoded.
        let end = address.find(|c: char| c.is_whitespace() || "\"'<>,)".contains(c)).unwrap_or(address.len());
        let (address, after) = address.split_at(end);
        text.push_str(address.split('?').next().unwrap_or(address));
        rest = after;
    }
    text.push_str(rest);
    Cow::Owned(text)
}

/// Whether a line names an error.
pub(super) fn names_error(line: &str) -> bool {
    super::log::meaning::level_of(line) == LogLevel::Error || names_exception(line)
}

/// Whether it is the line of a Python trace that says what was raised: `package.SomeError: why`.
fn names_exception(line: &str) -> bool {
    let name = line.split(':').next().unwrap_or(line);
    let last = name.rsplit('.').next().unwrap_or(name);
    name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_'))
        && last.starts_with(|c: char| c.is_ascii_uppercase())
        && ["Error", "Exception", "Exceeded", "Timeout"].iter().any(|end| last.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_raised_comes_before_the_last_lines() {
        let mut tail = Tail::default();
        for line in
            ["requests.HTTPError: 429 Client Error", "  File \"x.py\", line 1", "AttributeError", "(Background)"]
        {
            tail.push(line);
        }
        (0..50).for_each(|number| tail.push(&format!("INFO {number}")));
        let lines = tail.into_lines();
        assert_eq!(lines[..2], ["AttributeError", "requests.HTTPError: 429 Client Error"]);
        assert_eq!(lines.len(), 2 + Tail::KEPT);
    }

    #[test]
    fn queries_of_addresses_are_left_out() {
        let line =
            format!("403 for url: http://x/query?q={}, Response from X: {{\"a?\": 1}}", "Field__c%2C".repeat(900));
        assert_eq!(without_queries(&line), "403 for url: http://x/query, Response from X: {\"a?\": 1}");
        for same in ["why?", "http://x/y", "a://b c?d"] {
            assert_eq!(without_queries(same), same);
        }
    }
}
