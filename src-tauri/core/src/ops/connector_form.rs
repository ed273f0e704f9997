//! The form of a connector.

use super::connectors;
use crate::{
    Core, Error,
    connectors::{
        definition::DEFINITION_LIMIT,
        form::{self, AboutError},
    },
};
use std::{io::Read, path::Path};
use tributary_contract::{ConnectorForm, ConnectorKind};

/// Why a file gives no form.
#[derive(Debug, thiserror::Error)]
pub enum FormFileError {
    /// It is not there, or cannot be read.
    #[error(transparent)]
    Read(#[from] std::io::Error),
    /// It holds something else.
    #[error(transparent)]
    Content(#[from] AboutError),
}

/// The form of the connector of this kind with this short id or plugin name. `saved` names the secrets that the keychain
/// holds already: they can be left empty.
pub fn connector_form(core: &Core, kind: ConnectorKind, id: &str, saved: &[String]) -> Result<ConnectorForm, Error> {
    Ok(form::form(&connectors::find(core, kind, id)?, saved))
}

/// The form of the connector with this short id or plugin name; a source's where both kinds have it.
pub fn form_of_name(core: &Core, name: &str) -> Result<ConnectorForm, Error> {
    connector_form(core, ConnectorKind::Extractor, name, &[])
        .or_else(|_| connector_form(core, ConnectorKind::Loader, name, &[]))
        .map_err(|_| connectors::unknown(core, name, None))
}

/// The form of a file: a definition in YAML or JSON, or what a connector prints about itself (`--about --format=json`).
pub fn form_of_file(path: &Path) -> Result<ConnectorForm, Error> {
    read(path).map_err(|source| Error::FormFile { path: path.to_owned(), source })
}

fn read(path: &Path) -> Result<ConnectorForm, FormFileError> {
    let mut text = String::new();
    // One byte more than is taken tells that there is more.
    std::fs::File::open(path)?.take(DEFINITION_LIMIT as u64 + 1).read_to_string(&mut text)?;
    Ok(form::form_of_text(&text, &[])?)
}
