//! Turns what the plugin prints on standard error into lines fit to be shown: no control characters, no secrets, valid
//! text, bounded length.

use crate::{outbox::Outbox, relay::wait_readable};
use std::{
    fs::File,
    io::{ErrorKind, Read},
    sync::{Mutex, PoisonError, atomic::AtomicBool},
};
use tributary_plugin_host::redact::Redactor;

/// One read at most, in bytes.
const PIECE: usize = 64 * 1024;
/// Longer lines come in pieces of this many bytes.
const LONGEST_LINE: usize = 64 * 1024;

/// Reads until the plugin's standard error ends.
pub(crate) fn pass_on(mut from: File, redactor: &Mutex<Redactor>, outbox: &Outbox, tree_ended: &AtomicBool) {
    let mut buffer = vec![0; PIECE];
    let mut cleaner = Cleaner::default();
    let mut lines = Lines::default();
    let mut clean = Vec::new();
    let redactor = || redactor.lock().unwrap_or_else(PoisonError::into_inner);
    while wait_readable(&from, tree_ended) {
        let read = match from.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::WouldBlock) => continue,
            Err(_) => break,
        };
        clean.clear();
        cleaner.feed(&buffer[..read], &mut clean);
        let redacted = redactor().feed(&clean);
        lines.feed(&redacted, |line| outbox.log(line));
    }
    let rest = redactor().finish();
    lines.feed(&rest, |line| outbox.log(line));
    lines.finish(|line| outbox.log(line));
}

/// Takes out terminal escapes and control characters. This comes before the search for secrets: colours in the middle of
/// a secret would hide it from the search, and not from the reader.
#[derive(Debug, Default)]
struct Cleaner {
    step: Step,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Step {
    #[default]
    Text,
    /// After a carriage return, which ended the line.
    Return,
    /// After ESC.
    Escape,
    /// In a control sequence (`ESC [`): until a letter.
    Control,
    /// In a text for the terminal (`ESC ]` and the like): until BEL or `ESC \`.
    Message,
    MessageEscape,
    /// After the byte C2, which begins the control characters 80 to 9F (and the harmless A0 to BF).
    Latin,
}

impl Cleaner {
    fn feed(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        for &byte in piece {
            self.step = match (self.step, byte) {
                // `ESC \\` ends a message, and the second half of `\r\n` ends nothing more.
                (Step::Message | Step::MessageEscape, 0x07) | (Step::MessageEscape, b'\\') | (Step::Return, b'\n') => {
                    Step::Text
                }
                // A line end ends everything: an escape that is never finished must not swallow the log.
                (_, b'\n') => {
                    out.push(b'\n');
                    Step::Text
                }
                (Step::Message | Step::MessageEscape, 0x1b) => Step::MessageEscape,
                (Step::Message | Step::MessageEscape, _) => Step::Message,
                (_, b'\r') => {
                    out.push(b'\n');
                    Step::Return
                }
                (_, 0x1b) => Step::Escape,
                (Step::Escape, b'[') | (Step::Latin, 0x9b) => Step::Control,
                (Step::Escape, b']' | b'P' | b'X' | b'^' | b'_') | (Step::Latin, 0x90 | 0x98 | 0x9d..=0x9f) => {
                    Step::Message
                }
                (Step::Escape, b' '..=b'/') | (Step::Control, b' '..=b'?') => self.step,
                (Step::Escape | Step::Control, 0x80..) => plain(byte, out),
                (Step::Escape | Step::Control, _) | (Step::Latin, 0x80..=0x9f) => Step::Text,
                (Step::Latin, byte) => {
                    out.push(0xc2);
                    plain(byte, out)
                }
                (_, byte) => plain(byte, out),
            };
        }
    }
}

fn plain(byte: u8, out: &mut Vec<u8>) -> Step {
    match byte {
        0xc2 => return Step::Latin,
        b'\t' | b' '..=0x7e | 0x80.. => out.push(byte),
        _ => {}
    }
    Step::Text
}

/// Cuts text into lines.
#[derive(Debug, Default)]
struct Lines {
    unfinished: Vec<u8>,
}

impl Lines {
    fn feed(&mut self, mut text: &[u8], mut line: impl FnMut(String)) {
        while let Some(end) = memchr::memchr(b'\n', text) {
            self.add(&text[..end], &mut line);
            line(self.take());
            text = &text[end + 1..];
        }
        self.add(text, &mut line);
    }

