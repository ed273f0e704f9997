//! What the tray shows: a pure function of how everything is doing.

use chrono::{DateTime, TimeZone, Utc};
use std::{collections::HashMap, fmt::Display};
use tributary_contract::{Integration, IntegrationId, IntegrationStatus};
use tributary_core::{
    links::Place,
    ops::{Overview, status_in_words},
};

/// How many integrations the menu lists.
pub const LISTED: u32 = 15;

/// The picture in the panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// Nothing to say.
    Idle,
    /// Something is being synced.
    Syncing,
    /// Something needs attention.
    Attention,
}

/// The tray: its picture, what it says when pointed at, and its menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// The picture.
    pub face: Face,
    /// How everything is doing, in a line. It heads the menu, too.
    pub status: String,
    /// The menu.
    pub entries: Vec<Entry>,
}

/// An entry of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// Something to choose.
    Item(Item),
    /// A menu of its own.
    Submenu {
        /// The entry that opens it; it cannot be opened when it is not enabled.
        head: Item,
        /// What is in it.
        items: Vec<Item>,
    },
    /// A line.
    Separator,
}

/// Something to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What is done: see [`Choice`].
    pub id: String,
    /// What it says.
    pub text: String,
    /// Whether it can be chosen.
    pub enabled: bool,
}

/// What choosing an item does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// Sync everything.
    SyncAll,
    /// Sync one integration.
    Sync(IntegrationId),
    /// Show a place in the window.
    Show(String),
    /// Pause everything for a while.
    Pause(tributary_core::scheduler::PauseLength),
    /// Go on.
    Resume,
    /// Open the window as it was.
    Open,
    /// End the app.
    Quit,
}

impl Choice {
    /// What the item of this id does; `None`: it only says something.
    pub fn of(id: &str) -> Option<Self> {
        use tributary_core::scheduler::PauseLength;
        Some(match id.split_once(' ').unwrap_or((id, "")) {
            ("sync-all", _) => Self::SyncAll,
            ("sync", id) => Self::Sync(id.parse().ok()?),
            ("show", route) => Self::Show(route.to_owned()),
            ("pause", "30m") => Self::Pause(PauseLength::HalfAnHour),
            ("pause", "2h") => Self::Pause(PauseLength::TwoHours),
            ("pause", "tomorrow") => Self::Pause(PauseLength::UntilTomorrow),
            ("resume", _) => Self::Resume,
            ("open", _) => Self::Open,
            ("quit", _) => Self::Quit,
            _ => return None,
        })
    }
}

/// The tray before anything is known.
pub fn starting() -> Model {
    without_core("Starting…")
}

/// The tray when the core cannot be opened. The window says why.
pub fn broken() -> Model {
    Model { face: Face::Attention, ..without_core("Tributary could not start") }
}

fn without_core(status: &str) -> Model {
    let status = status.to_owned();
    let mut entries = vec![item("status", &status, false), Entry::Separator];
    entries.extend([item("open", "Open Tributary", true), item("quit", "Quit", true)]);
    Model { face: Face::Idle, status, entries }
}

/// The tray, given how everything is doing, how many rows each sync brought so far, and the clock on the wall.
pub fn model<Zone: TimeZone<Offset: Display>>(
    overview: &Overview,
    rows: &HashMap<IntegrationId, u64>,
    now: DateTime<Utc>,
    zone: &Zone,
) -> Model {
    let face = match (overview.attention, overview.syncing) {
        (1.., _) => Face::Attention,
        (0, 1..) => Face::Syncing,
        (0, 0) => Face::Idle,
    };
    let status = status(overview, rows, now, zone);
    let any = overview.integrations > 0;
    let mut entries = vec![item("status", &status, false), Entry::Separator];
    entries.push(item("sync-all", "Sync all now", any));
    entries.push(Entry::Submenu { head: plain("sync-menu", "Sync", any), items: sync(overview, rows) });
    let attention = match overview.attention {
        0 => "Needs attention".to_owned(),
        count => format!("Needs attention ({count})"),
    };
    let head = plain("attention-menu", &attention, overview.attention > 0);
    entries.push(Entry::Submenu { head, items: in_trouble(overview) });
    entries.push(Entry::Submenu { head: plain("pause-menu", "Pause syncing", true), items: pause(overview) });
    entries.push(Entry::Separator);
    entries.push(item("open", "Open Tributary", true));
    entries.push(item("quit", "Quit", true));
    Model { face, status, entries }
}

