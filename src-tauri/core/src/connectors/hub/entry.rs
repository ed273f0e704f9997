//! Documents of the public catalogue, read: its indexes and what its definitions say.

use super::{
    category,
    plain::plain,
    requirement::{self, Requirement},
};
use crate::connectors::{Definition, form::text};
use serde_json::{Map, Value, json};
use tributary_contract::{ConnectorCard, ConnectorKind, InstallNeed, Maintenance, Quality};

/// Connectors an index may name; the public one names 700.
const MOST_CONNECTORS: usize = 20_000;
/// Names that an environment may not have: the engine keeps its own under them.
const TAKEN: [&str; 2] = ["meltano", "cache"];
/// The longest label and description of a card, in characters.
const LABEL: usize = 80;
const DESCRIPTION: usize = 300;

/// A connector of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) name: String,
    pub(super) variant: String,
    /// Where its definition is.
    pub(super) address: String,
}

/// Reads an index: each connector with its default variant. What has no usable variant is left out.
pub(super) fn read_index(text: &str) -> Result<Vec<Listed>, String> {
    let value: Map<String, Value> =
        serde_json::from_str(text).map_err(|error| format!("it is no JSON object: {error}"))?;
    if value.is_empty() || value.len() > MOST_CONNECTORS {
        return Err(format!("it names {} connectors", value.len()));
    }
    let listed: Vec<Listed> = value
        .into_iter()
        .filter_map(|(name, entry)| {
            let variants = entry.get("variants")?.as_object()?;
            let default = entry.get("default_variant").and_then(Value::as_str);
            let (variant, chosen) =
                default.and_then(|name| variants.get_key_value(name)).or_else(|| variants.iter().next())?;
            let address = chosen.get("ref")?.as_str()?.to_owned();
            Some(Listed { name, variant: variant.clone(), address })
        })
        .collect();
    if listed.is_empty() { Err("it names no connector with a definition".to_owned()) } else { Ok(listed) }
}

/// Reads a definition as the catalogue serves it.
pub(super) fn read_definition(kind: ConnectorKind, name: &str, text: &str) -> Result<Definition, String> {
    let mut value: Map<String, Value> =
        serde_json::from_str(text).map_err(|error| format!("it is no JSON object: {error}"))?;
    // These words are ours alone: they say what a connector that comes with the app may do.
    if let Some(Value::Object(metadata)) = value.get_mut("metadata") {
        metadata.remove("tributary");
    }
    let definition = Definition::from_value(&Value::Object(value), Some(kind)).map_err(|error| error.to_string())?;
    if definition.plugin != name {
        return Err(format!("it is the definition of “{}”", plain(&definition.plugin, LABEL)));
    }
    if definition.kind != kind {
        return Err("it is of the other kind".to_owned());
    }
    if TAKEN.contains(&name.to_ascii_lowercase().as_str()) {
        return Err("the app keeps something of its own under that name".to_owned());
    }
    Ok(definition)
}

/// A definition as it is kept for an installed connector: with its kind, its short id, its category, plain texts.
pub fn kept_definition(card: &ConnectorCard, text: &str) -> Result<String, String> {
    let mut value: Map<String, Value> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let word = match card.kind {
        ConnectorKind::Extractor => "extractors",
        ConnectorKind::Loader => "loaders",
    };
    value.insert("plugin_type".to_owned(), word.into());
    value.insert("label".to_owned(), card.label.clone().into());
    value.insert("description".to_owned(), card.description.clone().into());
    value.insert("metadata".to_owned(), json!({ "tributary": { "type": card.id, "category": card.category } }));
    serde_json::to_string_pretty(&value).map_err(|error| error.to_string())
}

/// What the catalogue knows of a connector, as far as lists need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HubEntry {
    /// Its card; `installed` and `offline` are not known here.
    pub card: ConnectorCard,
    /// Words it is found by.
    pub keywords: Vec<String>,
    /// Whether lists do not show it.
    pub hidden: bool,
}

impl HubEntry {
    /// From a definition as it was fetched.
    pub(super) fn parse(kind: ConnectorKind, name: &str, text: &str) -> Result<Self, String> {
        let definition = read_definition(kind, name, text)?;
        Ok(Self { hidden: definition.hidden, keywords: definition.keywords.clone(), card: card(&definition) })
    }
}

fn card(definition: &Definition) -> ConnectorCard {
    let label = plain(&definition.label, LABEL);
    let description = plain(&definition.description, DESCRIPTION);
    let about = format!("{label} {description} {}", definition.plugin.replace(['-', '_'], " "));
    ConnectorCard {
        id: definition.id.clone(),
        kind: definition.kind,
        plugin: definition.plugin.clone(),
        category: category::guess(&definition.keywords, &about).to_owned(),
        label: if label.is_empty() { definition.plugin.clone() } else { label },
        description,
        logo: None,
        verified: false,
        quality: match definition.quality.as_deref() {
            Some("gold") => Quality::Gold,
            Some("silver") => Quality::Silver,
            Some("bronze") => Quality::Bronze,
            _ => Quality::Unknown,
        },
        maintenance: match definition.maintenance_status.as_deref() {
            Some("active") => Maintenance::Active,
            Some("beta") => Maintenance::Beta,
            Some("development") => Maintenance::Development,
            Some("inactive") => Maintenance::Inactive,
            _ => Maintenance::Unknown,
        },
        needs: Installation::of(definition).needs,
        installed: false,
        offline: false,
    }
}

/// What installing a connector takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// What has to be there.
    pub needs: InstallNeed,
    /// Why it cannot be installed where that is missing.
    pub obstacle: Option<String>,
    /// The packages; empty where there are none to install.
    pub requirements: Vec<Requirement>,
}