    fn finish(&mut self, mut line: impl FnMut(String)) {
        if !self.unfinished.is_empty() {
            line(self.take());
        }
    }

    fn add(&mut self, mut text: &[u8], line: &mut impl FnMut(String)) {
        while self.unfinished.len() + text.len() > LONGEST_LINE {
            let (now, later) = text.split_at(LONGEST_LINE - self.unfinished.len());
            self.unfinished.extend_from_slice(now);
            // Characters stay whole: one that has begun goes to the next piece.
            let begun = self.unfinished.iter().rev().take(3).position(|byte| *byte >= 0xc0).map_or(0, |at| at + 1);
            let cut = match self.unfinished[self.unfinished.len() - begun..].first() {
                Some(0xc0..=0xdf) if begun < 2 => begun,
                Some(0xe0..=0xef) if begun < 3 => begun,
                Some(0xf0..) if begun < 4 => begun,
                _ => 0,
            };
            let rest = self.unfinished.split_off(self.unfinished.len() - cut);
            line(self.take());
            self.unfinished = rest;
            text = later;
        }
        self.unfinished.extend_from_slice(text);
    }

    fn take(&mut self) -> String {
        let line = String::from_utf8_lossy(&self.unfinished).into_owned();
        self.unfinished.clear();
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn clean(text: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        Cleaner::default().feed(text, &mut out);
        out
    }

    fn lines(pieces: &[&[u8]]) -> Vec<String> {
        let (mut lines, mut out) = (Lines::default(), Vec::new());
        for piece in pieces {
            lines.feed(piece, |line| out.push(line));
        }
        lines.finish(|line| out.push(line));
        out
    }

    #[test]
    fn escapes_and_control_characters_go() {
        for (text, expected) in [
            ("\u{1b}[1;31mred\u{1b}[0m", "red"),
            ("a\0b\u{8}c\u{7f}d\te", "abcd\te"),
            ("\u{1b}]0;title\u{7}text", "text"),
            ("\u{1b}]8;;http://x\u{1b}\\link", "link"),
            ("\u{1b}(Btext\u{1b}7", "text"),
            ("\u{9b}31mred \u{85}é\u{a0}£", "red é\u{a0}£"),
            ("one\r\ntwo\rthree\r\r\n", "one\ntwo\nthree\n\n"),
            ("\u{1b}]never ended\nnext", "\nnext"),
        ] {
            assert_eq!(String::from_utf8(clean(text.as_bytes())).unwrap(), expected, "{text:?}");
        }
    }

    #[test]
    fn a_secret_with_colours_in_it_is_found() {
        let mut redactor = Redactor::new(["abc123def"]);
        assert_eq!(redactor.feed(&clean(b"token abc\x1b[1;36m123\x1b[0mdef\n")), b"token [hidden]\n");
    }

    #[test]
    fn lines_are_cut_at_line_ends_and_kept_short() {
        assert_eq!(lines(&[b"one\ntw", b"o\n\nthree"]), ["one", "two", "", "three"]);
        let long = "ä".repeat(LONGEST_LINE);
        let cut = lines(&[format!("x{long}\nend").as_bytes()]);
        assert_eq!(cut.concat(), format!("x{long}end"), "no character is torn apart");
        assert!(cut.iter().all(|line| line.len() <= LONGEST_LINE));
        assert_eq!(lines(&[b"bad \xff\xfe text"]), ["bad \u{fffd}\u{fffd} text"]);
    }

    proptest! {
        #[test]
        fn cuts_change_nothing(text in "[a\u{1b}\\[\\]0;m\r\n\u{7}\u{9b}é\\\\]{0,60}", at in any::<usize>()) {
            let at = at % (text.len() + 1);
            let (mut cleaner, mut out) = (Cleaner::default(), Vec::new());
            cleaner.feed(&text.as_bytes()[..at], &mut out);
            cleaner.feed(&text.as_bytes()[at..], &mut out);
            prop_assert_eq!(&out, &clean(text.as_bytes()));
            prop_assert!(!out.contains(&0x1b));
            prop_assert!(!String::from_utf8(out).unwrap().contains(|c: char| c.is_control() && c != '\n'));
        }
    }
}
