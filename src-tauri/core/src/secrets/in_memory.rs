//! A store for fast tests.

use super::{SecretError, SecretStore};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// Keeps secrets in memory.
#[derive(Default)]
pub struct InMemory(Mutex<HashMap<String, Vec<u8>>>);

impl InMemory {
    /// Names of the accounts that hold something.
    pub fn accounts(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect()
    }
}

impl SecretStore for InMemory {
    fn read(&self, account: &str) -> Result<Option<Vec<u8>>, SecretError> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).get(account).cloned())
    }

    fn write(&self, account: &str, secret: &[u8]) -> Result<(), SecretError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(account.to_owned(), secret.to_vec());
        Ok(())
    }

    fn remove(&self, account: &str) -> Result<(), SecretError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(account);
        Ok(())
    }
}
