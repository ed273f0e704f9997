//! One walk over a JSON text (RFC 8259) that checks it and says where its values are.
//!
//! `NaN`, `Infinity` and `-Infinity`, which Python writes, are accepted as values of their own kind and noted, because
//! sources do print them; whoever stores a value replaces them.

/// How deep arrays and objects may lie in each other; Python's own reader gives up at about twice as many.
const DEEPEST: u32 = 512;

/// What a value is. The number is its place in a set of kinds that a column takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Token {
    /// `null`
    Null,
    /// `false`
    False,
    /// `true`
    True,
    /// A number without fraction and exponent.
    Int,
    /// Any other number.
    Float,
    /// A text without escapes: its bytes are its value.
    Text,
    /// A text with escapes.
    Escaped,
    /// An array.
    Array,
    /// An object.
    Object,
    /// `NaN`, `Infinity` or `-Infinity`.
    NonFinite,
}

impl Token {
    /// Its place as a bit.
    pub const fn bit(self) -> u16 {
        1 << self as u8
    }

    /// The name JSON Schema gives it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::False | Self::True => "boolean",
            Self::Int => "integer",
            Self::Float | Self::NonFinite => "number",
            Self::Text | Self::Escaped => "string",
            Self::Array => "array",
            Self::Object => "object",
        }
    }
}

/// Where a text stops being JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{what} at byte {at}")]
pub struct Syntax {
    /// What is wrong.
    pub what: &'static str,
    /// The byte, counted from 0.
    pub at: usize,
}

/// A member of an object: the name without its quotes, and the value, as places in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// Where the name begins and ends.
    pub name: (usize, usize),
    /// Whether the name has escapes.
    pub name_escaped: bool,
    /// The value's kind.
    pub token: Token,
    /// Where the value begins and ends, with quotes.
    pub value: (usize, usize),
}

/// A place in a JSON text.
#[derive(Debug, Clone)]
pub struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
    /// Whether a value was no finite number.
    pub non_finite: bool,
}

