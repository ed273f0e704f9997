//! What a page of runs costs when there are very many of them.
//!
//!   cargo bench -p tributary-core --bench history
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a benchmark prints what it measures")]

#[path = "../core/schedule_support/mod.rs"]
mod schedule_support;

use chrono_tz::America::New_York;
use rusqlite::Connection;
use schedule_support::{World, multiply};
use std::time::Instant;
use tributary_contract::{RunId, RunQuery, RunStatus};
use tributary_core::ops;

const RUNS: usize = 100_000;
const INTEGRATIONS: usize = 20;
const STREAMS: [&str; 3] = ["Account", "Contact", "Opportunity"];
const PAGE: u32 = 50;
/// Most milliseconds a page may take.
const BUDGET: f64 = 100.0;

fn main() {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
        let world = World::new("2026-11-24T06:05:00Z", New_York);
        let first = world.integration("CRM", "off").await;
        multiply(&mut world.database(), &first, INTEGRATIONS - 1);
        let middle = fill(&mut world.database());
        let all = RunQuery { integration: None, statuses: Vec::new(), text: String::new(), before: None, limit: PAGE };
        let failed = vec![RunStatus::Failed];
        let one = Some(first.id);
        let queries = [
            ("the newest", all.clone()),
            ("from the middle on", RunQuery { before: Some(middle), ..all.clone() }),
            ("those that failed", RunQuery { statuses: failed.clone(), ..all.clone() }),
            ("of one integration", RunQuery { integration: one, ..all.clone() }),
            ("of one integration, failed", RunQuery { integration: one, statuses: failed, ..all.clone() }),
            ("by a name that few have", RunQuery { text: "crm".to_owned(), ..all.clone() }),
            ("by a name that none has", RunQuery { text: "no such name".to_owned(), ..all }),
        ];
        for (what, query) in queries {
            let mut times: Vec<f64> = Vec::new();
            let mut total = 0;
            for _ in 0..11 {
                let begun = Instant::now();
                total = ops::find_runs(&world.core, query.clone()).await.unwrap().total;
                times.push(begun.elapsed().as_secs_f64() * 1000.0);
            }
            times.sort_by(f64::total_cmp);
            let (median, worst) = (times[times.len() / 2], times[times.len() - 1]);
            println!(
                "{what}: {median:.1} ms, worst {worst:.1} ms ({PAGE} of {total}; of {BUDGET} ms: ratio {:.3})",
                median / BUDGET
            );
        }
        let begun = Instant::now();
        let count = ops::stream_history(&world.core, &first.id.to_string()).await.unwrap().len();
        println!("history of the {count} streams of one: {:.1} ms", begun.elapsed().as_secs_f64() * 1000.0);
    });
}

/// Runs of all integrations by turns, one in ten failed. Gives the one in the middle.
fn fill(database: &mut Connection) -> RunId {
    let integrations: Vec<(String, String)> = database
        .prepare("SELECT id, name FROM integrations")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let transaction = database.transaction().unwrap();
    let mut middle = None;
    {
        let mut run = transaction
            .prepare(
                "INSERT INTO runs (id, integration_id, integration_name, status, trigger, full_refresh, queued_at, started_at, finished_at)
                 VALUES (?1, ?2, ?3, ?4, 'scheduled', 0, ?5, ?5, ?5)",
            )
            .unwrap();
        let mut stream = transaction
            .prepare(
                "INSERT INTO run_streams (run_id, position, name, records, bytes) VALUES (?1, 0, ?2, 1234, 100000)",
            )
            .unwrap();
        for number in 0..RUNS {
            let (integration, name) = &integrations[number % integrations.len()];
            let id = RunId::new();
            middle = if number == RUNS / 2 { Some(id) } else { middle };
            let status = if number % 10 == 7 { "failed" } else { "succeeded" };
            let at = format!("2026-11-{:02} {:02}:{:02}:00+00:00", 1 + number / 5_000, number / 60 % 24, number % 60);
            run.execute(rusqlite::params![id.to_string(), integration, name, status, at]).unwrap();
            for name in STREAMS {
                stream.execute(rusqlite::params![id.to_string(), name]).unwrap();
            }
        }
    }
    transaction.commit().unwrap();
    middle.unwrap()
}
