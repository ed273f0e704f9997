//! What a connection test found.

use crate::Problem;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Verdict of one check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum CheckStatus {
    /// Fine.
    Passed,
    /// Not fine.
    Failed,
    /// Not reached, because one before failed, or not possible yet; the message says which.
    Skipped,
}

/// One named check: `engine`, `connector`, `settings`, then `sign_in` and `read` of a source, or `connect` and `write` of a
/// destination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Check {
    /// Which check.
    pub name: String,
    /// Its verdict.
    pub status: CheckStatus,
    /// What was found, in plain words.
    pub message: String,
}

/// What a connection test found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TestReport {
    /// Whether every check passed.
    pub ok: bool,
    /// The checks, in order.
    pub checks: Vec<Check>,
    /// Why it failed, where it did.
    pub problem: Option<Problem>,
}
