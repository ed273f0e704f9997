//! Counts Singer messages while their bytes stream past, without holding a line.
//!
//! A line counts when it is an object whose first top-level `type` is `RECORD` (with a `stream` text) or `STATE`, and
//! when it ends as an object does. What comes after these keys is not parsed, so a line that breaks off in the middle is
//! found out by its end, and how a stream is cut into pieces never changes the counts.

mod counts;

pub(crate) use counts::Counts;
use counts::text;
use memchr::{memchr, memchr2, memchr3};

/// Longest key or value that is kept, in bytes as written. Longer ones are none of the few that matter.
const MAX_TOKEN: usize = 1024;
/// How the first two keys are written by singer-python and by the Singer SDK.
const RECORD_HEADS: [&[u8]; 2] = [br#"{"type": "RECORD", "stream": ""#, br#"{"type":"RECORD","stream":""#];

/// Reads a stream of bytes piece by piece. See the module.
#[derive(Debug)]
pub(crate) struct Scanner {
    step: Step,
    /// What the line has turned out to be.
    line: Line,
    /// Bytes of the current line in earlier pieces.
    line_bytes: u64,
    /// The line's last byte that is not white space, in earlier pieces.
    last: u8,
    /// The text being collected, as written.
    token: Vec<u8>,
    key: Key,
    kind: Option<Kind>,
    stream: Stream,
}

/// The `stream` of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stream {
    Unknown,
    At(usize),
    /// Something else than a text: no record has that.
    Unusable,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    Unknown,
    Record(usize),
    State,
    /// Not counted, whatever still comes.
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Record,
    State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    Type,
    Stream,
    Other,
}

/// Where in the line the next byte stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Start,
    /// Before a key. An object may end here only while it is empty.
    BeforeKey {
        empty: bool,
    },
    InKey {
        escaped: bool,
    },
    Colon,
    BeforeValue,
    /// In a text that matters.
    InToken {
        escaped: bool,
    },
    /// In a text that does not.
    InText {
        escaped: bool,
    },
    /// In a number, `true`, `false` or `null`.
    InScalar,
    /// In an object or array that is a value.
    Nested(Nested),
    AfterValue,
    /// Everything is known: on to the line's end.
    Skip,
}

/// A place in an object or array below the top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Nested {
    depth: u64,
    /// In a text,
    text: bool,
    /// right after a backslash.
    escaped: bool,
}

impl Nested {
    /// Moves on to the end of the value (the depth is 0 then), the line end (which is left), or the end of `bytes`.
    /// Returns how many bytes that took. Whole records go through here, so it is made to be fast.
    fn skip(&mut self, bytes: &[u8]) -> usize {
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            if self.text && !self.escaped {
                let Some(next) = memchr3(b'"', b'\\', b'\n', &bytes[at..]) else { return bytes.len() };
                at += next;
                match bytes[at] {
                    b'"' => self.text = false,
                    b'\\' => self.escaped = true,
                    _ => return at,
                }
            } else {
                match byte {
                    b'\n' => return at,
                    _ if self.escaped => self.escaped = false,
                    b'"' => self.text = true,
                    b'{' | b'[' => self.depth += 1,
                    b'}' | b']' => {
                        self.depth -= 1;
                        if self.depth == 0 {
                            return at + 1;
                        }
                    }
                    _ => {}
                }
            }
            at += 1;
        }
        at
    }
}

impl Default for Scanner {
    fn default() -> Self {
        Self {
            step: Step::Start,
            line: Line::Unknown,
            line_bytes: 0,
            last: 0,
            token: Vec::new(),
            key: Key::Other,
            kind: None,
            stream: Stream::Unknown,
        }
    }
}

impl Scanner {
    /// Takes the next piece, however it is cut.
    pub(crate) fn feed(&mut self, piece: &[u8], counts: &mut Counts) {
        let mut rest = piece;
        while !rest.is_empty() {
            if self.line_bytes == 0
                && self.step == Step::Start
                && let Some(line) = known_head(rest, counts)
            {
                self.line = line;
                self.step = Step::Skip;
            }
            let read = self.advance(rest, counts);
            let end = if read > 0 && rest[read - 1] == b'\n' {
                Some(read)
            } else if self.step == Step::Skip {
                memchr(b'\n', &rest[read..]).map(|at| read + at + 1)
            } else {
                None
            };
            let (of_line, after) = rest.split_at(end.unwrap_or(rest.len()));
            if let Some(last) = of_line.iter().rev().find(|byte| !is_space(**byte)) {
                self.last = *last;
            }
            self.line_bytes += of_line.len() as u64;
            if end.is_some() {
                self.end_line(counts);
            }
            rest = after;
        }
    }

    /// The stream has ended: a last line without a line end counts too.
    pub(crate) fn finish(&mut self, counts: &mut Counts) {
        if self.line_bytes > 0 {
            self.end_line(counts);
        }
    }

    fn end_line(&mut self, counts: &mut Counts) {
        if self.last == b'}' {
            match self.line {
                Line::Record(place) => {
                    counts.streams[place].records += 1;
                    counts.streams[place].bytes += self.line_bytes;
                }
                Line::State => counts.states += 1,
                Line::Unknown | Line::Other => {}
            }
        }
        self.step = Step::Start;
        self.line = Line::Unknown;
        self.line_bytes = 0;
        self.last = 0;
        self.kind = None;
        self.stream = Stream::Unknown;
    }

