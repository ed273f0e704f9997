//! `trib streams`.

use crate::{
    arguments::{StreamArguments, StreamCommand},
    context::Context,
    output::Output,
};
use serde_json::json;
use tributary_contract::{IntegrationPatch, StreamChoice, SyncMode};
use tributary_core::{Error, connectors::selection::SelectionError, ops};

pub async fn run(context: &Context, output: Output, arguments: StreamArguments) -> Result<bool, Error> {
    match arguments.command {
        Some(StreamCommand::Select { integration, streams }) => select(context, output, &integration, streams).await,
        None => list(context, output, &arguments.integration.unwrap_or_default(), arguments.refresh).await,
    }
}

async fn list(context: &Context, output: Output, integration: &str, refresh: bool) -> Result<bool, Error> {
    let streams = ops::list_streams(&context.core, integration, refresh).await?;
    let chosen = ops::get_integration(&context.core, integration).await?.streams;
    let is_chosen = |name: &str| chosen.as_ref().map(|choices| choices.iter().any(|choice| choice.name == name));
    let described: Vec<_> = streams
        .iter()
        .map(|stream| {
            json!({
                "name": stream.name,
                "fields": stream.fields,
                "replication_key": stream.replication_key,
                "selected": is_chosen(&stream.name),
            })
        })
        .collect();
    output.object(&json!({ "streams": described }));
    let rows = streams
        .iter()
        .map(|stream| {
            let mark = match is_chosen(&stream.name) {
                Some(true) => "yes",
                Some(false) => "",
                None => "as recommended",
            };
            let mode = stream.replication_key.as_ref().map_or("everything each time", |_| "new and changed");
            vec![stream.name.clone(), stream.fields.len().to_string(), mode.to_owned(), mark.to_owned()]
        })
        .collect();
    output.table(&["Stream", "Fields", "Brings in", "Chosen"], rows, &[1]);
    Ok(true)
}

async fn select(context: &Context, output: Output, integration: &str, names: Vec<String>) -> Result<bool, Error> {
    let offered = ops::list_streams(&context.core, integration, false).await?;
    if let Some(name) = names.iter().find(|name| !offered.iter().any(|stream| stream.name == **name)) {
        return Err(SelectionError::UnknownStream { name: name.clone() }.into());
    }
    let choices = names
        .into_iter()
        .map(|name| StreamChoice { name, excluded_fields: Vec::new(), mode: SyncMode::Incremental })
        .collect();
    let patch = IntegrationPatch { streams: Some(choices), ..IntegrationPatch::default() };
    let updated = ops::update_integration(&context.core, integration, patch).await?;
    output.object(&json!({ "integration": updated }));
    output.say(&format!("“{}” now brings in {} streams.", updated.name, updated.streams.map_or(0, |s| s.len())));
    Ok(true)
}
