use super::{HIDDEN, Redactor};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'_').remove(b'.').remove(b'-').remove(b'~');

fn hide(secret: &str, text: &str) -> String {
    Redactor::new([secret]).redact_line(text).into_owned()
}

#[test]
fn hides_the_plain_secret_and_nothing_else() {
    assert_eq!(hide("s3cret", "token=s3cret; next"), "token=[hidden]; next");
    assert_eq!(hide("s3cret", "nothing here"), "nothing here");
}

#[test]
fn without_secrets_text_is_unchanged() {
    let none: [&str; 0] = [];
    assert_eq!(Redactor::new(none).redact_line("text"), "text");
    assert_eq!(Redactor::new(["", "  "]).redact_line("text  "), "text  ");
    assert_eq!(Redactor::new(none).feed(b"text"), b"text", "nothing to wait for, so nothing is held back");
}

#[test]
fn short_secrets_are_hidden_only_as_whole_words() {
    assert_eq!(hide("abc", "abc (abc) xabc abcx abc_ äabc abc"), "[hidden] ([hidden]) xabc abcx abc_ äabc [hidden]");
}

#[test]
fn a_short_secret_does_not_cover_a_longer_one() {
    let redactor = Redactor::new(["ab", "bcdef"]);
    assert_eq!(redactor.redact_line("abcdef"), "a[hidden]");
}

#[test]
fn overlapping_secrets_leave_nothing_visible() {
    let redactor = Redactor::new(["xpass", "password1"]);
    assert_eq!(redactor.redact_line("xpassword1!"), "[hidden]!");
}

