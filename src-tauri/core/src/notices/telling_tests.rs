use super::*;
use chrono_tz::{America::New_York, UTC};
use proptest::prelude::*;
use tributary_contract::{IntegrationId, Notice};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn noon() -> DateTime<Utc> {
    at("2026-11-26T12:00:00Z")
}

fn untold(id: i64, kind: NoticeKind, seconds: i64) -> Untold {
    let integration = IntegrationId::new();
    Untold {
        notice: Notice {
            id,
            kind,
            integration: Some(integration),
            run: None,
            title: format!("“{id}” needs attention"),
            body: "Sign in again.".to_owned(),
            route: format!("/integrations/{integration}/fix/sign_in_expired"),
            at: noon() + TimeDelta::seconds(seconds),
            seen: false,
        },
        retry: false,
        integration_name: Some(format!("Source {id}")),
    }
}

fn failures(count: i64) -> Vec<Untold> {
    (1..=count).map(|id| untold(id, NoticeKind::Failure, 0)).collect()
}

fn later(seconds: i64) -> DateTime<Utc> {
    noon() + TimeDelta::seconds(seconds)
}

fn plain(untold: &[Untold], now: DateTime<Utc>) -> Decision {
    decide(untold, &NotificationSettings::default(), &mut Told::default(), now, UTC)
}

#[test]
fn a_failure_waits_a_moment_for_others_and_then_leads_to_its_fix() {
    let one = failures(1);
    assert_eq!(plain(&one, noon()), Decision { next: Some(later(3)), ..Decision::default() });
    let told = plain(&one, later(3));
    assert_eq!(told.told, [1]);
    let [shown] = told.show.as_slice() else { panic!("{told:?}") };
    assert_eq!((&shown.title, &shown.route, shown.fixes), (&one[0].notice.title, &one[0].notice.route, true));
}

#[test]
fn two_are_told_one_by_one_and_many_as_one() {
    assert_eq!(plain(&failures(2), later(3)).show.len(), 2);
    let told = plain(&failures(3), later(3));
    let [shown] = told.show.as_slice() else { panic!("{told:?}") };
    assert_eq!(shown.title, "3 integrations need attention");
    assert_eq!(shown.body, "Source 1, Source 2 and Source 3.");
    assert_eq!((shown.route.as_str(), shown.fixes), ("/activity", false));
    assert_eq!(plain(&failures(7), later(3)).show[0].body, "Source 1, Source 2, Source 3 and 4 more.");
    assert_eq!(told.told, [1, 2, 3]);
}

#[test]
fn another_try_is_an_action_of_a_single_failure_only() {
    let mut one = failures(1);
    one[0].retry = true;
    assert_eq!(plain(&one, later(3)).show[0].retry, one[0].notice.integration);
    let mut many = failures(3);
    for one in &mut many {
        one.retry = true;
    }
    assert_eq!(plain(&many, later(3)).show[0].retry, None);
}

#[test]
fn what_fails_soon_after_waits_and_recoveries_do_not_wait_for_failures() {
    let mut told = Told::default();
    let settings = NotificationSettings::default();
    decide(&failures(1), &settings, &mut told, later(3), UTC);
    let next = [untold(2, NoticeKind::Failure, 10), untold(3, NoticeKind::Recovery, 10)];
    let decision = decide(&next, &settings, &mut told, later(13), UTC);
    assert_eq!((decision.told, decision.next), (vec![3], Some(later(63))));
    assert_eq!(decide(&next[..1], &settings, &mut told, later(63), UTC).told, [2]);
}

#[test]
fn what_is_not_wanted_seen_or_old_is_kept_in_the_app() {
    let settings = NotificationSettings { failures: false, recoveries: false, ..NotificationSettings::default() };
    let both = [untold(1, NoticeKind::Failure, 0), untold(2, NoticeKind::Recovery, 0)];
    let decision = decide(&both, &settings, &mut Told::default(), later(3), UTC);
    assert_eq!((decision.kept, decision.show), (vec![1, 2], vec![]));
    let mut seen = failures(1);
    seen[0].notice.seen = true;
    assert_eq!(plain(&seen, later(3)).kept, [1]);
    assert_eq!(plain(&failures(1), later(90_000)).kept, [1], "a day old");
}

#[test]
fn nothing_is_shown_in_quiet_hours_and_what_still_fails_is_told_when_they_end() {
    let quiet_hours = Some(QuietHours { from: "22:00".to_owned(), to: "07:30".to_owned() });
    let settings = NotificationSettings { quiet_hours, ..NotificationSettings::default() };
    let night = |kind, id| Untold { ..with_time(untold(id, kind, 0), "2026-11-26T23:00:00Z") };
    let notices = [night(NoticeKind::Failure, 1), night(NoticeKind::Recovery, 2), night(NoticeKind::Summary, 3)];
    let decision = decide(&notices, &settings, &mut Told::default(), at("2026-11-26T23:01:00Z"), UTC);
    assert_eq!((decision.show, decision.kept), (vec![], vec![2, 3]));
    assert_eq!(decision.next, Some(at("2026-11-27T07:30:00Z")));
    let morning = decide(&notices[..1], &settings, &mut Told::default(), at("2026-11-27T07:30:00Z"), UTC);
    assert_eq!(morning.told, [1]);
}

fn with_time(mut one: Untold, time: &str) -> Untold {
    one.notice.at = at(time);
    one
}

