//! Foreign texts, made safe to show: plain text for labels, Markdown without markup of other kinds for descriptions.

use crate::connectors::definition::value::is_invisible;
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd};
use pulldown_cmark_to_cmark::cmark;

/// Characters of a description; the longest public one has 2,000.
const DESCRIPTION_LIMIT: usize = 6_000;
/// Characters of a label.
const LABEL_LIMIT: usize = 120;
/// Characters of a placeholder or tooltip.
const LINE_LIMIT: usize = 400;

/// Markdown with text, emphasis, lists, code and links to the web and to mail addresses. No HTML, no images.
pub fn markdown(text: &str) -> Option<String> {
    let text: String =
        text.chars().filter(|letter| *letter == '\n' || !is_invisible(*letter)).take(DESCRIPTION_LIMIT).collect();
    let mut open_links = Vec::new();
    let events = Parser::new_ext(&text, Options::empty()).filter_map(|event| harmless(event, &mut open_links));
    let mut clean = String::with_capacity(text.len());
    // Writing into a `String` does not fail.
    if cmark(events, &mut clean, Options::empty()).is_err() || !is_harmless(&clean) {
        clean = escaped(&text);
    }
    Some(clean.trim().to_owned()).filter(|clean| !clean.is_empty())
}

/// The event, unless it is HTML, an image or a link to somewhere else; their texts stay.
fn harmless<'a>(event: Event<'a>, open_links: &mut Vec<bool>) -> Option<Event<'a>> {
    match event {
        Event::Html(_)
        | Event::InlineHtml(_)
        | Event::Start(Tag::HtmlBlock | Tag::Image { .. })
        | Event::End(TagEnd::HtmlBlock | TagEnd::Image) => None,
        Event::Start(Tag::Link { ref dest_url, .. }) => {
            let keep = is_web(dest_url);
            open_links.push(keep);
            keep.then_some(event)
        }
        Event::End(TagEnd::Link) => open_links.pop().unwrap_or_default().then_some(event),
        other => Some(other),
    }
}

/// What was written is read again: the next program that reads it sees what we saw.
fn is_harmless(text: &str) -> bool {
    Parser::new_ext(text, Options::empty()).all(|event| match event {
        Event::Html(_) | Event::InlineHtml(_) | Event::Start(Tag::HtmlBlock | Tag::Image { .. }) => false,
        Event::Start(Tag::Link { dest_url, .. }) => is_web(&dest_url),
        _ => true,
    })
}

fn is_web(address: &str) -> bool {
    let scheme = address.split_once(':').map(|(scheme, _)| scheme.to_lowercase());
    matches!(scheme.as_deref(), Some("http" | "https" | "mailto"))
}

/// Text that Markdown shows as it stands.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        for letter in word.chars() {
            if letter.is_ascii_punctuation() {
                out.push('\\');
            }
            out.push(letter);
        }
    }
    out
}

/// Plain text on one line, without markup.
pub fn label(text: &str) -> Option<String> {
    // The word in front keeps the text from being read as a heading or a list.
    let line = format!("x {}", one_line(text, LABEL_LIMIT * 4));
    let mut plain = String::new();
    for event in Parser::new_ext(&line, Options::empty()) {
        match event {
            Event::Text(part) | Event::Code(part) => plain.push_str(&part),
            Event::SoftBreak | Event::HardBreak => plain.push(' '),
            _ => {}
        }
    }
    let plain = one_line(plain.strip_prefix('x').unwrap_or(&plain), LABEL_LIMIT);
    Some(plain).filter(|plain| !plain.is_empty())
}

/// One line as it stands, for placeholders and tooltips.
pub fn line(text: &str) -> Option<String> {
    Some(one_line(text, LINE_LIMIT)).filter(|text| !text.is_empty())
}

fn one_line(text: &str, limit: usize) -> String {
    let spaced = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut short: String = spaced.chars().filter(|letter| !is_invisible(*letter)).take(limit).collect();
    if spaced.chars().count() > limit {
        short.push('…');
    }
    short.trim().to_owned()
}

/// The address, if it is one of the web that is encrypted.
pub fn https(address: &str) -> Option<String> {
    let url = url::Url::parse(address.trim()).ok()?;
    (url.scheme() == "https" && url.has_host() && url.username().is_empty() && url.password().is_none())
        .then(|| CowStr::from(String::from(url)).into_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn markup_of_other_kinds_goes_and_its_text_stays() {
        let clean = |text: &str| markdown(text).unwrap_or_default();
        assert_eq!(clean("Use *this* [page](https://example.com)."), "Use *this* [page](https://example.com).");
        assert_eq!(clean("<script>alert(1)</script>"), "");
        assert_eq!(clean("a <b onclick=x>bold</b> word"), "a bold word");
        assert_eq!(clean("[click](javascript:alert(1))"), "click");
        assert_eq!(clean("[page](/relative)"), "page");
        assert_eq!(clean("![a picture](https://example.com/p.png)"), "a picture");
        assert_eq!(clean("<javascript:alert(1)>"), "javascript:alert(1)");
        assert_eq!(clean("mail [us](mailto:a@example.com)"), "mail [us](mailto:a@example.com)");
        assert_eq!(clean("a\u{202e}b\u{0}c"), "abc");
        for text in ["&lt;script&gt;alert(1)&lt;/script&gt;", "\\<img src=x onerror=y>", "`<script>`"] {
            assert!(is_harmless(&clean(text)), "{text}: {}", clean(text));
        }
    }

    #[test]
    fn labels_are_plain() {
        assert_eq!(label("**API** [key](x) <b>now</b>").as_deref(), Some("API key now"));
        assert_eq!(label("# of\n rows").as_deref(), Some("# of rows"));
        assert_eq!(label("1. Name_of_it").as_deref(), Some("1. Name_of_it"));
        assert_eq!(label(" \u{7} <p>"), None);
    }

    #[test]
    fn pages_are_encrypted() {
        assert_eq!(https("https://example.com/a b").as_deref(), Some("https://example.com/a%20b"));
        assert_eq!(https("http://example.com"), None);
        assert_eq!(https("https://me:secret@example.com"), None);
        assert_eq!(https("javascript:alert(1)"), None);
    }

    proptest! {
        #[test]
        fn whatever_comes_what_goes_is_harmless(text in "[<>a-c/!\\[\\]()`*_ \n\t#&;:\\\\\"'=-]{0,80}") {
            let clean = markdown(&text).unwrap_or_default();
            prop_assert!(is_harmless(&clean), "{:?}", clean);
            let plain = label(&text).unwrap_or_default();
            prop_assert!(!plain.contains(is_invisible));
        }
    }
}
