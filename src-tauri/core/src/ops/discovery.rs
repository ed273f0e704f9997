//! Asking a source what it has: one question at a time a source, shared by everybody who waits for the answer.

use super::{connectors, prepare, setup::Setup};
use crate::{
    Core, Error,
    connectors::{Definition, changes, offer::KnownOffer},
    runs::plugin_call::{Call, CallError, Flow, call},
    salesforce::{self, listing::Listing},
    store::{self, CatalogOwner, StoreError},
};
use chrono::{DateTime, TimeDelta, Utc};
use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{sync::watch, time::Instant};
use tributary_contract::{AppEvent, ConnectorKind, DiscoveryProgress, LogSource, Subject, Tag};

/// How long discovery may take: big orgs need minutes (one request an object).
const LIMIT: Duration = Duration::from_mins(30);
/// How old an answer may be when a sync begins. Sources change seldom, and asking a big one costs minutes.
const ASK_AGAIN_AFTER: TimeDelta = TimeDelta::days(7);
/// How long a sync waits for that.
const ASK_AGAIN_LIMIT: Duration = Duration::from_mins(10);
/// Bytes of an answer: ten times the largest that is known.
const ANSWER_LIMIT: usize = 256 * 1024 * 1024;
/// The time between two reports of progress.
const REPORT_EVERY: Duration = Duration::from_millis(250);

type Found = Result<Arc<KnownOffer>, Arc<Error>>;

/// A question to a source that is under way.
#[derive(Clone)]
pub struct Discovery {
    id: u64,
    stop: watch::Sender<bool>,
    found: watch::Receiver<Option<Found>>,
}

impl Discovery {
    /// Tells it from others.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// Ends it, the connector too. Those who wait get [`Error::Cancelled`].
    pub fn cancel(&self) {
        self.stop.send_replace(true);
    }

    /// Waits for the answer.
    pub async fn found(mut self) -> Result<Arc<KnownOffer>, Error> {
        match self.found.wait_for(Option::is_some).await {
            Ok(found) => found.clone().unwrap_or_else(|| Err(Arc::new(Error::Cancelled))).map_err(Error::Shared),
            // The task ended with the app.
            Err(_) => Err(Error::Cancelled),
        }
    }
}

/// The answer of a question that is under way, or that begins now.
pub fn ask(core: &Core, setup: &Setup) -> Discovery {
    core.memory().discovery(setup.subject, || begin(core.clone(), setup.clone()))
}

fn begin(core: Core, setup: Setup) -> Discovery {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let id = NEXT.fetch_add(1, Ordering::Relaxed);
    let (stop, mut stopped) = watch::channel(false);
    let (answer, found) = watch::channel(None);
    tokio::spawn(async move {
        let subject = setup.subject;
        let result = tokio::select! {
            biased;
            _ = stopped.wait_for(|stopped| *stopped) => Err(Error::Cancelled),
            result = discover(&core, &setup) => result,
        };
        core.memory().discovery_ended(subject, id);
        let succeeded = result.is_ok();
        answer.send_replace(Some(result.map_err(Arc::new)));
        if succeeded {
            core.events().send(AppEvent::Invalidate(tags(subject)));
        }
    });
    Discovery { id, stop, found }
}

fn tags(subject: Subject) -> Vec<Tag> {
    let mut tags = vec![Tag::Offer(subject)];
    // What the policy for new data changed is part of the integration.
    if let Subject::Integration(id) = subject {
        tags.extend([Tag::Integrations, Tag::Integration(id)]);
    }
    tags
}

