//! The menu as it is shown, and changing it as little as possible.

use super::model::{Entry, Item};
use tauri::{
    AppHandle, Runtime,
    menu::{IsMenuItem, Menu, MenuItem, PredefinedMenuItem, Submenu},
};

/// A menu that is shown.
pub struct Shown<R: Runtime> {
    menu: Menu<R>,
    entries: Vec<Entry>,
    parts: Vec<Part<R>>,
}

enum Part<R: Runtime> {
    Item(MenuItem<R>),
    Submenu(Submenu<R>, Vec<MenuItem<R>>),
    Separator(PredefinedMenuItem<R>),
}

impl<R: Runtime> Shown<R> {
    /// Makes a menu.
    pub fn new(app: &AppHandle<R>, entries: Vec<Entry>) -> tauri::Result<Self> {
        let menu = Menu::new(app)?;
        let parts = entries.iter().map(|entry| Part::new(app, entry)).collect::<tauri::Result<Vec<_>>>()?;
        for part in &parts {
            menu.append(part.in_menu())?;
        }
        Ok(Self { menu, entries, parts })
    }

    /// The menu itself.
    pub fn menu(&self) -> &Menu<R> {
        &self.menu
    }

    /// Has it show these entries. Gives another menu where this one cannot become so.
    pub fn change(&mut self, app: &AppHandle<R>, entries: Vec<Entry>) -> tauri::Result<Option<Menu<R>>> {
        if self.entries == entries {
            return Ok(None);
        }
        if !same_shape(&self.entries, &entries) {
            *self = Self::new(app, entries)?;
            return Ok(Some(self.menu.clone()));
        }
        for ((part, before), now) in self.parts.iter_mut().zip(&self.entries).zip(&entries) {
            match (part, before, now) {
                (Part::Item(part), Entry::Item(before), Entry::Item(now)) => change_item(part, before, now)?,
                (
                    Part::Submenu(part, parts),
                    Entry::Submenu { head: before, items: items_before },
                    Entry::Submenu { head: now, items },
                ) => {
                    if before.text != now.text {
                        part.set_text(&now.text)?;
                    }
                    if before.enabled != now.enabled {
                        part.set_enabled(now.enabled)?;
                    }
                    change_items(app, part, parts, items_before, items)?;
                }
                _ => {}
            }
        }
        self.entries = entries;
        Ok(None)
    }
}

impl<R: Runtime> Part<R> {
    fn new(app: &AppHandle<R>, entry: &Entry) -> tauri::Result<Self> {
        Ok(match entry {
            Entry::Item(item) => Self::Item(new_item(app, item)?),
            Entry::Separator => Self::Separator(PredefinedMenuItem::separator(app)?),
            Entry::Submenu { head, items } => {
                let submenu = Submenu::with_id(app, &head.id, &head.text, head.enabled)?;
                let parts = items.iter().map(|item| new_item(app, item)).collect::<tauri::Result<Vec<_>>>()?;
                for part in &parts {
                    submenu.append(part)?;
                }
                Self::Submenu(submenu, parts)
            }
        })
    }

    fn in_menu(&self) -> &dyn IsMenuItem<R> {
        match self {
            Self::Item(item) => item,
            Self::Submenu(submenu, _) => submenu,
            Self::Separator(separator) => separator,
        }
    }
}

fn new_item<R: Runtime>(app: &AppHandle<R>, item: &Item) -> tauri::Result<MenuItem<R>> {
    MenuItem::with_id(app, &item.id, &item.text, item.enabled, None::<&str>)
}

fn change_item<R: Runtime>(part: &MenuItem<R>, before: &Item, now: &Item) -> tauri::Result<()> {
    if before.text != now.text {
        part.set_text(&now.text)?;
    }
    if before.enabled != now.enabled {
        part.set_enabled(now.enabled)?;
    }
    Ok(())
}

fn change_items<R: Runtime>(
    app: &AppHandle<R>,
    submenu: &Submenu<R>,
    parts: &mut Vec<MenuItem<R>>,
    before: &[Item],
    now: &[Item],
) -> tauri::Result<()> {
    let (head, tail) = common(before, now);
    for part in parts.splice(head..before.len() - tail, []) {
        submenu.remove(&part)?;
    }
    for (place, item) in now.iter().enumerate().take(now.len() - tail).skip(head) {
        let part = new_item(app, item)?;
        submenu.insert(&part, place)?;
        parts.insert(place, part);
    }
    let kept = before[..head].iter().zip(&now[..head]).zip(&parts[..head]);
    let last = before[before.len() - tail..].iter().zip(&now[now.len() - tail..]).zip(&parts[parts.len() - tail..]);
    for ((before, now), part) in kept.chain(last) {
        change_item(part, before, now)?;
    }
    Ok(())
}

/// How many items at the start and at the end stay the same items, perhaps with other texts.
fn common(before: &[Item], now: &[Item]) -> (usize, usize) {
    let same = |pair: &(&Item, &Item)| pair.0.id == pair.1.id;
    let head = before.iter().zip(now).take_while(same).count();
    let tail = before[head..].iter().rev().zip(now[head..].iter().rev()).take_while(same).count();
    (head, tail)
}

/// Whether the entries are the same ones, perhaps with other texts and other items in the submenus.
fn same_shape(before: &[Entry], now: &[Entry]) -> bool {
    let id = |entry: &Entry| match entry {
        Entry::Item(item) => ("item", item.id.clone()),
        Entry::Submenu { head, .. } => ("submenu", head.id.clone()),
        Entry::Separator => ("separator", String::new()),
    };
    before.iter().map(id).eq(now.iter().map(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(ids: &str) -> Vec<Item> {
        ids.chars().map(|id| Item { id: id.to_string(), text: String::new(), enabled: true }).collect()
    }

    #[test]
    fn only_items_that_come_or_go_are_touched() {
        for (before, now, expected) in [
            ("abc", "abc", (3, 0)),
            ("abc", "abxc", (2, 1)),
            ("abc", "ac", (1, 1)),
            ("abc", "", (0, 0)),
            ("", "ab", (0, 0)),
            ("aa", "a", (1, 0)),
        ] {
            assert_eq!(common(&items(before), &items(now)), expected, "{before} to {now}");
        }
    }

    #[test]
    fn a_list_that_grows_is_no_other_shape() {
        let menu = |ids| {
            let head = items("m").remove(0);
            vec![Entry::Separator, Entry::Submenu { head, items: items(ids) }]
        };
        assert!(same_shape(&menu("ab"), &menu("")));
        assert!(!same_shape(&menu("ab"), &menu("ab")[1..]));
    }
}
