//! Types that cross a boundary: between the core and the window, the core and the command line, and the command
//! line and its callers.
//!
//! Invariants:
//! - No type here that can be serialised holds a secret. [`SecretInput`] only deserialises and hides in `Debug`.
//! - Names on the wire are `snake_case`; times are UTC, RFC 3339; sizes are bytes; durations are milliseconds.
//! - No behaviour beyond small, pure questions about a value (`is_terminal`).
//!
//! The TypeScript side is generated from these types (`cargo test -p tributary-contract`) into
//! `ui/src/ipc/generated/`; a test fails when the generated files differ from the types.

mod app;
mod connector;
mod data;
mod destination;
mod draft;
mod engine;
mod error;
mod event;
mod form;
mod history;
mod id;
mod integration;
mod marketplace;
mod notice;
mod problem;
mod project;
mod run;
mod schedule;
mod secret;
mod settings;
mod sign_in;
mod stream;
mod subject;
mod test_report;

pub use app::*;
pub use connector::*;
pub use data::*;
pub use destination::*;
pub use draft::*;
pub use engine::*;
pub use error::*;
pub use event::*;
pub use form::*;
pub use history::*;
pub use id::*;
pub use integration::*;
pub use marketplace::*;
pub use notice::*;
pub use problem::*;
pub use project::*;
pub use run::*;
pub use schedule::*;
pub use secret::*;
pub use settings::*;
pub use sign_in::*;
pub use stream::*;
pub use subject::*;
pub use test_report::*;

/// Plain settings of an integration or destination: a JSON object, never holding a secret.
pub type Config = serde_json::Map<String, serde_json::Value>;
