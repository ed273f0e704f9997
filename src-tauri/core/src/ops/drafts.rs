//! Drafts: a set-up that is not finished. Begin, look at, change, throw away.

use super::{
    connectors,
    keeping::{KeepError, keep, to_secrets},
    names,
    setup::{edited_owner, find_draft},
};
use crate::{
    Core, Error,
    connectors::{Definition, settings::SettingError},
    secrets::{Holder, Secrets, VaultOwner},
    store::{self, CatalogOwner, drafts::DraftRow},
};
use std::collections::BTreeMap;
use tributary_contract::{
    AppEvent, Config, ConnectorKind, Draft, DraftId, DraftPatch, NewDataPolicy, NewDraft, SecretInput, Subject, Tag,
};
use tributary_plugin_host::protocol::SecretText;

/// The step a draft begins at.
const FIRST_STEP: &str = "setup";

/// All drafts, the one that was changed last first.
pub async fn list_drafts(core: &Core) -> Result<Vec<Draft>, Error> {
    let rows = core.database().read(store::drafts::list).await?;
    Ok(rows.into_iter().map(|row| row.draft).collect())
}

/// The draft with this id.
pub async fn get_draft(core: &Core, id: DraftId) -> Result<Draft, Error> {
    Ok(find_draft(core, id).await?.draft)
}

/// Begins a draft, or gives the one that is there already for the same edit.
pub async fn create_draft(core: &Core, input: NewDraft) -> Result<Draft, Error> {
    let (row, secrets) = match input {
        NewDraft::Connector { kind, connector } => (new(core, kind, &connector).await?, None),
        NewDraft::Edit { kind, id } => {
            if let Some(draft) = begun(core, kind, &id).await? {
                return Ok(draft);
            }
            (copy_of(core, kind, &id, true).await?, None)
        }
        NewDraft::Duplicate { kind, id } => {
            let row = copy_of(core, kind, &id, false).await?;
            let secrets = core.vault().load(owner_of(kind, &id)?).await?;
            (row, Some(secrets))
        }
    };
    let (id, kept) = (row.draft.id, row.clone());
    let saved = keep(core, VaultOwner::Draft(id), secrets.filter(|secrets| !secrets.is_empty()), move |connection| {
        store::drafts::insert(connection, &kept)?;
        let edited = kept.draft.editing.as_deref().filter(|_| kept.draft.kind == ConnectorKind::Extractor);
        if let Some(integration) = edited.and_then(|id| id.parse().ok()) {
            store::catalogs::lend(connection, integration, id)?;
        }
        Ok(())
    });
    if let Err(error) = saved.await {
        // Another window may have begun the same edit at the same moment.
        if let Some(editing) = &row.draft.editing
            && let Some(draft) = begun(core, row.draft.kind, editing).await?
        {
            return Ok(draft);
        }
        return Err(refusal(error));
    }
    changed(core);
    Ok(row.draft)
}

/// Changes a draft. Nothing has to be valid yet; what the patch does not name stays.
pub async fn update_draft(core: &Core, id: DraftId, patch: DraftPatch) -> Result<Draft, Error> {
    let _one_at_a_time = core.memory().drafts.lock().await;
    let mut draft = find_draft(core, id).await?.draft;
    let definition = connectors::find(core, draft.kind, &draft.connector)?;
    let mut settings_change = false;
    if let Some(config) = patch.config.filter(|config| *config != draft.config) {
        refuse_secrets(&definition, &config)?;
        draft.config = config;
        settings_change = true;
    }
    let mut secrets = None;
    if let Some(changes) = patch.secrets.filter(|changes| !changes.is_empty()) {
        let mut own = core.vault().load(VaultOwner::Draft(id)).await?;
        settings_change |= merge(&mut draft, &mut own, changes);
        secrets = Some(own);
    }
    draft.name = patch.name.unwrap_or(draft.name);
    draft.destination = patch.destination.or(draft.destination);
    draft.streams = patch.streams.or(draft.streams);
    draft.schedule = match patch.schedule {
        Some(schedule) => Some(schedule).filter(|text| text != "off"),
        None => draft.schedule,
    };
    draft.new_data = patch.new_data.unwrap_or(draft.new_data);
    draft.step = patch.step.unwrap_or(draft.step);
    draft.tested &= !settings_change;
    draft.updated_at = core.now();
    let row = draft.clone();
    let there = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
    let found = std::sync::Arc::clone(&there);
    keep(core, VaultOwner::Draft(id), secrets, move |connection| {
        if !store::drafts::update(connection, &row)? {
            found.store(false, std::sync::atomic::Ordering::Relaxed);
            return Err(store::StoreError::Changed);
        }
        if settings_change {
            store::catalogs::delete(connection, CatalogOwner::Draft(id))?;
        }
        Ok(())
    })
    .await
    .map_err(|error| {
        if there.load(std::sync::atomic::Ordering::Relaxed) { refusal(error) } else { core.memory().missing_draft(id) }
    })?;
    if settings_change {
        // Other settings may lead to another source.
        core.memory().forget(id.into());
        core.events().send(AppEvent::Invalidate(vec![Tag::Offer(Subject::Draft(id))]));
    }
    changed(core);
    Ok(draft)
}

