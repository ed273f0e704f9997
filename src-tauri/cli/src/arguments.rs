//! The arguments of every command.

mod data;

pub use data::{DataCommand, ExportArguments, PreviewArguments};

use clap::{Parser, Subcommand};
use std::path::PathBuf;
use tributary_contract::{LogLevel, LogSource, RunId};

/// Brings the data of the tools a company uses to where it is analysed.
#[derive(Debug, Parser)]
#[command(name = "trib", version, max_term_width = 100)]
pub struct Arguments {
    /// Print JSON: one document, or one object a line while something is going on
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Prepare the engine (Meltano and the connectors)
    Setup,
    /// Look at everything a sync needs, and say what is wrong
    Doctor {
        /// Rebuild what is damaged
        #[arg(long)]
        repair: bool,
    },
    /// List connectors, or look at one
    Connectors {
        #[command(subcommand)]
        command: Option<ConnectorCommand>,
    },
    /// Integrations: what is brought in
    Integrations {
        #[command(subcommand)]
        command: IntegrationCommand,
    },
    /// Destinations: where it goes
    Destinations {
        #[command(subcommand)]
        command: DestinationCommand,
    },
    /// Test the connection of integrations or destinations
    Test {
        /// Ids or names
        #[arg(required_unless_present = "all")]
        names: Vec<String>,
        /// All integrations
        #[arg(long, conflicts_with = "names")]
        all: bool,
    },
    /// Sign an integration in with the browser, or show who is signed in
    SignIn(SignInArguments),
    /// Sign an integration out, here at once and at the source as soon as it can be reached
    SignOut {
        /// Its id or name
        integration: String,
    },
    /// What an integration's source has, and what of it is brought in
    Streams(StreamArguments),
    /// Bring in what is new, and show progress
    Sync {
        /// Ids or names of integrations
        #[arg(required_unless_present = "all")]
        integrations: Vec<String>,
        /// All integrations
        #[arg(long, conflicts_with = "integrations")]
        all: bool,
        /// Read everything again from the start
        #[arg(long)]
        full_refresh: bool,
    },
    /// The runs of an integration, newest first; without one, of all
    Runs {
        /// Its id or name
        integration: Option<String>,
        /// How many
        #[arg(long, default_value_t = 20)]
        limit: u32,
        /// Only those that failed or were interrupted
        #[arg(long)]
        failed: bool,
        /// Only those older than this run: the last one of the page before
        #[arg(long, value_name = "RUN")]
        before: Option<RunId>,
    },
    /// Up to where each stream of an integration was brought in; with --reset, the next sync reads from the start
    State {
        /// Its id or name
        integration: String,
        /// Forget it for these streams, or for all where none is named. The destination keeps what it has
        #[arg(long, value_name = "STREAM", num_args = 0..)]
        reset: Option<Vec<String>>,
    },
    /// The log of a run
    Logs(LogArguments),
    /// Stop a run; what has arrived is kept
    Cancel {
        /// Its id
        run: RunId,
    },
    /// When an integration is synced by itself: show it, or set it
    Schedule(ScheduleArguments),
    /// Sync nothing by schedule for a while; syncs by hand stay possible
    Pause {
        #[command(flatten)]
        which: SeveralArguments,
        /// Everything, for so long; without it, until you resume it
        #[arg(long = "for", value_name = "LENGTH", requires = "all")]
        length: Option<PauseFor>,
    },
    /// Sync by schedule again
    Resume {
        #[command(flatten)]
        which: SeveralArguments,
    },
    /// The choices that concern the whole app: show them, or set one
    Settings {
        #[command(subcommand)]
        command: Option<SettingsCommand>,
    },
    /// The tables on this computer: of an integration, or all
    Tables {
        /// Its id or name
        integration: Option<String>,
    },
    /// Rows of a table, the newest first
    Preview(PreviewArguments),
    /// Export tables, or ask questions about them
    Data {
        #[command(subcommand)]
        command: DataCommand,
    },
    /// Write everything as a plain Meltano project, without secrets, that runs on a server
    Export {
        /// A folder that is empty or not there yet
        folder: PathBuf,
    },
    /// Take over the integrations of an existing Meltano project
    Import {
        /// Its meltano.yml
        file: PathBuf,
        /// Only say what would be taken over
        #[arg(long)]
        dry_run: bool,
    },
    /// Sync by schedule until asked to end, for machines without a desktop
    Daemon,
    /// The main job from end to end on the sample Salesforce org
    Demo,
}

#[derive(Debug, clap::Args)]
pub struct SignInArguments {
    /// Id or name of the integration
    pub integration: String,
    /// Only print the address; whoever opens it in a browser of this computer signs in
    #[arg(long)]
    pub no_browser: bool,
    /// Also keep a sign-in as another user, or to another org, than before
    #[arg(long)]
    pub accept_change: bool,
    /// Sign nobody in: show who is, and what the source allows today
    #[arg(long, conflicts_with_all = ["no_browser", "accept_change"])]
    pub status: bool,
}

#[derive(Debug, clap::Args)]
pub struct LogArguments {
    /// Its id
    pub run: RunId,
    /// Go on until the run has ended
    #[arg(long)]
    pub follow: bool,
    /// Only lines that hold this text, in any case of letters
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub search: String,
    /// Only lines that are at least so serious
    #[arg(long, default_value = "debug", value_parser = by_name::<LogLevel>, value_name = "debug|info|warning|error")]
    pub level: LogLevel,
    /// Only lines of these; can be given several times
    #[arg(long, value_parser = by_name::<LogSource>, value_name = "app|meltano|extractor|loader")]
    pub source: Vec<LogSource>,
    /// Only the last lines, so many
    #[arg(long, value_name = "LINES")]
    pub tail: Option<u32>,
}

