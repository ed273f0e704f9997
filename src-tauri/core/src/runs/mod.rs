//! Runs: the queue, the supervisor of one run, its log, what a failure means, and picking up after a crash.

mod changes;
pub mod giving_up;
pub mod host_server;
pub mod leftovers;
mod live;
pub mod log;
pub mod meltano_command;
mod meltano_database;
pub mod meltano_log;
pub mod plugin_call;
pub mod problems;
pub mod progress;
pub mod queue;
pub mod recovery;
pub mod retention;
pub mod retry;
pub mod supervisor;
pub mod survivors;
pub mod tail;
pub mod turns;
pub mod verdict;
mod waiting;
pub mod watchdog;
