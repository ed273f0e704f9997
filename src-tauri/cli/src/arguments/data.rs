//! The arguments of the commands that show data.

use clap::Subcommand;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub struct PreviewArguments {
    /// Id or name of the integration, or of a destination
    pub name: String,
    /// The table: the stream it holds
    pub stream: String,
    /// How many rows
    #[arg(long, default_value_t = 20)]
    pub limit: u32,
    /// Only rows that hold this text
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub search: String,
    /// Sort by this column
    #[arg(long, value_name = "COLUMN")]
    pub sort: Option<String>,
    /// The largest values first
    #[arg(long, requires = "sort")]
    pub descending: bool,
}

#[derive(Debug, Subcommand)]
pub enum DataCommand {
    /// Export a table as a CSV file or an Excel workbook
    Export(ExportArguments),
    /// Ask a question in SQL; nothing can be changed with it
    Sql {
        /// Id or name of the integration, or of a destination with an SQLite database
        name: String,
        /// The question, for instance SELECT count(*) FROM "Account"
        question: String,
    },
}

#[derive(Debug, clap::Args)]
pub struct ExportArguments {
    /// Id or name of the integration, or of a destination
    pub name: String,
    /// The table: the stream it holds
    pub stream: String,
    /// The file to write; its name ends in .csv or .xlsx
    pub file: PathBuf,
    /// Only rows that hold this text
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub search: String,
    /// Replace a file that is there
    #[arg(long)]
    pub overwrite: bool,
}
