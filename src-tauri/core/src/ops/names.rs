//! Names that people give.

use crate::Error;
use std::collections::HashSet;

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

/// The name, or the first of "NAME 2", "NAME 3", ... that is not taken. Letters' case does not tell names apart.
pub fn free(name: &str, taken: &[String]) -> String {
    let taken: HashSet<String> = taken.iter().map(|name| name.to_lowercase()).collect();
    let numbered = (2..).map(|number| format!("{name} {number}"));
    let mut candidates = std::iter::once(name.to_owned()).chain(numbered);
    candidates.find(|candidate| !taken.contains(&candidate.to_lowercase())).unwrap_or_else(|| name.to_owned())
}

/// The name without a number at its end.
pub fn stem(name: &str) -> &str {
    match name.rsplit_once(' ') {
        Some((stem, number)) if !stem.trim().is_empty() && number.parse::<u32>().is_ok_and(|n| n > 1) => stem,
        _ => name,
    }
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

    #[test]
    fn proposed_names_are_free() {
        let taken = ["Salesforce".to_owned(), "SALESFORCE 2".to_owned()];
        assert_eq!(free("Salesforce", &taken), "Salesforce 3");
        assert_eq!(free("GitHub", &taken), "GitHub");
        assert_eq!(
            (stem("Salesforce 2"), stem("Salesforce"), stem("Area 51"), stem(" 2")),
            ("Salesforce", "Salesforce", "Area", " 2")
        );
    }
}
