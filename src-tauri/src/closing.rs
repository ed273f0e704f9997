//! What closing the window does: the app goes on in the tray, or ends.

use crate::{AppCore, notifications, tray, window};
use tauri::{AppHandle, Manager, Runtime, async_runtime};
use tauri_plugin_dialog::{DialogExt, MessageDialogButtons};
use tributary_contract::CloseAction;
use tributary_core::{links::Place, notices::Notification, ops};

/// Does what the person chose for closing the window. Without a tray, they are asked.
pub fn close<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    async_runtime::spawn(async move {
        let core = app.state::<AppCore>().get().await.cloned();
        // Where the core cannot be opened there is nothing to go on with.
        let Ok(core) = core else { return app.exit(0) };
        let settings = ops::get_settings(&core).await.unwrap_or_default();
        if settings.closing == CloseAction::Quit {
            return app.exit(0);
        }
        if !tray::is_shown(&app).await {
            return ask(&app);
        }
        window::hide(&app);
        if ops::first_time(&core, "tray").await.unwrap_or(false) {
            notifications::show(
                &app,
                &Notification {
                    title: "Tributary keeps running".to_owned(),
                    body: "It goes on syncing. You find it among the icons of the panel; Quit ends it.".to_owned(),
                    route: Place::SettingsPart("general").to_string(),
                    fixes: false,
                    retry: None,
                },
            );
        }
    });
}

/// Nobody could find an app without a window and without an icon: the person decides.
fn ask<R: Runtime>(app: &AppHandle<R>) {
    let handle = app.clone();
    // Whoever only closes the question has decided nothing: then it goes on.
    let (quit, go_on) = ("Quit".to_owned(), "Keep syncing".to_owned());
    let mut dialog = app
        .dialog()
        .message(
            "This desktop has no place for an icon of Tributary. It can keep syncing without a window: start it again to \
             see it. Or it ends, and syncs when you start it the next time.",
        )
        .title("Close Tributary?")
        .buttons(MessageDialogButtons::OkCancelCustom(quit, go_on));
    if let Some(parent) = window::main(app) {
        dialog = dialog.parent(&parent);
    }
    dialog.show(move |quits| if quits { handle.exit(0) } else { window::hide(&handle) });
}
