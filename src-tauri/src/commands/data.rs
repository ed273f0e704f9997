//! The data itself: tables, pages of them, exports, questions in SQL, showing files in other programs.

use super::{input::Input, system};
use crate::AppCore;
use tauri::{AppHandle, Runtime, State};
use tauri_plugin_opener::OpenerExt;
use tributary_contract::{
    ApiError, DataQuery, DataRows, DestinationId, ErrorCode, ExportFormat, ExportOrder, ExportReport, SqlAnswer,
    TableList,
};
use tributary_core::ops;

/// All tables, or those of an integration.
#[tauri::command]
pub async fn list_tables(core: State<'_, AppCore>, integration: Option<String>) -> Result<TableList, ApiError> {
    Ok(ops::list_tables(core.get().await?, integration.as_deref()).await?)
}

/// Rows of a table.
#[tauri::command]
pub async fn preview_data(core: State<'_, AppCore>, query: Input<DataQuery>) -> Result<DataRows, ApiError> {
    Ok(ops::preview(core.get().await?, query.0).await?)
}

/// Asks where, and exports a table there; `None` when nothing was chosen. The dialog has asked whether a file is replaced.
#[tauri::command]
pub async fn export_data<R: Runtime>(
    app: AppHandle<R>,
    core: State<'_, AppCore>,
    order: Input<ExportOrder>,
) -> Result<Option<ExportReport>, ApiError> {
    let (core, order) = (core.get().await?, order.0);
    let ending = match order.format {
        ExportFormat::Csv => "csv",
        ExportFormat::Xlsx => "xlsx",
    };
    let name = format!("{}.{ending}", order.stream);
    let Some(path) = system::choose_new_file(&app, "Export the table", &name).await? else { return Ok(None) };
    Ok(Some(ops::export_table(core, order, path.into(), true).await?))
}

/// Stops an export.
#[tauri::command]
pub async fn cancel_export(core: State<'_, AppCore>, export: String) -> Result<(), ApiError> {
    ops::cancel_export(core.get().await?, &export);
    Ok(())
}

/// Asks a question in SQL about the tables of a destination.
#[tauri::command]
pub async fn ask_sql(
    core: State<'_, AppCore>,
    destination: Input<DestinationId>,
    question: String,
) -> Result<SqlAnswer, ApiError> {
    Ok(ops::ask_sql(core.get().await?, &destination.0.to_string(), &question).await?)
}

/// Shows the file of a table in the system's file manager.
#[tauri::command]
pub async fn show_table<R: Runtime>(
    app: AppHandle<R>,
    core: State<'_, AppCore>,
    destination: Input<DestinationId>,
    stream: String,
) -> Result<(), ApiError> {
    let path = ops::table_path(core.get().await?, &destination.0.to_string(), &stream).await?;
    app.opener().reveal_item_in_dir(path).map_err(|error| not_opened(&error))
}

/// Opens the file of a table with the program that the system has for such files.
#[tauri::command]
pub async fn open_table<R: Runtime>(
    app: AppHandle<R>,
    core: State<'_, AppCore>,
    destination: Input<DestinationId>,
    stream: String,
) -> Result<(), ApiError> {
    let path = ops::table_path(core.get().await?, &destination.0.to_string(), &stream).await?;
    app.opener().open_path(path.to_string_lossy(), None::<&str>).map_err(|error| not_opened(&error))
}

fn not_opened(error: &tauri_plugin_opener::Error) -> ApiError {
    ApiError {
        code: ErrorCode::OperationFailed,
        message: format!("no other program opened it: {error}"),
        hint: "Copy the path, and open it from the program you want.".to_owned(),
        setting: None,
        fix: None,
    }
}
