//! A world for tests of the scheduler: a real core in a folder of its own, a clock that is moved by hand, and something in
//! the place of syncs that only writes down what was to be started.

#![allow(dead_code, reason = "each test uses a part of it")]
#![allow(clippy::unwrap_used, missing_docs, reason = "a test fails by panicking")]

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use rusqlite::Connection;
use std::{
    future::Future,
    path::Path,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tempfile::TempDir;
use tokio::sync::{oneshot, watch};
use tributary_contract::{
    Config, Integration, IntegrationId, NewDataPolicy, NewIntegration, Run, RunId, RunStatus, SecretInput, Trigger,
};
use tributary_core::{
    Clock, Core, CoreOptions, Error, InMemory, NoEvents, Resources, ops,
    scheduler::{self, Due, Event, Scheduler, Started, Starter, Surroundings},
};

/// A clock that stands still until a test moves it.
pub struct HandClock {
    hands: Mutex<Hands>,
    /// How many wait for it.
    waiting: watch::Sender<usize>,
}

struct Hands {
    now: DateTime<Utc>,
    elapsed: Duration,
    zone: Tz,
    waits: Vec<(Duration, oneshot::Sender<()>)>,
    /// Waits beside one that ended: whoever waited goes on and forgets them.
    ended: Vec<oneshot::Sender<()>>,
}

impl HandClock {
    pub fn new(now: &str, zone: Tz) -> Arc<Self> {
        let (now, elapsed) = (now.parse().unwrap(), Duration::ZERO);
        let hands = Hands { now, elapsed, zone, waits: Vec::new(), ended: Vec::new() };
        Arc::new(Self { hands: Mutex::new(hands), waiting: watch::Sender::new(0) })
    }

    /// The computer sleeps, or somebody sets its clock: the clock jumps, even time does not.
    pub fn jump(&self, by: TimeDelta) {
        self.hands.lock().unwrap().now += by;
    }

    /// The computer travels.
    pub fn travel(&self, zone: Tz) {
        self.hands.lock().unwrap().zone = zone;
    }

    /// Lets time pass evenly; whoever waits is woken at its time, one after the other.
    pub async fn pass(&self, time: Duration) {
        let target = self.hands.lock().unwrap().elapsed + time;
        loop {
            self.somebody_waits().await;
            let mut hands = self.hands.lock().unwrap();
            let first =
                hands.waits.iter().enumerate().min_by_key(|(_, (at, _))| *at).map(|(index, (at, _))| (index, *at));
            let Some((index, at)) = first.filter(|(_, at)| *at <= target) else {
                hands.turn_to(target);
                return;
            };
            hands.turn_to(at);
            let (_, wake) = hands.waits.swap_remove(index);
            let beside: Vec<_> = hands.waits.drain(..).map(|(_, wake)| wake).collect();
            hands.ended = beside;
            self.waiting.send_replace(0);
            let _ = wake.send(());
        }
    }

    /// Waits until the scheduler has done what it had to do.
    pub async fn somebody_waits(&self) {
        let mut waiting = self.waiting.subscribe();
        loop {
            waiting.wait_for(|count| *count > 0).await.unwrap();
            let mut hands = self.hands.lock().unwrap();
            hands.waits.retain(|(_, wake)| !wake.is_closed());
            if !hands.waits.is_empty() {
                return;
            }
            // They waited for a moment only, beside one that ended.
            self.waiting.send_replace(0);
        }
    }
}

impl Hands {
    fn turn_to(&mut self, elapsed: Duration) {
        self.now += TimeDelta::from_std(elapsed.saturating_sub(self.elapsed)).unwrap();
        self.elapsed = self.elapsed.max(elapsed);
    }
}

impl Clock for HandClock {
    fn now(&self) -> DateTime<Utc> {
        self.hands.lock().unwrap().now
    }

    fn elapsed(&self) -> Duration {
        self.hands.lock().unwrap().elapsed
    }

    fn zone(&self) -> Tz {
        self.hands.lock().unwrap().zone
    }

    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let (wake, woken) = oneshot::channel();
        let mut hands = self.hands.lock().unwrap();
        let at = hands.elapsed + time;
        hands.waits.push((at, wake));
        self.waiting.send_modify(|count| *count += 1);
        Box::pin(async move {
            let _ = woken.await;
        })
    }
}

/// What was to be started, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    pub at: DateTime<Utc>,
    pub id: IntegrationId,
    pub trigger: Trigger,
}

struct Notebook {
    clock: Arc<HandClock>,
    starts: Arc<Mutex<Vec<Start>>>,
}

impl Starter for Notebook {
    fn start<'a>(&'a self, due: &'a Due) -> Pin<Box<dyn Future<Output = Result<Started, Error>> + Send + 'a>> {
        let at = self.clock.now();
        self.starts.lock().unwrap().push(Start { at, id: due.id, trigger: due.trigger });
        let run = Run {
            id: RunId::new(),
            integration: due.id,
            integration_name: String::new(),
            status: RunStatus::Queued,
            trigger: due.trigger,
            full_refresh: false,
            queued_at: at,
            started_at: None,
            finished_at: None,
            streams: Vec::new(),
            problem: None,
            retry_at: None,
            attempt: 1,
        };
        Box::pin(async move { Ok(Started::Run(run)) })
    }
}

