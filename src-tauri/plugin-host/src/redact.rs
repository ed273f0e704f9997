//! Hides secrets in text that people will see: plain, and in the forms programs print them in (JSON, Python, URL, XML,
//! base64, hex).
//!
//! No form that is looked for holds a line end: a secret of several lines is looked for line by line, and its encoded
//! forms write line ends as something else. A finished line is therefore decided at once; only the unfinished end of a
//! stream waits for more.

mod forms;

use aho_corasick::{AhoCorasick, Anchored, Input, MatchKind};
use std::{borrow::Cow, collections::BTreeSet, fmt, sync::Arc};
use zeroize::Zeroizing;

/// What stands in place of a secret.
pub const HIDDEN: &str = "[hidden]";

/// Secrets below this many characters appear in ordinary words, so they are hidden only where they stand alone.
const SHORT: usize = 4;

/// Finds secrets and replaces them with [`HIDDEN`]. Overlapping finds become one.
///
/// A clone shares the secrets but starts its own stream.
pub struct Redactor {
    secrets: Vec<Zeroizing<String>>,
    matcher: Arc<Matcher>,
    stream: Stream,
}

/// The patterns of all secrets.
struct Matcher {
    patterns: Option<AhoCorasick>,
    /// Per pattern: hide it only where no word character touches it.
    whole_word: Vec<bool>,
    /// Bytes after a match's start that decide it: the longest pattern and the character behind it.
    reach: usize,
}

/// The undecided end of what was fed.
#[derive(Default)]
struct Stream {
    tail: Vec<u8>,
    /// How many bytes at the start of `tail` belong to a secret that is already replaced.
    hidden: usize,
    /// The byte before `tail`.
    before: Option<u8>,
}

impl Redactor {
    /// Makes a redactor for these secrets. Empty ones are ignored; the texts inside a secret that is JSON count as
    /// secrets too.
    pub fn new<S: AsRef<str>>(secrets: impl IntoIterator<Item = S>) -> Self {
        let mut all = Vec::new();
        for secret in secrets {
            collect(secret.as_ref(), &mut all);
        }
        let matcher = Arc::new(Matcher::new(&all));
        Self { secrets: all, matcher, stream: Stream::default() }
    }

    /// Adds secrets that became known later. What is fed from here on is searched for them too.
    pub fn add<S: AsRef<str>>(&mut self, secrets: impl IntoIterator<Item = S>) {
        let known = self.secrets.len();
        for secret in secrets {
            collect(secret.as_ref(), &mut self.secrets);
        }
        if self.secrets.len() != known {
            self.matcher = Arc::new(Matcher::new(&self.secrets));
        }
    }

    /// Hides the secrets of one whole text.
    #[must_use]
    pub fn redact_line<'a>(&self, line: &'a str) -> Cow<'a, str> {
        let bytes = line.as_bytes();
        if self.matcher.find(bytes, 0, None).is_none() {
            return Cow::Borrowed(line);
        }
        let mut out = Vec::with_capacity(bytes.len());
        self.matcher.replace(bytes, 0, bytes.len(), None, &mut out);
        // Patterns are whole characters, so what remains is too.
        Cow::Owned(String::from_utf8_lossy(&out).into_owned())
    }

    /// Takes the next piece of a stream and returns what is decided of it, secrets hidden. A piece may end anywhere,
    /// also inside a secret. [`Redactor::finish`] gives the rest.
    pub fn feed(&mut self, piece: &[u8]) -> Vec<u8> {
        self.stream.tail.extend_from_slice(piece);
        let buffer = &self.stream.tail;
        let after_line = memchr::memrchr(b'\n', buffer).map_or(0, |at| at + 1);
        let decided = after_line.max(buffer.len().saturating_sub(self.matcher.reach));
        self.take(decided)
    }

    /// Ends the stream: returns what was held back.
    pub fn finish(&mut self) -> Vec<u8> {
        let rest = self.take(self.stream.tail.len());
        self.stream = Stream::default();
        rest
    }

    fn take(&mut self, decided: usize) -> Vec<u8> {
        let Stream { tail, hidden, before } = &mut self.stream;
        let mut out = Vec::with_capacity(decided);
        let end = self.matcher.replace(tail, *hidden, decided, *before, &mut out);
        if decided > 0 {
            *before = Some(tail[decided - 1]);
        }
        *hidden = end - decided;
        tail.drain(..decided);
        out
    }
}

