//! The core as the window's commands see it: opened in the background while the window is made.

use crate::{event_bridge::EventBridge, notifications::Notifications, resources};
use std::{sync::Arc, time::Duration};
use tauri::{AppHandle, Manager, Runtime, async_runtime};
use tokio::sync::SetOnce;
use tributary_contract::{ApiError, ErrorCode};
use tributary_core::{Core, CoreOptions, Home, Keychain, SystemClock, app_log};

/// How long a person may take to unlock the keychain before what needed it gives up.
const KEYCHAIN_PATIENCE: Duration = Duration::from_mins(2);

/// The core, or why it could not be opened. A database of a newer version, say, is no reason to show no window: every
/// command then answers with the reason, and the window shows it.
#[derive(Clone, Default)]
pub struct AppCore(Arc<SetOnce<Result<Core, ApiError>>>);

impl AppCore {
    /// Opens the core in the background. Commands wait for it.
    pub fn opening<R: Runtime>(app: AppHandle<R>) -> Self {
        let this = Self::default();
        let opened = this.clone();
        async_runtime::spawn(async move {
            opened.set(open(app));
        });
        this
    }

    /// What opening the core led to.
    pub fn ready(result: Result<Core, ApiError>) -> Self {
        let this = Self::default();
        this.set(result);
        this
    }

    /// The core, as soon as it is open.
    ///
    /// # Errors
    /// The reason why it could not be opened.
    pub async fn get(&self) -> Result<&Core, ApiError> {
        self.0.wait().await.as_ref().map_err(ApiError::clone)
    }

    /// Ends runs that are at work, in an orderly way and within some seconds.
    pub async fn shutdown(&self) {
        if let Some(Ok(core)) = self.0.get() {
            core.shutdown().await;
        }
    }

    fn set(&self, result: Result<Core, ApiError>) {
        // Called once for each value: there is nobody else who could have set it.
        let _ = self.0.set(result);
    }
}

#[expect(clippy::result_large_err, reason = "made at most once in the life of the app")]
fn open<R: Runtime>(app: AppHandle<R>) -> Result<Core, ApiError> {
    let resources = resources::find(&app).map_err(|error| ApiError {
        code: ErrorCode::Internal,
        message: error.to_string(),
        hint: "Install Tributary again.".to_owned(),
        setting: None,
        fix: None,
    })?;
    let home = Home::default_folder()?;
    // Kept by the app, so that it lasts as long.
    app.manage(app_log::start(&Home::new(home.clone()), "tributary")?);
    let core = Core::open(CoreOptions {
        home,
        engine: Home::shared_engine(),
        resources,
        secrets: Arc::new(Keychain::default()),
        clock: Arc::new(SystemClock),
        events: Arc::new(EventBridge::new(app.clone())),
        keychain_patience: KEYCHAIN_PATIENCE,
    })?;
    // What it does is in the app's log, and the window hears of every run.
    core.start_scheduler(|_event| {});
    core.start_notifications(Arc::new(Notifications::new(app)));
    Ok(core)
}
