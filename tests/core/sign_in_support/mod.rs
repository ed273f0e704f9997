//! A data folder whose connectors are led to a simulated org, a keychain that can be locked or die at a write, and a browser.

#![allow(dead_code, reason = "each test program uses a part of it")]
#![allow(clippy::unwrap_used, missing_docs, reason = "a test fails by panicking")]

use chrono::{DateTime, TimeDelta, Utc};
use std::{
    collections::BTreeMap,
    ffi::OsString,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};
use tributary_contract::{NewDataPolicy, NewIntegration, SecretInput, Subject};
use tributary_core::{
    Clock, Core, CoreOptions, InMemory, NoEvents, Resources, SecretStore, Surroundings,
    ops::{self, prepare, setup::Setup},
    salesforce::{Credential, broker},
    secrets::SecretError,
};
use tributary_salesforce_sim::{Simulator, SimulatorConfig};

/// Longest wait for a condition. Reached only when something is broken.
const PATIENCE: Duration = Duration::from_mins(1);

const USUAL: u8 = 0;
const LOCKED: u8 = 1;
const BLOCK_BEFORE: u8 = 2;
const BLOCK_AFTER: u8 = 3;
const BLOCKED: u8 = 4;

/// A keychain in memory that can be locked, or never come back from a write.
#[derive(Default)]
pub struct Keychain {
    inner: InMemory,
    state: AtomicU8,
}

impl Keychain {
    pub fn lock(&self) {
        self.state.store(LOCKED, Ordering::SeqCst);
    }
    pub fn unlock(&self) {
        self.state.store(USUAL, Ordering::SeqCst);
    }
    pub fn block_before_write(&self) {
        self.state.store(BLOCK_BEFORE, Ordering::SeqCst);
    }
    pub fn block_after_write(&self) {
        self.state.store(BLOCK_AFTER, Ordering::SeqCst);
    }
    pub fn is_blocked(&self) -> bool {
        self.state.load(Ordering::SeqCst) == BLOCKED
    }
    pub fn unblock(&self) {
        self.unlock();
    }
    pub fn accounts(&self) -> Vec<String> {
        self.inner.accounts()
    }
    /// Whether any entry holds this text.
    pub fn holds(&self, text: &str) -> bool {
        self.inner.accounts().iter().any(|account| {
            let bytes = self.inner.read(account).unwrap().unwrap_or_default();
            String::from_utf8_lossy(&bytes).contains(text)
        })
    }

    fn never_come_back(&self) -> ! {
        self.state.store(BLOCKED, Ordering::SeqCst);
        loop {
            std::thread::park();
        }
    }
}

impl SecretStore for Keychain {
    fn read(&self, account: &str) -> Result<Option<Vec<u8>>, SecretError> {
        self.inner.read(account)
    }

    fn write(&self, account: &str, secret: &[u8]) -> Result<(), SecretError> {
        match self.state.load(Ordering::SeqCst) {
            LOCKED => Err(SecretError::Locked),
            BLOCK_BEFORE if account.starts_with("sign-in:") => self.never_come_back(),
            BLOCK_AFTER if account.starts_with("sign-in:") => {
                self.inner.write(account, secret)?;
                self.never_come_back()
            }
            _ => self.inner.write(account, secret),
        }
    }

    fn remove(&self, account: &str) -> Result<(), SecretError> {
        self.inner.remove(account)
    }
}

/// The real clock, moved.
#[derive(Default)]
pub struct MovedClock(Mutex<TimeDelta>);

impl MovedClock {
    pub fn advance(&self, by: TimeDelta) {
        *self.0.lock().unwrap() += by;
    }
}

impl Clock for MovedClock {
    fn now(&self) -> DateTime<Utc> {
        tributary_core::SystemClock.now() + *self.0.lock().unwrap()
    }
}

pub struct World {
    folder: tempfile::TempDir,
    pub simulator: Simulator,
    pub keychain: Arc<Keychain>,
    pub clock: Arc<MovedClock>,
    /// The token an integration is made with.
    pub token: String,
    subject: Mutex<Option<Subject>>,
}

impl World {
    /// An org that rotates tokens.
    pub async fn new() -> Self {
        Self::with(true).await
    }

    pub async fn with(rotate_refresh_tokens: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let overlay = Some(folder.path().join("org.json"));
        let config =
            SimulatorConfig { rotate_refresh_tokens, auto_approve: true, overlay, ..SimulatorConfig::default() };
        let token = config.refresh_token.clone();
        let simulator = Simulator::start(config).await.unwrap();
        std::fs::write(folder.path().join("ca.pem"), simulator.ca_pem()).unwrap();
        Self { folder, simulator, keychain: Arc::default(), clock: Arc::default(), token, subject: Mutex::default() }
    }

