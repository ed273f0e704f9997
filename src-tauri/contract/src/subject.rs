//! What a test or a question to a source is about.

use crate::{DestinationId, DraftId, IntegrationId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What is tested or asked: something saved, or a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(tag = "subject", content = "id", rename_all = "snake_case")]
#[ts(export)]
pub enum Subject {
    /// A saved integration.
    Integration(IntegrationId),
    /// A saved destination.
    Destination(DestinationId),
    /// A draft of either.
    Draft(DraftId),
}

impl From<IntegrationId> for Subject {
    fn from(id: IntegrationId) -> Self {
        Self::Integration(id)
    }
}

impl From<DestinationId> for Subject {
    fn from(id: DestinationId) -> Self {
        Self::Destination(id)
    }
}

impl From<DraftId> for Subject {
    fn from(id: DraftId) -> Self {
        Self::Draft(id)
    }
}
