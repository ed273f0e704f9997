//! The one way a secret comes in from outside.

use serde::{Deserialize, Deserializer, de::Error as _};
use std::fmt;
use zeroize::Zeroizing;

/// A secret value on its way in. It cannot be serialised or printed, and its memory is overwritten when it is dropped.
///
/// Text is taken as it is; a JSON object, array or number (a service account key, say) is kept as its JSON text.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretInput(Zeroizing<String>);

impl SecretInput {
    /// Wraps a value that came from somewhere else than JSON.
    #[must_use]
    pub fn new(value: String) -> Self {
        Self(Zeroizing::new(value))
    }

    /// The value itself. Call it only where it is written to the keychain or given to a plugin.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretInput(hidden)")
    }
}

impl<'de> Deserialize<'de> for SecretInput {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::String(text) => Ok(Self::new(text)),
            // The message must not repeat the value.
            serde_json::Value::Null => Err(D::Error::custom("a secret cannot be null here")),
            other => Ok(Self::new(other.to_string())),
        }
    }
}
