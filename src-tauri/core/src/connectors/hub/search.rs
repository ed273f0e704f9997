//! Searching the marketplace: everything in memory, in lower case, looked through at each keystroke.

use super::{HubEntry, entry::Installation};
use crate::connectors::Catalogue;
use std::{cmp::Reverse, collections::HashSet, sync::Arc};
use tributary_contract::{CategoryCount, ConnectorCard, ConnectorKind, ConnectorQuery, Maintenance, Quality};

/// Cards of a page when nothing is said, and the most.
const PAGE: u32 = 60;
const LARGEST_PAGE: u32 = 5000;
/// The longest text that is looked for, in characters.
const LONGEST_TEXT: usize = 200;

/// How well a word fits: at its best when it is the whole label, at its worst somewhere in the description.
const WHOLE: u32 = 100;
const LABEL_START: u32 = 80;
const LABEL_WORD: u32 = 70;
const NAME_WORD: u32 = 65;
const KEYWORD: u32 = 50;
const DESCRIPTION_WORD: u32 = 40;
const IN_LABEL: u32 = 30;
const IN_NAME: u32 = 25;
const IN_KEYWORD: u32 = 20;
const IN_DESCRIPTION: u32 = 10;

/// One connector with the texts it is found by.
struct Item {
    card: ConnectorCard,
    label: String,
    name: String,
    keywords: String,
    description: String,
}

/// All connectors there are.
pub struct Shelf {
    catalogue: Arc<Catalogue>,
    items: Vec<Item>,
}

/// What is known of this computer.
pub struct Present<'a> {
    /// Plugins whose environment is installed.
    pub installed: &'a HashSet<String>,
    /// Whether a plugin can be installed without a network.
    pub offline: &'a (dyn Fn(&str) -> bool + Sync),
}

impl Shelf {
    /// Those of `catalogue`, and those of the public one that it does not have.
    pub(super) fn new<'a>(catalogue: &Arc<Catalogue>, hub: impl Iterator<Item = &'a Arc<HubEntry>>) -> Self {
        let mut items = Vec::new();
        let mut plugins = HashSet::new();
        let mut ids = HashSet::new();
        for definition in catalogue.all() {
            plugins.insert((definition.kind, definition.plugin.clone()));
            ids.insert((definition.kind, definition.id.clone()));
        }
        // A connector that was agreed to keeps the public catalogue's judgement.
        let mut judged = Vec::new();
        for entry in hub.filter(|entry| !entry.hidden) {
            let mut card = entry.card.clone();
            if plugins.contains(&(card.kind, card.plugin.clone())) {
                judged.push(card);
                continue;
            }
            if !ids.insert((card.kind, card.id.clone())) {
                card.id.clone_from(&card.plugin);
                ids.insert((card.kind, card.id.clone()));
            }
            items.push(Item::new(card, &entry.keywords));
        }
        for definition in catalogue.all() {
            let known = judged.iter().find(|card| card.kind == definition.kind && card.plugin == definition.plugin);
            let verified = catalogue.is_built_in(definition.kind, &definition.plugin);
            let card = ConnectorCard {
                id: definition.id.clone(),
                kind: definition.kind,
                plugin: definition.plugin.clone(),
                label: definition.label.clone(),
                description: definition.description.clone(),
                category: definition.category.clone(),
                logo: definition.logo.clone(),
                verified,
                quality: known.map_or(Quality::Unknown, |card| card.quality),
                maintenance: known.map_or(Maintenance::Unknown, |card| card.maintenance),
                needs: if verified {
                    tributary_contract::InstallNeed::Nothing
                } else {
                    Installation::of(definition).needs
                },
                installed: false,
                offline: false,
            };
            items.push(Item::new(card, &definition.keywords));
        }
        items.sort_by_cached_key(|item| (!item.card.verified, item.label.clone(), item.card.plugin.clone()));
        Self { catalogue: Arc::clone(catalogue), items }
    }

    /// Whether it was made with this very catalogue.
    pub(super) fn is_of(&self, catalogue: &Arc<Catalogue>) -> bool {
        Arc::ptr_eq(&self.catalogue, catalogue)
    }

    /// The card with this short id or plugin name.
    pub fn find(&self, kind: ConnectorKind, name: &str) -> Option<&ConnectorCard> {
        let of_kind = || self.items.iter().map(|item| &item.card).filter(|card| card.kind == kind);
        of_kind().find(|card| card.id == name).or_else(|| of_kind().find(|card| card.plugin == name))
    }

    /// The cards that fit, the best first; how many there are; and categories of everything that fits apart from its category.
    pub fn search(
        &self,
        query: &ConnectorQuery,
        present: &Present<'_>,
    ) -> (Vec<ConnectorCard>, u32, Vec<CategoryCount>) {
        let text: String = query.text.chars().take(LONGEST_TEXT).collect::<String>().to_lowercase();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
        let mut found: Vec<(u32, usize)> = Vec::new();
        let mut categories: Vec<CategoryCount> = Vec::new();
        for (position, item) in self.items.iter().enumerate() {
            let card = &item.card;
            let left_out = query.kind.is_some_and(|kind| kind != card.kind)
                || query.verified && !card.verified
                || query.offline && !(present.offline)(&card.plugin);
            let Some(score) = (!left_out).then(|| item.score(&text, &words)).flatten() else { continue };
            match categories.iter_mut().find(|one| one.category == card.category) {
                Some(one) => one.count += 1,
                None => categories.push(CategoryCount { category: card.category.clone(), count: 1 }),
            }
            if query.category.as_ref().is_none_or(|category| *category == card.category) {
                found.push((score, position));
            }
        }
        if !words.is_empty() {
            found.sort_by_key(|(score, position)| {
                let card = &self.items[*position].card;
                (
                    Reverse(*score == WHOLE),
                    Reverse(*score >= DESCRIPTION_WORD),
                    !card.verified,
                    Reverse(*score),
                    rank(card),
                    *position,
                )
            });
        }
        categories.sort_by(|one, other| one.category.cmp(&other.category));
        let total = u32::try_from(found.len()).unwrap_or(u32::MAX);
        let limit = if query.limit == 0 { PAGE } else { query.limit.min(LARGEST_PAGE) };
        let page = found.into_iter().skip(query.offset as usize).take(limit as usize);
        let cards = page.map(|(_, position)| present.complete(&self.items[position].card)).collect();
        (cards, total, categories)
    }
}

