//! What a run waits for besides its plugins, and which of them are there.

use super::queue::StopReason;
use tokio::{sync::watch, time::Instant};

/// Connections of this run's plugins.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Connections {
    /// How many there are.
    pub(super) open: usize,
    /// Whether the extractor was ever there.
    pub(super) extractor_seen: bool,
}

/// Waits until the run is to be stopped.
pub(super) async fn stopped(stop: &mut watch::Receiver<Option<StopReason>>) -> StopReason {
    match stop.wait_for(Option::is_some).await.map(|reason| *reason) {
        Ok(Some(reason)) => reason,
        // The queue is gone, and the app with it.
        _ => StopReason::Shutdown,
    }
}

/// Waits until then; without a moment, for ever.
pub(super) async fn at(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}
