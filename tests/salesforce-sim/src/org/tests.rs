use std::{collections::BTreeMap, path::Path};

use chrono::{DateTime, Utc};
use proptest::prelude::*;

use super::{
    overlay::SavedGrant,
    scan::{QueryError, Scan},
    *,
};

/// Later than every moment of the tests.
const FAR: i64 = 4_000_000_000;

fn org(rows: &[(&str, u64)]) -> Org {
    let rows = rows.iter().map(|(name, rows)| ((*name).to_owned(), *rows)).collect();
    Org::generate(&SimulatorConfig { rows, ..SimulatorConfig::default() }).expect("valid configuration")
}

fn now() -> DateTime<Utc> {
    SimulatorConfig::default().now
}

fn scan(org: &Org, query: &str, with_deleted: bool) -> Scan {
    Scan::plan(org, &soql::parse(query).expect("valid query"), with_deleted).expect("a query the org can answer")
}

/// Record numbers and moments of an answer, read in pages.
fn pages(org: &Org, scan: &Scan, page: u64) -> Vec<(u64, i64, bool)> {
    let table = org.table(&scan.object).expect("exists");
    let mut rows = Vec::new();
    let mut position = Some(scan.start(table));
    while let Some(from) = position {
        position = scan.visit(table, from, page, |row| rows.push((row.number, row.modified, row.deleted)));
    }
    rows
}

#[test]
fn edits_come_after_the_base_and_only_they_are_new() {
    let mut org = org(&[("Account", 1_000)]);
    assert_eq!(org.change_records("account", 30, FAR).expect("editable"), 30);
    assert_eq!(org.add_records("Account", 5, FAR).expect("editable"), 5);
    assert_eq!(org.delete_records("Account", 7, FAR).expect("editable"), 7);
    let all = pages(&org, &scan(&org, "SELECT Id FROM Account ORDER BY SystemModstamp", true), 100);
    assert_eq!(all.len(), 1_005);
    assert!(all.windows(2).all(|pair| pair[0].1 <= pair[1].1), "out of order");
    assert_eq!(all.iter().filter(|(_, _, deleted)| *deleted).count(), 7);
    let live = scan(&org, "SELECT Id FROM Account", false);
    assert_eq!(live.count(org.table("Account").expect("exists")), 998);
    assert_eq!(org.table("Account").expect("exists").live(), 998);
    let later = format!("SELECT Id FROM Account WHERE SystemModstamp > {}", now().to_rfc3339());
    let new = pages(&org, &scan(&org, &later, true), 10);
    assert!((36..=42).contains(&new.len()), "42 edits, of which some may fall on one record: {}", new.len());
}

#[test]
fn an_edit_is_a_second_after_the_one_before_but_never_ahead_of_the_time() {
    let mut org = org(&[("Account", 100)]);
    let base = now().timestamp();
    org.change_records("Account", 10, base + 4).expect("editable");
    let query = format!("SELECT Id FROM Account WHERE SystemModstamp > {}", now().to_rfc3339());
    let moments: Vec<_> = pages(&org, &scan(&org, &query, true), 100).iter().map(|row| row.1 - base).collect();
    assert_eq!(moments, [1, 2, 3, 4, 4, 4, 4, 4, 4, 4]);
}

#[test]
fn records_added_to_an_empty_object_are_later_than_the_query_that_found_nothing() {
    let mut org = org(&[("Lead", 0)]);
    org.table("Lead").expect("exists").note_empty(FAR);
    org.add_records("Lead", 1, FAR + 10).expect("editable");
    assert_eq!(pages(&org, &scan(&org, "SELECT Id FROM Lead", true), 10)[0].1, FAR + 1);
}

