//! Questions in SQL about the tables of an SQLite database: read only, bounded in rows, time and memory.

use super::{
    DataError, clip,
    sqlite::{is_interrupt, kind_of, limit_time, open, to_value},
    value,
};
use rusqlite::{
    Connection,
    fallible_iterator::FallibleIterator,
    hooks::{AuthAction, AuthContext, Authorization},
    limits::Limit,
};
use serde_json::Value;
use std::{
    path::Path,
    time::{Duration, Instant},
};
use tributary_contract::{DataColumn, SqlAnswer, ValueKind};

/// Rows of an answer at most.
pub const ROWS: usize = 1_000;
/// How long a question may take.
pub const LIMIT: Duration = Duration::from_secs(10);
/// Longest value (bytes) that a question may make.
const LONGEST: i32 = 64 * 1024 * 1024;
/// Bytes of an answer at most.
const ANSWER: usize = 16 * 1024 * 1024;
/// Functions that reach outside the database or into the engine.
const FORBIDDEN: &[&str] = &["load_extension", "fts3_tokenizer", "edit", "readfile", "writefile"];

/// Asks a question.
pub fn ask(file: &Path, question: &str) -> Result<SqlAnswer, DataError> {
    ask_within(file, question, LIMIT)
}

fn ask_within(file: &Path, question: &str, limit: Duration) -> Result<SqlAnswer, DataError> {
    let connection = open(file)?;
    let begun = Instant::now();
    let failed = |source| DataError::Database { path: file.to_owned(), source };
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, LONGEST).map_err(failed)?;
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0).map_err(failed)?;
    connection.authorizer(Some(authorize)).map_err(failed)?;
    limit_time(&connection, limit).map_err(failed)?;
    let answer = run(&connection, question, limit)?;
    let took = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(SqlAnswer { took, ..answer })
}

fn run(connection: &Connection, question: &str, limit: Duration) -> Result<SqlAnswer, DataError> {
    let told = |error: rusqlite::Error| tell(&error, limit);
    let mut batch = rusqlite::Batch::new(connection, question);
    let Some(mut statement) = batch.next().map_err(told)? else {
        return Err(DataError::Sql { detail: "it is empty".to_owned() });
    };
    // What follows a semicolon is checked too, so that nobody believes it was done.
    match batch.next() {
        Ok(None) => {}
        Ok(Some(_)) => {
            return Err(DataError::NotAQuestion { detail: "only one question at a time is answered".to_owned() });
        }
        Err(error) => return Err(tell(&error, limit)),
    }
    if statement.column_count() == 0 || !statement.readonly() {
        return Err(DataError::NotAQuestion { detail: "it asks nothing".to_owned() });
    }
    if statement.parameter_count() > 0 {
        return Err(DataError::Sql { detail: "it has a place for a value (?): write the value itself".to_owned() });
    }
    let mut columns: Vec<DataColumn> = statement
        .columns()
        .iter()
        .map(|column| DataColumn {
            name: column.name().to_owned(),
            kind: column.decl_type().map_or(ValueKind::Text, kind_of),
        })
        .collect();
    let declared: Vec<bool> = statement.columns().iter().map(|column| column.decl_type().is_some()).collect();
    let (mut found, mut more, mut bytes): (Vec<Vec<Value>>, bool, usize) = (Vec::new(), false, 0);
    let mut rows = statement.query([]).map_err(told)?;
    while let Some(row) = rows.next().map_err(told)? {
        if found.len() >= ROWS || bytes > ANSWER {
            more = true;
            break;
        }
        let mut values = Vec::with_capacity(columns.len());
        for (place, column) in columns.iter().enumerate() {
            let value = to_value(row.get_ref(place).map_err(told)?, column.kind);
            bytes += value.as_str().map_or(8, |text| text.len().min(4_096));
            values.push(value);
        }
        let mut one = [values];
        // Long ones are cut at once: an answer of long texts would fill the memory.
        clip_keeping_mark(&mut one);
        let [values] = one;
        found.push(values);
    }
    let clipped = clip(&mut found);
    for (place, column) in columns.iter_mut().enumerate().filter(|(place, _)| !declared[*place]) {
        column.kind = value::kind_of(found.iter().take(200).map(|row| &row[place]));
    }
    Ok(SqlAnswer { columns, rows: found, clipped, more, took: 0 })
}

