//! Signing in at Salesforce, and what the app itself asks there.
//!
//! Invariants:
//! - One owner per credential: nothing but [`broker`] ever sends a refresh token to Salesforce. Connectors get a ticket in its
//!   place and ask this process ([`lender`]), which answers with an access token.
//! - A token that was replaced is in the keychain (or, while that is locked, held in memory) before anybody gets what came
//!   with it, and is never sent again.
//! - Nothing listens beyond loopback.

pub mod api;
pub mod attempts;
pub mod broker;
mod browser;
mod certificate;
pub mod credential;
mod error;
mod http;
pub mod keep_alive;
mod lender;
pub mod listing;
mod oauth;
mod person;
mod ports;
mod refusals;
mod relay;
pub mod sign_in;
pub mod sign_out;

pub use browser::{CALLBACK_PATH, PORTS, callbacks};
pub use credential::{Credential, same_instance};
pub use error::SignInError;
pub use lender::{Loan, lend};

/// The short id of the connector all this is for.
pub const CONNECTOR: &str = "salesforce";
