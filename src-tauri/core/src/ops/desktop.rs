//! What the desktop around the app asks for.

use crate::{Core, Error, store};

/// Whether something is about to be told for the first time. It is not the first time from then on.
pub async fn first_time(core: &Core, what: &'static str) -> Result<bool, Error> {
    let first = core.database().transact(move |connection| {
        let name = format!("told_{what}");
        let told = store::settings::find::<bool>(connection, &name)?.unwrap_or(false);
        if !told {
            store::settings::save(connection, &name, &true)?;
        }
        Ok(!told)
    });
    Ok(first.await?)
}
