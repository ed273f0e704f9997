//! Native notifications. A click, or the action that says so, opens the window where the notification leads; where a system
//! reports no actions, the click does.

use crate::{AppCore, navigation};
use tauri::{AppHandle, Manager, Runtime, async_runtime};
use tauri_plugin_notification::{Action, ActionPerformed, ActionType, NotificationExt};
use tributary_contract::Trigger;
use tributary_core::{
    Notifier,
    links::Place,
    notices::Notification,
    ops::{self, StartRun},
};

const FIX: &str = "fix";
const RETRY: &str = "retry";
/// Kinds of notifications by their actions.
const FIXES: &str = "fixes";
const FIXES_OR_RETRIES: &str = "fixes-or-retries";
/// What a notification carries: where it leads, and what it syncs again.
const LINK: &str = "link";
const AGAIN: &str = "again";

/// Shows the core's notifications.
pub struct Notifications<R: Runtime> {
    app: AppHandle<R>,
}

impl<R: Runtime> Notifications<R> {
    /// Notifications of this app.
    pub fn new(app: AppHandle<R>) -> Self {
        Self { app }
    }
}

impl<R: Runtime> Notifier for Notifications<R> {
    fn show(&self, notification: &Notification) {
        show(&self.app, notification);
    }
}

/// Says which actions there are and what they do. Before the first notification is shown, or actions are left out.
pub fn listen<R: Runtime>(app: &AppHandle<R>) {
    let fix = || Action::builder(FIX, "Fix…").build();
    let retry = Action::builder(RETRY, "Retry").build();
    let types = vec![
        ActionType::builder(FIXES).actions(vec![fix()]).build(),
        ActionType::builder(FIXES_OR_RETRIES).actions(vec![fix(), retry]).build(),
    ];
    let handle = app.clone();
    // Neither fails on a desktop.
    let _ = app.notification().register_action_types(types);
    let _ = app.notification().on_action(move |performed| act(&handle, performed));
}

/// Shows a notification that tells nothing but that notifications are shown.
pub fn show_test<R: Runtime>(app: &AppHandle<R>) {
    show(
        app,
        &Notification {
            title: "Notifications are shown".to_owned(),
            body: "Tributary tells you here when something needs your attention.".to_owned(),
            route: Place::SettingsPart("notifications").to_string(),
            fixes: false,
            retry: None,
        },
    );
}

/// Shows a notification.
pub fn show<R: Runtime>(app: &AppHandle<R>, notification: &Notification) {
    let mut builder = app
        .notification()
        .builder()
        .title(&notification.title)
        .body(plain(&notification.body))
        .extra(LINK, &notification.route);
    if notification.fixes {
        builder = builder.action_type_id(if notification.retry.is_some() { FIXES_OR_RETRIES } else { FIXES });
    }
    if let Some(integration) = notification.retry {
        builder = builder.extra(AGAIN, integration);
    }
    // It is kept in the app, too: where the system shows none, nothing is lost.
    let _ = builder.show();
}

fn act<R: Runtime>(app: &AppHandle<R>, performed: &ActionPerformed) {
    let carried = |key: &str| {
        let value = performed.notification()?.extra().get(key)?.as_str()?;
        Some(value.to_owned())
    };
    match (performed.action_id(), carried(AGAIN)) {
        (RETRY, Some(integration)) => {
            let app = app.clone();
            async_runtime::spawn(async move {
                let Ok(core) = app.state::<AppCore>().get().await.cloned() else { return };
                let start = StartRun { trigger: Trigger::Manual, full_refresh: false };
                if ops::start_run(&core, &integration, start).await.is_err() {
                    // It is at work already, or gone: the window says so.
                    navigation::go(&app, &Place::Integrations.to_string());
                }
            });
        }
        ("dismiss", _) => {}
        _ => navigation::go(app, &carried(LINK).unwrap_or_else(|| Place::Integrations.to_string())),
    }
}

/// On Linux the text of a notification may be taken for markup, or not: signs that mean something there are written in
/// another way.
fn plain(text: &str) -> String {
    if cfg!(target_os = "linux") {
        text.replace('&', "＆").replace('<', "‹").replace('>', "›")
    } else {
        text.to_owned()
    }
}
