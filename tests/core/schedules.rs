//! The scheduler in the situations laptops get into, with a clock that is moved by hand.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod schedule_support;

use chrono::TimeDelta;
use chrono_tz::{America::New_York, Australia::Lord_Howe, Europe::Berlin, UTC};
use schedule_support::{World, multiply, new_integration};
use std::{
    collections::{BTreeMap, HashSet},
    sync::{Arc, atomic::Ordering},
};
use tributary_contract::{ErrorCode, IntegrationPatch, IntegrationStatus, ProblemCode, RunStatus, Trigger};
use tributary_core::{
    Clock,
    ops::{self, StartRun},
    scheduler::{Event, PauseLength},
};

#[tokio::test]
async fn three_hours_of_sleep_over_six_occurrences_lead_to_one_catch_up() {
    let world = World::new("2026-11-24T06:05:00Z", UTC);
    world.integration("CRM", "every 30m").await;
    let _scheduler = world.schedule();
    world.pass(0, 35, 0).await;
    assert_eq!(world.started(), ["24 06:30 scheduled"]);

    world.clock.jump(TimeDelta::hours(3));
    world.pass(0, 0, 30).await;
    assert_eq!(world.started(), [""; 0], "it waits for networks to come back");
    world.pass(0, 2, 0).await;
    assert_eq!(world.started().len(), 1, "six were missed, one makes up for them");
    world.pass(1, 0, 0).await;
    assert_eq!(world.started(), ["24 10:00 scheduled", "24 10:30 scheduled"], "the regular ones come as ever");
}

#[tokio::test]
async fn a_catch_up_waits_between_30_and_90_seconds_and_says_what_it_is() {
    let world = World::new("2026-11-24T06:05:00Z", UTC);
    world.integration("CRM", "hourly").await;
    let _scheduler = world.schedule();
    world.pass(0, 5, 0).await;
    world.clock.jump(TimeDelta::minutes(90));
    // Noticed within half a minute.
    let earliest = world.clock.now();
    world.pass(0, 3, 0).await;
    let starts = world.starts();
    assert_eq!(starts.len(), 1);
    assert_eq!(starts[0].trigger, Trigger::CatchUp);
    let waited = (starts[0].at - earliest).num_seconds();
    assert!((30..=30 + 91).contains(&waited), "{waited} s");
}

#[tokio::test]
async fn a_regular_occurrence_that_comes_first_makes_the_catch_up_superfluous() {
    let world = World::new("2026-11-24T06:05:00Z", UTC);
    world.integration("CRM", "hourly").await;
    let _scheduler = world.schedule();
    world.pass(0, 5, 0).await;
    // Awake at 08:59:40.
    world.clock.jump(TimeDelta::minutes(169) + TimeDelta::seconds(30));
    world.pass(0, 10, 0).await;
    assert_eq!(world.started(), ["24 09:00 scheduled"]);
}

#[tokio::test]
async fn a_catch_up_waits_for_a_network_but_not_for_ever() {
    let world = World::new("2026-11-24T06:05:00Z", UTC);
    world.integration("CRM", "daily 06:00").await;
    let _scheduler = world.schedule();
    world.pass(0, 1, 0).await;
    world.network.store(false, Ordering::SeqCst);
    world.clock.jump(TimeDelta::days(1));
    world.pass(0, 5, 0).await;
    assert_eq!(world.started(), [""; 0]);
    let told = world.events().iter().filter(|event| matches!(event, Event::WaitingForNetwork)).count();
    assert_eq!(told, 1, "it is told once");
    world.network.store(true, Ordering::SeqCst);
    world.pass(0, 0, 20).await;
    assert_eq!(world.starts().len(), 1);

    world.network.store(false, Ordering::SeqCst);
    world.clock.jump(TimeDelta::days(1));
    world.pass(0, 12, 0).await;
    assert_eq!(world.starts().len(), 1, "some sources need no network");
}