impl Installation {
    /// What the definition asks for.
    pub fn of(definition: &Definition) -> Self {
        let asked = definition.pip_url.as_deref().unwrap_or_default();
        let docker = runs_in_docker(definition);
        match requirement::parse(asked) {
            Ok(requirements) if docker => {
                let obstacle = "It runs in Docker, which is not on this computer.".to_owned();
                Self { needs: InstallNeed::Docker, obstacle: Some(obstacle), requirements }
            }
            Ok(requirements) => Self { needs: InstallNeed::Nothing, obstacle: None, requirements },
            Err(_) if docker && asked.is_empty() => {
                let obstacle = "It is an image for Docker and has no package, so the app cannot run it.".to_owned();
                Self { needs: InstallNeed::Docker, obstacle: Some(obstacle), requirements: Vec::new() }
            }
            Err(obstacle) => Self { needs: obstacle.needs, obstacle: Some(obstacle.reason), requirements: Vec::new() },
        }
    }

    /// Why it cannot be installed on a computer with or without Docker.
    pub fn obstacle(&self, has_docker: bool) -> Option<&str> {
        let satisfied = self.needs == InstallNeed::Docker && has_docker && !self.requirements.is_empty();
        self.obstacle.as_deref().filter(|_| !satisfied)
    }
}

/// Wrappers around images of another tool, and definitions with an image in place of a package.
fn runs_in_docker(definition: &Definition) -> bool {
    definition.keywords.iter().any(|word| word == "airbyte_protocol")
        || definition.executable == "tap-airbyte"
        || definition.settings.iter().any(|setting| setting.name == "airbyte_spec.image")
        || definition.commands.values().any(|command| command.get("container_spec").is_some())
        || definition.executable == "docker"
}

/// What a connector's page says before it is set up: Markdown without HTML.
pub fn guide(definition: &Definition) -> Option<String> {
    let parts = [&definition.prerequisites, &definition.settings_preamble, &definition.usage, &definition.next_steps];
    let texts: Vec<String> = parts.into_iter().flatten().filter_map(|part| text::markdown(part)).collect();
    (!texts.is_empty()).then(|| texts.join("\n\n"))
}

/// An address that a page may link to.
pub fn page(address: Option<&str>) -> Option<String> {
    text::https(address?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_gives_default_variants() {
        let text = json!({
            "tap-a": {"default_variant": "x", "variants": {"w": {"ref": "https://h/w"}, "x": {"ref": "https://h/x"}}},
            "tap-b": {"default_variant": "gone", "variants": {"y": {"ref": "https://h/y"}}},
            "tap-c": {"variants": {}},
            "tap-d": "nonsense",
        });
        let listed = read_index(&text.to_string()).unwrap();
        let found: Vec<_> = listed.iter().map(|one| (one.name.as_str(), one.address.as_str())).collect();
        assert_eq!(found, [("tap-a", "https://h/x"), ("tap-b", "https://h/y")]);
        for bad in ["", "<html>", "[]", "{}", "{\"tap-a\": 1}", "null"] {
            assert!(read_index(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn definitions_are_taken_for_what_they_are() {
        let read = |value: Value| read_definition(ConnectorKind::Extractor, "tap-a", &value.to_string());
        assert!(read(json!({"name": "tap-a"})).is_ok());
        assert!(read(json!({"name": "tap-b"})).unwrap_err().contains("tap-b"));
        assert!(read(json!({"name": "../tap-a"})).is_err());
        assert!(read(json!([1])).is_err());
        assert!(read_definition(ConnectorKind::Extractor, "meltano", "{\"name\": \"meltano\"}").is_err());
        let definition = read(json!({
            "name": "tap-a",
            "metadata": {"tributary": {"type": "salesforce", "check": "login", "app_settings": ["token"]}},
        }));
        assert_eq!(definition.unwrap().id, "a", "what only the app may say is not listened to");
    }

    #[test]
    fn cards_hold_plain_text_and_say_what_is_needed() {
        let entry = |value: Value| HubEntry::parse(ConnectorKind::Extractor, "tap-a", &value.to_string()).unwrap().card;
        let card = entry(json!({
            "name": "tap-a", "label": "<b>Shop</b><script>x</script>", "description": "<img onerror=x>Orders",
            "pip_url": "git+https://github.com/o/r.git@v1", "quality": "gold", "maintenance_status": "active",
            "keywords": ["api"],
        }));
        assert_eq!((card.label.as_str(), card.description.as_str()), ("Shop", "Orders"));
        assert_eq!((card.category.as_str(), card.needs), ("commerce", InstallNeed::Nothing));
        assert_eq!((card.quality, card.maintenance), (Quality::Gold, Maintenance::Active));
        let docker = entry(json!({"name": "tap-a", "pip_url": "tap-a", "keywords": ["airbyte_protocol"]}));
        assert_eq!(docker.needs, InstallNeed::Docker);
        assert_eq!(entry(json!({"name": "tap-a"})).needs, InstallNeed::Impossible);
    }

    #[test]
    fn docker_is_no_obstacle_where_it_is() {
        let text = json!({"name": "tap-a", "pip_url": "tap-a", "keywords": ["airbyte_protocol"]}).to_string();
        let installation = Installation::of(&read_definition(ConnectorKind::Extractor, "tap-a", &text).unwrap());
        assert!(installation.obstacle(false).is_some_and(|reason| reason.contains("Docker")));
        assert_eq!(installation.obstacle(true), None);
    }
}
