//! The icon in the panel and its menu. What they show is a pure function of how everything is doing ([`model`]); here the
//! difference is applied: texts are changed in place, and items come and go only where the list itself changed, so that an
//! open menu does not flicker.

mod follow;
pub mod host;
pub mod model;
mod shown;

pub use follow::{Feed, feed, follow};

use crate::{AppCore, navigation, window};
use model::{Choice, Face, Model};
use shown::Shown;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Mutex, PoisonError},
};
use tauri::{
    AppHandle, Manager, Runtime, Theme, async_runtime,
    image::Image,
    include_image,
    tray::{TrayIcon, TrayIconBuilder},
};
use tributary_contract::Trigger;
use tributary_core::{
    Core,
    links::Place,
    ops::{self, StartRun},
};

const ID: &str = "tributary";

/// The icon and what it shows right now; without one where the system has no part for icons.
pub struct Tray<R: Runtime>(Option<Parts<R>>);

struct Parts<R: Runtime> {
    icon: TrayIcon<R>,
    now: Mutex<Now<R>>,
}

struct Now<R: Runtime> {
    menu: Shown<R>,
    face: Face,
    dark: bool,
    status: String,
}

/// Makes the icon. Call it on the main thread, once.
pub fn make<R: Runtime>(app: &AppHandle<R>) -> Tray<R> {
    // On Linux a library that may be missing is loaded at the first use, and its absence is a panic.
    let made = catch_unwind(AssertUnwindSafe(|| build(app)));
    match made {
        Ok(Ok(parts)) => Tray(Some(parts)),
        Ok(Err(error)) => {
            eprintln!("tributary: there is no icon in the panel: {error}");
            Tray(None)
        }
        Err(_) => Tray(None),
    }
}

fn build<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<Parts<R>> {
    let Model { face, status, entries } = model::starting();
    let menu = Shown::new(app, entries)?;
    let dark = panel_is_dark(app);
    let icon = TrayIconBuilder::with_id(ID)
        .menu(menu.menu())
        .icon(picture(face, dark))
        .icon_as_template(true)
        .tooltip("Tributary")
        // Where a click on the icon can mean something of its own, it opens the window.
        .show_menu_on_left_click(!cfg!(windows))
        .on_menu_event(|app, event| choose(app, event.id().as_ref()))
        .on_tray_icon_event(|icon, event| {
            use tauri::tray::{MouseButton, MouseButtonState, TrayIconEvent};
            if let TrayIconEvent::Click { button: MouseButton::Left, button_state: MouseButtonState::Up, .. } = event
                && cfg!(windows)
            {
                window::bring_to_front(icon.app_handle());
            }
        })
        .build(app)?;
    Ok(Parts { icon, now: Mutex::new(Now { menu, face, dark, status }) })
}

/// Whether there is an icon that somebody can see.
pub async fn is_shown<R: Runtime>(app: &AppHandle<R>) -> bool {
    app.state::<Tray<R>>().0.is_some() && host::is_there().await
}

/// Has the icon show this. Call it on the main thread.
fn show<R: Runtime>(app: &AppHandle<R>, model: Model) {
    let tray = app.state::<Tray<R>>();
    let Some(parts) = &tray.0 else { return };
    let mut now = parts.now.lock().unwrap_or_else(PoisonError::into_inner);
    let dark = panel_is_dark(app);
    // A part that cannot be changed stays as it is until the next change.
    if (now.face, now.dark) != (model.face, dark) {
        let _ = parts.icon.set_icon_with_as_template(Some(picture(model.face, dark)), true);
        (now.face, now.dark) = (model.face, dark);
    }
    if now.status != model.status {
        let _ = parts.icon.set_tooltip(Some(format!("Tributary: {}", model.status)));
        now.status = model.status;
    }
    match now.menu.change(app, model.entries) {
        Ok(Some(menu)) => {
            let _ = parts.icon.set_menu(Some(menu));
        }
        Ok(None) => {}
        Err(error) => eprintln!("tributary: the menu of the icon could not be changed: {error}"),
    }
}

/// The theme changed: the picture may have to.
pub fn follow_theme<R: Runtime>(app: &AppHandle<R>) {
    if let Some(feed) = app.try_state::<Feed>() {
        feed.look();
    }
}

/// Desktops whose panel is dark in every theme.
const DARK_PANELS: &[&str] = &["GNOME", "Unity", "Pantheon", "Cinnamon"];

fn panel_is_dark<R: Runtime>(app: &AppHandle<R>) -> bool {
    let desktop = std::env::var("XDG_CURRENT_DESKTOP").unwrap_or_default();
    let always = cfg!(target_os = "linux") && desktop.split(':').any(|name| DARK_PANELS.contains(&name));
    always || window::main(app).and_then(|window| window.theme().ok()) == Some(Theme::Dark)
}

fn picture(face: Face, dark: bool) -> Image<'static> {
    // macOS colours the shape itself.
    match (face, dark && !cfg!(target_os = "macos")) {
        (Face::Idle, false) => include_image!("icons/tray/idle-light.png"),
        (Face::Idle, true) => include_image!("icons/tray/idle-dark.png"),
        (Face::Syncing, false) => include_image!("icons/tray/syncing-light.png"),
        (Face::Syncing, true) => include_image!("icons/tray/syncing-dark.png"),
        (Face::Attention, false) => include_image!("icons/tray/attention-light.png"),
        (Face::Attention, true) => include_image!("icons/tray/attention-dark.png"),
    }
}

fn choose<R: Runtime>(app: &AppHandle<R>, id: &str) {
    match Choice::of(id) {
        Some(Choice::Open) => window::bring_to_front(app),
        Some(Choice::Show(route)) => navigation::go(app, &route),
        Some(Choice::Quit) => app.exit(0),
        Some(choice) => {
            let app = app.clone();
            async_runtime::spawn(async move {
                let Ok(core) = app.state::<AppCore>().get().await.cloned() else { return };
                if act(&core, &choice).await.is_err() {
                    // The window can say more than a menu.
                    navigation::go(&app, &Place::Integrations.to_string());
                }
            });
        }
        None => {}
    }
}

async fn act(core: &Core, choice: &Choice) -> Result<(), tributary_core::Error> {
    match choice {
        Choice::SyncAll => ops::sync_all(core).await.map(drop),
        Choice::Sync(id) => {
            let start = StartRun { trigger: Trigger::Manual, full_refresh: false };
            ops::start_run(core, &id.to_string(), start).await.map(drop)
        }
        Choice::Pause(length) => ops::pause_all(core, *length).await.map(drop),
        Choice::Resume => ops::resume_all(core).await,
        Choice::Show(_) | Choice::Open | Choice::Quit => Ok(()),
    }
}
