//! Whether SQLite's write-ahead log is what SQLite wrote. SQLite itself takes the first frame that is not for the log's end and
//! says nothing of what was behind it.
//!
//! The form is that of https://www.sqlite.org/fileformat2.html#the_write_ahead_log: a header of 32 bytes, then frames: a
//! header of 24 bytes and a page. Checksums run over everything from the start.

use std::{fs::File, io, io::Read, path::Path};

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
/// Without its last bit, which says in which order of bytes checksums are computed.
const MAGIC: u32 = 0x377f_0682;

/// Whether a log lost something that was committed: a frame that is not as it was written, with the end of a transaction in
/// it or behind it. A log that just ends in the middle of a transaction is what a crash leaves, and no damage.
///
/// # Errors
/// When the file is there and cannot be read.
pub fn is_damaged(path: &Path) -> io::Result<bool> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    let mut header = [0; HEADER];
    match filled(&mut file, &mut header)? {
        HEADER => {}
        // Nothing was committed to a log without frames.
        _ => return Ok(false),
    }
    let magic = word(&header, 0);
    let page = word(&header, 8) as usize;
    let plausible = magic & !1 == MAGIC && page.is_power_of_two() && (512..=65_536).contains(&page);
    let big_endian = magic & 1 == 1;
    let mut sums = add((0, 0), &header[..24], big_endian);
    if !plausible || sums != (word(&header, 24), word(&header, 28)) {
        // SQLite passes over the whole log then.
        return Ok(file.metadata()?.len() > HEADER as u64);
    }
    let salts = &header[16..24];
    let (mut frame, mut sound) = (vec![0; FRAME_HEADER + page], true);
    while filled(&mut file, &mut frame)? == frame.len() {
        let ours = &frame[8..16] == salts;
        if sound {
            sums = add(add(sums, &frame[..8], big_endian), &frame[FRAME_HEADER..], big_endian);
            sound = ours && word(&frame, 0) != 0 && sums == (word(&frame, 16), word(&frame, 20));
        }
        let ends_transaction = word(&frame, 4) != 0;
        // Frames of an earlier round, which had other salts, lie behind the end and mean nothing.
        if !sound && ours && ends_transaction {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Reads until the buffer is full or the file ends.
fn filled(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while length < buffer.len() {
        match file.read(&mut buffer[length..])? {
            0 => break,
            more => length += more,
        }
    }
    Ok(length)
}

fn word(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|word| word.try_into().ok()).map_or(0, u32::from_be_bytes)
}

fn add((mut first, mut second): (u32, u32), bytes: &[u8], big_endian: bool) -> (u32, u32) {
    let read = |word: &[u8]| {
        let word = word.try_into().unwrap_or_default();
        if big_endian { u32::from_be_bytes(word) } else { u32::from_le_bytes(word) }
    };
    for pair in bytes.chunks_exact(8) {
        first = first.wrapping_add(read(&pair[..4])).wrapping_add(second);
        second = second.wrapping_add(read(&pair[4..])).wrapping_add(first);
    }
    (first, second)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;
    use std::{fs, path::PathBuf};

    /// A log with some transactions, taken while it is in use.
    fn log() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        #[expect(clippy::disallowed_methods, reason = "the test makes a log of its own")]
        let connection = Connection::open(folder.path().join("a.db")).unwrap();
        connection.pragma_update(None, "journal_mode", "WAL").unwrap();
        connection.execute_batch("CREATE TABLE t (x)").unwrap();
        for _ in 0..5 {
            connection.execute("INSERT INTO t VALUES (zeroblob(9000))", []).unwrap();
        }
        let copy = folder.path().join("copy-wal");
        fs::copy(folder.path().join("a.db-wal"), &copy).unwrap();
        (folder, copy)
    }

    fn damaged_with(change: impl FnOnce(&mut Vec<u8>)) -> bool {
        let (_folder, path) = log();
        let mut bytes = fs::read(&path).unwrap();
        change(&mut bytes);
        fs::write(&path, bytes).unwrap();
        is_damaged(&path).unwrap()
    }

    #[test]
    fn what_sqlite_wrote_is_sound() {
        assert!(!damaged_with(|_| {}));
        assert!(!is_damaged(Path::new("/nowhere/a.db-wal")).unwrap(), "no log at all");
        assert!(!damaged_with(Vec::clear), "an empty log");
    }

    #[test]
    fn what_a_crash_leaves_is_sound() {
        assert!(!damaged_with(|bytes| bytes.truncate(bytes.len() - 3000)), "a frame that was not finished");
        assert!(!damaged_with(|bytes| bytes.extend([7; 9000])), "bytes of an earlier round behind the end");
    }

    #[test]
    fn a_changed_byte_in_what_was_committed_is_damage() {
        assert!(damaged_with(|bytes| bytes[3] ^= 1), "in the header");
        assert!(damaged_with(|bytes| bytes[HEADER + FRAME_HEADER + 100] ^= 1), "in the first page");
        assert!(damaged_with(|bytes| bytes[HEADER + 2] ^= 1), "in the header of a frame");
        assert!(damaged_with(|bytes| {
            let middle = bytes.len() / 2;
            bytes[middle..middle + 64].fill(0);
        }));
    }
}
