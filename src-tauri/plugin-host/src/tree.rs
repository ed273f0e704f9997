//! The plugin and everything it started, and how to end them.
//!
//! Linux: this process adopts every orphan below it, so that whatever left the plugin's process group is still found
//! among its descendants. Other Unix systems: the plugin's process group. Windows: a job object, which ends its processes
//! also when this process is killed.

#[cfg_attr(windows, path = "tree/windows.rs")]
#[cfg_attr(target_os = "linux", path = "tree/linux.rs")]
#[cfg_attr(all(unix, not(target_os = "linux")), path = "tree/unix.rs")]
mod system;

pub(crate) use system::{Tree, prepare, wait_for};

/// How to end processes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Force {
    /// They may tidy up first.
    Ask,
    /// At once.
    Kill,
}

#[cfg(unix)]
impl From<Force> for rustix::process::Signal {
    fn from(force: Force) -> Self {
        match force {
            Force::Ask => Self::TERM,
            Force::Kill => Self::KILL,
        }
    }
}
