//! Which rows are superseded by later ones with the same key, in bounded memory.

use crate::{
    error::LoadError,
    stream::{Record, Stream, plain},
};
use siphasher::sip128::{Hasher128, SipHasher13};
use std::{
    fs::File,
    hash::Hasher,
    io::{BufReader, Read},
    path::Path,
};

/// Keys that are looked at together: 24 MB.
const AT_ONCE: u64 = 1_500_000;
/// The part of an entry that is the hash; the rest is a row's number.
const HASH: u128 = !0xFFFF_FFFF;

/// A set of rows.
#[derive(Debug, Default)]
pub struct Bits(Vec<u64>);

impl Bits {
    /// Puts a row in. Whether it is new.
    pub fn set(&mut self, at: u64) -> bool {
        let (word, bit) = (usize::try_from(at / 64).unwrap_or(usize::MAX), 1 << (at % 64));
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        let new = self.0[word] & bit == 0;
        self.0[word] |= bit;
        new
    }

    /// Whether a row is in.
    #[must_use]
    pub fn has(&self, at: u64) -> bool {
        usize::try_from(at / 64).ok().and_then(|word| self.0.get(word)).is_some_and(|word| word & (1 << (at % 64)) != 0)
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }
}

/// Hashes the parts of a key.
#[derive(Debug, Default)]
pub struct KeyHash(SipHasher13);

impl KeyHash {
    /// Adds a part.
    pub fn part(&mut self, text: &[u8]) {
        self.0.write_usize(text.len());
        self.0.write(text);
    }

    /// The hash, with room for a row's number.
    #[must_use]
    pub fn finish(&self) -> u128 {
        self.0.finish128().as_u128() & HASH
    }
}

/// The hash of a record's key.
pub fn of_record(stream: &Stream, record: &Record<'_>, scratch: &mut String) -> u128 {
    let mut hash = KeyHash::default();
    for slot in &stream.keys {
        match record.field(*slot) {
            Some(field) => hash.part(plain(record.raw(field), field.token, scratch).as_bytes()),
            None => hash.part(b""),
        }
    }
    hash.finish()
}

/// Rows that later ones with the same key take the place of.
#[derive(Debug, Default)]
pub struct Superseded {
    /// Of the staged rows.
    pub staged: Bits,
    /// Of the existing rows.
    pub existing: Bits,
    /// Staged rows, none of them superseded, that take the place of an existing one.
    pub matched: Bits,
}

/// Compares the keys of staged rows with each other and with those of existing rows: files of 16 bytes a key.
pub fn superseded(staged: &Path, rows: u64, existing: Option<&Path>) -> Result<Superseded, LoadError> {
    let parts = rows.div_ceil(AT_ONCE).max(1);
    let mut found = Superseded::default();
    for part in 0..parts {
        let in_part = |entry: u128| parts == 1 || (entry >> 96) % u128::from(parts) == u128::from(part);
        let mut keys = Vec::new();
        read(staged, rows, |_, entry| {
            if in_part(entry) {
                keys.push(entry);
            }
        })?;
        keys.sort_unstable();
        let mut last = Vec::with_capacity(if existing.is_some() { keys.len() } else { 0 });
        for (at, entry) in keys.iter().enumerate() {
            // Of one key the highest row number comes last, and counts.
            if keys.get(at + 1).is_some_and(|next| next & HASH == entry & HASH) {
                found.staged.set(row(*entry));
            } else if existing.is_some() {
                last.push(*entry);
            }
        }
        drop(keys);
        if let Some(existing) = existing {
            read(existing, u64::MAX, |number, entry| {
                // A row whose key is not known is never superseded.
                if entry != 0 && in_part(entry) {
                    let at = last.partition_point(|one| one & HASH < entry & HASH);
                    if let Some(found_entry) = last.get(at).filter(|one| *one & HASH == entry & HASH) {
                        found.existing.set(number);
                        found.matched.set(row(*found_entry));
                    }
                }
            })?;
        }
    }
    Ok(found)
}

fn row(entry: u128) -> u64 {
    (entry & !HASH) as u64
}

fn read(path: &Path, most: u64, mut each: impl FnMut(u64, u128)) -> Result<(), LoadError> {
    let fail = |source| LoadError::file("reading", path, source);
    let mut file = BufReader::with_capacity(256 * 1024, File::open(path).map_err(fail)?);
    let mut bytes = [0; 16];
    for number in 0..most {
        match file.read_exact(&mut bytes) {
            Ok(()) => each(number, u128::from_le_bytes(bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(()),
            Err(source) => return Err(fail(source)),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    fn file(folder: &Path, name: &str, keys: &[u8], numbered: bool) -> std::path::PathBuf {
        let mut bytes = Vec::new();
        for (row, key) in keys.iter().enumerate() {
            let mut hash = KeyHash::default();
            hash.part(&[*key]);
            let number = if numbered { row as u128 } else { 0 };
            bytes.extend((hash.finish() | number).to_le_bytes());
        }
        let path = folder.join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    proptest! {
        #[test]
        fn the_last_row_of_a_key_counts(staged in prop::collection::vec(any::<u8>(), 0..60), old in prop::collection::vec(any::<u8>(), 0..60)) {
            let folder = tempfile::tempdir().unwrap();
            let (one, other) = (file(folder.path(), "s", &staged, true), file(folder.path(), "e", &old, false));
            let found = superseded(&one, staged.len() as u64, Some(&other)).unwrap();
            let last: HashMap<u8, usize> = staged.iter().enumerate().map(|(row, key)| (*key, row)).collect();
            for (row, key) in staged.iter().enumerate() {
                prop_assert_eq!(found.staged.has(row as u64), last[key] != row);
                prop_assert_eq!(found.matched.has(row as u64), last[key] == row && old.contains(key));
            }
            for (row, key) in old.iter().enumerate() {
                prop_assert_eq!(found.existing.has(row as u64), last.contains_key(key));
            }
        }
    }
}
