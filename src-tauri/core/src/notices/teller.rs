//! The loop that tells: looks at what was written, has it decided what is told now, and waits.

use super::{
    Notifier,
    telling::{self, Decision, Told},
};
use crate::{
    Core,
    error::with_sources,
    links::Place,
    store::{self, StoreError, notices::NewNotice},
};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use rusqlite::Connection;
use std::{sync::Arc, time::Duration};
use tokio::task::JoinHandle;
use tributary_contract::{AppEvent, NoticeKind, Tag};

/// Longest wait, so that sleep, set clocks and what other programs write are noticed.
const LONGEST_WAIT: Duration = Duration::from_mins(1);
/// Shortest wait: also in a storm the loop looks once a second.
const SHORTEST_WAIT: Duration = Duration::from_secs(1);
/// Name of the setting that says up to when summaries of a day were dealt with.
const SUMMARIES: &str = "summaries";

/// A loop at work. Dropping it ends it.
#[derive(Debug)]
pub struct Teller(JoinHandle<()>);

impl Drop for Teller {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Starts the loop. Call it inside a tokio runtime.
pub(crate) fn start(core: &Core, notifier: Arc<dyn Notifier>) -> Teller {
    Teller(tokio::spawn(run(core.clone(), notifier)))
}

async fn run(core: Core, notifier: Arc<dyn Notifier>) {
    let mut told = Told::default();
    loop {
        let wait = match tell(&core, &mut told).await {
            Ok((decision, summarised)) => {
                for notification in &decision.show {
                    notifier.show(notification);
                }
                if summarised {
                    core.events().send(AppEvent::Invalidate(vec![Tag::Notices]));
                }
                let next = decision.next.map(|next| (next - core.now()).to_std().unwrap_or_default());
                next.map_or(LONGEST_WAIT, |next| next.clamp(SHORTEST_WAIT, LONGEST_WAIT))
            }
            Err(error) => {
                tracing::warn!(error = with_sources(&error), "notices could not be read");
                LONGEST_WAIT
            }
        };
        tokio::select! {
            () = core.clock().sleep(wait) => {}
            () = core.noticed().notified() => {}
        }
    }
}

/// One look. Settled before it is shown: a notification that is lost with a crash is better than one that comes for ever.
async fn tell(core: &Core, told: &mut Told) -> Result<(Decision, bool), StoreError> {
    let (now, zone, mut last) = (core.now(), core.clock().zone(), *told);
    let (decision, last, summarised) = core
        .database()
        .transact(move |connection| {
            let settings = store::settings::app(connection)?.notifications;
            let (summarised, next_summary) = summarise(connection, settings.daily_summary.as_deref(), now, zone)?;
            let untold = store::notices::untold(connection)?;
            let mut decision = telling::decide(&untold, &settings, &mut last, now, zone);
            decision.next = [decision.next, next_summary].into_iter().flatten().min();
            store::notices::settle(connection, &decision.told, true)?;
            store::notices::settle(connection, &decision.kept, false)?;
            Ok((decision, last, summarised))
        })
        .await?;
    *told = last;
    Ok((decision, summarised))
}

/// Writes the summary of a day when it is due. Whether it did, and when the next one is.
fn summarise(
    connection: &Connection,
    time: Option<&str>,
    now: DateTime<Utc>,
    zone: Tz,
) -> Result<(bool, Option<DateTime<Utc>>), StoreError> {
    let Some(time) = time else {
        // When it is wanted again, counting begins then.
        store::settings::delete(connection, SUMMARIES)?;
        return Ok((false, None));
    };
    let Some(dealt_with) = store::settings::find::<DateTime<Utc>>(connection, SUMMARIES)? else {
        store::settings::save(connection, SUMMARIES, &now)?;
        return Ok((false, telling::summary_due(time, now, now, zone).err().flatten()));
    };
    if let Err(next) = telling::summary_due(time, dealt_with, now, zone) {
        return Ok((false, next));
    }
    store::settings::save(connection, SUMMARIES, &now)?;
    let (runs, failed, rows) = store::notices::day_in_numbers(connection, now - TimeDelta::days(1), now)?;
    let words = telling::day_in_words(runs, failed, rows);
    if let Some(body) = &words {
        let notice = NewNotice {
            kind: NoticeKind::Summary,
            integration: None,
            run: None,
            code: None,
            retry: false,
            title: "Your data today".to_owned(),
            body: body.clone(),
            route: Place::Activity.to_string(),
            at: now,
        };
        store::notices::insert(connection, &notice)?;
    }
    Ok((words.is_some(), telling::summary_due(time, now, now, zone).err().flatten()))
}
