//! Letting go of old runs and of logs that take too much room: at start, once a day, after runs, and when the settings change.
//! Always in the background.

use super::{
    log,
    queue::{self, Owner},
};
use crate::{
    Core, Error,
    home::Home,
    store::{self, StoreError, retention::Ended},
};
use chrono::{DateTime, TimeDelta, Utc};
use std::{io, sync::Arc, time::Duration};
use tributary_contract::{AppEvent, AppSettings, RunId, Tag};

/// Name of the setting that holds when this was last done, by whichever program.
const SETTING: &str = "retention";
/// The time between two sweeps.
const EVERY: TimeDelta = TimeDelta::days(1);
/// How often it is looked whether one is due: a computer that slept for a day must not wait for another.
const LOOK: Duration = Duration::from_hours(1);
/// Runs that go in one transaction: nobody has to wait long for the database.
const AT_ONCE: u32 = 500;
/// What the log of a run says that is no longer kept.
const NO_LONGER_KEPT: &str =
    "The log of this sync is no longer kept: all logs together took more room than the settings allow.";

/// Sweeps from now on, as long as the core lives.
pub fn start(core: &Core) {
    let core = Arc::downgrade(&core.0);
    tokio::spawn(async move {
        let mut first = true;
        while let Some(core) = core.upgrade().map(Core) {
            let done = if std::mem::take(&mut first) { sweep(&core).await } else { sweep_when_due(&core).await };
            if let Err(error) = done {
                tracing::warn!(%error, "old runs and logs could not be removed");
            }
            drop(core);
            tokio::time::sleep(LOOK).await;
        }
    });
}

/// Sweeps in the background, where that was not done for a day.
pub fn look_later(core: &Core) {
    in_background(core, false);
}

/// Sweeps in the background in any case.
pub fn sweep_later(core: &Core) {
    in_background(core, true);
}

fn in_background(core: &Core, now: bool) {
    let core = core.clone();
    tokio::spawn(async move {
        let done = if now { sweep(&core).await } else { sweep_when_due(&core).await };
        if let Err(error) = done {
            tracing::warn!(%error, "old runs and logs could not be removed");
        }
    });
}

async fn sweep_when_due(core: &Core) -> Result<(), Error> {
    let last: Option<DateTime<Utc>> =
        core.database().read(|connection| store::settings::find(connection, SETTING)).await?;
    let now = core.now();
    // One that lies ahead was written down before the clock was set back.
    if last.is_some_and(|last| last <= now && now - last < EVERY) { Ok(()) } else { sweep(core).await }
}

/// Removes what the settings do not keep. Runs that are at work, and the newest of each integration, stay.
pub async fn sweep(core: &Core) -> Result<(), Error> {
    let now = core.now();
    let settings = core
        .database()
        .transact(move |connection| {
            store::settings::save(connection, SETTING, &now)?;
            store::settings::app(connection)
        })
        .await?;
    let gone = remove_runs(core, &settings, now).await?;
    let ended = core.database().read(store::retention::ended).await?;
    let (home, limit) = (core.home().clone(), u64::from(settings.keep_logs_megabytes) * 1_000_000);
    let forgotten = tokio::task::spawn_blocking(move || {
        let gone = remove_folders(&home, &gone);
        (gone, forget_logs(&home, &ended, limit, now))
    });
    let (gone, forgotten) =
        forgotten.await.map_err(|error| Error::File { path: core.home().runs(), source: io::Error::other(error) })?;
    if gone + forgotten > 0 {
        tracing::info!(gone, forgotten, "old runs and logs were removed");
    }
    Ok(())
}

async fn remove_runs(core: &Core, settings: &AppSettings, now: DateTime<Utc>) -> Result<Vec<RunId>, StoreError> {
    let before = now - TimeDelta::days(settings.keep_runs_days.into());
    let mut gone = Vec::new();
    loop {
        let some =
            core.database().transact(move |connection| store::retention::remove(connection, before, AT_ONCE)).await?;
        if some.is_empty() {
            break;
        }
        gone.extend(some);
    }
    if !gone.is_empty() {
        core.events().send(AppEvent::Invalidate(vec![Tag::Runs, Tag::Integrations]));
    }
    Ok(gone)
}

/// Removes the folders of runs that are no longer in the database. How many there were.
fn remove_folders(home: &Home, gone: &[RunId]) -> usize {
    gone.iter().filter(|run| std::fs::remove_dir_all(home.run(**run)).is_ok()).count()
}

/// Forgets the oldest logs until all together take no more than `limit` bytes. How many were forgotten.
fn forget_logs(home: &Home, ended: &[Ended], limit: u64, now: DateTime<Utc>) -> usize {
    let sizes: Vec<u64> = ended.iter().map(|run| log::size(&home.run(run.id))).collect();
    let mut all: u64 = sizes.iter().sum();
    let mut forgotten = 0;
    for (run, size) in ended.iter().zip(sizes) {
        if all <= limit {
            break;
        }
        let folder = home.run(run.id);
        if run.newest || size <= NO_LONGER_KEPT.len() as u64 * 2 {
            continue;
        }
        // The process that executed it may still be writing its last line.
        let Ok(Owner::Gone(_lock)) = queue::owner(&folder) else { continue };
        match log::forget(&folder, now, NO_LONGER_KEPT) {
            Ok(()) => {
                all = all.saturating_sub(size);
                forgotten += 1;
            }
            Err(error) => tracing::warn!(%error, run = %run.id, "a log could not be removed"),
        }
    }
    forgotten
}

#[cfg(test)]
mod tests {
    use super::*;
    use tributary_contract::{LogLevel, LogSource};

    #[test]
    fn the_oldest_logs_go_first_and_say_so_and_the_newest_of_each_integration_stays() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::new(folder.path().to_owned());
        let runs: Vec<Ended> = (0..4).map(|number| Ended { id: RunId::new(), newest: number == 1 }).collect();
        for run in &runs {
            std::fs::create_dir_all(home.run(run.id)).unwrap();
            let mut writer = log::LogWriter::create(&home.run(run.id), log::LogLimits::default()).unwrap();
            for _ in 0..100 {
                writer.line(DateTime::UNIX_EPOCH, LogSource::Loader, LogLevel::Info, None, &"x".repeat(900));
            }
            writer.flush();
        }
        let first_line = |index: usize| log::read(&home.run(runs[index].id), 0, 10).unwrap().0.remove(0).text;
        assert_eq!(forget_logs(&home, &runs, 500_000, DateTime::UNIX_EPOCH), 0, "there is room");
        assert_eq!(forget_logs(&home, &runs, 250_000, DateTime::UNIX_EPOCH), 2);
        assert_eq!(first_line(0), NO_LONGER_KEPT);
        assert_eq!(first_line(2), NO_LONGER_KEPT);
        assert!(first_line(1).starts_with('x') && first_line(3).starts_with('x'));
        assert_eq!(
            forget_logs(&home, &runs, 250_000, DateTime::UNIX_EPOCH),
            0,
            "what is forgotten is not forgotten again"
        );
        let _owner = queue::own(&home.run(runs[3].id)).unwrap();
        assert_eq!(
            forget_logs(&home, &runs, 0, DateTime::UNIX_EPOCH),
            0,
            "somebody still writes the one that could go"
        );
    }
}
