use super::*;
use rusqlite::{Connection, OpenFlags};
use std::cell::Cell;

fn table(folder: &Path, rows: u32) -> Source {
    let file = folder.join("data.sqlite");
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let connection = Connection::open_with_flags(&file, flags).unwrap();
    connection
        .execute_batch(&format!(
            "PRAGMA journal_mode = WAL;
             CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, born DATE, big INTEGER, active BOOLEAN, amount REAL);
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})
             INSERT INTO people SELECT i, CASE i WHEN 1 THEN '=1+2' WHEN 2 THEN '-5' WHEN 3 THEN 'line' || char(10) || '\"two\"'
                 ELSE 'person ' || i END, '2026-01-31', 1234567890123456789, i % 2, i / 2.0 FROM n;"
        ))
        .unwrap();
    Source::Sqlite { file, table: "people".to_owned(), rows: Some(rows.into()) }
}

fn order(path: PathBuf) -> Order {
    let format = format_of(&path).unwrap();
    Order { stream: "people".to_owned(), search: String::new(), rows: None, format, path, overwrite: false }
}

#[test]
fn a_csv_file_has_every_row_and_no_formula() {
    let folder = tempfile::tempdir().unwrap();
    let source = table(folder.path(), 5_000);
    let order = order(folder.path().join("people.csv"));
    let seen = Cell::new(0);
    let report = export(&From::Table(source.clone()), &order, &|rows| {
        seen.set(rows);
        true
    })
    .unwrap();
    assert_eq!((report.rows, seen.get(), report.notes.len()), (5_000, 4_000, 1));
    let text = std::fs::read_to_string(&order.path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "id,name,born,big,active,amount");
    assert_eq!(lines[1], "1,'=1+2,2026-01-31,1234567890123456789,true,0.5");
    assert_eq!(lines[2], "2,-5,2026-01-31,1234567890123456789,false,1.0", "a number is no formula");
    assert_eq!(lines[3..5], ["3,\"line", "\"\"two\"\"\",2026-01-31,1234567890123456789,true,1.5"]);
    let again = export(&From::Table(source), &order, &|_| true).expect_err("it is there already");
    assert!(matches!(again, DataError::Exists { .. }));
}

#[test]
fn what_is_stopped_or_fails_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let source = table(folder.path(), 5_000);
    let out = tempfile::tempdir().unwrap();
    for name in ["a.csv", "a.xlsx"] {
        let order = order(out.path().join(name));
        let stopped = export(&From::Table(source.clone()), &order, &|_| false).expect_err("it was stopped");
        assert!(matches!(stopped, DataError::Stopped));
    }
    let mut order = order(out.path().join("b.xlsx"));
    order.rows = Some(2_000_000);
    let refused = export(&From::Table(source), &order, &|_| true).expect_err("it does not fit").to_string();
    assert!(refused.contains("2000000") && refused.contains("1048575"), "{refused}");
    assert_eq!(std::fs::read_dir(out.path()).unwrap().count(), 0);
}

#[test]
fn a_workbook_is_written_and_searched_rows_alone() {
    let folder = tempfile::tempdir().unwrap();
    let source = table(folder.path(), 300);
    let mut order = order(folder.path().join("people.xlsx"));
    order.search = "PERSON 29".to_owned();
    let report = export(&From::Table(source), &order, &|_| true).unwrap();
    assert_eq!(report.rows, 11, "29 and 290 to 299");
    let mut archive = zip::ZipArchive::new(File::open(&order.path).unwrap()).unwrap();
    assert!(archive.by_name("xl/worksheets/sheet1.xml").is_ok());
}

#[test]
fn names_tell_the_format() {
    assert_eq!(format_of(Path::new("a.CSV")).unwrap(), ExportFormat::Csv);
    assert!(format_of(Path::new("a.xls")).is_err() && format_of(Path::new("csv")).is_err());
}