/// One of the words that the wire types have for something.
fn by_name<T: serde::de::DeserializeOwned>(word: &str) -> Result<T, String> {
    serde_json::from_value(word.into()).map_err(|_| "it is none of the words that are possible".to_owned())
}

#[derive(Debug, clap::Args)]
pub struct ScheduleArguments {
    /// Its id or name; with --set, several
    #[arg(required_unless_present = "all")]
    pub integration: Option<String>,
    /// "every 15m", hourly, "daily 06:00", "weekly mon 06:00", a cron expression, or off
    pub when: Vec<String>,
    /// Give all that are named this schedule
    #[arg(long, value_name = "WHEN")]
    pub set: Option<String>,
    /// All integrations; needs --set
    #[arg(long, conflicts_with_all = ["integration", "when"], requires = "set")]
    pub all: bool,
}

#[derive(Debug, clap::Args)]
pub struct SeveralArguments {
    /// Ids or names of integrations
    #[arg(required_unless_present = "all")]
    pub integrations: Vec<String>,
    /// Everything
    #[arg(long, conflicts_with = "integrations")]
    pub all: bool,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum PauseFor {
    #[value(name = "30m")]
    HalfAnHour,
    #[value(name = "2h")]
    TwoHours,
    #[value(name = "tomorrow")]
    Tomorrow,
}

#[derive(Debug, Subcommand)]
pub enum SettingsCommand {
    /// Show them all
    Get,
    /// Set one
    Set {
        /// Its name, for instance run_hours or notifications.failures
        name: String,
        /// Its value: a number, true or false, a text, or null for none
        value: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum ConnectorCommand {
    /// List them all
    List,
    /// Those that match a text, also of the public catalogue
    Search {
        /// Words of a name, description or keyword
        text: Vec<String>,
        /// How many
        #[arg(long, default_value_t = 30)]
        limit: u32,
    },
    /// Look for changes in the public catalogue, and wait for them
    Refresh,
    /// Install one; what does not come with the app is shown first and has to be agreed to
    Install {
        /// Its short id or plugin name
        name: String,
        /// Agree to what it installs
        #[arg(long)]
        yes: bool,
    },
    /// One of them, with its settings and what it needs
    Show {
        /// Its short id or plugin name
        name: String,
    },
    /// The form for its settings: of a built-in connector, or of any definition in a file
    Form {
        /// Its short id or plugin name, or a file: a definition (YAML or JSON), or what a connector prints with
        /// --about --format=json
        name_or_file: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum RecordCommand {
    /// List them all
    List,
    /// Look at one
    Get {
        /// Its id or name
        name: String,
    },
    /// Create one from JSON: {"type", "name", "config", "secrets", ...}
    Create {
        /// Read the JSON from this file instead of standard input
        #[arg(long)]
        file: Option<PathBuf>,
    },
    /// Change one with JSON; what it does not name stays
    Update {
        /// Its id or name
        name: String,
        /// Read the JSON from this file instead of standard input
        #[arg(long)]
        file: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub enum IntegrationCommand {
    /// Delete integrations with their secrets, logs, generated files and sync states; the data they brought stays
    Delete {
        /// Ids or names
        #[arg(required_unless_present = "all")]
        names: Vec<String>,
        /// All integrations
        #[arg(long, conflicts_with = "names")]
        all: bool,
        /// Also delete what they brought to this computer, as far as no other integration brings it too
        #[arg(long)]
        data: bool,
    },
    #[command(flatten)]
    Record(RecordCommand),
}

#[derive(Debug, Subcommand)]
pub enum DestinationCommand {
    /// Delete one, with its secrets; what was written to it stays
    Delete {
        /// Its id or name
        name: String,
    },
    /// Test whether it can be reached and written to
    Test {
        /// Its id or name
        name: String,
    },
    #[command(flatten)]
    Record(RecordCommand),
}

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct StreamArguments {
    #[command(subcommand)]
    pub command: Option<StreamCommand>,
    /// Id or name of the integration
    #[arg(required = true)]
    pub integration: Option<String>,
    /// Ask the source again
    #[arg(long)]
    pub refresh: bool,
}

#[derive(Debug, Subcommand)]
pub enum StreamCommand {
    /// Choose what is brought in
    Select(SelectArguments),
    /// The fields of a stream
    Fields {
        /// Id or name of the integration
        integration: String,
        /// Name of the stream
        stream: String,
    },
}

#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("which").args(["streams", "all", "recommended", "none"]).required(true).multiple(true))]
pub struct SelectArguments {
    /// Id or name of the integration
    pub integration: String,
    /// Names of streams
    pub streams: Vec<String>,
    /// Everything the source has
    #[arg(long, conflicts_with_all = ["streams", "recommended", "none"])]
    pub all: bool,
    /// What the connector recommends, and the streams that are named
    #[arg(long, conflicts_with = "none")]
    pub recommended: bool,
    /// Nothing
    #[arg(long, conflicts_with = "streams")]
    pub none: bool,
    /// A stream that is read from the start each time
    #[arg(long, value_name = "STREAM")]
    pub full: Vec<String>,
    /// A field that is left out
    #[arg(long, value_name = "STREAM.FIELD")]
    pub exclude: Vec<String>,
}
