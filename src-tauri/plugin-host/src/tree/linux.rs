use super::Force;
use crate::supervise::{Event, Events, PluginEnd};
use rustix::{
    io::Errno,
    process::{
        Pid, Signal, WaitOptions, getpid, kill_process, kill_process_group, set_child_subreaper, wait as wait_for_any,
    },
};
use std::{collections::HashMap, fs, process::Child};

/// The plugin's process tree.
pub(crate) struct Tree {
    /// The plugin, and its process group; `None` once it has ended and its number may belong to another process.
    plugin: Option<Pid>,
}

/// Makes orphans below this process its children.
pub(crate) fn prepare() -> std::io::Result<()> {
    Ok(set_child_subreaper(Some(getpid()))?)
}

/// Collects every process below this one as it ends, and reports the plugin's end and that of the last one.
pub(crate) fn wait_for(plugin: &mut Child, events: &Events) {
    let plugin = Pid::from_child(plugin);
    let mut options = WaitOptions::empty();
    let mut plugin_end = None;
    loop {
        match wait_for_any(options) {
            Ok(Some((pid, status))) if pid == plugin => {
                plugin_end = Some(PluginEnd { code: status.exit_status(), signal: status.terminating_signal() });
                // Mostly it was alone: find that out before its end is told.
                options = WaitOptions::NOHANG;
            }
            Ok(Some(_)) | Err(Errno::INTR) => {}
            Ok(None) => {
                options = WaitOptions::empty();
                if let Some(end) = plugin_end.take() {
                    events.send(Event::PluginEnded(end));
                }
            }
            Err(_) => {
                events.send(Event::TreeEnded);
                if let Some(end) = plugin_end {
                    events.send(Event::PluginEnded(end));
                }
                return;
            }
        }
    }
}

impl Tree {
    #[expect(clippy::unnecessary_wraps, reason = "it can fail on other systems")]
    pub(crate) fn new(plugin: &Child) -> std::io::Result<Self> {
        Ok(Self { plugin: Some(Pid::from_child(plugin)) })
    }

    /// Whether nothing is left. [`wait_for`] reports it too; this is for asking at other times.
    pub(crate) fn has_ended(&self) -> bool {
        self.plugin.is_none() && descendants(getpid()).is_ok_and(|left| left.is_empty())
    }

    pub(crate) fn plugin_ended(&mut self) {
        self.plugin = None;
    }

    pub(crate) fn end(&self, force: Force) {
        let signal = Signal::from(force);
        // One call for the whole group: it cannot be outrun by forking.
        if let Some(plugin) = self.plugin {
            let _ = kill_process_group(plugin, signal);
        }
        let group = self.plugin.map(Pid::as_raw_pid);
        for process in descendants(getpid()).unwrap_or_default() {
            if Some(process.group) != group {
                let _ = kill_process(process.pid, signal);
            }
        }
    }
}

struct Process {
    pid: Pid,
    group: i32,
}

/// Everything below `ancestor`, itself not included.
fn descendants(ancestor: Pid) -> std::io::Result<Vec<Process>> {
    let mut children: HashMap<i32, Vec<Process>> = HashMap::new();
    for entry in fs::read_dir("/proc")?.flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()).and_then(Pid::from_raw) else {
            continue;
        };
        // A process that has ended meanwhile has no file.
        let Ok(stat) = fs::read_to_string(entry.path().join("stat")) else { continue };
        if let Some((parent, group)) = parent_and_group(&stat) {
            children.entry(parent).or_default().push(Process { pid, group });
        }
    }
    let mut found = Vec::new();
    let mut look_below = vec![ancestor.as_raw_pid()];
    while let Some(parent) = look_below.pop() {
        for process in children.remove(&parent).unwrap_or_default() {
            look_below.push(process.pid.as_raw_pid());
            found.push(process);
        }
    }
    Ok(found)
}

/// From a line of `/proc/PID/stat`. The second field is the program's name in brackets, which may hold anything.
fn parent_and_group(stat: &str) -> Option<(i32, i32)> {
    let mut fields = stat[stat.rfind(')')? + 1..].split_ascii_whitespace().skip(1);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_name_does_not_confuse() {
        assert_eq!(parent_and_group("12 (a) S 1 (b) R 34 56 78 0"), Some((34, 56)));
        assert_eq!(parent_and_group("12"), None);
    }

    #[test]
    fn this_process_is_below_its_parent() {
        let parent = rustix::process::getppid().unwrap();
        assert!(descendants(parent).unwrap().iter().any(|process| process.pid == getpid()));
    }
}