    /// With an integration whose token has rotated once, so that it is known to do so.
    pub async fn prepared() -> Self {
        let world = Self::new().await;
        let core = world.open();
        let subject = world.integration(&core, "CRM").await;
        *world.subject.lock().unwrap() = Some(subject);
        broker::access(&core, &credential(&core, subject).await, Duration::ZERO).await.unwrap();
        core.shutdown().await;
        world
    }

    pub fn subject(&self) -> Subject {
        self.subject.lock().unwrap().unwrap()
    }

    pub async fn stop_simulator(&mut self) {
        let config = SimulatorConfig { port: 0, ..self.simulator.config().clone() };
        let unused = Simulator::start(SimulatorConfig { overlay: None, ..config }).await.unwrap();
        std::mem::replace(&mut self.simulator, unused).stop().await;
    }

    /// Starts it again, at another place.
    pub async fn start_simulator(&mut self) {
        let overlay = Some(self.folder.path().join("org.json"));
        let config = SimulatorConfig { overlay, ..self.simulator.config().clone() };
        self.simulator = Simulator::start(config).await.unwrap();
        std::fs::write(self.folder.path().join("ca.pem"), self.simulator.ca_pem()).unwrap();
    }

    pub fn surroundings(&self) -> Surroundings {
        let set = |name: &str, value: OsString| (OsString::from(name), value);
        Surroundings {
            variables: vec![
                set("HTTPS_PROXY", self.simulator.proxy_url().into()),
                set("NO_PROXY", "127.0.0.1".into()),
                set("REQUESTS_CA_BUNDLE", self.folder.path().join("ca.pem").into()),
            ],
            ..Surroundings::default()
        }
    }

    pub fn options(&self) -> CoreOptions {
        let meltano = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../meltano");
        CoreOptions {
            home: self.folder.path().join("home"),
            engine: None,
            resources: Resources {
                uv: PathBuf::new(),
                plugin_host: PathBuf::new(),
                meltano,
                wheels: None,
                programs: PathBuf::new(),
            },
            secrets: Arc::clone(&self.keychain) as Arc<dyn SecretStore>,
            clock: Arc::clone(&self.clock) as Arc<dyn Clock>,
            events: Arc::new(NoEvents),
            keychain_patience: Duration::from_secs(1),
        }
    }

    /// A program that uses the data folder.
    pub fn open(&self) -> Core {
        Core::open_in(self.options(), self.surroundings()).unwrap()
    }

    pub async fn integration(&self, core: &Core, name: &str) -> Subject {
        self.integration_with(core, name, &self.token).await
    }

    pub async fn integration_with(&self, core: &Core, name: &str, token: &str) -> Subject {
        let config = self.simulator.config();
        let secrets = [
            ("client_id", config.client_id.as_str()),
            ("client_secret", config.client_secret.as_str()),
            ("refresh_token", token),
        ];
        let secrets: BTreeMap<_, _> =
            secrets.into_iter().map(|(name, value)| (name.to_owned(), SecretInput::new(value.to_owned()))).collect();
        let input = NewIntegration {
            connector: "salesforce".to_owned(),
            name: name.to_owned(),
            config: serde_json::json!({"start_date": "2024-01-01"}).as_object().unwrap().clone(),
            secrets,
            destination: None,
            streams: None,
            schedule: None,
            new_data: NewDataPolicy::default(),
        };
        ops::create_integration(core, input).await.unwrap().id.into()
    }
}

/// What a run of it asks for access with.
pub async fn credential(core: &Core, subject: Subject) -> Credential {
    let setup = Setup::find(core, subject).await.unwrap();
    let secrets = prepare::load_secrets(core, &setup).await.unwrap();
    Credential::of(core, &setup, &secrets, broker::environment(core)).await.unwrap().unwrap()
}

/// The ports of the call-back are the computer's: one test at a time uses them.
pub async fn ports() -> tokio::sync::MutexGuard<'static, ()> {
    static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    ALONE.lock().await
}

/// Opens a page: its status (0: nobody answers), where it leads, and its text.
pub async fn visit(address: &str) -> (u16, Option<String>, String) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
    let Ok(reply) = client.get(address).send().await else { return (0, None, String::new()) };
    let location = reply.headers().get("location").map(|place| place.to_str().unwrap().to_owned());
    (reply.status().as_u16(), location, reply.text().await.unwrap())
}

/// A browser whose person allows everything: from the authorise page to the page of the app, or to Salesforce's own error.
pub async fn browse(simulator: &Simulator, address: &str) -> String {
    let (_, path) = address.split_once(".salesforce.com").unwrap();
    let (_, location, text) = visit(&format!("{}{path}", simulator.base_url())).await;
    match location {
        Some(back) => visit(&back).await.2,
        None => text,
    }
}

/// Waits until a condition holds.
pub async fn until<F: Future<Output = bool>>(what: &str, holds: impl Fn() -> F) {
    let begun = std::time::Instant::now();
    while !holds().await {
        assert!(begun.elapsed() < PATIENCE, "waited in vain for: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
