//! Integrations: create, list, get, update, delete.

use super::{
    connectors, destinations, discovery,
    finish_draft::Finishing,
    keeping::{KeepError, keep, merge_secrets, to_secrets},
    names, schedules,
    setup::Setup,
};
use crate::{
    Core, Error,
    connectors::settings,
    secrets::VaultOwner,
    store::{self, CatalogOwner, StoreError},
};
use std::collections::BTreeSet;
use tributary_contract::{
    AppEvent, Config, ConnectorKind, Integration, IntegrationId, IntegrationPatch, IntegrationStatus, NewIntegration,
    Tag,
};

/// All integrations, by name.
pub async fn list_integrations(core: &Core) -> Result<Vec<Integration>, Error> {
    let (now, zone) = (core.now(), core.clock().zone());
    let read = core.database().read(move |connection| {
        let mut all = store::integrations::list(connection)?;
        schedules::describe(connection, &mut all, now, zone)?;
        Ok(all)
    });
    Ok(read.await?)
}

/// The integration with this id or name.
pub async fn get_integration(core: &Core, id_or_name: &str) -> Result<Integration, Error> {
    let (key, now, zone) = (id_or_name.to_owned(), core.now(), core.clock().zone());
    let read = core.database().read(move |connection| {
        let mut found = store::integrations::find(connection, &key)?;
        schedules::describe(connection, found.as_mut_slice(), now, zone)?;
        Ok(found)
    });
    read.await?.ok_or_else(|| Error::NotFound { kind: "integration", name: id_or_name.chars().take(100).collect() })
}

/// Creates an integration: secrets into the keychain first, the row second; if the row fails the secrets are removed.
pub async fn create_integration(core: &Core, input: NewIntegration) -> Result<Integration, Error> {
    create(core, input, false, Finishing::default()).await
}

/// The same, also for the sample org and for a draft that becomes an integration.
pub(super) async fn create(
    core: &Core,
    input: NewIntegration,
    sample: bool,
    finishing: Finishing,
) -> Result<Integration, Error> {
    let definition = connectors::find(core, ConnectorKind::Extractor, &input.connector)?;
    let name = names::check(&input.name)?;
    let secrets = to_secrets(input.secrets);
    let secret_names: BTreeSet<&str> = secrets.keys().map(String::as_str).collect();
    let config = settings::normalise(&definition, &input.config);
    settings::check(&definition, &config, &secret_names)?;
    let schedule = input.schedule.as_deref().map_or(Ok(None), schedules::canonical_schedule)?;
    let destination = destinations::resolve(core, input.destination.as_deref()).await?;
    let now = core.now();
    let integration = Integration {
        id: IntegrationId::new(),
        connector: definition.id,
        name,
        config,
        secrets: secrets.keys().cloned().collect(),
        status: if finishing.tested { IntegrationStatus::Ready } else { IntegrationStatus::Untested },
        destination: destination.id,
        streams: input.streams,
        schedule,
        new_data: input.new_data,
        sample,
        created_at: now,
        updated_at: now,
        last_run: None,
        last_synced_at: None,
        schedule_state: None,
    };
    let row = integration.clone();
    let secrets = (!secrets.is_empty()).then_some(secrets);
    keep(core, owner(&integration), secrets, move |connection| {
        store::integrations::insert(connection, &row)?;
        finishing.conclude(connection, row.id)
    })
    .await
    .map_err(|error| refusal(error, &integration.name))?;
    changed(core, integration.id);
    Ok(integration)
}

/// Changes an integration. What the patch does not name stays.
pub async fn update_integration(core: &Core, id_or_name: &str, patch: IntegrationPatch) -> Result<Integration, Error> {
    update(core, id_or_name, patch, Finishing::default()).await
}

