//! Links of the app's own scheme. On Linux and Windows the system starts the app with the link as its argument; macOS sends
//! it to the app that runs.

use crate::{navigation, window};
use tauri::{AppHandle, Runtime};
use tributary_core::links::SCHEME;

/// Starts without a window, in the tray: what the system starts with the computer.
pub const HIDDEN: &str = "--hidden";

/// The link among a program's arguments, without the program's own name.
pub fn among(arguments: &[String]) -> Option<&str> {
    let is_link = |text: &str| text.split_once(':').is_some_and(|(scheme, _)| scheme.eq_ignore_ascii_case(SCHEME));
    arguments.iter().map(String::as_str).find(|argument| is_link(argument))
}

/// What a second start asked for: a link, or the window.
pub fn second_start<R: Runtime>(app: &AppHandle<R>, arguments: &[String]) {
    match among(arguments.get(1..).unwrap_or_default()) {
        Some(link) => navigation::go(app, link),
        None if arguments.iter().any(|argument| argument == HIDDEN) => {}
        None => window::bring_to_front(app),
    }
}

/// Has links come here. Installers register the scheme; what runs without one registers it itself.
pub fn listen<R: Runtime>(app: &AppHandle<R>) {
    #[cfg(target_os = "macos")]
    {
        use tauri_plugin_deep_link::DeepLinkExt;
        let handle = app.clone();
        app.deep_link().on_open_url(move |event| {
            for link in event.urls() {
                navigation::go(&handle, link.as_str());
            }
        });
    }
    #[cfg(target_os = "linux")]
    {
        use tauri::Manager;
        use tauri_plugin_deep_link::DeepLinkExt;
        if app.env().appimage.is_some() {
            let app = app.clone();
            // It runs programs of the desktop, so it has a thread of its own.
            tauri::async_runtime::spawn_blocking(move || {
                if let Err(error) = app.deep_link().register_all() {
                    eprintln!("tributary: links could not be registered: {error}");
                }
            });
        }
    }
    #[cfg(windows)]
    let _ = app;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_found_among_other_arguments() {
        let arguments = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        assert_eq!(among(&arguments(&["--hidden", "Tributary://activity"])), Some("Tributary://activity"));
        assert_eq!(among(&arguments(&["--hidden", "https://example.com", "activity"])), None);
        assert_eq!(among(&[]), None);
    }
}