pub struct World {
    pub core: Core,
    pub clock: Arc<HandClock>,
    pub network: Arc<AtomicBool>,
    pub home: Arc<TempDir>,
    starts: Arc<Mutex<Vec<Start>>>,
    events: Arc<Mutex<Vec<Event>>>,
}

impl World {
    pub fn new(now: &str, zone: Tz) -> Self {
        Self::in_folder(Arc::new(tempfile::tempdir().unwrap()), now, zone)
    }

    pub fn in_folder(home: Arc<TempDir>, now: &str, zone: Tz) -> Self {
        let clock = HandClock::new(now, zone);
        let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let core = Core::open(CoreOptions {
            home: home.path().to_owned(),
            engine: None,
            resources: Resources::in_folders(&project, &project),
            secrets: Arc::new(InMemory::default()),
            clock: Arc::<HandClock>::clone(&clock),
            events: Arc::new(NoEvents),
            keychain_patience: Duration::from_secs(1),
        });
        let (core, network) = (core.unwrap(), Arc::new(AtomicBool::new(true)));
        Self { core, clock, network, home, starts: Arc::default(), events: Arc::default() }
    }

    /// An integration with a schedule.
    pub async fn integration(&self, name: &str, schedule: &str) -> Integration {
        ops::create_integration(&self.core, new_integration(name, schedule)).await.unwrap()
    }

    /// A scheduler that writes down what is to be started.
    pub fn schedule(&self) -> Scheduler {
        self.schedule_with(Arc::new(Notebook { clock: Arc::clone(&self.clock), starts: Arc::clone(&self.starts) }))
    }

    /// A scheduler that starts real syncs.
    pub fn schedule_syncs(&self) -> Scheduler {
        self.schedule_with(Arc::new(ops::schedules::StartSyncs(self.core.clone())))
    }

    fn schedule_with(&self, starter: Arc<dyn Starter>) -> Scheduler {
        let (network, events) = (Arc::clone(&self.network), Arc::clone(&self.events));
        let around = Surroundings {
            starter,
            network: Arc::new(move || network.load(Ordering::SeqCst)),
            report: Arc::new(move |event| events.lock().unwrap().push(event)),
        };
        scheduler::start(&self.core, around)
    }

    pub async fn pass(&self, hours: u64, minutes: u64, seconds: u64) {
        self.clock.pass(Duration::from_secs(hours * 3600 + minutes * 60 + seconds)).await;
        self.clock.somebody_waits().await;
    }

    /// What was to be started since the last time this was asked.
    pub fn starts(&self) -> Vec<Start> {
        std::mem::take(&mut self.starts.lock().unwrap())
    }

    /// The same as texts: "06:30 scheduled", on the clock on the wall.
    pub fn started(&self) -> Vec<String> {
        let zone = self.clock.zone();
        let text = |start: Start| {
            let trigger = if start.trigger == Trigger::CatchUp { "catch-up" } else { "scheduled" };
            format!("{} {trigger}", start.at.with_timezone(&zone).format("%d %H:%M"))
        };
        self.starts().into_iter().map(text).collect()
    }

    /// What the scheduler told since the last time this was asked.
    pub fn events(&self) -> Vec<Event> {
        std::mem::take(&mut self.events.lock().unwrap())
    }

    /// The database, as another program sees it.
    pub fn database(&self) -> Connection {
        #[expect(clippy::disallowed_methods, reason = "the test plays another program")]
        let connection = Connection::open(self.home.path().join("tributary.db")).unwrap();
        connection
    }
}

pub fn new_integration(name: &str, schedule: &str) -> NewIntegration {
    let secret = |name: &str| (name.to_owned(), SecretInput::new(format!("a {name}")));
    let mut config = Config::new();
    config.insert("start_date".to_owned(), "2020-01-01".into());
    NewIntegration {
        connector: "salesforce".to_owned(),
        name: name.to_owned(),
        config,
        secrets: ["client_id", "client_secret", "refresh_token"].map(secret).into(),
        destination: None,
        streams: None,
        schedule: Some(schedule.to_owned()),
        new_data: NewDataPolicy::default(),
    }
}

/// Many integrations with one schedule, copied from one that exists.
pub fn multiply(connection: &mut Connection, from: &Integration, count: usize) {
    let transaction = connection.transaction().unwrap();
    for index in 0..count {
        transaction
            .execute(
                "INSERT INTO integrations (id, type, name, config, secrets, status, destination_id, schedule, created_at, updated_at)
                 SELECT ?2, type, name || ?3, config, secrets, status, destination_id, schedule, created_at, updated_at
                 FROM integrations WHERE id = ?1",
                (from.id.to_string(), IntegrationId::new().to_string(), format!(" {index}")),
            )
            .unwrap();
    }
    transaction.commit().unwrap();
}
