//! Where records go: one way for each format.

pub mod files;
pub mod sqlite;

use crate::{
    changes::Changes,
    error::LoadError,
    stream::{Record, Stream},
};

/// A destination. Nothing of a flush can be seen, or outlives a crash, before [`Output::commit`] returns.
pub trait Output {
    /// Makes a table fit a stream that is new or changed.
    fn open(&mut self, stream: &Stream) -> Result<(), LoadError>;

    /// Adds a record, or puts it in the place of the row with its key.
    fn write(&mut self, stream: &Stream, record: &Record<'_>) -> Result<(), LoadError>;

    /// Removes the row with the record's key.
    fn delete(&mut self, stream: &Stream, record: &Record<'_>) -> Result<(), LoadError>;

    /// Removes the rows that do not belong to this version of the table, or marks them as deleted.
    fn activate_version(&mut self, stream: &Stream, version: i64) -> Result<(), LoadError>;

    /// Makes everything so far durable, in one step.
    fn commit(&mut self) -> Result<(), LoadError>;

    /// Makes everything that was committed visible. Called once, after the last commit.
    fn finish(&mut self) -> Result<(), LoadError>;

    /// What changed in this run, by the streams' indices.
    fn changes(&mut self) -> &mut Vec<Changes>;

    /// Whether a flush is better applied at once, because others wait while it lasts.
    fn at_once(&self) -> bool {
        false
    }
}
