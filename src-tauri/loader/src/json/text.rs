//! The texts of single values.

use super::{Cursor, Syntax, Token};
use std::fmt::Write as _;

/// The value of a string without its quotes, which was checked. A half of a surrogate pair alone, which no text can hold,
/// becomes U+FFFD.
pub fn unescape(raw: &str, out: &mut String) {
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let code = rest.as_bytes().get(at + 1).copied().unwrap_or(b'\\');
        let mut used = at + 2;
        match code {
            b'b' => out.push('\u{8}'),
            b'f' => out.push('\u{c}'),
            b'n' => out.push('\n'),
            b'r' => out.push('\r'),
            b't' => out.push('\t'),
            b'u' => {
                let unit = hex(rest, at + 2);
                used = at + 6;
                let second = rest.get(used..used + 2).filter(|next| *next == "\\u").map(|_| hex(rest, used + 2));
                let pair = second.filter(|low| (0xD800..0xDC00).contains(&unit) && (0xDC00..0xE000).contains(low));
                let code = match pair {
                    Some(low) => {
                        used += 6;
                        0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00)
                    }
                    None => unit,
                };
                out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            other => out.push(char::from(other)),
        }
        rest = rest.get(used..).unwrap_or_default();
    }
    out.push_str(rest);
}

fn hex(text: &str, at: usize) -> u32 {
    text.get(at..at + 4).and_then(|digits| u32::from_str_radix(digits, 16).ok()).unwrap_or(0xFFFD)
}

/// Writes a text as a JSON string.
pub fn write_string(text: &str, out: &mut String) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..='\u{1f}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(letter));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

/// The same JSON text with `null` in place of `NaN`, `Infinity` and `-Infinity`.
pub fn without_non_finite(text: &str) -> Result<String, Syntax> {
    Cursor::new(text).value()?;
    let bytes = text.as_bytes();
    let (mut out, mut kept, mut at, mut quoted) = (String::with_capacity(text.len()), 0, 0, false);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if quoted => at += 1,
            b'"' => quoted = !quoted,
            b'N' | b'I' if !quoted => {
                let sign = usize::from(at > kept && bytes[at - 1] == b'-');
                out.push_str(&text[kept..at - sign]);
                out.push_str("null");
                at += if bytes[at] == b'N' { 3 } else { 8 };
                kept = at;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    out.push_str(&text[kept..]);
    Ok(out)
}

/// The digits of a number without leading and trailing zeros, and the power of ten of the last one: `-1.50e3` is `("15", 2)`.
#[must_use]
pub fn number_parts(text: &str) -> (String, i64) {
    let text = text.trim_start_matches('-');
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse().unwrap_or(i64::from(i32::MAX))),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut digits = format!("{whole}{fraction}");
    let mut power = exponent - i64::try_from(fraction.len()).unwrap_or(i64::MAX);
    while digits.ends_with('0') {
        digits.pop();
        power += 1;
    }
    let digits = digits.trim_start_matches('0').to_owned();
    if digits.is_empty() { (digits, 0) } else { (digits, power) }
}

/// Whether a 64-bit floating point number keeps all digits of a number: what it prints is the same number again.
#[must_use]
pub fn is_exact(text: &str, token: Token) -> bool {
    // Fifteen digits always survive, and few numbers have more; the exponent is looked at below.
    if text.len() <= 15 && !text.contains(['e', 'E']) {
        return true;
    }
    let Ok(number) = text.parse::<f64>() else { return false };
    if !number.is_finite() {
        return false;
    }
    if token == Token::Int && number.abs() < 9_007_199_254_740_992.0 {
        return true;
    }
    number_parts(text) == number_parts(&format!("{number:e}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn unescaped(raw: &str) -> String {
        let mut out = String::new();
        unescape(raw, &mut out);
        out
    }

    #[test]
    fn escapes_become_letters() {
        assert_eq!(unescaped(r#"a\n\t\"\\\/\u00e9\ud83d\ude00"#), "a\n\t\"\\/é😀");
        assert_eq!(unescaped(r"\ud83d x \ude00"), "\u{fffd} x \u{fffd}", "halves of pairs");
        assert_eq!(unescaped(r"\ud83d\u0041"), "\u{fffd}A");
    }

    #[test]
    fn what_is_no_number_becomes_null() {
        let text = r#"{"a": NaN, "NaN": "Infinity \" NaN", "b": [-Infinity, Infinity,-1]}"#;
        let expected = r#"{"a": null, "NaN": "Infinity \" NaN", "b": [null, null,-1]}"#;
        assert_eq!(without_non_finite(text).unwrap(), expected);
        assert_eq!(without_non_finite("-Infinity").unwrap(), "null");
    }

    #[test]
    fn numbers_that_a_double_keeps() {
        for text in ["0.1", "1e2", "123456789012345", "0.30000000000000004", "1.7976931348623157e308", "-0.0", "1e22"] {
            assert!(is_exact(text, Token::Float), "{text}");
        }
        for text in ["0.12345678901234567890", "12345678901234567.5", "1e400", "9007199254740993", "1e-400"] {
            assert!(!is_exact(text, Token::Float), "{text}");
        }
    }

    proptest! {
        #[test]
        fn written_strings_are_read_again(text in ".*") {
            let mut written = String::new();
            write_string(&text, &mut written);
            prop_assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text.clone());
            prop_assert_eq!(unescaped(&written[1..written.len() - 1]), text);
        }

        #[test]
        fn doubles_are_exact(number in proptest::num::f64::NORMAL) {
            let text = format!("{number:e}");
            prop_assert!(is_exact(&text, Token::Float));
        }
    }
}
