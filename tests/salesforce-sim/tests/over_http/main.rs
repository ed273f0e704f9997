//! The simulator over HTTP, as clients see it.

mod binary;
mod bulk;
mod client;
mod control;
mod failures;
mod proxy;
mod query;
mod real_tap;
mod restart;
mod sign_in;
