//! Writing values as the two formats of the API: JSON (REST) and CSV (Bulk). Written by hand because a page of 2,000
//! records has some 60,000 values and the simulator must never be what a benchmark measures.

/// Appends a JSON string with its quotes.
pub fn json_string(text: &str, out: &mut String) {
    out.push('"');
    let mut start = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0..0x20 => "",
            _ => continue,
        };
        out.push_str(&text[start..at]);
        if escape.is_empty() {
            out.push_str("\\u00");
            padded(u64::from(byte >> 4), 1, out);
            out.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
        } else {
            out.push_str(escape);
        }
        start = at + 1;
    }
    out.push_str(&text[start..]);
    out.push('"');
}

/// Appends a CSV value with its quotes.
pub fn csv_string(text: &str, out: &mut String) {
    out.push('"');
    let mut start = 0;
    for (at, _) in text.match_indices('"') {
        out.push_str(&text[start..at]);
        out.push_str("\"\"");
        start = at + 1;
    }
    out.push_str(&text[start..]);
    out.push('"');
}

/// Appends a number with at least `width` digits.
pub fn padded(number: u64, width: usize, out: &mut String) {
    let mut digits = [b'0'; 20];
    let mut at = digits.len();
    let mut rest = number;
    while rest > 0 || digits.len() - at < width.max(1) {
        at -= 1;
        digits[at] = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
    }
    for digit in &digits[at..] {
        out.push(char::from(*digit));
    }
}

/// Appends a whole number.
pub fn integer(number: i64, out: &mut String) {
    if number < 0 {
        out.push('-');
    }
    padded(number.unsigned_abs(), 1, out);
}

/// Appends `mantissa / 10^scale`, always with a decimal point as Salesforce does.
pub fn decimal(mantissa: i64, scale: u32, out: &mut String) {
    if mantissa < 0 {
        out.push('-');
    }
    let unit = 10_u64.pow(scale);
    padded(mantissa.unsigned_abs() / unit, 1, out);
    out.push('.');
    padded(mantissa.unsigned_abs() % unit, scale.max(1) as usize, out);
}

/// Appends a date given in days since 1970.
pub fn date(days: i64, out: &mut String) {
    // Days to civil date, counting eras of 400 years that start on the first of March.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    padded(year.unsigned_abs(), 4, out);
    out.push('-');
    padded(month.unsigned_abs(), 2, out);
    out.push('-');
    padded(day.unsigned_abs(), 2, out);
}

/// Appends `12:34:56` for a time given in seconds since midnight.
pub fn clock(seconds: i64, out: &mut String) {
    padded((seconds / 3_600).unsigned_abs(), 2, out);
    out.push(':');
    padded((seconds / 60 % 60).unsigned_abs(), 2, out);
    out.push(':');
    padded((seconds % 60).unsigned_abs(), 2, out);
}

/// Appends a moment given in seconds since 1970, up to and without its zone: `2026-06-30T12:00:00.000`.
pub fn moment(seconds: i64, out: &mut String) {
    date(seconds.div_euclid(86_400), out);
    out.push('T');
    clock(seconds.rem_euclid(86_400), out);
    out.push_str(".000");
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use proptest::prelude::*;

    use super::*;

    fn written(write: impl Fn(&mut String)) -> String {
        let mut out = String::new();
        write(&mut out);
        out
    }

    proptest! {
        #[test]
        fn json_strings_read_back(text in any::<String>()) {
            let json = written(|out| json_string(&text, out));
            prop_assert_eq!(serde_json::from_str::<String>(&json).expect("valid JSON"), text);
        }

        #[test]
        fn moments_agree_with_chrono(seconds in 0_i64..4_000_000_000) {
            let expected = DateTime::from_timestamp(seconds, 0).expect("in range").format("%Y-%m-%dT%H:%M:%S.000").to_string();
            prop_assert_eq!(written(|out| moment(seconds, out)), expected);
        }

        #[test]
        fn decimals_read_back(mantissa in -1_000_000_000_i64..1_000_000_000, scale in 0_u32..7) {
            let read: f64 = written(|out| decimal(mantissa, scale, out)).parse().expect("a number");
            prop_assert!((read * 10_f64.powi(i32::try_from(scale).expect("small")) - mantissa as f64).abs() < 0.01);
        }
    }

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(written(|out| json_string("a\u{1}\u{1f}b", out)), "\"a\\u0001\\u001fb\"");
    }

    #[test]
    fn quotes_are_doubled_in_csv() {
        assert_eq!(written(|out| csv_string("say \"hi\",\nthen", out)), "\"say \"\"hi\"\",\nthen\"");
    }
}
