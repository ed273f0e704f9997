//! Stands between Meltano and every Singer plugin. The library half holds what the app shares with it: the protocol
//! of the private socket and the redactor.
//!
//! Invariants:
//! - Meltano's configuration holds placeholders; real values exist in this process, in the plugin's private config
//!   file and in the plugin, nowhere else.
//! - Memory does not grow with the length of a line or the number of records.
//! - When the app, Meltano or the plugin ends, the whole tree below ends.

pub mod protocol;
pub mod redact;
