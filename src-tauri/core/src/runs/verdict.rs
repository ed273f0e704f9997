//! What a run that has ended really brought: an honest verdict on its streams, and the problem where it has one.
//!
//! Counts come from `plugin-host` on both sides of Meltano, never from what a connector says of itself.

use super::problems::{self, Evidence};
use crate::{Core, store};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use tributary_contract::{Problem, ProblemCode, Run, RunStream, StreamMark};

/// Syncs in a row in which a stream that is read incrementally brought rows before none are odd,
const REGULAR_SYNCS: usize = 14;
/// and the time those must span: a stream may well rest at night or over a weekend.
const REGULAR_TIME: TimeDelta = TimeDelta::days(7);

/// Words of a refusal, in lower case.
const DENIALS: &[&str] =
    &["permission", "forbidden", "403", "not authorized", "unauthorized", "insufficient_access", "access denied"];

/// A stream that was to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// The name its rows carry.
    name: String,
    /// Another name they may carry.
    other: Option<String>,
    /// Whether all of it is read each time.
    full: bool,
}

impl Chosen {
    fn is(&self, name: &str) -> bool {
        self.name == name || self.other.as_deref() == Some(name)
    }
}

/// The streams of the catalog a connector was given.
pub fn chosen(catalog: &str) -> Vec<Chosen> {
    #[derive(Deserialize)]
    struct Catalog {
        streams: Vec<Entry>,
    }
    #[derive(Deserialize)]
    struct Entry {
        stream: Option<String>,
        tap_stream_id: Option<String>,
        replication_method: Option<String>,
    }
    // We wrote it; one that cannot be read any more adds nothing to what was counted.
    let Ok(catalog) = serde_json::from_str::<Catalog>(catalog) else { return Vec::new() };
    let of_entry = |entry: Entry| {
        let name = entry.stream.clone().or_else(|| entry.tap_stream_id.clone())?;
        let other = entry.tap_stream_id.filter(|id| *id != name);
        Some(Chosen { name, other, full: entry.replication_method.as_deref() == Some("FULL_TABLE") })
    };
    catalog.streams.into_iter().filter_map(of_entry).collect()
}

/// An earlier sync of a stream: when it ended and the rows it brought.
pub type Earlier = (DateTime<Utc>, u64);

/// Whether it is odd that a stream brought no rows, by its earlier successful syncs, newest first.
///
/// One that is read whole was just not empty: a source that loses all its rows at once is rare, a sign-in that lost a right
/// or a filter that fits nothing is not. One that is read incrementally often has nothing new: that is odd only where it
/// brought rows in each of many syncs over a long time.
pub fn usually_more(earlier: impl IntoIterator<Item = Earlier>, whole: bool, now: DateTime<Utc>) -> bool {
    let mut earlier = earlier.into_iter();
    if whole {
        return earlier.next().is_some_and(|(_, records)| records > 0);
    }
    earlier
        .take_while(|(_, records)| *records > 0)
        .enumerate()
        .any(|(place, (at, _))| place + 1 >= REGULAR_SYNCS && now - at >= REGULAR_TIME)
}

/// What a run that ended well brought: every stream that was to be read, with what is odd about it; and the problem where
/// not everything arrived.
pub async fn of_success(
    core: &Core,
    run: &Run,
    mut streams: Vec<RunStream>,
    gone: &[String],
    evidence: &Evidence,
) -> (Vec<RunStream>, Option<Problem>) {
    let path = core.home().catalog(run.integration);
    let catalog = tokio::task::spawn_blocking(move || std::fs::read_to_string(path)).await;
    let chosen = chosen(&catalog.ok().and_then(Result::ok).unwrap_or_default());
    complete(&mut streams, &chosen);
    let empty: Vec<(String, bool)> = streams
        .iter()
        .filter(|stream| stream.records == 0)
        .map(|stream| {
            let whole = run.full_refresh || chosen.iter().any(|one| one.full && one.is(&stream.name));
            (stream.name.clone(), whole)
        })
        .collect();
    let (integration, refresh, now) = (run.integration, run.full_refresh, core.now());
    let found = core.database().read(move |connection| {
        let mut odd = Vec::new();
        for (name, whole) in empty {
            let found = store::run_streams::earlier(connection, integration, &name, refresh, |earlier| {
                usually_more(earlier, whole, now)
            })?;
            if found {
                odd.push(name);
            }
        }
        Ok(odd)
    });
    let odd = found.await.unwrap_or_else(|error| {
        tracing::warn!(%error, "earlier syncs could not be looked at");
        Vec::new()
    });
    mark(&mut streams, &odd, &evidence.extractor_lines);
    add_gone(&mut streams, gone);
    if !streams.iter().any(|stream| stream.mark == Some(StreamMark::CountsDiffer)) {
        return (streams, None);
    }
    let problem = problems::describe(ProblemCode::CountsDiffer, evidence, run.integration, Some(differences(&streams)));
    (streams, Some(problem))
}

