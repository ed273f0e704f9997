//! The sample Salesforce org that comes with the app: the simulator, in this process, on this computer only.

use crate::{Error, engine::process::private_folder, home::Home, secrets::Secrets};
use std::collections::BTreeMap;
use tokio::sync::Mutex;
use tributary_plugin_host::protocol::SecretText;
use tributary_salesforce_sim::{Simulator, SimulatorConfig};

/// Name of the connector the sample org is read with.
pub const CONNECTOR: &str = "salesforce";

/// The sample org, started when it is first needed.
#[derive(Default)]
pub struct SampleOrg(Mutex<Option<Simulator>>);

impl SampleOrg {
    /// Variables that lead a plugin to the sample org instead of to Salesforce. Starts it where needed.
    pub async fn environment(&self, home: &Home, secrets: &Secrets) -> Result<BTreeMap<String, String>, Error> {
        let mut running = self.0.lock().await;
        if running.is_none() {
            *running = Some(start(home, secrets).await?);
        }
        let Some(simulator) = running.as_ref() else { return Ok(BTreeMap::new()) };
        let certificate = home.sample_org().join(format!("ca-{}.pem", std::process::id()));
        std::fs::write(&certificate, simulator.ca_pem())
            .map_err(|source| Error::File { path: certificate.clone(), source })?;
        let certificate = certificate.to_string_lossy().into_owned();
        Ok(BTreeMap::from([
            ("HTTPS_PROXY".to_owned(), simulator.proxy_url()),
            ("https_proxy".to_owned(), simulator.proxy_url()),
            ("NO_PROXY".to_owned(), "127.0.0.1".to_owned()),
            ("no_proxy".to_owned(), "127.0.0.1".to_owned()),
            ("REQUESTS_CA_BUNDLE".to_owned(), certificate),
        ]))
    }

    /// Changes `count` records of an object at the source, as people at work would. How many were changed.
    pub async fn change_records(&self, object: &str, count: u64) -> Result<u64, Error> {
        let running = self.0.lock().await;
        let simulator = running.as_ref().ok_or(Error::SampleOrgStopped)?;
        let changed = simulator.change_records(object, count).map_err(Error::SampleOrg)?;
        simulator.save_overlay().map_err(Error::SampleOrg)?;
        Ok(changed)
    }

    /// Records of an object.
    pub async fn count(&self, object: &str) -> Result<u64, Error> {
        Ok(self.0.lock().await.as_ref().ok_or(Error::SampleOrgStopped)?.count(object))
    }
}

async fn start(home: &Home, secrets: &Secrets) -> Result<Simulator, Error> {
    let folder = home.sample_org();
    private_folder(&folder).map_err(|source| Error::File { path: folder, source })?;
    let mut config =
        SimulatorConfig { overlay: Some(home.sample_org().join("edits.json")), ..SimulatorConfig::default() };
    let text = |name: &str| secrets.get(name).map(|secret| secret.expose().to_owned());
    // The org knows the sign-in that is in the keychain, whatever became of it since.
    if let (Some(id), Some(secret), Some(token)) = (text("client_id"), text("client_secret"), text("refresh_token")) {
        (config.client_id, config.client_secret, config.refresh_token) = (id, secret, token);
    }
    Simulator::start(config).await.map_err(Error::SampleOrg)
}

/// A sign-in for a new sample integration, made for this computer.
pub fn new_secrets() -> Secrets {
    let random = || uuid::Uuid::new_v4().simple().to_string();
    Secrets::from([
        ("client_id".to_owned(), SecretText::new(format!("sample-client-{}", random()))),
        ("client_secret".to_owned(), SecretText::new(random())),
        ("refresh_token".to_owned(), SecretText::new(format!("sample-{}", random()))),
    ])
}
