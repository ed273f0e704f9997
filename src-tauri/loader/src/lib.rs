//! `target-tributary`: a Singer loader for tables on this computer.
//!
//! Invariants:
//! - A state is said only after everything before it is durable, and at most once per flush.
//! - A flush is seen as a whole or not at all, also after a crash.
//! - A record is passed on as text: nothing is built of it that only has to be passed on, and no digit is lost.
//! - Memory does not grow with the number of records.
//!
//! It depends on no other part of the app, and opens no network connection.

pub mod about;
pub mod batch;
pub mod changes;
pub mod clock;
pub mod error;
pub mod input;
pub mod json;
pub mod load;
pub mod message;
pub mod names;
pub mod output;
pub mod records;
pub mod schema;
pub mod set_aside;
pub mod settings;
pub mod stream;

use error::LoadError;
use settings::{Format, Settings};
use std::io::{Read, Write};

/// Loads all messages of `from`. States go to `states`, remarks and what changed to `log`. `run` names the run in what is
/// kept of its changes.
pub fn load(
    settings: &Settings,
    run: &str,
    from: impl Read + Send + 'static,
    states: &mut dyn Write,
    log: &mut dyn Write,
) -> Result<(), LoadError> {
    match settings.format {
        Format::Sqlite => {
            let (connection, path) = output::sqlite::open(&settings.path)?;
            let mut output = output::sqlite::Sqlite::new(&connection, path, run, settings)?;
            load::Load::new(settings, run, &mut output, states, log).run(from)
        }
        _ => {
            let mut output = output::files::Files::open(settings)?;
            load::Load::new(settings, run, &mut output, states, log).run(from)
        }
    }
}
