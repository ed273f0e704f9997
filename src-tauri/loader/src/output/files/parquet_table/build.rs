//! Records as columns of Arrow.

use super::types::moment;
use crate::{
    json::{Token, unescape},
    schema::Kind,
    stream::{Record, plain},
};
use arrow_array::{
    ArrayRef, RecordBatch,
    builder::{
        ArrayBuilder, BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, StringBuilder,
        TimestampMicrosecondBuilder,
    },
};
use arrow_json::ReaderBuilder;
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use std::sync::Arc;

/// A column under construction.
enum Builder {
    Bool(BooleanBuilder),
    Int(Int64Builder),
    Float(Float64Builder),
    Text(StringBuilder),
    Date(Date32Builder),
    Moment(TimestampMicrosecondBuilder),
    /// Lines of JSON with one member, decoded together.
    Nested(String),
}

/// Rows under construction.
pub struct Rows {
    schema: SchemaRef,
    kinds: Vec<Kind>,
    builders: Vec<Builder>,
    /// By column: the last row that had it.
    seen: Vec<usize>,
    /// How many rows there are,
    pub count: usize,
    /// and about how many bytes.
    pub bytes: usize,
    scratch: String,
}

impl Rows {
    /// None yet.
    #[must_use]
    pub fn new(schema: SchemaRef, kinds: Vec<Kind>) -> Self {
        let builder = |field: &Arc<Field>| match field.data_type() {
            DataType::Boolean => Builder::Bool(BooleanBuilder::new()),
            DataType::Int64 => Builder::Int(Int64Builder::new()),
            DataType::Float64 => Builder::Float(Float64Builder::new()),
            DataType::Date32 => Builder::Date(Date32Builder::new()),
            DataType::Timestamp(_, zone) => {
                Builder::Moment(TimestampMicrosecondBuilder::new().with_timezone_opt(zone.clone()))
            }
            DataType::Struct(_) | DataType::List(_) => Builder::Nested(String::new()),
            _ => Builder::Text(StringBuilder::new()),
        };
        let builders: Vec<Builder> = schema.fields().iter().map(builder).collect();
        Self { seen: vec![0; builders.len()], schema, kinds, builders, count: 0, bytes: 0, scratch: String::new() }
    }

    /// Adds a record. `own` are texts of our own, by column.
    pub fn add(&mut self, record: &Record<'_>, own: &[(usize, &str)]) {
        self.count += 1;
        self.bytes += record.text.len();
        for (column, text) in own {
            self.seen[*column] = self.count;
            self.text(*column, text);
        }
        // Of a member that is there twice the last counts.
        for field in record.fields.known.iter().rev() {
            let column = field.slot as usize;
            if self.seen[column] == self.count {
                continue;
            }
            self.seen[column] = self.count;
            self.value(column, record.raw(*field), field.token);
        }
        for column in 0..self.builders.len() {
            if self.seen[column] != self.count {
                self.value(column, "null", Token::Null);
            }
        }
    }

    fn text(&mut self, column: usize, text: &str) {
        match &mut self.builders[column] {
            Builder::Text(builder) => builder.append_value(text),
            Builder::Moment(builder) => builder.append_option(moment(Kind::DateTime, text)),
            _ => self.value(column, "null", Token::Null),
        }
    }

    #[inline]
    fn value(&mut self, column: usize, raw: &str, token: Token) {
        let none = matches!(token, Token::Null | Token::NonFinite);
        match &mut self.builders[column] {
            Builder::Bool(builder) => builder.append_option((!none).then_some(token == Token::True)),
            Builder::Int(builder) => builder.append_option(match token {
                Token::Int => raw.parse().ok(),
                Token::True | Token::False => Some(i64::from(token == Token::True)),
                _ => None,
            }),
            Builder::Float(builder) => builder.append_option(match token {
                Token::Int | Token::Float => raw.parse().ok(),
                Token::True | Token::False => Some(f64::from(u8::from(token == Token::True))),
                _ => None,
            }),
            Builder::Text(builder) => match token {
                Token::Null | Token::NonFinite => builder.append_null(),
                Token::Text if self.kinds[column] != Kind::Json => builder.append_value(&raw[1..raw.len() - 1]),
                Token::Escaped if self.kinds[column] != Kind::Json => {
                    self.scratch.clear();
                    unescape(&raw[1..raw.len() - 1], &mut self.scratch);
                    builder.append_value(&self.scratch);
                }
                _ => builder.append_value(raw),
            },
            Builder::Date(builder) => {
                let day = (!none).then(|| moment(Kind::Date, plain(raw, token, &mut self.scratch))).flatten();
                builder.append_option(day.and_then(|day| i32::try_from(day).ok()));
            }
            Builder::Moment(builder) => {
                let micros = (!none).then(|| moment(Kind::DateTime, plain(raw, token, &mut self.scratch))).flatten();
                builder.append_option(micros);
            }
            Builder::Nested(lines) => {
                lines.push_str("{\"v\":");
                lines.push_str(raw);
                lines.push_str("}\n");
            }
        }
    }

    /// Takes the rows.
    pub fn finish(&mut self) -> Result<RecordBatch, ArrowError> {
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(self.builders.len());
        for (at, builder) in self.builders.iter_mut().enumerate() {
            columns.push(match builder {
                Builder::Bool(builder) => ArrayBuilder::finish(builder),
                Builder::Int(builder) => ArrayBuilder::finish(builder),
                Builder::Float(builder) => ArrayBuilder::finish(builder),
                Builder::Text(builder) => ArrayBuilder::finish(builder),
                Builder::Date(builder) => ArrayBuilder::finish(builder),
                Builder::Moment(builder) => ArrayBuilder::finish(builder),
                Builder::Nested(lines) => {
                    let column = decode(lines, self.schema.field(at).data_type(), self.count)?;
                    lines.clear();
                    column
                }
            });
        }
        self.seen.fill(0);
        (self.count, self.bytes) = (0, 0);
        RecordBatch::try_new(Arc::clone(&self.schema), columns)
    }
}

/// Lines of `{"v":VALUE}` as one column.
pub fn decode(lines: &str, data_type: &DataType, count: usize) -> Result<ArrayRef, ArrowError> {
    let schema = Arc::new(Schema::new(vec![Field::new("v", data_type.clone(), true)]));
    let mut decoder = ReaderBuilder::new(schema).with_batch_size(count.max(1)).build_decoder()?;
    let mut rest = lines.as_bytes();
    let mut arrays: Vec<ArrayRef> = Vec::new();
    loop {
        let used = decoder.decode(rest)?;
        rest = &rest[used..];
        if let Some(batch) = decoder.flush()? {
            arrays.push(Arc::clone(batch.column(0)));
        } else if used == 0 {
            break;
        }
    }
    match &arrays[..] {
        [] => Ok(arrow_array::new_null_array(data_type, 0)),
        [one] => Ok(Arc::clone(one)),
        _ => arrow_select::concat::concat(&arrays.iter().map(AsRef::as_ref).collect::<Vec<_>>()),
    }
}
