//! What the app itself asks Salesforce.

pub mod sign_in;
