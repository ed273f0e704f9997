//! The query language, as far as the connector and the app use it:
//! `SELECT fields FROM object [WHERE field op literal [AND ...]] [ORDER BY field [ASC]] [LIMIT n]` and `SELECT COUNT()`.

use chrono::{DateTime, NaiveDate};

/// A query.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// The fields asked for; none for `COUNT()`.
    pub fields: Option<Vec<String>>,
    /// The object asked.
    pub object: String,
    /// Conditions that all have to hold.
    pub conditions: Vec<Condition>,
    /// The field the records are ordered by, ascending.
    pub order_by: Option<String>,
    /// The largest number of records.
    pub limit: Option<u64>,
}

/// A comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// The field on the left side.
    pub field: String,
    /// How it is compared.
    pub operator: Operator,
    /// The right side.
    pub literal: Literal,
}

/// How a field is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `=`
    Equal,
    /// `!=` or `<>`
    Different,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

/// The right side of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// Quoted text.
    Text(String),
    /// A number.
    Number(f64),
    /// `true` or `false`.
    Flag(bool),
    /// `null`.
    Null,
    /// A moment, in microseconds since 1970.
    Moment(i64),
    /// A day, in days since 1970.
    Day(i64),
}

/// A text that is not a query of the subset.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SoqlError {
    /// Something else was expected here.
    #[error("unexpected token: {found}")]
    Unexpected {
        /// What was found; `<EOF>` at the end.
        found: String,
    },
    /// The order is one the simulator cannot give.
    #[error("the simulator orders ascending only, found: {found}")]
    Order {
        /// What was found.
        found: String,
    },
}

/// Reads a query.
pub fn parse(text: &str) -> Result<Query, SoqlError> {
    let mut tokens = Tokens { rest: text };
    tokens.keyword("SELECT")?;
    let fields = select_list(&mut tokens)?;
    tokens.keyword("FROM")?;
    let object = tokens.name()?;
    let mut query = Query { fields, object, conditions: Vec::new(), order_by: None, limit: None };
    if tokens.skip_keyword("WHERE") {
        loop {
            query.conditions.push(condition(&mut tokens)?);
            if !tokens.skip_keyword("AND") {
                break;
            }
        }
    }
    if tokens.skip_keyword("ORDER") {
        tokens.keyword("BY")?;
        query.order_by = Some(tokens.name()?);
        if tokens.skip_keyword("NULLS") {
            tokens.name()?;
        } else if !tokens.skip_keyword("ASC") && tokens.peek().eq_ignore_ascii_case("DESC") {
            return Err(SoqlError::Order { found: tokens.peek().to_owned() });
        }
    }
    if tokens.skip_keyword("LIMIT") {
        let found = tokens.take();
        query.limit = Some(found.parse().map_err(|_| SoqlError::Unexpected { found: found.to_owned() })?);
    }
    if tokens.peek().is_empty() { Ok(query) } else { Err(tokens.unexpected()) }
}

fn select_list(tokens: &mut Tokens) -> Result<Option<Vec<String>>, SoqlError> {
    let mut fields = vec![tokens.name()?];
    if fields[0].eq_ignore_ascii_case("COUNT") && tokens.peek() == "(" {
        tokens.symbol("(")?;
        tokens.symbol(")")?;
        return Ok(None);
    }
    while tokens.peek() == "," {
        tokens.take();
        fields.push(tokens.name()?);
    }
    Ok(Some(fields))
}

fn condition(tokens: &mut Tokens) -> Result<Condition, SoqlError> {
    let field = tokens.name()?;
    let operator = match tokens.peek() {
        "=" => Operator::Equal,
        "!=" | "<>" => Operator::Different,
        "<" => Operator::Less,
        "<=" => Operator::AtMost,
        ">" => Operator::Greater,
        ">=" => Operator::AtLeast,
        _ => return Err(tokens.unexpected()),
    };
    tokens.take();
    let literal = literal(tokens.peek()).ok_or_else(|| tokens.unexpected())?;
    tokens.take();
    Ok(Condition { field, operator, literal })
}

fn literal(token: &str) -> Option<Literal> {
    if let Some(quoted) = token.strip_prefix('\'') {
        let inner = quoted.strip_suffix('\'')?;
        let mut text = String::with_capacity(inner.len());
        let mut letters = inner.chars();
        while let Some(letter) = letters.next() {
            text.push(if letter == '\\' { unescaped(letters.next()?) } else { letter });
        }
        return Some(Literal::Text(text));
    }
    match token.to_ascii_lowercase().as_str() {
        "true" => return Some(Literal::Flag(true)),
        "false" => return Some(Literal::Flag(false)),
        "null" => return Some(Literal::Null),
        _ => {}
    }
    if !token.starts_with(|first: char| first.is_ascii_digit() || first == '-' || first == '+') {
        return None;
    }
    if let Ok(number) = token.parse() {
        return Some(Literal::Number(number));
    }
    if let Ok(day) = NaiveDate::parse_from_str(token, "%Y-%m-%d") {
        return Some(Literal::Day(day.signed_duration_since(NaiveDate::default()).num_days()));
    }
    // The zone may be written with or without its colon.
    let moment =
        DateTime::parse_from_rfc3339(token).or_else(|_| DateTime::parse_from_str(token, "%Y-%m-%dT%H:%M:%S%.f%z"));
    moment.ok().map(|moment| Literal::Moment(moment.timestamp_micros()))
}

