//! Connectors: the built-in and the public catalogue, their definitions, the settings they take and what they offer.

pub mod catalogue;
pub mod changes;
pub mod definition;
pub mod form;
pub mod hub;
pub mod offer;
pub mod plugin_config;
pub mod selection;
pub mod settings;

pub use catalogue::{Catalogue, CatalogueError};
pub use definition::{
    Definition, DefinitionError, LoginCheck, SettingDefinition, SettingKind, SettingOption, parse_yaml,
};
