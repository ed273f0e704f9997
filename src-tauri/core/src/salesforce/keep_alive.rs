//! Using sign-ins before they expire from idleness, and taking back what could not be taken back yet.

use super::{Credential, broker, sign_out};
use crate::{
    Core, Error,
    ops::{prepare, setup::Setup},
    store,
};
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;
use tributary_contract::IntegrationId;

/// After so long without use Salesforce may let a refresh token expire (an org's policy can say so).
pub const IDLE_LIMIT: TimeDelta = TimeDelta::days(30);
/// A token that was not used for so long is used.
const USE_AFTER: TimeDelta = TimeDelta::days(20);
/// How often it is looked.
const EVERY: Duration = Duration::from_mins(30);

/// Looks now and every half hour, until the core is gone. Call it inside a tokio runtime.
pub fn start(core: &Core) {
    let core = std::sync::Arc::downgrade(&core.0);
    tokio::spawn(async move {
        while let Some(core) = core.upgrade().map(Core) {
            sign_out::go_on(&core).await;
            if let Err(error) = use_idle(&core).await {
                tracing::warn!(%error, "idle sign-ins could not be looked at");
            }
            drop(core);
            tokio::time::sleep(EVERY).await;
        }
    });
}

/// Whether a sign-in is to be used, so that it does not expire.
pub fn is_due(used_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - used_at >= USE_AFTER
}

/// Uses each sign-in that nothing used for long, also of integrations that pause. How many worked.
pub async fn use_idle(core: &Core) -> Result<usize, Error> {
    let now = core.now();
    let due = core.database().read(move |connection| {
        let rows = store::sign_ins::list(connection)?.into_iter().filter(|row| !row.signed_out);
        let due = rows.filter(|row| is_due(row.used_at.unwrap_or(row.signed_in_at), now));
        due.map(|row| Ok((row.id, store::sign_ins::owners(connection, row.id)?))).collect::<Result<Vec<_>, _>>()
    });
    let mut used = 0;
    for (id, owners) in due.await? {
        let integrations = owners.iter().filter_map(|owner| owner.strip_prefix("integration:")?.parse().ok());
        for integration in integrations {
            match use_one(core, integration).await {
                Ok(true) => {
                    used += 1;
                    break;
                }
                Ok(false) => {}
                Err(error) => tracing::info!(%id, %error, "an idle sign-in could not be used"),
            }
        }
    }
    Ok(used)
}

async fn use_one(core: &Core, id: IntegrationId) -> Result<bool, Error> {
    let setup = Setup::find(core, id.into()).await?;
    if setup.sample {
        return Ok(false);
    }
    let secrets = prepare::load_secrets(core, &setup).await?;
    let environment = broker::environment(core);
    let Some(credential) = Credential::of(core, &setup, &secrets, environment).await? else { return Ok(false) };
    broker::access(core, &credential, Duration::ZERO).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_is_used_ten_days_before_it_could_expire() {
        let used = DateTime::UNIX_EPOCH;
        assert!(!is_due(used, used + TimeDelta::days(19)));
        assert!(is_due(used, used + TimeDelta::days(20)));
        assert!(IDLE_LIMIT - USE_AFTER >= TimeDelta::days(7), "a computer that sleeps for a week is in time");
        assert!(!is_due(used + TimeDelta::days(40), used), "a clock that was set back");
    }
}