/// Throws a draft away, with the secrets that were entered in it.
pub async fn delete_draft(core: &Core, id: DraftId) -> Result<(), Error> {
    if !core.database().transact(move |connection| store::drafts::delete(connection, id)).await? {
        return Err(core.memory().missing_draft(id));
    }
    ended(core, id).await
}

/// Throws away the draft that edits something which is gone.
pub(super) async fn delete_edit(core: &Core, kind: ConnectorKind, editing: &str) -> Result<(), Error> {
    match find_edit(core, kind, editing).await? {
        Some(row) => delete_draft(core, row.draft.id).await,
        None => Ok(()),
    }
}

/// Whatever a draft left besides its row goes.
pub(super) async fn ended(core: &Core, id: DraftId) -> Result<(), Error> {
    core.memory().draft_ended(id);
    core.memory().forget(id.into());
    changed(core);
    Ok(core.vault().remove(VaultOwner::Draft(id)).await?)
}

/// All secrets that count for a draft.
pub(super) async fn secrets(core: &Core, draft: &Draft) -> Result<Secrets, Error> {
    let holder = Holder { owner: VaultOwner::Draft(draft.id), beneath: edited_owner(draft) };
    let mut all = holder.load(core.vault()).await?;
    all.retain(|name, _| draft.secrets.contains(name));
    Ok(all)
}

async fn find_edit(core: &Core, kind: ConnectorKind, editing: &str) -> Result<Option<DraftRow>, Error> {
    let editing = editing.to_owned();
    Ok(core.database().read(move |connection| store::drafts::find_edit(connection, kind, &editing)).await?)
}

/// The draft that edits this already. One that nobody has changed and that is older than what it edits is begun anew.
async fn begun(core: &Core, kind: ConnectorKind, id: &str) -> Result<Option<Draft>, Error> {
    let Some(row) = find_edit(core, kind, id).await? else { return Ok(None) };
    let untouched = row.draft.created_at == row.draft.updated_at;
    if untouched && row.editing_since < Some(updated_at(core, kind, id).await?) {
        delete_draft(core, row.draft.id).await?;
        return Ok(None);
    }
    Ok(Some(row.draft))
}

async fn updated_at(core: &Core, kind: ConnectorKind, id: &str) -> Result<chrono::DateTime<chrono::Utc>, Error> {
    Ok(match kind {
        ConnectorKind::Extractor => super::get_integration(core, id).await?.updated_at,
        ConnectorKind::Loader => super::get_destination(core, id).await?.updated_at,
    })
}

fn owner_of(kind: ConnectorKind, id: &str) -> Result<VaultOwner, Error> {
    let unknown = || Error::NotFound { kind: word(kind), name: id.chars().take(100).collect() };
    Ok(match kind {
        ConnectorKind::Extractor => VaultOwner::Integration(id.parse().map_err(|_| unknown())?),
        ConnectorKind::Loader => VaultOwner::Destination(id.parse().map_err(|_| unknown())?),
    })
}

const fn word(kind: ConnectorKind) -> &'static str {
    match kind {
        ConnectorKind::Extractor => "integration",
        ConnectorKind::Loader => "destination",
    }
}

