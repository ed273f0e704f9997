//! A core of the tests' own, with a stand-in for the public catalogue.

#![allow(dead_code, reason = "each test program uses a part of it")]

use super::Server;
use crate::engine_support::{SMALL, closed_network, replace_meltano, shipped, uv, wheels};
use chrono::{DateTime, TimeDelta, Utc};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tributary_contract::{ConnectorPage, ConnectorQuery};
use tributary_core::connectors::hub::HubOptions;
use tributary_core::{Clock, Core, CoreOptions, InMemory, NoEvents, Resources, Surroundings, ops};

/// A clock that is set by hand.
pub struct SetClock(Mutex<DateTime<Utc>>);

impl SetClock {
    pub fn advance(&self, by: TimeDelta) {
        *self.0.lock().unwrap() += by;
    }
}

impl Clock for SetClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

/// A data folder with what a core needs.
pub struct Place {
    pub folder: tempfile::TempDir,
    pub clock: Arc<SetClock>,
}

impl Place {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        replace_meltano(&shipped(folder.path(), &[SMALL]));
        let clock = SetClock(Mutex::new(DateTime::from_timestamp(1_800_000_000, 0).unwrap()));
        Self { folder, clock: Arc::new(clock) }
    }

    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// Opens the data folder with the catalogue at `root`, and the package index at `index`.
    pub fn open_with(&self, root: &str, index: &str) -> Core {
        let mut variables = closed_network();
        variables.retain(|(name, _)| name != "UV_DEFAULT_INDEX");
        variables.push(("UV_DEFAULT_INDEX".into(), index.into()));
        let options = CoreOptions {
            home: self.home(),
            engine: None,
            resources: Resources {
                uv: uv().unwrap_or_default(),
                plugin_host: PathBuf::new(),
                programs: PathBuf::new(),
                meltano: self.folder.path().join("meltano"),
                wheels: wheels(),
            },
            secrets: Arc::new(InMemory::default()),
            clock: Arc::clone(&self.clock) as Arc<dyn Clock>,
            events: Arc::new(NoEvents),
            keychain_patience: Duration::from_secs(1),
        };
        let patience = Duration::from_millis(1500);
        let hub =
            HubOptions { root: root.to_owned(), index_bytes: 8 * 1024 * 1024, definition_bytes: 1024 * 1024, patience };
        Core::open_in(options, Surroundings { hub, variables }).unwrap()
    }

    pub fn open(&self, server: &Server) -> Core {
        self.open_with(&server.root, &format!("{}/simple", server.root))
    }
}

/// Everything a text finds.
pub async fn search(core: &Core, text: &str) -> ConnectorPage {
    let query = ConnectorQuery { text: text.to_owned(), ..ConnectorQuery::default() };
    ops::search_connectors(core, query).await.unwrap()
}

/// The plugins a text finds.
pub async fn plugins(core: &Core, text: &str) -> Vec<String> {
    search(core, text).await.connectors.into_iter().map(|card| card.plugin).collect()
}

/// Names in a folder; none where there is no folder.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}
