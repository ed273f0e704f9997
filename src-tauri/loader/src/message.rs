//! The envelope of a Singer message: which members it has, and where.

use crate::{
    json::{Cursor, Syntax, Token, unescape},
    stream::{Fields, Stream},
};
use std::{borrow::Cow, collections::HashMap};

/// A member of a message: its kind and its text.
type Part<'a> = Option<(Token, &'a str)>;

/// A message, as texts of its line.
#[derive(Debug, Default)]
pub struct Envelope<'a> {
    /// What it is.
    pub kind: Part<'a>,
    /// Whose it is.
    pub stream: Part<'a>,
    /// A record's values, and where they are in the line.
    pub record: Part<'a>,
    /// Where the record begins and ends.
    pub record_span: (usize, usize),
    /// A schema.
    pub schema: Part<'a>,
    /// Names of the key properties.
    pub key_properties: Part<'a>,
    /// A state.
    pub value: Part<'a>,
    /// The version of the table.
    pub version: Part<'a>,
    /// When the source was read.
    pub time_extracted: Part<'a>,
    /// How the files of a batch are written.
    pub encoding: Part<'a>,
    /// The files of a batch.
    pub manifest: Part<'a>,
    /// The stream whose values were noted on the way.
    pub walked: Option<usize>,
    /// Whether a value is no finite number.
    pub non_finite: bool,
}

/// The streams of a run, by name.
#[derive(Debug, Default)]
pub struct Streams {
    /// All of them.
    pub all: Vec<Stream>,
    names: HashMap<String, usize>,
    last: usize,
}

impl Streams {
    /// The stream of this name.
    #[inline]
    pub fn find(&mut self, name: &str) -> Option<usize> {
        if self.all.get(self.last).is_some_and(|last| last.name == name) {
            return Some(self.last);
        }
        self.last = self.names.get(name).copied()?;
        Some(self.last)
    }

    /// Adds a stream, or takes its newer form.
    pub fn put(&mut self, stream: Stream) {
        if stream.index == self.all.len() {
            self.names.insert(stream.name.clone(), stream.index);
            self.all.push(stream);
        } else {
            let index = stream.index;
            self.all[index] = stream;
        }
    }
}

/// The text a string says.
#[must_use]
pub fn text_of(part: Part<'_>) -> Option<Cow<'_, str>> {
    match part {
        Some((Token::Text, raw)) => Some(Cow::Borrowed(&raw[1..raw.len() - 1])),
        Some((Token::Escaped, raw)) => {
            let mut text = String::new();
            unescape(&raw[1..raw.len() - 1], &mut text);
            Some(Cow::Owned(text))
        }
        _ => None,
    }
}

impl<'a> Envelope<'a> {
    /// Reads a line. Where the stream comes before its record, as in what Singer's libraries print, the record's values are
    /// noted on the way.
    pub fn read(line: &'a str, streams: &mut Streams, fields: &mut Fields) -> Result<Self, Syntax> {
        let mut cursor = Cursor::new(line);
        let mut envelope = Self::default();
        let result = envelope.members(line, &mut cursor, streams, fields);
        envelope.non_finite = cursor.non_finite;
        result.map(|()| envelope)
    }

    fn members(
        &mut self,
        line: &'a str,
        cursor: &mut Cursor<'a>,
        streams: &mut Streams,
        fields: &mut Fields,
    ) -> Result<(), Syntax> {
        let mut more = cursor.enter()?;
        while more {
            let ((begin, end), _) = cursor.name()?;
            let name = &line[begin..end];
            if name == "record"
                && let Some(index) = text_of(self.stream).and_then(|stream| streams.find(&stream))
            {
                let (token, begin) = cursor.ahead();
                if token == Some(b'{') {
                    streams.all[index].walk(cursor, line, fields)?;
                    self.walked = Some(index);
                    self.record_span = (begin, cursor.at());
                    self.record = Some((Token::Object, &line[begin..cursor.at()]));
                    more = cursor.more()?;
                    continue;
                }
            }
            let (token, (begin, end)) = cursor.value()?;
            let part = Some((token, &line[begin..end]));
            match name {
                "type" => self.kind = part,
                "stream" => self.stream = part,
                "record" => {
                    self.record = part;
                    self.record_span = (begin, end);
                }
                "schema" => self.schema = part,
                "key_properties" => self.key_properties = part,
                "value" => self.value = part,
                "version" => self.version = part,
                "time_extracted" => self.time_extracted = part,
                "encoding" => self.encoding = part,
                "manifest" => self.manifest = part,
                _ => {}
            }
            more = cursor.more()?;
        }
        cursor.end()
    }
}
