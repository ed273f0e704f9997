//! The connectors that come with the app, one folder each.

use super::Definition;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::{
    io,
    path::{Path, PathBuf},
};
use tributary_contract::ConnectorKind;

/// Why the catalogue could not be read.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// A file is missing or cannot be read.
    #[error("{path} cannot be read")]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A definition is not what it should be.
    #[error("{path} is not a connector definition: {detail}")]
    Parse {
        /// The file.
        path: PathBuf,
        /// Why, with the place in the file.
        detail: String,
    },
}

/// The connectors that come with the app.
#[derive(Debug, Clone)]
pub struct Catalogue(Vec<Definition>);

impl Catalogue {
    /// Reads `FOLDER/connectors/*/definition.yml`.
    pub fn read(meltano: &Path) -> Result<Self, CatalogueError> {
        let folder = meltano.join("connectors");
        let read_error = |path: &Path| {
            let path = path.to_owned();
            move |source| CatalogueError::Read { path, source }
        };
        let mut definitions = Vec::new();
        for entry in std::fs::read_dir(&folder).map_err(read_error(&folder))? {
            let path = entry.map_err(read_error(&folder))?.path();
            let file = path.join("definition.yml");
            if !file.is_file() {
                continue;
            }
            let text = std::fs::read_to_string(&file).map_err(read_error(&file))?;
            let mut definition = Definition::parse(&text)
                .map_err(|error| CatalogueError::Parse { path: file, detail: error.to_string() })?;
            definition.logo = std::fs::read(path.join("logo.svg"))
                .ok()
                .map(|svg| format!("data:image/svg+xml;base64,{}", STANDARD.encode(svg)));
            definitions.push(definition);
        }
        definitions.sort_by_key(|definition: &Definition| definition.label.to_lowercase());
        Ok(Self(definitions))
    }

    /// All, by label.
    pub fn all(&self) -> &[Definition] {
        &self.0
    }

    /// The connector of this kind with this short id or plugin name.
    pub fn find(&self, kind: ConnectorKind, name: &str) -> Option<&Definition> {
        self.0
            .iter()
            .filter(|definition| definition.kind == kind)
            .find(|definition| definition.id == name || definition.plugin == name)
    }

    /// Short ids of this kind, for messages.
    pub fn ids(&self, kind: ConnectorKind) -> Vec<&str> {
        self.0.iter().filter(|definition| definition.kind == kind).map(|definition| definition.id.as_str()).collect()
    }
}
