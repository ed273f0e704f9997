//! The texts beside `meltano.yml` in an exported project. Writing into a text cannot fail.

use std::fmt::Write;

/// A variable that has to be set.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// What it is, for people.
    pub what: String,
}

/// `.env.example`: names, no values.
pub fn env_example(variables: &[Variable]) -> String {
    let mut text = "# Copy this file to .env and fill in the values. Never put .env under version control.\n\
                    # A value with spaces, # or $ stands in single quotes.\n"
        .to_owned();
    for Variable { name, what } in variables {
        let _ = writeln!(text, "\n# {what}\n{name}=");
    }
    text
}

/// `.gitignore`.
pub const GIT_IGNORE: &str = ".env\n.meltano/\noutput/*\n!output/.gitkeep\n";

/// `import-state.sh`: gives Meltano the sync states.
pub fn import_state(states: &[(String, String)]) -> String {
    let mut text = "#!/bin/sh\n\
                    # Gives Meltano the state in which the syncs were when this project was exported, so that they go on from\n\
                    # there. Once, before the first run; later it would set them back.\n\
                    set -eu\n\
                    cd \"$(dirname \"$0\")\"\n"
        .to_owned();
    for (id, file) in states {
        let _ = writeln!(text, "meltano state set --force --input-file 'state/{file}' '{id}'");
    }
    if states.is_empty() {
        text.push_str("# Nothing was synced yet.\n");
    }
    text
}

/// `README.md`.
pub fn readme(jobs: &[(String, String, Option<String>)], notes: &[String], meltano: &str) -> String {
    let mut text = format!(
        "# A Meltano project\n\n\
         Exported from Tributary. It is a plain [Meltano](https://docs.meltano.com) project and needs nothing else.\n\n\
         ```\n\
         pip install meltano=={meltano}      # or: uv tool install meltano=={meltano}\n\
         cp .env.example .env           # fill in the secrets\n\
         meltano install                # the connectors\n\
         sh import-state.sh             # once: go on from where the syncs were\n"
    );
    for (job, ..) in jobs {
        let _ = writeln!(text, "meltano run {job}");
    }
    text.push_str("```\n\n| Job | Integration | Schedule |\n|---|---|---|\n");
    for (job, name, schedule) in jobs {
        let name = name.replace('|', "\\|");
        let _ = writeln!(text, "| `{job}` | {name} | {} |", schedule.as_deref().unwrap_or("by hand"));
    }
    text.push_str(
        "\nSchedules are in `meltano.yml`; Meltano itself starts nothing, an orchestrator does. Any that can start a command \
         runs `meltano run JOB` in this folder: cron, Airflow (BashOperator), Dagster (a subprocess in an asset or op).\n\n\
         What is read is in `catalogs/`: one file for each integration, with the chosen streams and fields. Without such a file \
         the rules under `select` decide.\n",
    );
    if !notes.is_empty() {
        text.push_str("\n## To know\n\n");
        for note in notes {
            let _ = writeln!(text, "- {note}");
        }
    }
    text
}
