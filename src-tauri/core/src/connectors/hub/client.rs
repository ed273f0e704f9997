//! Fetching from the public catalogue and from places that keep sources: bounded in size and time.

use crate::network::Network;
use reqwest::{Certificate, Client, Proxy, StatusCode, header, redirect::Policy};
use sha2::{Digest, Sha256};
use std::{fmt::Write as _, io::Write as _, path::Path, time::Duration};
use url::{Host, Url};

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(10);
/// How many times a reply may point elsewhere.
const MOST_REDIRECTS: usize = 5;
/// The largest archive, in bytes, and how long it may take.
const ARCHIVE_BYTES: usize = 200 * 1024 * 1024;
const ARCHIVE_PATIENCE: Duration = Duration::from_mins(5);

/// Why something could not be fetched or used. `what` says what of.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// The address that was set is none.
    #[error("{address} is not an address that can be used")]
    Address {
        /// The address.
        address: String,
    },
    /// A proxy or certificate of the environment cannot be used.
    #[error("the network settings cannot be used: {detail}")]
    Network {
        /// Why.
        detail: String,
    },
    /// No answer.
    #[error("{what} could not be fetched: {detail}")]
    Unreachable {
        /// What was asked for.
        what: String,
        /// Why.
        detail: String,
    },
    /// An answer with another status.
    #[error("{what} could not be fetched: the server answered with status {status}")]
    Status {
        /// What was asked for.
        what: String,
        /// The HTTP status.
        status: u16,
    },
    /// Too much.
    #[error("{what} is larger than {limit} bytes, so it was left alone")]
    TooLarge {
        /// What was asked for.
        what: String,
        /// The limit.
        limit: usize,
    },
    /// Something of another form.
    #[error("{what} is not of the right form: {detail}")]
    Form {
        /// What was asked for.
        what: String,
        /// Why.
        detail: String,
    },
    /// A file could not be written.
    #[error("{what} could not be kept")]
    File {
        /// What was asked for.
        what: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

impl HubError {
    /// Whether asking for something else at the same place makes no sense.
    pub(super) const fn is_outage(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Network { .. } | Self::Address { .. })
    }
}

/// What a server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// What we have is still right.
    Unchanged,
    /// Something new.
    New {
        /// Its text.
        body: String,
        /// The server's validators.
        etag: Option<String>,
        /// The same, as a date.
        modified: Option<String>,
    },
}

/// Fetches from one origin.
#[derive(Debug, Clone)]
pub(super) struct HubClient {
    client: Client,
}

impl HubClient {
    /// For the catalogue at `root`: what points to another origin is not followed.
    pub(super) fn new(root: &Url, patience: Duration, network: &Network) -> Result<Self, HubError> {
        let origin = root.origin();
        let policy = Policy::custom(move |attempt| {
            if attempt.previous().len() > MOST_REDIRECTS {
                attempt.error("it was sent on too often")
            } else if attempt.url().origin() == origin {
                attempt.follow()
            } else {
                attempt.error("it was sent on to another server")
            }
        });
        Ok(Self { client: client(policy, patience, is_here(root), network)? })
    }

