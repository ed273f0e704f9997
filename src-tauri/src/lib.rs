//! The desktop shell: the only code that names Tauri.
//!
//! Invariants:
//! - A command parses, calls one operation of the core and converts its answer. No SQL, no processes, no rules here.
//! - The window reaches nothing but the commands named in `build.rs` and the core's events: no plugin is permitted to it,
//!   and its content security policy lets it talk to this process alone.
//! - No command or event carries a secret out.

mod app_core;
mod commands;
mod event_bridge;
mod resources;
mod termination;
mod window;

pub use app_core::AppCore;
pub use commands::handler;

use tauri::{Context, Manager, RunEvent, Runtime};

/// Opens the app and stays until it is quit. A second start hands over to the first one and returns.
///
/// # Errors
/// When the window system cannot be used, for instance because there is no display.
pub fn run() -> tauri::Result<()> {
    let app = tauri::Builder::default()
        // First, so that a second start ends before it has touched anything.
        .plugin(tauri_plugin_single_instance::init(|app, _arguments, _folder| window::bring_to_front(app)))
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_notification::init())
        // Links reach the browser through the command `open_link` alone.
        .plugin(tauri_plugin_opener::Builder::new().open_js_links_on_click(false).build())
        .plugin(tauri_plugin_shell::init())
        .plugin(window::remember_place())
        .invoke_handler(commands::handler())
        .setup(|app| {
            app.manage(AppCore::opening(app.handle().clone()));
            termination::quit_on_request(app.handle());
            window::open(app.handle())?;
            Ok(())
        })
        .build(context())?;
    app.run(|app, event| {
        if let RunEvent::Exit = event {
            // The window is gone already; runs get the time to end orderly.
            tauri::async_runtime::block_on(app.state::<AppCore>().shutdown());
        }
    });
    Ok(())
}

/// The window's configuration, permissions and pages, as compiled in.
#[cfg(not(test))]
pub fn context<R: Runtime>() -> Context<R> {
    tauri::generate_context!()
}

/// Tauri writes the compressed pages to one file each while it expands the macro above. Expanded a second time for the unit
/// tests, at the same moment, one of the two would compile in half a file.
#[cfg(test)]
pub fn context<R: Runtime>() -> Context<R> {
    tauri::test::mock_context(tauri::test::noop_assets())
}
