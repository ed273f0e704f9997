//! What can go wrong when a simulator is started or its data is edited.

use std::path::PathBuf;

/// A failure of the simulator itself, not one it plays to its clients.
#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    /// The port cannot be listened on.
    #[error("could not listen on 127.0.0.1:{port}")]
    Listen {
        /// The port asked for; 0 for any.
        port: u16,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The certificate authority or a certificate could not be made.
    #[error("could not make a certificate")]
    Certificate(#[source] rcgen::Error),
    /// A certificate was made but TLS refuses it.
    #[error("could not set up TLS")]
    Tls(#[source] rustls::Error),
    /// More objects than an org can have.
    #[error("an org has at most {most} objects; {wanted} were asked for")]
    TooManyObjects {
        /// How many were asked for.
        wanted: u64,
        /// How many there can be.
        most: u64,
    },
    /// There is no such object.
    #[error("the org has no object {object:?}")]
    UnknownObject {
        /// The name asked for.
        object: String,
    },
    /// The object's records cannot be edited.
    #[error("records of {object} cannot be edited")]
    ReadOnlyObject {
        /// The object.
        object: String,
    },
    /// The object has no such field.
    #[error("{object} has no field {field:?}")]
    UnknownField {
        /// The object.
        object: String,
        /// The name asked for.
        field: String,
    },
    /// The object has the field already.
    #[error("{object} has a field {field} already")]
    FieldExists {
        /// The object.
        object: String,
        /// The name asked for.
        field: String,
    },
    /// Every object needs the field.
    #[error("{field} of {object} cannot be removed: every object has it")]
    SystemField {
        /// The object.
        object: String,
        /// The name asked for.
        field: String,
    },
    /// A custom field cannot have this name.
    #[error("{field:?} cannot be the name of a custom field: it takes letters, digits and underscores, then __c")]
    FieldName {
        /// The name asked for.
        field: String,
    },
    /// The file of edits could not be read or written.
    #[error("could not use the file of edits {path}")]
    OverlayFile {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The file of edits is damaged.
    #[error("the file of edits {path} is damaged")]
    OverlayFormat {
        /// The file.
        path: PathBuf,
        /// Where it stops making sense.
        #[source]
        source: serde_json::Error,
    },
    /// The file of edits belongs to other data.
    #[error("the file of edits {path} belongs to an org with another seed, time, number of rows or version")]
    OverlayMismatch {
        /// The file.
        path: PathBuf,
    },
}
