//! Schedules as text: reading them, their canonical form, and the words people see.

use super::{Cadence, Interval, TimeOfDay};
use chrono::{DateTime, Utc, Weekday};
use chrono_tz::Tz;
use croner::{
    Cron,
    parser::{CronParser, Seconds, Year},
};
use std::fmt;

/// Longest text that is read, in bytes.
const LONGEST: usize = 200;
/// Longest interval, in minutes: 30 days.
const LONGEST_INTERVAL: u32 = 30 * 24 * 60;

/// Why a text is no schedule. Never repeats the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CadenceError {
    /// There is nothing to read.
    #[error("the schedule is empty")]
    Empty,
    /// Nothing of the forms there are.
    #[error("the schedule cannot be read")]
    Unknown,
    /// The interval after `every`.
    #[error("the interval after “every” cannot be used: {reason}")]
    Interval {
        /// Why.
        reason: &'static str,
    },
    /// The time after `daily` or a day.
    #[error("the time of day cannot be read; it has hours from 0 to 23 and minutes from 00 to 59, as in 06:00")]
    TimeOfDay,
    /// The day after `weekly`.
    #[error("the day after “weekly” cannot be read; it is one of mon, tue, wed, thu, fri, sat, sun")]
    Day,
    /// A cron expression that is none.
    #[error("the cron expression cannot be read: {reason}")]
    Cron {
        /// Why.
        reason: String,
    },
    /// A cron expression no day fits.
    #[error("the cron expression never comes due")]
    Never,
}

impl CadenceError {
    /// What to do.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Never => "Name a day that exists.",
            _ => {
                "Write it as one of: every 15m, every 2h, hourly, daily 06:00, weekly mon 06:00, a cron expression of five \
                 fields such as 30 6 * * 1-5, or off."
            }
        }
    }
}

impl Cadence {
    /// Reads a schedule; `None`: by hand only. Upper and lower case are the same.
    pub fn parse(text: &str) -> Result<Option<Self>, CadenceError> {
        if text.len() > LONGEST {
            return Err(CadenceError::Unknown);
        }
        let text = text.to_lowercase();
        let words: Vec<&str> = text.split_whitespace().collect();
        let cadence = match words.as_slice() {
            [] => return Err(CadenceError::Empty),
            ["off"] => return Ok(None),
            ["every", rest @ ..] => every(&rest.concat())?,
            ["hourly"] => Self::Hourly(cron_of("0 * * * *")?),
            ["daily", time] => {
                let time = time_of_day(time)?;
                Self::Daily(time, cron_of(&format!("{} {} * * *", time.minute, time.hour))?)
            }
            ["weekly", day, time] => {
                let (day, time): (Weekday, _) = (day.parse().map_err(|_| CadenceError::Day)?, time_of_day(time)?);
                let number = day.num_days_from_sunday();
                Self::Weekly(day, time, cron_of(&format!("{} {} * * {number}", time.minute, time.hour))?)
            }
            ["daily", ..] | ["weekly", _] => return Err(CadenceError::TimeOfDay),
            ["weekly", ..] => return Err(CadenceError::Day),
            [first, ..] if looks_like_cron(first, words.len()) => {
                let text = words.join(" ");
                let cron = cron_of(&text)?;
                Self::Cron(text, cron)
            }
            _ => return Err(CadenceError::Unknown),
        };
        // Any moment will do: what comes due at all does so within the leap years of a few decades.
        match cadence.next_after(DateTime::<Utc>::UNIX_EPOCH, Tz::UTC) {
            Some(_) => Ok(Some(cadence)),
            None => Err(CadenceError::Never),
        }
    }