#[test]
fn fields_come_and_go() {
    let mut org = org(&[]);
    org.add_field("Account", "Region_Code__c").expect("a new field");
    org.remove_field("Account", "Website").expect("a field that is there");
    let plan = |org: &Org, query: &str| Scan::plan(org, &soql::parse(query).expect("valid"), true).map(|_| ());
    assert_eq!(plan(&org, "SELECT Region_Code__c FROM Account"), Ok(()));
    let expected = QueryError::UnknownField { object: "Account".into(), field: "Website".into() };
    assert_eq!(plan(&org, "SELECT Website FROM Account"), Err(expected));
    org.add_field("Account", "Website").expect("a removed field comes back");
    assert_eq!(plan(&org, "SELECT Website FROM Account"), Ok(()));
    assert!(matches!(org.add_field("Account", "Phone"), Err(SimulatorError::FieldExists { .. })));
    assert!(matches!(org.add_field("Account", "1st place"), Err(SimulatorError::FieldName { .. })));
    assert!(matches!(org.remove_field("Account", "id"), Err(SimulatorError::SystemField { .. })));
    assert!(matches!(org.remove_field("Account", "Nothing__c"), Err(SimulatorError::UnknownField { .. })));
    assert!(matches!(org.change_records("AccountHistory", 1, FAR), Err(SimulatorError::ReadOnlyObject { .. })));
}

#[test]
fn an_added_field_is_empty_until_a_record_is_changed() {
    let mut org = org(&[("Account", 50)]);
    org.change_records("Account", 5, FAR).expect("editable");
    org.add_field("Account", "Region_Code__c").expect("a new field");
    let filled = |org: &Org| {
        let scan = scan(org, "SELECT Id FROM Account WHERE Region_Code__c != null", true);
        scan.count(org.table("Account").expect("exists"))
    };
    assert_eq!(filled(&org), 0);
    org.change_records("Account", 8, FAR).expect("editable");
    assert_eq!(filled(&org), 8);
}

#[test]
fn filters_are_checked_and_applied() {
    let org = org(&[("Account", 500)]);
    let table = org.table("Account").expect("exists");
    let count = |query: &str| scan(&org, query, true).count(table);
    let hot = count("SELECT COUNT() FROM Account WHERE Rating = 'hot'");
    let unrated = count("SELECT COUNT() FROM Account WHERE Rating = null");
    let others = count("SELECT COUNT() FROM Account WHERE Rating != 'Hot' AND Rating != null");
    assert_eq!(hot + unrated + others, 500);
    assert!(hot > 50 && unrated > 50);
    assert_eq!(count("SELECT COUNT() FROM Account WHERE IsDeleted = true"), 0);
    assert!(count("SELECT COUNT() FROM Account WHERE NumberOfEmployees > 45000") > 100);
    let failed = |query: &str| Scan::plan(&org, &soql::parse(query).expect("valid"), true).map(|_| ());
    assert!(matches!(
        failed("SELECT Id FROM Account WHERE SystemModstamp >= 2024-01-01"),
        Err(QueryError::FilterType { kind: "dateTime", .. })
    ));
    assert!(matches!(failed("SELECT Id FROM Account ORDER BY Name"), Err(QueryError::Order { .. })));
    assert!(matches!(failed("SELECT Id FROM Nothing__c"), Err(QueryError::UnknownObject { .. })));
    assert!(matches!(
        failed("SELECT Id FROM Account WHERE BillingAddress = null"),
        Err(QueryError::NotFilterable { .. })
    ));
}

#[test]
fn an_impossible_window_is_empty() {
    let mut org = org(&[("Account", 50)]);
    org.change_records("Account", 5, FAR).expect("editable");
    let query =
        "SELECT Id FROM Account WHERE SystemModstamp >= 2026-07-01T00:00:00Z AND SystemModstamp < 2024-01-01T00:00:00Z";
    assert_eq!(scan(&org, query, true).count(org.table("Account").expect("exists")), 0);
    assert!(pages(&org, &scan(&org, query, true), 10).is_empty());
}

