use super::*;
use chrono::TimeDelta;
use std::{
    io::{Seek, SeekFrom, Write},
    sync::Barrier,
};

fn now() -> DateTime<Utc> {
    "2026-11-26T08:00:00Z".parse().unwrap()
}

fn later(hours: i64) -> DateTime<Utc> {
    now() + TimeDelta::hours(hours)
}

/// A data folder whose database has been open for a while.
struct Place {
    folder: tempfile::TempDir,
    home: Home,
}

impl Place {
    /// A database with the note "one", of which there is a good copy, and the note "two", of which there is none.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = Self { home: Home::new(folder.path().to_owned()), folder };
        place.note(now(), "one");
        place.note(now(), "two");
        assert_eq!(copies::all(&place.home.database_copies()).len(), 1, "made at the second start, before the note");
        place
    }

    fn open(&self, now: DateTime<Utc>) -> (Database, Option<Restored>) {
        open(&self.home, now).unwrap()
    }

    fn note(&self, now: DateTime<Utc>, text: &'static str) {
        let (database, restored) = self.open(now);
        assert_eq!(restored, None);
        note(&database, text);
    }

    /// Changes bytes of the database's file.
    fn damage(&self, end: &str, at: SeekFrom, bytes: &[u8]) {
        let mut file = File::options().write(true).open(beside(&self.home.database(), end)).unwrap();
        file.seek(at).unwrap();
        file.write_all(bytes).unwrap();
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.starts_with("damaged"))
            .collect();
        names.sort();
        names
    }
}

fn note(database: &Database, text: &'static str) {
    let insert = |connection: &rusqlite::Connection| {
        let sql = "INSERT INTO destinations (id, type, name, config, secrets, created_at, updated_at)
                   VALUES (?1, 'x', ?1, '{}', '[]', '', '')";
        Ok(connection.execute(sql, [text]).map(drop)?)
    };
    database.transact_now(insert).unwrap();
}

fn notes(database: &Database) -> Vec<String> {
    let read = |connection: &rusqlite::Connection| {
        let mut statement = connection.prepare("SELECT id FROM destinations ORDER BY rowid")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    };
    database.transact_now(read).unwrap()
}

#[test]
fn copies_are_made_now_and_then_and_two_are_kept() {
    let place = Place::new();
    let numbers = || -> Vec<String> {
        let name = |copy: &copies::GoodCopy| copy.path.file_name().unwrap().to_str().unwrap()[10..16].to_owned();
        copies::all(&place.home.database_copies()).iter().map(name).collect()
    };
    assert_eq!(numbers(), ["000001"]);
    drop(place.open(now() + TimeDelta::minutes(59)));
    assert_eq!(numbers(), ["000001"], "not more often than needed");
    drop(place.open(later(1)));
    drop(place.open(later(2)));
    assert_eq!(numbers(), ["000003", "000002"]);
    drop(place.open(later(-22)));
    assert_eq!(numbers(), ["000004", "000003"], "the clock was set back by a day: a copy of the future says nothing");
    drop(place.open(later(-22)));
    assert_eq!(numbers(), ["000004", "000003"]);
}

#[test]
fn a_damaged_file_is_set_aside_and_the_last_good_copy_put_in_its_place() {
    type Damage = fn(&Place);
    let cases: [(&str, Damage); 4] = [
        ("its head", |place| place.damage("", SeekFrom::Start(0), b"not a database")),
        ("a page", |place| place.damage("", SeekFrom::Start(4096), &[0xff; 4096])),
        ("cut off", |place| File::options().write(true).open(place.home.database()).unwrap().set_len(5000).unwrap()),
        ("empty", |place| drop(File::create(place.home.database()).unwrap())),
    ];
    for (name, damage) in cases {
        let place = Place::new();
        damage(&place);
        let damaged = fs::read(place.home.database()).unwrap();
        let (database, restored) = place.open(later(0));
        let restored = restored.unwrap_or_else(|| panic!("{name}: nothing was noticed"));
        assert_eq!(restored.copied_at, Some(now()), "{name}");
        assert_eq!(notes(&database), ["one"], "{name}");
        assert_eq!(
            fs::read(restored.set_aside.join("tributary.db")).unwrap(),
            damaged,
            "{name}: nothing is thrown away"
        );
        assert!(restored.in_words().contains("26 November 2026, 08:00 UTC"), "{}", restored.in_words());
        note(&database, "three");
        drop(database);
        let (database, restored) = place.open(later(0));
        assert_eq!((notes(&database), restored), (vec!["one".to_owned(), "three".to_owned()], None), "{name}");
    }
}

