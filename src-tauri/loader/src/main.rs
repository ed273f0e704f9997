//! The program: `target-tributary --config FILE`, Singer messages on standard input, states on standard output.

use clap::Parser;
use std::{
    fs::File,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};
use tributary_loader::{about::about, clock, error::LoadError, load, settings::Settings};

/// Bytes of the pipe from the source: fewer changes between the two programs than with the usual 64 KB.
#[cfg(target_os = "linux")]
const PIPE: usize = 1024 * 1024;

/// Writes Singer messages to tables on this computer: SQLite, Parquet, CSV or JSON Lines.
#[derive(Debug, Parser)]
#[command(name = "target-tributary", version)]
struct Arguments {
    /// The file with the settings, a JSON object.
    #[arg(long, short)]
    config: Option<PathBuf>,
    /// Prints what the loader is and which settings it has.
    #[arg(long)]
    about: bool,
    /// The form in which `--about` is printed; there is `json` only.
    #[arg(long, default_value = "json")]
    format: String,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.about {
        return match writeln!(io::stdout(), "{:#}", about()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        };
    }
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "ERROR {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), LoadError> {
    let config = arguments.config.as_ref().ok_or_else(|| LoadError::Config {
        path: "--config".into(),
        detail: "name a file with the settings: target-tributary --config FILE".to_owned(),
    })?;
    let settings = Settings::read(config)?;
    let input = File::from(input()?);
    #[cfg(target_os = "linux")]
    let _ = rustix::pipe::fcntl_setpipe_size(&input, PIPE);
    // The app and Meltano name their runs; a run without a name is called after its time.
    let named = ["TRIBUTARY_RUN", "MELTANO_RUN_ID"].iter().find_map(|name| std::env::var(name).ok());
    let run = named.filter(|name| !name.is_empty()).unwrap_or_else(clock::now_text);
    load(&settings, &run, input, &mut io::stdout().lock(), &mut io::stderr())
}

/// Standard input without the buffer that Rust puts before it.
#[cfg(unix)]
fn input() -> Result<std::os::fd::OwnedFd, LoadError> {
    use std::os::fd::AsFd;
    io::stdin()
        .as_fd()
        .try_clone_to_owned()
        .map_err(|source| LoadError::file("reading", "standard input".as_ref(), source))
}

#[cfg(windows)]
fn input() -> Result<std::os::windows::io::OwnedHandle, LoadError> {
    use std::os::windows::io::AsHandle;
    io::stdin()
        .as_handle()
        .try_clone_to_owned()
        .map_err(|source| LoadError::file("reading", "standard input".as_ref(), source))
}
