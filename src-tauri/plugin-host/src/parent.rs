//! Notices the end of the process that started this one.

use crate::supervise::{Event, Events};

/// Reports the parent's end. Ends only then.
#[cfg(target_os = "linux")]
pub(crate) fn watch(parent: Option<rustix::process::Pid>, events: &Events) {
    use rustix::{
        event::{PollFd, PollFlags, poll},
        io::Errno,
        process::{PidfdFlags, getppid, pidfd_open},
    };
    if let Some(parent) = parent
        && let Ok(alive) = pidfd_open(parent, PidfdFlags::empty())
        // Otherwise it had ended before and its number may mean another process.
        && getppid() == Some(parent)
    {
        while matches!(poll(&mut [PollFd::new(&alive, PollFlags::IN)], None), Err(Errno::INTR)) {}
    } else {
        watch_number(parent);
    }
    events.send(Event::ParentGone);
}

#[cfg(all(unix, not(target_os = "linux")))]
pub(crate) fn watch(parent: Option<rustix::process::Pid>, events: &Events) {
    watch_number(parent);
    events.send(Event::ParentGone);
}

/// An orphan gets another parent.
#[cfg(unix)]
fn watch_number(parent: Option<rustix::process::Pid>) {
    while rustix::process::getppid() == parent {
        std::thread::sleep(std::time::Duration::from_millis(500));
    }
}

#[cfg(windows)]
pub(crate) fn watch(events: &Events) {
    use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};
    let Ok(mut system) = System::new() else { return };
    let this = Pid::from_u32(std::process::id());
    let mut look = |pid| {
        system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), true, ProcessRefreshKind::nothing());
        system.process(pid).map(|process| (process.parent(), process.start_time()))
    };
    let Some((Some(parent), started)) = look(this) else { return };
    // A parent that started after this process is another one with the same number.
    let mut alive = || look(parent).is_some_and(|(_, parent_started)| parent_started <= started);
    while alive() {
        std::thread::sleep(std::time::Duration::from_secs(1));
    }
    events.send(Event::ParentGone);
}
