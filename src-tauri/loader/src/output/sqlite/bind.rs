//! Records as parameters of statements: straight from the text of the message.

use super::table::{Needs, Table};
use crate::{
    json::{Token, is_exact, unescape, write_string},
    names::quoted,
    schema::Kind,
    stream::{Field, Record, Stream, plain},
};
use rusqlite::{Connection, Statement, types::Null};

/// Binds records. Its memory is used again for each.
#[derive(Debug, Default)]
pub struct Binder {
    scratch: String,
    more: String,
    /// By parameter: the last record that had it.
    seen: Vec<u64>,
    number: u64,
}

/// A whole number of 64 bits.
fn integer(raw: &str, token: Token) -> Option<i64> {
    match token {
        Token::Int => raw.parse().ok(),
        // 1.0 and 1e3 are integers too.
        _ => {
            let number: f64 = raw.parse().ok()?;
            let exact = is_exact(raw, token) && number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0;
            #[expect(clippy::cast_possible_truncation, reason = "it is a whole number within 53 bits")]
            exact.then_some(number as i64)
        }
    }
}

impl Binder {
    /// Binds a record and adds it; or says what its table has to be given first.
    pub fn execute(
        &mut self,
        table: &mut Table<'_>,
        stream: &Stream,
        record: &Record<'_>,
    ) -> rusqlite::Result<Option<Needs>> {
        self.number += 1;
        if self.seen.len() <= table.parameter_count {
            self.seen.resize(table.parameter_count + 1, 0);
        }
        self.more.clear();
        let mut distinct = 0;
        for &field in &record.fields.known {
            match table.of_slot[field.slot as usize] {
                Some(column) => {
                    let Some(parameter) = table.parameters[column] else { continue };
                    if !self.bind(&mut table.insert, parameter, table.columns[column].kind, record, field)? {
                        return Ok(Some(Needs::Exact(column)));
                    }
                    if self.seen[parameter] != self.number {
                        self.seen[parameter] = self.number;
                        distinct += 1;
                    }
                }
                None => {
                    self.comma();
                    write_string(&stream.columns[field.slot as usize].property, &mut self.more);
                    self.more.push_str(": ");
                    self.more.push_str(record.raw(field));
                }
            }
        }
        for &(begin, end) in &record.fields.unknown {
            self.comma();
            self.more.push_str(&record.text[begin..end]);
        }
        if !self.more.is_empty() {
            let Some(parameter) = table.more else { return Ok(Some(Needs::More)) };
            self.more.push('}');
            table.insert.raw_bind_parameter(parameter, self.more.as_str())?;
            self.seen[parameter] = self.number;
            distinct += 1;
        }
        if distinct < table.parameter_count {
            for parameter in 1..=table.parameter_count {
                if self.seen[parameter] != self.number {
                    table.insert.raw_bind_parameter(parameter, Null)?;
                }
            }
        }
        table.insert.raw_execute().map(|_| None)
    }

    /// Deletes the row with the record's key. How many there were.
    pub fn delete(
        &mut self,
        connection: &Connection,
        table: &Table<'_>,
        stream: &Stream,
        record: &Record<'_>,
    ) -> rusqlite::Result<usize> {
        let columns: Vec<usize> = stream.keys.iter().filter_map(|slot| table.of_slot[*slot]).collect();
        let wheres: Vec<String> = columns
            .iter()
            .enumerate()
            .map(|(at, column)| format!("{} = ?{}", quoted(&table.columns[*column].name), at + 1))
            .collect();
        let sql = format!("DELETE FROM {} WHERE {}", quoted(&table.name), wheres.join(" AND "));
        let mut statement = connection.prepare_cached(&sql)?;
        for (at, slot) in stream.keys.iter().enumerate() {
            let kind = columns.get(at).map_or(Kind::Text, |column| table.columns[*column].kind);
            match record.field(*slot) {
                // A key that the column cannot hold is in no row.
                Some(field) if self.bind(&mut statement, at + 1, kind, record, field)? => {}
                _ => return Ok(0),
            }
        }
        statement.raw_execute()
    }

    fn comma(&mut self) {
        self.more.push_str(if self.more.is_empty() { "{" } else { ", " });
    }

    /// Binds a value. Whether its column can hold it.
    #[inline]
    fn bind(
        &mut self,
        statement: &mut Statement<'_>,
        parameter: usize,
        kind: Kind,
        record: &Record<'_>,
        field: Field,
    ) -> rusqlite::Result<bool> {
        let (raw, token) = (record.raw(field), field.token);
        match (token, kind) {
            (Token::Null | Token::NonFinite, _) => statement.raw_bind_parameter(parameter, Null)?,
            (Token::Text, Kind::Json) | (Token::Array | Token::Object, _) => {
                statement.raw_bind_parameter(parameter, raw)?;
            }
            (Token::Text, _) => statement.raw_bind_parameter(parameter, &raw[1..raw.len() - 1])?,
            (Token::Escaped, Kind::Json) => statement.raw_bind_parameter(parameter, raw)?,
            (Token::Escaped, _) => {
                self.scratch.clear();
                unescape(&raw[1..raw.len() - 1], &mut self.scratch);
                statement.raw_bind_parameter(parameter, self.scratch.as_str())?;
            }
            (Token::True | Token::False, Kind::Bool | Kind::Int | Kind::Number | Kind::Exact) => {
                statement.raw_bind_parameter(parameter, token == Token::True)?;
            }
            (Token::Int | Token::Float, Kind::Bool | Kind::Int) => match integer(raw, token) {
                Some(number) => statement.raw_bind_parameter(parameter, number)?,
                None => return Ok(false),
            },
            (Token::Int | Token::Float, Kind::Number) => match raw.parse::<f64>() {
                Ok(number) if is_exact(raw, token) => statement.raw_bind_parameter(parameter, number)?,
                _ => return Ok(false),
            },
            (Token::Int | Token::Float, Kind::Exact) => match (integer(raw, token), raw.parse::<f64>()) {
                (Some(number), _) if token == Token::Int => statement.raw_bind_parameter(parameter, number)?,
                (_, Ok(number)) if is_exact(raw, token) => statement.raw_bind_parameter(parameter, number)?,
                _ => statement.raw_bind_parameter(parameter, raw)?,
            },
            _ => statement.raw_bind_parameter(parameter, plain(raw, token, &mut self.scratch))?,
        }
        Ok(true)
    }
}
