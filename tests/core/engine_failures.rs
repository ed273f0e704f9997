//! What the engine says when it cannot be prepared.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod engine_support;

use engine_support::{Bench, SMALL, closed_network, ignore, top, uv, wheels};
use std::fs;
use std::path::PathBuf;
use tributary_contract::EnvironmentState;
use tributary_core::engine::{Engine, EngineError, EnginePaths};

fn wanted() -> Vec<String> {
    vec![SMALL.to_owned()]
}

#[tokio::test(flavor = "multi_thread")]
async fn without_wheels_and_network_it_says_so() {
    need_wheels!();
    let bench = Bench::new(None, closed_network());
    let error = bench.engine.prepare(&wanted(), &ignore).await.unwrap_err();
    assert!(matches!(error, EngineError::NetworkUnavailable { .. }), "{error:?}");
    assert!(error.details().contains("Connection refused") || error.details().contains("os error"), "{error:?}");
    assert!(error.hint().contains("proxy"));
    assert_eq!(bench.state("meltano"), EnvironmentState::Missing);
    assert_eq!(bench.entries("staging/meltano"), Vec::<String>::new(), "a failed build leaves nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_wheel_folder_is_like_none() {
    need_wheels!();
    let folder = tempfile::tempdir().unwrap();
    let bench = Bench::new(Some(folder.path().into()), closed_network());
    let error = bench.engine.prepare(&wanted(), &ignore).await.unwrap_err();
    assert!(matches!(error, EngineError::NetworkUnavailable { .. }), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_that_is_not_the_locked_one_is_refused() {
    need_wheels!();
    let bench = Bench::quick(wheels(), closed_network());
    let lock = bench.folder.path().join("meltano/connectors").join(SMALL).join("requirements.txt");
    let text = fs::read_to_string(&lock).unwrap();
    let zeros = format!("--hash=sha256:{}", "0".repeat(64));
    let changed: Vec<String> = text
        .lines()
        .map(|line| {
            let hash = line.trim_start().starts_with("--hash=");
            let more = if line.ends_with('\\') { " \\" } else { "" };
            if hash { format!("    {zeros}{more}") } else { line.to_owned() }
        })
        .collect();
    fs::write(&lock, changed.join("\n")).unwrap();
    let error = bench.engine.prepare(&wanted(), &ignore).await.unwrap_err();
    assert!(matches!(&error, EngineError::HashMismatch { package, .. } if package.contains("==")), "{error:?}");
    assert_ne!(bench.state(SMALL), EnvironmentState::Ready);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_any_python_it_says_what_was_tried() {
    need_wheels!();
    let mut variables = closed_network();
    for (name, value) in &mut variables {
        if name == "PATH" || name == "HOME" {
            *value = "/nonexistent".into();
        }
    }
    let bench = Bench::new(wheels(), variables);
    let error = bench.engine.prepare(&wanted(), &ignore).await.unwrap_err();
    let EngineError::PythonMissing { tried, details } = &error else { panic!("{error:?}") };
    assert!(tried.iter().any(|what| what.contains("fetching")), "{tried:?}");
    assert!(!details.is_empty());
    assert!(error.hint().contains("Python 3.10"));
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_parts_of_the_app_are_named() {
    need_wheels!();
    let folder = tempfile::tempdir().unwrap();
    let meltano = engine_support::shipped(folder.path(), &[SMALL]);
    let paths = EnginePaths {
        root: folder.path().join("engine"),
        uv: PathBuf::from("/nonexistent/uv"),
        meltano: meltano.clone(),
        wheels: None,
        shipped: wanted(),
    };
    let engine = Engine::new(paths.clone());
    assert!(matches!(engine.prepare(&wanted(), &ignore).await, Err(EngineError::UvMissing { .. })));
    let unknown = engine.prepare(&["tap-unknown".to_owned()], &ignore).await;
    assert!(matches!(unknown, Err(EngineError::UnknownEnvironment { .. })), "{unknown:?}");

    fs::remove_file(meltano.join("engine/requirements.txt")).unwrap();
    let engine = Engine::new(EnginePaths { uv: uv().unwrap(), ..paths });
    assert!(!engine.status().ready);
    let error = engine.prepare(&wanted(), &ignore).await.unwrap_err();
    assert!(matches!(error, EngineError::LockMissing { .. }), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_may_not_be_written_is_named() {
    need_wheels!();
    let folder = tempfile::tempdir().unwrap();
    let blocked = folder.path().join("file");
    fs::write(&blocked, "not a folder").unwrap();
    let bench = Bench::at(folder, blocked.join("engine"), wheels(), closed_network());
    let error = bench.engine.prepare(&wanted(), &ignore).await.unwrap_err();
    assert!(error.to_string().contains("file/engine"), "{error}");
}

/// Mounts a small file system, which only root may; removes it when dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: PathBuf, size: &str) -> Option<Self> {
        fs::create_dir_all(&at).unwrap();
        run("mount", &["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs", at.to_str().unwrap()]).then_some(Self(at))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        run("umount", &[self.0.to_str().unwrap()]);
    }
}

#[expect(clippy::disallowed_methods, reason = "mounting a small disk for the test")]
fn run(program: &str, args: &[&str]) -> bool {
    std::process::Command::new(program).args(args).output().is_ok_and(|output| output.status.success())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_noticed_before_and_during_the_work() {
    need_wheels!();
    // Too small to begin with; and large enough to begin, but filled while the work goes on.
    for (size, filled) in [("20m", false), ("220m", true)] {
        let folder = tempfile::tempdir().unwrap();
        let Some(disk) = SmallDisk::mount(folder.path().join("disk"), size) else {
            eprintln!("skipped: mounting a small disk needs root");
            return;
        };
        let bench = Bench::at(folder, disk.0.join("engine"), wheels(), closed_network());
        let filler = disk.0.join("filler");
        let sink = |progress: tributary_contract::EngineProgress| {
            if filled && progress.step == tributary_contract::EngineStep::Installing && !filler.exists() {
                // Leaves two megabytes.
                let _ = fs::write(&filler, vec![1; 218 * 1024 * 1024]);
            }
        };
        let error = bench.engine.prepare(&wanted(), &sink).await.unwrap_err();
        assert!(matches!(error, EngineError::DiskFull { .. }), "{size}: {error:?}");
        assert!(!error.details().is_empty());
        assert!(!bench.engine.status().ready);
        let left = fs::read_dir(disk.0.join("engine/staging/meltano")).map_or(0, Iterator::count);
        assert_eq!(left, 0, "a failed build gives its room back");
        drop(disk);
    }
}

#[test]
fn the_shipped_locks_name_no_index() {
    for folder in ["meltano/engine", "meltano/build"]
        .map(|name| top().join(name))
        .into_iter()
        .chain(fs::read_dir(top().join("meltano/connectors")).unwrap().flatten().map(|entry| entry.path()))
    {
        let own =
            fs::read_to_string(folder.join("definition.yml")).is_ok_and(|text| text.contains("own_program: true"));
        if own {
            continue; // A program of the app's own has no packages.
        }
        let text = fs::read_to_string(folder.join("requirements.txt")).unwrap();
        assert!(!text.contains("://"), "{} names an index", folder.display());
    }
}