/// The same, also for a draft that becomes the change.
pub(super) async fn update(
    core: &Core,
    id_or_name: &str,
    patch: IntegrationPatch,
    finishing: Finishing,
) -> Result<Integration, Error> {
    let mut integration = get_integration(core, id_or_name).await?;
    let before = integration.clone();
    let definition = connectors::find(core, ConnectorKind::Extractor, &integration.connector)?;
    if let Some(wanted) = patch.connector.filter(|wanted| *wanted != definition.id && *wanted != definition.plugin) {
        return Err(Error::TypeChange { name: integration.name, is: definition.id, wanted });
    }
    if patch.unchanged_since.is_some_and(|since| integration.updated_at > since) {
        return Err(Error::Conflict { name: integration.name });
    }
    if let Some(name) = patch.name {
        integration.name = names::check(&name)?;
    }
    merge_config(&mut integration.config, patch.config.map(|config| settings::normalise(&definition, &config)));
    let secrets = merge_secrets(core, owner(&integration), patch.secrets).await?;
    if let Some(secrets) = &secrets {
        integration.secrets = secrets.keys().cloned().collect();
    }
    settings::check(&definition, &integration.config, &integration.secrets.iter().map(String::as_str).collect())?;
    if let Some(text) = patch.destination {
        integration.destination = destinations::resolve(core, Some(&text)).await?.id;
    }
    // Other settings may lead to another source: what was found out about it before no longer counts.
    let settings_change = integration.config != before.config || secrets.is_some();
    if let Some(streams) = patch.streams {
        let known = if settings_change { None } else { discovery::known(core, &Setup::from(&before)).await? };
        if let Some(offer) = known {
            let chosen = offer.chosen(before.streams.as_deref(), &definition.recommended_streams);
            offer.check(&streams, Some(&chosen))?;
        }
        integration.streams = Some(streams);
    }
    if let Some(schedule) = patch.schedule {
        integration.schedule = schedules::canonical_schedule(&schedule)?;
    }
    if let Some(new_data) = patch.new_data {
        integration.new_data = new_data;
    }
    integration.updated_at = core.now();
    let row = integration.clone();
    keep(core, owner(&integration), secrets, move |connection| {
        // Asked again inside the transaction: another process may have been quicker.
        let now = store::integrations::find(connection, &row.id.to_string())?.ok_or(StoreError::Changed)?;
        if patch.unchanged_since.is_some_and(|since| now.updated_at > since) {
            return Err(StoreError::Changed);
        }
        let status = if finishing.tested {
            Some(IntegrationStatus::Ready)
        } else {
            settings_change.then_some(IntegrationStatus::Untested)
        };
        store::integrations::update(connection, &row, status)?;
        if settings_change {
            store::catalogs::delete(connection, CatalogOwner::Integration(row.id))?;
        }
        finishing.conclude(connection, row.id)
    })
    .await
    .map_err(|error| refusal(error, &integration.name))?;
    if settings_change {
        core.memory().forget(integration.id.into());
    }
    changed(core, integration.id);
    get_integration(core, &integration.id.to_string()).await
}

fn changed(core: &Core, id: IntegrationId) {
    core.events().send(AppEvent::Invalidate(vec![Tag::Integrations, Tag::Integration(id)]));
}

fn owner(integration: &Integration) -> VaultOwner {
    VaultOwner::Integration(integration.id)
}

fn refusal(error: KeepError, name: &str) -> Error {
    match error {
        KeepError::Row(StoreError::DuplicateName) => {
            Error::DuplicateName { kind: "an integration", name: name.to_owned() }
        }
        KeepError::Row(StoreError::Changed) => Error::Conflict { name: name.to_owned() },
        KeepError::Row(error) => error.into(),
        KeepError::Secret(error) => error.into(),
    }
}

/// Settings set, and with `null` removed.
pub(super) fn merge_config(config: &mut Config, patch: Option<Config>) {
    for (name, value) in patch.unwrap_or_default() {
        if value.is_null() {
            config.shift_remove(&name);
        } else {
            config.insert(name, value);
        }
    }
}