async fn discover(core: &Core, setup: &Setup) -> Result<Arc<KnownOffer>, Error> {
    let owner = setup.catalog_owner()?;
    let definition = connectors::find(core, ConnectorKind::Extractor, &setup.connector)?;
    prepare::install(core, &definition).await?;
    let begun = Instant::now();
    let doing = Arc::new(Mutex::new(None::<String>));
    let counting = Arc::clone(&doing);
    // Salesforce is listed through this process, which asks ahead and knows how far it is.
    let count = move |done: u64, total: u64| {
        let text = format!("{done} of {total} objects");
        *counting.lock().unwrap_or_else(PoisonError::into_inner) = Some(text);
    };
    let wanted = wanted(setup, &definition);
    let counted = setup.connector == salesforce::CONNECTOR;
    let listing = |outside: &_| Ok(Some(Listing::new(outside, wanted, count)?));
    let plugin = prepare::plugin_that_lists(core, &definition, setup, listing).await?;
    let mut output = Vec::new();
    let outcome = {
        let mut take = |piece: &[u8]| {
            output.extend_from_slice(piece);
            if output.len() > ANSWER_LIMIT { Flow::TooMuch } else { Flow::More }
        };
        let mut watch = |line: &str| {
            // A count says more than the connector's own lines.
            if counted {
                return;
            }
            let text = line.chars().take(200).collect();
            *doing.lock().unwrap_or_else(PoisonError::into_inner) = Some(text);
        };
        let asking = call(
            core,
            &plugin,
            Call {
                role: LogSource::Extractor,
                arguments: vec!["--discover".into()],
                input: None,
                limit: LIMIT,
                output: &mut take,
                watch: &mut watch,
            },
        );
        tokio::pin!(asking);
        let mut ticking = tokio::time::interval(REPORT_EVERY);
        loop {
            tokio::select! {
                outcome = &mut asking => break outcome?,
                _ = ticking.tick() => {
                    let doing = doing.lock().unwrap_or_else(PoisonError::into_inner).clone();
                    let elapsed = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
                    let progress = DiscoveryProgress { subject: setup.subject, doing, elapsed };
                    core.events().send(AppEvent::Discovery(progress));
                }
            }
        }
    };
    let refused = |line: Option<String>| Error::Discovery {
        source_name: definition.label.clone(),
        line: line.or_else(|| outcome.lines.first().cloned()).unwrap_or_else(|| "it gave no reason".to_owned()),
        lines: outcome.lines.clone(),
        exit: outcome.exit,
    };
    if outcome.exit != Some(0) {
        prepare::forget_access(core, &plugin).await;
        return Err(refused(None));
    }
    let text = String::from_utf8(output).map_err(|_| refused(Some("its answer is not text".to_owned())))?;
    let now = core.now();
    // Before it is kept: what cannot be read now would fail every later run.
    let (text, offer) = read(text, now).await?;
    keep(core, setup, owner, text, &offer, definition.recommended_streams).await?;
    core.memory().keep_offer(setup.subject, Arc::clone(&offer));
    core.memory().forget_samples(setup.subject);
    Ok(offer)
}

/// The objects that are looked at, where the settings limit them: what is chosen, and what is recommended.
fn wanted(setup: &Setup, definition: &Definition) -> Option<BTreeSet<String>> {
    let limited = setup.config.get("objects_to_list").and_then(serde_json::Value::as_str) == Some("chosen");
    limited.then(|| {
        let chosen = setup.streams.iter().flatten().map(|choice| choice.name.clone());
        chosen.chain(definition.recommended_streams.iter().cloned()).collect()
    })
}

/// Reads a catalog off the async threads: a large one takes a moment.
async fn read(text: String, at: DateTime<Utc>) -> Result<(String, Arc<KnownOffer>), Error> {
    let reading = tokio::task::spawn_blocking(move || {
        let offer = KnownOffer::read(&text, at)?;
        Ok((text, Arc::new(offer)))
    });
    reading.await.map_err(|_| Error::Store(StoreError::Stopped))?
}