    /// Reads until the line is understood or ends, or `bytes` do. Returns how many bytes it took; the last one is a line
    /// end when the line ended.
    fn advance(&mut self, bytes: &[u8], counts: &mut Counts) -> usize {
        let mut at = 0;
        while self.step != Step::Skip {
            match self.step {
                // Most bytes of texts and nested values do not matter: jump to the next that does.
                Step::InText { escaped: false } => {
                    at += memchr3(b'"', b'\\', b'\n', &bytes[at..]).unwrap_or(bytes.len() - at);
                }
                Step::Nested(mut nested) => {
                    at += nested.skip(&bytes[at..]);
                    self.step = if nested.depth == 0 { Step::AfterValue } else { Step::Nested(nested) };
                }
                _ => {}
            }
            let Some(&byte) = bytes.get(at) else { break };
            at += 1;
            if byte == b'\n' {
                break;
            }
            self.step = self.next(byte, counts);
        }
        at
    }

    fn next(&mut self, byte: u8, counts: &mut Counts) -> Step {
        match (self.step, byte) {
            (Step::Start | Step::BeforeKey { .. } | Step::Colon | Step::BeforeValue | Step::AfterValue, byte)
                if is_space(byte) =>
            {
                self.step
            }
            (Step::Start, b'{') => Step::BeforeKey { empty: true },
            (Step::BeforeKey { .. }, b'"') => {
                self.token.clear();
                Step::InKey { escaped: false }
            }
            (Step::InKey { escaped: false }, b'"') => {
                self.key = match self.token() {
                    Some(key) if key == "type" => Key::Type,
                    Some(key) if key == "stream" => Key::Stream,
                    _ => Key::Other,
                };
                Step::Colon
            }
            (Step::InKey { escaped }, byte) => {
                self.keep(byte);
                Step::InKey { escaped: !escaped && byte == b'\\' }
            }
            (Step::Colon, b':') => Step::BeforeValue,
            (Step::BeforeValue, b'"') if self.wanted() => {
                self.token.clear();
                Step::InToken { escaped: false }
            }
            (Step::BeforeValue, b'"') => Step::InText { escaped: false },
            (Step::BeforeValue, byte) => self.value_without_text(byte),
            (Step::InToken { escaped: false }, b'"') => self.value(counts),
            (Step::InToken { escaped }, byte) => {
                self.keep(byte);
                Step::InToken { escaped: !escaped && byte == b'\\' }
            }
            (Step::InText { escaped: false }, b'"') => Step::AfterValue,
            (Step::InText { escaped }, byte) => Step::InText { escaped: !escaped && byte == b'\\' },
            (Step::AfterValue | Step::InScalar, b',') => Step::BeforeKey { empty: false },
            (Step::InScalar, b'}' | b']' | b'{' | b'[' | b'"' | b':') => self.other(),
            (Step::InScalar, byte) if is_space(byte) => Step::AfterValue,
            (Step::InScalar, _) => Step::InScalar,
            // Also an object that ends before it has told what it is.
            _ => self.other(),
        }
    }

    /// Whether the value of the current key is needed; of a key that comes twice the first value counts.
    fn wanted(&self) -> bool {
        match self.key {
            Key::Type => self.kind.is_none(),
            Key::Stream => self.stream == Stream::Unknown,
            Key::Other => false,
        }
    }

    /// A text that matters has ended.
    fn value(&mut self, counts: &mut Counts) -> Step {
        match self.key {
            Key::Type => {
                self.kind = match self.token().as_deref() {
                    Some("RECORD") => Some(Kind::Record),
                    Some("STATE") => Some(Kind::State),
                    _ => return self.other(),
                }
            }
            Key::Stream => self.stream = counts.place(&self.token).map_or(Stream::Unusable, Stream::At),
            Key::Other => {}
        }
        self.decide(Step::AfterValue)
    }

    /// A value that is no text begins.
    fn value_without_text(&mut self, first: u8) -> Step {
        let step = match first {
            b'{' | b'[' => Step::Nested(Nested { depth: 1, text: false, escaped: false }),
            b'}' | b']' | b',' | b':' => return self.other(),
            _ => Step::InScalar,
        };
        match self.key {
            Key::Type if self.kind.is_none() => return self.other(),
            Key::Stream if self.stream == Stream::Unknown => self.stream = Stream::Unusable,
            _ => {}
        }
        self.decide(step)
    }

    /// Skips the rest of the line when it is clear what the line is; otherwise goes on with `step`.
    fn decide(&mut self, step: Step) -> Step {
        self.line = match (self.kind, self.stream) {
            (Some(Kind::State), _) => Line::State,
            (Some(Kind::Record), Stream::At(place)) => Line::Record(place),
            (Some(Kind::Record), Stream::Unusable) => Line::Other,
            _ => return step,
        };
        Step::Skip
    }

    fn other(&mut self) -> Step {
        self.line = Line::Other;
        Step::Skip
    }

    fn keep(&mut self, byte: u8) {
        // One byte above the limit tells that the token is too long.
        if self.token.len() <= MAX_TOKEN {
            self.token.push(byte);
        }
    }

    fn token(&self) -> Option<String> {
        text(&self.token)
    }
}

/// What the line is, when it begins the way Singer's libraries write records and enough of it is there.
fn known_head(line: &[u8], counts: &mut Counts) -> Option<Line> {
    let rest = RECORD_HEADS.iter().find_map(|head| line.strip_prefix(*head))?;
    let end = memchr2(b'"', b'\\', &rest[..rest.len().min(MAX_TOKEN)])?;
    (rest[end] == b'"').then(|| counts.place(&rest[..end]).map_or(Line::Other, Line::Record))
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

#[cfg(test)]
mod tests;
