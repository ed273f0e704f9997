//! A small Salesforce client for the tests.

use std::collections::BTreeMap;

use reqwest::{Client, RequestBuilder, Response, StatusCode, redirect::Policy};
use serde_json::Value;
use tributary_salesforce_sim::{Simulator, SimulatorConfig};
use url::Url;

/// A configuration with so many rows in some objects and none in all others.
pub fn config(rows: &[(&str, u64)]) -> SimulatorConfig {
    let mut all = BTreeMap::from([("*".to_owned(), 0)]);
    all.extend(rows.iter().map(|(name, rows)| ((*name).to_owned(), *rows)));
    SimulatorConfig { rows: all, ..SimulatorConfig::default() }
}

/// The client of the tests: no proxy of the environment, no redirects, TLS by ring.
pub fn http() -> Client {
    // Another test of this process may have installed it already.
    drop(rustls::crypto::ring::default_provider().install_default());
    Client::builder().no_proxy().redirect(Policy::none()).build().expect("a client")
}

/// A simulator and a client that is signed in.
pub struct SignedIn {
    pub simulator: Simulator,
    pub http: Client,
    pub token: String,
}

impl SignedIn {
    pub async fn start(config: SimulatorConfig) -> Self {
        let simulator = Simulator::start(config).await.expect("started");
        let http = http();
        let mut signed_in = Self { simulator, http, token: String::new() };
        signed_in.sign_in().await;
        signed_in
    }

    /// Signs in (again) with the refresh token that is valid now.
    pub async fn sign_in(&mut self) {
        let reply = self.refresh(&self.simulator.current_refresh_token()).await;
        assert_eq!(reply.status(), StatusCode::OK);
        let reply: Value = reply.json().await.expect("JSON");
        let Some(token) = reply["access_token"].as_str() else { panic!("no access token") };
        token.clone_into(&mut self.token);
    }

    /// Asks for an access token with a refresh token.
    pub async fn refresh(&self, refresh_token: &str) -> Response {
        let config = self.simulator.config();
        let form = [
            ("grant_type", "refresh_token"),
            ("client_id", &config.client_id),
            ("client_secret", &config.client_secret),
            ("refresh_token", refresh_token),
        ];
        let url = self.url("/services/oauth2/token");
        self.http.post(url).form(&form).send().await.expect("a reply")
    }

    pub fn url(&self, path: &str) -> Url {
        Url::parse(self.simulator.base_url()).expect("an address").join(path).expect("a path")
    }

    pub fn get(&self, path: &str) -> RequestBuilder {
        self.http.get(self.url(path)).bearer_auth(&self.token)
    }

    /// Asks a path of the REST API, such as `limits`.
    pub async fn data(&self, path: &str) -> Response {
        self.get(&format!("/services/data/v61.0/{path}")).send().await.expect("a reply")
    }

    /// Asks a path of the REST API that has to work.
    pub async fn json(&self, path: &str) -> Value {
        let reply = self.data(path).await;
        assert_eq!(reply.status(), StatusCode::OK, "{path}");
        reply.json().await.expect("JSON")
    }

    /// The first page of a query.
    pub async fn query(&self, endpoint: &str, soql: &str) -> Response {
        let mut url = self.url(&format!("/services/data/v61.0/{endpoint}"));
        url.query_pairs_mut().append_pair("q", soql);
        self.http.get(url).bearer_auth(&self.token).send().await.expect("a reply")
    }

    /// All records of a query with deleted ones, and the sizes of its pages.
    pub async fn records(&self, soql: &str) -> (Vec<Value>, Vec<usize>) {
        let (mut records, mut sizes) = (Vec::new(), Vec::new());
        let mut reply = self.query("queryAll", soql).await;
        loop {
            assert_eq!(reply.status(), StatusCode::OK);
            let mut page: Value = reply.json().await.expect("JSON");
            let Value::Array(found) = page["records"].take() else { panic!("no records") };
            sizes.push(found.len());
            records.extend(found);
            let Some(next) = page["nextRecordsUrl"].as_str() else {
                assert_eq!(page["done"], true);
                assert_eq!(page["totalSize"], records.len());
                return (records, sizes);
            };
            assert_eq!(page["done"], false);
            reply = self.get(next).send().await.expect("a reply");
        }
    }
}

/// Status and error code of an API error.
pub async fn api_error(reply: Response) -> (u16, String) {
    let status = reply.status().as_u16();
    let body: Value = reply.json().await.expect("JSON");
    (status, body[0]["errorCode"].as_str().expect("a list of errors").to_owned())
}

/// Status, code and description of a sign-in error.
pub async fn oauth_error(reply: Response) -> (u16, String, String) {
    let status = reply.status().as_u16();
    let body: Value = reply.json().await.expect("JSON");
    let text = |name: &str| body[name].as_str().expect("a text").to_owned();
    (status, text("error"), text("error_description"))
}
