//! `trib tables`, `trib preview`, `trib data`.

use crate::{
    arguments::{DataCommand, ExportArguments, PreviewArguments},
    context::Context,
    output::{Output, number},
    signals::Signals,
};
use serde_json::{Value, json};
use tributary_contract::{AppEvent, DataQuery, ExportOrder};
use tributary_core::{Error, ops};

/// Longest cell (characters) of a table for people.
const CELL: usize = 40;
/// Columns of a table for people.
const COLUMNS: usize = 12;

pub async fn tables(context: &Context, output: Output, integration: Option<&str>) -> Result<bool, Error> {
    let list = ops::list_tables(&context.core, integration).await?;
    output.object(&list);
    let rows = list
        .tables
        .iter()
        .map(|table| {
            let about = if table.rows_estimated { "about " } else { "" };
            vec![
                table.destination_name.clone(),
                table.stream.clone(),
                table.rows.map(|rows| format!("{about}{}", number(rows))).unwrap_or_default(),
                table.updated_at.map(|at| at.format("%Y-%m-%d %H:%M UTC").to_string()).unwrap_or_default(),
                table.path.clone(),
            ]
        })
        .collect();
    output.table(&["Destination", "Table", "Rows", "Changed", "Where"], rows, &[2]);
    for note in &list.notes {
        output.say(&format!("{}. {}", note.message, note.hint));
    }
    if list.tables.is_empty() {
        output.say("There is no data on this computer yet: sync an integration first.");
    }
    Ok(true)
}

pub async fn preview(context: &Context, output: Output, arguments: PreviewArguments) -> Result<bool, Error> {
    let destination = ops::destination_of(&context.core, &arguments.name).await?.id;
    let PreviewArguments { stream, limit, search, sort, descending, .. } = arguments;
    let found = ops::preview(&context.core, DataQuery { destination, stream, limit, search, sort, descending }).await?;
    output.object(&found);
    let head: Vec<&str> = found.columns.iter().take(COLUMNS).map(|column| column.name.as_str()).collect();
    let rows = found.rows.iter().map(|row| row.iter().take(COLUMNS).map(cell).collect()).collect();
    output.table(&head, rows, &[]);
    if found.columns.len() > COLUMNS {
        output.say(&format!("{} more columns: --json has them all.", found.columns.len() - COLUMNS));
    }
    let of = found.total.map(|total| format!(" of {}", number(total))).unwrap_or_default();
    output.say(&format!("{}{of} rows. {}", number(found.rows.len() as u64), found.note));
    Ok(true)
}

/// A value on one line.
fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let mut letters = text.chars().map(|one| if one.is_control() { ' ' } else { one });
    let short: String = letters.by_ref().take(CELL).collect();
    if letters.next().is_some() { format!("{short}…") } else { short }
}

pub async fn run(context: Context, output: Output, command: DataCommand) -> Result<bool, Error> {
    match command {
        DataCommand::Export(arguments) => export(context, output, arguments).await,
        DataCommand::Sql { name, question } => sql(&context, output, &name, &question).await,
    }
}

async fn export(mut context: Context, output: Output, arguments: ExportArguments) -> Result<bool, Error> {
    let destination = ops::destination_of(&context.core, &arguments.name).await?.id;
    let ExportArguments { stream, file, search, overwrite, .. } = arguments;
    let format = ops::export_format(&file)?;
    let export = "export".to_owned();
    let order = ExportOrder { export: export.clone(), destination, stream, format, search };
    let core = context.core.clone();
    let mut signals = Signals::listen();
    let mut exporting = std::pin::pin!(ops::export_table(&core, order, file, overwrite));
    let mut asked = false;
    let report = loop {
        tokio::select! {
            report = &mut exporting => break report?,
            () = signals.next(), if !asked => {
                asked = true;
                ops::cancel_export(&core, &export);
            }
            Some(event) = context.events.recv() => if let AppEvent::Export(progress) = event {
                output.object(&json!({ "progress": progress }));
            },
        }
    };
    output.object(&json!({ "export": report }));
    output.say(&format!("{} rows are in {}.", number(report.rows), report.path));
    for note in &report.notes {
        output.say(note);
    }
    Ok(true)
}

async fn sql(context: &Context, output: Output, name: &str, question: &str) -> Result<bool, Error> {
    let answer = ops::ask_sql(&context.core, name, question).await?;
    output.object(&answer);
    let head: Vec<&str> = answer.columns.iter().take(COLUMNS).map(|column| column.name.as_str()).collect();
    let rows = answer.rows.iter().map(|row| row.iter().take(COLUMNS).map(cell).collect()).collect();
    output.table(&head, rows, &[]);
    if answer.more {
        output.say(&format!("Only the first {} rows are shown.", number(answer.rows.len() as u64)));
    }
    Ok(true)
}
