//! Looking back: runs page by page, what each stream brought, and the sync state, which can be forgotten.

use super::{connectors, destinations};
use crate::{Core, Error, engine::project, store};
use serde_json::Value;
use tributary_contract::{
    AppEvent, ConnectorKind, Integration, RunPage, RunQuery, StreamHistory, StreamState, SyncState, Tag,
};

/// A page of runs, newest first.
pub async fn find_runs(core: &Core, query: RunQuery) -> Result<RunPage, Error> {
    Ok(core.database().read(move |connection| store::history::find(connection, &query)).await?)
}

/// What each stream of an integration brought lately.
pub async fn stream_history(core: &Core, id_or_name: &str) -> Result<Vec<StreamHistory>, Error> {
    let id = super::get_integration(core, id_or_name).await?.id;
    Ok(core.database().read(move |connection| store::history::streams(connection, id)).await?)
}

/// Up to where each stream of an integration was brought in to the destination it has now.
pub async fn sync_state(core: &Core, id_or_name: &str) -> Result<SyncState, Error> {
    let integration = super::get_integration(core, id_or_name).await?;
    read(core, &integration).await
}

/// Forgets up to where these streams (`None`: all) were brought in; the next sync reads them from the start. What the
/// destination has stays there.
pub async fn reset_state(core: &Core, id_or_name: &str, streams: Option<Vec<String>>) -> Result<SyncState, Error> {
    let integration = super::get_integration(core, id_or_name).await?;
    if integration.last_run.as_ref().is_some_and(|run| !run.status.is_terminal()) {
        // It would save the state it began with.
        return Err(Error::AlreadyRunning { name: integration.name });
    }
    let known = read(core, &integration).await?;
    if let Some(name) = streams.iter().flatten().find(|name| known.streams.iter().all(|stream| stream.name != **name)) {
        return Err(Error::NotFound { kind: "stream with a sync state", name: name.chars().take(100).collect() });
    }
    let (path, state_id) = (core.home().meltano_database(), state_id(core, &integration).await?);
    blocking(move || Ok(store::sync_states::forget(&path, &state_id, streams.as_deref())?)).await?;
    core.events().send(AppEvent::Invalidate(vec![Tag::Integration(integration.id)]));
    read(core, &integration).await
}

async fn read(core: &Core, integration: &Integration) -> Result<SyncState, Error> {
    let (path, state_id) = (core.home().meltano_database(), state_id(core, integration).await?);
    let state = blocking(move || Ok(store::sync_states::find(&path, &state_id)?)).await?;
    let streams: Vec<StreamState> = state.as_ref().map(describe).unwrap_or_default();
    // Meltano leaves the time out when it replaces a state; each successful run saves one.
    let saved_at = if streams.is_empty() { None } else { integration.last_synced_at };
    Ok(SyncState { saved_at, streams })
}

/// The name under which Meltano keeps it.
async fn state_id(core: &Core, integration: &Integration) -> Result<String, Error> {
    let extractor = connectors::find(core, ConnectorKind::Extractor, &integration.connector)?;
    let destination = destinations::get_destination(core, &integration.destination.to_string()).await?;
    let loader = connectors::find(core, ConnectorKind::Loader, &destination.connector)?;
    Ok(project::state_id(
        &project::extractor_name(&extractor, integration.id),
        &project::loader_name(&loader, destination.id),
    ))
}

/// The streams of a state, by the Singer specification's custom of `bookmarks`. Whatever else a connector keeps is shown as
/// one entry of its own name.
fn describe(state: &Value) -> Vec<StreamState> {
    let (streams, by_stream) = match state.get("bookmarks").unwrap_or(state) {
        Value::Object(streams) => (streams.iter(), state.get("bookmarks").is_some()),
        _ => return Vec::new(),
    };
    streams
        .filter(|(name, raw)| by_stream || !(raw.is_null() || *name == "currently_syncing"))
        .map(|(name, raw)| StreamState { name: name.clone(), position: position(raw), raw: raw.clone() })
        .collect()
}

/// The value that tells how far a stream is: of `replication_key_value` where the connector names it so, otherwise the first
/// plain one that is no version.
fn position(raw: &Value) -> Option<String> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    match raw {
        Value::Object(fields) => fields.get("replication_key_value").and_then(text).or_else(|| {
            let plain = |(name, value): (&String, &Value)| {
                (!matches!(name.as_str(), "version" | "replication_key")).then(|| text(value)).flatten()
            };
            fields.iter().find_map(plain)
        }),
        plain => text(plain),
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.unwrap_or(Err(Error::Store(store::StoreError::Stopped)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn positions(state: &Value) -> Vec<(String, Option<String>)> {
        describe(state).into_iter().map(|stream| (stream.name, stream.position)).collect()
    }

    #[test]
    fn bookmarks_of_every_custom_are_read() {
        let state = json!({ "currently_syncing": null, "bookmarks": {
            "Account": { "version": 17, "SystemModstamp": "2026-01-01T00:00:00Z" },
            "orders": { "replication_key": "id", "replication_key_value": 41 },
            "all": {},
        }});
        let expected = [("Account", Some("2026-01-01T00:00:00Z")), ("orders", Some("41")), ("all", None)]
            .map(|(name, at)| (name.to_owned(), at.map(str::to_owned)));
        assert_eq!(positions(&state), expected);
        let own = json!({ "currently_syncing": "x", "contacts": "2026-02-01" });
        assert_eq!(positions(&own), [("contacts".to_owned(), Some("2026-02-01".to_owned()))]);
        assert_eq!(positions(&json!(null)), []);
    }
}
