//! The loop: waits until something is due, has it started, and writes down that it was dealt with.

use super::{
    pause::{self, Pause},
    plan::{Due, Plan},
    retries::Retries,
    turn::{self, Turn},
    wake::Moment,
};
use crate::{
    Core, Error,
    error::with_sources,
    store::{self, StoreError, schedules::Scheduled},
};
use chrono::{DateTime, TimeDelta, Utc};
use std::{fmt, future::Future, pin::Pin, sync::Arc, time::Duration};
use tokio::{sync::watch, task::JoinHandle};
use tributary_contract::{IntegrationId, Run, Trigger};

/// Longest wait, so that sleep, set clocks and changes by other programs are noticed.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// Shortest wait: also with a thousand due, and a thousand changes, the loop looks once a second.
const SHORTEST_WAIT: Duration = Duration::from_secs(1);
/// How often a scheduler that is not the one asks for its turn.
const ASK_FOR_TURN: Duration = Duration::from_secs(5);
/// When something that could not be started is tried again.
pub(super) const RETRY: TimeDelta = TimeDelta::seconds(10);
/// How long a catch-up waits for a network before it goes without: some sources need none.
pub(super) const NETWORK_PATIENCE: TimeDelta = TimeDelta::minutes(10);

/// What became of something due.
#[derive(Debug)]
pub enum Started {
    /// A run was put into the queue.
    Run(Run),
    /// The run before is still at work; this one was recorded as skipped.
    Skipped(Run),
    /// A run that is at work brings what the catch-up would have brought; or there is nothing to start any more.
    NotNeeded,
    /// A catch-up is still at work, which must not displace a regular run: ask again.
    Wait,
}

/// Starts what is due.
pub trait Starter: Send + Sync {
    /// Starts a run, or says why not.
    fn start<'a>(&'a self, due: &'a Due) -> Pin<Box<dyn Future<Output = Result<Started, Error>> + Send + 'a>>;
}

/// What the loop does, for whoever watches.
#[derive(Debug, Clone)]
pub enum Event {
    /// Another program schedules for this data folder; it takes over when that one ends.
    Waiting,
    /// It schedules from now on.
    Scheduling,
    /// The computer slept or its clock was set: what was missed is caught up.
    Woke,
    /// Everything pauses.
    Paused(Pause),
    /// The pause is over.
    Resumed,
    /// Catch-ups wait for a network.
    WaitingForNetwork,
    /// A run was put into the queue.
    Started(Run),
    /// A run was skipped, because the one before is still at work.
    Skipped(Run),
    /// Something failed; it is tried again.
    Failed {
        /// The integration, where it is about one.
        integration: Option<IntegrationId>,
        /// What failed and why.
        message: String,
    },
}

/// In words.
impl fmt::Display for Event {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Waiting => out.write_str("another program schedules for this data folder; waiting for it to end"),
            Self::Scheduling => out.write_str("syncing by schedule from now on"),
            Self::Woke => out.write_str("the computer slept or its clock was set; catching up soon on what was missed"),
            Self::Paused(Pause { until: Some(until), .. }) => {
                write!(out, "everything pauses until {}", until.format("%Y-%m-%d %H:%M UTC"))
            }
            Self::Paused(_) => out.write_str("everything pauses until it is resumed"),
            Self::Resumed => out.write_str("the pause is over"),
            Self::WaitingForNetwork => out.write_str("waiting for a network before catching up"),
            Self::Started(run) if run.trigger == Trigger::CatchUp => {
                write!(out, "“{}” catches up", run.integration_name)
            }
            Self::Started(run) if run.trigger == Trigger::Retry => {
                write!(out, "“{}” is tried again", run.integration_name)
            }
            Self::Started(run) => write!(out, "“{}” is due", run.integration_name),
            Self::Skipped(run) => write!(out, "“{}” is skipped: its last sync still runs", run.integration_name),
            Self::Failed { message, .. } => write!(out, "something due could not be started, trying again: {message}"),
        }
    }
}

/// What surrounds the loop.
#[derive(Clone)]
pub struct Surroundings {
    /// Starts what is due.
    pub starter: Arc<dyn Starter>,
    /// Whether there is a network.
    pub network: Arc<dyn Fn() -> bool + Send + Sync>,
    /// Hears what happens; must return at once.
    pub report: Arc<dyn Fn(Event) + Send + Sync>,
}

/// A scheduler at work. Dropping it ends it, after what it is doing right now.
#[derive(Debug)]
pub struct Scheduler {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Scheduler {
    /// Ends it and waits for that. Runs it started go on.
    pub async fn end(self) {
        self.stop.send_replace(true);
        let _ = self.task.await;
    }
}

/// Starts the loop. Call it inside a tokio runtime.
pub fn start(core: &Core, around: Surroundings) -> Scheduler {
    let (stop, stopping) = watch::channel(false);
    let task = tokio::spawn(run(core.clone(), around, stopping));
    Scheduler { stop, task }
}

async fn run(core: Core, around: Surroundings, mut stop: watch::Receiver<bool>) {
    let Some(_turn) = wait_for_turn(&core, &around, &mut stop).await else { return };
    (around.report)(Event::Scheduling);
    let mut before = Moment::now(core.clock());
    let mut state = State {
        plan: Plan::new(before.wall, core.clock().zone()),
        retries: Retries::default(),
        woke: before.wall,
        revision: None,
        paused: None,
        offline: false,
    };
    loop {
        let wait = match state.tick(&core, &around).await {
            Ok(wait) => wait,
            Err(error) => {
                (around.report)(Event::Failed { integration: None, message: with_sources(&error) });
                LONGEST_WAIT
            }
        };
        let resting = Moment::now(core.clock());
        tokio::select! {
            // Also when its owner is gone.
            _ = stop.wait_for(|stop| *stop) => return,
            () = core.clock().sleep(wait) => {}
            () = rest_until_changed(&core) => {}
        }
        let after = Moment::now(core.clock());
        if after.jumped_since(before) || after.overslept_since(resting, wait) {
            state.wake(after.wall);
            (around.report)(Event::Woke);
        }
        before = after;
    }
}

/// Changes come in bunches: all of one second are one.
async fn rest_until_changed(core: &Core) {
    core.changed().notified().await;
    core.clock().sleep(SHORTEST_WAIT).await;
}

async fn wait_for_turn(core: &Core, around: &Surroundings, stop: &mut watch::Receiver<bool>) -> Option<Turn> {
    let path = core.home().scheduler_lock();
    let mut told = false;
    loop {
        match turn::take(&path) {
            Ok(Some(turn)) => return Some(turn),
            Ok(None) if !told => (around.report)(Event::Waiting),
            Err(error) if !told => {
                let message = format!("{} cannot be locked: {error}", path.display());
                (around.report)(Event::Failed { integration: None, message });
            }
            _ => {}
        }
        told = true;
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return None,
            () = core.clock().sleep(ASK_FOR_TURN) => {}
        }
    }
}

