//! A simulated Salesforce org on the loopback interface.
//!
//! It serves what the Salesforce connector and a browser sign-in use: the OAuth endpoints, REST version 61.0 (`limits`,
//! `sobjects`, `describe`, `query`, `queryAll`) and queries of the Bulk API 1.0. The port is two things at once: a plain
//! HTTP server, and a proxy that ends TLS itself for `*.salesforce.com`, so that an unmodified client is brought here by
//! `HTTPS_PROXY` and a certificate bundle.
//!
//! It is used in three ways: started by tests and benchmarks, by the app as its "Sample Salesforce org", and by hand
//! (`salesforce-sim`).
//!
//! Invariants:
//! - It listens on 127.0.0.1 only and never opens a connection itself.
//! - Base records are generated when they are asked for; memory grows with edits, not with rows.
//! - The same configuration serves the same data.
//! - It knows nothing of the rest of the product: no contract types, no core.
#![cfg_attr(not(test), warn(clippy::expect_used))]

mod api;
mod clock;
mod config;
mod data;
mod error;
mod mode;
mod oauth;
mod org;
mod server;
mod shared;
mod simulator;
mod stats;

pub use config::SimulatorConfig;
pub use error::SimulatorError;
pub use mode::{Mode, SignInError};
pub use oauth::grants::Person;
pub use simulator::Simulator;
pub use stats::Stats;