#[test]
fn rows_are_shared_out_exactly() {
    let rows = BTreeMap::from([("Account".to_owned(), 20_000)]);
    let config = SimulatorConfig { rows, total_rows: Some(50_000), extra_objects: 90, ..SimulatorConfig::default() };
    let org = Org::generate(&config).expect("valid");
    assert_eq!(org.tables().map(|table| table.base).sum::<u64>(), 50_000);
    assert_eq!(org.table("Account").expect("exists").base, 20_000);
    let others = BTreeMap::from([("*".to_owned(), 0), ("Lead".to_owned(), 3)]);
    let org = Org::generate(&SimulatorConfig { rows: others, ..SimulatorConfig::default() }).expect("valid");
    assert_eq!(org.tables().map(|table| table.base).sum::<u64>(), 3);
}

#[test]
fn wrong_configurations_are_refused() {
    let config = SimulatorConfig { extra_objects: 991, ..SimulatorConfig::default() };
    assert!(matches!(Org::generate(&config), Err(SimulatorError::TooManyObjects { wanted: 1_001, most: 1_000 })));
    let rows = BTreeMap::from([("Acount".to_owned(), 1)]);
    let config = SimulatorConfig { rows, ..SimulatorConfig::default() };
    assert!(matches!(Org::generate(&config), Err(SimulatorError::UnknownObject { .. })));
}

#[test]
fn edits_survive_in_their_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("edits.json");
    let mut before = org(&[("Account", 300)]);
    before.change_records("Account", 20, FAR).expect("editable");
    before.add_records("Contact", 3, FAR).expect("editable");
    before.delete_records("Account", 4, FAR).expect("editable");
    before.add_field("Lead", "Budget_Code__c").expect("a new field");
    before.remove_field("Case", "Origin").expect("a field that is there");
    before.save(&path, vec![SavedGrant { number: 0, rotations: 2, revoked: false }]).expect("written");
    let mut after = org(&[("Account", 300)]);
    assert_eq!(after.load(&path).expect("read")[0].rotations, 2);
    for object in ["Account", "Contact"] {
        let query = format!("SELECT Id FROM {object}");
        assert_eq!(pages(&before, &scan(&before, &query, true), 50), pages(&after, &scan(&after, &query, true), 70));
    }
    assert!(after.table("Lead").expect("exists").field("Budget_Code__c").is_some());
    assert!(after.table("Case").expect("exists").field("Origin").is_none());
    assert!(matches!(org(&[("Account", 301)]).load(&path), Err(SimulatorError::OverlayMismatch { .. })));
    std::fs::write(&path, "{\"version\":").expect("written");
    assert!(matches!(org(&[]).load(&path), Err(SimulatorError::OverlayFormat { .. })));
    assert!(org(&[]).load(Path::new("/no/such/file")).expect("no file, no edits").is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn pages_together_are_the_answer(
        rows in 0_u64..400, page in 1_u64..90, changes in 0_u64..60, deletes in 0_u64..30, adds in 0_u64..20, since in 0_i64..720,
    ) {
        let mut org = org(&[("Contact", rows)]);
        org.change_records("Contact", changes, FAR).expect("editable");
        org.delete_records("Contact", deletes, FAR).expect("editable");
        org.add_records("Contact", adds, FAR).expect("editable");
        let since = (now() - chrono::TimeDelta::days(since)).to_rfc3339();
        let query = format!("SELECT Id FROM Contact WHERE SystemModstamp >= {since} ORDER BY SystemModstamp ASC");
        for with_deleted in [true, false] {
            let scan = scan(&org, &query, with_deleted);
            let table = org.table("Contact").expect("exists");
            let mut whole = Vec::new();
            prop_assert_eq!(scan.visit(table, scan.start(table), 0, |_| {}).is_none(), scan.count(table) == 0);
            scan.visit(table, scan.start(table), u64::MAX, |row| whole.push((row.number, row.modified, row.deleted)));
            prop_assert_eq!(whole.len() as u64, scan.count(table));
            prop_assert_eq!(pages(&org, &scan, page), whole);
        }
    }
}