#[test]
fn a_lost_file_is_put_back() {
    let place = Place::new();
    fs::remove_file(place.home.database()).unwrap();
    let (database, restored) = place.open(later(0));
    assert_eq!((notes(&database), restored.unwrap().copied_at), (vec!["one".to_owned()], Some(now())));
}

#[test]
fn of_a_damaged_log_what_came_before_the_damage_is_kept() {
    let place = Place::new();
    let (database, _) = place.open(now());
    for text in ["three", "four", "five"] {
        note(&database, text);
    }
    // What a crash leaves: the files as they are while the database is in use.
    let crashed = tempfile::tempdir().unwrap();
    for end in ["", "-wal"] {
        let file = beside(&place.home.database(), end);
        fs::copy(&file, crashed.path().join(file.file_name().unwrap())).unwrap();
    }
    drop(database);
    let crashed = Place { home: Home::new(crashed.path().to_owned()), folder: crashed };
    let length = size(&beside(&crashed.home.database(), "-wal"));
    crashed.damage("-wal", SeekFrom::Start(length - 2000), &[0xff; 64]);
    let damaged = fs::read(beside(&crashed.home.database(), "-wal")).unwrap();
    let (database, restored) = crashed.open(now());
    let restored = restored.unwrap();
    assert_eq!(restored.copied_at, None, "nothing older had to be used");
    assert_eq!(notes(&database), ["one", "two", "three", "four"]);
    assert_eq!(fs::read(restored.set_aside.join("tributary.db-wal")).unwrap(), damaged);
    drop(database);
    assert_eq!(crashed.open(now()).1, None, "it is said once");
}

#[test]
fn a_sound_log_of_a_crash_is_no_damage() {
    let place = Place::new();
    let (database, _) = place.open(now());
    note(&database, "three");
    let crashed = tempfile::tempdir().unwrap();
    for end in ["", "-wal"] {
        let file = beside(&place.home.database(), end);
        fs::copy(&file, crashed.path().join(file.file_name().unwrap())).unwrap();
    }
    let crashed = Place { home: Home::new(crashed.path().to_owned()), folder: crashed };
    let (database, restored) = crashed.open(now());
    assert_eq!((notes(&database).len(), restored), (3, None));
}

#[test]
fn without_a_good_copy_it_says_where_the_files_are_and_the_next_start_begins_anew() {
    let place = Place::new();
    fs::remove_dir_all(place.home.database_copies()).unwrap();
    place.damage("", SeekFrom::Start(4096), &[0xff; 4096]);
    let error = open(&place.home, now()).unwrap_err();
    let StoreError::NoGoodCopy { set_aside } = &error else { panic!("{error:?}") };
    assert!(error.to_string().contains(set_aside.to_str().unwrap()));
    assert!(set_aside.join("tributary.db").exists());
    let (database, restored) = place.open(now());
    assert_eq!((notes(&database), restored), (Vec::new(), None));
    assert_eq!(place.names(), ["damaged-2026-11-26"]);
}

#[test]
fn a_copy_that_is_damaged_too_is_passed_over() {
    let place = Place::new();
    drop(place.open(later(1)));
    let newest = copies::all(&place.home.database_copies())[0].path.clone();
    fs::write(&newest, "no database").unwrap();
    place.damage("", SeekFrom::Start(0), b"not a database");
    let (database, restored) = place.open(later(1));
    assert_eq!((notes(&database), restored.unwrap().copied_at), (vec!["one".to_owned()], Some(now())));
}

