//! The core's events, handed to the window and to the icon in the panel.

use crate::{tray::Feed, window};
use tauri::{AppHandle, Emitter, Manager, Runtime};
use tributary_contract::{AppEvent, SignInStage};
use tributary_core::EventSink;

/// Name under which the window hears every event of the core.
pub const APP_EVENT: &str = "app-event";

/// Sends the core's events on.
pub struct EventBridge<R: Runtime> {
    app: AppHandle<R>,
}

impl<R: Runtime> EventBridge<R> {
    /// A bridge to the window of this app.
    pub fn new(app: AppHandle<R>) -> Self {
        Self { app }
    }
}

impl<R: Runtime> EventSink for EventBridge<R> {
    fn send(&self, event: AppEvent) {
        if let Some(feed) = self.app.try_state::<Feed>() {
            feed.take(&event);
        }
        // The browser came back: so does the app.
        if matches!(&event, AppEvent::SignIn(progress) if progress.stage == SignInStage::Exchanging) {
            window::bring_to_front(&self.app);
        }
        // It fails only while the window is being closed. Nothing depends on an event: the next window asks anew.
        let _ = self.app.emit(APP_EVENT, event);
    }
}
