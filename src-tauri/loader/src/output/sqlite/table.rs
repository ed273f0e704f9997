//! A stream's table: making it, and making it fit a schema that changed.
//!
//! Columns that a schema no longer has stay, with what they hold. A column whose values get wider is made anew with the whole
//! table, in the same transaction, because SQLite cannot change a column's type.

use super::{
    catalog::{self, Known, Stored},
    rebuild::rebuild,
};
use crate::{
    names::{self, quoted},
    schema::Kind,
    stream::{MORE, Stream},
};
use rusqlite::{Connection, Statement, params};
use std::fmt::Write as _;

/// Columns a table has at most. Programs that open the database allow 2,000 unless they were built otherwise, and would not
/// open it at all with more; the properties beyond go together into the column [`MORE`], as JSON.
const MOST_COLUMNS: usize = 1_900;

/// What a record needs of its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// A column that keeps all digits.
    Exact(usize),
    /// The column for properties that no schema names.
    More,
}

/// A table.
pub struct Table<'c> {
    /// Its name.
    pub name: String,
    /// The rows it had when it was opened.
    pub rows: u64,
    /// Its columns.
    pub columns: Vec<Stored>,
    /// By the stream's columns: the table's column; none for those that go into [`MORE`].
    pub of_slot: Vec<Option<usize>>,
    /// The properties of the key.
    pub key: Vec<String>,
    /// By the table's columns: the parameter of the statement, from 1; none for columns the stream no longer has.
    pub parameters: Vec<Option<usize>>,
    /// The parameter of [`MORE`].
    pub more: Option<usize>,
    /// How many parameters there are.
    pub parameter_count: usize,
    /// Adds a record.
    pub insert: Statement<'c>,
}

/// The type a column is declared with. It decides only how SQLite converts what is stored, so it is chosen to convert
/// nothing that matters.
pub fn declared(kind: Kind) -> &'static str {
    match kind {
        Kind::Bool => "BOOLEAN",
        Kind::Int => "INTEGER",
        Kind::Number => "REAL",
        // Without a type nothing is converted: numbers stay numbers, and those with too many digits stay text.
        Kind::Exact => "",
        _ => "TEXT",
    }
}

impl<'c> Table<'c> {
    /// Makes the table fit, and says which columns an existing table did not have before.
    pub fn open(connection: &'c Connection, stream: &Stream) -> rusqlite::Result<(Self, Vec<String>)> {
        let key: Vec<String> = stream.keys.iter().map(|slot| stream.columns[*slot].property.clone()).collect();
        let (known, new_columns) = match catalog::known(connection, &stream.name)? {
            None => (create(connection, stream, &key)?, Vec::new()),
            Some(known) => adapt(connection, stream, known, &key)?,
        };
        catalog::keep_stream(connection, stream, &known.table, &key)?;
        let insert = connection.prepare("SELECT 1")?;
        let mut table = Self {
            name: known.table,
            rows: known.rows,
            columns: known.columns,
            of_slot: Vec::new(),
            key,
            parameters: Vec::new(),
            more: None,
            parameter_count: 0,
            insert,
        };
        table.prepare(connection, stream)?;
        Ok((table, new_columns))
    }

    /// The name of a property's column.
    pub fn column_of(&self, property: &str) -> Option<&str> {
        self.columns.iter().find(|column| column.property == property).map(|column| column.name.as_str())
    }

    /// Gives the table what a record needs. The column that is new.
    pub fn provide(
        &mut self,
        connection: &'c Connection,
        stream: &Stream,
        needs: Needs,
    ) -> rusqlite::Result<Option<String>> {
        self.insert = connection.prepare("SELECT 1")?;
        let new = match needs {
            Needs::Exact(column) => {
                self.columns[column].kind = self.columns[column].kind.widen(Kind::Exact);
                rebuild(connection, &self.name, &self.columns, &[], &self.key)?;
                catalog::keep_column(connection, &stream.name, &self.columns[column])?;
                None
            }
            Needs::More => {
                let column = new_column(&self.columns, MORE, Kind::Json);
                add_column(connection, &self.name, &column)?;
                catalog::keep_column(connection, &stream.name, &column)?;
                let name = column.name.clone();
                self.columns.push(column);
                Some(name)
            }
        };
        self.prepare(connection, stream)?;
        Ok(new)
    }

    fn prepare(&mut self, connection: &'c Connection, stream: &Stream) -> rusqlite::Result<()> {
        let find = |property: &str| self.columns.iter().position(|column| column.property == property);
        self.of_slot = stream.columns.iter().map(|column| find(&column.property)).collect();
        self.parameters = vec![None; self.columns.len()];
        let more = find(MORE);
        let mut used: Vec<usize> = self.of_slot.iter().copied().flatten().collect();
        used.extend(more.filter(|more| !used.contains(more)));
        for (at, column) in used.iter().enumerate() {
            self.parameters[*column] = Some(at + 1);
        }
        self.more = more.and_then(|more| self.parameters[more]);
        self.parameter_count = used.len();
        let columns: Vec<String> = used.iter().map(|column| quoted(&self.columns[*column].name)).collect();
        let holders: Vec<String> = (1..=used.len()).map(|at| format!("?{at}")).collect();
        let name = quoted(&self.name);
        let mut sql = if used.is_empty() {
            format!("INSERT INTO {name} DEFAULT VALUES")
        } else {
            format!("INSERT INTO {name} ({}) VALUES ({})", columns.join(", "), holders.join(", "))
        };
        if !self.key.is_empty() {
            let key: Vec<String> =
                self.key.iter().filter_map(|property| self.column_of(property)).map(quoted).collect();
            let mut sets: Vec<String> = columns
                .iter()
                .filter(|column| !key.contains(column))
                .map(|column| format!("{column} = excluded.{column}"))
                .collect();
            if sets.is_empty() {
                sets.push(format!("{0} = excluded.{0}", key[0]));
            }
            let (key, sets) = (key.join(", "), sets.join(", "));
            let _ = write!(sql, " ON CONFLICT ({key}) DO UPDATE SET {sets} WHERE {}()", super::COUNT_UPDATED);
        }
        self.insert = connection.prepare(&sql)?;
        Ok(())
    }
}

