//! Everything Tributary does, without a window: integrations and destinations, secrets, the engine, runs.
//!
//! Invariants:
//! - No window toolkit is named here; the window and the command line call [`ops`] and listen to [`EventSink`].
//! - Secrets live in the keychain; in this process they exist as [`tributary_plugin_host::protocol::SecretText`] between
//!   the keychain and the private socket, and nowhere else.
//! - Imports point one way: home, clock, events, links <- store, secrets, connectors, engine, data <- runs, notices, scheduler, salesforce
//!   <- ops.
//! - Only `clock` reads the time; only `engine::process` and `engine::uv` start processes.

pub mod app_log;
pub mod clock;
pub mod connectors;
pub mod data;
pub mod engine;
pub mod error;
pub mod events;
pub mod home;
mod housekeeping;
pub mod links;
pub mod network;
pub mod notices;
pub mod ops;
pub mod resources;
pub mod runs;
pub mod salesforce;
pub mod sample_org;
pub mod scheduler;
pub mod secrets;
pub mod store;

pub use clock::{Clock, SystemClock};
pub use error::Error;
pub use events::{EventSink, NoEvents};
pub use home::Home;
pub use notices::Notifier;
pub use resources::Resources;
pub use secrets::{InMemory, Keychain, SecretStore};

use chrono::{DateTime, Utc};
use connectors::{
    Catalogue,
    hub::{Hub, HubOptions},
};
use engine::{Engine, EnginePaths, process::private_folder};
use events::Noting;
use network::Network;
use notices::Teller;
use ops::memory::Memory;
use runs::{queue::Queue, recovery};
use sample_org::SampleOrg;
use scheduler::{Event, Scheduler};
use secrets::Vault;
use std::{
    ffi::OsString,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};
use store::{Database, Restored};
use tokio::sync::Notify;

/// What a core is made of.
pub struct CoreOptions {
    /// The data folder.
    pub home: PathBuf,
    /// Where the engine's environments are, when not in the data folder (several data folders can share them).
    pub engine: Option<PathBuf>,
    /// Files that come with the app.
    pub resources: Resources,
    /// Where secrets are kept.
    pub secrets: Arc<dyn SecretStore>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Where events go.
    pub events: Arc<dyn EventSink>,
    /// How long a call may wait for a locked keychain.
    pub keychain_patience: Duration,
}

/// What surrounds a core; the default is what the process was started with.
pub struct Surroundings {
    /// The public catalogue.
    pub hub: HubOptions,
    /// Environment variables that the engine's programs may inherit from.
    pub variables: Vec<(OsString, OsString)>,
}

impl Default for Surroundings {
    fn default() -> Self {
        Self { hub: HubOptions::default(), variables: std::env::vars_os().collect() }
    }
}

/// The core: cheap to clone, safe to share.
#[derive(Clone)]
pub struct Core(Arc<Inner>);

struct Inner {
    home: Home,
    resources: Resources,
    database: Database,
    restored: Option<Restored>,
    vault: Vault,
    clock: Arc<dyn Clock>,
    events: Arc<dyn EventSink>,
    /// Told when an integration changed.
    changed: Arc<Notify>,
    /// Told when there are notices, or other choices about them.
    noticed: Arc<Notify>,
    engine: Engine,
    network: Network,
    catalogue: RwLock<Arc<Catalogue>>,
    hub: Hub,
    marketplace: ops::Marketplace,
    queue: Queue,
    scheduler: Mutex<Option<Scheduler>>,
    teller: Mutex<Option<Teller>>,
    sample_org: SampleOrg,
    memory: Memory,
    exports: ops::Exports,
    broker: salesforce::broker::Broker,
    sign_ins: salesforce::attempts::SignIns,
}

impl Core {
    /// Opens the data folder (made where it is missing), brings the database up to date and picks up after a crash.
    /// Call it inside a tokio runtime.
    pub fn open(options: CoreOptions) -> Result<Self, Error> {
        Self::open_in(options, Surroundings::default())
    }

