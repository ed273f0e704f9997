use super::Force;
use crate::supervise::{Event, Events, PluginEnd};
use std::{io, os::windows::io::AsRawHandle as _, process::Child, sync::Mutex};
use win32job::{ExtendedLimitInfo, Job};

/// The plugin's job. Closing it ends every process in it.
pub(crate) struct Tree {
    job: Mutex<Option<Job>>,
}

/// Puts this process into a job of its own that ends with it. What the plugin starts before it is in [`Tree`]'s job is in
/// this one.
pub(crate) fn prepare() -> io::Result<()> {
    let job = ending_job()?;
    job.assign_current_process().map_err(io::Error::other)?;
    // Never closed by this process, so the system closes it when this process ends.
    std::mem::forget(job);
    Ok(())
}

fn ending_job() -> io::Result<Job> {
    let mut limits = ExtendedLimitInfo::new();
    limits.limit_kill_on_job_close();
    Job::create_with_limit_info(&limits).map_err(io::Error::other)
}

/// Reports the plugin's end.
pub(crate) fn wait_for(plugin: &mut Child, events: &Events) {
    let code = plugin.wait().ok().and_then(|status| status.code());
    events.send(Event::PluginEnded(PluginEnd { code, signal: None }));
}

impl Tree {
    pub(crate) fn new(plugin: &Child) -> io::Result<Self> {
        let job = ending_job()?;
        job.assign_process(plugin.as_raw_handle() as isize).map_err(io::Error::other)?;
        Ok(Self { job: Mutex::new(Some(job)) })
    }

    /// Whether the job is closed, and with it everything in it ended.
    pub(crate) fn has_ended(&self) -> bool {
        self.job.lock().is_ok_and(|job| job.is_none())
    }

    /// What is left cannot be asked to end.
    pub(crate) fn plugin_ended(&mut self) {
        self.end(Force::Kill);
    }

    /// A process without a window or console of its own cannot be asked, so it ends when its time is over.
    pub(crate) fn end(&self, force: Force) {
        if force == Force::Kill
            && let Ok(mut job) = self.job.lock()
        {
            *job = None;
        }
    }
}
