//! Names that every file system and SQLite take.

use siphasher::sip::SipHasher13;
use std::hash::Hasher;

/// Bytes of a file's name at most, without its ending and what is added to it.
const LONGEST: usize = 150;
/// Names that Windows keeps for devices.
const DEVICES: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2",
    "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// A few digits that tell names apart, always the same for a name.
#[must_use]
pub fn digits(name: &str) -> String {
    let mut hasher = SipHasher13::new();
    hasher.write(name.as_bytes());
    format!("{:08x}", hasher.finish() >> 32)
}

/// The name of a stream's file, without its ending. A name that some system would not take, that leads elsewhere, or that
/// is one of our own, is changed, and has digits of its own at the end, so that two streams never share one.
#[must_use]
pub fn file_name(stream: &str) -> String {
    let allowed = |letter: char| !letter.is_control() && !"<>:\"/\\|?*".contains(letter);
    let mut name: String = stream.chars().map(|letter| if allowed(letter) { letter } else { '_' }).collect();
    while name.len() > LONGEST {
        name.pop();
    }
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    let hidden = name.starts_with(['.', '_', ' ']);
    let ends_badly = name.ends_with(['.', ' ']);
    let changed = name != stream || name.is_empty() || hidden || ends_badly || DEVICES.contains(&stem.as_str());
    if !changed {
        return name;
    }
    // A name that begins with an underscore might be one of our own folders, and a device's name stays one with an ending.
    let kept = name.trim_start_matches(['.', ' ', '_']).trim_end_matches(['.', ' ']);
    let stem =
        if DEVICES.contains(&stem.as_str()) { format!("stream-{}", kept.replace('.', "_")) } else { kept.to_owned() };
    let stem = if stem.is_empty() { "stream" } else { &stem };
    format!("{stem}-{}", digits(stream))
}

/// The first of `wanted`, `wanted_2`, `wanted_3`... that is not taken. Case does not tell names apart.
#[must_use]
pub fn free(wanted: &str, separator: &str, taken: impl Fn(&str) -> bool) -> String {
    if !taken(wanted) {
        return wanted.to_owned();
    }
    let mut number = 2_u64;
    loop {
        let name = format!("{wanted}{separator}{number}");
        if !taken(&name) {
            return name;
        }
        number += 1;
    }
}

/// A name in SQL, whatever it is.
#[must_use]
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ordinary_names_stay() {
        for name in ["orders", "public-orders", "Ünïcode 表", "a.b"] {
            assert_eq!(file_name(name), name);
        }
    }

    #[test]
    fn others_are_changed_and_stay_apart() {
        let names =
            ["../etc/passwd", "..", "a/b", "a\\b", "a:b", "CON", "con.txt", "_set_aside", ".hidden", "x.", "", "a\0b"];
        let changed: Vec<String> = names.iter().map(|name| file_name(name)).collect();
        for (name, changed) in names.iter().zip(&changed) {
            assert_ne!(name, changed);
        }
        let mut apart = changed.clone();
        apart.sort();
        apart.dedup();
        assert_eq!(apart.len(), names.len(), "{changed:?}");
    }

    proptest! {
        #[test]
        fn no_name_leads_elsewhere(stream in "(?s).{0,300}") {
            let name = file_name(&stream);
            prop_assert!(!name.is_empty() && name.len() <= 200);
            prop_assert!(!name.contains(['/', '\\', '\0', ':']));
            prop_assert!(!name.starts_with(['.', '_']) && !name.ends_with(['.', ' ']));
        }
    }
}
