//! Notices as the app keeps them.

use crate::{Core, Error, store};
use tributary_contract::{AppEvent, Notice, Tag};

/// Most notices that are given at once.
const MOST: u32 = 1_000;

/// The newest notices first.
pub async fn list_notices(core: &Core, limit: u32) -> Result<Vec<Notice>, Error> {
    Ok(core.database().read(move |connection| store::notices::list(connection, limit.min(MOST))).await?)
}

/// Takes note that the person has seen all notices up to this one.
pub async fn see_notices(core: &Core, up_to: i64) -> Result<(), Error> {
    if core.database().transact(move |connection| store::notices::see(connection, up_to)).await? {
        core.events().send(AppEvent::Invalidate(vec![Tag::Notices]));
    }
    Ok(())
}
