//! Runs: the queue, the supervisor of one run, its log, what a failure means, and picking up after a crash.

pub mod classify;
pub mod giving_up;
pub mod host_server;
pub mod log_file;
pub mod meltano_command;
pub mod meltano_log;
pub mod plugin_call;
pub mod queue;
pub mod recovery;
pub mod supervisor;
pub mod survivors;
pub mod tail;
mod waiting;
pub mod watchdog;
