//! One look at the public catalogue: the indexes, then the definitions that are missing or old. What is interrupted goes on
//! where it was: each definition is kept as soon as it is here.

use super::{
    Shared,
    client::{HubClient, HubError, Reply},
    entry::{self, HubEntry, Listed},
    lock,
};
use crate::{
    error::with_sources,
    store::hub_documents::{self, HubDocument},
};
use chrono::TimeDelta;
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::Duration,
};
use tokio::{task::JoinSet, time::Instant};
use tributary_contract::{AppEvent, ConnectorKind, Tag};
use url::Url;

/// Definitions that are fetched at a time.
const AT_A_TIME: usize = 8;
/// Definitions that are kept in one transaction, at most.
const TOGETHER: usize = 25;
/// How often the window is told that there is more.
const TELL_EVERY: Duration = Duration::from_secs(1);
/// Failures to reach the server in a row after which it is left alone.
const OUTAGE: usize = 8;

/// Why a look at the catalogue ended early.
#[derive(Debug, thiserror::Error)]
enum RefreshError {
    #[error(transparent)]
    Hub(#[from] HubError),
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
}

/// Looks at the catalogue, and notes how it went. What is younger than `fresh` is not asked for again.
pub(super) async fn run(shared: &Shared, fresh: TimeDelta) {
    // However this ends, also by being dropped, nothing is under way afterwards.
    let _end = End(shared);
    lock(&shared.state).attempted_at = Some(shared.clock.now());
    tell(shared);
    let outcome = look(shared, fresh).await;
    let failure = match outcome {
        Ok(failure) => failure,
        Err(error) => Some(with_sources(&error)),
    };
    lock(&shared.state).failure = failure;
}

struct End<'a>(&'a Shared);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.busy.send_replace(false);
        tell(self.0);
    }
}

fn tell(shared: &Shared) {
    shared.events.send(AppEvent::Invalidate(vec![Tag::Connectors]));
}

/// A definition to fetch, with what is known of the copy that is here.
struct Due {
    kind: ConnectorKind,
    listed: Listed,
    here: Option<HubDocument>,
}

/// Answers what was wrong with some definitions, where the rest is fine.
async fn look(shared: &Shared, fresh: TimeDelta) -> Result<Option<String>, RefreshError> {
    let options = &shared.options;
    let root = Url::parse(&options.root)
        .ok()
        .filter(|url| matches!(url.scheme(), "https" | "http") && url.host().is_some())
        .ok_or_else(|| HubError::Address { address: options.root.clone() })?;
    let client = HubClient::new(&root, options.patience, &shared.network)?;
    let mut due = VecDeque::new();
    let mut listed = 0;
    for kind in [ConnectorKind::Extractor, ConnectorKind::Loader] {
        let index = index(shared, &client, kind).await?;
        listed += u32::try_from(index.len()).unwrap_or(u32::MAX);
        due.extend(compare(shared, kind, index, fresh).await?);
    }
    {
        let mut state = lock(&shared.state);
        state.listed = listed;
        state.refreshed_at = Some(shared.clock.now());
    }
    tell(shared);
    // What is missing comes before what may have changed.
    due.make_contiguous().sort_by_key(|one| one.here.is_some());
    definitions(shared, &client, &root, due).await
}

/// The index of a kind, fetched or confirmed.
async fn index(shared: &Shared, client: &HubClient, kind: ConnectorKind) -> Result<Vec<Listed>, RefreshError> {
    let (word, people) = match kind {
        ConnectorKind::Extractor => ("extractors", "sources"),
        ConnectorKind::Loader => ("loaders", "destinations"),
    };
    let what = format!("the list of {people} of the public catalogue");
    let address = format!("{}/plugins/{word}/index", shared.options.root);
    let url = Url::parse(&address).map_err(|_| HubError::Address { address: address.clone() })?;
    let here = shared
        .database
        .read(move |rows| {
            let head = hub_documents::heads(rows, kind)?.into_iter().find(|row| row.name.is_empty());
            Ok(head.zip(hub_documents::body(rows, kind, "")?))
        })
        .await?;
    // A copy from elsewhere says nothing about this server.
    let here = here.filter(|(head, _)| head.address == address);
    let (etag, modified) =
        here.as_ref().map_or((None, None), |(row, _)| (row.etag.as_deref(), row.modified.as_deref()));
    let now = shared.clock.now();
    match client.get(&what, &url, etag, modified, shared.options.index_bytes).await? {
        Reply::Unchanged => {
            shared.database.transact(move |rows| hub_documents::confirm(rows, kind, "", now)).await?;
            let body = here.map(|(_, body)| body).unwrap_or_default();
            Ok(entry::read_index(&body).map_err(|detail| HubError::Form { what, detail })?)
        }
        Reply::New { body, etag, modified } => {
            let index = entry::read_index(&body).map_err(|detail| HubError::Form { what, detail })?;
            let (name, variant) = (String::new(), String::new());
            let document = HubDocument { kind, name, variant, address, etag, modified, fetched_at: now };
            shared.database.transact(move |rows| hub_documents::save(rows, &document, &body)).await?;
            Ok(index)
        }
    }
}

