//! The listener: one port that is a plain HTTP server and a proxy for HTTPS to Salesforce hosts.

pub mod certificates;
pub mod connection;
