//! `trib streams`.

use crate::{
    arguments::{SelectArguments, StreamArguments, StreamCommand},
    context::Context,
    output::Output,
};
use serde_json::json;
use tributary_contract::{IntegrationId, IntegrationPatch, OfferedStream, StreamChoice, SyncMode};
use tributary_core::{Error, connectors::selection::SelectionError, ops};

pub async fn run(context: &Context, output: Output, arguments: StreamArguments) -> Result<bool, Error> {
    match arguments.command {
        Some(StreamCommand::Select(arguments)) => select(context, output, arguments).await,
        Some(StreamCommand::Fields { integration, stream }) => fields(context, output, &integration, &stream).await,
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

async fn select(context: &Context, output: Output, arguments: SelectArguments) -> Result<bool, Error> {
    let core = &context.core;
    let integration = ops::get_integration(core, &arguments.integration).await?;
    let offer = ops::get_offer(core, integration.id.into(), false).await?;
    let find = |name: &str| {
        let found = offer.streams.iter().find(|stream| stream.name == name);
        found.ok_or_else(|| SelectionError::UnknownStream { name: name.to_owned() })
    };
    let mut chosen: Vec<&OfferedStream> =
        offer.streams.iter().filter(|stream| arguments.all || (arguments.recommended && stream.recommended)).collect();
    for name in arguments.streams.iter().chain(&arguments.full) {
        let stream = find(name)?;
        if !chosen.iter().any(|there| there.name == stream.name) {
            chosen.push(stream);
        }
    }
    let mut choices: Vec<StreamChoice> = chosen.into_iter().map(OfferedStream::whole).collect();
    for choice in &mut choices {
        if arguments.full.contains(&choice.name) {
            choice.mode = SyncMode::Full;
        }
    }
    for text in &arguments.exclude {
        exclude(context, integration.id, &mut choices, text).await?;
    }
    let patch = IntegrationPatch { streams: Some(choices), ..IntegrationPatch::default() };
    let updated = ops::update_integration(core, &integration.id.to_string(), patch).await?;
    output.object(&json!({ "integration": updated }));
    let count = updated.streams.map_or(0, |streams| streams.len());
    output.say(&format!("“{}” now brings in {count} {}.", updated.name, if count == 1 { "stream" } else { "streams" }));
    Ok(true)
}

/// Leaves out the field that `STREAM.FIELD` names. Names may hold dots themselves.
async fn exclude(
    context: &Context,
    integration: IntegrationId,
    choices: &mut [StreamChoice],
    text: &str,
) -> Result<(), Error> {
    let belongs =
        |choice: &&mut StreamChoice| text.strip_prefix(choice.name.as_str()).is_some_and(|rest| rest.starts_with('.'));
    let refused = |detail: String| Error::Input { detail };
    let choice = choices
        .iter_mut()
        .find(belongs)
        .ok_or_else(|| refused(format!("--exclude {text} does not name a field of a chosen stream")))?;
    let field = &text[choice.name.len() + 1..];
    let fields = ops::list_fields(&context.core, integration.into(), &choice.name).await?;
    match fields.iter().find(|found| found.name == field) {
        None => Err(refused(format!("“{}” has no field “{field}”", choice.name))),
        Some(found) if found.required => {
            Err(refused(format!("“{field}” of “{}” cannot be left out: the source needs it", choice.name)))
        }
        Some(_) => {
            choice.excluded_fields.push(field.to_owned());
            Ok(())
        }
    }
}

async fn fields(context: &Context, output: Output, integration: &str, stream: &str) -> Result<bool, Error> {
    let integration = ops::get_integration(&context.core, integration).await?;
    let fields = ops::list_fields(&context.core, integration.id.into(), stream).await?;
    let excluded = |name: &String| {
        let choice = integration.streams.iter().flatten().find(|choice| choice.name == stream);
        choice.is_some_and(|choice| choice.excluded_fields.contains(name))
    };
    let described: Vec<_> = fields
        .iter()
        .map(|field| {
            json!({
                "name": field.name,
                "type": field.kind,
                "required": field.required,
                "key": field.key,
                "excluded": excluded(&field.name),
            })
        })
        .collect();
    output.object(&json!({ "stream": stream, "fields": described }));
    let rows = fields.iter().map(|field| {
        let note = match (field.key, field.required, excluded(&field.name)) {
            (true, _, _) => "key",
            (_, true, _) => "always",
            (_, _, true) => "left out",
            _ => "",
        };
        vec![field.name.clone(), field.kind.clone(), note.to_owned()]
    });
    output.table(&["Field", "Holds", ""], rows.collect(), &[]);
    Ok(true)
}