impl Clone for Redactor {
    fn clone(&self) -> Self {
        Self { secrets: self.secrets.clone(), matcher: Arc::clone(&self.matcher), stream: Stream::default() }
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redactor").field("secrets", &self.secrets.len()).finish_non_exhaustive()
    }
}

impl Matcher {
    fn new(secrets: &[Zeroizing<String>]) -> Self {
        let mut words = BTreeSet::new();
        let mut forms = BTreeSet::new();
        for secret in secrets {
            if secret.chars().count() < SHORT {
                words.insert(secret.as_bytes().to_vec());
            } else {
                forms::add_forms(secret, &mut forms);
            }
        }
        words.retain(|word| !forms.contains(word));
        let mut whole_word = vec![false; forms.len()];
        whole_word.resize(forms.len() + words.len(), true);
        let reach = forms.iter().chain(&words).map(Vec::len).max().map_or(0, |longest| longest + 1);
        let patterns = if reach == 0 {
            None
        } else {
            // Building fails only above two thousand million states.
            AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(forms.iter().chain(&words)).ok()
        };
        Self { patterns, whole_word, reach }
    }

    /// The first match that starts at `from` or later. `before` is the byte before `text`.
    fn find(&self, text: &[u8], mut from: usize, before: Option<u8>) -> Option<(usize, usize)> {
        let patterns = self.patterns.as_ref()?;
        while from <= text.len() {
            let found = patterns.find(Input::new(text).range(from..).anchored(Anchored::No))?;
            let (start, end) = (found.start(), found.end());
            let stands_alone = || {
                let left = if start == 0 { before } else { text.get(start - 1).copied() };
                !left.is_some_and(is_word) && !text.get(end).copied().is_some_and(is_word)
            };
            if !self.whole_word[found.pattern().as_usize()] || stands_alone() {
                return Some((start, end));
            }
            from = start + 1;
        }
        None
    }

    /// Writes `text[hidden..decided]` with every match that starts before `decided` replaced. Returns where the output
    /// has got to, which lies beyond `decided` when a match reaches over it.
    fn replace(&self, text: &[u8], hidden: usize, decided: usize, before: Option<u8>, out: &mut Vec<u8>) -> usize {
        let mut at = hidden;
        let mut from = 0;
        while let Some((start, end)) = self.find(text, from, before) {
            if start >= decided {
                break;
            }
            if start >= at {
                out.extend_from_slice(&text[at..start]);
                out.extend_from_slice(HIDDEN.as_bytes());
            }
            // Of overlapping secrets nothing may stay visible: search on from the next byte, not from the match's end.
            at = at.max(end);
            from = start + 1;
        }
        if at < decided {
            out.extend_from_slice(&text[at..decided]);
            at = decided;
        }
        at
    }
}

/// Adds a secret and, when it is JSON, the texts inside it (a service account's key file holds its private key there).
fn collect(secret: &str, all: &mut Vec<Zeroizing<String>>) {
    let secret = secret.trim();
    if secret.is_empty() {
        return;
    }
    push_new(secret, all);
    if secret.starts_with(['{', '['])
        && let Ok(value) = serde_json::from_str(secret)
    {
        collect_texts(&value, all);
    }
}

fn push_new(secret: &str, all: &mut Vec<Zeroizing<String>>) {
    if !all.iter().any(|known| known.as_str() == secret) {
        all.push(Zeroizing::new(secret.to_owned()));
    }
}

fn collect_texts(value: &serde_json::Value, all: &mut Vec<Zeroizing<String>>) {
    match value {
        // Addresses without a password are no secrets, and error messages need them.
        serde_json::Value::String(text)
            if text.chars().count() >= SHORT && (!text.starts_with("https://") || text.contains('@')) =>
        {
            push_new(text, all);
        }
        serde_json::Value::Array(values) => values.iter().for_each(|value| collect_texts(value, all)),
        serde_json::Value::Object(fields) => fields.values().for_each(|value| collect_texts(value, all)),
        _ => {}
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

#[cfg(test)]
mod tests;