struct State {
    plan: Plan,
    retries: Retries,
    woke: DateTime<Utc>,
    /// Of the database, when its schedules were last read.
    revision: Option<(i64, i64)>,
    paused: Option<Pause>,
    /// Whether it was told that catch-ups wait for a network.
    offline: bool,
}

/// When which integration is tried again.
type Waiting = Vec<(DateTime<Utc>, IntegrationId)>;

/// What the database says.
struct Found {
    revision: (i64, i64),
    pause: Option<Pause>,
    /// Schedules, and what is tried again when. `None`: nothing changed.
    rows: Option<(Vec<Scheduled>, Waiting)>,
}

impl State {
    fn wake(&mut self, now: DateTime<Utc>) {
        self.woke = now;
        self.plan.wake(now);
    }

    /// Does what is to be done now. Gives how long to wait for the next time.
    async fn tick(&mut self, core: &Core, around: &Surroundings) -> Result<Duration, StoreError> {
        let now = core.now();
        self.plan.set_zone(core.clock().zone(), now);
        let found = look(core, self.revision, now).await?;
        if let Some((rows, retries)) = found.rows {
            self.plan.update(rows, now);
            self.retries.update(retries);
        }
        self.revision = Some(found.revision);
        if self.paused != found.pause {
            match found.pause {
                Some(pause) => (around.report)(Event::Paused(pause)),
                None => {
                    self.wake(now);
                    (around.report)(Event::Resumed);
                }
            }
            self.paused = found.pause;
        }
        if let Some(pause) = self.paused {
            return Ok(wait_until(pause.until, now));
        }
        self.start_due(core, around, now).await?;
        self.retries.start_due(around, now).await;
        let next = [self.plan.next(), self.retries.next()].into_iter().flatten().min();
        Ok(wait_until(next, core.now()))
    }

    async fn start_due(&mut self, core: &Core, around: &Surroundings, now: DateTime<Utc>) -> Result<(), StoreError> {
        let due = self.plan.take_due(now);
        if due.is_empty() {
            return Ok(());
        }
        let catching_up = due.iter().any(|due| due.trigger == Trigger::CatchUp);
        let offline = catching_up && now < self.woke + NETWORK_PATIENCE && !(around.network)();
        if offline && !self.offline {
            (around.report)(Event::WaitingForNetwork);
        }
        self.offline = offline;
        let mut dealt_with = Vec::with_capacity(due.len());
        for due in due {
            if offline && due.trigger == Trigger::CatchUp {
                self.plan.retry(&due, now + RETRY);
                continue;
            }
            match around.starter.start(&due).await {
                Ok(Started::Wait) => {
                    self.plan.retry(&due, now + RETRY);
                    continue;
                }
                Ok(Started::Run(run)) => (around.report)(Event::Started(run)),
                Ok(Started::Skipped(run)) => (around.report)(Event::Skipped(run)),
                Ok(Started::NotNeeded) => {}
                Err(error) => {
                    let message = with_sources(&error);
                    (around.report)(Event::Failed { integration: Some(due.id), message });
                    self.plan.retry(&due, now + RETRY);
                    continue;
                }
            }
            self.plan.done(due.id, now, now);
            dealt_with.push(due.id);
        }
        // After the runs are in the queue: a crash in between starts one twice rather than never.
        core.database().transact(move |connection| store::schedules::set_handled(connection, &dealt_with, now)).await
    }
}

async fn look(core: &Core, known: Option<(i64, i64)>, now: DateTime<Utc>) -> Result<Found, StoreError> {
    let found = core
        .database()
        .read(move |connection| {
            let revision = store::schedules::revision(connection)?;
            let pause = pause::find(connection, now)?;
            let changed = known != Some(revision);
            let rows = changed
                .then(|| {
                    Ok::<_, StoreError>((
                        store::schedules::list(connection)?,
                        store::runs::pending_retries(connection)?,
                    ))
                })
                .transpose()?;
            Ok((Found { revision, pause, rows }, changed && store::schedules::any_to_begin(connection)?))
        })
        .await?;
    let (found, any_to_begin) = found;
    if any_to_begin {
        core.database().transact(store::schedules::begin).await?;
    }
    Ok(found)
}

fn wait_until(next: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Duration {
    // What is overdue is a negative wait.
    let wait = next.map_or(LONGEST_WAIT, |next| (next - now).to_std().unwrap_or(SHORTEST_WAIT));
    wait.clamp(SHORTEST_WAIT, LONGEST_WAIT)
}
