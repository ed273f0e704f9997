//! JSON that people and programs send.

use crate::Error;
use serde::de::DeserializeOwned;

/// Reads JSON. The error says what is wrong and where, and never repeats a value: it might be a secret.
pub fn parse_input<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    let value: serde_json::Value = serde_json::from_str(text).map_err(|error| Error::Input {
        // Errors of syntax name what was expected and the place, no values.
        detail: format!("it is not JSON ({error})"),
    })?;
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        let text = error.inner().to_string();
        // These two name fields only; every other message of the library may quote the value.
        let detail = if text.starts_with("missing field") || text.starts_with("unknown field") {
            text
        } else {
            format!("“{path}” is not of the form expected")
        };
        Error::Input { detail }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tributary_contract::NewIntegration;

    fn refused(text: &str) -> String {
        parse_input::<NewIntegration>(text).unwrap_err().to_string()
    }

    #[test]
    fn errors_name_the_place_and_never_the_value() {
        assert!(refused("{").contains("line 1"));
        assert!(refused(r#"{"type": "salesforce"}"#).contains("`name`"));
        assert!(refused(r#"{"type": "salesforce", "name": "a", "secretz": {}}"#).contains("`secretz`"));
        for text in [
            r#"{"type": "x", "name": "a", "secrets": "hunter2"}"#,
            r#"{"type": "x", "name": "a", "secrets": ["hunter2"]}"#,
            r#"{"type": "x", "name": "a", "config": "hunter2"}"#,
            r#"["hunter2"]"#,
            r#""hunter2""#,
        ] {
            assert!(!refused(text).contains("hunter2"), "{text}");
        }
        assert!(refused(r#"{"type": "x", "name": "a", "secrets": "hunter2"}"#).contains("secrets"));
    }
}
