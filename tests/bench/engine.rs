//! How long preparing the engine takes with wheels at hand, and how long it takes to find that nothing is to be done.
//!
//!   cargo bench -p tributary-core --bench engine
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a benchmark prints what it measures")]

#[path = "../core/engine_support/mod.rs"]
mod engine_support;

use engine_support::{closed_network, ignore, top, uv, wheels};
use std::path::Path;
use std::time::Instant;
use tributary_core::connectors::Catalogue;
use tributary_core::engine::{Engine, EnginePaths};

fn main() {
    let (Some(uv), Some(wheels)) = (uv(), wheels()) else {
        println!("skipped: run scripts/fetch-engine first");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let meltano = top().join("meltano");
    let shipped = Catalogue::read(&meltano, Path::new("none")).unwrap().shipped();
    let paths = EnginePaths { root: folder.path().join("engine"), uv, meltano, wheels: Some(wheels), shipped };
    let engine = Engine::with_environment(paths, closed_network());
    let all = engine.shipped();
    let runtime = tokio::runtime::Runtime::new().unwrap();

    let start = Instant::now();
    let last = std::sync::Mutex::new(std::collections::BTreeMap::new());
    let show = |progress: tributary_contract::EngineProgress| {
        let before = last.lock().unwrap().insert(progress.environment.clone(), progress.step);
        if before != Some(progress.step) {
            println!("{:6.1} s  {} {:?}", start.elapsed().as_secs_f64(), progress.environment, progress.step);
        }
    };
    runtime.block_on(engine.prepare(all, &show)).unwrap();
    let prepared = start.elapsed().as_secs_f64();
    println!("preparing {} environments: {prepared:.1} s (at most 20, ratio {:.2})", all.len(), prepared / 20.0);

    let start = Instant::now();
    assert!(engine.status().ready);
    let asked = start.elapsed().as_secs_f64() * 1000.0;
    println!("asking for their state: {asked:.1} ms (at most 50, ratio {:.2})", asked / 50.0);

    let start = Instant::now();
    runtime.block_on(engine.prepare(all, &ignore)).unwrap();
    let again = start.elapsed().as_secs_f64() * 1000.0;
    println!("preparing what is ready: {again:.1} ms (at most 50, ratio {:.2})", again / 50.0);

    let start = Instant::now();
    let checks = runtime.block_on(engine.inspect());
    println!("looking at every file: {:.1} s", start.elapsed().as_secs_f64());
    assert!(checks.iter().all(|check| check.ok), "{checks:?}");
}
