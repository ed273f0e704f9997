//! Processes that outlived the app that started them. Every process of a run carries the run's id in its environment.

use std::{collections::HashSet, time::Duration};
use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System, UpdateKind};
use tributary_contract::RunId;
use tributary_plugin_host::protocol::RUN_VARIABLE;

/// How often it is looked whether any is left: one may start another while it is being ended.
const LOOKS: usize = 100;
/// The time between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// Ends every process that belongs to this run, and waits (some seconds at most) until none is left. How many there were.
/// Blocks the calling thread.
pub fn end(run: RunId) -> usize {
    // Where processes cannot be listed they cannot be ended either; their hosts notice the app's end by themselves.
    let Ok(mut system) = System::new() else { return 0 };
    let detail = ProcessRefreshKind::nothing().with_environ(UpdateKind::Always);
    let marker = format!("{RUN_VARIABLE}={run}");
    let own = Pid::from_u32(std::process::id());
    let mut ended = HashSet::new();
    for _ in 0..LOOKS {
        system.refresh_processes_specifics(ProcessesToUpdate::All, true, detail);
        let mut left = 0;
        for process in system.processes().values() {
            let ours = process.pid() != own
                && process.thread_kind().is_none()
                && process.environ().iter().any(|variable| variable.to_str() == Some(&marker));
            if ours {
                process.kill();
                ended.insert(process.pid());
                left += 1;
            }
        }
        if left == 0 {
            break;
        }
        std::thread::sleep(PAUSE);
    }
    ended.len()
}

/// Ends everything below a process.
#[cfg(not(unix))]
pub fn end_below(parent: u32) {
    let Ok(mut system) = System::new() else { return };
    system.refresh_processes(ProcessesToUpdate::All, true);
    end_children(&system, Pid::from_u32(parent));
}

#[cfg(not(unix))]
fn end_children(system: &System, parent: Pid) {
    for process in system.processes().values().filter(|process| process.parent() == Some(parent)) {
        end_children(system, process.pid());
        process.kill();
    }
}
