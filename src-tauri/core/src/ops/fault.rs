//! Which setting a failure comes from, so that the form can point at it.

use super::{connectors, get_destination, get_integration, setup::Setup};
use crate::{
    Core, Error,
    connectors::Definition,
    runs::problems::{self, Evidence},
};
use tributary_contract::{ConnectorKind, Problem, ProblemCode, Run};

/// Words in a message and the settings they speak of, the first that the connector has.
const CLUES: &[(&[&str], &[&str])] = &[
    (&["password authentication failed"], &["password", "sqlalchemy_url"]),
    (&["no password supplied"], &["password", "sqlalchemy_url"]),
    (&["incorrect username or password"], &["password"]),
    (&["access denied for user"], &["password"]),
    (&["role", "does not exist"], &["user", "username", "sqlalchemy_url"]),
    (&["database", "does not exist"], &["database", "dbname", "sqlalchemy_url"]),
    (&["connection refused"], &["port", "host", "url", "sqlalchemy_url"]),
    (&["could not translate host name"], &["host", "sqlalchemy_url"]),
    (&["failed to resolve"], &["host", "url", "api_url", "base_url", "instance_url"]),
    (&["name or service not known"], &["host", "url", "api_url", "base_url", "instance_url", "sqlalchemy_url"]),
    (&["nameresolutionerror"], &["host", "url", "api_url", "base_url", "instance_url"]),
    (&["no such file or directory"], PLACES),
    (&["filenotfounderror"], PLACES),
    (&["permission denied"], PLACES),
    (&["read-only file system"], PLACES),
    (&["not a directory"], PLACES),
    (&["is a directory"], PLACES),
    (&["cannot open file"], PLACES),
];

/// Settings that name a file or folder.
const PLACES: &[&str] = &["destination_path", "output_path", "filepath", "file_path", "path", "files"];

/// The problem with the setting at fault, or without one that the connector does not have.
pub fn refine(mut problem: Problem, definition: &Definition, setup: &Setup, lines: &[String]) -> Problem {
    let has = |name: &str| definition.setting(name).is_some();
    problem.fix.setting = problem.fix.setting.filter(|name| has(name)).or_else(|| {
        let text = lines.first().unwrap_or(&problem.explanation);
        quoted(text, definition)
            .or_else(|| clue(lines, definition))
            .or_else(|| clue(std::slice::from_ref(&problem.explanation), definition))
            .or_else(|| by_code(problem.code, definition, setup))
    });
    problem
}

/// A setting whose name stands in quotes in the message.
fn quoted(text: &str, definition: &Definition) -> Option<String> {
    let stands = |name: &str| {
        [('\'', '\''), ('"', '"'), ('`', '`'), ('“', '”')]
            .iter()
            .any(|(open, close)| text.contains(&format!("{open}{name}{close}")))
    };
    definition.settings.iter().map(|setting| &setting.name).find(|name| stands(name)).cloned()
}

fn clue(lines: &[String], definition: &Definition) -> Option<String> {
    lines.iter().map(|line| line.to_lowercase()).find_map(|line| {
        let (_, settings) = CLUES.iter().find(|(words, _)| words.iter().all(|word| line.contains(word)))?;
        settings.iter().find(|name| definition.setting(name).is_some()).map(|name| (*name).to_owned())
    })
}

/// What a sign-in that is refused mostly comes from: the first secret that was entered.
fn by_code(code: ProblemCode, definition: &Definition, setup: &Setup) -> Option<String> {
    match code {
        ProblemCode::SignInExpired | ProblemCode::SignInRevoked | ProblemCode::WrongClient => {
            let secret =
                definition.settings.iter().find(|setting| setting.secret && setup.secrets.contains(&setting.name));
            secret.map(|setting| setting.name.clone())
        }
        _ => None,
    }
}

/// What a run failed of, with the setting at fault where there is one.
pub(crate) async fn of_run(core: &Core, run: &Run, evidence: &Evidence) -> Problem {
    let problem = problems::classify(evidence, run.integration);
    match blamed(core, run, problem.code).await {
        Ok((definition, setup)) => {
            let lines = problem.details.clone().into_iter().collect::<Vec<_>>();
            refine(problem, &definition, &setup, &lines)
        }
        Err(error) => {
            // It was deleted meanwhile.
            tracing::info!(%error, "the setting at fault could not be looked for");
            problem
        }
    }
}

/// The connector that failed, and how it is set up.
async fn blamed(core: &Core, run: &Run, problem: ProblemCode) -> Result<(Definition, Setup), Error> {
    let integration = get_integration(core, &run.integration.to_string()).await?;
    if problems::is_of_destination(problem) {
        let destination = get_destination(core, &integration.destination.to_string()).await?;
        let definition = connectors::find(core, ConnectorKind::Loader, &destination.connector)?;
        return Ok((definition, Setup::from(&destination)));
    }
    let definition = connectors::find(core, ConnectorKind::Extractor, &integration.connector)?;
    Ok((definition, Setup::from(&integration)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::drafts::DraftRow;
    use chrono::DateTime;
    use tributary_contract::{Config, ConnectorKind, Draft, DraftId, FixAction, FixTarget, NewDataPolicy};

    fn definition() -> Definition {
        Definition::parse(
            "
plugin_type: loaders
name: target-x
namespace: target_x
settings:
  - {name: host}
  - {name: port, kind: integer}
  - {name: database}
  - {name: token, sensitive: true}
  - {name: password, sensitive: true}
",
        )
        .unwrap()
    }

    fn setup() -> Setup {
        let draft = Draft {
            id: DraftId::new(),
            kind: ConnectorKind::Loader,
            connector: "x".to_owned(),
            editing: None,
            name: String::new(),
            config: Config::new(),
            secrets: vec!["password".to_owned()],
            destination: None,
            streams: None,
            schedule: None,
            new_data: NewDataPolicy::Ask,
            step: String::new(),
            tested: false,
            created_at: DateTime::UNIX_EPOCH,
            updated_at: DateTime::UNIX_EPOCH,
        };
        Setup::from(&DraftRow { draft, editing_since: None, sample: false })
    }

    fn at_fault(code: ProblemCode, setting: Option<&str>, line: &str) -> Option<String> {
        let problem = Problem {
            code,
            title: String::new(),
            explanation: String::new(),
            meaning: String::new(),
            details: None,
            hint: String::new(),
            until: None,
            fix: FixTarget { route: String::new(), action: FixAction::default(), setting: setting.map(str::to_owned) },
        };
        refine(problem, &definition(), &setup(), &[line.to_owned()]).fix.setting
    }

    #[test]
    fn messages_lead_to_their_setting() {
        let failed = ProblemCode::DestinationFailed;
        for (line, setting) in [
            ("FATAL: password authentication failed for user \"me\"", "password"),
            ("FATAL: database \"nope\" does not exist", "database"),
            ("connection to server at 127.0.0.1, port 1 failed: Connection refused", "port"),
            ("could not translate host name \"x.invalid\" to address", "host"),
            ("'port' is a required property", "port"),
        ] {
            assert_eq!(at_fault(failed, None, line).as_deref(), Some(setting), "{line}");
        }
        assert_eq!(at_fault(failed, None, "something else"), None);
        assert_eq!(at_fault(ProblemCode::SignInExpired, Some("refresh_token"), "401").as_deref(), Some("password"));
    }
}
