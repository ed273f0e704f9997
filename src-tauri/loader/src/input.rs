//! The messages, in pieces of whole lines, read by a thread of their own in bounded memory.

use memchr::memrchr;
use std::{
    io::{self, Read},
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
};

/// Bytes that are read at once: enough for speed, few enough to stay in the processor's cache.
const PIECE: usize = 256 * 1024;
/// Pieces that wait at most: so many can be read while a flush is applied.
const WAITING: usize = 16;

/// What is read.
#[derive(Debug)]
pub enum Piece {
    /// Whole lines, and the number of the first, from 1.
    Lines {
        /// The lines, each with its end but perhaps the last.
        text: String,
        /// The number of the first line.
        first: u64,
    },
    /// A line is longer than allowed.
    TooLong {
        /// Its number.
        line: u64,
    },
    /// A line is not UTF-8.
    NotText {
        /// Its number.
        line: u64,
    },
    /// Reading failed.
    Failed(io::Error),
}

/// The receiving end: pieces, and the way back for their memory.
#[derive(Debug)]
pub struct Input {
    /// The pieces, in order. It ends with the input.
    pub pieces: Receiver<Piece>,
    used: SyncSender<String>,
}

impl Input {
    /// Begins to read.
    pub fn start(from: impl Read + Send + 'static, longest_line: usize) -> Self {
        let (send, pieces) = sync_channel(WAITING);
        let (used, reuse) = sync_channel(WAITING);
        thread::spawn(move || {
            let mut lines = Lines { from, send, reuse, longest_line, next: 1 };
            // Ends when nobody listens any more.
            let _ = lines.read();
        });
        Self { pieces, used }
    }

    /// Gives a piece's memory back.
    pub fn give_back(&self, text: String) {
        if text.capacity() <= 4 * PIECE {
            let _ = self.used.try_send(text);
        }
    }
}

struct Lines<R> {
    from: R,
    send: SyncSender<Piece>,
    reuse: Receiver<String>,
    longest_line: usize,
    /// The number of the next line.
    next: u64,
}

/// Nobody listens any more, or the input ended with an error that was passed on.
struct Ended;

impl<R: Read> Lines<R> {
    fn read(&mut self) -> Result<(), Ended> {
        let mut buffer = vec![0; PIECE];
        let mut filled = 0;
        loop {
            let read = match self.from.read(&mut buffer[filled..]) {
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return self.say(Piece::Failed(error)),
            };
            if read == 0 {
                buffer.truncate(filled);
                return if buffer.is_empty() { Ok(()) } else { self.pass(buffer) };
            }
            let before = filled;
            filled += read;
            match memrchr(b'\n', &buffer[before..filled]) {
                Some(end) => {
                    let end = before + end + 1;
                    let mut rest = self.fresh((filled - end).max(PIECE));
                    rest[..filled - end].copy_from_slice(&buffer[end..filled]);
                    filled -= end;
                    buffer.truncate(end);
                    self.pass(std::mem::replace(&mut buffer, rest))?;
                }
                None if filled > self.longest_line => return self.say(Piece::TooLong { line: self.next }),
                None => {}
            }
            if filled == buffer.len() {
                // A long line: room for twice as much of it.
                let most = (self.longest_line + 2).max(filled + 1);
                buffer.resize((2 * filled).min(most), 0);
            }
        }
    }

    fn fresh(&self, size: usize) -> Vec<u8> {
        let mut buffer = self.reuse.try_recv().map(String::into_bytes).unwrap_or_default();
        buffer.resize(size, 0);
        buffer
    }

    fn say<T>(&self, piece: Piece) -> Result<T, Ended> {
        let _ = self.send.send(piece);
        Err(Ended)
    }

    /// Passes whole lines on.
    fn pass(&mut self, bytes: Vec<u8>) -> Result<(), Ended> {
        let first = self.next;
        let (text, broken) = match String::from_utf8(bytes) {
            Ok(text) => (text, false),
            Err(error) => {
                let good = error.utf8_error().valid_up_to();
                let mut bytes = error.into_bytes();
                // Up to the last whole line that is text.
                bytes.truncate(memrchr(b'\n', &bytes[..good]).map_or(0, |end| end + 1));
                (String::from_utf8(bytes).unwrap_or_default(), true)
            }
        };
        self.next += memchr::memchr_iter(b'\n', text.as_bytes()).count() as u64;
        if !text.is_empty() {
            self.send.send(Piece::Lines { text, first }).map_err(|_| Ended)?;
        }
        if broken { self.say(Piece::NotText { line: self.next }) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], longest: usize) -> (String, Option<Piece>) {
        let input = Input::start(io::Cursor::new(bytes.to_vec()), longest);
        let (mut all, mut last) = (String::new(), None);
        for piece in &input.pieces {
            match piece {
                Piece::Lines { text, first } => {
                    assert_eq!(first, all.matches('\n').count() as u64 + 1);
                    all.push_str(&text);
                    input.give_back(text);
                }
                other => last = Some(other),
            }
        }
        (all, last)
    }

    #[test]
    fn all_lines_arrive_whole() {
        let text = (0..200_000).map(|n| format!("line {n}\n")).collect::<Vec<_>>().concat();
        let text = format!("{text}{}\nlast", "x".repeat(3 * PIECE));
        assert_eq!(read(text.as_bytes(), 4 * PIECE).0, text);
    }

    #[test]
    fn long_lines_and_wrong_bytes_are_named_by_line() {
        let (all, last) = read(format!("a\nb\n{}", "x".repeat(2 * PIECE)).as_bytes(), PIECE);
        assert_eq!(all, "a\nb\n");
        assert!(matches!(last, Some(Piece::TooLong { line: 3 })), "{last:?}");
        let (all, last) = read(b"a\nb\nc\xff\nd\n", PIECE);
        assert_eq!(all, "a\nb\n");
        assert!(matches!(last, Some(Piece::NotText { line: 3 })), "{last:?}");
    }
}