    /// The same with other surroundings.
    pub fn open_in(options: CoreOptions, surroundings: Surroundings) -> Result<Self, Error> {
        let home = Home::new(options.home);
        private_folder(home.root()).map_err(|source| Error::File { path: home.root().to_owned(), source })?;
        let now = options.clock.now();
        let (database, restored) = store::open(&home, now)?;
        if let Some(restored) = &restored {
            database.transact_now(|connection| notices::writing::after_restore(connection, restored, now))?;
        }
        let catalogue = Catalogue::read(&options.resources.meltano, &home.connectors())?;
        ops::destinations::ensure_built_in(&database, &home, now)?;
        recovery::recover(&database, &home, now)?;
        let paths = EnginePaths {
            root: options.engine.unwrap_or_else(|| home.engine()),
            uv: options.resources.uv.clone(),
            meltano: options.resources.meltano.clone(),
            wheels: options.resources.wheels.clone(),
            shipped: catalogue.shipped(),
        };
        let marketplace = ops::Marketplace::new(&surroundings.variables);
        let network = Network::default();
        let settings = database.transact_now(store::settings::app)?;
        ops::settings::apply_network(&network, &settings, &home, &paths.root);
        let engine = Engine::with_environment(paths, surroundings.variables)
            .with_added(home.connectors())
            .with_network(network.clone());
        let changed = Arc::new(Notify::new());
        let noticed = Arc::new(Notify::new());
        let events: Arc<dyn EventSink> =
            Arc::new(Noting { events: options.events, changed: Arc::clone(&changed), noticed: Arc::clone(&noticed) });
        let (clock, told) = (Arc::clone(&options.clock), Arc::clone(&events));
        let hub = Hub::new(surroundings.hub, database.clone(), clock, told, network.clone());
        let core = Self(Arc::new(Inner {
            vault: Vault::new(options.secrets, Arc::clone(&events), options.keychain_patience),
            home,
            resources: options.resources,
            database,
            restored,
            clock: options.clock,
            events,
            changed,
            noticed,
            engine,
            network,
            catalogue: RwLock::new(Arc::new(catalogue)),
            hub,
            marketplace,
            queue: Queue::new(ops::settings::bound(&settings)),
            scheduler: Mutex::new(None),
            teller: Mutex::new(None),
            sample_org: SampleOrg::default(),
            memory: Memory::default(),
            exports: ops::Exports::default(),
            broker: salesforce::broker::Broker::default(),
            sign_ins: salesforce::attempts::SignIns::default(),
        }));
        tokio::spawn(housekeeping::keep(Arc::downgrade(&core.0)));
        Ok(core)
    }

    /// The data folder.
    pub fn home(&self) -> &Home {
        &self.0.home
    }

    /// What was done about a damaged database when this core was opened.
    pub fn restored(&self) -> Option<&Restored> {
        self.0.restored.as_ref()
    }

    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.0.engine
    }

    /// The connectors that come with the app or were agreed to, as they are now.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        Arc::clone(&self.0.catalogue.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the connectors again.
    fn reload_catalogue(&self) -> Result<(), Error> {
        let catalogue = Catalogue::read(&self.resources().meltano, &self.home().connectors())?;
        *self.0.catalogue.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(catalogue);
        Ok(())
    }

    /// The way to the network, as it was set.
    fn network(&self) -> &Network {
        &self.0.network
    }

    fn hub(&self) -> &Hub {
        &self.0.hub
    }

    fn marketplace(&self) -> &ops::Marketplace {
        &self.0.marketplace
    }

    /// The sample Salesforce org.
    pub fn sample_org(&self) -> &SampleOrg {
        &self.0.sample_org
    }

    /// Syncs by schedule from now on, until [`Core::shutdown`]; as long as another program does so for this data folder,
    /// waits for that one to end. Old runs and logs are removed from then on. Call it inside a tokio runtime.
    pub fn start_scheduler(&self, report: impl Fn(Event) + Send + Sync + 'static) {
        let started = scheduler::start(self, ops::schedules::surroundings(self, report));
        *self.0.scheduler.lock().unwrap_or_else(PoisonError::into_inner) = Some(started);
        runs::retention::start(self);
        salesforce::keep_alive::start(self);
    }

    /// Tells natively what there is to tell from now on, until [`Core::shutdown`]. Call it inside a tokio runtime.
    pub fn start_notifications(&self, notifier: Arc<dyn Notifier>) {
        let started = notices::start(self, notifier);
        *self.0.teller.lock().unwrap_or_else(PoisonError::into_inner) = Some(started);
    }

    /// Ends the scheduler, and every run, test and question to a source in good order (bounded to some seconds). What was
    /// confirmed is kept.
    pub async fn shutdown(&self) {
        let scheduler = self.0.scheduler.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(scheduler) = scheduler {
            scheduler.end().await;
        }
        self.0.exports.stop_all();
        tokio::join!(self.0.queue.shutdown(), self.0.memory.end_all(), self.0.sign_ins.end_all());
        // A token that was asked for is lost when nobody waits for the answer.
        self.0.broker.settle().await;
        drop(self.0.teller.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    fn resources(&self) -> &Resources {
        &self.0.resources
    }

    fn database(&self) -> &Database {
        &self.0.database
    }

    fn vault(&self) -> &Vault {
        &self.0.vault
    }

    fn events(&self) -> &dyn EventSink {
        self.0.events.as_ref()
    }

    fn queue(&self) -> &Queue {
        &self.0.queue
    }

    fn clock(&self) -> &dyn Clock {
        self.0.clock.as_ref()
    }

    fn changed(&self) -> &Notify {
        &self.0.changed
    }

    fn noticed(&self) -> &Notify {
        &self.0.noticed
    }

    fn memory(&self) -> &Memory {
        &self.0.memory
    }

    fn exports(&self) -> &ops::Exports {
        &self.0.exports
    }

    fn broker(&self) -> &salesforce::broker::Broker {
        &self.0.broker
    }

    fn sign_ins(&self) -> &salesforce::attempts::SignIns {
        &self.0.sign_ins
    }

    fn now(&self) -> DateTime<Utc> {
        self.0.clock.now()
    }
}
