//! Showing a place of the app in the window: asked for by a link, a notification or the tray. Navigates, and nothing else.

use crate::{event_bridge::APP_EVENT, window};
use std::sync::{Mutex, PoisonError};
use tauri::{AppHandle, Emitter, Manager, Runtime};
use tributary_contract::AppEvent;
use tributary_core::links;

/// What the window is to show as soon as its page can be told.
#[derive(Debug, Default)]
pub struct Navigation(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Whether the page asked for its first route: from then on events reach it.
    listening: bool,
    pending: Option<String>,
}

impl Navigation {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The route the page is to begin with, once. From now on it is told of others by events.
    pub fn take(&self) -> Option<String> {
        let mut state = self.state();
        state.listening = true;
        state.pending.take()
    }

    /// A new page is being loaded: it does not listen yet.
    pub fn page_begins(&self) {
        self.state().listening = false;
    }

    fn keep(&self, route: &str) {
        let mut state = self.state();
        if !state.listening {
            state.pending = Some(route.to_owned());
        }
    }
}

/// Brings the window to the front at the place a link or route names; where it names none, at the list with a quiet note.
pub fn go<R: Runtime>(app: &AppHandle<R>, link_or_route: &str) {
    let route = links::open(link_or_route);
    app.state::<Navigation>().keep(&route);
    // It fails only while the window is being closed, which then needs no route.
    let _ = app.emit(APP_EVENT, AppEvent::Navigate(route));
    window::bring_to_front(app);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_does_not_listen_yet_finds_the_newest_route_once() {
        let navigation = Navigation::default();
        navigation.keep("/activity");
        navigation.keep("/settings");
        assert_eq!(navigation.take().as_deref(), Some("/settings"));
        assert_eq!(navigation.take(), None);
        navigation.keep("/activity");
        assert_eq!(navigation.take(), None, "it was told by an event");
        navigation.page_begins();
        navigation.keep("/activity");
        assert_eq!(navigation.take().as_deref(), Some("/activity"), "it was loaded anew");
    }
}
