//! The main loop: messages in, flushes and states out.

use crate::{
    batch, changes, clock,
    error::LoadError,
    input::{Input, Piece},
    json::{Cursor, Token, without_non_finite},
    message::{Envelope, Streams, text_of},
    output::Output,
    records, schema,
    set_aside::SetAside,
    settings::{Delete, LoadMethod, Settings},
    stream::{DELETED_AT, Fields, METADATA, Record, Stream, VERSION},
};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    io::{Read, Write},
    sync::mpsc::RecvTimeoutError,
    time::Instant,
};

/// One run of the loader.
pub struct Load<'a> {
    settings: &'a Settings,
    run: &'a str,
    output: &'a mut dyn Output,
    states: &'a mut dyn Write,
    log: &'a mut dyn Write,
    streams: Streams,
    fields: Fields,
    scratch: String,
    set_aside: SetAside,
    /// The newest state, whose records are all in the present flush or before it.
    state: Option<String>,
    /// Bytes and age of the present flush.
    bytes: usize,
    since: Option<Instant>,
    /// Whether a flush failed.
    broken: bool,
    /// When the present piece was received.
    received: String,
    /// Streams of which something odd was said already.
    told: BTreeSet<(usize, &'static str)>,
}

impl<'a> Load<'a> {
    /// A run that writes to `output`, its states to `states` and its log to `log`.
    pub fn new(
        settings: &'a Settings,
        run: &'a str,
        output: &'a mut dyn Output,
        states: &'a mut dyn Write,
        log: &'a mut dyn Write,
    ) -> Self {
        Self {
            settings,
            run,
            output,
            states,
            log,
            streams: Streams::default(),
            fields: Fields::default(),
            scratch: String::new(),
            set_aside: SetAside::new(&settings.path),
            state: None,
            bytes: 0,
            since: None,
            broken: false,
            received: String::new(),
            told: BTreeSet::new(),
        }
    }

    /// Reads to the end of the input. Whatever ends it, what came before is kept and confirmed.
    pub fn run(mut self, from: impl Read + Send + 'static) -> Result<(), LoadError> {
        let read = self.read(from);
        // What a flush could not make durable must not be confirmed by another one.
        let finished = if self.broken { Ok(()) } else { self.flush().and_then(|()| self.output.finish()) };
        for one in self.output.changes().iter() {
            changes::print(self.log, one, self.run, true);
        }
        // The first reason counts: what follows it is mostly its consequence.
        read.and(finished)
    }