#[test]
fn a_damaged_database_takes_no_good_copys_place() {
    let place = Place::new();
    let (database, _) = place.open(now());
    place.damage("", SeekFrom::Start(4096), &[0xff; 4096]);
    copies::keep_one(&place.home, later(2));
    let copies = copies::all(&place.home.database_copies());
    assert_eq!(copies.len(), 1);
    assert!(copies::is_sound(&copies[0].path));
    drop(database);
    assert!(place.open(later(2)).1.is_some(), "the next start mends it");
}

#[test]
fn damage_that_shows_only_when_read_is_mended_at_the_next_start() {
    let place = Place::new();
    let (database, _) = place.open(now());
    let fill = |connection: &rusqlite::Connection| {
        connection.execute_batch("CREATE TABLE filler (x)")?;
        Ok(connection.execute("INSERT INTO filler VALUES (zeroblob(6000000))", []).map(drop)?)
    };
    database.transact_now(fill).unwrap();
    drop(database);
    drop(place.open(later(25)));
    // The page of the table "destinations".
    let root = root_page(&place, "destinations");
    place.damage("", SeekFrom::Start((root - 1) * 4096), &[0xff; 4096]);
    let (database, restored) = place.open(later(26));
    assert_eq!(restored, None, "a large one that was closed well is not read through at every start");
    let error = database.transact_now(|connection| {
        Ok(connection.query_row("SELECT count(config) FROM destinations", [], |row| row.get::<_, i64>(0))?)
    });
    assert!(matches!(error, Err(StoreError::Damaged(_))), "{error:?}");
    drop(database);
    let (database, restored) = place.open(later(26));
    assert!(restored.is_some());
    assert_eq!(notes(&database), ["one", "two"]);
    drop(database);
    assert_eq!(place.open(later(26)).1, None);
}

fn root_page(place: &Place, table: &str) -> u64 {
    let connection = database::connect(&place.home.database()).unwrap();
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name = ?1";
    connection.query_row(sql, [table], |row| row.get(0)).unwrap()
}

#[test]
fn of_several_that_start_at_once_one_mends_it() {
    let place = Place::new();
    place.damage("", SeekFrom::Start(4096), &[0xff; 4096]);
    let start = Barrier::new(6);
    let mended = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..6)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    let (database, restored) = place.open(now());
                    assert_eq!(notes(&database), ["one"]);
                    restored.is_some()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).filter(|mended| *mended).count()
    });
    assert_eq!((mended, place.names().len()), (1, 1));
}

#[test]
fn while_somebody_uses_it_no_file_is_exchanged() {
    let place = Place::new();
    let (first, _) = place.open(now());
    place.damage("", SeekFrom::Start(4096), &[0xff; 4096]);
    let _second = open(&place.home, now());
    assert_eq!(place.names(), Vec::<String>::new());
    drop(first);
}

#[test]
fn before_its_form_changes_a_copy_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::new(folder.path().to_owned());
    let old = database::connect(&home.database()).unwrap();
    old.execute_batch(include_str!("../../../migrations/0001_initial.sql")).unwrap();
    old.pragma_update(None, "user_version", 1).unwrap();
    drop(old);
    drop(open(&home, now()).unwrap());
    let copies = copies::all(&home.database_copies());
    let version = |path: &Path| -> i64 {
        database::connect(path).unwrap().pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
    };
    assert_eq!(version(&copies.last().unwrap().path), 1);
    assert!(version(&home.database()) > 1);
}

#[test]
fn a_newer_database_is_left_exactly_as_it_is() {
    let place = Place::new();
    let newer = database::connect(&place.home.database()).unwrap();
    newer.pragma_update(None, "user_version", 999).unwrap();
    drop(newer);
    let before = fs::read(place.home.database()).unwrap();
    fs::write(beside(&place.home.database(), "-wal"), "of the newer app").unwrap();
    assert!(matches!(open(&place.home, later(30)), Err(StoreError::TooNew { found: 999, .. })));
    assert_eq!(fs::read(place.home.database()).unwrap(), before);
    assert_eq!(fs::read(beside(&place.home.database(), "-wal")).unwrap(), b"of the newer app");
    assert_eq!(copies::all(&place.home.database_copies()).len(), 1, "nor is it copied");
}
