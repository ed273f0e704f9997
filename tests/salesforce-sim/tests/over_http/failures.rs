use std::time::Duration;

use reqwest::{Response, StatusCode};
use serde_json::Value;
use tributary_salesforce_sim::{Mode, SimulatorConfig};

use crate::client::{SignedIn, api_error, config};

const SOQL: &str = "SELECT Id FROM Account ORDER BY SystemModstamp ASC";

/// An org whose answer to [`SOQL`] has five pages.
async fn five_pages() -> SignedIn {
    SignedIn::start(SimulatorConfig { page_size: 10, ..config(&[("Account", 50), ("Contact", 5)]) }).await
}

/// Reads pages until one fails, and returns how many came and the reply that failed.
async fn read_until_failure(sim: &SignedIn) -> (u64, Response) {
    let mut reply = sim.query("queryAll", SOQL).await;
    let mut pages = 0;
    while reply.status() == StatusCode::OK {
        pages += 1;
        let page: Value = reply.json().await.expect("JSON");
        let next = page["nextRecordsUrl"].as_str().expect("a failure before the last page");
        reply = sim.get(next).send().await.expect("a reply");
    }
    (pages, reply)
}

#[tokio::test]
async fn the_api_fails_after_some_pages() {
    let mut sim = five_pages().await;
    for (mode, expected) in [
        (Mode::SessionInvalid { after_pages: 2 }, (401, "INVALID_SESSION_ID")),
        (Mode::RequestLimit { after_pages: 2 }, (403, "REQUEST_LIMIT_EXCEEDED")),
        (Mode::ConcurrentLimit { after_pages: 2 }, (403, "REQUEST_LIMIT_EXCEEDED")),
        (Mode::ServerError { after_pages: 2 }, (500, "UNKNOWN_EXCEPTION")),
    ] {
        sim.simulator.set_mode(mode.clone());
        let (pages, reply) = read_until_failure(&sim).await;
        assert_eq!(pages, 2, "{mode:?}");
        assert_eq!(api_error(reply).await, (expected.0, expected.1.to_owned()));
        sim.sign_in().await;
        assert_eq!(api_error(sim.data("limits").await).await.1, expected.1, "signing in again does not help");
    }
    sim.simulator.set_mode(Mode::Normal);
    assert_eq!(sim.records(SOQL).await.0.len(), 50);
}

#[tokio::test]
async fn the_server_can_be_down() {
    let sim = five_pages().await;
    sim.simulator.set_mode(Mode::Unavailable { after_pages: 1 });
    let (pages, reply) = read_until_failure(&sim).await;
    assert_eq!((pages, reply.status()), (1, StatusCode::SERVICE_UNAVAILABLE));
    assert!(reply.text().await.expect("a page").starts_with("<!DOCTYPE html>"));
}

#[tokio::test]
async fn a_page_can_break_off() {
    let sim = five_pages().await;
    sim.simulator.set_mode(Mode::CutConnection { after_pages: 1 });
    let page: Value = sim.query("queryAll", SOQL).await.json().await.expect("the first page is whole");
    let next = page["nextRecordsUrl"].as_str().expect("more pages");
    let cut = sim.get(next).send().await.expect("the head of a reply");
    assert_eq!(cut.status(), StatusCode::OK);
    let promised = cut.content_length().expect("a length");
    assert!(promised > 500);
    assert!(cut.text().await.is_err(), "the body has to break off");
    sim.simulator.set_mode(Mode::Normal);
    let again: Value = sim.get(next).send().await.expect("a reply").json().await.expect("JSON");
    assert_eq!(again["records"].as_array().map(Vec::len), Some(10), "a page can be asked for again");
}

