//! The operating system's keychain: Secret Service on Linux, Keychain on macOS, Credential Manager on Windows.

use super::{SecretError, SecretStore};
use keyring_core::{Entry, Error};
use std::sync::{Mutex, PoisonError};

/// The service name of every entry.
const SERVICE: &str = "Tributary";

/// The operating system's keychain.
#[derive(Default)]
pub struct Keychain {
    /// `keyring` opens its store once and keeps a failure for ever, so a failed store is opened again here.
    reopened: Mutex<bool>,
}

impl Keychain {
    fn entry(&self, account: &str) -> Result<Entry, SecretError> {
        let mut reopened = self.reopened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = keyring::Entry::store_status()
            && !*reopened
        {
            reopen().map_err(|again| match again {
                Error::NotSupportedByStore(_) => translate(account, error),
                other => translate(account, &other),
            })?;
            *reopened = true;
        }
        #[expect(clippy::disallowed_methods, reason = "this is the one file that talks to the keychain")]
        Entry::new(SERVICE, account).map_err(|error| translate(account, &error))
    }

    /// Forgets the connection when the service went away, so that the next call makes a new one.
    fn checked<T>(&self, account: &str, result: Result<T, Error>) -> Result<T, SecretError> {
        result.map_err(|error| {
            if matches!(error, Error::PlatformFailure(_)) && reopen().is_ok() {
                *self.reopened.lock().unwrap_or_else(PoisonError::into_inner) = true;
            }
            translate(account, &error)
        })
    }
}

impl SecretStore for Keychain {
    fn read(&self, account: &str) -> Result<Option<Vec<u8>>, SecretError> {
        match self.entry(account)?.get_secret() {
            Err(Error::NoEntry) => Ok(None),
            other => self.checked(account, other).map(Some),
        }
    }

    fn write(&self, account: &str, secret: &[u8]) -> Result<(), SecretError> {
        let result = self.entry(account)?.set_secret(secret);
        self.checked(account, result)
    }

    fn remove(&self, account: &str) -> Result<(), SecretError> {
        match self.entry(account)?.delete_credential() {
            Err(Error::NoEntry) => Ok(()),
            other => self.checked(account, other),
        }
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
fn reopen() -> Result<(), Error> {
    keyring_core::set_default_store(zbus_secret_service_keyring_store::Store::new()?);
    Ok(())
}

/// The stores of macOS and Windows hold no connection that could break.
#[cfg(not(all(unix, not(target_os = "macos"))))]
fn reopen() -> Result<(), Error> {
    Err(Error::NotSupportedByStore("nothing to reopen".to_owned()))
}

/// The library's errors in ours. Their texts name services and paths, never a secret.
fn translate(account: &str, error: &Error) -> SecretError {
    match error {
        Error::NoStorageAccess(_) => SecretError::Locked,
        Error::PlatformFailure(source) => SecretError::Missing { detail: source.to_string() },
        Error::NoDefaultStore => SecretError::Missing { detail: "no keychain store".to_owned() },
        Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::BadStoreFormat(_) => {
            SecretError::Damaged { account: account.to_owned() }
        }
        other => SecretError::Refused { detail: other.to_string() },
    }
}
