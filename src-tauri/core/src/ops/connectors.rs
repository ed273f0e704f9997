//! The marketplace: what there is, and what one of it is like.

use crate::{
    Core, Error,
    connectors::{
        Definition,
        hub::{self, Installation, search::Present},
    },
};
use std::{collections::HashSet, sync::Arc};
use tributary_contract::{
    Connector, ConnectorCard, ConnectorDetail, ConnectorKind, ConnectorPage, ConnectorQuery, EnvironmentState,
};

/// The connectors that come with the app and those that were agreed to, by label.
pub fn list_connectors(core: &Core) -> Vec<Connector> {
    let installed = installed(core);
    let catalogue = core.catalogue();
    let shown = |found: &Definition| Connector {
        verified: catalogue.is_built_in(found.kind, &found.plugin),
        ..found.to_contract(installed.contains(&found.plugin))
    };
    catalogue.all().iter().map(shown).collect()
}

/// Searches everything there is. Starts to fetch the public catalogue in the background where the copy of it is missing or
/// old, and waits for nothing.
pub async fn search_connectors(core: &Core, query: ConnectorQuery) -> Result<ConnectorPage, Error> {
    core.hub().keep_fresh().await?;
    let shelf = core.hub().shelf(&core.catalogue()).await?;
    let installed = core.marketplace().installed(core);
    let offline = |plugin: &str| is_offline(core, &installed, plugin);
    let present = Present { installed: &installed, offline: &offline };
    let (connectors, total, categories) = shelf.search(&query, &present);
    Ok(ConnectorPage { connectors, total, categories, hub: core.hub().state().await? })
}

/// Looks for changes in the public catalogue now, and waits until that is done.
///
/// # Errors
/// [`Error::HubRefresh`]; what was there before stays.
pub async fn refresh_hub(core: &Core) -> Result<(), Error> {
    core.hub().refresh().await?.map_err(|detail| Error::HubRefresh { detail })
}

/// Everything about the connector of this kind with this short id or plugin name.
pub async fn get_connector(core: &Core, kind: ConnectorKind, id: &str) -> Result<ConnectorDetail, Error> {
    let card = card(core, kind, id).await?;
    let (definition, _) = definition(core, &card).await?;
    let own_guide = || {
        let path = core.resources().meltano.join("connectors").join(&card.plugin).join("guide.md");
        card.verified.then(|| std::fs::read_to_string(path).ok()).flatten()
    };
    let guide = own_guide().or_else(|| hub::guide(&definition));
    let obstacle = (!card.verified).then(|| Installation::of(&definition));
    let obstacle = obstacle.and_then(|needed| needed.obstacle(core.marketplace().has_docker()).map(str::to_owned));
    Ok(ConnectorDetail {
        guide,
        settings: definition.to_contract(card.installed).settings,
        docs: hub::page(definition.docs.as_deref()),
        repo: hub::page(definition.repo.as_deref()),
        recommended_streams: definition.recommended_streams,
        variant: definition.variant,
        license: definition.license,
        size: core.engine().size(&card.plugin),
        obstacle,
        card,
    })
}

/// The card of a connector, complete.
pub(super) async fn card(core: &Core, kind: ConnectorKind, id: &str) -> Result<ConnectorCard, Error> {
    let shelf = core.hub().shelf(&core.catalogue()).await?;
    let found = shelf.find(kind, id).ok_or_else(|| unknown(core, id, Some(kind)))?;
    let installed = installed(core);
    Ok(Present { installed: &installed, offline: &|plugin| is_offline(core, &installed, plugin) }.complete(found))
}

/// The definition behind a card, with its text where it is the public catalogue's.
pub(super) async fn definition(core: &Core, card: &ConnectorCard) -> Result<(Definition, Option<String>), Error> {
    if !card.verified
        && let Some((definition, text)) = core.hub().definition(card.kind, &card.plugin).await?
    {
        return Ok((definition, Some(text)));
    }
    Ok((find(core, card.kind, &card.plugin)?, None))
}

/// The definition of this kind with this short id or plugin name, of a connector that comes with the app or was agreed to.
pub(super) fn find(core: &Core, kind: ConnectorKind, name: &str) -> Result<Definition, Error> {
    core.catalogue().find(kind, name).cloned().ok_or_else(|| unknown(core, name, Some(kind)))
}

/// Plugins whose environment is ready, and those that need none.
pub(super) fn installed(core: &Core) -> Arc<HashSet<String>> {
    let ready = core.engine().status().environments.into_iter().filter(|one| one.state == EnvironmentState::Ready);
    let catalogue = core.catalogue();
    let own = catalogue.all().iter().filter(|one| one.own_program).map(|one| one.plugin.clone());
    Arc::new(ready.map(|one| one.name).chain(own).collect())
}

/// Whether a plugin is installed or needs no network to be.
fn is_offline(core: &Core, installed: &HashSet<String>, plugin: &str) -> bool {
    installed.contains(plugin) || core.engine().offline(plugin)
}

pub(super) fn unknown(core: &Core, name: &str, kind: Option<ConnectorKind>) -> Error {
    let kinds = kind.map_or(vec![ConnectorKind::Extractor, ConnectorKind::Loader], |kind| vec![kind]);
    let catalogue = core.catalogue();
    let known: Vec<&str> = kinds.into_iter().flat_map(|kind| catalogue.ids(kind)).collect();
    Error::UnknownConnector { name: name.chars().take(100).collect(), known: known.join(", ") }
}
