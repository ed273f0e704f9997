//! Signing in with the browser, signing out, and who is signed in.

use super::input::Input;
use crate::AppCore;
use tauri::{AppHandle, Runtime, State};
use tauri_plugin_opener::OpenerExt;
use tributary_contract::{ApiError, SignInId, SignInStarted, SignInStatus, SignedOut, Subject};
use tributary_core::ops;

/// Begins to sign in, and opens the browser.
#[tauri::command]
pub async fn begin_sign_in<R: Runtime>(
    app: AppHandle<R>,
    core: State<'_, AppCore>,
    subject: Input<Subject>,
) -> Result<SignInStarted, ApiError> {
    let started = ops::begin_sign_in(core.get().await?, subject.0).await?;
    // Where no browser opens, the window shows the address to copy.
    let _ = app.opener().open_url(&started.address, None::<&str>);
    Ok(started)
}

/// Gives a sign-in up.
#[tauri::command]
pub async fn cancel_sign_in(core: State<'_, AppCore>, id: Input<SignInId>) -> Result<(), ApiError> {
    Ok(ops::cancel_sign_in(core.get().await?, id.0)?)
}

/// Keeps a sign-in that leads to another user or org than before.
#[tauri::command]
pub async fn confirm_sign_in(core: State<'_, AppCore>, id: Input<SignInId>) -> Result<(), ApiError> {
    Ok(ops::confirm_sign_in(core.get().await?, id.0)?)
}

/// Who is signed in, and what the source allows today, as it was last found out.
#[tauri::command]
pub async fn sign_in_status(core: State<'_, AppCore>, subject: Input<Subject>) -> Result<SignInStatus, ApiError> {
    Ok(ops::sign_in_status(core.get().await?, subject.0).await?)
}

/// Signs out, here at once and at the source as soon as it can be reached.
#[tauri::command]
pub async fn sign_out(core: State<'_, AppCore>, subject: Input<Subject>) -> Result<SignedOut, ApiError> {
    Ok(ops::sign_out(core.get().await?, subject.0).await?)
}
