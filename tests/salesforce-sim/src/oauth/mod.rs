//! Signing in: the authorise page, tokens, and who signed in.

pub mod authorize;
pub mod grants;
pub mod token;
pub mod userinfo;
