//! The one window: how it is made, remembered and brought to the front.

use crate::{closing, navigation::Navigation, tray};
use std::sync::atomic::{AtomicBool, Ordering};
use tauri::{
    AppHandle, Manager, Runtime, Theme, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent,
    plugin::TauriPlugin, webview::PageLoadEvent, window::Color,
};
use tauri_plugin_window_state::StateFlags;

/// Label of the window; the capability names it too.
const MAIN: &str = "main";

/// Size at the first start, in logical pixels.
const SIZE: (f64, f64) = (1180.0, 760.0);
/// Smallest size at which every screen still works.
const MINIMUM: (f64, f64) = (900.0, 600.0);

/// The page's own background in the light and the dark theme (`--canvas` in `ui/src/styles/tokens.css`), so that no
/// other colour is seen before the page is painted.
const LIGHT: Color = Color(0xf7, 0xf9, 0xfa, 0xff);
const DARK: Color = Color(0x11, 0x16, 0x19, 0xff);

/// Whether the window is to be seen, also before its page is there.
#[derive(Debug, Default)]
pub struct Wanted(AtomicBool);

/// Remembers size and place of the window. Not whether it was visible: that is decided by [`open`].
pub fn remember_place<R: Runtime>() -> TauriPlugin<R> {
    tauri_plugin_window_state::Builder::new()
        .with_state_flags(StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED)
        .build()
}

/// Makes the window, hidden until its page is there and it is wanted ([`Wanted`]).
///
/// # Errors
/// When the system refuses to make a window.
pub fn open<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    let window = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::default())
        .title("Tributary")
        .inner_size(SIZE.0, SIZE.1)
        .min_inner_size(MINIMUM.0, MINIMUM.1)
        .center()
        .visible(false)
        .on_page_load(|window, load| match load.event() {
            PageLoadEvent::Started => window.state::<Navigation>().page_begins(),
            PageLoadEvent::Finished if window.state::<Wanted>().0.load(Ordering::Relaxed) => show(&window),
            PageLoadEvent::Finished => {}
        })
        .build()?;
    let handle = app.clone();
    window.on_window_event(move |event| match event {
        WindowEvent::CloseRequested { api, .. } => {
            api.prevent_close();
            closing::close(&handle);
        }
        WindowEvent::ThemeChanged(_) => tray::follow_theme(&handle),
        _ => {}
    });
    let background = match window.theme()? {
        Theme::Dark => DARK,
        _ => LIGHT,
    };
    window.set_background_color(Some(background))
}

/// The window.
pub fn main<R: Runtime>(app: &AppHandle<R>) -> Option<WebviewWindow<R>> {
    app.get_webview_window(MAIN)
}

/// The window is to be seen as soon as its page is there.
pub fn want<R: Runtime>(app: &AppHandle<R>) {
    app.state::<Wanted>().0.store(true, Ordering::Relaxed);
}

/// Shows the window in front of the others, also when it was hidden or minimised.
pub fn bring_to_front<R: Runtime>(app: &AppHandle<R>) {
    want(app);
    if let Some(window) = main(app) {
        show(&window);
    }
}

/// Hides the window. The app goes on.
pub fn hide<R: Runtime>(app: &AppHandle<R>) {
    app.state::<Wanted>().0.store(false, Ordering::Relaxed);
    if let Some(window) = main(app) {
        let _ = window.hide();
    }
}

fn show<R: Runtime>(window: &WebviewWindow<R>) {
    // Each of these fails only for a window that is being closed, which then needs no showing.
    let _ = window.unminimize();
    let _ = window.show();
    let _ = window.set_focus();
}
