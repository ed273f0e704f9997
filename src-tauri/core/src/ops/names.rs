//! Names that people give.

use crate::Error;

/// Characters a name may have.
const LONGEST: usize = 100;

/// The name without blanks around it. Quotes, slashes and every script are fine.
pub fn check(name: &str) -> Result<String, Error> {
    let name = name.trim();
    let reason = if name.is_empty() {
        "it is empty"
    } else if name.chars().count() > LONGEST {
        "it is longer than 100 characters"
    } else if name.chars().any(char::is_control) {
        "it has a line break or another control character in it"
    } else {
        return Ok(name.to_owned());
    };
    Err(Error::InvalidName { reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_names_are_taken_and_impossible_ones_refused() {
        assert_eq!(check("  Bob's \"CRM\" a/b\\c 🚀 ").unwrap(), "Bob's \"CRM\" a/b\\c 🚀");
        for bad in ["", "   ", "two\nlines", "nul\0", &"x".repeat(10_000)] {
            assert!(check(bad).is_err());
        }
    }
}
