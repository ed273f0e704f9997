//! Where the core's events go.

use std::sync::Arc;
use tokio::sync::Notify;
use tributary_contract::{AppEvent, Tag};

/// Receives events. Called from any thread; must return at once.
pub trait EventSink: Send + Sync {
    /// Takes one event.
    fn send(&self, event: AppEvent);
}

/// Forgets every event.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoEvents;

impl EventSink for NoEvents {
    fn send(&self, _event: AppEvent) {}
}

impl<F: Fn(AppEvent) + Send + Sync> EventSink for F {
    fn send(&self, event: AppEvent) {
        self(event);
    }
}

/// Passes events on, and notes when an integration changed or there is something to tell: the scheduler and the teller look
/// then, not only at their next turn.
pub(crate) struct Noting {
    /// Where events go.
    pub(crate) events: Arc<dyn EventSink>,
    /// Who is told of changes.
    pub(crate) changed: Arc<Notify>,
    /// Who is told of notices, and of other choices about them.
    pub(crate) noticed: Arc<Notify>,
}

impl EventSink for Noting {
    fn send(&self, event: AppEvent) {
        if let AppEvent::Invalidate(tags) = &event {
            if tags.contains(&Tag::Integrations) {
                self.changed.notify_one();
            }
            if tags.contains(&Tag::Notices) || tags.contains(&Tag::Settings) {
                self.noticed.notify_one();
            }
        }
        self.events.send(event);
    }
}