/// Eight copies of a byte.
const fn all(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// Marks the bytes of a word that end the plain part of a string: quotes, backslashes and control characters. The lowest
/// mark is exact, those above it need not be.
#[inline]
fn marks(word: u64) -> u64 {
    let quote = word ^ all(b'"');
    let backslash = word ^ all(b'\\');
    let found = (quote.wrapping_sub(all(1)) & !quote)
        | (backslash.wrapping_sub(all(1)) & !backslash)
        | (word.wrapping_sub(all(0x20)) & !word);
    found & all(0x80)
}

impl<'a> Cursor<'a> {
    /// At the beginning of a text.
    pub fn new(text: &'a str) -> Self {
        Self { text: text.as_bytes(), at: 0, non_finite: false }
    }

    /// Where it is, in bytes.
    pub fn at(&self) -> usize {
        self.at
    }

    fn error<T>(&self, what: &'static str) -> Result<T, Syntax> {
        Err(Syntax { what, at: self.at })
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    #[inline]
    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    #[inline]
    fn expect(&mut self, byte: u8, what: &'static str) -> Result<(), Syntax> {
        if self.peek() == Some(byte) {
            self.at += 1;
            Ok(())
        } else {
            self.error(what)
        }
    }

    /// Steps into an object. Whether it has members.
    #[inline]
    pub fn enter(&mut self) -> Result<bool, Syntax> {
        self.space();
        self.expect(b'{', "an object is expected")?;
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(false);
        }
        Ok(true)
    }

    /// Reads a member's name up to its value: where the name is, and whether it has escapes.
    #[inline]
    pub fn name(&mut self) -> Result<((usize, usize), bool), Syntax> {
        self.space();
        if self.peek() != Some(b'"') {
            return self.error("the name of a member is expected");
        }
        let begin = self.at + 1;
        let escaped = self.string()?;
        let end = self.at - 1;
        self.space();
        self.expect(b':', "a colon is expected")?;
        Ok(((begin, end), escaped))
    }

    /// Steps over a member's name, up to its value, where it is this one (with its quotes). Comparing costs less than reading.
    #[inline]
    pub fn named(&mut self, quoted: &str) -> bool {
        self.space();
        let Some(rest) = self.text[self.at..].strip_prefix(quoted.as_bytes()) else { return false };
        let colon = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
        if rest.get(colon) != Some(&b':') {
            return false;
        }
        self.at += quoted.len() + colon + 1;
        true
    }

    /// After a member. Whether another follows.
    #[inline]
    pub fn more(&mut self) -> Result<bool, Syntax> {
        self.space();
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                Ok(true)
            }
            Some(b'}') => {
                self.at += 1;
                Ok(false)
            }
            _ => self.error("a comma or the end of the object is expected"),
        }
    }

    /// Reads a whole member.
    #[inline]
    pub fn member(&mut self) -> Result<Member, Syntax> {
        let (name, name_escaped) = self.name()?;
        let (token, value) = self.value()?;
        Ok(Member { name, name_escaped, token, value })
    }

    /// The next byte that is no space, and where it is.
    #[inline]
    pub fn ahead(&mut self) -> (Option<u8>, usize) {
        self.space();
        (self.peek(), self.at)
    }

    /// Nothing but space may follow.
    pub fn end(&mut self) -> Result<(), Syntax> {
        self.space();
        if self.at == self.text.len() { Ok(()) } else { self.error("there is more after the end") }
    }

    /// Reads a value: its kind, and where it begins and ends.
    #[inline]
    pub fn value(&mut self) -> Result<(Token, (usize, usize)), Syntax> {
        self.space();
        let begin = self.at;
        let token = self.any(0)?;
        Ok((token, (begin, self.at)))
    }

    #[inline]
    fn any(&mut self, depth: u32) -> Result<Token, Syntax> {
        match self.peek() {
            Some(b'"') => Ok(if self.string()? { Token::Escaped } else { Token::Text }),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b't') => self.word(b"true", Token::True),
            Some(b'f') => self.word(b"false", Token::False),
            Some(b'n') => self.word(b"null", Token::Null),
            Some(b'N') => self.infinite(b"NaN"),
            Some(b'I') => self.infinite(b"Infinity"),
            Some(_) => self.error("a value is expected"),
            None => self.error("the text ends in the middle"),
        }
    }

    #[inline]
    fn word(&mut self, word: &[u8], token: Token) -> Result<Token, Syntax> {
        if self.text[self.at..].starts_with(word) {
            self.at += word.len();
            Ok(token)
        } else {
            self.error("a value is expected")
        }
    }

    fn infinite(&mut self, word: &[u8]) -> Result<Token, Syntax> {
        self.non_finite = true;
        self.word(word, Token::NonFinite)
    }

    /// From the quote that begins a string to after the one that ends it. Whether it has escapes.
    #[inline]
    fn string(&mut self) -> Result<bool, Syntax> {
        let mut at = self.at + 1;
        let mut escaped = false;
        loop {
            while let Some(word) = self.text.get(at..at + 8) {
                let mut bytes = [0; 8];
                bytes.copy_from_slice(word);
                let found = marks(u64::from_le_bytes(bytes));
                if found != 0 {
                    at += (found.trailing_zeros() / 8) as usize;
                    break;
                }
                at += 8;
            }
            match self.text.get(at) {
                Some(b'"') => {
                    self.at = at + 1;
                    return Ok(escaped);
                }
                Some(b'\\') => {
                    escaped = true;
                    at = self.escape(at)?;
                }
                Some(0..0x20) => {
                    self.at = at;
                    return self.error("a control character stands in a text");
                }
                Some(_) => at += 1,
                None => {
                    self.at = self.text.len();
                    return self.error("the text ends in the middle");
                }
            }
        }
    }

    /// The place after the escape that begins at `at`.
    fn escape(&mut self, at: usize) -> Result<usize, Syntax> {
        match self.text.get(at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 2),
            Some(b'u') if self.text.get(at + 2..at + 6).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)) => {
                Ok(at + 6)
            }
            _ => {
                self.at = at;
                self.error("there is no such escape")
            }
        }
    }

    #[inline]
    fn digits(&mut self) -> Result<(), Syntax> {
        let begin = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == begin { self.error("a digit is expected") } else { Ok(()) }
    }

    #[inline]
    fn number(&mut self) -> Result<Token, Syntax> {
        if self.peek() == Some(b'-') {
            self.at += 1;
            if self.peek() == Some(b'I') {
                return self.infinite(b"Infinity");
            }
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
            if let Some(b'0'..=b'9') = self.peek() {
                return self.error("a number begins with a zero");
            }
        } else {
            self.digits()?;
        }
        let mut token = Token::Int;
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
            token = Token::Float;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
            token = Token::Float;
        }
        Ok(token)
    }

    fn object(&mut self, depth: u32) -> Result<Token, Syntax> {
        if depth == DEEPEST {
            return self.error("the values lie too deep in each other");
        }
        if self.enter()? {
            loop {
                self.name()?;
                self.space();
                self.any(depth + 1)?;
                if !self.more()? {
                    break;
                }
            }
        }
        Ok(Token::Object)
    }

    fn array(&mut self, depth: u32) -> Result<Token, Syntax> {
        if depth == DEEPEST {
            return self.error("the values lie too deep in each other");
        }
        self.at += 1;
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Token::Array);
        }
        loop {
            self.space();
            self.any(depth + 1)?;
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(Token::Array);
                }
                _ => return self.error("a comma or the end of the array is expected"),
            }
        }
    }
}
