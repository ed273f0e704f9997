//! Secrets: in the operating system's keychain and, for moments, in memory. Never in a file, log or event.

mod holder;
mod in_memory;
mod keychain;
mod vault;

pub use holder::Holder;
pub use in_memory::InMemory;
pub use keychain::Keychain;
pub use vault::{Secrets, Vault, VaultOwner};

/// Why the keychain did not do what was asked. Never repeats a secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// No keychain service answers.
    #[error("there is no keychain on this computer, or it does not answer ({detail})")]
    Missing {
        /// The service's own words.
        detail: String,
    },
    /// It is locked, and was not unlocked in time.
    #[error("the keychain is locked")]
    Locked,
    /// An entry is there, but is not what this app wrote.
    #[error("the keychain entry {account} is damaged")]
    Damaged {
        /// The entry's account name.
        account: String,
    },
    /// Any other refusal.
    #[error("the keychain refused ({detail})")]
    Refused {
        /// The service's own words.
        detail: String,
    },
}

/// A place for secrets: the keychain, or memory in tests. Calls may block, so they are made from [`Vault`]'s own thread.
pub trait SecretStore: Send + Sync + 'static {
    /// The secret of this account.
    fn read(&self, account: &str) -> Result<Option<Vec<u8>>, SecretError>;
    /// Replaces it.
    fn write(&self, account: &str, secret: &[u8]) -> Result<(), SecretError>;
    /// Removes it; it is fine when there is none.
    fn remove(&self, account: &str) -> Result<(), SecretError>;
}
