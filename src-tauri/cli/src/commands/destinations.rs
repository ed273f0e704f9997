//! `trib destinations`.

use super::{input, test};
use crate::{
    arguments::{DestinationCommand, RecordCommand},
    context::Context,
    output::Output,
};
use serde_json::json;
use tributary_contract::Destination;
use tributary_core::{Error, ops};

pub async fn run(context: &Context, output: Output, command: DestinationCommand) -> Result<bool, Error> {
    let core = &context.core;
    let command = match command {
        DestinationCommand::Test { name } => {
            let id = ops::get_destination(core, &name).await?.id;
            return test::run(context, output, id.into()).await;
        }
        DestinationCommand::Delete { name } => {
            ops::delete_destination(core, &name).await?;
            output.object(&json!({ "deleted": name }));
            output.say(&format!("Deleted “{name}” and its secrets. What was written there is kept."));
            return Ok(true);
        }
        DestinationCommand::Record(command) => command,
    };
    match command {
        RecordCommand::List => {
            let destinations = ops::list_destinations(core).await?;
            output.object(&json!({ "destinations": destinations }));
            let rows = destinations.into_iter().map(|found| vec![found.name, found.connector, found.id.to_string()]);
            output.table(&["Name", "Type", "Id"], rows.collect(), &[]);
        }
        RecordCommand::Get { name } => show(output, &ops::get_destination(core, &name).await?),
        RecordCommand::Create { file } => {
            let created = ops::create_destination(core, input::read(file)?).await?;
            output.say(&format!("Created “{}”.", created.name));
            show(output, &created);
        }
        RecordCommand::Update { name, file } => {
            let updated = ops::update_destination(core, &name, input::read(file)?).await?;
            output.say(&format!("Changed “{}”.", updated.name));
            show(output, &updated);
        }
    }
    Ok(true)
}

fn show(output: Output, destination: &Destination) {
    output.object(&json!({ "destination": destination }));
    output.say(&format!("{} ({})", destination.name, destination.connector));
    output.say(&format!("  id       {}", destination.id));
    for (name, value) in &destination.config {
        output.say(&format!("  {name}: {value}"));
    }
    for name in &destination.secrets {
        output.say(&format!("  {name}: saved in your keychain"));
    }
}