async fn new(core: &Core, kind: ConnectorKind, connector: &str) -> Result<DraftRow, Error> {
    let definition = connectors::find(core, kind, connector)?;
    let now = core.now();
    let draft = Draft {
        id: DraftId::new(),
        kind,
        connector: definition.id,
        editing: None,
        name: names::free(&definition.label, &taken(core, kind).await?),
        config: Config::new(),
        secrets: Vec::new(),
        destination: None,
        streams: None,
        schedule: None,
        new_data: NewDataPolicy::default(),
        step: FIRST_STEP.to_owned(),
        tested: false,
        created_at: now,
        updated_at: now,
    };
    Ok(DraftRow { draft, editing_since: None, sample: false })
}

/// A draft that begins as a copy, to edit the original or to become another one.
async fn copy_of(core: &Core, kind: ConnectorKind, id: &str, edit: bool) -> Result<DraftRow, Error> {
    owner_of(kind, id)?;
    let now = core.now();
    let empty = Draft {
        id: DraftId::new(),
        kind,
        connector: String::new(),
        editing: edit.then(|| id.to_owned()),
        name: String::new(),
        config: Config::new(),
        secrets: Vec::new(),
        destination: None,
        streams: None,
        schedule: None,
        new_data: NewDataPolicy::default(),
        step: FIRST_STEP.to_owned(),
        tested: false,
        created_at: now,
        updated_at: now,
    };
    let (mut draft, since, sample) = match kind {
        ConnectorKind::Extractor => {
            let from = super::get_integration(core, id).await?;
            let draft = Draft {
                connector: from.connector,
                name: from.name,
                config: from.config,
                secrets: from.secrets,
                destination: Some(from.destination.to_string()),
                streams: from.streams,
                schedule: from.schedule,
                new_data: from.new_data,
                ..empty
            };
            (draft, from.updated_at, from.sample)
        }
        ConnectorKind::Loader => {
            let from = super::get_destination(core, id).await?;
            let draft = Draft {
                connector: from.connector,
                name: from.name,
                config: from.config,
                secrets: from.secrets,
                ..empty
            };
            (draft, from.updated_at, false)
        }
    };
    if !edit {
        draft.name = names::free(names::stem(&draft.name), &taken(core, kind).await?);
    }
    Ok(DraftRow { draft, editing_since: edit.then_some(since), sample })
}

/// Names in use, also by drafts.
async fn taken(core: &Core, kind: ConnectorKind) -> Result<Vec<String>, Error> {
    let names = core.database().read(move |connection| {
        let mut names: Vec<String> = match kind {
            ConnectorKind::Extractor => {
                store::integrations::list(connection)?.into_iter().map(|found| found.name).collect()
            }
            ConnectorKind::Loader => {
                store::destinations::list(connection)?.into_iter().map(|found| found.name).collect()
            }
        };
        let drafts = store::drafts::list(connection)?.into_iter().map(|row| row.draft);
        names.extend(drafts.filter(|draft| draft.kind == kind).map(|draft| draft.name));
        Ok(names)
    });
    Ok(names.await?)
}

/// Half-typed values may be kept, secrets among them not: they would lie in the database.
fn refuse_secrets(definition: &Definition, config: &Config) -> Result<(), SettingError> {
    let secret = config
        .iter()
        .find(|(name, value)| !value.is_null() && definition.setting(name).is_some_and(|setting| setting.secret));
    secret.map_or(Ok(()), |(name, _)| Err(SettingError::SecretInConfig { name: name.clone() }))
}

/// Puts in what was entered and takes out what was removed. An empty one counts as not entered. Whether anything changed.
fn merge(draft: &mut Draft, own: &mut Secrets, changes: BTreeMap<String, Option<SecretInput>>) -> bool {
    let mut differs = false;
    let (set, removed): (Vec<_>, Vec<_>) = changes.into_iter().partition(|(_, value)| value.is_some());
    let set = to_secrets(set.into_iter().filter_map(|(name, value)| Some((name, value?))));
    for (name, value) in set {
        if !draft.secrets.contains(&name) {
            draft.secrets.push(name.clone());
        }
        own.insert(name, SecretText::new(value.expose().to_owned()));
        differs = true;
    }
    for (name, _) in removed {
        differs |= draft.secrets.contains(&name);
        draft.secrets.retain(|kept| *kept != name);
        own.remove(&name);
    }
    differs
}

fn changed(core: &Core) {
    core.events().send(AppEvent::Invalidate(vec![Tag::Drafts]));
}

fn refusal(error: KeepError) -> Error {
    match error {
        KeepError::Row(error) => error.into(),
        KeepError::Secret(error) => error.into(),
    }
}
