//! Making a table anew with other types or another key, in the transaction that is open.

use super::{
    catalog::Stored,
    table::{create_sql, declared},
};
use crate::{names::quoted, schema::Kind};
use rusqlite::Connection;

const NEW: &str = "_tributary_rebuild";

/// Copies a table into one with these columns and this key, and puts it in its place with its indexes and triggers. `before`
/// tells what the columns held until now, where that is not what they declare. Of rows with one key the newest stays.
pub fn rebuild(
    connection: &Connection,
    table: &str,
    columns: &[Stored],
    before: &[Stored],
    key: &[String],
) -> rusqlite::Result<()> {
    let extras: Vec<String> = connection
        .prepare(
            "SELECT sql FROM sqlite_schema WHERE tbl_name = ?1 AND type IN ('index', 'trigger') AND sql IS NOT NULL",
        )?
        .query_map([table], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let names: Vec<String> = columns.iter().map(|column| quoted(&column.name)).collect();
    let values: Vec<String> = columns
        .iter()
        .map(|column| {
            let name = quoted(&column.name);
            let was_bool = before.iter().any(|old| old.property == column.property && old.kind == Kind::Bool);
            if was_bool && declared(column.kind) == "TEXT" {
                format!("CASE {name} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END")
            } else {
                name
            }
        })
        .collect();
    let has_key = |column: &&Stored| key.contains(&column.property);
    // Rows without a key cannot be told apart, and none may be given one that it does not have.
    let keyless: Vec<String> =
        columns.iter().filter(has_key).map(|column| format!("{} IS NOT NULL", quoted(&column.name))).collect();
    let only = if keyless.is_empty() { String::new() } else { format!("WHERE {}", keyless.join(" AND ")) };
    let table = quoted(table);
    connection.execute_batch(&create_sql(NEW, columns, key))?;
    connection.execute_batch(&format!(
        "INSERT OR REPLACE INTO {NEW} ({}) SELECT {} FROM {table} {only} ORDER BY rowid;
         DROP TABLE {table};
         ALTER TABLE {NEW} RENAME TO {table};",
        names.join(", "),
        values.join(", "),
    ))?;
    for sql in extras {
        // One on a column that is no longer what it was is not worth the run.
        let _ = connection.execute_batch(&sql);
    }
    Ok(())
}