#[test]
fn hides_escaped_forms() {
    let secret = "p\"a\\s's/\tß€😀<&=";
    for (name, form) in [
        ("JSON", r#"p\"a\\s's/\tß€😀<&="#),
        ("JSON in ASCII", r#"p\"a\\s's/\t\u00df\u20ac\ud83d\ude00<&="#),
        ("JSON in ASCII, upper case", r#"p\"a\\s's/\t\u00DF\u20AC\uD83D\uDE00<&="#),
        ("JSON with escaped slashes", r#"p\"a\\s's\/\tß€😀<&="#),
        ("JSON for web pages", r#"p\"a\\s\u0027s/\tß€😀\u003c\u0026\u003d"#),
        ("JSON in JSON", r#"p\\\"a\\\\s's/\\tß€😀<&="#),
        ("Python", r#"p"a\\s\'s/\tß€😀<&="#),
        ("Python in ASCII", r#"p"a\\s\'s/\t\xdf\u20ac\U0001f600<&="#),
        ("Python bytes", r#"p"a\\s\'s/\t\xc3\x9f\xe2\x82\xac\xf0\x9f\x98\x80<&="#),
        ("XML", "p&quot;a\\s&apos;s/\tß€😀&lt;&amp;="),
        ("URL", "p%22a%5Cs%27s%2F%09%C3%9F%E2%82%AC%F0%9F%98%80%3C%26%3D"),
        ("URL, lower case", "p%22a%5cs%27s%2f%09%c3%9f%e2%82%ac%f0%9f%98%80%3c%26%3d"),
        ("URL path", "p%22a%5Cs%27s/%09%C3%9F%E2%82%AC%F0%9F%98%80%3C%26%3D"),
    ] {
        assert_eq!(hide(secret, &format!("<{form}>")), "<[hidden]>", "{name}");
    }
    assert_eq!(hide("two words", "q=two+words&r=two%20words"), "q=[hidden]&r=[hidden]");
}

#[test]
fn hides_base64_in_every_alignment() {
    let secret = "hunter2-långt";
    for prefix in ["", "u", "us", "user:"] {
        for suffix in ["", ":", ":x", ":xy"] {
            let text = format!("{prefix}{secret}{suffix}");
            for engine in [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD] {
                let encoded = engine.encode(&text);
                let shown = hide(secret, &format!("Basic {encoded} end"));
                assert!(shown.contains(HIDDEN) && shown.ends_with(" end"), "{text}: {shown}");
                let left = shown.len() - "Basic  end".len() - HIDDEN.len();
                let around = (prefix.len() + suffix.len()) * 4 / 3 + 5;
                assert!(left <= around, "only characters of what stands around may stay: {shown}");
            }
        }
    }
}

#[test]
fn hides_a_key_line_by_line_and_as_json() {
    let key = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n-----END PRIVATE KEY-----\n";
    let mut redactor = Redactor::new([key]);
    let mut shown = redactor.feed(key.as_bytes());
    shown.extend(redactor.finish());
    assert_eq!(
        String::from_utf8(shown).unwrap(),
        "-----BEGIN PRIVATE KEY-----\n[hidden]\n[hidden]\n-----END PRIVATE KEY-----\n"
    );
    let json = serde_json::json!({ "key": key }).to_string();
    assert_eq!(redactor.redact_line(&json), r#"{"key":"[hidden]\n"}"#);
}

#[test]
fn hides_what_stands_inside_a_json_secret() {
    let secret = r#"{"private_key": "abcdefgh", "token_uri": "https://example.org/token"}"#;
    assert_eq!(hide(secret, "key abcdefgh at https://example.org/token"), "key [hidden] at https://example.org/token");
    assert_eq!(hide(secret, secret), HIDDEN);
}

#[test]
fn added_secrets_are_hidden_from_then_on() {
    let mut redactor = Redactor::new(["first-one"]);
    redactor.add(["second-one"]);
    assert_eq!(redactor.redact_line("first-one second-one"), "[hidden] [hidden]");
}

#[test]
fn a_finished_line_is_not_held_back() {
    let mut redactor = Redactor::new(["a-rather-long-secret"]);
    assert_eq!(redactor.feed(b"ends like a-rather\n"), b"ends like a-rather\n");
    assert_eq!(redactor.feed(b"a-rather"), b"", "may become the secret");
    assert_eq!(redactor.feed(b"-long-secret"), b"[hidden]"[..0].to_vec());
    assert_eq!(redactor.finish(), b"[hidden]");
}

#[test]
fn debug_output_holds_no_secret() {
    assert!(!format!("{:?}", Redactor::new(["s3cret"])).contains("s3cret"));
}

/// One of the ways a program might print a secret.
fn encode(secret: &str, way: usize) -> String {
    match way {
        0 => secret.to_owned(),
        1 => {
            let quoted = serde_json::to_string(secret).unwrap();
            quoted[1..quoted.len() - 1].to_owned()
        }
        2 => secret.encode_utf16().fold(String::new(), |out, unit| match u8::try_from(unit) {
            Ok(byte @ (b'"' | b'\\')) => out + "\\" + &char::from(byte).to_string(),
            Ok(byte @ b' '..=b'~') => out + &char::from(byte).to_string(),
            _ => out + &format!("\\u{unit:04x}"),
        }),
        3 => utf8_percent_encode(secret, UNRESERVED).to_string(),
        4 => secret.bytes().fold(String::new(), |out, byte| match byte {
            b'_' | b'.' | b'-' | b'~' => out + &char::from(byte).to_string(),
            byte if byte.is_ascii_alphanumeric() => out + &char::from(byte).to_string(),
            byte => out + &format!("%{byte:02x}"),
        }),
        5 => STANDARD.encode(secret),
        6 => URL_SAFE_NO_PAD.encode(secret),
        _ => secret.bytes().fold(String::new(), |out, byte| out + &format!("{byte:02x}")),
    }
}

proptest! {
    /// However a stream is cut, its output is that of the uncut text, and no form of the secret is in it.
    #[test]
    fn no_split_shows_a_secret(
        secret in "[a-zA-Z0-9/+=._~\\\\\"éß-]{4,24}",
        way in 0usize..8,
        before in "[a-z :,\n]{0,40}",
        after in "[a-z :,\n]{0,40}",
        times in 1usize..4,
        cuts in proptest::collection::vec(0usize..400, 0..12),
    ) {
        let form = encode(&secret, way);
        let text = format!("{before}{form}{after} ").repeat(times);
        let mut redactor = Redactor::new([&secret]);
        let whole = redactor.redact_line(&text).into_owned();
        prop_assert!(!whole.contains(&form), "{whole}");
        prop_assert!(whole.contains(HIDDEN));

        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut % text.len()).collect();
        cuts.sort_unstable();
        let mut pieced = Vec::new();
        let mut at = 0;
        for cut in cuts.into_iter().chain([text.len()]) {
            pieced.extend(redactor.feed(&text.as_bytes()[at..cut]));
            at = cut;
        }
        pieced.extend(redactor.finish());
        prop_assert_eq!(String::from_utf8(pieced).unwrap(), whole);
    }

    /// Overlaps, repeats and short words, cut byte by byte.
    #[test]
    fn splitting_never_changes_the_output(
        secrets in proptest::collection::vec("[ab]{1,7}", 1..5),
        text in "[ab \n_]{0,80}",
    ) {
        let mut redactor = Redactor::new(&secrets);
        let whole = redactor.redact_line(&text).into_owned();
        let mut pieced = Vec::new();
        for byte in text.bytes() {
            pieced.extend(redactor.feed(&[byte]));
        }
        pieced.extend(redactor.finish());
        prop_assert_eq!(String::from_utf8(pieced).unwrap(), &whole[..]);
        for secret in secrets.iter().filter(|secret| secret.len() >= 4) {
            prop_assert!(!whole.contains(secret.as_str()));
        }
    }
}
