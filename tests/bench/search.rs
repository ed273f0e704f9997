//! How long a keystroke takes in a marketplace of 1,200 definitions.
//!
//!   cargo bench -p tributary-core --bench search
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a benchmark prints what it measures")]

#[path = "../core/engine_support/mod.rs"]
mod engine_support;
#[path = "../core/hub_support/mod.rs"]
mod hub_support;

use hub_support::{Server, core::Place};
use serde_json::{Value, json};
use std::time::Instant;
use tributary_contract::ConnectorQuery;
use tributary_core::ops;

const DEFINITIONS: usize = 1200;
const TYPED: &str = "customer orders mail";

/// Definitions of the length of public ones, with words in different orders.
fn definition(number: usize, prefix: &str) -> Value {
    const WORDS: [&str; 12] = [
        "orders", "customer", "mail", "invoice", "ticket", "campaign", "database", "report", "product", "payment",
        "contact", "project",
    ];
    let word = |step: usize| WORDS[(number * step + step) % WORDS.len()];
    let settings: Vec<Value> = (0..12)
        .map(|setting| json!({"name": format!("setting_{setting}"), "kind": "string", "description": "What it is for. ".repeat(8)}))
        .collect();
    json!({
        "name": format!("{prefix}-{}-{number}", word(1)), "label": format!("{} {} {number}", word(1), word(5)),
        "description": format!("Brings every {} and {} of a {} with its {}", word(7), word(11), word(5), word(3)),
        "keywords": ["api", word(2)], "pip_url": "git+https://github.com/owner/repository.git@v1.0",
        "quality": "gold", "settings": settings,
    })
}

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let (server, place) = (Server::start().await, Place::new());
        let taps: Vec<Value> = (0..DEFINITIONS / 2).map(|number| definition(number, "tap")).collect();
        let targets: Vec<Value> = (0..DEFINITIONS / 2).map(|number| definition(number, "target")).collect();
        server.catalogue(&taps, &targets);
        let core = place.open(&server);
        let start = Instant::now();
        ops::refresh_hub(&core).await.unwrap();
        println!("fetching {DEFINITIONS} definitions from this computer: {:.1} s", start.elapsed().as_secs_f64());

        drop(core);
        let core = place.open(&server);
        let start = Instant::now();
        ops::search_connectors(&core, ConnectorQuery::default()).await.unwrap();
        println!("first look after a start: {:.1} ms", start.elapsed().as_secs_f64() * 1000.0);

        let (mut slowest, mut sum, mut count) = (0.0_f64, 0.0, 0);
        for round in 0..20 {
            for end in 1..=TYPED.len() {
                let query = ConnectorQuery { text: TYPED[..end].to_owned(), ..ConnectorQuery::default() };
                let start = Instant::now();
                let page = ops::search_connectors(&core, query).await.unwrap();
                let took = start.elapsed().as_secs_f64() * 1000.0;
                if round == 0 && (end == 1 || end == TYPED.len()) {
                    println!("“{}” finds {}", &TYPED[..end], page.total);
                }
                slowest = slowest.max(took);
                sum += took;
                count += 1;
            }
        }
        let mean = sum / f64::from(count);
        println!("a keystroke: {mean:.2} ms, at most {slowest:.2} ms (at most 20, ratio {:.2})", slowest / 20.0);
    });
}
