//! Lines of a file from its end.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
};

/// Bytes that are read at once.
const STRIDE: u64 = 256 * 1024;

/// The lines of a file, the last one first, without their line ends.
pub struct Backwards {
    file: File,
    /// Where what was read begins.
    start: u64,
    /// What was read and not given out, up to the next line's end.
    held: Vec<u8>,
    /// How far from the end of `held` there is no line end.
    searched: usize,
}

impl Backwards {
    /// Of a file as it is now: what is written meanwhile is not seen.
    pub fn new(mut file: File) -> io::Result<Self> {
        let start = file.seek(SeekFrom::End(0))?;
        Ok(Self { file, start, held: Vec::new(), searched: 0 })
    }

    /// How many bytes of the file were not read yet.
    pub const fn left(&self) -> u64 {
        self.start
    }

    /// The next line towards the beginning; `None` at the beginning.
    pub fn next_line(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            let unsearched = self.held.len() - self.searched;
            if let Some(at) = memchr::memrchr(b'\n', &self.held[..unsearched]) {
                let line = self.held.split_off(at + 1);
                self.held.truncate(at);
                self.searched = 0;
                // What follows the last line end is a line only where there is something.
                if line.is_empty() {
                    continue;
                }
                return Ok(Some(line));
            }
            self.searched = self.held.len();
            if self.start == 0 {
                let line = std::mem::take(&mut self.held);
                self.searched = 0;
                return Ok((!line.is_empty()).then_some(line));
            }
            // A line that is longer than a stride is read in growing ones.
            let stride = STRIDE.max(self.held.len() as u64).min(self.start);
            self.start -= stride;
            let mut piece = vec![0; usize::try_from(stride).map_err(io::Error::other)?];
            self.file.seek(SeekFrom::Start(self.start))?;
            self.file.read_exact(&mut piece)?;
            piece.extend_from_slice(&self.held);
            self.held = piece;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Write;

    fn lines_of(content: &[u8]) -> Vec<Vec<u8>> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(content).unwrap();
        let mut backwards = Backwards::new(file).unwrap();
        std::iter::from_fn(|| backwards.next_line().unwrap()).collect()
    }

    proptest! {
        #[test]
        fn lines_come_in_the_opposite_order(
            lines in prop::collection::vec("[a-z]{1,9}", 0..40), long in 0_usize..600_000, ended: bool,
        ) {
            let mut lines = lines;
            lines.push("x".repeat(long + 1));
            lines.push("last".to_owned());
            let mut text = lines.join("\n");
            if ended {
                text.push('\n');
            }
            let mut expected: Vec<Vec<u8>> = lines.into_iter().map(String::into_bytes).collect();
            expected.reverse();
            prop_assert_eq!(lines_of(text.as_bytes()), expected);
        }
    }

    #[test]
    fn an_empty_file_has_no_lines() {
        assert!(lines_of(b"").is_empty());
        assert!(lines_of(b"\n\n").is_empty());
    }
}
