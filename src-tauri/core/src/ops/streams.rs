//! What a source offers.

use super::prepare;
use crate::{
    Core, Error,
    connectors::selection::{self, DiscoveredStream},
    store,
};

/// The streams of an integration's source: kept from earlier, or asked now when nothing is kept or `refresh` is set.
pub async fn list_streams(core: &Core, id_or_name: &str, refresh: bool) -> Result<Vec<DiscoveredStream>, Error> {
    let integration = super::get_integration(core, id_or_name).await?;
    if refresh {
        let id = integration.id;
        core.database().transact(move |connection| store::catalogs::delete(connection, id)).await?;
    }
    let (definition, plugin) = prepare::extractor(core, &integration).await?;
    let catalog = prepare::catalog(core, &integration, &definition, &plugin).await?;
    Ok(selection::streams(&catalog)?)
}
