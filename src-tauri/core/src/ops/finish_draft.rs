//! Finishing a draft: it becomes what it was made for, by the same code that saves everything else.

use super::{
    destinations, drafts, integrations,
    setup::{edited_owner, find_draft},
};
use crate::{
    Core, Error,
    secrets::{Secrets, VaultOwner},
    store::{self, StoreError, drafts::DraftRow},
};
use rusqlite::Connection;
use std::collections::BTreeMap;
use tributary_contract::{
    Config, ConnectorKind, DestinationPatch, Draft, DraftId, FinishedDraft, IntegrationId, IntegrationPatch,
    NewDestination, NewIntegration, SecretInput,
};

/// What is saved in the same transaction, when a draft becomes an integration or destination.
#[derive(Debug, Clone, Default)]
pub struct Finishing {
    /// The draft that ends with it.
    pub draft: Option<DraftId>,
    /// Whether its connection was tested and passed.
    pub tested: bool,
}

impl Finishing {
    /// Hands over what was found for the draft, and removes it.
    pub fn conclude(&self, connection: &Connection, integration: IntegrationId) -> Result<(), StoreError> {
        if let Some(draft) = self.draft {
            store::catalogs::hand_over(connection, draft, integration)?;
            // A chosen selection is an answer to everything that had changed.
            store::catalogs::set_changes(connection, integration, None)?;
        }
        if self.tested {
            store::integrations::set_instance_checked(connection, integration)?;
        }
        self.end_draft(connection)
    }

    /// Removes the draft. One that is gone was finished by somebody else.
    pub fn end_draft(&self, connection: &Connection) -> Result<(), StoreError> {
        match self.draft {
            Some(draft) if !store::drafts::delete(connection, draft)? => Err(StoreError::Changed),
            _ => Ok(()),
        }
    }
}

/// Saves a draft as what it was made for, and removes it. Nothing is saved when anything is wrong with it.
pub async fn finish_draft(core: &Core, id: DraftId) -> Result<FinishedDraft, Error> {
    let _one_at_a_time = core.memory().drafts.lock().await;
    let row = find_draft(core, id).await?;
    let secrets = drafts::secrets(core, &row.draft).await?;
    let kind = row.draft.kind;
    let finishing = Finishing { draft: Some(id), tested: row.draft.tested };
    let saved = match (kind, row.draft.editing.clone()) {
        (ConnectorKind::Extractor, None) => {
            let input = new_integration(&row.draft, secrets);
            integrations::create(core, input, row.sample, finishing).await.map(|saved| saved.id.to_string())
        }
        (ConnectorKind::Extractor, Some(editing)) => {
            let before = super::get_integration(core, &editing).await?;
            let patch = integration_patch(core, row, &before.config, &before.secrets, secrets).await?;
            integrations::update(core, &editing, patch, finishing).await.map(|saved| saved.id.to_string())
        }
        (ConnectorKind::Loader, None) => {
            let draft = row.draft;
            let secrets = inputs(secrets);
            let input = NewDestination { connector: draft.connector, name: draft.name, config: draft.config, secrets };
            destinations::create(core, input, finishing).await.map(|saved| saved.id.to_string())
        }
        (ConnectorKind::Loader, Some(editing)) => {
            let before = super::get_destination(core, &editing).await?;
            let secrets = secret_changes(core, &row.draft, &before.secrets, secrets).await?;
            let patch = DestinationPatch {
                connector: None,
                name: Some(row.draft.name),
                config: Some(whole(row.draft.config, &before.config)),
                secrets,
                unchanged_since: row.editing_since,
            };
            destinations::update(core, &editing, patch, finishing).await.map(|saved| saved.id.to_string())
        }
    };
    let saved = saved?;
    // It is saved: what is left of the draft must not turn that into a failure.
    if let Err(error) = drafts::ended(core, id).await {
        tracing::warn!(%error, "the secrets of a finished draft could not be removed");
    }
    Ok(FinishedDraft { kind, id: saved })
}

fn new_integration(draft: &Draft, secrets: Secrets) -> NewIntegration {
    NewIntegration {
        connector: draft.connector.clone(),
        name: draft.name.clone(),
        config: draft.config.clone(),
        secrets: inputs(secrets),
        destination: draft.destination.clone(),
        streams: draft.streams.clone(),
        schedule: draft.schedule.clone(),
        new_data: draft.new_data,
    }
}

async fn integration_patch(
    core: &Core,
    row: DraftRow,
    config: &Config,
    secret_names: &[String],
    secrets: Secrets,
) -> Result<IntegrationPatch, Error> {
    let secrets = secret_changes(core, &row.draft, secret_names, secrets).await?;
    let draft = row.draft;
    Ok(IntegrationPatch {
        connector: None,
        name: Some(draft.name),
        config: Some(whole(draft.config, config)),
        secrets,
        destination: draft.destination,
        streams: draft.streams,
        schedule: Some(draft.schedule.unwrap_or_else(|| "off".to_owned())),
        new_data: Some(draft.new_data),
        unchanged_since: row.editing_since,
    })
}

/// A patch that leaves exactly these settings.
fn whole(mut config: Config, before: &Config) -> Config {
    for name in before.keys() {
        if !config.contains_key(name) {
            config.insert(name.clone(), serde_json::Value::Null);
        }
    }
    config
}

/// Secrets that were replaced or removed in a draft; `None` when there are none.
async fn secret_changes(
    core: &Core,
    draft: &Draft,
    before: &[String],
    secrets: Secrets,
) -> Result<Option<BTreeMap<String, Option<SecretInput>>>, Error> {
    debug_assert!(edited_owner(draft).is_some(), "only an edit has changes");
    let own = core.vault().load(VaultOwner::Draft(draft.id)).await?;
    let mut changes: BTreeMap<String, Option<SecretInput>> = BTreeMap::new();
    for (name, value) in inputs(secrets) {
        if own.contains_key(&name) {
            changes.insert(name, Some(value));
        }
    }
    for name in before.iter().filter(|name| !draft.secrets.contains(name)) {
        changes.insert(name.clone(), None);
    }
    Ok(Some(changes).filter(|changes| !changes.is_empty()))
}

fn inputs(secrets: Secrets) -> BTreeMap<String, SecretInput> {
    secrets.into_iter().map(|(name, value)| (name, SecretInput::new(value.expose().to_owned()))).collect()
}
