//! The connectors that come with the app or were agreed to, one folder each.

use super::Definition;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::{
    collections::BTreeSet,
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

/// The connectors that come with the app, and those that were agreed to.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    definitions: Vec<Definition>,
    /// Those that do not come with the app.
    added: BTreeSet<(bool, String)>,
}

impl Catalogue {
    /// Reads `MELTANO/connectors/*/definition.yml`, which have to be in order, and `ADDED/*/definition.yml` of connectors
    /// that were agreed to. One of those that cannot be read, or that comes with the app by now, is left out.
    pub fn read(meltano: &Path, added: &Path) -> Result<Self, CatalogueError> {
        let mut definitions = read_all(&meltano.join("connectors"))?.into_iter().collect::<Result<Vec<_>, _>>()?;
        let mut names = BTreeSet::new();
        let more = if added.is_dir() { read_all(added)? } else { Vec::new() };
        for definition in more.into_iter().flatten() {
            let known = |one: &Definition| one.kind == definition.kind && one.plugin == definition.plugin;
            if !definitions.iter().any(known) {
                names.insert(key(definition.kind, &definition.plugin));
                // Only what comes with the app can be a program of its own.
                definitions.push(Definition { own_program: false, ..definition });
            }
        }
        definitions.sort_by_key(|definition: &Definition| definition.label.to_lowercase());
        Ok(Self { definitions, added: names })
    }

    /// Whether a connector comes with the app.
    pub fn is_built_in(&self, kind: ConnectorKind, plugin: &str) -> bool {
        let known = |one: &Definition| one.kind == kind && one.plugin == plugin;
        self.definitions.iter().any(known) && !self.added.contains(&key(kind, plugin))
    }

    /// All, by label.
    pub fn all(&self) -> &[Definition] {
        &self.definitions
    }

    /// The connector of this kind with this short id or plugin name.
    pub fn find(&self, kind: ConnectorKind, name: &str) -> Option<&Definition> {
        self.definitions
            .iter()
            .filter(|definition| definition.kind == kind)
            .find(|definition| definition.id == name || definition.plugin == name)
    }

    /// Plugins whose wheels ship with the app.
    pub fn shipped(&self) -> Vec<String> {
        let ours = self.definitions.iter().filter(|one| one.offline && self.is_built_in(one.kind, &one.plugin));
        ours.map(|one| one.plugin.clone()).collect()
    }

    /// Short ids of this kind, for messages.
    pub fn ids(&self, kind: ConnectorKind) -> Vec<&str> {
        self.definitions
            .iter()
            .filter(|definition| definition.kind == kind)
            .map(|definition| definition.id.as_str())
            .collect()
    }
}

/// Sources before destinations.
fn key(kind: ConnectorKind, plugin: &str) -> (bool, String) {
    (kind == ConnectorKind::Loader, plugin.to_owned())
}

/// Every definition of a folder, each for itself.
fn read_all(folder: &Path) -> Result<Vec<Result<Definition, CatalogueError>>, CatalogueError> {
    let read_error = |path: &Path| {
        let path = path.to_owned();
        move |source| CatalogueError::Read { path, source }
    };
    let mut definitions = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(read_error(folder))? {
        let path = entry.map_err(read_error(folder))?.path();
        let file = path.join("definition.yml");
        // Folders that are being made start with a dot.
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if file.is_file() && !hidden {
            definitions.push(read_one(&path, &file));
        }
    }
    Ok(definitions)
}

fn read_one(folder: &Path, file: &Path) -> Result<Definition, CatalogueError> {
    let text =
        std::fs::read_to_string(file).map_err(|source| CatalogueError::Read { path: file.to_owned(), source })?;
    let mut definition = Definition::parse(&text)
        .map_err(|error| CatalogueError::Parse { path: file.to_owned(), detail: error.to_string() })?;
    definition.logo = std::fs::read(folder.join("logo.svg"))
        .ok()
        .map(|svg| format!("data:image/svg+xml;base64,{}", STANDARD.encode(svg)));
    Ok(definition)
}
