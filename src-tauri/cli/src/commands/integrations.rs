//! `trib integrations`.

use super::{input, several};
use crate::{
    arguments::{IntegrationCommand, RecordCommand},
    context::Context,
    output::{Output, number},
};
use serde_json::json;
use tributary_contract::Integration;
use tributary_core::{
    Error,
    ops::{self, Removal, status_in_words},
};

pub async fn run(context: &Context, output: Output, command: IntegrationCommand) -> Result<bool, Error> {
    let core = &context.core;
    let command = match command {
        IntegrationCommand::Delete { names, all, data } => return delete(context, output, names, all, data).await,
        IntegrationCommand::Record(command) => command,
    };
    match command {
        RecordCommand::List => list(output, &ops::list_integrations(core).await?),
        RecordCommand::Get { name } => show(output, &ops::get_integration(core, &name).await?),
        RecordCommand::Create { file } => {
            let created = ops::create_integration(core, input::read(file)?).await?;
            output.say(&format!("Created “{}”.", created.name));
            show(output, &created);
        }
        RecordCommand::Update { name, file } => {
            let updated = ops::update_integration(core, &name, input::read(file)?).await?;
            output.say(&format!("Changed “{}”.", updated.name));
            show(output, &updated);
        }
    }
    Ok(true)
}

async fn delete(context: &Context, output: Output, names: Vec<String>, all: bool, data: bool) -> Result<bool, Error> {
    let core = &context.core;
    let names = several::chosen(core, names, all).await?;
    several::each(output, &names, async |name| {
        let removed = ops::delete(core, name, data).await?;
        output.object(&json!({ "deleted": name, "removed": removed }));
        output.say(&removal_in_words(&removed, data));
        Ok(true)
    })
    .await
}

fn removal_in_words(removed: &Removal, data: bool) -> String {
    let count = |number: usize, one: &str, many: &str| match number {
        1 => format!("1 {one}"),
        number => format!("{number} {many}"),
    };
    let Removal { name, secrets, runs, data: files } = removed;
    let secrets = count(*secrets, "secret in the keychain", "secrets in the keychain");
    let runs = count(*runs, "sync with its log", "syncs with their logs");
    let kept = if data {
        let files: Vec<String> = files.iter().map(|file| format!("\n  {}", file.display())).collect();
        format!("{} with its data:{}", count(files.len(), "file", "files"), files.concat())
    } else {
        "The data it brought is kept.".to_owned()
    };
    format!("Deleted “{name}”: {secrets}, {runs}, its generated files and its sync state. {kept}")
}

fn list(output: Output, integrations: &[Integration]) {
    output.object(&json!({ "integrations": integrations }));
    if integrations.is_empty() {
        output.say("There are no integrations yet. Create one with: trib integrations create");
        return;
    }
    let rows = integrations
        .iter()
        .map(|integration| {
            let rows = integration.last_run.as_ref().map(|run| number(run.records())).unwrap_or_default();
            let synced = integration.last_synced_at.map(|time| time.format("%Y-%m-%d %H:%M UTC").to_string());
            vec![
                integration.name.clone(),
                integration.connector.clone(),
                status_in_words(integration).to_owned(),
                synced.unwrap_or_default(),
                rows,
            ]
        })
        .collect();
    output.table(&["Name", "Type", "Status", "Last synced", "Rows"], rows, &[4]);
}

fn show(output: Output, integration: &Integration) {
    output.object(&json!({ "integration": integration }));
    output.say(&format!("{} ({}): {}", integration.name, integration.connector, status_in_words(integration)));
    output.say(&format!("  id       {}", integration.id));
    for (name, value) in &integration.config {
        output.say(&format!("  {name}: {value}"));
    }
    for name in &integration.secrets {
        output.say(&format!("  {name}: saved in your keychain"));
    }
}
