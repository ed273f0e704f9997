//! Choices that concern the whole app.

use crate::{
    Core, Error,
    connectors::settings::SettingError,
    home::Home,
    network::{self, Network},
    runs::retention,
    store,
};
use chrono::NaiveTime;
use std::{ops::RangeInclusive, path::Path};
use tributary_contract::{AppEvent, AppSettings, Tag};
use url::Url;

/// Characters of an address or a path.
const LONGEST: usize = 4_096;

/// The settings as they are now.
pub async fn get_settings(core: &Core) -> Result<AppSettings, Error> {
    let settings = core.database().read(store::settings::app).await?;
    // Another program may have saved them.
    apply(core, &settings);
    Ok(settings)
}

/// Checks the settings, keeps them, and acts on them at once. Gives them as they are kept.
pub async fn save_settings(core: &Core, settings: AppSettings) -> Result<AppSettings, Error> {
    let settings = tidy(settings);
    check(&settings)?;
    let kept = settings.clone();
    core.database().transact(move |connection| store::settings::save_app(connection, &kept)).await?;
    apply(core, &settings);
    retention::sweep_later(core);
    core.events().send(AppEvent::Invalidate(vec![Tag::Settings]));
    Ok(settings)
}

fn apply(core: &Core, settings: &AppSettings) {
    core.queue().set_bound(bound(settings));
    apply_network(core.network(), settings, core.home(), core.engine().root());
}

/// How many runs are at work at once.
pub(crate) fn bound(settings: &AppSettings) -> usize {
    let cores = || std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    settings.parallel_runs.map_or_else(cores, |runs| usize::try_from(runs).unwrap_or(1).max(1))
}

/// Takes over what is set of the way to the network. Certificates that cannot be read any more are passed over: what needs
/// them then says so itself.
pub(crate) fn apply_network(network: &Network, settings: &AppSettings, home: &Home, engine: &Path) {
    let certificates = settings.certificates.as_ref().map(|own| {
        let all = home.certificates();
        if let Err(error) = network::bundle(Path::new(own), engine, &all) {
            tracing::warn!(%error, "the certificates that were set cannot be used");
        }
        all
    });
    network.set(settings.proxy.clone(), certificates.filter(|all| all.is_file()));
}

/// Texts without spaces around them; an empty one is none.
fn tidy(mut settings: AppSettings) -> AppSettings {
    let tidy = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    settings.proxy = tidy(settings.proxy);
    settings.certificates = tidy(settings.certificates);
    settings.notifications.daily_summary = tidy(settings.notifications.daily_summary);
    settings
}

fn check(settings: &AppSettings) -> Result<(), SettingError> {
    if let Some(runs) = settings.parallel_runs {
        within("parallel_runs", runs, 1..=32)?;
    }
    within("silence_minutes", settings.silence_minutes, 2..=1_440)?;
    within("run_hours", settings.run_hours, 1..=168)?;
    within("keep_runs_days", settings.keep_runs_days, 1..=3_650)?;
    within("keep_logs_megabytes", settings.keep_logs_megabytes, 64..=100_000)?;
    if let Some(time) = &settings.notifications.daily_summary {
        time_of_day("notifications.daily_summary", time)?;
    }
    if let Some(quiet) = &settings.notifications.quiet_hours {
        time_of_day("notifications.quiet_hours", &quiet.from)?;
        time_of_day("notifications.quiet_hours", &quiet.to)?;
        if quiet.from == quiet.to {
            return Err(wrong("notifications.quiet_hours", "two different times of day"));
        }
    }
    if let Some(proxy) = &settings.proxy {
        check_proxy(proxy)?;
    }
    match &settings.certificates {
        Some(path) => check_certificates(path),
        None => Ok(()),
    }
}

fn wrong(name: &str, expected: &str) -> SettingError {
    SettingError::Wrong { name: name.to_owned(), expected: expected.to_owned() }
}

fn within(name: &str, value: u32, range: RangeInclusive<u32>) -> Result<(), SettingError> {
    let fits = range.contains(&value);
    fits.then_some(()).ok_or_else(|| wrong(name, &format!("a number from {} to {}", range.start(), range.end())))
}

