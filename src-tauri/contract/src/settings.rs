//! Choices that concern the whole app.

use crate::IntegrationId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// What closing the window does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum CloseAction {
    /// Goes on in the tray where there is one, otherwise asks.
    #[default]
    Tray,
    /// Ends the app.
    Quit,
}

/// Hours in which nothing is shown; what happens then is kept in the app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct QuietHours {
    /// Begins at this time of day (`HH:MM`, the computer's zone).
    pub from: String,
    /// Ends at this time of day; earlier than `from`: on the next day.
    pub to: String,
}

/// What native notifications tell of one integration, whatever they tell of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum NotificationRule {
    /// Everything, also in quiet hours.
    Always,
    /// Nothing.
    Never,
}

/// What native notifications tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields, default)]
#[ts(export)]
pub struct NotificationSettings {
    /// A sync failed.
    pub failures: bool,
    /// A sync works again after failures.
    pub recoveries: bool,
    /// A summary each day at this time (`HH:MM`); `null`: none.
    pub daily_summary: Option<String>,
    /// When nothing is shown; `null`: never.
    pub quiet_hours: Option<QuietHours>,
    /// Rules of single integrations; those without one follow the choices above.
    pub rules: BTreeMap<IntegrationId, NotificationRule>,
}

impl Default for NotificationSettings {
    fn default() -> Self {
        Self { failures: true, recoveries: true, daily_summary: None, quiet_hours: None, rules: BTreeMap::new() }
    }
}

/// Choices that concern the whole app. What is absent from what was saved has its default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields, default)]
#[ts(export)]
pub struct AppSettings {
    /// How many syncs run at once (1 to 32); `null`: as many as the computer has cores.
    pub parallel_runs: Option<u32>,
    /// Minutes without a word after which a sync is ended (2 to 1,440).
    pub silence_minutes: u32,
    /// Hours after which a sync is ended in any case (1 to 168).
    pub run_hours: u32,
    /// Days for which syncs and their logs are kept (1 to 3,650). The newest of each integration is always kept.
    pub keep_runs_days: u32,
    /// Megabytes that all logs together may take (64 to 100,000); the oldest go first.
    pub keep_logs_megabytes: u32,
    /// Whether syncs that failed for reasons which pass by themselves are tried again.
    pub retries: bool,
    /// Whether the app starts with the computer.
    pub start_with_computer: bool,
    /// What closing the window does.
    pub closing: CloseAction,
    /// Native notifications.
    pub notifications: NotificationSettings,
    /// Address of a proxy for syncs and for fetching connectors; `null`: what the system says.
    pub proxy: Option<String>,
    /// A file of certificates (PEM) to trust besides the usual ones.
    pub certificates: Option<String>,
}

impl Default for AppSettings {
    fn default() -> Self {
        Self {
            parallel_runs: None,
            silence_minutes: 60,
            run_hours: 24,
            keep_runs_days: 90,
            keep_logs_megabytes: 1_000,
            retries: true,
            start_with_computer: false,
            closing: CloseAction::default(),
            notifications: NotificationSettings::default(),
            proxy: None,
            certificates: None,
        }
    }
}
