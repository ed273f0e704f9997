//! Tables of SQLite databases, read without keeping their writer waiting.

use super::{Ask, DataError, Flow, Page, Taker, gather, value};
use rusqlite::{Connection, OpenFlags, Row, types::ValueRef};
use serde_json::{Value, json};
use std::{
    path::Path,
    time::{Duration, Instant},
};
use tributary_contract::{DataColumn, ValueKind};

/// How long a page may take before it is done for a part of the table.
const PATIENCE: Duration = Duration::from_millis(1_500);
/// How long a reader waits for a writer that is just opening or closing the database.
const BUSY: Duration = Duration::from_secs(2);
/// Instructions of the database engine between two looks at the clock.
const INSTRUCTIONS: i32 = 50_000;

/// Opens a database so that nothing can be written through it.
pub fn open(path: &Path) -> Result<Connection, DataError> {
    // SQLite says of a missing file only that it cannot open it.
    std::fs::metadata(path).map_err(|source| DataError::Read { path: path.to_owned(), source })?;
    let failed = |source| DataError::Database { path: path.to_owned(), source };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    connection.busy_timeout(BUSY).map_err(failed)?;
    connection.pragma_update(None, "query_only", true).map_err(failed)?;
    Ok(connection)
}

/// A name as SQL has it.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The columns of a table.
pub fn columns(connection: &Connection, table: &str) -> rusqlite::Result<Vec<DataColumn>> {
    let mut statement = connection.prepare("SELECT name, type FROM pragma_table_xinfo(?1) WHERE hidden <> 1")?;
    let rows = statement
        .query_map([table], |row| Ok(DataColumn { name: row.get(0)?, kind: kind_of(&row.get::<_, String>(1)?) }))?;
    rows.collect()
}

/// What a declared type holds.
pub fn kind_of(declared: &str) -> ValueKind {
    let name = declared.to_ascii_uppercase();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if has(&["BOOL"]) {
        ValueKind::Boolean
    } else if has(&["TIMESTAMP", "DATETIME"]) {
        ValueKind::Time
    } else if has(&["DATE"]) {
        ValueKind::Date
    } else if has(&["JSON"]) {
        ValueKind::Json
    } else if has(&["INT"]) {
        ValueKind::Integer
    } else if has(&["REAL", "FLOA", "DOUB", "NUM", "DEC"]) {
        ValueKind::Number
    } else if has(&["BLOB"]) {
        ValueKind::Binary
    } else {
        ValueKind::Text
    }
}

/// A value of the database, as a column of this kind shows it.
pub fn to_value(value: ValueRef<'_>, kind: ValueKind) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) if kind == ValueKind::Boolean && (number == 0 || number == 1) => json!(number == 1),
        ValueRef::Integer(number) => value::integer(number),
        ValueRef::Real(number) => match serde_json::Number::from_f64(number) {
            Some(number) => Value::Number(number),
            None => json!(number.to_string()),
        },
        ValueRef::Text(text) => Value::String(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => json!(format!("{} bytes", bytes.len())),
    }
}

fn row_of(row: &Row<'_>, columns: &[DataColumn]) -> rusqlite::Result<Vec<Value>> {
    columns.iter().enumerate().map(|(place, column)| Ok(to_value(row.get_ref(place)?, column.kind))).collect()
}

/// A question about a table.
struct Question {
    columns: Vec<DataColumn>,
    /// The names of the columns, as SQL has them.
    names: String,
    table: String,
    /// What orders rows by when they came; empty where the table has nothing of the kind.
    age: &'static str,
    condition: String,
    pattern: Option<String>,
}

impl Question {
    fn new(connection: &Connection, file: &Path, table: &str, search: &str) -> Result<Self, DataError> {
        let failed = |source| DataError::Database { path: file.to_owned(), source };
        let columns = columns(connection, table).map_err(failed)?;
        if columns.is_empty() {
            let detail = format!("it has no table “{table}”");
            return Err(DataError::Form { path: file.to_owned(), what: "database", detail });
        }
        let quotes: Vec<String> = columns.iter().map(|column| quoted(&column.name)).collect();
        let table = quoted(table);
        // A table that is its own index has no row numbers.
        let numbered = !columns.iter().any(|column| column.name.eq_ignore_ascii_case("rowid"))
            && connection.prepare(&format!("SELECT rowid FROM {table} LIMIT 0")).is_ok();
        let (condition, pattern) = if search.is_empty() {
            (String::new(), None)
        } else {
            // Beyond SQLite's depth of an expression the columns are joined first.
            let all = quotes.iter().map(|name| format!("{name} LIKE ?1 ESCAPE '\\'")).collect::<Vec<_>>();
            let all = all.chunks(500).map(|some| format!("({})", some.join(" OR "))).collect::<Vec<_>>();
            let text = search.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
            (format!(" WHERE ({})", all.join(" OR ")), Some(format!("%{text}%")))
        };
        let age = if numbered { "rowid" } else { "" };
        Ok(Self { names: quotes.join(", "), columns, table, age, condition, pattern })
    }

