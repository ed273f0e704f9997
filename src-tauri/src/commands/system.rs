//! What the system does for the window: its own file dialogs and its browser. The window itself may use neither.

use tauri::{AppHandle, Runtime, async_runtime};
use tauri_plugin_dialog::{DialogExt, FilePath};
use tauri_plugin_opener::OpenerExt;
use tributary_contract::{ApiError, ErrorCode};

/// Characters of a dialog's title.
const TITLE_LIMIT: usize = 100;

/// Asks for a file or folder with the system's own dialog; `None` when none was chosen.
#[tauri::command]
pub async fn choose_path<R: Runtime>(
    app: AppHandle<R>,
    folder: bool,
    title: String,
) -> Result<Option<String>, ApiError> {
    let title: String = title.chars().filter(|letter| !letter.is_control()).take(TITLE_LIMIT).collect();
    let dialog = app.dialog().file().set_title(title);
    // It waits for the person, so it has a thread of its own.
    let ask = move || if folder { dialog.blocking_pick_folder() } else { dialog.blocking_pick_file() };
    answer(async_runtime::spawn_blocking(ask).await)
}

/// Asks with the system's own dialog where a new file is to be; `None` when nothing was chosen.
pub(super) async fn choose_new_file<R: Runtime>(
    app: &AppHandle<R>,
    title: &str,
    name: &str,
) -> Result<Option<String>, ApiError> {
    // What is no part of a name on some system becomes a dash.
    let name: String = name
        .chars()
        .map(|c| if c.is_control() || r#"/\:*?"<>|"#.contains(c) { '-' } else { c })
        .take(TITLE_LIMIT)
        .collect();
    let dialog = app.dialog().file().set_title(title).set_file_name(name);
    answer(async_runtime::spawn_blocking(move || dialog.blocking_save_file()).await)
}

/// The path that was chosen. Asking waits for the person, so it has a thread of its own, which may have ended badly.
#[expect(clippy::result_large_err, reason = "made once per dialog")]
fn answer(asked: tauri::Result<Option<FilePath>>) -> Result<Option<String>, ApiError> {
    let chosen = asked.map_err(|error| refused(ErrorCode::Internal, &error.to_string(), "Try again."))?;
    let Some(chosen) = chosen else { return Ok(None) };
    let unusable =
        || refused(ErrorCode::InvalidInput, "what was chosen is no file on this computer", "Choose another one.");
    let path = chosen.into_path().map_err(|_| unusable())?;
    path.to_str().map(|text| Some(text.to_owned())).ok_or_else(unusable)
}

/// Opens an address in the browser. Nothing but https is opened: other addresses start programs.
#[tauri::command]
pub async fn open_link<R: Runtime>(app: AppHandle<R>, address: String) -> Result<(), ApiError> {
    let is_web = tauri::Url::parse(&address).is_ok_and(|url| url.scheme() == "https" && url.has_host());
    if !is_web {
        return Err(refused(ErrorCode::InvalidInput, "only https addresses are opened", "Copy the address instead."));
    }
    let opened = app.opener().open_url(address, None::<&str>);
    opened.map_err(|error| {
        refused(
            ErrorCode::OperationFailed,
            &format!("the browser did not open: {error}"),
            "Copy the address into your browser.",
        )
    })
}

fn refused(code: ErrorCode, message: &str, hint: &str) -> ApiError {
    ApiError { code, message: message.to_owned(), hint: hint.to_owned(), setting: None, fix: None }
}