fn status<Zone: TimeZone<Offset: Display>>(
    overview: &Overview,
    rows: &HashMap<IntegrationId, u64>,
    now: DateTime<Utc>,
    zone: &Zone,
) -> String {
    let counted = |count: u64| if count == 1 { "1 integration".to_owned() } else { format!("{count} integrations") };
    if overview.syncing > 0 {
        let sum: u64 = rows.values().sum();
        let so_far = if sum > 0 { format!(" ({} rows)", number(sum)) } else { String::new() };
        return format!("Syncing {}{so_far}", counted(overview.syncing));
    }
    if let Some(pause) = overview.pause {
        return pause.until.map_or("Paused".to_owned(), |until| {
            let local = until.with_timezone(zone);
            let today = local.date_naive() == now.with_timezone(zone).date_naive();
            format!("Paused until {}", local.format(if today { "%H:%M" } else { "%A %H:%M" }))
        });
    }
    match (overview.integrations, overview.attention) {
        (0, _) => "Nothing is brought in yet".to_owned(),
        (_, 0) => "Nothing needs your attention".to_owned(),
        (_, 1) => "1 integration needs attention".to_owned(),
        (_, count) => format!("{count} integrations need attention"),
    }
}

fn sync(overview: &Overview, rows: &HashMap<IntegrationId, u64>) -> Vec<Item> {
    let mut items: Vec<Item> = overview
        .recent
        .iter()
        .map(|integration| {
            let syncing = integration.status == IntegrationStatus::Syncing;
            let late = integration.schedule_state.as_ref().is_some_and(|state| state.late);
            let words = match rows.get(&integration.id) {
                Some(rows) if syncing => format!("Syncing ({} rows)", number(*rows)),
                None if late && integration.status == IntegrationStatus::Ready => "Late".to_owned(),
                _ => status_in_words(integration).to_owned(),
            };
            let text = format!("{} – {words}", integration.name);
            let enabled = !syncing && integration.status != IntegrationStatus::Draft;
            plain(&format!("sync {}", integration.id), &text, enabled)
        })
        .collect();
    if overview.integrations > items.len() as u64 {
        let text = format!("All {} integrations…", number(overview.integrations));
        items.push(plain(&format!("show {}", Place::Integrations), &text, true));
    }
    items
}

fn in_trouble(overview: &Overview) -> Vec<Item> {
    let mut items: Vec<Item> = overview
        .in_trouble
        .iter()
        .map(|integration| {
            let problem = problem_of(integration);
            let place =
                problem.map_or(Place::Integration(integration.id), |problem| Place::Fix(integration.id, problem.code));
            let words = problem.map_or("Needs attention", |problem| problem.title.as_str());
            plain(&format!("show {place}"), &format!("{} – {words}", integration.name), true)
        })
        .collect();
    if overview.attention > items.len() as u64 {
        items.push(plain(&format!("show {}", Place::Activity), &format!("All {}…", number(overview.attention)), true));
    }
    items
}

/// What is wrong with an integration that needs attention.
fn problem_of(integration: &Integration) -> Option<&tributary_contract::Problem> {
    let of_pause = integration.schedule_state.as_ref().and_then(|state| state.paused_because.as_ref());
    of_pause.or_else(|| integration.last_run.as_ref().and_then(|run| run.problem.as_ref()))
}

fn pause(overview: &Overview) -> Vec<Item> {
    if overview.pause.is_some() {
        return vec![plain("resume", "Resume", true)];
    }
    [("30m", "30 minutes"), ("2h", "2 hours"), ("tomorrow", "Until tomorrow")]
        .map(|(length, text)| plain(&format!("pause {length}"), text, true))
        .into()
}

fn item(id: &str, text: &str, enabled: bool) -> Entry {
    Entry::Item(plain(id, text, enabled))
}

/// A menu takes a `&` for the sign of a key; doubled it is one.
fn plain(id: &str, text: &str, enabled: bool) -> Item {
    Item { id: id.to_owned(), text: text.replace('&', "&&"), enabled }
}

/// A number with a comma every three digits.
fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
#[path = "model_tests.rs"]
mod tests;