fn time_of_day(name: &str, text: &str) -> Result<(), SettingError> {
    let fits = text.len() == 5 && NaiveTime::parse_from_str(text, "%H:%M").is_ok();
    fits.then_some(()).ok_or_else(|| wrong(name, "a time of day like 18:00"))
}

/// A password would be kept in the clear, and every program of a sync would see it.
fn check_proxy(address: &str) -> Result<(), SettingError> {
    let schemes = ["http", "https", "socks5", "socks5h"];
    let fits = address.len() <= LONGEST
        && Url::parse(address).is_ok_and(|url| {
            schemes.contains(&url.scheme())
                && url.host().is_some()
                && url.username().is_empty()
                && url.password().is_none()
                && url.query().is_none()
        });
    fits.then_some(())
        .ok_or_else(|| wrong("proxy", "an address like http://proxy.example:8080, without a user name and password"))
}

fn check_certificates(path: &str) -> Result<(), SettingError> {
    let fits = path.len() <= LONGEST
        && Path::new(path).is_absolute()
        && std::fs::read(path).is_ok_and(|pem| {
            reqwest::Certificate::from_pem_bundle(&pem).is_ok_and(|certificates| !certificates.is_empty())
        });
    fits.then_some(())
        .ok_or_else(|| wrong("certificates", "the absolute path of a readable file of certificates (PEM)"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tributary_contract::{NotificationSettings, QuietHours};

    fn refused(settings: AppSettings) -> String {
        check(&tidy(settings)).unwrap_err().setting().to_owned()
    }

    fn changed(change: impl FnOnce(&mut AppSettings)) -> AppSettings {
        let mut settings = AppSettings::default();
        change(&mut settings);
        settings
    }

    #[test]
    fn what_is_out_of_range_is_named() {
        assert!(check(&AppSettings::default()).is_ok());
        assert_eq!(refused(changed(|s| s.parallel_runs = Some(0))), "parallel_runs");
        assert_eq!(refused(changed(|s| s.parallel_runs = Some(33))), "parallel_runs");
        assert_eq!(refused(changed(|s| s.silence_minutes = 1)), "silence_minutes");
        assert_eq!(refused(changed(|s| s.run_hours = 169)), "run_hours");
        assert_eq!(refused(changed(|s| s.keep_runs_days = 0)), "keep_runs_days");
        assert_eq!(refused(changed(|s| s.keep_logs_megabytes = 63)), "keep_logs_megabytes");
        assert_eq!(refused(changed(|s| s.certificates = Some("/no/such/file.pem".into()))), "certificates");
    }

    #[test]
    fn times_are_times_of_day() {
        for time in ["24:00", "6:00", "noon", "06:00:00", "18.00"] {
            let settings = changed(|s| s.notifications.daily_summary = Some(time.into()));
            assert_eq!(refused(settings), "notifications.daily_summary", "{time}");
        }
        let quiet = |from: &str, to: &str| {
            let quiet_hours = Some(QuietHours { from: from.into(), to: to.into() });
            changed(|s| s.notifications = NotificationSettings { quiet_hours, ..NotificationSettings::default() })
        };
        assert!(check(&quiet("22:00", "07:00")).is_ok(), "over midnight");
        assert_eq!(refused(quiet("22:00", "22:00")), "notifications.quiet_hours");
        assert_eq!(refused(quiet("22:00", "late")), "notifications.quiet_hours");
    }

    #[test]
    fn a_proxy_is_an_address_without_a_secret() {
        for proxy in ["proxy:8080", "ftp://proxy", "http://", "http://anna@proxy:1", "http://anna:s3cret@proxy:1"] {
            let error = check(&changed(|s| s.proxy = Some(proxy.into()))).unwrap_err();
            assert_eq!(error.setting(), "proxy", "{proxy}");
            assert!(!error.to_string().contains("s3cret"));
        }
        assert!(check(&changed(|s| s.proxy = Some("http://proxy.example:8080".into()))).is_ok());
        let none = tidy(changed(|s| s.proxy = Some("  ".into())));
        assert_eq!(none.proxy, None, "an empty address is none");
    }
}
