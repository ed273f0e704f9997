//! `trib connectors`.

use super::install;
use crate::{
    arguments::{Command, ConnectorCommand},
    context::Context,
    output::Output,
};
use serde_json::json;
use std::path::Path;
use tributary_contract::{
    Connector, ConnectorDetail, ConnectorForm, ConnectorKind, ConnectorPage, ConnectorQuery, InstallNeed, Widget,
};
use tributary_core::{Error, ops};

pub async fn run(context: &Context, output: Output, command: Option<ConnectorCommand>) -> Result<bool, Error> {
    match command.unwrap_or(ConnectorCommand::List) {
        ConnectorCommand::List => list(output, &ops::list_connectors(&context.core)),
        ConnectorCommand::Search { text, limit } => {
            let query = ConnectorQuery { text: text.join(" "), limit, ..ConnectorQuery::default() };
            found(output, &ops::search_connectors(&context.core, query).await?);
        }
        ConnectorCommand::Refresh => {
            ops::refresh_hub(&context.core).await?;
            let page = ops::search_connectors(&context.core, ConnectorQuery::default()).await?;
            output.object(&json!({ "hub": page.hub }));
            output.say(&format!(
                "The public catalogue has {} connectors; {} of them are here.",
                page.hub.listed, page.hub.known
            ));
        }
        ConnectorCommand::Install { name, yes } => return install::install(context, output, &name, yes).await,
        ConnectorCommand::Show { name } => show(output, &either(context, &name).await?),
        ConnectorCommand::Form { name_or_file } => {
            show_form(output, &ops::form_of_name(&context.core, &name_or_file)?);
        }
    }
    Ok(true)
}

/// The file that `trib connectors form` is asked for, where it is not a name.
pub fn form_file(command: &Command) -> Option<&Path> {
    let Command::Connectors { command: Some(ConnectorCommand::Form { name_or_file }) } = command else { return None };
    let path = Path::new(name_or_file);
    let is_file = path.is_file() || name_or_file.contains(['/', '\\']) || path.extension().is_some();
    is_file.then_some(path)
}

/// The form of a definition in a file.
pub fn form_of_file(output: Output, path: &Path) -> Result<bool, Error> {
    show_form(output, &ops::form_of_file(path)?);
    Ok(true)
}

fn list(output: Output, connectors: &[Connector]) {
    output.object(&json!({ "connectors": connectors }));
    let of = |kind| connectors.iter().filter(move |one| one.kind == kind);
    let rows = of(ConnectorKind::Extractor)
        .chain(of(ConnectorKind::Loader))
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

/// The connector of this name, a source's where both kinds have it.
pub async fn either(context: &Context, name: &str) -> Result<ConnectorDetail, Error> {
    let sources = match ops::get_connector(&context.core, ConnectorKind::Extractor, name).await {
        Err(Error::UnknownConnector { known, .. }) => known,
        other => return other,
    };
    match ops::get_connector(&context.core, ConnectorKind::Loader, name).await {
        Err(Error::UnknownConnector { name, known }) => {
            Err(Error::UnknownConnector { name, known: format!("{sources}, {known}") })
        }
        other => other,
    }
}

fn found(output: Output, page: &ConnectorPage) {
    output.object(page);
    let rows = page.connectors.iter().map(|card| {
        let state = match (card.installed, card.verified) {
            (true, _) => "installed",
            (false, true) => "comes with the app",
            (false, false) => need_in_words(card.needs),
        };
        let row = [&card.id, &card.label, kind_in_words(card.kind), state, &card.description];
        row.map(str::to_owned).to_vec()
    });
    output.table(&["Type", "Name", "Kind", "State", "What it does"], rows.collect(), &[]);
    if page.total as usize > page.connectors.len() {
        output.say(&format!(
            "{} of {}: look for something more exact, or ask for more with --limit.",
            page.connectors.len(),
            page.total
        ));
    }
    if page.hub.refreshed_at.is_none() {
        output.remark("The public catalogue is not here yet: trib connectors refresh");
    }
}

const fn need_in_words(needs: InstallNeed) -> &'static str {
    match needs {
        InstallNeed::Nothing => "can be installed",
        InstallNeed::Git => "needs Git",
        InstallNeed::Docker => "needs Docker",
        InstallNeed::Impossible => "cannot be installed",
    }
}

fn show(output: Output, connector: &ConnectorDetail) {
    output.object(&json!({ "connector": connector }));
    let card = &connector.card;
    output.say(&format!("{} ({}, {})", card.label, card.id, kind_in_words(card.kind)));
    output.say(&card.description);
    output.say(match (card.installed, card.verified) {
        (true, true) => "It comes with the app and is installed.",
        (true, false) => "It is installed. It does not come with the app.",
        (false, true) => "It comes with the app.",
        (false, false) => "It does not come with the app: what it installs has to be agreed to.",
    });
    let lines = [
        ("Plugin", Some(card.plugin.clone())),
        ("Made by", connector.variant.clone()),
        ("Needs", (!card.installed).then(|| need_in_words(card.needs).to_owned())),
        ("In the way", connector.obstacle.clone()),
        ("Documentation", connector.docs.clone()),
        ("Source", connector.repo.clone()),
        ("Licence", connector.license.clone()),
    ];
    for (name, value) in lines.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        output.say(&format!("{name:14} {value}"));
    }
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

fn show_form(output: Output, form: &ConnectorForm) {
    output.object(form);
    output.say(form.schema["title"].as_str().unwrap_or_default());
    let ways = form.schema["anyOf"].as_array().map(Vec::as_slice).unwrap_or_default();
    let rows = form.ui.order.iter().map(|name| {
        let (place, part) = std::iter::once((None, &form.schema))
            .chain(ways.iter().map(|way| (way["title"].as_str(), way)))
            .find(|(_, part)| part["properties"].get(name).is_some())
            .unwrap_or((None, &form.schema));
        let property = &part["properties"][name];
        let is_required = part["required"].as_array().is_some_and(|all| all.iter().any(|one| one == name));
        let also = ways.iter().filter(|way| way["properties"].get(name).is_some()).count();
        let place = match place {
            None if form.ui.advanced.contains(name) => "Advanced".to_owned(),
            None => String::new(),
            Some(way) if also > 1 => format!("{way} and {} more", also - 1),
            Some(way) => way.to_owned(),
        };
        let default = property.get("default").map(|value| value.as_str().map_or(value.to_string(), str::to_owned));
        vec![
            property["title"].as_str().unwrap_or(name).to_owned(),
            name.clone(),
            form.ui.fields.get(name).map_or("", |hint| widget_in_words(hint.widget)).to_owned(),
            place,
            if is_required { "yes" } else { "" }.to_owned(),
            default.unwrap_or_default().chars().take(40).collect(),
        ]
    });
    output.table(&["Name", "Setting", "Asked for as", "Stands under", "Required", "Default"], rows.collect(), &[]);
    for note in &form.notes {
        output.say(note);
    }
}

const fn widget_in_words(widget: Widget) -> &'static str {
    match widget {
        Widget::Text => "text",
        Widget::LongText => "long text",
        Widget::Secret => "secret",
        Widget::LongSecret => "long secret",
        Widget::Email => "e-mail address",
        Widget::Url => "address",
        Widget::Integer => "whole number",
        Widget::Number => "number",
        Widget::Switch => "yes or no",
        Widget::Choice => "choice",
        Widget::Date => "date",
        Widget::File => "file",
        Widget::Folder => "folder",
        Widget::List => "list",
        Widget::Fields => "fields",
        Widget::Pairs => "names and values",
        Widget::Json => "JSON",
    }
}
