//! What the tests of the public catalogue share.

pub mod core;
mod server;

#[allow(unused_imports, reason = "each test program uses a part of it")]
pub use server::*;
