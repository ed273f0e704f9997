//! The app's own log: what it did and what went wrong, for whoever is asked for help. Runs have logs of their own.
//!
//! Only this project's crates write more than warnings here, and none of them a secret or a record.

use crate::{Error, Home, engine::process::private_folder};
use std::{io, panic};
use tracing_appender::{
    non_blocking::WorkerGuard,
    rolling::{Builder, Rotation},
};
use tracing_subscriber::{
    Layer, filter::LevelFilter, filter::Targets, fmt, layer::SubscriberExt, util::SubscriberInitExt,
};

/// Days whose logs are kept.
const KEPT: usize = 7;

/// Keeps the log being written. What was said last is written when it is dropped.
#[derive(Debug)]
pub struct AppLog(#[expect(dead_code, reason = "it writes the rest when it is dropped")] WorkerGuard);

/// Begins the log in the data folder: one file a day. Faults of the program that end a thread are written to it as well.
/// Call it once in a process, before the core is opened.
///
/// # Errors
/// When the folder cannot be made or written.
pub fn start(home: &Home, program: &str) -> Result<AppLog, Error> {
    let folder = home.logs();
    let failed = |source| Error::File { path: folder.clone(), source };
    private_folder(home.root()).and_then(|()| private_folder(&folder)).map_err(failed)?;
    let file = Builder::new()
        .rotation(Rotation::DAILY)
        .filename_prefix(program)
        .filename_suffix("log")
        .max_log_files(KEPT)
        .build(&folder)
        .map_err(|error| failed(io::Error::other(error)))?;
    let (writer, guard) = tracing_appender::non_blocking(file);
    let ours = Targets::new()
        .with_default(LevelFilter::WARN)
        .with_targets(["tributary", "tributary_core", "tributary_shell", "trib"].map(|name| (name, LevelFilter::INFO)));
    let lines = fmt::layer().with_ansi(false).with_writer(writer).with_filter(ours);
    // A log that was begun already goes on; that is no reason to stop.
    let _ = tracing_subscriber::registry().with(lines).try_init();
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |fault| {
        // Where, not what: the text may hold a value.
        let place = fault.location().map(ToString::to_string);
        tracing::error!(place, "a fault of the program ended a thread");
        usual(fault);
    }));
    tracing::info!(version = env!("CARGO_PKG_VERSION"), system = std::env::consts::OS, "started");
    Ok(AppLog(guard))
}
