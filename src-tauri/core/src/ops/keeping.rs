//! Saving a row together with its secrets.

use crate::{
    Core, Error,
    connectors::settings::SettingError,
    secrets::{SecretError, Secrets, VaultOwner},
    store::StoreError,
};
use rusqlite::Connection;
use std::collections::BTreeMap;
use tributary_contract::SecretInput;
use tributary_plugin_host::protocol::SecretText;

/// Why nothing was saved.
pub enum KeepError {
    /// The keychain refused; the row was not tried.
    Secret(SecretError),
    /// The row was refused; the secrets are as they were.
    Row(StoreError),
}

/// Saves secrets first (where there are new ones), the row second; when the row fails the secrets are put back as they
/// were. A crash in between leaves secrets nobody names, never a row without its secrets.
pub async fn keep(
    core: &Core,
    owner: VaultOwner,
    secrets: Option<Secrets>,
    row: impl FnOnce(&Connection) -> Result<(), StoreError> + Send + 'static,
) -> Result<(), KeepError> {
    let before = match secrets {
        Some(secrets) => {
            let before = core.vault().load(owner).await.map_err(KeepError::Secret)?;
            core.vault().save(owner, secrets).await.map_err(KeepError::Secret)?;
            Some(before)
        }
        None => None,
    };
    let Err(error) = core.database().transact(row).await else { return Ok(()) };
    let put_back = match before {
        Some(before) if before.is_empty() => core.vault().remove(owner).await,
        Some(before) => core.vault().save(owner, before).await,
        None => Ok(()),
    };
    put_back.map_err(KeepError::Secret)?;
    Err(KeepError::Row(error))
}

/// Secrets as they came in, in the form in which they are kept. One that is empty counts as not given.
pub fn to_secrets(input: impl IntoIterator<Item = (String, SecretInput)>) -> Secrets {
    let given = input.into_iter().filter(|(_, value)| !value.expose().trim().is_empty());
    given.map(|(name, value)| (name, SecretText::new(value.expose().to_owned()))).collect()
}

/// Refuses a change that would replace a secret by nothing: `null` removes one.
fn refuse_empty(changes: &BTreeMap<String, Option<SecretInput>>) -> Result<(), SettingError> {
    let empty = changes.iter().find(|(_, value)| value.as_ref().is_some_and(|v| v.expose().trim().is_empty()));
    match empty {
        Some((name, _)) => Err(SettingError::Wrong { name: name.clone(), expected: "not empty".to_owned() }),
        None => Ok(()),
    }
}

/// Replaced, removed and kept secrets of an owner; `None` when nothing changes.
pub async fn merge_secrets(
    core: &Core,
    owner: VaultOwner,
    changes: Option<BTreeMap<String, Option<SecretInput>>>,
) -> Result<Option<Secrets>, Error> {
    let Some(changes) = changes else { return Ok(None) };
    refuse_empty(&changes)?;
    let mut secrets = core.vault().load(owner).await?;
    for (name, value) in changes {
        match value {
            Some(value) => secrets.insert(name, SecretText::new(value.expose().to_owned())),
            None => secrets.remove(&name),
        };
    }
    Ok(Some(secrets))
}
