//! What asks for access: which token, with which app, at which host.

use super::{CONNECTOR, http::Environment};
use crate::{Core, connectors::plugin_config::is_sandbox, ops::setup::Setup, secrets::Holder, secrets::Secrets, store};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use tributary_contract::{Config, CredentialId};
use tributary_plugin_host::protocol::SecretText;
use url::Url;

/// Where users of a production org sign in.
const PRODUCTION: &str = "https://login.salesforce.com";
/// Where users of a sandbox sign in.
const SANDBOX: &str = "https://test.salesforce.com";
/// What addresses of a My Domain end in.
const MY_DOMAIN: &str = ".my.salesforce.com";

/// Everything needed to ask for access, whoever asks.
#[derive(Clone)]
pub struct Credential {
    /// The sign-in it belongs to.
    pub id: CredentialId,
    /// The app's consumer key.
    pub client_id: SecretText,
    /// The app's consumer secret; `None` for an app without one.
    pub client_secret: Option<SecretText>,
    /// The token as the asker knows it, perhaps an old one: the newest is kept under the sign-in itself.
    pub known: SecretText,
    /// Where the asker keeps it.
    pub holder: Holder,
    /// Where tokens are asked for, when the sign-in itself does not say.
    pub host: String,
    /// How the network is reached.
    pub environment: Environment,
}

impl Credential {
    /// The credential of what is set up; `None` where it is no Salesforce, or nobody is signed in.
    pub async fn of(
        core: &Core,
        setup: &Setup,
        secrets: &Secrets,
        environment: Environment,
    ) -> Result<Option<Self>, store::StoreError> {
        if setup.connector != CONNECTOR {
            return Ok(None);
        }
        let (Some(client_id), Some(known)) = (secrets.get("client_id"), secrets.get("refresh_token")) else {
            return Ok(None);
        };
        let (print, now, owner) = (fingerprint(known), core.now(), setup.holder.owner.to_string());
        let id = core
            .database()
            .transact(move |connection| {
                let id = store::sign_ins::adopt(connection, &print, None, now)?;
                store::sign_ins::set_use(connection, &owner, id)?;
                Ok(id)
            })
            .await?;
        Ok(Some(Self {
            id,
            client_id: client_id.clone(),
            client_secret: secrets.get("client_secret").cloned(),
            known: known.clone(),
            holder: setup.holder,
            host: host(&setup.config),
            environment,
        }))
    }
}

/// The SHA-256 of a token, by which it is recognised without being kept.
pub fn fingerprint(token: &SecretText) -> String {
    Sha256::digest(token.expose().as_bytes()).iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Where the users of these settings sign in: the My Domain they name, a sandbox, or production.
pub fn host(config: &Config) -> String {
    let named = config.get("instance_url").and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
    if let Some(domain) = named.and_then(my_domain) {
        return domain;
    }
    let switched = config.get("is_sandbox").and_then(Value::as_bool);
    if switched.unwrap_or_else(|| named.is_some_and(is_sandbox)) { SANDBOX.to_owned() } else { PRODUCTION.to_owned() }
}

/// The origin of a My Domain address. Over HTTPS only: the consumer secret is sent there.
fn my_domain(text: &str) -> Option<String> {
    let url = Url::parse(text).ok().filter(|url| url.scheme() == "https" && url.port().is_none())?;
    let host = url.host_str().map(str::to_lowercase).filter(|host| host.ends_with(MY_DOMAIN))?;
    Some(format!("https://{host}"))
}

/// Whether two addresses name the same org: scheme, host and port, whatever the path and the case of letters.
pub fn same_instance(one: &str, other: &str) -> bool {
    let origin = |text: &str| Url::parse(text).map(|url| url.origin());
    match (origin(one), origin(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn instances_are_compared_by_origin() {
        assert!(same_instance("https://A.my.salesforce.com/", "https://a.my.salesforce.com"));
        assert!(!same_instance("https://a.my.salesforce.com", "https://b.my.salesforce.com"));
        assert!(!same_instance("http://127.0.0.1:1", "http://127.0.0.1:2"));
        assert!(!same_instance("nonsense", "nonsense"));
    }

    #[test]
    fn the_host_follows_from_the_settings() {
        for (config, expected) in [
            (json!({}), PRODUCTION),
            (json!({"instance_url": "https://Acme.my.salesforce.com/x"}), "https://acme.my.salesforce.com"),
            (
                json!({"instance_url": "https://acme--dev.sandbox.my.salesforce.com"}),
                "https://acme--dev.sandbox.my.salesforce.com",
            ),
            (json!({"instance_url": "http://acme.my.salesforce.com"}), PRODUCTION),
            (json!({"instance_url": "https://acme.my.salesforce.com:8443"}), PRODUCTION),
            (json!({"instance_url": "https://my.salesforce.com.evil.example"}), PRODUCTION),
            (json!({"instance_url": "https://test.salesforce.com"}), SANDBOX),
            (json!({"is_sandbox": true}), SANDBOX),
            (json!({"instance_url": "https://test.salesforce.com", "is_sandbox": false}), PRODUCTION),
        ] {
            assert_eq!(host(config.as_object().unwrap()), expected, "{config}");
        }
    }

    #[test]
    fn a_fingerprint_is_the_hash_and_not_the_token() {
        let print = fingerprint(&SecretText::new("abc".to_owned()));
        assert_eq!(print, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