    /// Rows until the statement ends or is interrupted; whether it came to its end.
    fn rows(
        &self,
        connection: &Connection,
        sql: &str,
        take: &mut dyn FnMut(Vec<Value>) -> Result<Flow, DataError>,
        failed: &dyn Fn(rusqlite::Error) -> DataError,
    ) -> Result<bool, DataError> {
        let mut statement = connection.prepare(sql).map_err(failed)?;
        let mut rows = match &self.pattern {
            Some(pattern) => statement.query([pattern]),
            None => statement.query([]),
        }
        .map_err(failed)?;
        loop {
            match rows.next() {
                Ok(Some(row)) => {
                    let row = row_of(row, &self.columns).map_err(failed)?;
                    if take(row)? == Flow::Enough {
                        return Ok(true);
                    }
                }
                Ok(None) => return Ok(true),
                Err(error) if is_interrupt(&error) => return Ok(false),
                Err(error) => return Err(failed(error)),
            }
        }
    }
}

/// Whether the clock ended a statement.
pub fn is_interrupt(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::OperationInterrupted)
}

/// Ends statements of this connection that are at work after so long.
pub fn limit_time(connection: &Connection, patience: Duration) -> rusqlite::Result<()> {
    let begun = Instant::now();
    connection.progress_handler(INSTRUCTIONS, Some(move || begun.elapsed() > patience))
}

/// A page of a table.
pub fn page(file: &Path, table: &str, rows: Option<u64>, ask: &Ask) -> Result<Page, DataError> {
    let connection = open(file)?;
    let failed = |source| DataError::Database { path: file.to_owned(), source };
    let question = Question::new(&connection, file, table, &ask.search)?;
    let Question { names, table, age, condition, .. } = &question;
    let newest = if age.is_empty() { String::new() } else { format!(" ORDER BY {age} DESC") };
    let limit = ask.limit;
    let mut found = Vec::new();
    let (sql, narrower) = match &ask.sort {
        None => (format!("SELECT {names} FROM {table}{condition}{newest} LIMIT {limit}"), None),
        Some((name, descending)) => {
            let known: Vec<String> = question.columns.iter().map(|column| column.name.clone()).collect();
            gather::column(&known, name)?;
            let order = format!(" ORDER BY {}{}", quoted(name), if *descending { " DESC" } else { "" });
            let some = gather::SORTED;
            (
                format!("SELECT {names} FROM {table}{condition}{order} LIMIT {limit}"),
                Some(format!(
                    "SELECT {names} FROM (SELECT {names} FROM {table}{newest} LIMIT {some}){condition}{order} LIMIT {limit}"
                )),
            )
        }
    };
    limit_time(&connection, PATIENCE).map_err(failed)?;
    let mut take = |row| {
        found.push(row);
        Ok(Flow::More)
    };
    let done = question.rows(&connection, &sql, &mut take, &failed)?;
    let mut part = None;
    if !done {
        part = Some("The newest rows were searched for as long as a page may take; there may be more.".to_owned());
        if let Some(narrower) = narrower {
            found.clear();
            limit_time(&connection, PATIENCE).map_err(failed)?;
            let mut take = |row| {
                found.push(row);
                Ok(Flow::More)
            };
            question.rows(&connection, &narrower, &mut take, &failed)?;
            part =
                Some(format!("Only the newest {} rows were sorted: all of them would take too long.", gather::SORTED));
        }
    }
    let total = ask.search.is_empty().then_some(rows).flatten();
    Ok(Page { columns: question.columns, rows: found, total, part })
}

/// All rows of a table that hold a text, in one snapshot.
pub fn scan(file: &Path, table: &str, search: &str, taker: &mut dyn Taker) -> Result<(), DataError> {
    let connection = open(file)?;
    let failed = |source| DataError::Database { path: file.to_owned(), source };
    let question = Question::new(&connection, file, table, search)?;
    taker.columns(&question.columns)?;
    let Question { names, table, age, condition, .. } = &question;
    let oldest = if age.is_empty() { String::new() } else { format!(" ORDER BY {age}") };
    let sql = format!("SELECT {names} FROM {table}{condition}{oldest}");
    question.rows(&connection, &sql, &mut |row| taker.row(row), &failed).map(drop)
}

/// A table that the loader keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The stream.
    pub stream: String,
    /// The table.
    pub table: String,
    /// Its rows; `None`: not counted.
    pub rows: Option<u64>,
    /// When it last changed, RFC 3339.
    pub updated_at: Option<String>,
}

/// The tables of a database: those its loader keeps a list of, or, in one without such a list, all.
pub fn tables(file: &Path) -> Result<Vec<Listed>, DataError> {
    let connection = open(file)?;
    let failed = |source| DataError::Database { path: file.to_owned(), source };
    let listed: bool = connection
        .query_row(
            "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '_tributary_streams')",
            [],
            |row| row.get(0),
        )
        .map_err(failed)?;
    let sql = if listed {
        "SELECT stream, table_name, rows, updated_at FROM _tributary_streams ORDER BY stream"
    } else {
        "SELECT name, name, NULL, NULL FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
         ORDER BY name"
    };
    let mut statement = connection.prepare(sql).map_err(failed)?;
    let rows = statement.query_map([], |row| {
        Ok(Listed { stream: row.get(0)?, table: row.get(1)?, rows: row.get(2)?, updated_at: row.get(3)? })
    });
    rows.and_then(Iterator::collect).map_err(failed)
}
