//! One file per noun. Each command answers whether it succeeded.

mod connectors;
mod daemon;
mod data;
mod demo;
mod destinations;
mod engine;
mod input;
mod install;
mod integrations;
mod logs;
mod project;
mod runs;
mod schedules;
mod settings;
mod several;
mod sign_in;
mod state;
mod streams;
mod sync;
mod test;

use crate::{
    arguments::{Arguments, Command},
    context::{self, Context},
    output::Output,
};
use tributary_core::Error;

/// Executes the command.
pub async fn run(arguments: Arguments, output: &Output) -> Result<bool, Error> {
    let output = *output;
    if let Some(path) = connectors::form_file(&arguments.command) {
        // A file needs no data folder and no keychain.
        return connectors::form_of_file(output, path);
    }
    let context = context::open()?;
    let core = context.core.clone();
    if let Some(restored) = core.restored() {
        output.notice(&restored.in_words());
    }
    let done = execute(arguments.command, context, output).await;
    // What was stopped is still ending in the background; nothing of it may outlive the program.
    core.shutdown().await;
    done
}

async fn execute(command: Command, context: Context, output: Output) -> Result<bool, Error> {
    match command {
        Command::Setup => engine::setup(&context, output).await,
        Command::Doctor { repair } => engine::doctor(&context, output, repair).await,
        Command::Connectors { command } => connectors::run(&context, output, command).await,
        Command::Integrations { command } => integrations::run(&context, output, command).await,
        Command::Destinations { command } => destinations::run(&context, output, command).await,
        Command::Test { names, all } => test::any(&context, output, names, all).await,
        Command::SignIn(arguments) => sign_in::sign_in(&context, output, arguments).await,
        Command::SignOut { integration } => sign_in::sign_out(&context, output, &integration).await,
        Command::Streams(arguments) => streams::run(&context, output, arguments).await,
        Command::Sync { integrations, all, full_refresh } => {
            sync::run(context, output, integrations, all, full_refresh).await
        }
        Command::Runs { integration, limit, failed, before } => {
            runs::list(&context, output, integration.as_deref(), runs::Which { limit, failed, before }).await
        }
        Command::State { integration, reset } => state::run(&context, output, &integration, reset).await,
        Command::Logs(arguments) => logs::run(&context, output, arguments).await,
        Command::Cancel { run } => runs::cancel(&context, output, run).await,
        Command::Schedule(arguments) => schedules::schedule(&context, output, arguments).await,
        Command::Pause { which, length } => schedules::pause(&context, output, which, length).await,
        Command::Resume { which } => schedules::resume(&context, output, which).await,
        Command::Settings { command } => settings::run(&context, output, command).await,
        Command::Tables { integration } => data::tables(&context, output, integration.as_deref()).await,
        Command::Preview(arguments) => data::preview(&context, output, arguments).await,
        Command::Data { command } => data::run(context, output, command).await,
        Command::Export { folder } => project::export(&context, output, &folder).await,
        Command::Import { file, dry_run } => project::import(&context, output, &file, dry_run).await,
        Command::Daemon => daemon::run(context, output).await,
        Command::Demo => demo::run(context, output).await,
    }
}
