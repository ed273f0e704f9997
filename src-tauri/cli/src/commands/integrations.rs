//! `trib integrations`.

use super::input;
use crate::{
    arguments::RecordCommand,
    context::Context,
    output::{Output, number},
};
use serde_json::json;
use tributary_contract::{Integration, IntegrationStatus, RunStatus};
use tributary_core::{Error, ops};

pub async fn run(context: &Context, output: Output, command: RecordCommand) -> Result<bool, Error> {
    let core = &context.core;
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
        RecordCommand::Delete { name } => {
            ops::delete_integration(core, &name).await?;
            output.object(&json!({ "deleted": name }));
            output.say(&format!("Deleted “{name}” and its secrets. The data it brought is kept."));
        }
    }
    Ok(true)
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

/// The words of the window.
fn status_in_words(integration: &Integration) -> &'static str {
    match integration.status {
        IntegrationStatus::Draft => "Set-up not finished",
        IntegrationStatus::Syncing => "Syncing",
        IntegrationStatus::Attention => "Needs attention",
        IntegrationStatus::Paused => "Paused",
        IntegrationStatus::Untested if integration.last_synced_at.is_some() => "Changed since the last sync",
        IntegrationStatus::Untested | IntegrationStatus::Ready => match &integration.last_run {
            None => "Never synced",
            Some(run) if run.status == RunStatus::Succeeded && run.records() == 0 => "Nothing new",
            Some(run) if run.status == RunStatus::Succeeded => "Up to date",
            Some(run) if run.status == RunStatus::Interrupted => "Interrupted",
            Some(_) => "Stopped",
        },
    }
}
