//! The plugin's own arguments, of which only `--config` is ours to change.

use crate::error::StartError;
use std::{ffi::OsString, path::PathBuf};

/// Where the configuration's path stands among the arguments.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ConfigArgument {
    pub(crate) path: PathBuf,
    place: Place,
}

#[derive(Debug, PartialEq, Eq)]
enum Place {
    /// An argument of its own.
    At(usize),
    /// Behind `--config=` in this argument.
    Joined(usize),
}

/// Finds `--config PATH`, `--config=PATH` or `-c PATH`.
pub(crate) fn find_config(arguments: &[OsString]) -> Result<Option<ConfigArgument>, StartError> {
    let mut found = None;
    let mut at = 0;
    while let Some(argument) = arguments.get(at) {
        let config = if argument == "--config" || argument == "-c" {
            at += 1;
            let path = arguments.get(at).filter(|path| !path.is_empty()).ok_or(StartError::NoConfigPath)?;
            Some(ConfigArgument { path: path.into(), place: Place::At(at) })
        } else {
            let joined = argument.to_str().and_then(|text| text.strip_prefix("--config="));
            joined.map(|path| ConfigArgument { path: path.into(), place: Place::Joined(at) })
        };
        if config.is_some() && found.is_some() {
            return Err(StartError::SeveralConfigs);
        }
        found = found.or(config);
        at += 1;
    }
    Ok(found)
}

impl ConfigArgument {
    /// Puts another path in the place of the found one.
    pub(crate) fn replace(&self, arguments: &mut [OsString], path: OsString) {
        match self.place {
            Place::At(at) => arguments[at] = path,
            Place::Joined(at) => {
                let mut joined = OsString::from("--config=");
                joined.push(path);
                arguments[at] = joined;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(text: &str) -> Vec<OsString> {
        text.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn the_path_is_found_and_replaced_however_it_is_given() {
        for (before, after) in [
            ("--config a.json --discover", "--config b.json --discover"),
            ("--catalog c --config=a.json", "--catalog c --config=b.json"),
            ("-c a.json --state s", "-c b.json --state s"),
        ] {
            let mut arguments = arguments(before);
            let found = find_config(&arguments).unwrap().unwrap();
            assert_eq!(found.path, PathBuf::from("a.json"));
            found.replace(&mut arguments, "b.json".into());
            assert_eq!(arguments, self::arguments(after));
        }
    }

    #[test]
    fn without_config_nothing_is_found() {
        assert_eq!(find_config(&arguments("--about --format=json")).unwrap(), None);
    }

    #[test]
    fn unclear_arguments_are_refused() {
        assert!(matches!(find_config(&arguments("--config")), Err(StartError::NoConfigPath)));
        assert!(matches!(find_config(&arguments("--config a -c b")), Err(StartError::SeveralConfigs)));
    }
}
