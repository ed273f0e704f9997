//! The simulated Salesforce org as a program of its own.
//!
//! It prints one JSON line when it is ready and runs until it is told to end (SIGTERM, Ctrl+C, or the end of standard input
//! with `--exit-with-stdin`).

use std::{
    collections::BTreeMap,
    hash::{BuildHasher, Hasher, RandomState},
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};

use clap::Parser;
use serde_json::json;
use tokio::sync::oneshot;
use tributary_salesforce_sim::{Simulator, SimulatorConfig, SimulatorError};

/// A simulated Salesforce org on the loopback interface.
#[derive(Debug, Parser)]
#[command(name = "salesforce-sim", version)]
struct Arguments {
    /// Port to listen on; 0 for any.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Rows of an object, such as Account=20000; may be repeated. *=N stands for all others.
    #[arg(long, value_name = "OBJECT=N", value_parser = parse_rows)]
    rows: Vec<(String, u64)>,
    /// Rows of the whole org; what the named objects leave is shared among the others.
    #[arg(long, value_name = "N")]
    total_rows: Option<u64>,
    /// Custom objects beside the ten every org has.
    #[arg(long, value_name = "N", default_value_t = 0)]
    objects: u32,
    /// What all values are derived from.
    #[arg(long)]
    seed: Option<u64>,
    /// Records on one page of a query.
    #[arg(long, value_name = "N")]
    page_size: Option<u32>,
    /// Replace the refresh token at each sign-in.
    #[arg(long)]
    rotate: bool,
    /// The authorise page approves by itself.
    #[arg(long)]
    auto_approve: bool,
    /// A redirect address of the app; may be repeated and replaces the built-in ones.
    #[arg(long, value_name = "URL")]
    redirect_uri: Vec<String>,
    /// The address of the API a sign-in returns instead of the plain loopback one.
    #[arg(long, value_name = "URL")]
    instance_url: Option<String>,
    /// Milliseconds each request takes at least.
    #[arg(long, value_name = "MS", default_value_t = 0)]
    delay_ms: u64,
    /// File edits are kept in.
    #[arg(long, value_name = "FILE")]
    overlay: Option<PathBuf>,
    /// Where to write the certificate clients have to trust; without it the JSON line carries it.
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// What X-Sim-Token has to say at the control endpoints; a new one is made without it.
    #[arg(long, value_name = "TOKEN")]
    control_token: Option<String>,
    /// End when standard input ends, so that no simulator outlives the test that started it.
    #[arg(long)]
    exit_with_stdin: bool,
}

/// Why the program ends early.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("the simulator did not start")]
    Start(#[source] SimulatorError),
    #[error("could not write the certificate to {path}")]
    Certificate {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("could not print that it is ready")]
    Ready(#[source] io::Error),
    #[error("could not wait for the signal to end")]
    Signal(#[source] io::Error),
}

fn parse_rows(text: &str) -> Result<(String, u64), String> {
    let (object, rows) = text.split_once('=').ok_or("an object and its rows look like Account=20000")?;
    let rows = rows.parse().map_err(|_| format!("{rows:?} is not a number of rows"))?;
    Ok((object.to_owned(), rows))
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let mut message = failure.to_string();
            let mut cause = std::error::Error::source(&failure);
            while let Some(error) = cause {
                message.push_str(": ");
                message.push_str(&error.to_string());
                cause = error.source();
            }
            // Nothing can be done about a standard error that cannot be written.
            drop(writeln!(io::stderr(), "{message}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Failure> {
    let defaults = SimulatorConfig::default();
    let redirect_uris = if arguments.redirect_uri.is_empty() { defaults.redirect_uris } else { arguments.redirect_uri };
    let config = SimulatorConfig {
        seed: arguments.seed.unwrap_or(defaults.seed),
        rows: arguments.rows.into_iter().collect::<BTreeMap<_, _>>(),
        total_rows: arguments.total_rows,
        extra_objects: arguments.objects,
        page_size: arguments.page_size.unwrap_or(defaults.page_size),
        rotate_refresh_tokens: arguments.rotate,
        instance_url: arguments.instance_url,
        redirect_uris,
        auto_approve: arguments.auto_approve,
        port: arguments.port,
        overlay: arguments.overlay,
        control_token: Some(arguments.control_token.unwrap_or_else(new_token)),
        ..SimulatorConfig::default()
    };
    let simulator = Simulator::start(config).await.map_err(Failure::Start)?;
    simulator.set_delay(Duration::from_millis(arguments.delay_ms));
    if let Some(path) = &arguments.ca_file {
        std::fs::write(path, simulator.ca_pem())
            .map_err(|source| Failure::Certificate { path: path.clone(), source })?;
    }
    announce(&simulator, arguments.ca_file).map_err(Failure::Ready)?;
    let (ended, stdin_end) = oneshot::channel();
    if arguments.exit_with_stdin {
        std::thread::spawn(move || {
            // Whatever comes in has no meaning; an error is an end too.
            drop(io::copy(&mut io::stdin().lock(), &mut io::sink()));
            let _ = ended.send(());
        });
        tokio::select! {
            signalled = signal() => signalled.map_err(Failure::Signal)?,
            _ = stdin_end => {}
        }
    } else {
        signal().await.map_err(Failure::Signal)?;
    }
    simulator.stop().await;
    Ok(())
}

fn announce(simulator: &Simulator, ca_file: Option<PathBuf>) -> io::Result<()> {
    let config = simulator.config();
    let mut line = json!({
        "address": simulator.address().to_string(),
        "base_url": simulator.base_url(),
        "proxy": simulator.proxy_url(),
        "client_id": config.client_id,
        "client_secret": config.client_secret,
        "refresh_token": simulator.current_refresh_token(),
        "redirect_uris": config.redirect_uris,
        "control_token": config.control_token,
    });
    match ca_file {
        Some(path) => line["ca_file"] = json!(path),
        None => line["ca_pem"] = json!(simulator.ca_pem()),
    }
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

/// A token nobody can guess: the system's randomness is behind the hasher.
fn new_token() -> String {
    let part = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", part(), part())
}

#[cfg(unix)]
async fn signal() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        interrupted = tokio::signal::ctrl_c() => interrupted,
    }
}

#[cfg(not(unix))]
async fn signal() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}