/// Cuts to a little more than what is shown, so that the last cut still sees that there was more.
fn clip_keeping_mark(rows: &mut [Vec<Value>]) {
    for value in rows.iter_mut().flatten() {
        value::clip(value, 4_096);
    }
}

/// Allows to read and to compute, nothing else.
fn authorize(context: AuthContext<'_>) -> Authorization {
    match context.action {
        AuthAction::Select | AuthAction::Read { .. } | AuthAction::Recursive => Authorization::Allow,
        AuthAction::Function { function_name }
            if !FORBIDDEN.iter().any(|name| function_name.eq_ignore_ascii_case(name)) =>
        {
            Authorization::Allow
        }
        _ => Authorization::Deny,
    }
}

fn tell(error: &rusqlite::Error, limit: Duration) -> DataError {
    if is_interrupt(error) {
        return DataError::SqlTooLong { seconds: limit.as_secs() };
    }
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::AuthorizationForStatementDenied) => {
            DataError::NotAQuestion { detail: "only reading is possible here".to_owned() }
        }
        _ => DataError::Sql { detail: said(error) },
    }
}

/// What SQLite says, without the question around it.
fn said(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqlInputError { msg, offset, .. } => format!("{msg} (at character {})", offset + 1),
        rusqlite::Error::SqliteFailure(_, Some(message)) => message.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::OpenFlags;
    use serde_json::json;

    fn database() -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data.sqlite");
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let connection = Connection::open_with_flags(&path, flags).unwrap();
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL;
                 CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, active BOOLEAN);
                 WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
                 INSERT INTO people SELECT i, 'person ' || i, i % 2 FROM n;",
            )
            .unwrap();
        (folder, path)
    }

    #[test]
    fn questions_are_answered() {
        let (_folder, path) = database();
        let answer = ask(&path, "SELECT id, name, active FROM people WHERE id < 3 ORDER BY id;  ").unwrap();
        assert_eq!(
            answer.rows,
            [[json!(1), json!("person 1"), json!(true)], [json!(2), json!("person 2"), json!(false)]]
        );
        assert!(!answer.more);
        let counted = ask(&path, "WITH a AS (SELECT count(*) AS n FROM people) SELECT n FROM a").unwrap();
        assert_eq!((counted.rows, counted.columns[0].kind), (vec![vec![json!(3000)]], ValueKind::Integer));
        let many = ask(&path, "SELECT * FROM people").unwrap();
        assert!(many.more && many.rows.len() == ROWS);
    }

    #[test]
    fn nothing_can_be_changed_or_reached() {
        let (folder, path) = database();
        let other = folder.path().join("other.sqlite");
        for question in [
            "DELETE FROM people",
            "UPDATE people SET name = 'x'",
            "INSERT INTO people VALUES (1, 'x', 0)",
            "DROP TABLE people",
            "CREATE TABLE x (a)",
            "PRAGMA journal_mode = DELETE",
            "PRAGMA query_only = 0",
            "SELECT * FROM pragma_database_list",
            &format!("ATTACH '{}' AS other", other.display()),
            &format!("VACUUM INTO '{}'", other.display()),
            "SELECT load_extension('x')",
            "SELECT 1; DELETE FROM people",
            "BEGIN IMMEDIATE",
        ] {
            let refused = ask(&path, question).expect_err(question);
            assert!(matches!(refused, DataError::NotAQuestion { .. } | DataError::Sql { .. }), "{question}: {refused}");
        }
        assert!(!other.exists());
        assert_eq!(ask(&path, "SELECT count(*) FROM people").unwrap().rows, [[json!(3000)]]);
    }

    #[test]
    fn what_takes_too_long_or_too_much_is_stopped() {
        let (_folder, path) = database();
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
        let refused = ask_within(&path, endless, Duration::from_millis(50)).expect_err("it never ends");
        assert!(matches!(refused, DataError::SqlTooLong { .. }), "{refused}");
        let refused = ask(&path, "SELECT length(zeroblob(900000000))").expect_err("it is too large");
        assert!(matches!(refused, DataError::Sql { .. }), "{refused}");
    }

    #[test]
    fn mistakes_are_told() {
        let (_folder, path) = database();
        for (question, word) in
            [("", "empty"), ("SELECT nope FROM people", "nope"), ("SELEKT 1", "SELEKT"), ("SELECT ?", "place")]
        {
            let text = ask(&path, question).expect_err(question).to_string();
            assert!(text.contains(word), "{question}: {text}");
        }
    }
}
