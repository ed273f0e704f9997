//! The core as the command line uses it.

use std::{sync::Arc, time::Duration};
use tokio::sync::mpsc;
use tributary_contract::AppEvent;
use tributary_core::{
    Core, CoreOptions, Error, Home, Keychain, Resources, SystemClock,
    app_log::{self, AppLog},
};

/// How long a command waits for a locked keychain. People at a terminal see the keychain's own question.
const KEYCHAIN_PATIENCE: Duration = Duration::from_secs(30);
/// Environment variable with another number of seconds for it, for machines where nobody answers.
const KEYCHAIN_PATIENCE_VARIABLE: &str = "TRIBUTARY_KEYCHAIN_PATIENCE";

/// The core and its events.
pub struct Context {
    /// The core.
    pub core: Core,
    /// What happens in it.
    pub events: mpsc::UnboundedReceiver<AppEvent>,
    _log: AppLog,
}

/// Opens the data folder.
pub fn open() -> Result<Context, Error> {
    let (sender, events) = mpsc::unbounded_channel();
    let patience = std::env::var(KEYCHAIN_PATIENCE_VARIABLE).ok().and_then(|text| text.parse().ok());
    let home = Home::default_folder()?;
    let log = app_log::start(&Home::new(home.clone()), "trib")?;
    let core = Core::open(CoreOptions {
        home,
        engine: Home::shared_engine(),
        resources: Resources::beside_executable()?,
        secrets: Arc::new(Keychain::default()),
        clock: Arc::new(SystemClock),
        // Nobody listening any more is no reason to stop.
        events: Arc::new(move |event| drop(sender.send(event))),
        keychain_patience: patience.map_or(KEYCHAIN_PATIENCE, Duration::from_secs),
    })?;
    Ok(Context { core, events, _log: log })
}
