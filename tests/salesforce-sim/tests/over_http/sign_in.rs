use std::{collections::HashMap, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::{Response, StatusCode, header};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tributary_salesforce_sim::{Mode, SignInError, SimulatorConfig};
use url::Url;

use crate::client::{SignedIn, api_error, config, oauth_error};

const VERIFIER: &str = "a-verifier-with-at-least-forty-three-characters-in-it";
const REDIRECT: &str = "http://localhost:1717/OauthRedirect";

fn challenge() -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER))
}

async fn authorize(sim: &SignedIn, change: &[(&str, &str)]) -> Response {
    let (client_id, challenge) = (sim.simulator.config().client_id.clone(), challenge());
    let mut parameters = HashMap::from([
        ("response_type", "code"),
        ("client_id", &client_id),
        ("redirect_uri", REDIRECT),
        ("state", "st&te=1"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]);
    parameters.extend(change.iter().copied());
    let mut url = sim.url("/services/oauth2/authorize");
    url.query_pairs_mut().extend_pairs(parameters);
    sim.http.get(url).send().await.expect("a reply")
}

/// The parameters an app finds at its redirect address.
fn returned(reply: &Response) -> HashMap<String, String> {
    assert_eq!(reply.status(), StatusCode::FOUND);
    let location = reply.headers()[header::LOCATION].to_str().expect("text");
    assert!(location.starts_with(REDIRECT), "{location}");
    Url::parse(location).expect("an address").query_pairs().into_owned().collect()
}

async fn exchange(sim: &SignedIn, code: &str, verifier: &str) -> Response {
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", &sim.simulator.config().client_id),
        ("code", code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", verifier),
    ];
    sim.http.post(sim.url("/services/oauth2/token")).form(&form).send().await.expect("a reply")
}

async fn press(sim: &SignedIn, page: &str, decision: &str) -> Response {
    let (_, rest) = page.split_once("name=\"page\" value=\"").expect("the key of the page");
    let key = rest.split('"').next().expect("its end");
    let form = [("page", key), ("decision", decision)];
    sim.http.post(sim.url("/services/oauth2/authorize")).form(&form).send().await.expect("a reply")
}

#[tokio::test]
async fn a_user_signs_in_with_the_browser() {
    let sim = SignedIn::start(config(&[])).await;
    let page = authorize(&sim, &[]).await.text().await.expect("a page");
    assert!(page.contains("id=\"allow\"") && page.contains("id=\"deny\"") && page.contains("admin@"));
    let back = returned(&press(&sim, &page, "allow").await);
    assert_eq!(back["state"], "st&te=1");
    let reply: Value = exchange(&sim, &back["code"], VERIFIER).await.json().await.expect("JSON");
    let refresh_token = reply["refresh_token"].as_str().expect("a refresh token");
    assert_ne!(refresh_token, sim.simulator.current_refresh_token());
    assert_eq!(sim.refresh(refresh_token).await.status(), StatusCode::OK);
    let userinfo = sim.http.get(sim.url("/services/oauth2/userinfo"));
    let userinfo = userinfo.bearer_auth(reply["access_token"].as_str().expect("an access token"));
    let userinfo: Value = userinfo.send().await.expect("a reply").json().await.expect("JSON");
    assert_eq!(userinfo["preferred_username"], SimulatorConfig::default().username);
    assert_eq!(userinfo["organization_id"], SimulatorConfig::default().org_id);
    let again = exchange(&sim, &back["code"], VERIFIER).await;
    assert_eq!(oauth_error(again).await.2, "expired authorization code");
    let used = press(&sim, &page, "allow").await;
    assert_eq!(used.status(), StatusCode::BAD_REQUEST, "a page works once");
}

#[tokio::test]
async fn a_user_who_denies_goes_back_with_that() {
    let sim = SignedIn::start(config(&[])).await;
    let page = authorize(&sim, &[]).await.text().await.expect("a page");
    let back = returned(&press(&sim, &page, "deny").await);
    assert_eq!((back["error"].as_str(), back["state"].as_str()), ("access_denied", "st&te=1"));
}

#[tokio::test]
async fn a_scripted_browser_needs_no_click() {
    let sim = SignedIn::start(SimulatorConfig { auto_approve: true, ..config(&[]) }).await;
    let back = returned(&authorize(&sim, &[]).await);
    assert_eq!(exchange(&sim, &back["code"], VERIFIER).await.status(), StatusCode::OK);
    let back = returned(&authorize(&sim, &[]).await);
    let wrong = oauth_error(exchange(&sim, &back["code"], "another verifier").await).await;
    assert_eq!(wrong, (400, "invalid_grant".into(), "invalid code verifier".into()));
    sim.simulator.set_auto_approve(false);
    assert_eq!(authorize(&sim, &[]).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn mistakes_of_an_app_are_told() {
    let sim = SignedIn::start(config(&[])).await;
    for (change, expected) in [
        (("client_id", "unknown"), "invalid_client_id"),
        (("redirect_uri", "http://localhost:1717/OauthRedirect/"), "redirect_uri_mismatch"),
    ] {
        let reply = authorize(&sim, &[change]).await;
        assert_eq!(reply.status(), StatusCode::BAD_REQUEST, "the user sees this, not the app");
        assert!(reply.text().await.expect("a page").contains(expected));
    }
    for (change, expected) in [
        (("code_challenge", ""), "missing required code challenge"),
        (("code_challenge_method", "plain"), "code challenge method must be S256"),
        (("response_type", "token"), "response type not supported"),
        (("state", ""), "missing required state"),
    ] {
        let back = returned(&authorize(&sim, &[change]).await);
        assert_eq!(back["error_description"], expected);
    }
    sim.simulator.set_mode(Mode::SignInRefused { error: SignInError::AppBlocked });
    assert_eq!(returned(&authorize(&sim, &[]).await)["error"], "OAUTH_APP_BLOCKED");
}

#[tokio::test]
async fn every_refusal_of_a_sign_in_can_be_played() {
    let sim = SignedIn::start(config(&[])).await;
    for (error, code, description) in [
        (SignInError::InvalidGrant, "invalid_grant", "expired access/refresh token"),
        (SignInError::IpRestricted, "invalid_grant", "ip restricted"),
        (SignInError::InactiveUser, "inactive_user", "user is inactive"),
        (SignInError::InvalidClientId, "invalid_client_id", "client identifier invalid"),
        (SignInError::InvalidClient, "invalid_client", "invalid client credentials"),
        (SignInError::AppBlocked, "OAUTH_APP_BLOCKED", "this app is blocked by admin"),
        (SignInError::AppAccessDenied, "OAUTH_APP_ACCESS_DENIED", "user is not admin approved to access this app"),
        (SignInError::AppNotFound, "OAUTH_EC_APP_NOT_FOUND", "external client app is not installed in this org"),
    ] {
        sim.simulator.set_mode(Mode::SignInRefused { error });
        let reply = sim.refresh(&sim.simulator.current_refresh_token()).await;
        assert_eq!(oauth_error(reply).await, (400, code.to_owned(), description.to_owned()));
    }
    sim.simulator.set_mode(Mode::Normal);
    assert_eq!(sim.refresh(&sim.simulator.current_refresh_token()).await.status(), StatusCode::OK);
    assert_eq!(sim.simulator.stats().token_refusals, 8);
}

#[tokio::test]
async fn wrong_credentials_are_refused() {
    let sim = SignedIn::start(config(&[])).await;
    let defaults = SimulatorConfig::default();
    for (client_id, client_secret, refresh_token, expected) in [
        ("unknown", &*defaults.client_secret, &*defaults.refresh_token, "invalid_client_id"),
        (&*defaults.client_id, "wrong", &*defaults.refresh_token, "invalid_client"),
        (&*defaults.client_id, &*defaults.client_secret, "unknown", "invalid_grant"),
    ] {
        let form = [
            ("grant_type", "refresh_token"),
            ("client_id", client_id),
            ("client_secret", client_secret),
            ("refresh_token", refresh_token),
        ];
        let reply = sim.http.post(sim.url("/services/oauth2/token")).form(&form).send().await.expect("a reply");
        assert_eq!(oauth_error(reply).await.1, expected);
    }
    let form = [("grant_type", "password"), ("client_id", &defaults.client_id)];
    let reply = sim.http.post(sim.url("/services/oauth2/token")).form(&form).send().await.expect("a reply");
    assert_eq!(oauth_error(reply).await.1, "unsupported_grant_type");
}

#[tokio::test]
async fn a_replayed_refresh_token_takes_the_whole_grant_back() {
    let sim = SignedIn::start(SimulatorConfig { rotate_refresh_tokens: true, ..config(&[]) }).await;
    let first = SimulatorConfig::default().refresh_token;
    let second = sim.simulator.current_refresh_token();
    assert_ne!(first, second, "signing in replaced it");
    let reply: Value = sim.refresh(&second).await.json().await.expect("JSON");
    let third = reply["refresh_token"].as_str().expect("a new refresh token");
    assert_eq!(third, sim.simulator.current_refresh_token());
    assert_eq!(sim.data("limits").await.status(), StatusCode::OK);
    assert_eq!(oauth_error(sim.refresh(&first).await).await.1, "invalid_grant");
    assert_eq!(api_error(sim.data("limits").await).await, (401, "INVALID_SESSION_ID".into()));
    assert_eq!(oauth_error(sim.refresh(third).await).await.1, "invalid_grant", "the newest token ended too");
    assert_eq!(sim.simulator.stats().replays, 1);
}

#[tokio::test]
async fn two_users_of_one_refresh_token_are_noticed() {
    let sim = SignedIn::start(config(&[])).await;
    let token = sim.simulator.current_refresh_token();
    sim.simulator.set_mode(Mode::SignInHangs);
    let both_seen = async {
        let limit = Duration::from_secs(20);
        let waited = tokio::time::timeout(limit, async {
            while sim.simulator.stats().token_requests < 3 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
        waited.await.expect("both requests arrive");
        sim.simulator.set_mode(Mode::Normal);
    };
    let (one, other, ()) = tokio::join!(sim.refresh(&token), sim.refresh(&token), both_seen);
    assert!(one.status().is_success() && other.status().is_success());
    assert_eq!(sim.simulator.stats().concurrent_refreshes, 1);
    sim.refresh(&token).await;
    assert_eq!(sim.simulator.stats().concurrent_refreshes, 1, "one after the other is fine");
}

#[tokio::test]
async fn tokens_are_taken_back() {
    let sim = SignedIn::start(config(&[])).await;
    let revoke = async |token: &str| {
        let reply = sim.http.post(sim.url("/services/oauth2/revoke")).form(&[("token", token)]).send().await;
        reply.expect("a reply").status()
    };
    assert_eq!(revoke(&sim.token).await, StatusCode::OK);
    assert_eq!(api_error(sim.data("limits").await).await.0, 401);
    let refresh_token = sim.simulator.current_refresh_token();
    assert_eq!(sim.refresh(&refresh_token).await.status(), StatusCode::OK);
    assert_eq!(revoke(&refresh_token).await, StatusCode::OK);
    assert_eq!(oauth_error(sim.refresh(&refresh_token).await).await.1, "invalid_grant");
    assert_eq!(revoke("unknown").await, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_hanging_sign_in_goes_on_when_the_mode_changes() {
    let sim = SignedIn::start(config(&[])).await;
    sim.simulator.set_mode(Mode::SignInHangs);
    let token = sim.simulator.current_refresh_token();
    let mut waiting = std::pin::pin!(sim.refresh(&token));
    let early = tokio::time::timeout(Duration::from_millis(300), &mut waiting).await;
    assert!(early.is_err(), "an answer came");
    sim.simulator.set_mode(Mode::Normal);
    assert_eq!(waiting.await.status(), StatusCode::OK);
}