#[tokio::test]
async fn daylight_saving_in_new_york_and_on_lord_howe() {
    for (from, zone, schedule, expected) in [
        ("2026-03-08T01:00:00Z", New_York, "daily 02:30", ["08 03:00 scheduled", "09 02:30 scheduled"]),
        ("2026-11-01T00:00:00Z", New_York, "daily 01:30", ["01 01:30 scheduled", "02 01:30 scheduled"]),
        ("2026-10-03T10:00:00Z", Lord_Howe, "daily 02:15", ["04 02:30 scheduled", "05 02:15 scheduled"]),
        ("2026-04-04T10:00:00Z", Lord_Howe, "daily 01:45", ["05 01:45 scheduled", "06 01:45 scheduled"]),
    ] {
        let world = World::new(from, zone);
        world.integration("CRM", schedule).await;
        let _scheduler = world.schedule();
        world.pass(36, 0, 0).await;
        assert_eq!(world.started(), expected, "{schedule} in {zone}");
    }
}

#[tokio::test]
async fn a_clock_a_day_ahead_and_back_makes_neither_a_storm_nor_a_day_of_silence() {
    let world = World::new("2026-11-24T06:05:00Z", UTC);
    world.integration("CRM", "hourly").await;
    let _scheduler = world.schedule();
    world.pass(0, 5, 0).await;
    world.clock.jump(TimeDelta::days(1));
    world.pass(0, 10, 0).await;
    assert_eq!(world.starts().len(), 1, "a day was missed, so it seems: one catch-up");
    world.clock.jump(TimeDelta::days(-1));
    world.pass(2, 0, 0).await;
    assert_eq!(world.started(), ["24 07:00 scheduled", "24 08:00 scheduled"]);
}

#[tokio::test]
async fn in_another_zone_the_clock_on_its_walls_counts() {
    let world = World::new("2026-11-24T12:00:00Z", New_York);
    world.integration("CRM", "daily 06:00").await;
    let _scheduler = world.schedule();
    world.pass(24, 0, 0).await;
    assert_eq!(world.started(), ["25 06:00 scheduled"]);
    world.clock.travel(Berlin);
    world.pass(24, 0, 0).await;
    assert_eq!(world.started(), ["26 06:00 scheduled"]);
}

#[tokio::test]
async fn of_two_schedulers_one_works_and_the_other_takes_over() {
    let first = World::new("2026-11-24T06:05:00Z", UTC);
    first.integration("CRM", "hourly").await;
    let second = World::in_folder(Arc::clone(&first.home), "2026-11-24T06:05:00Z", UTC);
    let scheduler = first.schedule();
    first.pass(0, 1, 0).await;
    let _other = second.schedule();
    second.pass(2, 0, 0).await;
    first.pass(2, 0, 0).await;
    assert_eq!(first.started(), ["24 07:00 scheduled", "24 08:00 scheduled"]);
    assert_eq!(second.started(), [""; 0]);
    assert!(matches!(second.events().as_slice(), [Event::Waiting]), "it waits quietly");

    scheduler.end().await;
    second.pass(1, 0, 0).await;
    assert_eq!(second.started(), ["24 09:00 scheduled"], "what the first dealt with is not repeated");
}

#[tokio::test]
async fn an_overlap_is_skipped_and_recorded() {
    let world = World::new("2026-11-24T06:05:00Z", UTC);
    let crm = world.integration("CRM", "hourly").await;
    let id = crm.id.to_string();
    let database = world.database();
    let active = |run: &str, trigger: &str| {
        let row = (run, &id, trigger);
        database
            .execute(
                "INSERT INTO runs (id, integration_id, integration_name, status, trigger, full_refresh, queued_at)
                 VALUES (?1, ?2, 'CRM', 'running', ?3, 0, '2026-11-24 06:06:00+00:00')",
                row,
            )
            .unwrap();
    };
    let finish = "UPDATE runs SET status = 'succeeded', finished_at = queued_at WHERE status = 'running'";
    active("01930000-0000-7000-8000-000000000001", "manual");
    let _scheduler = world.schedule_syncs();
    world.pass(0, 56, 0).await;
    let runs = ops::list_runs(&world.core, Some("CRM"), 10).await.unwrap();
    let seen: Vec<_> = runs.iter().map(|run| (run.status, run.trigger)).collect();
    assert_eq!(seen, [(RunStatus::Skipped, Trigger::Scheduled), (RunStatus::Running, Trigger::Manual)]);
    let now = ops::get_integration(&world.core, "CRM").await.unwrap();
    assert_eq!(now.status, IntegrationStatus::Syncing, "the one that was skipped does not hide the one at work");

    database.execute(finish, ()).unwrap();
    active("01930000-0000-7000-8000-000000000002", "catch_up");
    world.pass(1, 0, 0).await;
    assert_eq!(
        ops::list_runs(&world.core, Some("CRM"), 10).await.unwrap().len(),
        3,
        "a catch-up displaces no regular run"
    );
    database.execute(finish, ()).unwrap();
    world.pass(0, 1, 0).await;
    let newest = ops::list_runs(&world.core, Some("CRM"), 1).await.unwrap().remove(0);
    assert_eq!(newest.trigger, Trigger::Scheduled, "it is only held back until the catch-up has ended");
    world.core.shutdown().await;
}

