//! What is left of the day's API calls, before a run begins.

use super::{prepare_error::PrepareError, setup::Setup};
use crate::{
    Core, Error,
    runs::plugin_call::ReadyPlugin,
    salesforce::{api, broker::Access},
    store,
};
use tributary_contract::{ApiQuota, AppEvent, Config, Subject, Tag};

/// The share of the day's calls at which a run waits where the settings say nothing; the connector's own default.
pub const DEFAULT_SHARE: u32 = 80;
/// Records on one page: one call.
const PAGE: u64 = 2_000;

/// Percent of the day's calls after which a run waits.
pub fn share(config: &Config) -> u32 {
    let chosen = config.get("quota_percent_total");
    let number = chosen.and_then(|value| value.as_f64().or_else(|| value.as_str()?.trim().parse().ok()));
    // Checked by the form; out of range it is limited.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 100")]
    number.map_or(DEFAULT_SHARE, |number| number.clamp(0.0, 100.0) as u32)
}

/// Whether a run that makes so many calls stays within the share.
pub fn is_within(quota: ApiQuota, expected: u64, share: u32) -> bool {
    let used = quota.max.saturating_sub(quota.remaining).saturating_add(expected);
    u128::from(used) * 100 <= u128::from(quota.max) * u128::from(share)
}

/// Asks what is left and keeps it; a run that would go beyond the share waits. Where Salesforce does not say, the run begins.
pub async fn check(core: &Core, setup: &Setup, plugin: &ReadyPlugin, access: &Access) -> Result<(), PrepareError> {
    let Some(loan) = &plugin.loan else { return Ok(()) };
    let (id, environment) = (loan.credential.id, &loan.credential.environment);
    let quota = match api::quota(access, environment, core.now()).await {
        Ok(quota) => quota,
        Err(error) => {
            // What stands against the run itself the connector finds out.
            tracing::info!(%error, "Salesforce did not say what is left of its API calls");
            return Ok(());
        }
    };
    core.database()
        .transact(move |connection| store::sign_ins::set_quota(connection, id, quota))
        .await
        .map_err(Error::from)?;
    core.events().send(AppEvent::Invalidate(vec![Tag::SignIns]));
    let share = share(&setup.config);
    let expected = expected_calls(core, setup).await?;
    if is_within(quota, expected, share) {
        return Ok(());
    }
    let used = quota.max.saturating_sub(quota.remaining);
    Err(PrepareError::Quota { used, max: quota.max, share })
}

/// Calls that the last good run needed, at least; none where there was none.
async fn expected_calls(core: &Core, setup: &Setup) -> Result<u64, Error> {
    let Subject::Integration(id) = setup.subject else { return Ok(0) };
    let runs = core.database().read(move |connection| store::runs::list(connection, Some(id), 10)).await?;
    let last = runs.into_iter().find(|run| run.status == tributary_contract::RunStatus::Succeeded);
    Ok(last.map_or(0, |run| run.streams.iter().map(|stream| 1 + stream.records / PAGE).sum()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_share_is_what_the_settings_say() {
        for (config, expected) in [
            (json!({}), 80),
            (json!({"quota_percent_total": 50}), 50),
            (json!({"quota_percent_total": "25"}), 25),
            (json!({"quota_percent_total": 250}), 100),
            (json!({"quota_percent_total": -3}), 0),
            (json!({"quota_percent_total": "many"}), 80),
        ] {
            assert_eq!(share(config.as_object().unwrap()), expected, "{config}");
        }
    }

    #[test]
    fn a_run_that_would_go_beyond_the_share_is_told_apart() {
        let quota = |remaining| ApiQuota { max: 1_000, remaining, at: chrono::DateTime::UNIX_EPOCH };
        assert!(is_within(quota(200), 0, 80), "exactly the share is used");
        assert!(!is_within(quota(200), 1, 80));
        assert!(!is_within(quota(199), 0, 80));
        assert!(is_within(quota(0), 0, 100) && !is_within(quota(0), 1, 100));
        assert!(is_within(ApiQuota { max: u64::MAX, remaining: u64::MAX, at: chrono::DateTime::UNIX_EPOCH }, 5, 1));
    }
}