#[test]
fn quiet_hours_follow_the_clock_on_the_wall() {
    let hours = |from: &str, to: &str| QuietHours { from: from.to_owned(), to: to.to_owned() };
    let night = hours("22:00", "07:00");
    assert_eq!(quiet_until(&night, at("2026-11-26T04:00:00Z"), New_York), Some(at("2026-11-26T12:00:00Z")));
    assert_eq!(quiet_until(&night, at("2026-11-26T12:00:00Z"), New_York), None, "they are over");
    assert_eq!(quiet_until(&night, at("2026-11-26T17:00:00Z"), New_York), None);
    assert_eq!(
        quiet_until(&hours("12:00", "13:00"), at("2026-11-26T12:30:00Z"), UTC),
        Some(at("2026-11-26T13:00:00Z"))
    );
    assert_eq!(quiet_until(&hours("07:00", "07:00"), at("2026-11-26T07:00:00Z"), UTC), None, "none at all");
    assert_eq!(quiet_until(&hours("late", "early"), noon(), UTC), None, "what cannot be read is no reason for silence");
    // Clocks go forward at two in the morning of 8 March: half past two does not exist.
    assert_eq!(
        quiet_until(&hours("22:00", "02:30"), at("2026-03-08T05:00:00Z"), New_York),
        Some(at("2026-03-08T07:00:00Z"))
    );
}

#[test]
fn a_summary_is_due_once_a_day_also_after_sleep_and_a_clock_that_was_set_back() {
    let due = |dealt: &str, now: &str| summary_due("18:00", at(dealt), at(now), UTC);
    assert_eq!(due("2026-11-26T12:00:00Z", "2026-11-26T17:59:00Z"), Err(Some(at("2026-11-26T18:00:00Z"))));
    assert_eq!(due("2026-11-26T12:00:00Z", "2026-11-26T18:00:00Z"), Ok(()));
    assert_eq!(due("2026-11-26T18:00:00Z", "2026-11-26T18:00:01Z"), Err(Some(at("2026-11-27T18:00:00Z"))));
    assert_eq!(due("2026-11-23T18:00:00Z", "2026-11-26T09:00:00Z"), Ok(()), "the computer was off");
    assert_eq!(due("2027-11-26T18:00:00Z", "2026-11-26T09:00:00Z"), Err(Some(at("2026-11-26T18:00:00Z"))));
    assert_eq!(summary_due("6 pm", noon(), noon(), UTC), Err(None));
    assert_eq!(day_in_words(3, 1, 1_000).as_deref(), Some("3 syncs, 1 failed; 1000 rows came in."));
    assert_eq!(day_in_words(1, 0, 1).as_deref(), Some("1 sync, all went well; 1 row came in."));
    assert_eq!(day_in_words(0, 0, 0), None);
}

proptest! {
    /// Whatever is to be told: each notice is told, kept, or looked at again later, and never more than one of these; a
    /// storm of any size is at most two notifications of a kind at once.
    #[test]
    fn nothing_is_lost_and_storms_stay_small(
        kinds in proptest::collection::vec(0_usize..4, 0..60),
        seconds in proptest::collection::vec(-100_000_i64..100, 60),
        quiet in proptest::option::of((0_u32..24, 0_u32..24)),
        last in proptest::option::of(-200_i64..200),
    ) {
        let all = [NoticeKind::Failure, NoticeKind::Recovery, NoticeKind::PausedItself, NoticeKind::Summary];
        let notices: Vec<Untold> =
            (0_i64..).zip(kinds.iter().zip(&seconds)).map(|(id, (kind, at))| untold(id, all[*kind], *at)).collect();
        let hour = |hour: u32| format!("{hour:02}:00");
        let settings = NotificationSettings {
            quiet_hours: quiet.map(|(from, to)| QuietHours { from: hour(from), to: hour(to) }),
            ..NotificationSettings::default()
        };
        let last = last.map(later);
        let decision = decide(&notices, &settings, &mut Told { trouble: last, recovery: last }, noon(), UTC);
        let mut dealt_with: Vec<i64> = decision.told.iter().chain(&decision.kept).copied().collect();
        dealt_with.sort_unstable();
        let before = dealt_with.len();
        dealt_with.dedup();
        prop_assert_eq!(before, dealt_with.len());
        prop_assert!(dealt_with.len() == notices.len() || decision.next.is_some_and(|next| next > noon()));
        let of_storms = decision.show.iter().filter(|one| one.title.ends_with("attention") || one.title.ends_with("again"));
        let summaries = kinds.iter().filter(|kind| **kind == 3).count();
        prop_assert!(of_storms.count() <= 4 + summaries);
        let quiet = settings.quiet_hours.is_some_and(|hours| quiet_until(&hours, noon(), UTC).is_some());
        prop_assert!(!quiet || decision.show.is_empty());
    }
}

#[test]
fn an_integration_may_have_a_rule_of_its_own() {
    let night = |kind, id| Untold { ..with_time(untold(id, kind, 0), "2026-11-26T23:00:00Z") };
    let notices = [night(NoticeKind::Failure, 1), night(NoticeKind::Failure, 2), night(NoticeKind::Failure, 3)];
    let [loud, silent, _] = notices.each_ref().map(|one| one.notice.integration.unwrap());
    let settings = NotificationSettings {
        failures: false,
        quiet_hours: Some(QuietHours { from: "22:00".to_owned(), to: "07:00".to_owned() }),
        rules: [(loud, NotificationRule::Always), (silent, NotificationRule::Never)].into(),
        ..NotificationSettings::default()
    };
    let decision = decide(&notices, &settings, &mut Told::default(), at("2026-11-26T23:01:00Z"), UTC);
    assert_eq!((decision.told, decision.kept), (vec![1], vec![2, 3]), "told although it is night and failures are not");
    let settings = NotificationSettings { failures: true, quiet_hours: None, ..settings };
    let decision = decide(&notices, &settings, &mut Told::default(), at("2026-11-26T23:01:00Z"), UTC);
    assert_eq!((decision.told, decision.kept), (vec![1, 3], vec![2]));
}
