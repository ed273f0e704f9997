//! Choosing data: what a source offers, its fields and rows, and what changed since it was asked before.

use super::{connectors, discovery, read_rows, setup::Setup};
use crate::{Core, Error, connectors::changes, store};
use tributary_contract::{
    AppEvent, ConnectorKind, FieldOf, Integration, IntegrationId, Offer, OfferedField, SampleRows, Subject, Tag,
};

/// Fields a search answers with at most.
const SEARCH_LIMIT: u32 = 1_000;

/// A stream with the names of its fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscoveredStream {
    /// Name.
    pub name: String,
    /// Fields that can be brought in.
    pub fields: Vec<String>,
    /// The field that tells what is new, where there is one.
    pub replication_key: Option<String>,
}

/// The streams of an integration's source with all their fields: kept from earlier, or asked now when nothing is kept or
/// `refresh` is set.
pub async fn list_streams(core: &Core, id_or_name: &str, refresh: bool) -> Result<Vec<DiscoveredStream>, Error> {
    let setup = Setup::from(&super::get_integration(core, id_or_name).await?);
    let offer = discovery::offer(core, &setup, refresh).await?;
    let described = offer.streams.iter().map(|stream| DiscoveredStream {
        name: stream.name.clone(),
        fields: stream.fields.iter().map(|field| field.name.clone()).collect(),
        replication_key: stream.key.clone(),
    });
    Ok(described.collect())
}

/// What a source offers and what of it is chosen: kept from earlier, or asked now when nothing is kept or `refresh` is set.
/// Progress comes as [`AppEvent::Discovery`].
pub async fn get_offer(core: &Core, subject: Subject, refresh: bool) -> Result<Offer, Error> {
    let setup = Setup::find(core, subject).await?;
    setup.catalog_owner()?;
    let definition = connectors::find(core, ConnectorKind::Extractor, &setup.connector)?;
    let offer = discovery::offer(core, &setup, refresh).await?;
    // The policy for new data may have changed the selection meanwhile.
    let setup = Setup::find(core, subject).await?;
    let changes = match integration_of(&setup) {
        Some(id) => core.database().read(move |connection| store::catalogs::changes(connection, id)).await?,
        None => None,
    };
    Ok(Offer {
        streams: offer.offered(&definition.recommended_streams),
        chosen: offer.chosen(setup.streams.as_deref(), &definition.recommended_streams),
        discovered_at: offer.discovered_at,
        changes,
    })
}

/// The integration itself, or the one a draft edits.
fn integration_of(setup: &Setup) -> Option<IntegrationId> {
    match setup.subject {
        Subject::Integration(id) => Some(id),
        Subject::Draft(_) => setup.draft.as_ref()?.editing.as_deref()?.parse().ok(),
        Subject::Destination(_) => None,
    }
}

/// Stops asking a source. Those who wait for it get [`Error::Cancelled`].
pub fn cancel_discovery(core: &Core, subject: Subject) {
    core.memory().cancel_discovery(subject);
}

/// The fields of a stream.
pub async fn list_fields(core: &Core, subject: Subject, stream: &str) -> Result<Vec<OfferedField>, Error> {
    let setup = Setup::find(core, subject).await?;
    let offer = discovery::offer(core, &setup, false).await?;
    Ok(offer.stream(stream)?.fields.clone())
}

/// Fields whose name holds a text, in all streams; at most `limit`.
pub async fn search_fields(core: &Core, subject: Subject, text: &str, limit: u32) -> Result<Vec<FieldOf>, Error> {
    let setup = Setup::find(core, subject).await?;
    let offer = discovery::offer(core, &setup, false).await?;
    Ok(offer.search(text, limit.min(SEARCH_LIMIT) as usize))
}

/// Up to 20 rows of a stream: those the test read, or read now.
pub async fn sample_rows(core: &Core, subject: Subject, stream: &str) -> Result<SampleRows, Error> {
    if let Some(rows) = core.memory().sample(subject, stream) {
        return Ok(rows);
    }
    let setup = Setup::find(core, subject).await?;
    let offer = discovery::offer(core, &setup, false).await?;
    // After that: asking the source may have renewed the sign-in.
    let (definition, plugin) = super::prepare::extractor(core, &setup).await?;
    read_rows::read(core, &setup, &definition, &plugin, offer.stream(stream)?).await
}

/// Deals with what appeared at the source or went: new data is brought in (`add`) or stays out, and what is gone is no longer
/// chosen.
pub async fn accept_changes(core: &Core, id: IntegrationId, add: bool) -> Result<Integration, Error> {
    let integration = super::get_integration(core, &id.to_string()).await?;
    let definition = connectors::find(core, ConnectorKind::Extractor, &integration.connector)?;
    let setup = Setup::from(&integration);
    if let Some(offer) = discovery::known(core, &setup).await? {
        let recommended = definition.recommended_streams;
        core.database()
            .transact(move |connection| {
                let Some(changes) = store::catalogs::changes(connection, id)? else { return Ok(()) };
                let Some(now) = store::integrations::find(connection, &id.to_string())? else { return Ok(()) };
                let chosen = offer.chosen(now.streams.as_deref(), &recommended);
                let after = changes::accept(&offer, chosen.clone(), &changes, add);
                if after != chosen {
                    store::integrations::set_streams(connection, id, Some(&after))?;
                }
                store::catalogs::set_changes(connection, id, None)
            })
            .await?;
    }
    core.events().send(AppEvent::Invalidate(vec![
        Tag::Integrations,
        Tag::Integration(id),
        Tag::Offer(Subject::Integration(id)),
    ]));
    super::get_integration(core, &id.to_string()).await
}
