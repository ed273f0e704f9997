//! What the system does for the window: its own file dialogs and its browser. The window itself may use neither.

use tauri::{AppHandle, Runtime, async_runtime};
use tauri_plugin_dialog::DialogExt;
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
    let asking =
        async_runtime::spawn_blocking(
            move || {
                if folder { dialog.blocking_pick_folder() } else { dialog.blocking_pick_file() }
            },
        );
    let chosen = asking.await.map_err(|error| refused(ErrorCode::Internal, &error.to_string(), "Try again."))?;
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
