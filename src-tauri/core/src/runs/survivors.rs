//! Processes that outlived the app that started them. Every process of a run carries the run's id in its environment.

use sysinfo::{Pid, Process, ProcessRefreshKind, ProcessesToUpdate, System, UpdateKind};
use tributary_contract::RunId;
use tributary_plugin_host::protocol::RUN_VARIABLE;

/// Ends every process that belongs to this run. How many there were.
pub fn end(run: RunId) -> usize {
    // Where processes cannot be listed they cannot be ended either; their hosts notice the app's end by themselves.
    let Ok(mut system) = System::new() else { return 0 };
    let detail = ProcessRefreshKind::nothing().with_environ(UpdateKind::Always);
    system.refresh_processes_specifics(ProcessesToUpdate::All, true, detail);
    let marker = format!("{RUN_VARIABLE}={run}");
    let own = Pid::from_u32(std::process::id());
    let of_run: Vec<&Process> = system
        .processes()
        .values()
        .filter(|process| process.pid() != own && process.thread_kind().is_none())
        .filter(|process| process.environ().iter().any(|variable| variable.to_str() == Some(&marker)))
        .collect();
    for process in &of_run {
        process.kill();
    }
    of_run.len()
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
