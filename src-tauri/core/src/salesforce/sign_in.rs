//! The refresh-token sign-in, as far as the app needs it itself: which instance does it lead to?
//!
//! Source: Salesforce Help, "OAuth 2.0 Refresh Token Flow for Renewed Sessions".

use crate::{connectors::plugin_config::is_sandbox, secrets::Secrets};
use reqwest::{Certificate, Client, Proxy, StatusCode};
use serde::Deserialize;
use std::{collections::BTreeMap, time::Duration};
use tributary_plugin_host::protocol::SecretText;
use url::Url;

const TIME_LIMIT: Duration = Duration::from_secs(30);

/// What a sign-in returned, without the access token, which is not needed.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// The org's address.
    pub instance_url: String,
    /// A new refresh token, where Salesforce rotated it: save it before anything else.
    pub refresh_token: Option<SecretText>,
}

/// Why a sign-in failed. Never repeats a token.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Salesforce refused.
    #[error("Salesforce refused the sign-in: {error} ({description})")]
    Refused {
        /// Its error word, for instance `invalid_grant`.
        error: String,
        /// Its explanation.
        description: String,
    },
    /// Salesforce answered something else.
    #[error("Salesforce answered the sign-in with status {status}")]
    Unexpected {
        /// The HTTP status.
        status: u16,
    },
    /// It was not reached.
    #[error("Salesforce could not be reached for the sign-in: {detail}")]
    Unreachable {
        /// Why, without the address's query.
        detail: String,
    },
    /// A proxy or certificate of the settings cannot be used.
    #[error("the network settings cannot be used: {detail}")]
    Network {
        /// Which and why.
        detail: String,
    },
}

#[derive(Deserialize)]
struct TokenReply {
    instance_url: String,
    refresh_token: Option<String>,
}

#[derive(Deserialize)]
struct ErrorReply {
    error: String,
    #[serde(default)]
    error_description: String,
}

/// Signs in with the refresh token. `environment` holds the proxy and certificate settings a plugin would get.
pub async fn refresh(
    secrets: &Secrets,
    instance: Option<&str>,
    environment: &BTreeMap<String, String>,
) -> Result<SignIn, SignInError> {
    let host = if instance.is_some_and(is_sandbox) { "test" } else { "login" };
    let text = |name: &str| secrets.get(name).map_or("", |secret| secret.expose());
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", text("client_id")),
        ("client_secret", text("client_secret")),
        ("refresh_token", text("refresh_token")),
    ];
    let reply = client(environment)?
        .post(format!("https://{host}.salesforce.com/services/oauth2/token"))
        .form(&form)
        .send()
        .await
        .map_err(|error| unreachable_because(&error))?;
    let status = reply.status();
    let body = reply.bytes().await.map_err(|error| unreachable_because(&error))?;
    if status == StatusCode::OK {
        let reply: TokenReply =
            serde_json::from_slice(&body).map_err(|_| SignInError::Unexpected { status: status.as_u16() })?;
        return Ok(SignIn {
            instance_url: reply.instance_url,
            refresh_token: reply.refresh_token.filter(|new| new != text("refresh_token")).map(SecretText::new),
        });
    }
    Err(match serde_json::from_slice::<ErrorReply>(&body) {
        Ok(reply) => SignInError::Refused { error: reply.error, description: reply.error_description },
        Err(_) => SignInError::Unexpected { status: status.as_u16() },
    })
}

/// Whether two addresses name the same org: scheme, host and port, whatever the path and the case of letters.
pub fn same_instance(one: &str, other: &str) -> bool {
    let origin = |text: &str| Url::parse(text).map(|url| url.origin());
    match (origin(one), origin(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

fn client(environment: &BTreeMap<String, String>) -> Result<Client, SignInError> {
    let network =
        |what: &str, error: &dyn std::error::Error| SignInError::Network { detail: format!("{what}: {error}") };
    // Another part of the process may have chosen a provider already: either is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = Client::builder().timeout(TIME_LIMIT).redirect(reqwest::redirect::Policy::none()).no_proxy();
    let variable =
        |names: [&str; 2]| names.iter().find_map(|name| environment.get(*name)).filter(|text| !text.is_empty());
    if let Some(address) = variable(["HTTPS_PROXY", "https_proxy"]) {
        let proxy = Proxy::https(address).map_err(|error| network("HTTPS_PROXY", &error))?;
        let except = variable(["NO_PROXY", "no_proxy"]).and_then(|text| reqwest::NoProxy::from_string(text));
        builder = builder.proxy(proxy.no_proxy(except));
    }
    if let Some(path) = environment.get("REQUESTS_CA_BUNDLE").filter(|path| !path.is_empty()) {
        let pem = std::fs::read(path).map_err(|error| network("REQUESTS_CA_BUNDLE", &error))?;
        let certificates = Certificate::from_pem_bundle(&pem).map_err(|error| network("REQUESTS_CA_BUNDLE", &error))?;
        // As for the plugins, whose library trusts this bundle and no other.
        builder = builder.tls_certs_only(certificates);
    }
    builder.build().map_err(|error| network("TLS", &error))
}

fn unreachable_because(error: &reqwest::Error) -> SignInError {
    let mut detail = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        detail = inner.to_string();
        source = inner.source();
    }
    SignInError::Unreachable { detail }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instances_are_compared_by_origin() {
        assert!(same_instance("https://A.my.salesforce.com/", "https://a.my.salesforce.com"));
        assert!(!same_instance("https://a.my.salesforce.com", "https://b.my.salesforce.com"));
        assert!(!same_instance("http://127.0.0.1:1", "http://127.0.0.1:2"));
        assert!(!same_instance("nonsense", "nonsense"));
    }
}
