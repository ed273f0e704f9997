use super::Force;
use crate::supervise::{Event, Events, PluginEnd};
use rustix::{
    io::Errno,
    process::{Pid, Signal, WaitOptions, kill_process_group, test_kill_process_group, waitpid},
};
use std::process::Child;

/// The plugin's process group.
pub(crate) struct Tree {
    group: Pid,
}

/// Nothing to prepare here.
pub(crate) fn prepare() -> std::io::Result<()> {
    Ok(())
}

/// Reports the plugin's end.
pub(crate) fn wait_for(plugin: &mut Child, events: &Events) {
    let plugin = Pid::from_child(plugin);
    loop {
        let end = match waitpid(Some(plugin), WaitOptions::empty()) {
            Ok(Some((_, status))) => PluginEnd { code: status.exit_status(), signal: status.terminating_signal() },
            Ok(None) | Err(Errno::INTR) => continue,
            Err(_) => PluginEnd { code: None, signal: None },
        };
        events.send(Event::PluginEnded(end));
        return;
    }
}

impl Tree {
    #[expect(clippy::unnecessary_wraps, reason = "it can fail on other systems")]
    pub(crate) fn new(plugin: &Child) -> std::io::Result<Self> {
        Ok(Self { group: Pid::from_child(plugin) })
    }

    /// Whether nothing is left in the group. Asked only after the plugin has ended.
    pub(crate) fn has_ended(&self) -> bool {
        test_kill_process_group(self.group).is_err()
    }

    /// Its group keeps its number as long as anything is in it.
    pub(crate) fn plugin_ended(&mut self) {}

    pub(crate) fn end(&self, force: Force) {
        let _ = kill_process_group(self.group, Signal::from(force));
    }
}
