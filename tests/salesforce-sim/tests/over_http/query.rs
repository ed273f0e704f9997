use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde_json::Value;
use tributary_salesforce_sim::SimulatorConfig;

use crate::client::{SignedIn, api_error, config};

/// The fields of an object, as the connector would select them.
async fn fields(sim: &SignedIn, object: &str) -> Vec<Value> {
    let mut described = sim.json(&format!("sobjects/{object}/describe")).await;
    let Value::Array(fields) = described["fields"].take() else { panic!("no fields") };
    fields
}

fn select_all(fields: &[Value], object: &str) -> String {
    let names: Vec<_> = fields.iter().map(|field| field["name"].as_str().expect("a name")).collect();
    format!("SELECT {} FROM {object}", names.join(","))
}

#[tokio::test]
async fn every_object_is_listed_described_and_read() {
    let sim = SignedIn::start(SimulatorConfig { extra_objects: 40, ..SimulatorConfig::default() }).await;
    let listed = sim.json("sobjects").await;
    let objects = listed["sobjects"].as_array().expect("objects");
    assert_eq!(objects.len(), 50);
    let mut types = HashSet::new();
    for object in objects {
        let name = object["name"].as_str().expect("a name");
        let fields = fields(&sim, name).await;
        let (records, _) = sim.records(&select_all(&fields, name)).await;
        assert_eq!(records.len() as u64, sim.simulator.count(name), "{name}");
        let ids: HashSet<_> = records.iter().map(|record| record["Id"].as_str().expect("an id")).collect();
        assert_eq!(ids.len(), records.len(), "ids are unique");
        for field in &fields {
            let (field, kind) = (field["name"].as_str().expect("a name"), field["type"].as_str().expect("a type"));
            types.insert(kind.to_owned());
            let values: Vec<_> = records.iter().map(|record| &record[field]).filter(|value| !value.is_null()).collect();
            assert!(!values.is_empty(), "{name}.{field} never has a value");
            assert!(values.iter().all(|value| fits(value, kind)), "{name}.{field} is no {kind}: {:?}", values[0]);
        }
    }
    assert_eq!(types.len(), 22, "not every type occurs: {types:?}");
}

