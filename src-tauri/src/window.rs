//! The one window: how it is made, remembered and brought to the front.

use tauri::{
    AppHandle, Manager, Runtime, Theme, WebviewUrl, WebviewWindow, WebviewWindowBuilder, plugin::TauriPlugin,
    webview::PageLoadEvent, window::Color,
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

/// Remembers size and place of the window. Not whether it was visible: that is decided by [`open`].
pub fn remember_place<R: Runtime>() -> TauriPlugin<R> {
    tauri_plugin_window_state::Builder::new()
        .with_state_flags(StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED)
        .build()
}

/// Makes the window, hidden until its page is there.
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
        .on_page_load(|window, load| {
            if load.event() == PageLoadEvent::Finished {
                show(&window);
            }
        })
        .build()?;
    let background = match window.theme()? {
        Theme::Dark => DARK,
        _ => LIGHT,
    };
    window.set_background_color(Some(background))
}

/// Shows the window in front of the others, also when it was minimised.
pub fn bring_to_front<R: Runtime>(app: &AppHandle<R>) {
    if let Some(window) = app.get_webview_window(MAIN) {
        show(&window);
    }
}

fn show<R: Runtime>(window: &WebviewWindow<R>) {
    // Each of these fails only for a window that is being closed, which then needs no showing.
    let _ = window.unminimize();
    let _ = window.show();
    let _ = window.set_focus();
}
