//! Notices through the database, as the ends of runs write them and the teller settles them.

use super::writing::{after_restore, after_run};
use crate::store::{self, Database, Restored, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::Connection;
use tempfile::TempDir;
use tributary_contract::{
    FixAction, FixTarget, IntegrationId, NoticeKind, Problem, ProblemCode, Run, RunId, RunStatus, Trigger,
};

struct World {
    _folder: TempDir,
    database: Database,
    integration: IntegrationId,
    now: DateTime<Utc>,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(&folder.path().join("test.db")).unwrap();
        let integration = IntegrationId::new();
        let insert = |connection: &Connection| {
            connection.execute_batch(&format!(
                "INSERT INTO destinations (id, type, name, config, secrets, created_at, updated_at)
                 VALUES ('d', 'jsonl', 'Here', '{{}}', '[]', '', '');
                 INSERT INTO integrations
                     (id, type, name, config, secrets, status, destination_id, created_at, updated_at)
                 VALUES ('{integration}', 'salesforce', 'CRM', '{{}}', '[]', 'ready', 'd', '', '');"
            ))?;
            Ok(())
        };
        database.transact_now(insert).unwrap();
        Self { _folder: folder, database, integration, now: "2026-11-26T08:00:00Z".parse().unwrap() }
    }

    fn with<T>(&self, work: impl FnOnce(&Connection) -> Result<T, StoreError>) -> T {
        self.database.transact_now(work).unwrap()
    }

    /// A run that ends so. Whether there is a notice.
    fn run(&mut self, problem: Option<ProblemCode>) -> bool {
        self.now += TimeDelta::minutes(5);
        let (now, id) = (self.now, RunId::new());
        let run = Run {
            id,
            integration: self.integration,
            integration_name: "CRM".to_owned(),
            status: RunStatus::Queued,
            trigger: Trigger::Scheduled,
            full_refresh: false,
            attempt: 1,
            queued_at: now,
            started_at: None,
            finished_at: None,
            streams: Vec::new(),
            problem: None,
            retry_at: None,
        };
        let problem = problem.map(|code| Problem {
            code,
            title: "It failed".to_owned(),
            explanation: String::new(),
            meaning: String::new(),
            details: None,
            hint: "Look.".to_owned(),
            until: None,
            fix: FixTarget { route: String::new(), action: FixAction::SyncAgain, setting: None },
        });
        let status = if problem.is_some() { RunStatus::Failed } else { RunStatus::Succeeded };
        self.with(|connection| {
            store::runs::insert(connection, &run)?;
            store::runs::finish(connection, id, status, problem.as_ref(), now)?;
            after_run(connection, id, false)
        })
    }

    fn untold(&self) -> Vec<NoticeKind> {
        self.with(store::notices::untold).into_iter().map(|one| one.notice.kind).collect()
    }

    fn tell(&self) {
        let ids: Vec<i64> = self.with(store::notices::untold).iter().map(|one| one.notice.id).collect();
        self.with(|connection| store::notices::settle(connection, &ids, true));
    }
}

#[test]
fn a_streak_is_written_once_and_its_end_is_told_when_the_streak_was() {
    let mut world = World::new();
    assert!(!world.run(None), "nothing was wrong before");
    assert!(world.run(Some(ProblemCode::NetworkDown)));
    assert!(!world.run(Some(ProblemCode::NetworkDown)), "the same again");
    assert_eq!(world.untold(), [NoticeKind::Failure]);
    world.tell();
    assert!(world.run(None));
    assert_eq!(world.untold(), [NoticeKind::Recovery]);
    let all = world.with(|connection| store::notices::list(connection, 10));
    let kinds: Vec<NoticeKind> = all.iter().map(|notice| notice.kind).collect();
    assert_eq!(kinds, [NoticeKind::Recovery, NoticeKind::Failure], "the newest first");
    assert_eq!((all[0].integration, all[0].seen), (Some(world.integration), false));
    assert!(world.with(|connection| store::notices::see(connection, all[1].id)));
    let seen = world.with(|connection| store::notices::list(connection, 10));
    assert_eq!([seen[0].seen, seen[1].seen], [false, true]);
}

#[test]
fn what_is_over_before_it_was_told_is_kept_but_not_told() {
    let mut world = World::new();
    world.run(Some(ProblemCode::NetworkDown));
    world.run(None);
    assert_eq!(world.untold(), [], "neither the failure nor its end");
    assert_eq!(world.with(|connection| store::notices::list(connection, 10)).len(), 2);
    world.run(Some(ProblemCode::DiskFull));
    world.run(Some(ProblemCode::NetworkDown));
    let untold = world.with(store::notices::untold);
    assert_eq!(untold.len(), 1, "the newest failure says it");
    assert_eq!((untold[0].integration_name.as_deref(), untold[0].retry), (Some("CRM"), true));
}

#[test]
fn notices_go_with_their_integration_and_a_day_is_counted() {
    let mut world = World::new();
    world.run(Some(ProblemCode::NetworkDown));
    world.run(None);
    let (from, to) = (world.now - TimeDelta::days(1), world.now);
    assert_eq!(world.with(|connection| store::notices::day_in_numbers(connection, from, to)), (2, 1, 0));
    world.with(|connection| store::integrations::delete(connection, world.integration));
    assert_eq!(world.with(|connection| store::notices::list(connection, 10)), []);
}

#[test]
fn a_restored_database_is_a_notice_with_the_place_of_the_damaged_files() {
    let world = World::new();
    let restored = Restored { copied_at: Some(world.now), set_aside: "/home/ada/damaged-1".into() };
    world.with(|connection| after_restore(connection, &restored, world.now));
    let untold = world.with(store::notices::untold);
    let [one] = untold.as_slice() else { panic!("{untold:?}") };
    assert_eq!((one.notice.kind, one.notice.route.as_str()), (NoticeKind::Restored, "/activity"));
    assert!(one.notice.body.contains("good copy") && one.notice.body.contains("/home/ada/damaged-1"), "{one:?}");
}
