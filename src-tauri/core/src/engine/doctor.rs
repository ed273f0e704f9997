//! Looking closely at the engine, and mending it.

use super::environment;
use super::progress::ProgressSink;
use super::python::{self, Remembered};
use super::source::{self, MELTANO};
use super::{Engine, EngineError, uv};
use std::path::Path;
use tributary_contract::{DoctorCheck, EnvironmentState};

const REPAIR: &str = "Repair the engine in the settings, or run `trib doctor --repair`.";
const REINSTALL: &str = "Install the app again: part of it is missing.";

impl Engine {
    /// Looks at everything: the installer, Python, every file of every environment, and whether Meltano starts. Takes a few
    /// seconds.
    pub async fn inspect(&self) -> Vec<DoctorCheck> {
        let mut checks = vec![self.inspect_uv().await, self.inspect_python().await];
        let status = self.status();
        for one in status.environments {
            let (ok, message) = match one.state {
                EnvironmentState::Ready => match self.verify(&one.name).await {
                    wrong if wrong.is_empty() => self.start(&one.name).await,
                    wrong => (false, wrong.join("; ")),
                },
                EnvironmentState::Missing => {
                    (false, one.detail.unwrap_or_else(|| "it was not prepared yet".to_owned()))
                }
                EnvironmentState::Outdated | EnvironmentState::Damaged => (false, one.detail.unwrap_or_default()),
            };
            checks.push(check(&one.name, ok, message, REPAIR));
        }
        checks
    }

    /// Builds anew what is missing, outdated or damaged, and answers the names of it.
    ///
    /// # Errors
    /// As of [`Engine::prepare`].
    pub async fn repair(&self, progress: ProgressSink<'_>) -> Result<Vec<String>, EngineError> {
        let mut wrong = Vec::new();
        for one in self.status().environments {
            let whole = one.state == EnvironmentState::Ready
                && self.verify(&one.name).await.is_empty()
                && self.start(&one.name).await.0;
            if !whole {
                wrong.push(one.name);
            }
        }
        if !wrong.is_empty() {
            self.build(&wrong, true, progress).await?;
        }
        Ok(wrong)
    }

    /// What is wrong with the files of a ready environment.
    async fn verify(&self, name: &str) -> Vec<String> {
        match self.ready_folder(name) {
            Err(error) => vec![error.to_string()],
            Ok(folder) => tokio::task::spawn_blocking(move || environment::verify(&folder))
                .await
                .unwrap_or_else(|error| vec![error.to_string()]),
        }
    }

    /// Whether an environment's Python runs, and for Meltano whether Meltano starts; with what it said.
    async fn start(&self, name: &str) -> (bool, String) {
        let program = if name == MELTANO { MELTANO } else { "python" };
        let Ok(path) = self.executable(name, program) else { return (false, format!("`{program}` is gone")) };
        self.version_of(&path).await
    }

    async fn version_of(&self, program: &Path) -> (bool, String) {
        match uv::run(program, ["--version"], &self.layout.root, &self.environment(), &mut |_| {}).await {
            Ok(finished) => {
                (finished.status.success(), finished.tail.lines().last().unwrap_or("it says nothing").to_owned())
            }
            Err(error) => (false, error.to_string()),
        }
    }

    async fn inspect_uv(&self) -> DoctorCheck {
        if !self.paths.uv.is_file() {
            let message = format!("{} is missing", self.paths.uv.display());
            return check("uv", false, message, REINSTALL);
        }
        // The engine's folder may not exist yet; this one does.
        let folder = self.paths.uv.parent().unwrap_or(Path::new("."));
        let (ok, found) = match uv::run(&self.paths.uv, ["--version"], folder, &self.environment(), &mut |_| {}).await {
            Ok(finished) => (finished.status.success(), finished.tail),
            Err(error) => (false, error.to_string()),
        };
        match source::uv_version(&self.paths.meltano) {
            Err(error) => check("uv", false, error.to_string(), REINSTALL),
            Ok(version) if ok && found.split_whitespace().nth(1) != Some(version.as_str()) => {
                check("uv", false, format!("{found} is there, but {version} belongs to the app"), REINSTALL)
            }
            Ok(_) => check("uv", ok, found, REINSTALL),
        }
    }

    async fn inspect_python(&self) -> DoctorCheck {
        match python::remembered(&self.layout) {
            Remembered::Same(python) => {
                let (ok, found) = self.version_of(&python.path).await;
                let hint = "Repair that Python, or remove it so that another is used.";
                check("python", ok, format!("{found} ({})", python.path.display()), hint)
            }
            Remembered::Unknown => check("python", false, "none was looked for yet".to_owned(), REPAIR),
            Remembered::Changed(python) => {
                check("python", false, format!("{} was updated", python.path.display()), REPAIR)
            }
            Remembered::Gone(python) => check("python", false, format!("{} is gone", python.path.display()), REPAIR),
        }
    }
}

fn check(name: &str, ok: bool, message: String, hint: &str) -> DoctorCheck {
    DoctorCheck { name: name.to_owned(), ok, message, hint: (!ok).then(|| hint.to_owned()) }
}
