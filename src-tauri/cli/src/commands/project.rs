//! `trib export`, `trib import`.

use crate::{context::Context, output::Output};
use std::path::Path;
use tributary_contract::ImportedPlugin;
use tributary_core::{Error, ops};

pub async fn export(context: &Context, output: Output, folder: &Path) -> Result<bool, Error> {
    let report = ops::export_project(&context.core, folder).await?;
    output.object(&report);
    output.say(&format!("The Meltano project is in {}. Its README.md says how it runs.", report.folder));
    for variable in &report.variables {
        output.say(&format!("To be set in .env: {variable}"));
    }
    for note in &report.notes {
        output.say(note);
    }
    Ok(true)
}

pub async fn import(context: &Context, output: Output, file: &Path, dry_run: bool) -> Result<bool, Error> {
    let report = ops::import_project(&context.core, file, dry_run).await?;
    output.object(&report);
    let row = |kind: &str, one: &ImportedPlugin| {
        let state = match (&one.draft, dry_run) {
            (_, true) => "would be taken over",
            (Some(_), _) => "to be finished in the app",
            (None, _) => "taken over",
        };
        vec![kind.to_owned(), one.plugin.clone(), one.connector.clone(), state.to_owned(), one.secrets.join(", ")]
    };
    let integrations = report.integrations.iter().map(|one| row("integration", one));
    let rows = integrations.chain(report.destinations.iter().map(|one| row("destination", one))).collect();
    output.table(&["Kind", "Plugin", "Connector", "State", "Secrets to enter"], rows, &[]);
    for left in &report.left_out {
        output.say(&format!("Not taken over: {left}"));
    }
    Ok(true)
}