fn create(connection: &Connection, stream: &Stream, key: &[String]) -> rusqlite::Result<Known> {
    let table = catalog::free_table(connection, &stream.name)?;
    let mut columns: Vec<Stored> = Vec::new();
    // The key's columns come first, so that they always have a place; else the order is the source's.
    let fits = stream.columns.len() <= MOST_COLUMNS;
    let keys = stream.keys.iter().filter(|_| !fits).map(|slot| &stream.columns[*slot]);
    for column in keys.chain(&stream.columns) {
        if columns.len() == MOST_COLUMNS {
            break;
        }
        if !columns.iter().any(|other| other.property == column.property) {
            columns.push(new_column(&columns, &column.property, column.kind));
        }
    }
    if !fits || columns.is_empty() {
        columns.push(new_column(&columns, MORE, Kind::Json));
    }
    connection.execute_batch(&create_sql(&table, &columns, key))?;
    for column in &columns {
        catalog::keep_column(connection, &stream.name, column)?;
    }
    Ok(Known { table, key: key.to_vec(), rows: 0, columns })
}

/// The statement that makes a table.
pub fn create_sql(table: &str, columns: &[Stored], key: &[String]) -> String {
    let mut parts: Vec<String> = columns
        .iter()
        .map(|column| {
            // A single integer key is the row's own number: a table without a second index.
            let is_row = column.kind == Kind::Int && key.len() == 1 && key[0] == column.property;
            let primary = if is_row { " PRIMARY KEY" } else { "" };
            format!("{} {}{primary}", quoted(&column.name), declared(column.kind))
        })
        .collect();
    let key: Vec<&Stored> =
        key.iter().filter_map(|one| columns.iter().find(|column| column.property == *one)).collect();
    let is_row = key.len() == 1 && key[0].kind == Kind::Int;
    if !key.is_empty() && !is_row {
        let names: Vec<String> = key.iter().map(|column| quoted(&column.name)).collect();
        parts.push(format!("PRIMARY KEY ({})", names.join(", ")));
    }
    format!("CREATE TABLE {} ({})", quoted(table), parts.join(", "))
}

fn adapt(
    connection: &Connection,
    stream: &Stream,
    mut known: Known,
    key: &[String],
) -> rusqlite::Result<(Known, Vec<String>)> {
    let mut again = known.key != key;
    let mut changed = Vec::new();
    let before = known.columns.clone();
    let mut new = Vec::new();
    for column in &stream.columns {
        match known.columns.iter().position(|one| one.property == column.property) {
            Some(at) => {
                let wider = known.columns[at].kind.widen(column.kind);
                if wider != known.columns[at].kind {
                    again |= declared(wider) != declared(known.columns[at].kind);
                    known.columns[at].kind = wider;
                    changed.push(at);
                }
            }
            None if known.columns.len() < MOST_COLUMNS || key.contains(&column.property) => {
                let one = new_column(&known.columns, &column.property, column.kind);
                add_column(connection, &known.table, &one)?;
                changed.push(known.columns.len());
                new.push(one.name.clone());
                known.columns.push(one);
            }
            None => {}
        }
    }
    let full = stream.columns.iter().any(|column| known.columns.iter().all(|one| one.property != column.property));
    if full && known.columns.iter().all(|one| one.property != MORE) {
        let more = new_column(&known.columns, MORE, Kind::Json);
        add_column(connection, &known.table, &more)?;
        changed.push(known.columns.len());
        known.columns.push(more);
    }
    for at in changed {
        catalog::keep_column(connection, &stream.name, &known.columns[at])?;
    }
    if again {
        rebuild(connection, &known.table, &known.columns, &before, key)?;
        let count = format!("SELECT count(*) FROM {}", quoted(&known.table));
        known.rows = connection.query_row(&count, [], |row| row.get(0))?;
        connection
            .execute("UPDATE _tributary_streams SET rows = ?2 WHERE stream = ?1", params![stream.name, known.rows])?;
    }
    Ok((known, new))
}

/// A column whose name no other has. SQLite does not tell names apart by the case of their ASCII letters.
fn new_column(columns: &[Stored], property: &str, kind: Kind) -> Stored {
    let plain = property.replace('\0', "_");
    let wanted = if plain.is_empty() { "_".to_owned() } else { plain };
    let name = names::free(&wanted, "_", |name| columns.iter().any(|column| column.name.eq_ignore_ascii_case(name)));
    Stored { property: property.to_owned(), name, kind }
}

fn add_column(connection: &Connection, table: &str, column: &Stored) -> rusqlite::Result<()> {
    connection.execute_batch(&format!(
        "ALTER TABLE {} ADD COLUMN {} {}",
        quoted(table),
        quoted(&column.name),
        declared(column.kind)
    ))
}