/// Adds those that were to be read and of which nothing came.
fn complete(streams: &mut Vec<RunStream>, chosen: &[Chosen]) {
    for one in chosen {
        if !streams.iter().any(|stream| one.is(&stream.name)) {
            streams.push(empty(one.name.clone(), None));
        }
    }
}

fn empty(name: String, mark: Option<StreamMark>) -> RunStream {
    RunStream { name, records: 0, bytes: 0, loaded: None, mark, changes: None }
}

fn mark(streams: &mut [RunStream], odd: &[String], lines: &[String]) {
    let denials: Vec<&String> = lines
        .iter()
        .filter(|line| {
            let text = line.to_lowercase();
            DENIALS.iter().any(|word| text.contains(word))
        })
        .collect();
    for stream in streams {
        // What is not known to have arrived is not taken for lost; and whoever counts more has seen it all.
        stream.mark = if stream.loaded.is_some_and(|loaded| loaded < stream.records) {
            Some(StreamMark::CountsDiffer)
        } else if stream.records == 0 && denials.iter().any(|line| names(line, &stream.name)) {
            Some(StreamMark::NoPermission)
        } else if odd.contains(&stream.name) {
            Some(StreamMark::UsuallyMore)
        } else {
            None
        };
    }
}

/// Whether a line has this name in it as a word of its own.
fn names(line: &str, name: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    !name.is_empty()
        && line
            .match_indices(name)
            .any(|(at, _)| !line[..at].ends_with(part) && !line[at + name.len()..].starts_with(part))
}

fn add_gone(streams: &mut Vec<RunStream>, gone: &[String]) {
    for name in gone {
        if !streams.iter().any(|stream| stream.name == *name) {
            streams.push(empty(name.clone(), Some(StreamMark::Gone)));
        }
    }
}

fn differences(streams: &[RunStream]) -> String {
    let differ = streams.iter().filter(|stream| stream.mark == Some(StreamMark::CountsDiffer));
    let texts: Vec<String> = differ
        .map(|stream| {
            let arrived = stream.loaded.unwrap_or_default();
            format!("“{}”: {} read, {arrived} arrived", stream.name, stream.records)
        })
        .collect();
    texts.join("; ")
}