fn fits(value: &Value, kind: &str) -> bool {
    let text = value.as_str();
    match kind {
        "boolean" => value.is_boolean(),
        "int" => value.is_i64(),
        "double" | "currency" | "percent" => value.is_f64(),
        "address" => value["city"].is_string() && value["latitude"].is_f64(),
        "location" => value["longitude"].is_f64(),
        "datetime" => text.is_some_and(|text| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.3f%z").is_ok()),
        "date" => text.is_some_and(|text| text.parse::<chrono::NaiveDate>().is_ok()),
        "time" => text.is_some_and(|text| text.len() == 13 && text.ends_with('Z')),
        "id" | "reference" => text.is_some_and(|text| text.len() == 18),
        _ => text.is_some_and(|text| !text.is_empty()),
    }
}

#[tokio::test]
async fn pages_follow_each_other_in_order() {
    let sim = SignedIn::start(config(&[("Contact", 4_321)])).await;
    let soql = "SELECT Id,SystemModstamp FROM Contact WHERE SystemModstamp >= 2020-01-01T00:00:00.000000Z  ORDER BY \
                SystemModstamp ASC";
    let (records, sizes) = sim.records(soql).await;
    assert_eq!(sizes, [2_000, 2_000, 321]);
    let moments: Vec<_> = records.iter().map(|record| record["SystemModstamp"].as_str().expect("text")).collect();
    assert!(moments.windows(2).all(|pair| pair[0] < pair[1]));
    assert_eq!(moments.last(), Some(&"2026-06-30T12:00:00.000+0000"), "the newest is the configuration's now");
    assert_eq!(records[0]["attributes"]["type"], "Contact");
    let url = records[0]["attributes"]["url"].as_str().expect("text");
    assert!(url.ends_with(records[0]["Id"].as_str().expect("an id")));
    assert_eq!(sim.simulator.stats().query_pages, 3);
    let (limited, sizes) = sim.records(&format!("{soql} LIMIT 2500")).await;
    assert_eq!((limited.as_slice(), sizes.as_slice()), (&records[..2_500], [2_000, 500].as_slice()));
}

#[tokio::test]
async fn the_same_configuration_serves_the_same_data() {
    let first = SignedIn::start(config(&[("Account", 500)])).await;
    let second = SignedIn::start(config(&[("Account", 500)])).await;
    let other = SignedIn::start(SimulatorConfig { seed: 1, ..config(&[("Account", 500)]) }).await;
    let soql = select_all(&fields(&first, "Account").await, "Account");
    let records = first.records(&soql).await.0;
    assert_eq!(records, second.records(&soql).await.0);
    assert_ne!(records, other.records(&soql).await.0);
    let text = serde_json::to_string(&records).expect("JSON");
    for special in ["ü", "🎉", "東京", "\\n", "\\\"", "الفاتورة"] {
        assert!(text.contains(special), "no record has {special}");
    }
    let longest =
        records.iter().filter_map(|record| record["Description"].as_str()).map(|text| text.chars().count()).max();
    assert_eq!(longest, Some(32_000));
}

#[tokio::test]
async fn an_incremental_run_finds_what_changed() {
    let sim = SignedIn::start(config(&[("Account", 3_000), ("Lead", 0)])).await;
    let since = async |bookmark: DateTime<Utc>| {
        let soql = format!(
            "SELECT Id,SystemModstamp,IsDeleted FROM Account WHERE SystemModstamp >= {} ORDER BY SystemModstamp ASC",
            bookmark.to_rfc3339()
        );
        sim.records(&soql).await.0
    };
    let bookmark = SimulatorConfig::default().now;
    assert_eq!(since(bookmark).await.len(), 1, "only the record the bookmark came from");
    assert_eq!(sim.simulator.change_records("Account", 25).expect("editable"), 25);
    assert_eq!(sim.simulator.add_records("Account", 10).expect("editable"), 10);
    assert_eq!(sim.simulator.delete_records("Account", 5).expect("editable"), 5);
    let found = since(bookmark).await;
    assert_eq!(found.len() as u64, sim.simulator.count_since("Account", bookmark));
    assert!((35..=41).contains(&found.len()), "{}", found.len());
    assert_eq!(found.iter().filter(|record| record["IsDeleted"] == true).count(), 5);
    assert_eq!(sim.simulator.count("Account"), 3_005);
    let newest = found.last().expect("some")["SystemModstamp"].as_str().expect("text");
    let newest = DateTime::parse_from_str(newest, "%Y-%m-%dT%H:%M:%S%.3f%z").expect("a moment");
    assert_eq!(since(newest.into()).await.len(), 1, "the next run brings one record again");
    let reply = sim.query("query", "SELECT COUNT() FROM Account").await.json::<Value>().await.expect("JSON");
    assert_eq!(reply["totalSize"], 3_005, "query leaves deleted records out");
    let reply = sim.query("queryAll", "SELECT COUNT() FROM Account").await.json::<Value>().await.expect("JSON");
    assert_eq!(reply["totalSize"], 3_010);
}

#[tokio::test]
async fn fields_come_and_go() {
    let sim = SignedIn::start(config(&[("Account", 10)])).await;
    let before = fields(&sim, "Account").await.len();
    sim.simulator.add_field("Account", "Region_Code__c").expect("a new field");
    sim.simulator.remove_field("Account", "Website").expect("a field that is there");
    let now = fields(&sim, "Account").await;
    assert_eq!(now.len(), before);
    let added = now.iter().find(|field| field["name"] == "Region_Code__c").expect("the new field");
    assert_eq!((&added["type"], &added["custom"]), (&Value::from("string"), &Value::from(true)));
    let removed = sim.query("query", "SELECT Id,Website FROM Account").await;
    assert_eq!(api_error(removed).await, (400, "INVALID_FIELD".into()));
    sim.simulator.change_records("Account", 4).expect("editable");
    let (records, _) = sim.records("SELECT Region_Code__c FROM Account").await;
    assert_eq!(records.iter().filter(|record| record["Region_Code__c"].is_string()).count(), 4);
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_with_the_right_code() {
    let sim = SignedIn::start(config(&[("Account", 10)])).await;
    for (soql, code) in [
        ("", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE Name LIKE 'A%'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Nothing__c", "INVALID_TYPE"),
        ("SELECT Nothing__c FROM Account", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE SystemModstamp >= 2024-01-01", "INVALID_FIELD"),
    ] {
        assert_eq!(api_error(sim.query("queryAll", soql).await).await, (400, code.to_owned()), "{soql}");
    }
    assert_eq!(api_error(sim.data("query/0r8xx0000000009AAA-2000").await).await.1, "INVALID_QUERY_LOCATOR");
    assert_eq!(api_error(sim.data("sobjects/Nothing__c/describe").await).await, (404, "NOT_FOUND".into()));
    assert_eq!(api_error(sim.data("elsewhere").await).await, (404, "NOT_FOUND".into()));
    assert_eq!(api_error(sim.get("/services/data/v12.0/limits").send().await.expect("a reply")).await.0, 404);
    let without = sim.http.get(sim.url("/services/data/v61.0/limits")).send().await.expect("a reply");
    assert_eq!(api_error(without).await, (401, "INVALID_SESSION_ID".into()));
}

#[tokio::test]
async fn used_calls_are_reported() {
    let sim = SignedIn::start(config(&[])).await;
    let usage = async || sim.data("limits").await.headers()["sforce-limit-info"].to_str().expect("text").to_owned();
    assert_eq!(usage().await, "api-usage=1205/100000");
    assert_eq!(usage().await, "api-usage=1206/100000");
    assert_eq!(sim.json("limits").await["DailyApiRequests"]["Remaining"], 98_793);
}
