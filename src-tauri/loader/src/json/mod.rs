//! JSON read in place: nothing is built from a text that only has to be passed on.

mod cursor;
mod text;

#[cfg(test)]
mod tests;

pub use cursor::{Cursor, Member, Syntax, Token};
pub use text::{is_exact, number_parts, unescape, without_non_finite, write_string};
