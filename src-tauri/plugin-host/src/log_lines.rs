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
/// Bytes of the beginning of a line that are kept,
const BEGINNING: usize = 48 * 1024;
/// and half of those of its end. The end of a long line is often where it says what is wrong.
const END: usize = 8 * 1024;

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

/// Cuts text into lines. Of a line that is too long its beginning and its end are kept, and how much lay between.
#[derive(Debug, Default)]
struct Lines {
    unfinished: Vec<u8>,
    /// The last bytes of a line that is too long, as two halves: the newer one is being filled.
    end: [Vec<u8>; 2],
    /// Bytes of the line that are in neither.
    left_out: usize,
}

impl Lines {
    fn feed(&mut self, mut text: &[u8], mut line: impl FnMut(String)) {
        while let Some(end) = memchr::memchr(b'\n', text) {
            self.add(&text[..end]);
            line(self.take());
            text = &text[end + 1..];
        }
        self.add(text);
    }

    fn finish(&mut self, mut line: impl FnMut(String)) {
        if !self.unfinished.is_empty() {
            line(self.take());
        }
    }

    fn add(&mut self, text: &[u8]) {
        let (now, mut later) = text.split_at(text.len().min(BEGINNING - self.unfinished.len()));
        self.unfinished.extend_from_slice(now);
        while !later.is_empty() {
            let [older, newer] = &mut self.end;
            if newer.len() == END {
                self.left_out += older.len();
                older.clear();
                std::mem::swap(older, newer);
                continue;
            }
            let (now, rest) = later.split_at(later.len().min(END - newer.len()));
            newer.extend_from_slice(now);
            later = rest;
        }
    }

    fn take(&mut self) -> String {
        if self.left_out > 0 {
            // Characters stay whole: what is left of a torn one goes.
            let whole = whole_beginning(&self.unfinished);
            let [older, newer] = &self.end;
            let end = [older.as_slice(), newer].concat();
            let from = end.iter().take(3).take_while(|byte| (0x80..0xc0).contains(*byte)).count();
            let left_out = self.left_out + (self.unfinished.len() - whole) + from;
            let note = format!(" [... {left_out} bytes of this line are left out here ...] ");
            self.unfinished.truncate(whole);
            self.unfinished.extend_from_slice(note.as_bytes());
            self.unfinished.extend_from_slice(&end[from..]);
        } else {
            let [older, newer] = &self.end;
            self.unfinished.extend_from_slice(older);
            self.unfinished.extend_from_slice(newer);
        }
        let line = String::from_utf8_lossy(&self.unfinished).into_owned();
        self.unfinished.clear();
        self.unfinished.shrink_to(BEGINNING);
        self.end.iter_mut().for_each(Vec::clear);
        self.left_out = 0;
        line
    }
}

/// The length of a text without a character that has only begun at its end.
fn whole_beginning(text: &[u8]) -> usize {
    let begun = text.iter().rev().take(3).position(|byte| *byte >= 0xc0).map_or(0, |at| at + 1);
    match text[text.len() - begun..].first() {
        Some(0xc0..=0xdf) if begun < 2 => text.len() - begun,
        Some(0xe0..=0xef) if begun < 3 => text.len() - begun,
        Some(0xf0..) if begun < 4 => text.len() - begun,
        _ => text.len(),
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
        let fits = "x".repeat(BEGINNING + END);
        assert_eq!(lines(&[fits.as_bytes(), b"\nend"]), [fits.as_str(), "end"]);
    }

    #[test]
    fn of_a_long_line_both_ends_are_kept_and_it_says_how_much_lay_between() {
        for piece in [1_000, 65_536, 200_003] {
            let long = format!("begin{}end", "ä".repeat(100_000));
            let pieces: Vec<&[u8]> = long.as_bytes().chunks(piece).chain([b"\nnext".as_slice()]).collect();
            let cut = lines(&pieces);
            assert_eq!(cut.len(), 2);
            assert_eq!(cut[1], "next");
            assert!(cut[0].starts_with("beginä") && cut[0].ends_with("äend"));
            assert!(!cut[0].contains('\u{fffd}'), "no character is torn apart");
            let note = cut[0]
                .split_once(" [... ")
                .and_then(|(_, rest)| rest.split_once(" bytes of this line are left out here ...] "));
            let left_out: usize = note.expect("it says so").0.parse().unwrap();
            let kept = cut[0].len() - format!(" [... {left_out} bytes of this line are left out here ...] ").len();
            assert_eq!(kept + left_out, long.len());
            assert!(kept <= 64 * 1024);
        }
    }

    #[test]
    fn what_is_no_text_is_shown_as_such() {
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
