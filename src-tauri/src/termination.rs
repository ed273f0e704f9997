//! Asked to end by the system (log-out, shutdown, `kill`), the app quits as if by its own menu, so that runs end orderly.

use tauri::{AppHandle, Runtime};

/// Quits the app when the system asks it to end. Windows asks nobody who is not a service: there the runs are found as
/// interrupted at the next start.
#[cfg(unix)]
pub fn quit_on_request<R: Runtime>(app: &AppHandle<R>) {
    use tokio::signal::unix::{SignalKind, signal};

    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let (Ok(mut terminate), Ok(mut interrupt), Ok(mut hang_up)) =
            (signal(SignalKind::terminate()), signal(SignalKind::interrupt()), signal(SignalKind::hangup()))
        else {
            // Then the system's default applies: the process ends, and with it its children.
            return;
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            _ = hang_up.recv() => {}
        }
        app.exit(0);
    });
}

/// Nothing to do: the system asks nobody.
#[cfg(not(unix))]
pub fn quit_on_request<R: Runtime>(_app: &AppHandle<R>) {}
