use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tributary_salesforce_sim::{Mode, SimulatorConfig};

use crate::client::{SignedIn, config};

impl SignedIn {
    async fn control(&self, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let method = if body.is_some() { Method::POST } else { Method::GET };
        let mut request = self.http.request(method, self.url(path)).header("X-Sim-Token", "let me");
        if let Some(body) = body {
            request = request.json(&body);
        }
        let reply = request.send().await.expect("a reply");
        (reply.status(), reply.json().await.unwrap_or_default())
    }
}

async fn controlled() -> SignedIn {
    SignedIn::start(SimulatorConfig { control_token: Some("let me".into()), ..config(&[("Account", 100)]) }).await
}

#[tokio::test]
async fn another_process_can_edit_and_ask() {
    let sim = controlled().await;
    let body = |count: u64| Some(json!({"object": "Account", "count": count}));
    assert_eq!(sim.control("/_sim/change", body(7)).await.1, json!({"count": 7}));
    assert_eq!(sim.control("/_sim/add", body(4)).await.1, json!({"count": 4}));
    assert_eq!(sim.control("/_sim/delete", body(2)).await.1, json!({"count": 2}));
    assert_eq!(sim.control("/_sim/count?object=Account", None).await.1, json!({"count": 102}));
    let since = "/_sim/count?object=Account&since=2026-06-30T12:00:01Z";
    let count = sim.control(since, None).await.1["count"].as_u64().expect("a number");
    assert!((11..=13).contains(&count), "{count}");
    let field = Some(json!({"object": "Account", "name": "Region_Code__c"}));
    assert_eq!(sim.control("/_sim/fields/add", field.clone()).await.0, StatusCode::OK);
    assert_eq!(sim.control("/_sim/fields/remove", field.clone()).await.0, StatusCode::OK);
    let (status, error) = sim.control("/_sim/fields/remove", field).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(error["error"].as_str().expect("a message").contains("Region_Code__c"));
    let counts = sim.control("/_sim/stats", None).await.1;
    assert_eq!(counts["token_requests"], 1);
    let token = sim.control("/_sim/refresh_token", None).await.1;
    assert_eq!(token["refresh_token"], SimulatorConfig::default().refresh_token);
}

#[tokio::test]
async fn another_process_can_switch_modes() {
    let sim = controlled().await;
    let mode = json!({"mode": "server_error", "after_pages": 0});
    assert_eq!(sim.control("/_sim/mode", Some(mode.clone())).await, (StatusCode::OK, mode.clone()));
    assert_eq!(sim.data("limits").await.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(sim.control("/_sim/mode", None).await.1, mode);
    let wrong = sim.control("/_sim/mode", Some(json!({"mode": "on_fire"}))).await;
    assert_eq!(wrong.0, StatusCode::UNPROCESSABLE_ENTITY);
    sim.simulator.set_mode(Mode::Normal);
    assert_eq!(sim.control("/_sim/delay", Some(json!({"milliseconds": 1}))).await.0, StatusCode::OK);
    assert_eq!(sim.control("/_sim/auto_approve", Some(json!({"enabled": true}))).await.0, StatusCode::OK);
    assert_eq!(sim.control("/_sim/save", Some(json!({}))).await.0, StatusCode::OK);
}

#[tokio::test]
async fn control_needs_its_token() {
    let sim = controlled().await;
    for given in [None, Some("wrong")] {
        let mut request = sim.http.get(sim.url("/_sim/stats"));
        if let Some(token) = given {
            request = request.header("X-Sim-Token", token);
        }
        assert_eq!(request.send().await.expect("a reply").status(), StatusCode::UNAUTHORIZED);
    }
    let without = SignedIn::start(config(&[])).await;
    assert_eq!(without.control("/_sim/stats", None).await.0, StatusCode::NOT_FOUND);
}
