//! Plain Meltano projects: everything written as one that runs without this app, and an existing one taken over.

mod export;
mod import;
mod interval;
mod texts;

pub use export::export_project;
pub use import::import_project;

/// Why a project could not be written or taken over.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// The folder has something in it.
    #[error("the folder {} is not empty", .0.display())]
    NotEmpty(std::path::PathBuf),
    /// There is nothing to write.
    #[error("there is no integration to export")]
    Nothing,
    /// The file cannot be used.
    #[error("{} is no meltano.yml that can be read: {detail}", .path.display())]
    Unreadable {
        /// The file.
        path: std::path::PathBuf,
        /// Why.
        detail: String,
    },
}

impl ProjectError {
    /// What to do.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::NotEmpty(_) => "Name a folder that is empty or not there yet.",
            Self::Nothing => "Create an integration first. The sample org exists in the app only and is not exported.",
            Self::Unreadable { .. } => "Give the meltano.yml of a Meltano project, in YAML.",
        }
    }
}
