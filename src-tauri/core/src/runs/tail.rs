//! The end of what a plugin printed.

use std::collections::VecDeque;
use tributary_contract::LogLevel;

/// The lines of a plugin that matter for a verdict, in bounded memory.
#[derive(Debug, Default)]
pub struct Tail {
    errors: VecDeque<String>,
    last: VecDeque<String>,
}

impl Tail {
    const KEPT: usize = 20;
    const LENGTH: usize = 2_000;

    /// Takes a line.
    pub fn push(&mut self, line: &str) {
        let text: String = line.chars().take(Self::LENGTH).collect();
        let list = match super::log_file::level_of(&text) {
            LogLevel::Error => &mut self.errors,
            _ => &mut self.last,
        };
        if list.len() == Self::KEPT {
            list.pop_front();
        }
        list.push_back(text);
    }

    /// Newest first, those that name an error before the others.
    pub fn into_lines(self) -> Vec<String> {
        self.errors.into_iter().rev().chain(self.last.into_iter().rev()).collect()
    }
}
