//! What the scheduler costs with many integrations.
//!
//!   cargo bench -p tributary-core --bench scheduler
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a benchmark prints what it measures")]

#[path = "../core/schedule_support/mod.rs"]
mod schedule_support;

use chrono::{TimeDelta, Utc};
use chrono_tz::America::New_York;
use schedule_support::{World, multiply};
use std::time::Instant;
use tributary_contract::IntegrationId;
use tributary_core::{Clock, ops, scheduler::Plan, store::schedules::Scheduled};

const INTEGRATIONS: usize = 10_000;
const SCHEDULES: [&str; 5] = ["every 15m", "hourly", "daily 06:00", "weekly mon 06:00", "30 6 * * 1-5"];
/// Most milliseconds a tick may take.
const TICK: f64 = 5.0;

fn main() {
    let now = "2026-11-24T06:05:00Z".parse::<chrono::DateTime<Utc>>().unwrap();
    let rows: Vec<Scheduled> = (0..INTEGRATIONS)
        .map(|index| Scheduled {
            id: IntegrationId::new(),
            schedule: SCHEDULES[index % SCHEDULES.len()].to_owned(),
            handled: now,
        })
        .collect();
    let mut plan = Plan::new(now, New_York);
    measure("planning all of them, once", 1, || plan.update(rows.clone(), now));
    measure("tick: nothing due, nothing changed", 1_000, || assert!(plan.take_due(now).is_empty()));
    measure("tick: everything read anew, nothing changed", 20, || plan.update(rows.clone(), now));
    let mut later = now;
    measure("tick: one due", 500, || {
        later = plan.next().unwrap();
        let due = plan.take_due(later).remove(0);
        plan.done(due.id, later, later);
    });
    measure("planning all of them anew after sleep", 5, || plan.wake(now + TimeDelta::hours(3)));

    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
        let world = World::new("2026-11-24T06:05:00Z", New_York);
        let first = world.integration("CRM", "daily 06:00").await;
        multiply(&mut world.database(), &first, INTEGRATIONS - 1);
        let _scheduler = world.schedule();
        world.pass(0, 1, 0).await;
        let ticks = 240_u32;
        let begun = Instant::now();
        world.pass(0, ticks.into(), 0).await;
        // Two ticks a minute: the wait ends, the database is asked for changes, nothing is due.
        print(
            "whole tick of the loop, database included",
            begun.elapsed().as_secs_f64() * 1000.0 / f64::from(2 * ticks),
        );
        let begun = Instant::now();
        assert_eq!(ops::list_integrations(&world.core).await.unwrap().len(), INTEGRATIONS);
        println!("listing them with their next times: {:.0} ms", begun.elapsed().as_secs_f64() * 1000.0);
        assert!(world.clock.now() > now);
        drop(world);
        day().await;
    });
}

/// What a day of schedules leaves in memory, with a look at everything each minute, as the window and the icon in the panel
/// take it. The day counts from the third hour: by then everything has been used once, and the database has
/// filled its cache. At most a tenth more.
async fn day() {
    let world = World::new("2026-11-24T06:05:00Z", New_York);
    let first = world.integration("CRM", "every 15m").await;
    multiply(&mut world.database(), &first, 999);
    let _scheduler = world.schedule();
    let (mut started, mut early) = (0, 0.0);
    for minute in 0..27 * 60 {
        world.pass(0, 1, 0).await;
        ops::overview(&world.core, 15).await.unwrap();
        if minute % 10 == 0 {
            ops::list_integrations(&world.core).await.unwrap();
        }
        started += world.starts().len();
        drop(world.events());
        if minute == 180 {
            early = resident();
        }
    }
    let late = resident();
    println!(
        "24 simulated hours, 1,000 integrations every 15 minutes, {started} syncs in 27: {early:.1} MB, then {late:.1} MB ({:+.1} %)",
        (late / early - 1.0) * 100.0
    );
}

/// Megabytes of memory this process has, as far as the system tells.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes =
        status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next()?.parse().ok());
    kilobytes.unwrap_or(0.0) / 1024.0
}

fn measure(what: &str, times: u32, mut work: impl FnMut()) {
    let begun = Instant::now();
    for _ in 0..times {
        work();
    }
    print(what, begun.elapsed().as_secs_f64() * 1000.0 / f64::from(times));
}

fn print(what: &str, milliseconds: f64) {
    println!(
        "{what}: {milliseconds:.3} ms ({INTEGRATIONS} integrations; of {TICK} ms: ratio {:.3})",
        milliseconds / TICK
    );
}
