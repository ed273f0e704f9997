//! The desktop shell: the only code that names Tauri.
//!
//! Invariants:
//! - A command parses, calls one operation of the core and converts its answer. No SQL, no processes, no rules here.
//! - The window reaches nothing but the commands named in `build.rs` and the core's events: no plugin is permitted to it,
//!   and its content security policy lets it talk to this process alone.
//! - No command or event carries a secret out.

mod app_core;
mod closing;
mod commands;
mod deep_link;
mod drawing;
mod event_bridge;
mod navigation;
mod notifications;
mod resources;
mod start_up;
mod termination;
mod tray;
mod window;

pub use app_core::AppCore;
pub use commands::handler;
pub use drawing::spare_processor;
pub use navigation::Navigation;

use tauri::{AppHandle, Context, Manager, RunEvent, Runtime, async_runtime};

/// Opens the app and stays until it is quit. A second start hands over to the first one and returns.
///
/// # Errors
/// When the window system cannot be used, for instance because there is no display.
pub fn run() -> tauri::Result<()> {
    let app = tauri::Builder::default()
        // First, so that a second start ends before it has touched anything.
        .plugin(tauri_plugin_single_instance::init(|app, arguments, _folder| {
            deep_link::second_start(app, &arguments);
        }))
        .plugin(tauri_plugin_deep_link::init())
        .plugin(tauri_plugin_autostart::Builder::new().app_name("Tributary").arg(deep_link::HIDDEN).build())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_notification::init())
        // Links reach the browser through the command `open_link` alone.
        .plugin(tauri_plugin_opener::Builder::new().open_js_links_on_click(false).build())
        .plugin(tauri_plugin_shell::init())
        .plugin(window::remember_place())
        .invoke_handler(commands::handler())
        .setup(|app| {
            set_up(app.handle())?;
            Ok(())
        })
        .build(context())?;
    app.run(|app, event| match event {
        RunEvent::Exit => {
            // The window is gone already; runs get the time to end orderly.
            async_runtime::block_on(app.state::<AppCore>().shutdown());
        }
        #[cfg(target_os = "macos")]
        RunEvent::Reopen { .. } => window::bring_to_front(app),
        _ => {}
    });
    Ok(())
}

fn set_up<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    app.manage(Navigation::default());
    app.manage(window::Wanted::default());
    let (feed, listening) = tray::feed();
    app.manage(feed);
    notifications::listen(app);
    deep_link::listen(app);
    app.manage(tray::make(app));
    app.manage(AppCore::opening(app.clone()));
    termination::quit_on_request(app);
    async_runtime::spawn(tray::follow(app.clone(), listening));

    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let link = deep_link::among(&arguments);
    if link.is_some() || !arguments.iter().any(|argument| argument == deep_link::HIDDEN) {
        window::want(app);
    }
    window::open(app)?;
    if let Some(link) = link {
        navigation::go(app, link);
    }
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