/// The streams of a run that failed: those that were gone before it began, and the one it failed at, are marked.
pub fn of_failure(streams: &mut Vec<RunStream>, gone: &[String], problem: &Problem) {
    add_gone(streams, gone);
    let mark = match problem.code {
        ProblemCode::MissingPermission => StreamMark::NoPermission,
        ProblemCode::StreamGone => StreamMark::Gone,
        _ => return,
    };
    // The Salesforce connector says where it was: "(Stream: Account)".
    let details = problem.details.as_deref().unwrap_or_default();
    let Some(name) = details.rsplit_once("(Stream: ").and_then(|(_, rest)| rest.split(')').next()) else { return };
    match streams.iter_mut().find(|stream| stream.name == name) {
        Some(stream) => stream.mark = Some(mark),
        None => streams.push(empty(name.to_owned(), Some(mark))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tributary_contract::IntegrationId;

    fn now() -> DateTime<Utc> {
        "2026-11-24T06:00:00Z".parse().unwrap()
    }

    /// Earlier syncs, one each so many hours, newest first.
    fn every(hours: i64, records: &[u64]) -> Vec<Earlier> {
        let at = |place| now() - TimeDelta::hours(hours) * i32::try_from(place + 1).unwrap();
        records.iter().enumerate().map(|(place, records)| (at(place), *records)).collect()
    }

    fn stream(name: &str, records: u64, loaded: Option<u64>) -> RunStream {
        RunStream { name: name.to_owned(), records, bytes: 0, loaded, mark: None, changes: None }
    }

    #[test]
    fn a_whole_read_that_was_just_not_empty_is_odd() {
        assert!(usually_more(every(24, &[5]), true, now()));
        assert!(!usually_more(every(24, &[0, 5, 5]), true, now()), "it was empty the last time too");
        assert!(!usually_more(every(24, &[]), true, now()), "nothing is known of it");
    }

    #[test]
    fn nothing_new_is_odd_only_where_there_always_was_something_for_long() {
        assert!(usually_more(every(24, &[3; 14]), false, now()));
        assert!(!usually_more(every(24, &[3; 13]), false, now()));
        assert!(!usually_more(every(1, &[3; 100]), false, now()), "100 hours are not a week");
        assert!(usually_more(every(1, &[3; 168]), false, now()));
        let mut with_a_gap = [3; 20];
        with_a_gap[5] = 0;
        assert!(!usually_more(every(24, &with_a_gap), false, now()));
    }

    #[test]
    fn what_was_chosen_and_never_came_is_listed_with_no_rows() {
        let catalog = r#"{"streams": [
            {"stream": "Account", "tap_stream_id": "Account", "replication_method": "INCREMENTAL", "schema": {}},
            {"stream": "things", "tap_stream_id": "public-things", "replication_method": "FULL_TABLE"},
            {"tap_stream_id": "Lead"}]}"#;
        let chosen = chosen(catalog);
        assert_eq!(chosen.iter().map(|one| one.full).collect::<Vec<_>>(), [false, true, false]);
        let mut streams = vec![stream("public-things", 7, None)];
        complete(&mut streams, &chosen);
        let names: Vec<&str> = streams.iter().map(|stream| stream.name.as_str()).collect();
        assert_eq!(names, ["public-things", "Account", "Lead"]);
    }

    #[test]
    fn each_stream_says_what_is_odd_about_it() {
        use StreamMark::{CountsDiffer, NoPermission, UsuallyMore};
        let mut streams = vec![
            stream("a", 5, Some(4)),
            stream("b", 0, Some(0)),
            stream("c", 0, None),
            stream("d", 5, None),
            stream("e", 5, Some(5)),
        ];
        let lines = ["WARNING Skipping stream b: 403 Forbidden".to_owned(), "INFO d needs permission".to_owned()];
        mark(&mut streams, &["c".to_owned()], &lines);
        let marks: Vec<_> = streams.iter().map(|stream| stream.mark).collect();
        assert_eq!(marks, [Some(CountsDiffer), Some(NoPermission), Some(UsuallyMore), None, None]);
        assert_eq!(differences(&streams), "“a”: 5 read, 4 arrived");
    }

    #[test]
    fn a_name_is_found_as_a_word_only() {
        assert!(names("no permission for Account", "Account") && names("(Account): 403", "Account"));
        assert!(!names("AccountHistory: 403", "Account") && !names("", "Account") && !names("x", ""));
    }

    #[test]
    fn the_stream_that_a_run_failed_at_is_marked() {
        let evidence = Evidence::default();
        let line = Some("CRITICAL 403 INSUFFICIENT_ACCESS, (Stream: Lead)".to_owned());
        let problem = problems::describe(ProblemCode::MissingPermission, &evidence, IntegrationId::new(), line);
        let mut streams = vec![stream("Account", 5, None)];
        of_failure(&mut streams, &["Old".to_owned()], &problem);
        let marks: Vec<_> = streams.iter().map(|stream| (stream.name.as_str(), stream.mark)).collect();
        let expected = [("Account", None), ("Old", Some(StreamMark::Gone)), ("Lead", Some(StreamMark::NoPermission))];
        assert_eq!(marks, expected);
    }
}