    /// The schedule in plain English, for instance "Every day at 06:00".
    pub fn words(&self) -> String {
        match self {
            Self::Every(interval) => match interval.parts() {
                (1, "m") => "Every minute".to_owned(),
                (minutes, "m") => format!("Every {minutes} minutes"),
                (hours, _) => format!("Every {hours} hours"),
            },
            Self::Hourly(_) => "Every hour".to_owned(),
            Self::Daily(time, _) => format!("Every day at {time}"),
            Self::Weekly(day, time, _) => format!("Every {} at {time}", full_name(*day)),
            Self::Cron(_, cron) => cron.describe().trim_end_matches('.').to_owned(),
        }
    }
}

/// The canonical text: reading it gives the same schedule.
impl fmt::Display for Cadence {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Every(interval) => {
                let (count, unit) = interval.parts();
                write!(out, "every {count}{unit}")
            }
            Self::Hourly(_) => out.write_str("hourly"),
            Self::Daily(time, _) => write!(out, "daily {time}"),
            Self::Weekly(day, time, _) => write!(out, "weekly {} {time}", day.to_string().to_lowercase()),
            Self::Cron(text, _) => out.write_str(text),
        }
    }
}

impl Interval {
    /// In hours where it is whole ones, otherwise in minutes.
    const fn parts(self) -> (u32, &'static str) {
        if self.0.is_multiple_of(60) { (self.0 / 60, "h") } else { (self.0, "m") }
    }
}

fn every(text: &str) -> Result<Cadence, CadenceError> {
    let refuse = |reason| CadenceError::Interval { reason };
    let digits = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (count, unit) = text.split_at(digits);
    let minutes = match unit {
        "m" | "min" | "mins" | "minute" | "minutes" => 1,
        "h" | "hour" | "hours" => 60,
        _ => return Err(refuse("it is a number and a unit, as in 15m or 2h")),
    };
    if count.is_empty() {
        return Err(refuse("the number is missing, as in 15m or 2h"));
    }
    let interval = count.parse().ok().and_then(|count: u32| count.checked_mul(minutes));
    match interval {
        Some(0) => Err(refuse("it is at least one minute")),
        // The same thing said in two ways; this one follows the clock on the wall.
        Some(60) => Ok(Cadence::Hourly(cron_of("0 * * * *")?)),
        Some(minutes) if minutes <= LONGEST_INTERVAL => Ok(Cadence::Every(Interval(minutes))),
        _ => Err(refuse("it is at most 30 days (720h)")),
    }
}

fn time_of_day(text: &str) -> Result<TimeOfDay, CadenceError> {
    let part = |text: &str, longest: usize, end: u8| {
        let usable = (1..=longest).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|value: &u8| usable && *value < end)
    };
    let (hour, minute) = text.split_once(':').ok_or(CadenceError::TimeOfDay)?;
    match (part(hour, 2, 24), part(minute, 2, 60).filter(|_| minute.len() == 2)) {
        (Some(hour), Some(minute)) => Ok(TimeOfDay { hour, minute }),
        _ => Err(CadenceError::TimeOfDay),
    }
}

/// Names such as `@daily`, and whatever begins like a field of minutes; a single word is no cron expression.
fn looks_like_cron(first: &str, words: usize) -> bool {
    first.starts_with('@') || (words > 1 && first.starts_with(|letter: char| letter.is_ascii_digit() || letter == '*'))
}

fn cron_of(text: &str) -> Result<Box<Cron>, CadenceError> {
    let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
    let named = text.starts_with('@');
    if !named && text.split(' ').count() != 5 {
        let reason = "it has five fields: minute, hour, day of the month, month, day of the week".to_owned();
        return Err(CadenceError::Cron { reason });
    }
    parser.parse(text).map(Box::new).map_err(|error| CadenceError::Cron { reason: reason(&error) })
}

/// The library's reason, as far as it does not repeat what was entered.
fn reason(error: &croner::errors::CronError) -> String {
    use croner::errors::CronError;
    match error {
        CronError::IllegalCharacters(_) => "it has characters that do not belong there".to_owned(),
        _ => "a field has a value it cannot have".to_owned(),
    }
}

const fn full_name(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    }
}
