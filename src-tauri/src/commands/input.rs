//! An argument that is more than text or a number.

use serde::de::DeserializeOwned;
use tauri::{
    Runtime,
    ipc::{CommandArg, CommandItem, InvokeBody, InvokeError},
};
use tributary_contract::{ApiError, ErrorCode};

/// An argument that is refused like everything else when it is not of the form asked for. Tauri's own refusal is a bare
/// text that quotes what was sent, and that may hold secrets.
pub struct Input<T>(pub T);

impl<'de, R: Runtime, T: DeserializeOwned> CommandArg<'de, R> for Input<T> {
    fn from_command(item: CommandItem<'de, R>) -> Result<Self, InvokeError> {
        let value = match item.message.payload() {
            InvokeBody::Json(arguments) => arguments.get(item.key),
            InvokeBody::Raw(_) => None,
        };
        value.and_then(|value| T::deserialize(value).ok()).map(Self).ok_or_else(|| {
            InvokeError::from(ApiError {
                code: ErrorCode::InvalidInput,
                message: format!("`{}` of `{}` is not of the form that was asked for.", item.key, item.name),
                hint: "Check the names and kinds of its fields.".to_owned(),
                setting: None,
                fix: None,
            })
        })
    }
}
