//! The forms a secret takes in what programs print. None holds a line end.

use base64::{
    Engine as _,
    engine::{GeneralPurpose, general_purpose},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::{collections::BTreeSet, fmt::Write as _};

/// Above this many bytes only the plain and the escaped forms are looked for: every byte of every form costs memory, and
/// nothing that long is printed in the others.
const LONG: usize = 16 * 1024;
/// Shorter pieces of base64 would match by chance.
const BASE64_CORE: usize = 4;
/// Shorter lines of a longer secret say nothing about it (and would match by chance).
const LINE: usize = 4;

/// Python's `quote(text, safe='')`.
const QUOTE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'_').remove(b'.').remove(b'-').remove(b'~');
/// Python's `quote(text)`.
const QUOTE_PATH: &AsciiSet = &QUOTE.remove(b'/');
/// JavaScript's `encodeURIComponent`.
const COMPONENT: &AsciiSet = &QUOTE.remove(b'!').remove(b'\'').remove(b'(').remove(b')').remove(b'*');

/// Adds every form of `secret`, which has at least four characters.
pub(super) fn add_forms(secret: &str, forms: &mut BTreeSet<Vec<u8>>) {
    let mut add = |form: String| {
        if !form.is_empty() && !form.contains(['\n', '\r']) {
            forms.insert(form.into_bytes());
        }
    };
    add_escaped(secret, &mut add);
    if secret.contains(['\n', '\r']) {
        // The dashed first and last lines of a key file are the same in all of them.
        let lines = secret.lines().map(str::trim).filter(|line| !line.starts_with("-----"));
        lines.filter(|line| line.chars().count() >= LINE).for_each(|line| add_escaped(line, &mut add));
    }
    if secret.len() > LONG {
        return;
    }
    for set in [QUOTE, QUOTE_PATH, COMPONENT] {
        let quoted = utf8_percent_encode(secret, set).to_string();
        add(quoted.replace("%20", "+"));
        add(lower_hex_after_percent(&quoted.replace("%20", "+")));
        add(lower_hex_after_percent(&quoted));
        add(quoted);
    }
    let hex = secret.bytes().fold(String::new(), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    add(hex.to_uppercase());
    add(hex);
    for engine in [&general_purpose::STANDARD, &general_purpose::URL_SAFE] {
        add_base64(secret.as_bytes(), engine, &mut add);
    }
}

/// The plain text, and the ways JSON, Python and XML write it.
fn add_escaped(text: &str, add: &mut impl FnMut(String)) {
    add(text.to_owned());
    let json = Json { ascii: false, upper: false, markup: false };
    for style in [json, Json { ascii: true, ..json }, Json { ascii: true, upper: true, ..json }] {
        let once = style.escape(text);
        // A JSON reply logged inside JSON is escaped twice.
        add(style.escape(&once));
        add(once.replace('/', "\\/"));
        add(once);
        add(Json { markup: true, ..style }.escape(text));
    }
    for quote in [true, false] {
        for python in [Python::Text, Python::Ascii, Python::Bytes] {
            add(python.escape(text, quote));
        }
    }
    let xml = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    add(xml.replace('"', "&quot;").replace('\'', "&#x27;"));
    add(xml.replace('"', "&quot;").replace('\'', "&#39;"));
    add(xml.replace('"', "&quot;").replace('\'', "&apos;"));
    add(xml);
}

/// A way of writing JSON text.
#[derive(Clone, Copy)]
struct Json {
    /// Everything beyond ASCII becomes `\uXXXX`.
    ascii: bool,
    /// Upper-case hex digits.
    upper: bool,
    /// `<`, `>`, `&`, `'` and `=` become `\uXXXX` as well, so that the text can stand in a web page.
    markup: bool,
}

impl Json {
    fn escape(self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                '\u{8}' => out.push_str("\\b"),
                '\u{c}' => out.push_str("\\f"),
                '<' | '>' | '&' | '\'' | '=' if self.markup => self.unit(&mut out, c as u32),
                c if c < ' ' || (self.ascii && c > '\u{7e}') => {
                    for unit in c.encode_utf16(&mut [0; 2]) {
                        self.unit(&mut out, u32::from(*unit));
                    }
                }
                c => out.push(c),
            }
        }
        out
    }

    fn unit(self, out: &mut String, unit: u32) {
        // Writing to a String cannot fail.
        let _ = if self.upper { write!(out, "\\u{unit:04X}") } else { write!(out, "\\u{unit:04x}") };
    }
}

/// A way Python writes text in its source form.
#[derive(Clone, Copy)]
enum Python {
    /// `repr(text)`.
    Text,
    /// `ascii(text)`.
    Ascii,
    /// `repr(text.encode())`.
    Bytes,
}

impl Python {
    fn escape(self, text: &str, quote: bool) -> String {
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            // Writing to a String cannot fail.
            let _ = match c {
                '\\' => out.write_str("\\\\"),
                '\'' if quote => out.write_str("\\'"),
                '\n' => out.write_str("\\n"),
                '\r' => out.write_str("\\r"),
                '\t' => out.write_str("\\t"),
                ' '..='~' => out.write_char(c),
                _ => match (self, c as u32) {
                    (Python::Bytes, _) => {
                        c.encode_utf8(&mut [0; 4]).bytes().try_for_each(|byte| write!(out, "\\x{byte:02x}"))
                    }
                    (_, code @ (..=0xa0 | 0xad)) | (Python::Ascii, code @ ..=0xff) => write!(out, "\\x{code:02x}"),
                    (Python::Text, _) => out.write_char(c),
                    (Python::Ascii, code @ ..=0xffff) => write!(out, "\\u{code:04x}"),
                    (Python::Ascii, code) => write!(out, "\\U{code:08x}"),
                },
            };
        }
        out
    }
}

/// `%2F` as `%2f`, everything else unchanged.
fn lower_hex_after_percent(quoted: &str) -> String {
    let mut digits = 0;
    let lower = |c: char| {
        if c == '%' {
            digits = 2;
            return c;
        }
        if digits == 0 {
            return c;
        }
        digits -= 1;
        c.to_ascii_lowercase()
    };
    quoted.chars().map(lower).collect()
}

/// Adds base64 for each place the secret may have in a group of three bytes (`user:secret` moves it). Characters that
/// hold bits of the bytes around it are left out, except at a true end.
fn add_base64(secret: &[u8], engine: &GeneralPurpose, add: &mut impl FnMut(String)) {
    for shift in 0..3 {
        let mut bytes = vec![0; shift];
        bytes.extend_from_slice(secret);
        let encoded = engine.encode(&bytes);
        let skip = [0, 2, 3][shift];
        let unpadded = encoded.trim_end_matches('=').len();
        let shared = usize::from(unpadded < encoded.len());
        for end in [unpadded - shared, unpadded, encoded.len()] {
            if end >= skip + BASE64_CORE {
                add(encoded[skip..end].to_owned());
            }
        }
    }
}
