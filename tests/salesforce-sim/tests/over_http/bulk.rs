use reqwest::StatusCode;
use serde_json::Value;
use tributary_salesforce_sim::Mode;

use crate::client::{SignedIn, config};

impl SignedIn {
    async fn bulk(&self, path: &str) -> reqwest::Response {
        let request = self.http.get(self.url(&format!("/services/async/61.0/{path}")));
        request.header("X-SFDC-Session", &self.token).send().await.expect("a reply")
    }

    async fn bulk_post(&self, path: &str, kind: &str, body: &str) -> reqwest::Response {
        let request = self.http.post(self.url(&format!("/services/async/61.0/{path}")));
        let request = request.header("X-SFDC-Session", &self.token).header("Content-Type", kind);
        request.body(body.to_owned()).send().await.expect("a reply")
    }

    /// Runs a query and returns the job, the reply to its batch, and the state of the batch.
    async fn run(&self, object: &str, soql: &str) -> (String, String, String) {
        let new = format!(r#"{{"operation":"queryAll","object":"{object}","contentType":"CSV"}}"#);
        let job = self.bulk_post("job", "application/json", &new).await;
        assert_eq!(job.status(), StatusCode::CREATED);
        let job: Value = job.json().await.expect("JSON");
        assert_eq!(job["state"], "Open");
        let job = job["id"].as_str().expect("an id").to_owned();
        let batch = self.bulk_post(&format!("job/{job}/batch"), "text/csv", soql).await;
        assert_eq!(batch.status(), StatusCode::CREATED);
        let id = element(&batch.text().await.expect("XML"), "id");
        let closed = self.bulk_post(&format!("job/{job}"), "application/json", r#"{"state":"Closed"}"#).await;
        assert_eq!(closed.json::<Value>().await.expect("JSON")["state"], "Closed");
        let status = self.bulk(&format!("job/{job}/batch/{id}")).await.text().await.expect("XML");
        (job, id, status)
    }
}

fn element(xml: &str, name: &str) -> String {
    let (_, rest) = xml.split_once(&format!("<{name}>")).unwrap_or_else(|| panic!("no {name} in {xml}"));
    rest.split_once("</").expect("its end").0.to_owned()
}

#[tokio::test]
async fn a_job_brings_all_records_as_csv() {
    let sim = SignedIn::start(config(&[("Account", 2_345)])).await;
    sim.simulator.delete_records("Account", 3).expect("editable");
    let soql = "SELECT Id,Name,Description,AnnualRevenue,SystemModstamp,IsDeleted FROM Account WHERE SystemModstamp >= 2020-01-01T00:00:00Z ORDER BY SystemModstamp ASC";
    let (job, batch, status) = sim.run("Account", soql).await;
    assert_eq!(element(&status, "state"), "Completed");
    assert_eq!(element(&status, "numberRecordsProcessed"), "2345");
    let results = sim.bulk(&format!("job/{job}/batch/{batch}/result")).await.text().await.expect("XML");
    let result = element(&results, "result");
    let csv = sim.bulk(&format!("job/{job}/batch/{batch}/result/{result}")).await.text().await.expect("CSV");
    let rows = parse_csv(&csv);
    assert_eq!(rows[0], ["Id", "Name", "Description", "AnnualRevenue", "SystemModstamp", "IsDeleted"]);
    let (records, _) = sim.records(soql).await;
    assert_eq!(rows.len() - 1, records.len());
    for (row, record) in rows[1..].iter().zip(&records) {
        for (cell, name) in row.iter().zip(&rows[0]) {
            let expected = match &record[name.as_str()] {
                Value::Null => String::new(),
                Value::String(text) => text.replace(".000+0000", ".000Z"),
                other => other.to_string(),
            };
            let same_number = cell.parse::<f64>().ok().is_some_and(|cell| expected.parse() == Ok(cell));
            assert!(*cell == expected || same_number, "{name}: {cell:?} is not {expected:?}");
        }
    }
}

/// Quoted values that may hold commas, quotes and line breaks.
fn parse_csv(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.next_if_eq(&'"').is_some() => cell.push('"'),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            other => cell.push(other),
        }
    }
    rows
}

#[tokio::test]
async fn an_answer_without_records_says_so() {
    let sim = SignedIn::start(config(&[])).await;
    let (job, batch, _) = sim.run("Lead", "SELECT Id FROM Lead").await;
    let results = sim.bulk(&format!("job/{job}/batch/{batch}/result")).await.text().await.expect("XML");
    let result = element(&results, "result");
    let csv = sim.bulk(&format!("job/{job}/batch/{batch}/result/{result}")).await.text().await.expect("CSV");
    assert_eq!(csv, "Records not found for this query");
}

#[tokio::test]
async fn compound_fields_and_mistakes_fail_the_batch() {
    let sim = SignedIn::start(config(&[("Account", 5)])).await;
    for (soql, expected) in [
        ("SELECT Id,BillingAddress FROM Account", "FUNCTIONALITY_NOT_ENABLED"),
        ("SELECT Nothing__c FROM Account", "INVALID_FIELD"),
        ("SELECT Id FROM Contact", "MALFORMED_QUERY"),
    ] {
        let (_, _, status) = sim.run("Account", soql).await;
        assert_eq!(element(&status, "state"), "Failed");
        assert!(element(&status, "stateMessage").contains(expected), "{status}");
    }
    let limits = sim.json("limits").await;
    assert_eq!(limits["DailyBulkApiBatches"]["Remaining"], 14_997);
}

#[tokio::test]
async fn unknown_jobs_and_sessions_are_refused_in_the_clients_format() {
    let sim = SignedIn::start(config(&[])).await;
    let unknown = sim.bulk_post("job/7505g0000000009AAA", "application/json", r#"{"state":"Closed"}"#).await;
    assert_eq!(unknown.headers()["content-type"], "application/json");
    assert_eq!(unknown.json::<Value>().await.expect("JSON")["exceptionCode"], "InvalidJob");
    sim.simulator.set_mode(Mode::SessionInvalid { after_pages: 0 });
    let refused = sim.bulk("job/7505g0000000009AAA").await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(element(&refused.text().await.expect("XML"), "exceptionCode"), "InvalidSessionId");
}

#[tokio::test]
async fn a_result_can_break_off() {
    let sim = SignedIn::start(config(&[("Account", 1_000)])).await;
    let (job, batch, _) = sim.run("Account", "SELECT Id,Name FROM Account").await;
    let results = sim.bulk(&format!("job/{job}/batch/{batch}/result")).await.text().await.expect("XML");
    let path = format!("job/{job}/batch/{batch}/result/{}", element(&results, "result"));
    sim.simulator.set_mode(Mode::CutConnection { after_pages: 0 });
    assert!(sim.bulk(&path).await.text().await.is_err(), "the body has to break off");
    sim.simulator.set_mode(Mode::Normal);
    assert_eq!(sim.bulk(&path).await.text().await.expect("CSV").lines().count(), 1_001);
}