#[tokio::test]
async fn a_thousand_due_at_once_go_one_after_the_other() {
    let world = World::new("2026-11-24T05:00:00Z", UTC);
    let first = world.integration("CRM", "daily 06:00").await;
    multiply(&mut world.database(), &first, 999);
    let _scheduler = world.schedule();
    world.pass(1, 5, 0).await;
    let starts = world.starts();
    let different: HashSet<_> = starts.iter().map(|start| start.id).collect();
    assert_eq!((starts.len(), different.len()), (1000, 1000), "each once");
    let mut seconds: BTreeMap<_, u32> = BTreeMap::new();
    for start in &starts {
        *seconds.entry(start.at.timestamp()).or_default() += 1;
    }
    let most = seconds.values().max().unwrap();
    assert!(*most < 50, "{most} in one second");
    let span = seconds.keys().last().unwrap() - seconds.keys().next().unwrap();
    assert!((60..=120).contains(&span), "spread over {span} s");
    world.pass(22, 0, 0).await;
    assert_eq!(world.starts(), [], "and not again");
}

#[tokio::test]
async fn a_pause_of_everything_ends_by_itself_and_is_made_up_for() {
    let world = World::new("2026-11-24T06:05:00Z", UTC);
    world.integration("CRM", "every 20m").await;
    let _scheduler = world.schedule();
    world.pass(0, 1, 0).await;
    let pause = ops::pause_all(&world.core, PauseLength::TwoHours).await.unwrap();
    assert_eq!(ops::current_pause(&world.core).await.unwrap(), Some(pause));
    world.pass(1, 59, 0).await;
    assert_eq!(world.started(), [""; 0]);
    world.pass(0, 4, 0).await;
    assert_eq!(world.starts().iter().map(|start| start.trigger).collect::<Vec<_>>(), [Trigger::CatchUp]);
    world.pass(0, 20, 0).await;
    assert_eq!(world.started(), ["24 08:20 scheduled"]);

    ops::pause_all(&world.core, PauseLength::UntilResumed).await.unwrap();
    world.pass(30, 0, 0).await;
    assert_eq!(world.started(), [""; 0]);
    ops::resume_all(&world.core).await.unwrap();
    world.pass(0, 3, 0).await;
    assert_eq!(world.starts().len(), 1);
}

#[tokio::test]
async fn a_paused_integration_is_not_scheduled_and_goes_on_regularly_when_resumed() {
    let world = World::new("2026-11-24T06:05:00Z", UTC);
    world.integration("CRM", "hourly").await;
    let _scheduler = world.schedule();
    ops::pause_integration(&world.core, "CRM").await.unwrap();
    world.pass(5, 0, 0).await;
    let paused = ops::get_integration(&world.core, "CRM").await.unwrap();
    assert_eq!((paused.status, paused.schedule_state.unwrap().next), (IntegrationStatus::Paused, None));
    ops::resume_integration(&world.core, "CRM").await.unwrap();
    world.pass(1, 0, 0).await;
    assert_eq!(world.started(), ["24 12:00 scheduled"]);
}

