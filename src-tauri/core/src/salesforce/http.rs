//! The client the app itself asks Salesforce with: the proxy and certificates a connector would get, no redirects.

use super::SignInError;
use reqwest::{Certificate, Client, Proxy};
use std::{collections::BTreeMap, time::Duration};

/// How long one answer may take.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// Variables that say how the network is reached, as a connector gets them.
pub type Environment = BTreeMap<String, String>;

/// A value of the environment under one of two names.
pub fn variable<'a>(environment: &'a Environment, names: [&str; 2]) -> Option<&'a String> {
    names.iter().find_map(|name| environment.get(*name)).filter(|text| !text.is_empty())
}

/// A client for this environment.
pub fn client(environment: &Environment) -> Result<Client, SignInError> {
    let network =
        |what: &str, error: &dyn std::error::Error| SignInError::Network { detail: format!("{what}: {error}") };
    // Another part of the process may have chosen a provider already: either is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // A redirect could lead a token elsewhere.
    let mut builder = Client::builder().timeout(TIME_LIMIT).redirect(reqwest::redirect::Policy::none()).no_proxy();
    if let Some(address) = variable(environment, ["HTTPS_PROXY", "https_proxy"]) {
        let proxy = Proxy::https(address).map_err(|error| network("HTTPS_PROXY", &error))?;
        let except =
            variable(environment, ["NO_PROXY", "no_proxy"]).and_then(|text| reqwest::NoProxy::from_string(text));
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

/// Why no answer came: not reached at all, or lost on the way back. Without the address's query.
pub fn failure(error: &reqwest::Error) -> SignInError {
    let mut detail = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        detail = inner.to_string();
        source = inner.source();
    }
    if error.is_connect() || error.is_builder() {
        SignInError::Unreachable { detail }
    } else {
        SignInError::Lost { detail }
    }
}
