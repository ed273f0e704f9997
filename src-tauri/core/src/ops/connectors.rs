//! The marketplace's entries.

use crate::{Core, Error, connectors::Definition};
use tributary_contract::{Connector, ConnectorKind, EnvironmentState};

/// All connectors, by label.
pub fn list_connectors(core: &Core) -> Vec<Connector> {
    let status = core.engine().status();
    let installed = |plugin: &str| {
        status.environments.iter().any(|found| found.name == plugin && found.state == EnvironmentState::Ready)
    };
    core.catalogue().all().iter().map(|found| found.to_contract(installed(&found.plugin))).collect()
}

/// The connector with this short id or plugin name; an extractor where both kinds have it.
pub fn get_connector(core: &Core, name: &str) -> Result<Connector, Error> {
    let definition = find(core, ConnectorKind::Extractor, name).or_else(|_| find(core, ConnectorKind::Loader, name));
    let plugin = definition?.plugin;
    let all = list_connectors(core);
    all.into_iter().find(|connector| connector.plugin == plugin).ok_or_else(|| unknown(core, name, None))
}

/// The definition of this kind with this short id or plugin name.
pub(super) fn find(core: &Core, kind: ConnectorKind, name: &str) -> Result<Definition, Error> {
    core.catalogue().find(kind, name).cloned().ok_or_else(|| unknown(core, name, Some(kind)))
}

pub(super) fn unknown(core: &Core, name: &str, kind: Option<ConnectorKind>) -> Error {
    let kinds = kind.map_or(vec![ConnectorKind::Extractor, ConnectorKind::Loader], |kind| vec![kind]);
    let known: Vec<&str> = kinds.into_iter().flat_map(|kind| core.catalogue().ids(kind)).collect();
    Error::UnknownConnector { name: name.chars().take(100).collect(), known: known.join(", ") }
}