#[tokio::test]
async fn a_schedule_that_is_changed_counts_from_then_on() {
    let world = World::new("2026-11-24T06:05:00Z", UTC);
    world.integration("CRM", "daily 06:00").await;
    let _scheduler = world.schedule();
    world.pass(3, 0, 0).await;
    ops::set_schedule(&world.core, "CRM", "Daily 9:30").await.unwrap();
    world.pass(0, 30, 0).await;
    assert_eq!(world.started(), ["24 09:30 scheduled"]);
    ops::set_schedule(&world.core, "CRM", "off").await.unwrap();
    world.pass(48, 0, 0).await;
    assert_eq!(world.started(), [""; 0]);
}

#[tokio::test]
async fn what_was_missed_while_nothing_ran_is_caught_up_once() {
    let world = World::new("2026-11-24T06:05:00Z", UTC);
    world.integration("CRM", "daily 06:00").await;
    let scheduler = world.schedule();
    world.pass(24, 0, 0).await;
    assert_eq!(world.started(), ["25 06:00 scheduled"]);
    scheduler.end().await;
    let later = World::in_folder(Arc::clone(&world.home), "2026-11-29T12:00:00Z", UTC);
    let _scheduler = later.schedule();
    later.pass(24, 0, 0).await;
    let started = later.started();
    assert_eq!(started.len(), 2, "{started:?}");
    assert!(started[0].ends_with("catch-up") && started[1] == "30 06:00 scheduled", "{started:?}");
}

#[tokio::test]
async fn five_failures_of_one_kind_pause_an_integration_and_it_says_why() {
    let world = World::new("2026-11-24T06:05:00Z", UTC);
    world.integration("CRM", "hourly").await;
    // There is no engine here, which every run says.
    let fail = async || {
        world.clock.jump(TimeDelta::seconds(1));
        let start = StartRun { trigger: Trigger::Scheduled, full_refresh: false };
        let run = ops::start_run(&world.core, "CRM", start).await.unwrap();
        let run = ops::wait_for_run(&world.core, run.id).await.unwrap();
        assert_eq!(run.status, RunStatus::Failed, "{run:?}");
        (ops::get_integration(&world.core, "CRM").await.unwrap(), run.problem.unwrap())
    };
    for _ in 0..4 {
        assert_eq!(fail().await.0.status, IntegrationStatus::Attention);
    }
    let (paused, problem) = fail().await;
    assert_eq!((paused.status, problem.code), (IntegrationStatus::Paused, ProblemCode::EngineBroken));
    assert_eq!(paused.schedule_state.unwrap().paused_because, Some(problem));

    world.clock.jump(TimeDelta::seconds(1));
    let resumed = ops::resume_integration(&world.core, "CRM").await.unwrap();
    assert_eq!(resumed.status, IntegrationStatus::Attention);
    assert_eq!(fail().await.0.status, IntegrationStatus::Attention, "counting begins anew");
}

#[tokio::test]
async fn schedules_are_checked_before_they_are_saved() {
    let world = World::new("2026-11-24T06:05:00Z", UTC);
    let error = ops::create_integration(&world.core, new_integration("CRM", "whenever")).await.unwrap_err();
    assert_eq!((error.code(), error.setting()), (ErrorCode::InvalidSetting, Some("schedule")));
    assert!(ops::list_integrations(&world.core).await.unwrap().is_empty());

    let created = world.integration("CRM", "EVERY 120m").await;
    assert_eq!(created.schedule.as_deref(), Some("every 2h"));
    let patch = IntegrationPatch { schedule: Some("0 0 31 2 *".to_owned()), ..IntegrationPatch::default() };
    let error = ops::update_integration(&world.core, "CRM", patch).await.unwrap_err();
    assert_eq!((error.code(), error.setting()), (ErrorCode::InvalidSetting, Some("schedule")));
    let kept = ops::get_integration(&world.core, "CRM").await.unwrap();
    assert_eq!(kept.schedule.as_deref(), Some("every 2h"));
    assert!(kept.schedule_state.is_some_and(|state| state.next.is_some() && !state.late));

    let preview = ops::preview_schedule(&world.core, "weekly MON 06:00").unwrap();
    assert_eq!(preview.words, "Every Monday at 06:00");
    assert_eq!(preview.next.len(), 3);
}
