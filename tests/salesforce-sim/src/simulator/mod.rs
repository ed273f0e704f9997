//! A running simulator.

pub mod edits;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use tokio::{net::TcpListener, task::JoinHandle};

use crate::{
    api, clock,
    config::SimulatorConfig,
    error::SimulatorError,
    mode::Mode,
    oauth::grants::Person,
    server::{
        certificates::Certificates,
        connection::{Serving, listen},
    },
    shared::Shared,
    stats::Stats,
};

/// A running simulator. It ends, with all its connections, when it is stopped or dropped.
#[derive(Debug)]
pub struct Simulator {
    shared: Arc<Shared>,
    address: SocketAddr,
    ca_pem: String,
    task: JoinHandle<()>,
}

impl Simulator {
    /// Starts a simulator on the loopback interface; it is ready to answer when this returns. Has to be called on a Tokio
    /// runtime, on which it then runs.
    pub async fn start(config: SimulatorConfig) -> Result<Self, SimulatorError> {
        let port = config.port;
        let failed = |source| SimulatorError::Listen { port, source };
        let listener = TcpListener::bind(("127.0.0.1", port)).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let shared = Arc::new(Shared::new(config, format!("http://{address}"))?);
        let certificates = Arc::new(Certificates::new(clock::now())?);
        let ca_pem = certificates.pem().to_owned();
        let router = api::router(Arc::clone(&shared));
        let task = tokio::spawn(listen(listener, Serving { shared: Arc::clone(&shared), router, certificates }));
        Ok(Self { shared, address, ca_pem, task })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its own plain address, `http://127.0.0.1:PORT`: the API and the sign-in pages without TLS.
    pub fn base_url(&self) -> &str {
        &self.shared.base_url
    }

    /// The value of `HTTPS_PROXY` that brings a client here whenever it asks a Salesforce host.
    pub fn proxy_url(&self) -> String {
        self.shared.base_url.clone()
    }

    /// The certificate of the authority behind the proxy, as PEM: the content of a file for `REQUESTS_CA_BUNDLE`.
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// How it was set up.
    pub fn config(&self) -> &SimulatorConfig {
        &self.shared.config
    }

    /// Makes it fail in some way, or work again with [`Mode::Normal`].
    pub fn set_mode(&self, mode: Mode) {
        self.shared.set_mode(mode);
    }

    /// Sets how long each request takes at least.
    pub fn set_delay(&self, per_request: Duration) {
        self.shared.set_delay(per_request);
    }

    /// Sets whether the authorise page approves by itself.
    pub fn set_auto_approve(&self, approve: bool) {
        self.shared.set_auto_approve(approve);
    }

    /// Sets who approves at the authorise page from now on: another user, perhaps of another org. `None`: the user of the
    /// configuration.
    pub fn set_person(&self, person: Option<Person>) {
        self.shared.set_person(person);
    }

    /// Takes back every permission that users gave to the app, as an administrator does.
    pub fn revoke_all(&self) {
        self.shared.grants().revoke_all();
    }

    /// Changes `count` records of an object and returns how many were changed: fewer when the object has fewer.
    ///
    /// Each edit is stamped one second after the newest modification before it, though never ahead of the real time. An
    /// incremental run asks with "at or after" for the newest stamp it saw, so it brings the edited records *and* the
    /// record its bookmark came from, unless that one was edited too; [`Simulator::count_since`] gives the exact number.
    pub fn change_records(&self, object: &str, count: u64) -> Result<u64, SimulatorError> {
        edits::change(&self.shared, object, count)
    }

    /// Adds records and returns how many.
    pub fn add_records(&self, object: &str, count: u64) -> Result<u64, SimulatorError> {
        edits::add(&self.shared, object, count)
    }

    /// Deletes `count` records and returns how many. `queryAll` still shows them, with `IsDeleted` and a new stamp.
    pub fn delete_records(&self, object: &str, count: u64) -> Result<u64, SimulatorError> {
        edits::delete(&self.shared, object, count)
    }

    /// Adds a custom text field (`Name__c`), or brings a removed field back. A new field is empty in records that are
    /// neither changed nor added afterwards, and adding it stamps no record, as in the original.
    pub fn add_field(&self, object: &str, name: &str) -> Result<(), SimulatorError> {
        self.shared.org_mut().add_field(object, name)
    }

    /// Removes a field: `describe` leaves it out, and queries that name it get `INVALID_FIELD`.
    pub fn remove_field(&self, object: &str, name: &str) -> Result<(), SimulatorError> {
        self.shared.org_mut().remove_field(object, name)
    }

    /// How many records of an object are not deleted; 0 when there is no such object.
    pub fn count(&self, object: &str) -> u64 {
        edits::count(&self.shared, object).unwrap_or(0)
    }

    /// How many records an incremental run with this bookmark brings: all, deleted ones too, that were modified at the
    /// bookmark or later; 0 when there is no such object.
    pub fn count_since(&self, object: &str, bookmark: DateTime<Utc>) -> u64 {
        edits::count_since(&self.shared, object, bookmark).unwrap_or(0)
    }

    /// The names of all objects.
    pub fn objects(&self) -> Vec<String> {
        self.shared.org().tables().map(|table| table.spec.name.to_string()).collect()
    }

    /// The refresh token of the configuration, or what it was last replaced by.
    pub fn current_refresh_token(&self) -> String {
        self.shared.grants().current_refresh_token()
    }

    /// What it was asked so far.
    pub fn stats(&self) -> Stats {
        self.shared.stats()
    }

    /// Writes edits and grants to the configuration's file; does nothing when there is none. Replaced refresh tokens are
    /// kept there without this too.
    pub fn save_overlay(&self) -> Result<(), SimulatorError> {
        self.shared.save()
    }

    /// Ends it and waits until its port is free. Edits are not saved by this.
    pub async fn stop(mut self) {
        self.task.abort();
        // The only error is that it was ended, which is what was asked for.
        drop((&mut self.task).await);
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.task.abort();
    }
}
