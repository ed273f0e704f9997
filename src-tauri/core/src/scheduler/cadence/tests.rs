use super::*;
use chrono::{Datelike, NaiveDate};
use chrono_tz::{America::New_York, Asia::Kolkata, Australia::Lord_Howe, UTC};
use proptest::prelude::*;
use std::collections::BTreeMap;

const SCHEDULES: [&str; 13] = [
    "every 1m",
    "every 7m",
    "every 15m",
    "every 2h",
    "every 720h",
    "hourly",
    "daily 02:30",
    "daily 01:30",
    "daily 00:00",
    "weekly sun 02:15",
    "*/20 1-3 * * *",
    "30 2 29 2 *",
    "0 6 * * mon-fri",
];
const ZONES: [Tz; 4] = [New_York, Lord_Howe, Kolkata, UTC];

fn read(text: &str) -> Cadence {
    Cadence::parse(text).unwrap().unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn times(text: &str, from: &str, zone: Tz, count: usize) -> Vec<String> {
    let cadence = read(text);
    let upcoming = cadence.upcoming(at(from), zone).take(count);
    upcoming.map(|time| time.with_timezone(&zone).format("%m-%d %H:%M %:z").to_string()).collect()
}

#[test]
fn schedules_are_read_in_any_case_and_kept_in_one_form() {
    for (text, kept, words) in [
        ("Every 15M", "every 15m", "Every 15 minutes"),
        ("every 1 minute", "every 1m", "Every minute"),
        ("every 120m", "every 2h", "Every 2 hours"),
        ("every 60 min", "hourly", "Every hour"),
        ("HOURLY", "hourly", "Every hour"),
        ("  daily   6:05 ", "daily 06:05", "Every day at 06:05"),
        ("Weekly MON 06:00", "weekly mon 06:00", "Every Monday at 06:00"),
        ("weekly sunday 23:59", "weekly sun 23:59", "Every Sunday at 23:59"),
        ("30 6 * * MON-FRI", "30 6 * * mon-fri", "At 06:30, on Monday, Tuesday, Wednesday, Thursday, and Friday"),
    ] {
        let cadence = read(text);
        assert_eq!(cadence.to_string(), kept, "{text}");
        assert_eq!(read(kept), cadence, "{kept} is the same schedule");
        assert_eq!(cadence.words(), words, "{text}");
    }
    assert_eq!(Cadence::parse(" OFF "), Ok(None));
}

#[test]
fn what_is_no_schedule_is_refused_with_the_part_that_is_wrong() {
    let interval = |text| matches!(Cadence::parse(text), Err(CadenceError::Interval { .. }));
    for text in
        ["every", "every m", "every 0m", "every 15", "every 15s", "every 721h", "every -5m", "every 99999999999h"]
    {
        assert!(interval(text), "{text}");
    }
    for text in [
        "daily",
        "daily 24:00",
        "daily 6",
        "daily 06:0",
        "daily 06:60",
        "daily +6:00",
        "daily 06:00 07:00",
        "weekly mon",
    ] {
        assert_eq!(Cadence::parse(text), Err(CadenceError::TimeOfDay), "{text}");
    }
    for text in ["weekly", "weekly someday 06:00", "weekly mon 06:00 07:00"] {
        assert_eq!(Cadence::parse(text), Err(CadenceError::Day), "{text}");
    }
    for text in ["61 * * * *", "* * * *", "* * * * * *", "0 0 6 * * *", "@sometimes", "* * * 13 *", "1 2 3 4 x"] {
        assert!(matches!(Cadence::parse(text), Err(CadenceError::Cron { .. })), "{text}");
    }
    assert_eq!(Cadence::parse("0 0 30 2 *"), Err(CadenceError::Never));
    assert_eq!(Cadence::parse(" "), Err(CadenceError::Empty));
    let long = "0".repeat(100_000);
    for text in ["soon", "off now", "5", long.as_str(), "\u{0}", "каждый час"] {
        assert_eq!(Cadence::parse(text), Err(CadenceError::Unknown), "{}", text.len());
    }
}

#[test]
fn an_interval_counts_real_time_from_midnight() {
    assert_eq!(
        times("every 15m", "2026-11-24T06:50:01Z", UTC, 3),
        ["11-24 07:00 +00:00", "11-24 07:15 +00:00", "11-24 07:30 +00:00"]
    );
    assert_eq!(times("every 2h", "2026-11-24T06:50:00Z", Kolkata, 2), ["11-24 14:00 +05:30", "11-24 16:00 +05:30"]);
}

#[test]
fn a_time_that_does_not_exist_comes_after_the_gap() {
    assert_eq!(
        times("daily 02:30", "2026-03-07T12:00:00Z", New_York, 3),
        ["03-08 03:00 -04:00", "03-09 02:30 -04:00", "03-10 02:30 -04:00"]
    );
    // Lord Howe goes forward by half an hour only: 02:00 becomes 02:30.
    assert_eq!(
        times("daily 02:15", "2026-10-03T00:00:00Z", Lord_Howe, 2),
        ["10-04 02:30 +11:00", "10-05 02:15 +11:00"]
    );
}

#[test]
fn a_time_that_exists_twice_comes_once() {
    assert_eq!(times("daily 01:30", "2026-10-31T12:00:00Z", New_York, 2), ["11-01 01:30 -04:00", "11-02 01:30 -05:00"]);
    assert_eq!(
        times("daily 01:45", "2026-04-04T00:00:00Z", Lord_Howe, 2),
        ["04-05 01:45 +11:00", "04-06 01:45 +10:30"]
    );
}

#[test]
fn every_day_of_forty_years_has_one_daily_occurrence() {
    for zone in [New_York, Lord_Howe] {
        for text in ["daily 02:30", "daily 02:00", "daily 01:30", "daily 01:45"] {
            let mut days: BTreeMap<NaiveDate, u32> = BTreeMap::new();
            for time in read(text).upcoming(at("2000-01-01T00:00:00Z"), zone).take(366 * 40) {
                *days.entry(time.with_timezone(&zone).date_naive()).or_default() += 1;
            }
            assert!(days.values().all(|count| *count == 1), "{text} in {zone}");
            let (first, last) = (*days.keys().next().unwrap(), *days.keys().last().unwrap());
            assert_eq!((last - first).num_days() + 1, i64::try_from(days.len()).unwrap(), "no day is left out");
        }
    }
}

#[test]
fn data_is_late_when_an_occurrence_passed_and_a_sync_would_be_over() {
    let synced = at("2026-11-24T06:03:00Z");
    let late = |text: &str, now: &str| is_late(&read(text), synced, at(now), UTC);
    assert!(!late("daily 06:00", "2026-11-25T06:59:00Z"));
    assert!(late("daily 06:00", "2026-11-25T07:01:00Z"));
    assert!(!late("every 10m", "2026-11-24T06:14:00Z"));
    assert!(late("every 10m", "2026-11-24T06:16:00Z"));
    // A clock that was set back does not make fresh data late.
    assert!(!late("daily 06:00", "2026-11-20T12:00:00Z"));
}

fn moment() -> impl Strategy<Value = DateTime<Utc>> {
    (1_577_836_800_i64..2_208_988_800, 0_u32..1_000_000_000)
        .prop_map(|(seconds, nanos)| DateTime::from_timestamp(seconds, nanos).unwrap())
}

/// Moments around the changes of clocks of both zones, where everything goes wrong that can.
fn change_of_clocks() -> impl Strategy<Value = DateTime<Utc>> {
    let changes = ["2026-03-08T07:00:00Z", "2026-11-01T06:00:00Z", "2026-10-03T15:30:00Z", "2026-04-04T15:00:00Z"];
    (0..changes.len(), -18_000_i64..18_000).prop_map(move |(index, off)| at(changes[index]) + TimeDelta::seconds(off))
}

fn any_schedule() -> impl Strategy<Value = (Cadence, Tz)> {
    (0..SCHEDULES.len(), 0..ZONES.len()).prop_map(|(text, zone)| (read(SCHEDULES[text]), ZONES[zone]))
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in ".{0,60}") {
        let _ = Cadence::parse(&text);
    }

    #[test]
    fn anything_like_a_schedule_is_kept_in_a_form_that_reads_the_same(
        text in "(every|daily|weekly|@|\\*|[0-9]{1,2})[ /]?([0-9*,/#LWlw?+-]{0,5}|mon|jan)[ :]?[0-9a-zA-Z*/,#?-]{0,4}( [0-9*/,#LWlw+-]{1,4}){0,4}"
    ) {
        if let Ok(Some(cadence)) = Cadence::parse(&text) {
            prop_assert_eq!(Cadence::parse(&cadence.to_string()), Ok(Some(cadence.clone())));
            prop_assert!(!cadence.words().is_empty());
        }
    }

    #[test]
    fn the_next_time_lies_ahead_and_later_moments_have_no_earlier_one(
        (cadence, zone) in any_schedule(), from in prop_oneof![moment(), change_of_clocks()], more in 0_i64..200_000,
    ) {
        let next = cadence.next_after(from, zone).unwrap();
        prop_assert!(next > from);
        let later = cadence.next_after(from + TimeDelta::seconds(more), zone).unwrap();
        prop_assert!(later >= next, "{} after {}", later, next);
        // Nothing lies between: seen from just before it, it is still the next one.
        prop_assert_eq!(cadence.next_after(next - TimeDelta::seconds(1), zone).unwrap(), next);
    }

    #[test]
    fn a_schedule_comes_due_after_now_and_after_the_last_time_and_skips_nothing(
        (cadence, zone) in any_schedule(), now in prop_oneof![moment(), change_of_clocks()], since in 0_i64..4_000_000,
    ) {
        let last = now - TimeDelta::seconds(since);
        let due = next_due(&cadence, Some(last), now, zone).unwrap();
        prop_assert!(due > now && due > last);
        let skipped = cadence.upcoming(now, zone).take_while(|time| *time < due).count();
        prop_assert_eq!(skipped, 0);
    }

    #[test]
    fn a_clock_that_jumps_makes_neither_storm_nor_silence(
        (cadence, zone) in any_schedule(), now in moment(), ahead in 301_i64..40_000_000,
    ) {
        let last = now + TimeDelta::seconds(ahead);
        prop_assert_eq!(next_due(&cadence, Some(last), now, zone), cadence.next_after(now, zone));
        let little = now + TimeDelta::seconds(ahead % 300);
        prop_assert!(next_due(&cadence, Some(little), now, zone).unwrap() > little, "a small correction repeats nothing");
    }

    #[test]
    fn daily_ones_keep_to_the_clock_on_the_wall(from in change_of_clocks(), hour in 0_u32..24, minute in 0_u32..60) {
        for zone in [New_York, Lord_Howe] {
            let time = read(&format!("daily {hour}:{minute:02}")).next_after(from, zone).unwrap().with_timezone(&zone);
            let gap = time.hour() * 60 + time.minute() != hour * 60 + minute;
            let before = (time - TimeDelta::seconds(1)).naive_local();
            // Where it is not that time, the clocks have just gone forward over it.
            prop_assert!(!gap || (time.naive_local() - before).num_seconds() > 1, "{}", time);
            prop_assert!(time.year() > 2000);
        }
    }
}