impl Present<'_> {
    /// A card with what is known of this computer.
    pub fn complete(&self, card: &ConnectorCard) -> ConnectorCard {
        ConnectorCard {
            installed: self.installed.contains(&card.plugin),
            offline: (self.offline)(&card.plugin),
            ..card.clone()
        }
    }
}

const fn rank(card: &ConnectorCard) -> u8 {
    match card.quality {
        Quality::Gold => 0,
        Quality::Silver => 1,
        Quality::Bronze => 2,
        Quality::Unknown => 3,
    }
}

impl Item {
    fn new(card: ConnectorCard, keywords: &[String]) -> Self {
        Self {
            label: card.label.to_lowercase(),
            name: format!("{} {}", card.id, card.plugin).to_lowercase(),
            keywords: keywords.iter().map(|word| word.to_lowercase()).collect::<Vec<_>>().join("\n"),
            description: card.description.to_lowercase(),
            card,
        }
    }

    /// How well all words fit; nothing where one does not.
    fn score(&self, text: &str, words: &[&str]) -> Option<u32> {
        if words.is_empty() {
            return Some(0);
        }
        if self.label == text || self.card.id == text || self.card.plugin == text {
            return Some(WHOLE);
        }
        if self.label.starts_with(text) {
            return Some(LABEL_START);
        }
        let mut worst = WHOLE;
        for word in words {
            worst = worst.min(self.score_of(word)?);
        }
        Some(worst)
    }

    fn score_of(&self, word: &str) -> Option<u32> {
        let fields = [
            (&self.label, LABEL_WORD, IN_LABEL),
            (&self.name, NAME_WORD, IN_NAME),
            (&self.keywords, KEYWORD, IN_KEYWORD),
            (&self.description, DESCRIPTION_WORD, IN_DESCRIPTION),
        ];
        let best = fields.into_iter().filter_map(|(field, as_word, inside)| match place(field, word) {
            Some(true) => Some(as_word),
            Some(false) => Some(inside),
            None => None,
        });
        best.max()
    }
}

/// Whether `word` occurs at the start of a word of `text`, or only inside one.
fn place(text: &str, word: &str) -> Option<bool> {
    let mut inside = None;
    for (at, _) in text.match_indices(word) {
        if !text[..at].ends_with(char::is_alphanumeric) {
            return Some(true);
        }
        inside = Some(false);
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shelf() -> Shelf {
        let entry = |name: &str, label: &str, description: &str, quality: &str| {
            let text =
                json!({"name": name, "label": label, "description": description, "quality": quality, "pip_url": name});
            Arc::new(HubEntry::parse(ConnectorKind::Extractor, name, &text.to_string()).unwrap())
        };
        let hub = [
            entry("tap-mailpost", "Mailpost", "Letters", "gold"),
            entry("tap-postal", "Postal", "Parcels", "bronze"),
            entry("tap-postbox", "Postbox", "Boxes", "gold"),
            entry("tap-letters", "Letters", "Post and parcels", "unknown"),
            entry("tap-post", "Post", "The post office", "unknown"),
        ];
        Shelf::new(&Arc::new(Catalogue::default()), hub.iter())
    }

    fn labels(text: &str) -> Vec<String> {
        let query = ConnectorQuery { text: text.to_owned(), ..ConnectorQuery::default() };
        let present = Present { installed: &HashSet::new(), offline: &|_| false };
        shelf().search(&query, &present).0.into_iter().map(|card| card.label).collect()
    }

    #[test]
    fn the_best_come_first() {
        assert_eq!(labels("post"), ["Post", "Postbox", "Postal", "Letters", "Mailpost"]);
        assert_eq!(labels("POST  parcels"), ["Postal", "Letters"]);
        assert_eq!(labels("tap-postal"), ["Postal"]);
        assert_eq!(labels(""), ["Letters", "Mailpost", "Post", "Postal", "Postbox"]);
        assert_eq!(labels("zebra"), Vec::<String>::new());
    }

    #[test]
    fn pages_and_counts_fit_together() {
        let present = Present { installed: &HashSet::from(["tap-post".to_owned()]), offline: &|_| false };
        let query = ConnectorQuery { limit: 2, offset: 1, ..ConnectorQuery::default() };
        let (cards, total, categories) = shelf().search(&query, &present);
        assert_eq!(cards.iter().map(|card| card.label.as_str()).collect::<Vec<_>>(), ["Mailpost", "Post"]);
        assert!(cards[1].installed && !cards[0].installed);
        assert_eq!((total, categories.iter().map(|one| one.count).sum::<u32>()), (5, 5));
    }
}
