use std::time::Duration;

use reqwest::{Certificate, Client, Proxy, StatusCode};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tributary_salesforce_sim::{Simulator, SimulatorConfig};

use crate::client::{config, http};

fn through(simulator: &Simulator, trusted: bool) -> Client {
    drop(http());
    let proxy = Proxy::all(simulator.proxy_url()).expect("an address");
    let authority = trusted.then(|| Certificate::from_pem(simulator.ca_pem().as_bytes()).expect("a certificate"));
    Client::builder().proxy(proxy).tls_certs_only(authority).build().expect("a client")
}

#[tokio::test]
async fn a_sign_in_through_the_proxy_ends_at_the_simulator() {
    let instance_url = Some("https://sample.my.salesforce.com".to_owned());
    let simulator =
        Simulator::start(SimulatorConfig { instance_url, ..config(&[("Account", 3)]) }).await.expect("started");
    let http = through(&simulator, true);
    let defaults = SimulatorConfig::default();
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", &defaults.client_id),
        ("client_secret", &defaults.client_secret),
        ("refresh_token", &defaults.refresh_token),
    ];
    for host in ["login", "test"] {
        let url = format!("https://{host}.salesforce.com/services/oauth2/token");
        let reply: Value = http.post(url).form(&form).send().await.expect("a reply").json().await.expect("JSON");
        let instance = reply["instance_url"].as_str().expect("an address");
        assert_eq!(instance, "https://sample.my.salesforce.com");
        let url = format!("{instance}/services/data/v61.0/limits");
        let token = reply["access_token"].as_str().expect("a token");
        let reply = http.get(url).bearer_auth(token).send().await.expect("a reply");
        assert_eq!(reply.status(), StatusCode::OK);
        assert!(reply.headers().contains_key("sforce-limit-info"));
    }
    assert_eq!(simulator.stats().token_requests, 2);
}

#[tokio::test]
async fn who_does_not_trust_the_authority_is_not_served() {
    let simulator = Simulator::start(config(&[])).await.expect("started");
    let url = "https://login.salesforce.com/services/oauth2/token";
    let refused = through(&simulator, false).get(url).send().await.expect_err("an unknown authority");
    assert!(refused.is_connect(), "{refused:?}");
    assert_eq!(simulator.stats().token_requests, 0);
}

#[tokio::test]
async fn the_proxy_leads_nowhere_else() {
    let simulator = Simulator::start(config(&[])).await.expect("started");
    let http = through(&simulator, true);
    assert!(http.get("https://example.org/").send().await.is_err());
    assert_eq!(http.get("http://example.org/").send().await.expect("a reply").status(), StatusCode::FORBIDDEN);
    assert_eq!(simulator.stats().refused_tunnels, 1);
    // A plain address of the simulator itself works through the proxy too.
    let url = format!("{}/services/data", simulator.base_url());
    assert_eq!(http.get(url).send().await.expect("a reply").status(), StatusCode::OK);
}

#[tokio::test]
async fn stopping_ends_connections_and_frees_the_port() {
    let simulator = Simulator::start(config(&[])).await.expect("started");
    let address = simulator.address();
    let mut open = TcpStream::connect(address).await.expect("connected");
    open.write_all(b"GET /services/data HTTP/1.1\r\n").await.expect("half a request");
    simulator.stop().await;
    let ended = tokio::time::timeout(Duration::from_secs(10), open.read(&mut [0; 8])).await.expect("in time");
    assert!(matches!(ended, Ok(0) | Err(_)), "the connection goes on: {ended:?}");
    let again =
        Simulator::start(SimulatorConfig { port: address.port(), ..config(&[]) }).await.expect("the port is free");
    assert_eq!(again.address(), address);
}

#[tokio::test]
async fn a_port_in_use_is_an_error_that_names_it() {
    let first = Simulator::start(config(&[])).await.expect("started");
    let port = first.address().port();
    let second = Simulator::start(SimulatorConfig { port, ..config(&[]) }).await.expect_err("in use");
    assert!(second.to_string().contains(&port.to_string()));
}