#[tokio::test]
async fn an_expired_token_is_helped_by_a_new_sign_in() {
    let mut sim = five_pages().await;
    sim.simulator.set_mode(Mode::TokenExpires { after_requests: 3 });
    let (pages, reply) = read_until_failure(&sim).await;
    assert_eq!(pages, 3);
    assert_eq!(api_error(reply).await, (401, "INVALID_SESSION_ID".into()));
    assert_eq!(api_error(sim.data("limits").await).await.0, 401);
    sim.sign_in().await;
    assert_eq!(sim.records(SOQL).await.0.len(), 50);
}

#[tokio::test]
async fn used_up_calls_are_reported_but_work() {
    let sim = five_pages().await;
    sim.simulator.set_mode(Mode::Quota { used: 90_000, allowed: 100_000 });
    let reply = sim.query("queryAll", SOQL).await;
    assert_eq!(reply.status(), StatusCode::OK);
    assert_eq!(reply.headers()["sforce-limit-info"], "api-usage=90000/100000");
    let limits = sim.json("limits").await;
    assert_eq!(limits["DailyApiRequests"]["Remaining"], 10_000);
    assert_eq!(limits["DailyBulkApiBatches"]["Remaining"], 1_500);
}

#[tokio::test]
async fn one_object_can_be_forbidden() {
    let sim = five_pages().await;
    sim.simulator.set_mode(Mode::InsufficientAccess { object: "account".into() });
    let expected = (403, "INSUFFICIENT_ACCESS".to_owned());
    assert_eq!(api_error(sim.query("queryAll", SOQL).await).await, expected);
    assert_eq!(api_error(sim.data("sobjects/Account/describe").await).await, expected);
    assert_eq!(sim.records("SELECT Id FROM Contact").await.0.len(), 5);
}

#[tokio::test]
async fn one_object_can_be_gone() {
    let sim = five_pages().await;
    sim.simulator.set_mode(Mode::ObjectGone { object: "account".into() });
    assert_eq!(api_error(sim.query("queryAll", SOQL).await).await, (400, "INVALID_TYPE".to_owned()));
    assert_eq!(api_error(sim.data("sobjects/Account/describe").await).await.0, 404);
    let listed = sim.json("sobjects").await.to_string();
    assert!(!listed.contains("\"Account\"") && listed.contains("\"Contact\""), "{listed}");
    assert_eq!(sim.records("SELECT Id FROM Contact").await.0.len(), 5);
}

#[tokio::test]
async fn a_gateway_can_ask_for_fewer_requests() {
    let sim = five_pages().await;
    sim.simulator.set_mode(Mode::TooManyRequests { after_pages: 1 });
    let (pages, reply) = read_until_failure(&sim).await;
    assert_eq!((pages, reply.status()), (1, StatusCode::TOO_MANY_REQUESTS));
}

#[tokio::test]
async fn the_api_can_be_switched_off() {
    let sim = five_pages().await;
    sim.simulator.set_mode(Mode::ApiDisabled);
    assert_eq!(api_error(sim.data("sobjects").await).await, (403, "API_DISABLED_FOR_ORG".into()));
}

#[tokio::test]
async fn a_hanging_request_goes_on_when_the_mode_changes() {
    let sim = five_pages().await;
    sim.simulator.set_mode(Mode::Hang { after_pages: 1 });
    assert_eq!(sim.query("queryAll", SOQL).await.status(), StatusCode::OK);
    let mut waiting = std::pin::pin!(sim.query("queryAll", SOQL));
    let early = tokio::time::timeout(Duration::from_millis(300), &mut waiting).await;
    assert!(early.is_err(), "an answer came");
    sim.simulator.set_mode(Mode::ServerError { after_pages: 0 });
    assert_eq!(waiting.await.status(), StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn refusals_are_counted() {
    let sim = five_pages().await;
    let before = sim.simulator.stats();
    sim.simulator.set_mode(Mode::ServerError { after_pages: 1 });
    read_until_failure(&sim).await;
    let after = sim.simulator.stats();
    assert_eq!((after.api_requests - before.api_requests, after.api_refusals - before.api_refusals), (2, 1));
    assert_eq!((after.queries, after.query_pages, after.records), (1, 1, 10));
}
