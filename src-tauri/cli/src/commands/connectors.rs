//! `trib connectors`.

use crate::{arguments::ConnectorCommand, context::Context, output::Output};
use serde_json::json;
use tributary_contract::{Connector, ConnectorKind};
use tributary_core::{Error, ops};

pub fn run(context: &Context, output: Output, command: Option<ConnectorCommand>) -> Result<bool, Error> {
    match command.unwrap_or(ConnectorCommand::List) {
        ConnectorCommand::List => list(output, &ops::list_connectors(&context.core)),
        ConnectorCommand::Search { text } => {
            let text = text.to_lowercase();
            let mut found = ops::list_connectors(&context.core);
            found.retain(|connector| {
                let words = [&connector.id, &connector.plugin, &connector.label, &connector.description];
                words.into_iter().chain(&connector.keywords).any(|word| word.to_lowercase().contains(&text))
            });
            list(output, &found);
        }
        ConnectorCommand::Show { name } => show(output, &ops::get_connector(&context.core, &name)?),
    }
    Ok(true)
}

fn list(output: Output, connectors: &[Connector]) {
    output.object(&json!({ "connectors": connectors }));
    let rows = connectors
        .iter()
        .map(|connector| {
            vec![
                connector.id.clone(),
                connector.label.clone(),
                kind_in_words(connector.kind).to_owned(),
                if connector.installed { "yes" } else { "no" }.to_owned(),
                connector.description.clone(),
            ]
        })
        .collect();
    output.table(&["Type", "Name", "Kind", "Installed", "What it does"], rows, &[]);
}

fn show(output: Output, connector: &Connector) {
    output.object(&json!({ "connector": connector }));
    output.say(&format!("{} ({}, {})", connector.label, connector.id, kind_in_words(connector.kind)));
    output.say(&connector.description);
    let rows = connector
        .settings
        .iter()
        .map(|setting| {
            let place = if setting.secret { "secrets" } else { "config" };
            let required = if setting.required { "yes" } else { "" };
            vec![
                setting.name.clone(),
                setting.label.clone(),
                setting.kind.clone(),
                place.to_owned(),
                required.to_owned(),
            ]
        })
        .collect();
    output.table(&["Setting", "Name", "Kind", "Belongs into", "Required"], rows, &[]);
}

const fn kind_in_words(kind: ConnectorKind) -> &'static str {
    match kind {
        ConnectorKind::Extractor => "source",
        ConnectorKind::Loader => "destination",
    }
}
