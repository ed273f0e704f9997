//! Totals per stream, in memory that does not grow with the input.

use super::MAX_TOKEN;
use std::collections::HashMap;
use tributary_plugin_host::protocol::StreamCount;

/// Streams beyond this many are counted together: no source has as many, and memory must stay small for any input.
pub(super) const MAX_STREAMS: usize = 5_000;
/// The name they are counted under.
pub(super) const FURTHER_STREAMS: &str = "(further streams)";

/// What was counted so far.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// Per stream, in order of appearance.
    pub(crate) streams: Vec<StreamCount>,
    /// STATE messages.
    pub(crate) states: u64,
    /// The place in `streams` of each name, as it was written in the line.
    places: HashMap<Vec<u8>, usize>,
    last_place: Option<(Vec<u8>, usize)>,
}

impl Counts {
    /// The place of the stream whose name is written like this; `None` when that is no text.
    pub(super) fn place(&mut self, written: &[u8]) -> Option<usize> {
        if let Some((name, place)) = &self.last_place
            && name == written
        {
            return Some(*place);
        }
        let place = if let Some(place) = self.places.get(written) {
            *place
        } else {
            let place = self.place_of_name(text(written)?);
            if self.places.len() < MAX_STREAMS {
                self.places.insert(written.to_vec(), place);
            }
            place
        };
        self.last_place = Some((written.to_vec(), place));
        Some(place)
    }

    /// The place of a stream, new at the end when it is not there yet.
    fn place_of_name(&mut self, mut name: String) -> usize {
        if self.streams.len() >= MAX_STREAMS && !self.streams.iter().any(|stream| stream.name == name) {
            FURTHER_STREAMS.clone_into(&mut name);
        }
        self.streams.iter().position(|stream| stream.name == name).unwrap_or_else(|| {
            self.streams.push(StreamCount { name, records: 0, bytes: 0 });
            self.streams.len() - 1
        })
    }
}

/// The text that is written like this between quotes.
pub(super) fn text(written: &[u8]) -> Option<String> {
    if written.len() > MAX_TOKEN {
        return None;
    }
    let mut quoted = Vec::with_capacity(written.len() + 2);
    quoted.push(b'"');
    quoted.extend_from_slice(written);
    quoted.push(b'"');
    serde_json::from_slice(&quoted).ok()
}
