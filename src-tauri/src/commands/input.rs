//! An argument that may hold secrets.

use serde::de::DeserializeOwned;
use tauri::{
    Runtime,
    ipc::{CommandArg, CommandItem, InvokeBody, InvokeError},
};
use tributary_contract::{ApiError, ErrorCode};

/// An argument whose value is never repeated in an error, because it may hold secrets. Tauri's own message about an
/// argument of the wrong form quotes what it found.
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
