//! Notices: what people are told without having asked, natively and in the app.
//!
//! Invariants:
//! - A notice is written in the transaction that ends the run it is about, whichever program executes the run.
//! - One streak of failures of the same kind is one notice; a sync that is tried again by itself is none yet.
//! - No text of a notice holds what a connector said, so none holds a secret or a record.
//! - What is told natively, and when, is a pure function of what was written, the settings and the time.

pub mod telling;
pub mod writing;

mod teller;

#[cfg(test)]
mod kept_tests;

pub use teller::Teller;
pub(crate) use teller::start;

use tributary_contract::IntegrationId;

/// A native notification. A click on it opens the app at `route`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// A few words.
    pub title: String,
    /// A sentence or two.
    pub body: String,
    /// Route inside the app.
    pub route: String,
    /// Whether the route is where a problem is fixed: then there is an action that says so.
    pub fixes: bool,
    /// The integration that an action syncs again, where that may help.
    pub retry: Option<IntegrationId>,
}

/// Shows native notifications.
pub trait Notifier: Send + Sync {
    /// Shows one. Called from any thread; must return at once.
    fn show(&self, notification: &Notification);
}

impl<F: Fn(&Notification) + Send + Sync> Notifier for F {
    fn show(&self, notification: &Notification) {
        self(notification);
    }
}
