//! Schedules in Meltano's words and ours.

use crate::scheduler::Cadence;

const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// A schedule as a cron expression, and what is different about it there.
pub fn to_cron(schedule: &str) -> Option<(String, Option<String>)> {
    let words: Vec<&str> = schedule.split_whitespace().collect();
    let at = |text: &str| {
        let (hour, minute) = text.split_once(':')?;
        Some((minute.parse::<u8>().ok()?, hour.parse::<u8>().ok()?))
    };
    let exact = |cron: String| Some((cron, None));
    match words.as_slice() {
        ["hourly"] => exact("0 * * * *".to_owned()),
        ["daily", time] => {
            let (minute, hour) = at(time)?;
            exact(format!("{minute} {hour} * * *"))
        }
        ["weekly", day, time] => {
            let day = DAYS.iter().position(|known| day.to_ascii_lowercase().starts_with(known))?;
            let (minute, hour) = at(time)?;
            exact(format!("{minute} {hour} * * {day}"))
        }
        ["every", length] => {
            let (number, unit) = length.split_at(length.find(|one: char| !one.is_ascii_digit())?);
            let number: u32 = number.parse().ok()?;
            let minutes = match unit {
                "m" => number,
                "h" => number.checked_mul(60)?,
                "d" => number.checked_mul(24 * 60)?,
                _ => return None,
            };
            match minutes {
                0 => None,
                1..60 if 60 % minutes == 0 => exact(format!("*/{minutes} * * * *")),
                60..1_440 if minutes % 60 == 0 && 24 % (minutes / 60) == 0 => {
                    exact(format!("0 */{} * * *", minutes / 60))
                }
                1_440 => exact("0 0 * * *".to_owned()),
                1..60 => Some((format!("*/{minutes} * * * *"), Some("begins anew with each hour".to_owned()))),
                60..1_440 => {
                    Some((format!("0 */{} * * *", minutes / 60), Some("keeps to full hours of the day".to_owned())))
                }
                _ => Some(("0 0 * * *".to_owned(), Some("runs every day".to_owned()))),
            }
        }
        [_, _, _, _, _] => exact(schedule.to_owned()),
        _ => None,
    }
}

/// A schedule of ours from Meltano's interval; `None`: one that we do not know.
pub fn from_meltano(interval: &str) -> Option<String> {
    let text = match interval.trim() {
        "@hourly" => "hourly".to_owned(),
        "@daily" | "@midnight" => "daily 00:00".to_owned(),
        "@weekly" => "0 0 * * 0".to_owned(),
        "@monthly" => "0 0 1 * *".to_owned(),
        "@yearly" | "@annually" => "0 0 1 1 *".to_owned(),
        cron => cron.to_owned(),
    };
    Cadence::parse(&text).ok().flatten().map(|_| text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_become_cron_expressions() {
        let cron = |text: &str| to_cron(text).map(|(cron, note)| (cron, note.is_some()));
        for (ours, theirs, differs) in [
            ("hourly", "0 * * * *", false),
            ("daily 06:30", "30 6 * * *", false),
            ("weekly mon 06:00", "0 6 * * 1", false),
            ("every 15m", "*/15 * * * *", false),
            ("every 2h", "0 */2 * * *", false),
            ("every 7m", "*/7 * * * *", true),
            ("every 90m", "0 */1 * * *", true),
            ("5 4 * * 1-5", "5 4 * * 1-5", false),
        ] {
            assert_eq!(cron(ours), Some((theirs.to_owned(), differs)), "{ours}");
            assert!(Cadence::parse(theirs).is_ok(), "{theirs}");
        }
        assert_eq!(cron("off"), None);
    }

    #[test]
    fn meltanos_intervals_are_known() {
        assert_eq!(from_meltano("@daily").as_deref(), Some("daily 00:00"));
        assert_eq!(from_meltano("*/10 * * * *").as_deref(), Some("*/10 * * * *"));
        assert_eq!(from_meltano("@once"), None);
        assert_eq!(from_meltano("@monthly").as_deref(), Some("0 0 1 * *"));
    }
}