    /// Fetches a text of at most `limit` bytes, or learns that it has not changed.
    pub(super) async fn get(
        &self,
        what: &str,
        address: &Url,
        etag: Option<&str>,
        modified: Option<&str>,
        limit: usize,
    ) -> Result<Reply, HubError> {
        let mut request = self.client.get(address.clone()).header(header::ACCEPT, "application/json");
        if let Some(etag) = etag {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        if let Some(modified) = modified {
            request = request.header(header::IF_MODIFIED_SINCE, modified);
        }
        let mut reply = request.send().await.map_err(|error| unreachable(what, &error))?;
        let asked = etag.is_some() || modified.is_some();
        if reply.status() == StatusCode::NOT_MODIFIED && asked {
            return Ok(Reply::Unchanged);
        }
        if reply.status() != StatusCode::OK {
            return Err(HubError::Status { what: what.to_owned(), status: reply.status().as_u16() });
        }
        let too_large = || HubError::TooLarge { what: what.to_owned(), limit };
        if reply.content_length().is_some_and(|length| length > limit as u64) {
            return Err(too_large());
        }
        let validator = |name: header::HeaderName| {
            reply.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
        };
        let (etag, modified) = (validator(header::ETAG), validator(header::LAST_MODIFIED));
        let mut bytes = Vec::new();
        while let Some(chunk) = reply.chunk().await.map_err(|error| unreachable(what, &error))? {
            if bytes.len() + chunk.len() > limit {
                return Err(too_large());
            }
            bytes.extend_from_slice(&chunk);
        }
        let body = String::from_utf8(bytes)
            .map_err(|_| HubError::Form { what: what.to_owned(), detail: "it is not text".to_owned() })?;
        Ok(Reply::New { body, etag, modified })
    }
}

/// Fetches the first of `addresses` that exists into `file`, and answers its address and its digest (`sha256:...`).
pub async fn fetch_archive(addresses: &[String], file: &Path, network: &Network) -> Result<(String, String), HubError> {
    let policy = Policy::custom(|attempt| {
        if attempt.previous().len() > MOST_REDIRECTS {
            attempt.error("it was sent on too often")
        } else if is_allowed(attempt.url()) {
            attempt.follow()
        } else {
            attempt.error("it was sent on to an address without encryption")
        }
    });
    let here = addresses.iter().all(|address| Url::parse(address).is_ok_and(|url| is_here(&url)));
    let client = client(policy, ARCHIVE_PATIENCE, here, network)?;
    let mut missing = HubError::Address { address: String::new() };
    for address in addresses {
        let url = Url::parse(address).ok().filter(is_allowed);
        let url = url.ok_or_else(|| HubError::Address { address: address.clone() })?;
        match fetch_file(&client, &url, file).await {
            Ok(hash) => return Ok((address.clone(), hash)),
            Err(error @ HubError::Status { status: 404, .. }) => missing = error,
            Err(error) => return Err(error),
        }
    }
    Err(missing)
}

async fn fetch_file(client: &Client, url: &Url, file: &Path) -> Result<String, HubError> {
    let what = url.as_str();
    let kept = |source| HubError::File { what: what.to_owned(), source };
    let mut reply = client.get(url.clone()).send().await.map_err(|error| unreachable(what, &error))?;
    if reply.status() != StatusCode::OK {
        return Err(HubError::Status { what: what.to_owned(), status: reply.status().as_u16() });
    }
    let (mut hasher, mut length) = (Sha256::new(), 0);
    let mut kept_file = std::fs::File::create(file).map_err(kept)?;
    while let Some(chunk) = reply.chunk().await.map_err(|error| unreachable(what, &error))? {
        length += chunk.len();
        if length > ARCHIVE_BYTES {
            return Err(HubError::TooLarge { what: what.to_owned(), limit: ARCHIVE_BYTES });
        }
        hasher.update(&chunk);
        kept_file.write_all(&chunk).map_err(kept)?;
    }
    let mut hash = "sha256:".to_owned();
    for byte in hasher.finalize() {
        let _ = write!(hash, "{byte:02x}");
    }
    Ok(hash)
}

/// Whether something may be fetched from an address: encrypted, or from this computer.
pub(super) fn is_allowed(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.host().is_some(),
        "http" => is_here(url),
        _ => false,
    }
}

/// Whether an address is one of this computer.
fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Proxies come from what was set, otherwise from the environment, as for everything else; so do certificates. No proxy
/// leads to this computer.
fn client(policy: Policy, patience: Duration, here: bool, chosen: &Network) -> Result<Client, HubError> {
    // Another part of the process may have chosen a provider already: either is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let network = |what: &str, error: &dyn std::error::Error| HubError::Network { detail: format!("{what}: {error}") };
    let mut builder = Client::builder().timeout(patience).connect_timeout(CONNECT.min(patience)).redirect(policy);
    if here {
        builder = builder.no_proxy();
    } else if let Some(address) = chosen.proxy() {
        let except = reqwest::NoProxy::from_env();
        let proxy = Proxy::all(address).map_err(|error| network("the proxy that was set", &error))?;
        builder = builder.proxy(proxy.no_proxy(except));
    }
    if let Some(path) = chosen.certificates() {
        let what = "the certificates that were set";
        let pem = std::fs::read(path).map_err(|error| network(what, &error))?;
        builder = builder.tls_certs_merge(Certificate::from_pem_bundle(&pem).map_err(|error| network(what, &error))?);
        return builder.build().map_err(|error| network("TLS", &error));
    }
    for name in ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"] {
        if let Some(path) = std::env::var_os(name).filter(|path| !path.is_empty()) {
            let pem = std::fs::read(path).map_err(|error| network(name, &error))?;
            builder =
                builder.tls_certs_only(Certificate::from_pem_bundle(&pem).map_err(|error| network(name, &error))?);
            break;
        }
    }
    builder.build().map_err(|error| network("TLS", &error))
}

fn unreachable(what: &str, error: &reqwest::Error) -> HubError {
    let mut detail = if error.is_timeout() { "it took too long".to_owned() } else { error.to_string() };
    let mut source = std::error::Error::source(error).filter(|_| !error.is_timeout());
    while let Some(inner) = source {
        detail = inner.to_string();
        source = inner.source();
    }
    HubError::Unreachable { what: what.to_owned(), detail }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_encrypted_addresses_and_this_computer_are_allowed() {
        let allowed = |text: &str| is_allowed(&Url::parse(text).unwrap());
        assert!(allowed("https://host/a"));
        assert!(allowed("http://127.0.0.1:8000/a"));
        assert!(allowed("http://[::1]/a"));
        for bad in ["http://host/a", "ftp://host/a", "file:///a", "http://127.0.0.1.example/a", "git+https://host/a"] {
            assert!(!allowed(bad), "{bad}");
        }
    }
}
