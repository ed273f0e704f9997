//! What a program that runs for days has to do now and then.

use crate::{Inner, runs::leftovers, store};
use std::{sync::Weak, time::Duration};

/// How often it is looked whether something has to be done.
const EVERY: Duration = Duration::from_mins(20);

/// Keeps a good copy of the database, and clears away what was left behind, until the core is gone.
pub async fn keep(core: Weak<Inner>) {
    loop {
        tokio::time::sleep(EVERY).await;
        let Some(core) = core.upgrade() else { break };
        let (home, database, now) = (core.home.clone(), core.database.clone(), core.clock.now());
        drop(core);
        let work = move || {
            store::copies::keep_one(&home, now);
            leftovers::sweep_private_files();
            leftovers::sweep_run_folders(&database, &home);
        };
        let _ = tokio::task::spawn_blocking(work).await;
    }
}
