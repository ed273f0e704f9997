//! What a page of a large table costs: 10,000,000 rows in the layout of the local destination.
//!
//!   cargo bench -p tributary-core --bench preview
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a benchmark prints what it measures")]

use rusqlite::{Connection, OpenFlags};
use std::{path::Path, time::Instant};
use tributary_core::data::{self, Ask, Place};

const ROWS: u64 = 10_000_000;
const PAGE: usize = 200;
/// Most milliseconds a page may take.
const BUDGET: f64 = 50.0;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("data.sqlite");
    fill(&file);
    let place = Place::Sqlite(file);
    let begun = Instant::now();
    let table = place.table("Account").unwrap().unwrap();
    println!("the list of tables: {:.2} ms ({:?} rows)", milliseconds(begun), table.rows);
    let newest = Ask { limit: PAGE, ..Ask::default() };
    let asks = [
        ("the newest rows", newest.clone()),
        ("a search that many rows fit", Ask { search: "account 99".to_owned(), ..newest.clone() }),
        ("sorted by the key", Ask { sort: Some(("id".to_owned(), false)), ..newest.clone() }),
        ("sorted by another column", Ask { sort: Some(("amount".to_owned(), true)), ..newest.clone() }),
        ("a search that no row fits", Ask { search: "no such text".to_owned(), ..newest }),
    ];
    for (what, ask) in asks {
        let mut times = Vec::new();
        let (mut rows, mut part) = (0, false);
        for _ in 0..7 {
            let begun = Instant::now();
            let page = data::to_wire(data::page(&table.source, &ask).unwrap());
            times.push(milliseconds(begun));
            (rows, part) = (page.rows.len(), page.partial);
        }
        times.sort_by(f64::total_cmp);
        let (median, worst) = (times[times.len() / 2], times[times.len() - 1]);
        println!(
            "{what}: {median:.2} ms, worst {worst:.2} ms ({rows} rows, part of the table: {part}; of {BUDGET} ms: ratio {:.3})",
            median / BUDGET
        );
    }
}

fn milliseconds(begun: Instant) -> f64 {
    begun.elapsed().as_secs_f64() * 1_000.0
}

fn fill(file: &Path) {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let connection = Connection::open_with_flags(file, flags).unwrap();
    connection
        .execute_batch(&format!(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;
             CREATE TABLE _tributary_streams (stream TEXT PRIMARY KEY, table_name TEXT NOT NULL, schema TEXT NOT NULL,
                 key_properties TEXT NOT NULL, updated_at TEXT NOT NULL, rows INTEGER NOT NULL DEFAULT 0);
             CREATE TABLE Account (id INTEGER PRIMARY KEY, name TEXT, amount REAL, active BOOLEAN, note TEXT);
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS})
             INSERT INTO Account SELECT i, 'Account ' || i, (i * 7919) % 1000003, i % 2, 'a note of some length, as usual' FROM n;
             INSERT INTO _tributary_streams VALUES ('Account', 'Account', '{{}}', '[\"id\"]', '2026-11-28T08:00:00Z', {ROWS});"
        ))
        .unwrap();
}