fn unescaped(letter: char) -> char {
    match letter {
        'n' | 'N' => '\n',
        'r' | 'R' => '\r',
        't' | 'T' => '\t',
        other => other,
    }
}

/// The rest of the text, cut into tokens as it is read.
struct Tokens<'a> {
    rest: &'a str,
}

impl<'a> Tokens<'a> {
    /// The next token without taking it; empty at the end.
    fn peek(&self) -> &'a str {
        let text = self.rest.trim_start();
        let Some(first) = text.chars().next() else { return "" };
        let length = match first {
            '\'' => quoted_length(text),
            '<' | '>' | '!' => 1 + usize::from(text[1..].starts_with(['=', '>'])),
            ',' | '(' | ')' | '=' => 1,
            _ => text.find(|at: char| at.is_whitespace() || ",()<>=!'".contains(at)).unwrap_or(text.len()),
        };
        &text[..length]
    }

    fn take(&mut self) -> &'a str {
        let token = self.peek();
        self.rest = &self.rest.trim_start()[token.len()..];
        token
    }

    fn unexpected(&self) -> SoqlError {
        let found = if self.peek().is_empty() { "<EOF>" } else { self.peek() };
        SoqlError::Unexpected { found: found.to_owned() }
    }

    fn skip_keyword(&mut self, keyword: &str) -> bool {
        let found = self.peek().eq_ignore_ascii_case(keyword);
        if found {
            self.take();
        }
        found
    }

    fn keyword(&mut self, keyword: &str) -> Result<(), SoqlError> {
        if self.skip_keyword(keyword) { Ok(()) } else { Err(self.unexpected()) }
    }

    fn symbol(&mut self, symbol: &str) -> Result<(), SoqlError> {
        self.keyword(symbol)
    }

    fn name(&mut self) -> Result<String, SoqlError> {
        let token = self.peek();
        let named = token.starts_with(|first: char| first.is_ascii_alphabetic())
            && token.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_' || letter == '.');
        if named { Ok(self.take().to_owned()) } else { Err(self.unexpected()) }
    }
}

fn quoted_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\'' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_connectors_query_is_read() {
        let query = parse(
            "SELECT Id,Name,BillingAddress FROM Account WHERE SystemModstamp >= 2024-01-01T00:00:00.000000Z  AND \
             SystemModstamp < 2025-01-01T00:00:00Z ORDER BY SystemModstamp ASC",
        )
        .expect("valid");
        assert_eq!(query.fields.as_deref(), Some(["Id", "Name", "BillingAddress"].map(String::from).as_slice()));
        assert_eq!(query.object, "Account");
        assert_eq!(query.order_by.as_deref(), Some("SystemModstamp"));
        assert_eq!(query.conditions.len(), 2);
        assert_eq!(query.conditions[0].literal, Literal::Moment(1_704_067_200_000_000));
        assert_eq!(query.conditions[1].operator, Operator::Less);
    }

    #[test]
    fn counting_limits_and_literals_are_read() {
        let query = parse("select count() from Contact where Name = 'O\\'Brien, \"x\"' and IsDeleted=false limit 5");
        let query = query.expect("valid");
        assert_eq!((query.fields, query.limit), (None, Some(5)));
        assert_eq!(query.conditions[0].literal, Literal::Text("O'Brien, \"x\"".to_owned()));
        assert_eq!(query.conditions[1].literal, Literal::Flag(false));
        for (text, expected) in [
            ("2024-02-29", Literal::Day(19_782)),
            ("2024-01-01T01:00:00+01:00", Literal::Moment(1_704_067_200_000_000)),
            ("2024-01-01T00:00:00.5+0000", Literal::Moment(1_704_067_200_500_000)),
            ("-12.5", Literal::Number(-12.5)),
            ("NULL", Literal::Null),
        ] {
            assert_eq!(literal(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_query_is_refused_with_the_token() {
        for (text, found) in [
            ("", "<EOF>"),
            ("DELETE FROM Account", "DELETE"),
            ("SELECT Id FROM", "<EOF>"),
            ("SELECT Id, FROM Account", "Account"),
            ("SELECT Id FROM Account WHERE Name LIKE 'a%'", "LIKE"),
            ("SELECT Id FROM Account LIMIT many", "many"),
            ("SELECT Id FROM Account GROUP BY Id", "GROUP"),
            ("SELECT Id FROM Account WHERE Name = 'open", "'open"),
        ] {
            assert_eq!(parse(text), Err(SoqlError::Unexpected { found: found.to_owned() }), "{text}");
        }
        assert!(matches!(parse("SELECT Id FROM Account ORDER BY Name DESC"), Err(SoqlError::Order { .. })));
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_parser(text in any::<String>(), tail in ".{0,40}") {
            let _ = parse(&text);
            let _ = parse(&format!("SELECT Id FROM Account WHERE {tail}"));
        }
    }
}
