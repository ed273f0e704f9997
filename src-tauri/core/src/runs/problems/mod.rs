//! From the evidence a failed run leaves to a problem in plain words with its fix.
//!
//! Structured evidence comes first (who failed, by which exit code or signal), the lines of the plugin second ([`rules`]).
//! What each problem is called and what helps is one table ([`words`]).

mod evidence;
pub mod memory;
mod rules;
#[cfg(test)]
mod tests;
mod words;

pub use evidence::{Evidence, exit_code};

use chrono::TimeDelta;
use evidence::{Ending, ending};
use rules::{COMPUTER, EXTRACTOR, LOADER, Rule};
use tributary_contract::{FixAction, FixTarget, LogLevel, Problem, ProblemCode, Subject};
use words::{Words, fill};

/// Letters of a connector's own words that are shown.
const SHOWN: usize = 400;

/// Names the problem. It is fixed where `subject` is set up.
pub fn classify(evidence: &Evidence, subject: impl Into<Subject>) -> Problem {
    let subject = subject.into();
    let loader = ending(evidence.loader_exit, evidence.loader_started);
    let extractor = ending(evidence.extractor_exit, evidence.extractor_started);
    let meltano = ending(evidence.meltano_exit, false);
    // Meltano takes both along; a loader that died makes the extractor fail too, as its output has nowhere to go.
    for (ending, lines, rules) in [
        (meltano, &evidence.meltano_lines, None),
        (loader, &evidence.loader_lines, Some((LOADER, ProblemCode::DestinationFailed))),
        (extractor, &evidence.extractor_lines, Some((EXTRACTOR, ProblemCode::Unknown))),
    ] {
        let code = match ending {
            Ending::Killed | Ending::Vanished if evidence.memory_used_up => ProblemCode::OutOfMemory,
            Ending::Killed | Ending::Vanished => ProblemCode::Killed,
            Ending::NotStarted if rules.is_some() => ProblemCode::ConnectorBroken,
            Ending::NotStarted => ProblemCode::EngineBroken,
            // Of a loader that failed, or an extractor: their lines say why. Of Meltano, theirs do as a rule.
            Ending::Failed => match rules {
                Some((rules, otherwise)) => return by_lines(lines, rules, otherwise, evidence, subject),
                None => continue,
            },
            Ending::Well | Ending::Absent => continue,
        };
        let details = telling_line(lines);
        return Problem { details, ..describe(code, evidence, subject, None) };
    }
    let lines = &evidence.meltano_lines;
    if let Some((rule, line)) = find(lines, COMPUTER) {
        return by_rule(rule, line, evidence, subject);
    }
    let code = match (extractor, loader) {
        (Ending::Absent, Ending::Absent) => ProblemCode::EngineBroken,
        _ => ProblemCode::Unknown,
    };
    describe(code, evidence, subject, telling_line(lines))
}

fn by_lines(
    lines: &[String],
    rules: &'static [Rule],
    otherwise: ProblemCode,
    evidence: &Evidence,
    subject: Subject,
) -> Problem {
    match find(lines, COMPUTER).or_else(|| find(lines, rules)) {
        Some((rule, line)) => by_rule(rule, line, evidence, subject),
        None => describe(otherwise, evidence, subject, telling_line(lines)),
    }
}

/// The first rule that a line fits. What was only worth a remark is looked at when no line names an error: most remarks are
/// about something that worked at the second try.
fn find<'a>(lines: &'a [String], rules: &'static [Rule]) -> Option<(&'static Rule, &'a str)> {
    let (remarks, telling): (Vec<&str>, Vec<&str>) = lines.iter().map(String::as_str).partition(|line| is_remark(line));
    let errors = telling.iter().any(|line| super::tail::names_error(line));
    [telling, if errors { Vec::new() } else { remarks }].into_iter().find_map(|lines| {
        let lines: Vec<(&str, String)> = lines.into_iter().map(|line| (line, line.to_lowercase())).collect();
        rules.iter().find_map(|rule| {
            let fits = |text: &str| rule.words.iter().all(|word| text.contains(word));
            lines.iter().find(|(_, text)| fits(text)).map(|(line, _)| (rule, *line))
        })
    })
}

fn is_remark(line: &str) -> bool {
    let marked = line.chars().take(80).collect::<String>();
    let word = |word| marked.split(|c: char| !c.is_ascii_alphabetic()).any(|part| part == word);
    super::log::meaning::level_of(line) < LogLevel::Error && ["DEBUG", "INFO", "WARN", "WARNING"].into_iter().any(word)
}

fn by_rule(rule: &Rule, line: &str, evidence: &Evidence, subject: Subject) -> Problem {
    let usual = words::of(rule.code);
    let words = rule.instead.map_or(usual, |instead| instead.of(&words::of(rule.code)));
    let hours = rule.instead.and_then(|instead| instead.hours);
    Problem {
        details: Some(shortened(line)),
        until: hours.zip(evidence.at).map(|(hours, at)| at + TimeDelta::hours(hours)),
        ..told(rule.code, &words, evidence, subject)
    }
}

/// The problem of this code in words. What the connector said stands under the details, and in the explanation where
/// nothing else is known.
pub fn describe(code: ProblemCode, evidence: &Evidence, subject: impl Into<Subject>, line: Option<String>) -> Problem {
    let mut problem = told(code, &words::of(code), evidence, subject.into());
    let line = line.filter(|line| !line.is_empty());
    match line {
        Some(line) if code == ProblemCode::Unknown => {
            problem.explanation = format!("{} It said: {line}", problem.explanation);
        }
        line => problem.details = line,
    }
    problem
}

fn told(code: ProblemCode, words: &Words, evidence: &Evidence, subject: Subject) -> Problem {
    let text = |text: &str| {
        let text = fill(text, evidence);
        if evidence.testing { text.replace("The sync failed", "The connection does not work") } else { text }
    };
    let meaning = if evidence.testing { String::new() } else { text(words.meaning) };
    Problem {
        code,
        title: text(words.title),
        explanation: text(words.explanation),
        meaning,
        details: None,
        hint: text(words.hint),
        until: None,
        fix: FixTarget {
            route: route(code, words.action, subject),
            action: words.action,
            setting: words.setting.map(str::to_owned),
        },
    }
}

/// Where it is fixed: of a run on its fix page, of a test where the tested is set up.
fn route(code: ProblemCode, action: FixAction, subject: Subject) -> String {
    match subject {
        Subject::Integration(id) => format!("/integrations/{id}/fix/{}", name(code)),
        Subject::Draft(_) | Subject::Destination(_)
            if matches!(action, FixAction::RepairEngine | FixAction::RepairConnector) =>
        {
            "/settings/engine".to_owned()
        }
        Subject::Destination(_) => "/settings/destinations".to_owned(),
        Subject::Draft(id) => format!("/setup/{id}"),
    }
}

/// Whether the destination is at fault, and its settings are looked at.
pub const fn is_of_destination(code: ProblemCode) -> bool {
    matches!(
        code,
        ProblemCode::DestinationUnreachable | ProblemCode::DestinationRefused | ProblemCode::DestinationFailed
    )
}

/// The code as it stands in routes and documents.
pub fn name(code: ProblemCode) -> String {
    match serde_json::to_value(code) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

/// The first line is the most telling one: see [`super::tail::Tail`].
fn telling_line(lines: &[String]) -> Option<String> {
    lines.first().map(|line| shortened(line))
}

fn shortened(line: &str) -> String {
    line.chars().take(SHOWN).collect()
}
