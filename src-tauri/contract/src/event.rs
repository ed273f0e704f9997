//! What the core tells the window unasked. Nothing depends on an event being delivered: each only says what to look at
//! again, or shows progress earlier.

use crate::{
    Check, DiscoveryProgress, EngineProgress, ExportProgress, IntegrationId, RunId, RunProgress, SignInProgress,
    Subject, TestId,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A piece of server data that changed; the window's query keys start with the same words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(tag = "tag", content = "id", rename_all = "snake_case")]
#[ts(export)]
pub enum Tag {
    /// The list of integrations.
    Integrations,
    /// One integration.
    Integration(IntegrationId),
    /// The list of destinations.
    Destinations,
    /// The lists of runs.
    Runs,
    /// One run.
    Run(RunId),
    /// The engine.
    Engine,
    /// The marketplace.
    Connectors,
    /// The drafts.
    Drafts,
    /// What a source offers.
    Offer(Subject),
    /// The choices that concern the whole app, and whether everything pauses.
    Settings,
    /// The notices.
    Notices,
    /// Who is signed in, and what the source allows today.
    SignIns,
}

/// Whether the keychain answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum KeychainState {
    /// It answers.
    Available,
    /// It waits for the person to unlock it.
    Waiting,
    /// There is none.
    Missing,
}

/// An event of the core.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "event", content = "data", rename_all = "snake_case")]
#[ts(export)]
pub enum AppEvent {
    /// Server data changed: ask again.
    Invalidate(Vec<Tag>),
    /// Live counts of a run.
    RunProgress(RunProgress),
    /// The engine is being prepared.
    EngineProgress(EngineProgress),
    /// The keychain changed its state.
    Keychain(KeychainState),
    /// A check of a connection test has its verdict.
    TestCheck {
        /// The test.
        test: TestId,
        /// The check.
        check: Check,
    },
    /// A source is being asked what it has.
    Discovery(DiscoveryProgress),
    /// A table is being exported.
    Export(ExportProgress),
    /// A sign-in with the browser went on.
    SignIn(Box<SignInProgress>),
    /// The window is to show this route: a notification, a link or the tray asked for it.
    Navigate(String),
}
