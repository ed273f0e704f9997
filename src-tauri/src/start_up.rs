//! Starting with the computer, as the person chose.

use crate::AppCore;
use tauri::{AppHandle, Manager, Runtime, async_runtime};
use tauri_plugin_autostart::ManagerExt;
use tributary_core::ops;

/// Has the system start the app with the computer, or not, as the settings say. Nothing is written when it is so already.
pub async fn follow_settings<R: Runtime>(app: &AppHandle<R>) {
    let Ok(core) = app.state::<AppCore>().get().await.cloned() else { return };
    let Ok(settings) = ops::get_settings(&core).await else { return };
    let app = app.clone();
    let applied = async_runtime::spawn_blocking(move || {
        let autostart = app.autolaunch();
        match (autostart.is_enabled()?, settings.start_with_computer) {
            (false, true) => autostart.enable(),
            (true, false) => autostart.disable(),
            _ => Ok(()),
        }
    });
    if let Ok(Err(error)) = applied.await {
        eprintln!("tributary: whether it starts with the computer could not be changed: {error}");
    }
}
