//! Texts of the public catalogue made plain for cards: what a script holds goes too.

/// Plain text on one line: no HTML, no Markdown links, no control characters; at most `most` characters.
pub(super) fn plain(text: &str, most: usize) -> String {
    let text = without_links(&without_html(text));
    let mut words = String::new();
    for word in text.split(|letter: char| letter.is_whitespace() || letter.is_control()) {
        let word = word.trim_matches(['`', '*']);
        if !word.is_empty() {
            if !words.is_empty() {
                words.push(' ');
            }
            words.push_str(word);
        }
    }
    cut(&words, most)
}

/// Drops tags and comments, with the content of those that hold no text.
fn without_html(text: &str) -> String {
    let mut rest = text;
    let mut kept = String::with_capacity(text.len());
    while let Some(at) = rest.find('<') {
        kept.push_str(&rest[..at]);
        rest = &rest[at..];
        let next = rest[1..].chars().next();
        if !next.is_some_and(|letter| letter.is_ascii_alphabetic() || matches!(letter, '/' | '!' | '?')) {
            kept.push('<');
            rest = &rest[1..];
            continue;
        }
        let name: String = rest[1..].chars().take_while(char::is_ascii_alphanumeric).collect();
        let silent = ["script", "style", "iframe", "object", "template", "noscript", "svg"];
        let end = if silent.iter().any(|silent| name.eq_ignore_ascii_case(silent)) {
            let closing = format!("</{}", name.to_ascii_lowercase());
            rest.to_ascii_lowercase().find(&closing)
        } else {
            Some(0)
        };
        let end = end.and_then(|start| rest[start..].find('>').map(|length| start + length + 1));
        // A tag that never ends takes the rest with it.
        rest = end.map_or("", |end| &rest[end..]);
        kept.push(' ');
    }
    kept.push_str(rest);
    for (entity, letter) in [("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&")] {
        kept = kept.replace(entity, letter);
    }
    kept
}

/// `[text](address)` becomes `text`.
fn without_links(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('[') {
        let (before, after) = rest.split_at(start);
        kept.push_str(before);
        let found = after.find("](").filter(|middle| !after[1..*middle].contains('['));
        let end = found.and_then(|middle| link_end(&after[middle + 2..]).map(|end| (middle, middle + end + 3)));
        match end {
            Some((middle, end)) => {
                kept.push_str(&after[1..middle]);
                rest = &after[end..];
            }
            None => {
                kept.push('[');
                rest = &after[1..];
            }
        }
    }
    kept.push_str(rest);
    kept
}

/// Where the address of a link ends, before its closing bracket; an address may have brackets in pairs.
fn link_end(text: &str) -> Option<usize> {
    let mut open = 0;
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => open += 1,
            ')' if open == 0 => return Some(at),
            ')' => open -= 1,
            '\n' => return None,
            _ => {}
        }
    }
    None
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(most.saturating_sub(1)).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn cards_get_plain_text() {
        assert_eq!(
            plain("Reads <b>orders</b>\n from [the shop](https://x.y/z) & `more`", 100),
            "Reads orders from the shop & more"
        );
        assert_eq!(plain("before<script>alert(1)</script>after", 100), "before after");
        assert_eq!(plain("<img src=x onerror=alert(1)>Shop", 100), "Shop");
        assert_eq!(plain("<SCRIPT>never ends", 100), "");
        assert_eq!(plain("a < b and 3 <4", 100), "a < b and 3 <4");
        assert_eq!(plain("one two three", 8), "one two…");
        assert_eq!(plain("[a](javascript:f(1)) b [c] (d)", 100), "a b [c] (d)");
        assert_eq!(plain("\u{7}bell\u{0}", 100), "bell");
    }

    proptest! {
        #[test]
        fn no_tag_is_left_of_any_text(text in "(<|>|/|script|style|[a-z! ()\\[\\]]|é){0,40}") {
            let shown = plain(&text, 1000);
            let tag = shown.match_indices('<').any(|(at, _)| {
                shown[at + 1..].starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '/' || letter == '!')
            });
            prop_assert!(!tag, "{text:?} became {shown:?}");
        }
    }
}