/// Keeps what was found, and what the policy for new data makes of it.
async fn keep(
    core: &Core,
    setup: &Setup,
    owner: CatalogOwner,
    text: String,
    offer: &Arc<KnownOffer>,
    recommended: Vec<String>,
) -> Result<(), Error> {
    let CatalogOwner::Integration(id) = owner else {
        let at = offer.discovered_at;
        let saved = core.database().transact(move |connection| {
            store::catalogs::save(connection, owner, &text, at).map_err(|error| match error {
                // The draft is gone: nobody waits for this any more.
                StoreError::DestinationInUse => StoreError::Changed,
                other => other,
            })
        });
        return saved.await.map_err(Error::from);
    };
    // Without an earlier answer only what is chosen and not there counts.
    let old = known(core, setup).await?.unwrap_or_else(|| Arc::clone(offer));
    let new = Arc::clone(offer);
    let saved = core.database().transact(move |connection| {
        let Some(integration) = store::integrations::find(connection, &id.to_string())? else { return Ok(false) };
        let pending = store::catalogs::changes(connection, id)?;
        let policy = integration.new_data;
        let found = changes::compare(&old, &new, integration.streams.as_deref(), &recommended, policy, pending);
        if found.streams.is_some() {
            store::integrations::set_streams(connection, id, found.streams.as_deref())?;
        }
        store::catalogs::save(connection, owner, &text, new.discovered_at)?;
        store::catalogs::set_changes(connection, id, found.changes.as_ref())?;
        Ok(true)
    });
    if saved.await? { Ok(()) } else { Err(Error::NotFound { kind: "integration", name: id.to_string() }) }
}

/// How old a source's last answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// It was never asked.
    Never,
    /// Old enough to ask whether there is something new.
    Old,
    /// Asked lately.
    Fresh,
}

/// How old the last answer is.
pub async fn age(core: &Core, setup: &Setup) -> Result<Age, Error> {
    let owner = setup.catalog_owner()?;
    let kept = core.database().read(move |connection| store::catalogs::discovered_at(connection, owner)).await?;
    Ok(match kept {
        None => Age::Never,
        Some(at) if core.now() - at > ASK_AGAIN_AFTER => Age::Old,
        Some(_) => Age::Fresh,
    })
}

/// Asks a source again whether it has something new; the policy of the integration decides what becomes of it.
///
/// # Errors
/// When it does not answer in time, or not at all. What was known before stays.
pub async fn look_again(core: &Core, setup: &Setup) -> Result<(), Error> {
    let asking = ask(core, setup).found();
    match tokio::time::timeout(ASK_AGAIN_LIMIT, asking).await {
        Ok(found) => found.map(drop),
        Err(_) => {
            core.memory().cancel_discovery(setup.subject);
            Err(CallError::TimedOut { limit: ASK_AGAIN_LIMIT }.into())
        }
    }
}

/// What is kept of a source's last answer.
pub async fn known(core: &Core, setup: &Setup) -> Result<Option<Arc<KnownOffer>>, Error> {
    let owner = setup.catalog_owner()?;
    let kept = core.database().read(move |connection| store::catalogs::discovered_at(connection, owner)).await?;
    let Some(at) = kept else { return Ok(None) };
    if let Some(offer) = core.memory().offer(setup.subject).filter(|offer| offer.discovered_at == at) {
        return Ok(Some(offer));
    }
    let Some((text, at)) = core.database().read(move |connection| store::catalogs::find(connection, owner)).await?
    else {
        return Ok(None);
    };
    // What cannot be read is asked for again.
    let Ok((_, offer)) = read(text, at).await else { return Ok(None) };
    core.memory().keep_offer(setup.subject, Arc::clone(&offer));
    Ok(Some(offer))
}

/// What a source offers: kept from earlier, or asked now when nothing is kept or `refresh` is set.
pub async fn offer(core: &Core, setup: &Setup, refresh: bool) -> Result<Arc<KnownOffer>, Error> {
    match known(core, setup).await? {
        Some(offer) if !refresh => Ok(offer),
        _ => ask(core, setup).found().await,
    }
}

/// The catalog as the connector printed it; the source is asked when nothing is kept.
pub async fn catalog(core: &Core, setup: &Setup) -> Result<String, Error> {
    offer(core, setup, false).await?;
    let owner = setup.catalog_owner()?;
    let kept = core.database().read(move |connection| store::catalogs::find(connection, owner)).await?;
    kept.map(|(text, _)| text).ok_or(Error::Store(StoreError::Changed))
}
