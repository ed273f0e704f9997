//! The engine prepared for real: shipped wheels, no network.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod engine_support;

use engine_support::{Bench, SMALL, Seen, closed_network, ignore, wheels};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use tributary_contract::{EngineStep, EnvironmentState};
use tributary_core::engine::EngineError;

async fn prepared() -> Bench {
    let bench = Bench::quick(wheels(), closed_network());
    bench.engine.prepare(&[SMALL.to_owned()], &ignore).await.unwrap();
    bench
}

/// Runs a program with the given input; what it printed.
#[expect(clippy::disallowed_methods, reason = "the test uses the prepared program as a person would")]
fn run(program: &Path, args: &[&str], input: &str) -> String {
    let mut child = std::process::Command::new(program)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}: {}", program.display(), String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_prepared_offline_really_works() {
    need_wheels!();
    let bench = Bench::new(wheels(), closed_network());
    assert_eq!(bench.engine.known(), ["meltano", SMALL]);
    assert!(!bench.engine.status().ready);
    assert_eq!(bench.state(SMALL), EnvironmentState::Missing);
    assert!(matches!(bench.engine.executable(SMALL, SMALL), Err(EngineError::NotReady { .. })));

    let seen = Seen::default();
    bench.engine.prepare(&[SMALL.to_owned()], &seen.sink()).await.unwrap();
    assert!(bench.engine.status().ready, "{:?}", bench.engine.status());

    let all = seen.all();
    let last = all.last().unwrap();
    assert_eq!((last.step, last.total_fraction), (EngineStep::Done, 1.0));
    assert!(all.windows(2).all(|pair| pair[0].total_fraction <= pair[1].total_fraction), "progress goes back");
    for step in [EngineStep::FindingPython, EngineStep::Installing, EngineStep::Compiling, EngineStep::Activating] {
        assert!(all.iter().any(|one| one.step == step), "{step:?} was never reported");
    }

    let meltano = bench.engine.executable("meltano", "meltano").unwrap();
    assert!(run(&meltano, &["--version"], "").contains("4.4.1"));

    let output = bench.folder.path().join("out");
    let config = bench.folder.path().join("config.json");
    fs::write(&config, serde_json::json!({"destination_path": output, "do_timestamp_file": false}).to_string())
        .unwrap();
    let lines = concat!(
        r#"{"type":"SCHEMA","stream":"s","schema":{"type":"object","properties":{"id":{"type":"string"}}},"key_properties":["id"]}"#,
        "\n",
        r#"{"type":"RECORD","stream":"s","record":{"id":"ä 🚀"}}"#,
        "\n",
        r#"{"type":"STATE","value":{"at":1}}"#,
        "\n"
    );
    let loader = bench.engine.executable(SMALL, SMALL).unwrap();
    let state = run(&loader, &["--config", config.to_str().unwrap()], lines);
    assert_eq!(state.trim(), r#"{"at": 1}"#);
    let written = fs::read_to_string(output.join("s.jsonl")).unwrap();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&written).unwrap()["id"], "ä 🚀");

    assert_eq!(bench.entries("staging/meltano"), Vec::<String>::new(), "nothing is left behind");
    assert!(!bench.entries(".").contains(&"cache".to_owned()), "downloads are not kept");
    assert!(bench.engine.inspect().await.iter().all(|check| check.ok), "{:?}", bench.engine.inspect().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_time_does_nothing() {
    need_wheels!();
    let bench = prepared().await;
    let folder = bench.environment(SMALL);
    let before = fs::metadata(&folder).unwrap().modified().unwrap();
    let seen = Seen::default();
    bench.engine.prepare(&[SMALL.to_owned()], &seen.sink()).await.unwrap();
    assert!(seen.all().iter().all(|one| one.step == EngineStep::Done), "{:?}", seen.all());
    assert_eq!(bench.environment(SMALL), folder);
    assert_eq!(fs::metadata(&folder).unwrap().modified().unwrap(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_is_noticed_and_only_what_is_damaged_is_mended() {
    need_wheels!();
    let bench = prepared().await;
    let folder = bench.environment(SMALL);
    let meltano_made = fs::metadata(bench.environment("meltano")).unwrap().modified().unwrap();
    let packages = fs::read_dir(folder.join("lib")).unwrap().next().unwrap().unwrap().path().join("site-packages");

    // A lost module: only the close look sees it.
    fs::remove_file(packages.join("target_jsonl.py")).unwrap();
    assert_eq!(bench.state(SMALL), EnvironmentState::Ready);
    let check = bench.engine.inspect().await.into_iter().find(|check| check.name == SMALL).unwrap();
    assert!(!check.ok && check.message.contains("target_jsonl.py is gone"), "{check:?}");
    assert!(check.hint.is_some());
    assert_eq!(bench.engine.repair(&ignore).await.unwrap(), [SMALL]);

    // A truncated marker.
    fs::write(folder.join("tributary-environment.json"), "").unwrap();
    assert_eq!(bench.state(SMALL), EnvironmentState::Damaged);
    assert!(matches!(bench.engine.executable(SMALL, SMALL), Err(EngineError::NotReady { .. })));
    assert_eq!(bench.engine.repair(&ignore).await.unwrap(), [SMALL]);

    // The way to Python is gone, and `prepare` mends what is visibly damaged too.
    fs::remove_file(folder.join("bin/python")).unwrap();
    assert_eq!(bench.state(SMALL), EnvironmentState::Damaged);
    bench.engine.prepare(&[SMALL.to_owned()], &ignore).await.unwrap();

    // The program is gone.
    fs::remove_file(folder.join("bin").join(SMALL)).unwrap();
    assert_eq!(bench.state(SMALL), EnvironmentState::Damaged);
    assert_eq!(bench.engine.repair(&ignore).await.unwrap(), [SMALL]);

    assert!(bench.engine.inspect().await.iter().all(|check| check.ok));
    assert_eq!(bench.engine.repair(&ignore).await.unwrap(), Vec::<String>::new(), "there is nothing left to mend");
    assert_eq!(
        fs::metadata(bench.environment("meltano")).unwrap().modified().unwrap(),
        meltano_made,
        "Meltano was whole and stays as it is"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_lock_makes_another_environment_and_removes_the_old_when_unused() {
    need_wheels!();
    let bench = prepared().await;
    let old = bench.environment(SMALL);
    let held = bench.engine.hold(SMALL).unwrap();
    let lock = bench.folder.path().join("meltano/connectors").join(SMALL).join("requirements.txt");
    let text = fs::read_to_string(&lock).unwrap();
    fs::write(&lock, format!("# another version\n{text}")).unwrap();
    assert_eq!(bench.state(SMALL), EnvironmentState::Outdated);

    bench.engine.prepare(&[SMALL.to_owned()], &ignore).await.unwrap();
    let new = bench.environment(SMALL);
    assert_ne!(new, old);
    assert!(old.exists(), "a program still runs from the old one");

    drop(held);
    fs::write(&lock, format!("# a third version\n{text}")).unwrap();
    bench.engine.prepare(&[SMALL.to_owned()], &ignore).await.unwrap();
    assert!(!old.exists() && !new.exists(), "nothing uses them any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_at_once_make_one() {
    need_wheels!();
    let bench = Bench::quick(wheels(), closed_network());
    let wanted = [SMALL.to_owned()];
    let (one, other) = tokio::join!(bench.engine.prepare(&wanted, &ignore), bench.engine.prepare(&wanted, &ignore));
    one.unwrap();
    other.unwrap();
    assert!(bench.engine.status().ready);
    assert_eq!(bench.entries("envs").len(), 2, "one environment each: {:?}", bench.entries("envs"));
    assert!(bench.engine.inspect().await.iter().all(|check| check.ok));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_preparation_leaves_nothing_in_use() {
    need_wheels!();
    for step in [EngineStep::Installing, EngineStep::Compiling] {
        let bench = Bench::new(wheels(), closed_network());
        let reached = tokio::sync::Notify::new();
        let sink = |progress: tributary_contract::EngineProgress| {
            if progress.step == step && progress.environment == "meltano" && progress.fraction > 0.0 {
                reached.notify_one();
            }
        };
        let wanted = [SMALL.to_owned()];
        tokio::select! {
            result = bench.engine.prepare(&wanted, &sink) => panic!("ended before it was interrupted: {result:?}"),
            () = reached.notified() => {}
        }
        assert_eq!(bench.state("meltano"), EnvironmentState::Missing, "interrupted while {step:?}");
        assert!(!bench.engine.status().ready);
        bench.engine.prepare(&[SMALL.to_owned()], &ignore).await.unwrap();
        assert!(bench.engine.inspect().await.iter().all(|check| check.ok), "interrupted while {step:?}");
        assert_eq!(bench.entries("staging/meltano"), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_duckdb_loader_keeps_the_first_record_of_a_batch() {
    need_wheels!();
    let name = "target-duckdb";
    let bench = Bench::quick(wheels(), closed_network());
    engine_support::shipped(bench.folder.path(), &[name]);
    engine_support::replace_meltano(&bench.folder.path().join("meltano"));
    bench.engine.prepare(&[name.to_owned()], &ignore).await.unwrap();

    let database = bench.folder.path().join("it's.duckdb");
    let config = bench.folder.path().join("config.json");
    let settings = serde_json::json!({"filepath": database, "default_target_schema": "main"});
    fs::write(&config, settings.to_string()).unwrap();
    // Text in every column: what DuckDB would take for a header when left to guess.
    let lines = concat!(
        r#"{"type":"SCHEMA","stream":"s","schema":{"type":"object","properties":{"id":{"type":"string"},"v":{"type":"string"}}},"key_properties":["id"]}"#,
        "\n",
        r#"{"type":"RECORD","stream":"s","record":{"id":"first","v":"a;b"}}"#,
        "\n",
        r#"{"type":"RECORD","stream":"s","record":{"id":"second","v":"two, \"quoted\"\nlines"}}"#,
        "\n"
    );
    let loader = bench.engine.executable(name, name).unwrap();
    run(&loader, &["--config", config.to_str().unwrap()], lines);
    let python = bench.engine.executable(name, "python").unwrap();
    let script =
        "import duckdb, json, sys; print(json.dumps(duckdb.connect(sys.argv[1]).sql('from s order by id').fetchall()))";
    let rows = run(&python, &["-c", script, database.to_str().unwrap()], "");
    assert_eq!(rows.trim(), r#"[["first", "a;b"], ["second", "two, \"quoted\"\nlines"]]"#);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "downloads from the Python index"]
async fn without_wheels_packages_come_from_the_index() {
    need_wheels!();
    let bench = Bench::quick(None, std::env::vars_os().collect());
    assert!(!bench.engine.offline(SMALL), "nothing is here yet");
    bench.engine.prepare(&[SMALL.to_owned()], &ignore).await.unwrap();
    assert!(bench.engine.inspect().await.iter().all(|check| check.ok));
    assert!(bench.engine.offline(SMALL));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_downloaded_once_is_installed_again_without_a_network() {
    need_wheels!();
    let name = "tap-trello".to_owned();
    let bench = Bench::quick(wheels(), std::env::vars_os().collect());
    engine_support::shipped(bench.folder.path(), &[&name]);
    engine_support::replace_meltano(&bench.folder.path().join("meltano"));
    assert!(bench.engine.offline(SMALL), "its wheels ship");
    assert!(!bench.engine.offline(&name), "its wheels do not ship");

    bench.engine.prepare(&[SMALL.to_owned()], &ignore).await.unwrap();
    let status = bench.engine.status();
    assert!(status.ready && status.environments.iter().all(|one| one.name != name), "{status:?}");
    assert!(!bench.entries(".").contains(&"cache".to_owned()), "nothing was downloaded");

    bench.engine.prepare(std::slice::from_ref(&name), &ignore).await.unwrap();
    assert_eq!(bench.state(&name), EnvironmentState::Ready, "what is installed is looked after too");
    assert!(bench.entries("cache").contains(&"complete".to_owned()), "{:?}", bench.entries("cache"));
    assert!(!bench.entries("cache").contains(&"compiled".to_owned()), "what only served building is not kept");

    // A proxy that nobody answers for: whatever asks the network fails.
    fs::remove_dir_all(bench.environment(&name)).unwrap();
    let mut variables: Vec<_> = std::env::vars_os().collect();
    for proxy in ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"] {
        variables.retain(|(name, _)| !name.eq_ignore_ascii_case(proxy));
        variables.push((proxy.into(), "http://127.0.0.1:9".into()));
    }
    let cut_off = bench.again(variables);
    assert!(cut_off.offline(&name));
    cut_off.prepare(std::slice::from_ref(&name), &ignore).await.unwrap();
    run(&cut_off.executable(&name, &name).unwrap(), &["--help"], "");

    fs::remove_dir_all(bench.environment(&name)).unwrap();
    fs::remove_dir_all(bench.folder.path().join("engine/cache")).unwrap();
    assert!(!cut_off.offline(&name), "neither installed nor kept");
    let error = cut_off.prepare(std::slice::from_ref(&name), &ignore).await.unwrap_err();
    assert!(matches!(error, EngineError::NetworkUnavailable { .. }), "{error:?}");
}
