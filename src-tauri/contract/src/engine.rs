//! The state of the engine and of preparing it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Whether the engine can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum EnvironmentState {
    /// Nothing there yet.
    Missing,
    /// There, but made from other locks or by another version.
    Outdated,
    /// Files are gone or changed.
    Damaged,
    /// Usable.
    Ready,
}

/// One Python environment of the engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct EngineEnvironment {
    /// `meltano`, or a connector's plugin name.
    pub name: String,
    /// The version of the package it is made for, where its lock names one of that name.
    pub version: Option<String>,
    /// Its state.
    pub state: EnvironmentState,
    /// What is wrong, in words, where something is.
    pub detail: Option<String>,
}

/// The engine as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct EngineStatus {
    /// Whether every environment is ready.
    pub ready: bool,
    /// Environments, Meltano's first.
    pub environments: Vec<EngineEnvironment>,
}

/// What preparing an environment is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum EngineStep {
    /// Looking for Python.
    FindingPython,
    /// Fetching Python, because none was found.
    FetchingPython,
    /// Putting packages in place.
    Installing,
    /// Compiling, so that it starts fast.
    Compiling,
    /// Making it the one in use.
    Activating,
    /// Done.
    Done,
}

/// How far preparing the engine is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct EngineProgress {
    /// `meltano`, or a connector's plugin name.
    pub environment: String,
    /// What is being done.
    pub step: EngineStep,
    /// Share of this environment that is done, 0 to 1.
    pub fraction: f64,
    /// Share of everything asked for that is done, 0 to 1.
    pub total_fraction: f64,
}

/// One finding of `trib doctor`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct DoctorCheck {
    /// What was looked at, for instance `python`, `meltano`, `tap-salesforce`, `keychain`, `database`.
    pub name: String,
    /// Whether it is fine.
    pub ok: bool,
    /// What was found.
    pub message: String,
    /// What to do, where something is wrong.
    pub hint: Option<String>,
}
