//! Where the core's events go.

use tributary_contract::AppEvent;

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