/// What of an index has to be fetched. What it names no more is forgotten.
async fn compare(
    shared: &Shared,
    kind: ConnectorKind,
    index: Vec<Listed>,
    fresh: TimeDelta,
) -> Result<Vec<Due>, RefreshError> {
    let heads = shared.database.read(move |rows| hub_documents::heads(rows, kind)).await?;
    let mut here: BTreeMap<String, HubDocument> =
        heads.into_iter().filter(|row| !row.name.is_empty()).map(|row| (row.name.clone(), row)).collect();
    let now = shared.clock.now();
    let mut due = Vec::new();
    for listed in index {
        let head = here.remove(&listed.name);
        let same = head.filter(|head| head.address == listed.address && head.variant == listed.variant);
        if same.as_ref().is_none_or(|head| now - head.fetched_at >= fresh) {
            due.push(Due { kind, listed, here: same });
        }
    }
    let gone: BTreeSet<String> = here.into_keys().collect();
    if !gone.is_empty() {
        let names = gone.clone();
        shared
            .database
            .transact(move |rows| names.iter().try_for_each(|name| hub_documents::delete(rows, kind, name)))
            .await?;
        let mut state = lock(&shared.state);
        for name in &gone {
            state.remove(kind, name);
        }
    }
    Ok(due)
}

/// What came of one definition.
enum Outcome {
    Unchanged(ConnectorKind, String),
    New(Box<HubDocument>, String, Box<HubEntry>),
}

async fn definitions(
    shared: &Shared,
    client: &HubClient,
    root: &Url,
    mut due: VecDeque<Due>,
) -> Result<Option<String>, RefreshError> {
    let mut running = JoinSet::new();
    let mut done = Vec::new();
    let mut told = Instant::now();
    let (mut faults, mut first, mut outage) = (0_usize, None, 0_usize);
    loop {
        while running.len() < AT_A_TIME
            && let Some(one) = due.pop_front()
        {
            let (client, root, limit) = (client.clone(), root.clone(), shared.options.definition_bytes);
            let now = shared.clock.now();
            running.spawn(async move { definition(&client, &root, one, limit, now).await });
        }
        let Some(finished) = running.join_next().await else { break };
        match finished {
            Ok(Ok(outcome)) => {
                outage = 0;
                done.push(outcome);
            }
            Ok(Err(error)) => {
                outage = if error.is_outage() { outage + 1 } else { 0 };
                faults += 1;
                if outage >= OUTAGE {
                    keep(shared, std::mem::take(&mut done)).await?;
                    return Err(error.into());
                }
                first.get_or_insert(error);
            }
            // It was not cancelled: it has a fault of ours, which must not take the others along.
            Err(_) => faults += 1,
        }
        if done.len() >= TOGETHER {
            keep(shared, std::mem::take(&mut done)).await?;
        }
        if told.elapsed() >= TELL_EVERY {
            keep(shared, std::mem::take(&mut done)).await?;
            told = Instant::now();
            tell(shared);
        }
    }
    keep(shared, done).await?;
    Ok(first.map(|error| match faults {
        1 => format!("One connector could not be read: {error}"),
        _ => format!("{faults} connectors could not be read, among them: {error}"),
    }))
}

async fn definition(
    client: &HubClient,
    root: &Url,
    due: Due,
    limit: usize,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Outcome, HubError> {
    let Due { kind, listed, here } = due;
    let shown: String = listed.name.chars().filter(|letter| !letter.is_control()).take(100).collect();
    let what = format!("the definition of “{shown}”");
    let wrong = |detail: String| HubError::Form { what: what.clone(), detail };
    let url = Url::parse(&listed.address).map_err(|_| wrong("its address is none".to_owned()))?;
    if url.origin() != root.origin() {
        return Err(wrong("its address leads to another server".to_owned()));
    }
    let (etag, modified) = here.as_ref().map_or((None, None), |row| (row.etag.as_deref(), row.modified.as_deref()));
    match client.get(&what, &url, etag, modified, limit).await? {
        Reply::Unchanged => Ok(Outcome::Unchanged(kind, listed.name)),
        Reply::New { body, etag, modified } => {
            let entry = HubEntry::parse(kind, &listed.name, &body).map_err(wrong)?;
            let Listed { name, variant, address } = listed;
            let document = HubDocument { kind, name, variant, address, etag, modified, fetched_at: now };
            Ok(Outcome::New(Box::new(document), body, Box::new(entry)))
        }
    }
}

/// Keeps definitions in the database, then shows them.
async fn keep(shared: &Shared, done: Vec<Outcome>) -> Result<(), RefreshError> {
    if done.is_empty() {
        return Ok(());
    }
    let now = shared.clock.now();
    let entries = shared
        .database
        .transact(move |rows| {
            let mut entries = Vec::new();
            for outcome in done {
                match outcome {
                    Outcome::Unchanged(kind, name) => hub_documents::confirm(rows, kind, &name, now)?,
                    Outcome::New(document, body, entry) => {
                        hub_documents::save(rows, &document, &body)?;
                        entries.push(entry);
                    }
                }
            }
            Ok(entries)
        })
        .await?;
    let mut state = lock(&shared.state);
    for entry in entries {
        state.put(*entry);
    }
    Ok(())
}
