//! Destinations: create, list, get, update, delete.

use super::{
    connectors, drafts,
    finish_draft::Finishing,
    integrations::merge_config,
    keeping::{KeepError, keep, merge_secrets, to_secrets},
    names,
};
use crate::{
    Core, Error, Home,
    connectors::settings,
    secrets::VaultOwner,
    store::{self, Database, StoreError},
};
use chrono::{DateTime, Utc};
use serde_json::json;
use std::collections::BTreeSet;
use tributary_contract::{
    AppEvent, Config, ConnectorKind, Destination, DestinationId, DestinationPatch, NewDestination, Tag,
};

/// The name of the destination that exists from the start.
const BUILT_IN_NAME: &str = "This computer";

/// Makes the destination that exists from the start: files in the data folder.
pub(crate) fn ensure_built_in(database: &Database, home: &Home, now: DateTime<Utc>) -> Result<(), Error> {
    let folder = home.data();
    database.transact_now(|connection| {
        if store::destinations::built_in(connection)?.is_some() {
            return Ok(());
        }
        let mut config = Config::new();
        config.insert("destination_path".to_owned(), json!(folder));
        store::destinations::insert(
            connection,
            &Destination {
                id: DestinationId::new(),
                connector: "jsonl".to_owned(),
                name: BUILT_IN_NAME.to_owned(),
                config,
                secrets: Vec::new(),
                built_in: true,
                created_at: now,
                updated_at: now,
            },
        )
    })?;
    Ok(())
}

/// All destinations, the built-in one first.
pub async fn list_destinations(core: &Core) -> Result<Vec<Destination>, Error> {
    Ok(core.database().read(store::destinations::list).await?)
}

/// The destination with this id or name.
pub async fn get_destination(core: &Core, id_or_name: &str) -> Result<Destination, Error> {
    let key = id_or_name.to_owned();
    let found = core.database().read(move |connection| store::destinations::find(connection, &key)).await?;
    found.ok_or_else(|| Error::NotFound { kind: "destination", name: id_or_name.to_owned() })
}

/// The destination with this id or name, or the built-in one.
pub(super) async fn resolve(core: &Core, id_or_name: Option<&str>) -> Result<Destination, Error> {
    match id_or_name {
        Some(text) => get_destination(core, text).await,
        None => {
            let found = core.database().read(store::destinations::built_in).await?;
            found.ok_or_else(|| Error::NotFound { kind: "destination", name: BUILT_IN_NAME.to_owned() })
        }
    }
}

/// Creates a destination: secrets into the keychain first, the row second; if the row fails the secrets are removed.
pub async fn create_destination(core: &Core, input: NewDestination) -> Result<Destination, Error> {
    create(core, input, Finishing::default()).await
}

/// The same, also for a draft that becomes a destination.
pub(super) async fn create(core: &Core, input: NewDestination, finishing: Finishing) -> Result<Destination, Error> {
    let definition = connectors::find(core, ConnectorKind::Loader, &input.connector)?;
    let name = names::check(&input.name)?;
    let secrets = to_secrets(input.secrets);
    let secret_names: BTreeSet<&str> = secrets.keys().map(String::as_str).collect();
    let config = settings::normalise(&definition, &input.config);
    settings::check(&definition, &config, &secret_names)?;
    let now = core.now();
    let destination = Destination {
        id: DestinationId::new(),
        connector: definition.id,
        name,
        config,
        secrets: secrets.keys().cloned().collect(),
        built_in: false,
        created_at: now,
        updated_at: now,
    };
    let row = destination.clone();
    let secrets = (!secrets.is_empty()).then_some(secrets);
    keep(core, owner(&destination), secrets, move |connection| {
        store::destinations::insert(connection, &row)?;
        finishing.end_draft(connection)
    })
    .await
    .map_err(|error| refusal(error, &destination.name))?;
    core.events().send(AppEvent::Invalidate(vec![Tag::Destinations]));
    Ok(destination)
}

/// Changes a destination. What the patch does not name stays.
pub async fn update_destination(core: &Core, id_or_name: &str, patch: DestinationPatch) -> Result<Destination, Error> {
    update(core, id_or_name, patch, Finishing::default()).await
}

/// The same, also for a draft that becomes the change.
pub(super) async fn update(
    core: &Core,
    id_or_name: &str,
    patch: DestinationPatch,
    finishing: Finishing,
) -> Result<Destination, Error> {
    let mut destination = get_destination(core, id_or_name).await?;
    let definition = connectors::find(core, ConnectorKind::Loader, &destination.connector)?;
    if let Some(wanted) = patch.connector.filter(|wanted| *wanted != definition.id && *wanted != definition.plugin) {
        return Err(Error::TypeChange { name: destination.name, is: definition.id, wanted });
    }
    if patch.unchanged_since.is_some_and(|since| destination.updated_at > since) {
        return Err(Error::Conflict { name: destination.name });
    }
    if let Some(name) = patch.name {
        destination.name = names::check(&name)?;
    }
    merge_config(&mut destination.config, patch.config.map(|config| settings::normalise(&definition, &config)));
    let secrets = merge_secrets(core, owner(&destination), patch.secrets).await?;
    if let Some(secrets) = &secrets {
        destination.secrets = secrets.keys().cloned().collect();
    }
    let names = destination.secrets.iter().map(String::as_str).collect();
    settings::check(&definition, &destination.config, &names)?;
    destination.updated_at = core.now();
    let row = destination.clone();
    keep(core, owner(&destination), secrets, move |connection| {
        // Asked again inside the transaction: another process may have been quicker.
        let now = store::destinations::find(connection, &row.id.to_string())?.ok_or(StoreError::Changed)?;
        if patch.unchanged_since.is_some_and(|since| now.updated_at > since) {
            return Err(StoreError::Changed);
        }
        store::destinations::update(connection, &row)?;
        finishing.end_draft(connection)
    })
    .await
    .map_err(|error| refusal(error, &destination.name))?;
    core.events().send(AppEvent::Invalidate(vec![Tag::Destinations]));
    Ok(destination)
}

/// Deletes a destination that nothing uses, with its secrets. What it wrote stays.
pub async fn delete_destination(core: &Core, id_or_name: &str) -> Result<(), Error> {
    let destination = get_destination(core, id_or_name).await?;
    if destination.built_in {
        let reason = "it is the one that is always there".to_owned();
        return Err(Error::CannotDelete { name: destination.name, reason });
    }
    let id = destination.id;
    core.database().transact(move |connection| store::destinations::delete(connection, id)).await.map_err(|error| {
        match error {
            StoreError::DestinationInUse => {
                Error::CannotDelete { name: destination.name, reason: "integrations use it".to_owned() }
            }
            other => other.into(),
        }
    })?;
    drafts::delete_edit(core, ConnectorKind::Loader, &id.to_string()).await?;
    core.vault().remove(VaultOwner::Destination(id)).await?;
    core.events().send(AppEvent::Invalidate(vec![Tag::Destinations]));
    Ok(())
}

fn owner(destination: &Destination) -> VaultOwner {
    VaultOwner::Destination(destination.id)
}

fn refusal(error: KeepError, name: &str) -> Error {
    match error {
        KeepError::Row(StoreError::DuplicateName) => {
            Error::DuplicateName { kind: "a destination", name: name.to_owned() }
        }
        KeepError::Row(StoreError::Changed) => Error::Conflict { name: name.to_owned() },
        KeepError::Row(error) => error.into(),
        KeepError::Secret(error) => error.into(),
    }
}
