//! Lines of Meltano itself, which it prints as JSON when asked to.

use serde::Deserialize;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, BufReader},
    sync::mpsc,
};
use tributary_contract::LogLevel;

/// Bytes of one line that are kept.
const LINE_LIMIT: usize = 64 * 1024;

/// Warnings of Meltano that are none here.
const EXPECTED: [&str; 2] = ["Force option is enabled", "No state was found"];

/// A line of Meltano.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeltanoLine {
    /// How serious it is.
    pub level: LogLevel,
    /// The text with its error, where it has one.
    pub text: String,
    /// Its error alone.
    pub error: Option<String>,
}

#[derive(Deserialize)]
struct Raw {
    #[serde(default)]
    event: String,
    #[serde(default)]
    level: String,
    #[serde(default)]
    err: Option<String>,
    #[serde(default)]
    error: Option<String>,
}

/// Reads a line; one that is no JSON (a Python trace) is taken as it is.
pub fn parse(line: &str) -> MeltanoLine {
    let Ok(raw) = serde_json::from_str::<Raw>(line) else {
        return MeltanoLine { level: super::log::meaning::level_of(line), text: line.to_owned(), error: None };
    };
    let error = raw.err.or(raw.error).filter(|error| !error.is_empty());
    let level = match raw.level.as_str() {
        // Both are the usual course here: every run is forced, and a first one has no state.
        "warning" if EXPECTED.iter().any(|start| raw.event.starts_with(start)) => LogLevel::Info,
        "debug" => LogLevel::Debug,
        "warning" => LogLevel::Warning,
        "error" | "critical" => LogLevel::Error,
        _ => LogLevel::Info,
    };
    let text = match &error {
        Some(error) => format!("{} ({error})", raw.event),
        None => raw.event,
    };
    MeltanoLine { level, text, error }
}

/// Passes on lines in bounded memory: of a longer line its beginning, and how much is missing.
pub async fn read_lines(pipe: impl AsyncRead + Unpin, lines: mpsc::Sender<String>) {
    let mut reader = BufReader::with_capacity(64 * 1024, pipe);
    let (mut line, mut left_out) = (Vec::new(), 0);
    while let Ok(chunk) = reader.fill_buf().await {
        if chunk.is_empty() {
            break;
        }
        let (length, ended) = match chunk.iter().position(|byte| *byte == b'\n') {
            Some(position) => (position, true),
            None => (chunk.len(), false),
        };
        let kept = length.min(LINE_LIMIT.saturating_sub(line.len()));
        line.extend_from_slice(chunk.get(..kept).unwrap_or_default());
        left_out += length - kept;
        reader.consume(length + usize::from(ended));
        if ended {
            let text = as_text(&std::mem::take(&mut line), std::mem::take(&mut left_out));
            if lines.send(text).await.is_err() {
                return;
            }
        }
    }
    if !line.is_empty() {
        let _ = lines.send(as_text(&line, left_out)).await;
    }
}

/// Valid text, and how much of the line is not in it.
fn as_text(line: &[u8], left_out: usize) -> String {
    let text = String::from_utf8_lossy(line);
    if left_out > 0 {
        format!("{text} [... {left_out} bytes of this line are left out here]")
    } else {
        text.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structured_and_plain_lines_are_read() {
        let line = r#"{"event": "Block run completed", "level": "error", "success": false, "err": "Extractor failed"}"#;
        let parsed = parse(line);
        assert_eq!(parsed.level, LogLevel::Error);
        assert_eq!(parsed.text, "Block run completed (Extractor failed)");
        assert_eq!(
            parse(r#"{"event": "No state was found, complete import.", "level": "warning"}"#).level,
            LogLevel::Info
        );
        assert_eq!(parse("Traceback (most recent call last):").text, "Traceback (most recent call last):");
    }
}