    fn read(&mut self, from: impl Read + Send + 'static) -> Result<(), LoadError> {
        let input = Input::start(from, self.settings.longest_line);
        let mut held = Vec::new();
        loop {
            let left = self.since.map_or(self.settings.flush_interval, |since| {
                self.settings.flush_interval.saturating_sub(since.elapsed())
            });
            match input.pieces.recv_timeout(left) {
                Ok(Piece::Lines { text, first }) => {
                    self.since.get_or_insert_with(Instant::now);
                    self.bytes += text.len();
                    held.push((text, first));
                    if !self.output.at_once() {
                        self.apply(&input, &mut held)?;
                    }
                }
                Ok(other) => {
                    self.apply(&input, &mut held)?;
                    return Err(self.unreadable(other));
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return self.apply(&input, &mut held),
            }
            let due = self.since.is_some_and(|since| since.elapsed() >= self.settings.flush_interval);
            if due || self.bytes >= self.settings.flush_bytes {
                self.apply(&input, &mut held)?;
                self.flush()?;
            }
        }
    }

    fn unreadable(&self, piece: Piece) -> LoadError {
        match piece {
            Piece::NotText { line } => {
                LoadError::line(line, None, "it is not UTF-8; the source connector printed a broken message")
            }
            Piece::TooLong { line } => LoadError::line(
                line,
                None,
                format!(
                    "it is longer than {} MB; raise the setting `longest_line_megabytes`, or leave the large field out",
                    self.settings.longest_line / 1024 / 1024
                ),
            ),
            Piece::Failed(source) => LoadError::file("reading", "the messages".as_ref(), source),
            Piece::Lines { first, .. } => LoadError::line(first, None, "it came out of turn"),
        }
    }

    fn apply(&mut self, input: &Input, held: &mut Vec<(String, u64)>) -> Result<(), LoadError> {
        if !held.is_empty() {
            self.received = clock::now_text();
        }
        for (text, first) in held.drain(..) {
            self.lines(&text, first)?;
            input.give_back(text);
        }
        Ok(())
    }

    fn lines(&mut self, text: &str, first: u64) -> Result<(), LoadError> {
        let (mut begin, mut number) = (0, first);
        while begin < text.len() {
            let end = memchr::memchr(b'\n', &text.as_bytes()[begin..]).map_or(text.len(), |at| begin + at);
            let line = &text[begin..end];
            // Some programs on Windows begin their output with a byte order mark.
            let line = if number == 1 { line.trim_start_matches('\u{feff}') } else { line };
            if !line.trim_ascii().is_empty() {
                self.message(line, number)?;
            }
            begin = end + 1;
            number += 1;
        }
        Ok(())
    }

    fn message(&mut self, line: &str, number: u64) -> Result<(), LoadError> {
        let envelope = match Envelope::read(line, &mut self.streams, &mut self.fields) {
            Ok(envelope) => envelope,
            Err(syntax) => return Err(LoadError::malformed(number, records::stream_in(line).as_deref(), syntax)),
        };
        let kind = text_of(envelope.kind)
            .ok_or_else(|| LoadError::line(number, None, "it is no Singer message: it has no `type`"))?;
        match kind.as_ref() {
            "RECORD" => self.record(&envelope, line, number),
            "STATE" => {
                let (_, value) =
                    envelope.value.ok_or_else(|| LoadError::line(number, None, "this STATE has no `value`"))?;
                self.state = Some(value.to_owned());
                Ok(())
            }
            "SCHEMA" => self.schema(&envelope, number),
            "ACTIVATE_VERSION" => self.activate_version(&envelope, number),
            "BATCH" => self.batch(&envelope, number),
            other => {
                // New kinds of messages are to be ignored, says the specification.
                let _ =
                    writeln!(self.log, "WARNING line {number}: messages of type `{other}` are not known and left out");
                Ok(())
            }
        }
    }

    fn schema(&mut self, envelope: &Envelope<'_>, number: u64) -> Result<(), LoadError> {
        let name = text_of(envelope.stream)
            .filter(|name| !name.is_empty())
            .ok_or_else(|| LoadError::line(number, None, "this SCHEMA names no stream"))?
            .into_owned();
        let fail = |what: String| LoadError::line(number, Some(&name), what);
        let (_, text) = envelope.schema.ok_or_else(|| fail("this SCHEMA has no `schema`".to_owned()))?;
        let value: Value =
            serde_json::from_str(text).map_err(|error| fail(format!("its schema cannot be read: {error}")))?;
        let mut columns = schema::columns(&value).map_err(|what| fail(format!("its schema is wrong: {what}")))?;
        let keys: Vec<String> = match envelope.key_properties {
            None | Some((Token::Null, _)) => Vec::new(),
            Some((_, text)) => serde_json::from_str(text)
                .map_err(|_| fail("its `key_properties` have to be a list of names".to_owned()))?,
        };
        if columns.is_empty() {
            // A source that describes nothing has its key all the same.
            let untyped = |key: &String| serde_json::json!({"properties": {key.clone(): {}}});
            columns = keys.iter().flat_map(|key| schema::columns(&untyped(key)).unwrap_or_default()).collect();
        }
        let index = self.streams.find(&name).unwrap_or(self.streams.all.len());
        let upsert = self.settings.load_method == LoadMethod::Upsert;
        let mut stream = Stream::new(index, name.clone(), text.to_owned(), columns, keys, upsert).map_err(fail)?;
        if self.settings.add_metadata {
            for (own, format) in METADATA {
                stream.add_own(own, format);
            }
        } else if let Some(before) = self.streams.all.get(index) {
            for own in [VERSION, DELETED_AT] {
                if before.slot(own).is_some() {
                    stream.add_own(own, if own == DELETED_AT { "date-time" } else { "" });
                }
            }
        }
        let same = self.streams.all.get(index).is_some_and(|before| {
            before.columns == stream.columns
                && before.keys == stream.keys
                && before.key_properties == stream.key_properties
        });
        if !same {
            self.output.open(&stream)?;
        }
        self.streams.put(stream);
        Ok(())
    }

    fn known(&mut self, envelope: &Envelope<'_>, kind: &str, number: u64) -> Result<usize, LoadError> {
        let name = text_of(envelope.stream)
            .ok_or_else(|| LoadError::line(number, None, format!("this {kind} names no stream")))?;
        self.streams.find(&name).ok_or_else(|| {
            let what = format!(
                "this {kind} came before its SCHEMA; the source connector does not follow the Singer specification"
            );
            LoadError::line(number, Some(&name), what)
        })
    }

    fn record(&mut self, envelope: &Envelope<'_>, line: &str, number: u64) -> Result<(), LoadError> {
        let (index, text, span) = match envelope.walked {
            Some(index) => (index, line, envelope.record_span),
            None => {
                let index = self.known(envelope, "RECORD", number)?;
                let Some((Token::Object, text)) = envelope.record else {
                    let what = "this RECORD has no `record` that is an object";
                    return Err(LoadError::line(number, Some(&self.streams.all[index].name), what));
                };
                self.walk(index, text, number)?;
                (index, text, (0, text.len()))
            }
        };
        let version = match envelope.version {
            None | Some((Token::Null, _)) => None,
            Some((_, raw)) => Some(self.version(index, raw, number)?),
        };
        let extracted = envelope.time_extracted.filter(|(token, _)| *token != Token::Null).map(|(_, raw)| raw);
        self.keep(index, text, span, version, extracted, envelope.non_finite, number)
    }

    /// A version, and the column for it.
    fn version(&mut self, index: usize, raw: &str, number: u64) -> Result<i64, LoadError> {
        let stream = &mut self.streams.all[index];
        let version = raw.parse().map_err(|_| {
            LoadError::line(number, Some(&stream.name), format!("its version {raw} is not a whole number of 64 bits"))
        })?;
        let mut added = stream.add_own(VERSION, "");
        if self.settings.delete == Delete::Soft {
            added |= stream.add_own(DELETED_AT, "date-time");
        }
        if added {
            self.output.open(stream)?;
        }
        Ok(version)
    }

    fn walk(&mut self, index: usize, text: &str, number: u64) -> Result<(), LoadError> {
        let stream = &mut self.streams.all[index];
        stream
            .walk(&mut Cursor::new(text), text, &mut self.fields)
            .map_err(|syntax| LoadError::malformed(number, Some(&stream.name), syntax))
    }

    #[expect(clippy::too_many_arguments, reason = "they are the parts of one message")]
    fn keep(
        &mut self,
        index: usize,
        text: &str,
        span: (usize, usize),
        version: Option<i64>,
        extracted: Option<&str>,
        non_finite: bool,
        number: u64,
    ) -> Result<(), LoadError> {
        if !(non_finite || self.settings.add_metadata || version.is_some()) {
            return records::write(
                self.settings,
                self.output,
                &mut self.set_aside,
                &self.streams.all[index],
                &Record { text, span, fields: &self.fields },
                number,
            );
        }
        let mut copy = std::mem::take(&mut self.scratch);
        copy.clear();
        copy.push_str(&text[span.0..span.1]);
        if non_finite {
            copy = without_non_finite(&copy)
                .map_err(|syntax| LoadError::malformed(number, Some(&self.streams.all[index].name), syntax))?;
            if self.told.insert((index, "non-finite")) {
                let name = &self.streams.all[index].name;
                let _ = writeln!(
                    self.log,
                    "WARNING line {number} of stream `{name}`: NaN and Infinity are no JSON; they are kept as null"
                );
            }
        }
        let received = self.settings.add_metadata.then_some(self.received.as_str());
        records::add_metadata(&self.streams.all[index], &self.fields, &mut copy, received, version, extracted);
        self.walk(index, &copy, number)?;
        let record = Record { text: &copy, span: (0, copy.len()), fields: &self.fields };
        let written =
            records::write(self.settings, self.output, &mut self.set_aside, &self.streams.all[index], &record, number);
        self.scratch = copy;
        written
    }

    fn activate_version(&mut self, envelope: &Envelope<'_>, number: u64) -> Result<(), LoadError> {
        let index = self.known(envelope, "ACTIVATE_VERSION", number)?;
        let raw = envelope.version.map(|(_, raw)| raw).unwrap_or_default();
        let version = self.version(index, raw, number)?;
        self.output.activate_version(&self.streams.all[index], version)
    }

    fn batch(&mut self, envelope: &Envelope<'_>, number: u64) -> Result<(), LoadError> {
        let index = self.known(envelope, "BATCH", number)?;
        let name = self.streams.all[index].name.clone();
        let fail = |what: String| LoadError::line(number, Some(&name), what);
        let files = batch::files(envelope.encoding, envelope.manifest).map_err(&fail)?;
        for file in &files {
            let mut lines = batch::open(file).map_err(&fail)?;
            while let Some(record) = lines.next(self.settings.longest_line).map_err(&fail)? {
                let mut cursor = Cursor::new(record);
                let stream = &mut self.streams.all[index];
                let walked = stream.walk(&mut cursor, record, &mut self.fields).and_then(|()| cursor.end());
                walked.map_err(|syntax| fail(format!("{}: a record is not JSON: {syntax}", file.path.display())))?;
                let span = (0, record.trim_end().len());
                let non_finite = cursor.non_finite;
                self.bytes += record.len();
                self.keep(index, record, span, None, None, non_finite, number)?;
            }
        }
        Ok(())
    }

    /// Makes everything so far durable and says up to where the source need not be read again.
    fn flush(&mut self) -> Result<(), LoadError> {
        (self.bytes, self.since) = (0, None);
        self.broken = true;
        let counts = self.set_aside.commit()?;
        for (index, count) in counts {
            self.output.changes()[index].set_aside += count;
        }
        self.output.commit()?;
        self.broken = false;
        if let Some(state) = self.state.take() {
            let said = writeln!(self.states, "{state}").and_then(|()| self.states.flush());
            if let Err(error) = said {
                let _ = writeln!(self.log, "WARNING the state could not be passed on: {error}");
            }
        }
        Ok(())
    }
}
