//! Disks and files that misbehave: full, read-only, damaged.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    reason = "a test ends at the first surprise; only test functions are excepted by themselves"
)]

mod support;

use serde_json::json;
use std::{
    fs,
    io::{Seek, SeekFrom, Write},
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};
use support::{
    World, answer,
    trial::{NAME, Trial},
};

fn rows() -> serde_json::Value {
    json!([["schema"], ["rows", 1, 20], ["state"]])
}

#[test]
fn a_full_destination_says_so_and_the_next_sync_brings_everything() {
    let trial = Trial::new();
    trial.plan(&rows());
    fs::create_dir_all(trial.file().parent().unwrap()).unwrap();
    symlink("/dev/full", trial.file()).unwrap();
    let run = trial.sync();
    assert_eq!((&run["status"], &run["problem"]["code"]), (&json!("failed"), &json!("disk_full")), "{run}");
    assert_eq!(run["problem"]["fix"]["action"], "free_space", "{run}");
    trial.no_process_is_left();
    fs::remove_file(trial.file()).unwrap();
    trial.goes_on_to(20);
    assert_eq!(trial.state(), 0, "nothing was confirmed");
}

/// A small disk of its own, where this computer lets us have one.
struct SmallDisk(PathBuf);

impl SmallDisk {
    #[expect(clippy::print_stdout, reason = "whoever reads the test results has to know")]
    fn at(path: &Path) -> Option<Self> {
        fs::create_dir_all(path).unwrap();
        let made = program("mount").args(["-t", "tmpfs", "-o", "size=16m", "tmpfs"]).arg(path).output();
        match made {
            Ok(made) if made.status.success() => Some(Self(path.to_owned())),
            made => {
                println!("skipped: no disk of a given size can be made here ({made:?})");
                None
            }
        }
    }

    /// Leaves no room at all.
    fn fill(&self) {
        let mut file = fs::File::create(self.0.join("filler")).unwrap();
        let mut piece = 1 << 20;
        while piece > 0 {
            match file.write_all(&vec![7; piece]) {
                Ok(()) => {}
                Err(_) => piece /= 2,
            }
        }
    }

    fn free(&self) {
        fs::remove_file(self.0.join("filler")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = program("umount").arg("-l").arg(&self.0).status();
    }
}

#[expect(clippy::disallowed_methods, reason = "the test makes a disk of its own")]
fn program(name: &str) -> Command {
    Command::new(name)
}

#[test]
fn a_data_folder_that_fills_up_during_a_sync_loses_nothing() {
    let Some((trial, disk)) = Trial::new_in(SmallDisk::at) else { return };
    trial.plan(&json!([["schema"], ["rows", 1, 10], ["state"], ["gate", "reading"], ["rows", 11, 20], ["state"]]));
    let child = trial.start_until("reading");
    disk.fill();
    trial.pass("reading");
    let ended = answer(child);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let run = &ended.json()["run"];
    assert_eq!((&run["status"], &run["problem"]["code"]), (&json!("failed"), &json!("disk_full")), "{run}");
    // Another start on the full disk says what is wrong, and breaks nothing.
    let refused = trial.world.trib(&["sync", NAME]);
    assert_ne!(refused.code, Some(0), "{refused:?}");
    disk.free();
    let runs = trial.world.runs(NAME);
    assert!(runs.iter().all(|run| run["status"] == "failed" || run["status"] == "interrupted"), "{runs:?}");
    trial.no_process_is_left();
    trial.goes_on_to(20);
}

#[test]
fn a_log_folder_that_is_full_from_the_start_does_not_keep_data_away() {
    let trial = Trial::new();
    trial.plan(&rows());
    let Some(disk) = SmallDisk::at(&trial.world.home().join("runs")) else { return };
    disk.fill();
    let run = trial.sync();
    // Where not even an empty file can be made, the start is refused by name; here it can.
    assert_eq!(run["status"], "succeeded", "{run}");
    assert_eq!(trial.arrived(), (1..=20).collect());
}

#[test]
fn a_log_that_fills_its_disk_does_not_fail_the_sync() {
    let trial = Trial::new();
    let Some(disk) = SmallDisk::at(&trial.world.home().join("runs")) else { return };
    trial.plan(&json!([
        ["schema"],
        ["rows", 1, 10],
        ["gate", "reading"],
        ["say", "hello"],
        ["rows", 11, 20],
        ["state"]
    ]));
    let child = trial.start_until("reading");
    disk.fill();
    trial.pass("reading");
    let ended = answer(child).ok();
    assert_eq!(ended["run"]["status"], "succeeded", "the data is there: {ended}");
    assert_eq!(trial.arrived(), (1..=20).collect());
}

#[test]
fn a_data_folder_that_cannot_be_written_is_named() {
    use std::os::unix::{fs::PermissionsExt as _, process::CommandExt as _};
    let world = World::new();
    world.trib(&["integrations", "list"]).ok();
    let set = |mode| fs::set_permissions(world.home(), fs::Permissions::from_mode(mode)).unwrap();
    set(0o555);
    let mut command = world.command(&["integrations", "list"]);
    if rustix::process::getuid().is_root() {
        // Permissions mean nothing to root: somebody else then, who may enter everything on the way.
        fs::set_permissions(world.folder(), fs::Permissions::from_mode(0o755)).unwrap();
        command.uid(65_534).gid(65_534);
    }
    let Ok(child) = command.spawn() else {
        println!("skipped: another user cannot start the program here");
        return;
    };
    let answer = answer(child);
    set(0o755);
    let error = answer.error();
    assert_eq!(error["code"], "storage", "{answer:?}");
    assert!(error["message"].as_str().unwrap().contains(world.home().to_str().unwrap()), "{error}");
}

#[test]
fn a_damaged_database_is_restored_and_said_so() {
    let trial = Trial::new();
    trial.plan(&rows());
    // A copy is made when a start finds something worth it.
    trial.world.trib(&["integrations", "list"]).ok();
    let path = trial.world.home().join("tributary.db");
    let mut file = fs::File::options().write(true).open(&path).unwrap();
    file.seek(SeekFrom::Start(4096)).unwrap();
    file.write_all(&[0xff; 4096]).unwrap();
    drop(file);
    let listed = trial.world.trib(&["integrations", "list"]);
    assert_eq!(listed.ok()["integrations"][0]["name"], NAME);
    let notice: serde_json::Value = serde_json::from_str(listed.stderr.lines().next().unwrap()).unwrap();
    assert!(notice["notice"].as_str().unwrap().contains("good copy"), "{notice}");
    let again = trial.world.trib(&["integrations", "list"]);
    assert_eq!((again.code, again.stderr.as_str()), (Some(0), ""), "it is said once");
    assert_eq!(trial.sync()["status"], "succeeded", "its secrets are still known");
}

#[test]
fn without_a_good_copy_people_are_told_where_the_files_are() {
    let world = World::new();
    world.trib(&["integrations", "list"]).ok();
    fs::write(world.home().join("tributary.db"), "this was a database once").unwrap();
    let error = world.trib(&["integrations", "list"]).error();
    assert_eq!(error["code"], "storage");
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("damaged-"), "{error}");
    world.trib(&["integrations", "list"]).ok();
}
