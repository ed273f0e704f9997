//! Deleting an integration, and saying what goes with it.

use super::{destinations, drafts, get_integration, prepare};
use crate::{Core, Error, salesforce, secrets::VaultOwner, store};
use serde::Serialize;
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};
use tributary_contract::{AppEvent, ConnectorKind, Integration, Tag};

/// What goes, or went, with an integration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Removal {
    /// What people call it.
    pub name: String,
    /// Secrets in the keychain.
    pub secrets: usize,
    /// Syncs and their logs.
    pub runs: usize,
    /// Files with data that no other integration brings too; empty where the data stays.
    pub data: Vec<PathBuf>,
}

/// Deletes an integration with its secrets, runs, logs, catalog and sync state. What it brought stays at its destination.
pub async fn delete_integration(core: &Core, id_or_name: &str) -> Result<(), Error> {
    delete(core, id_or_name, false).await.map(drop)
}

/// The same; with `data`, also what it brought to this computer. Says what went.
pub async fn delete(core: &Core, id_or_name: &str, data: bool) -> Result<Removal, Error> {
    let integration = get_integration(core, id_or_name).await?;
    if let Some(run) = integration.last_run.as_ref().filter(|run| !run.status.is_terminal()) {
        super::cancel_run(core, run.id).await?;
        super::wait_for_run(core, run.id).await?;
    }
    let id = integration.id;
    let files = if data { data_files(core, &integration).await? } else { Vec::new() };
    let runs = core
        .database()
        .transact(move |connection| {
            let runs = store::runs::list(connection, Some(id), u32::MAX)?;
            store::integrations::delete(connection, id)?;
            store::sign_ins::end_owner(connection, &VaultOwner::Integration(id).to_string())?;
            Ok(runs)
        })
        .await?;
    core.memory().forget(id.into());
    let held = core.vault().load(VaultOwner::Integration(id)).await?;
    drafts::delete_edit(core, ConnectorKind::Extractor, &id.to_string()).await?;
    core.vault().remove(VaultOwner::Integration(id)).await?;
    salesforce::sign_out::forget_unused(core, held.get("refresh_token")).await?;
    // Files without a row are of no use to anyone; those that cannot go now do no harm.
    for run in &runs {
        let _ = std::fs::remove_dir_all(core.home().run(run.id));
    }
    let _ = std::fs::remove_file(core.home().catalog(id));
    if let Err(error) = store::sync_states::forget_integration(&core.home().meltano_database(), id) {
        // Nothing reads it any more: ids are never used again.
        tracing::warn!(%error, "the sync state of a deleted integration could not be removed");
    }
    prepare::write_project(core).await?;
    core.events().send(AppEvent::Invalidate(vec![Tag::Integrations, Tag::Integration(id), Tag::Runs, Tag::Notices]));
    for file in &files {
        std::fs::remove_file(file).map_err(|source| Error::File { path: file.clone(), source })?;
    }
    Ok(Removal { name: integration.name, secrets: integration.secrets.len(), runs: runs.len(), data: files })
}

/// Files of the built-in destination that hold what this integration brought and no other one brings too.
async fn data_files(core: &Core, integration: &Integration) -> Result<Vec<PathBuf>, Error> {
    let destination = destinations::get_destination(core, &integration.destination.to_string()).await?;
    let folder = destination.config.get("destination_path").and_then(serde_json::Value::as_str).map(PathBuf::from);
    let Some(folder) = folder.filter(|_| destination.built_in) else { return Ok(Vec::new()) };
    let id = integration.id;
    let own = core.database().read(move |connection| store::runs::streams_of_one_alone(connection, id)).await?;
    Ok(files_of(&folder, &own.into_iter().collect()))
}

/// Files in the folder itself that are named after one of these streams, with or without the time of a sync.
fn files_of(folder: &Path, streams: &BTreeSet<String>) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()))
        .filter(|entry| {
            let name = entry.file_name();
            let stem = name.to_str().and_then(|name| name.strip_suffix(".jsonl"));
            stem.is_some_and(|stem| {
                let timed =
                    stem.rsplit_once('-').filter(|(_, time)| time.starts_with(|one: char| one.is_ascii_digit()));
                streams.contains(stem) || timed.is_some_and(|(stream, _)| streams.contains(stream))
            })
        })
        .map(|entry| entry.path())
        .collect();
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_the_named_streams_are_found() {
        let folder = tempfile::tempdir().unwrap();
        for name in
            ["Account.jsonl", "Account-20261126T080000.jsonl", "AccountHistory.jsonl", "Account.csv", "x-y.jsonl"]
        {
            std::fs::write(folder.path().join(name), "{}").unwrap();
        }
        std::fs::create_dir(folder.path().join("Contact.jsonl")).unwrap();
        let streams = ["Account", "Contact", "x"].map(str::to_owned).into();
        let found = files_of(folder.path(), &streams);
        let names: Vec<_> = found.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!(names, ["Account-20261126T080000.jsonl", "Account.jsonl"]);
        assert!(files_of(&folder.path().join("missing"), &streams).is_empty());
    }
}
