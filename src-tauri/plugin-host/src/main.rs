//! Stands between Meltano and one Singer plugin: gives the plugin its real configuration, passes its data on and counts
//! it, hides secrets in its log, hands changed secrets back, and ends everything it started.
//!
//! Usage: `plugin-host ARGUMENTS-OF-THE-PLUGIN...`, with the variables of `protocol` in the environment. The exit code is
//! the plugin's, 128 and the number of the signal that ended it, or 78 when it was not started.

mod arguments;
mod child;
mod config;
mod error;
mod link;
mod log_lines;
mod outbox;
mod parent;
mod private_file;
mod progress;
mod relay;
mod rotation;
mod scanner;
mod supervise;
mod tree;

use error::{NOT_STARTED, StartError};
use link::{Address, Link, Role};
use outbox::{Outbox, write_line};
use progress::Progress;
use rotation::Rotation;
use std::{
    env,
    ffi::OsString,
    fs, io,
    io::Write as _,
    path::Path,
    process::{Child, Stdio},
    sync::{Arc, Mutex, atomic::AtomicBool, mpsc},
    thread,
    time::Duration,
};
use supervise::{Event, Events, PluginEnd, supervise};
use tributary_plugin_host::{
    protocol::{HostMessage, Launch},
    redact::Redactor,
};
use zeroize::Zeroizing;

/// How long the app may take to read the last messages.
const LAST_WORDS: Duration = Duration::from_secs(5);

fn main() {
    let code = run().unwrap_or_else(|error| {
        let _ = writeln!(io::stderr(), "{}", error.line());
        NOT_STARTED
    });
    // Not by returning: threads may be waiting for somebody who never answers.
    std::process::exit(code);
}

fn run() -> Result<i32, StartError> {
    #[cfg(unix)]
    let parent = rustix::process::getppid();
    harden();
    let address = Address::from_environment()?;
    let (mut link, incoming, launch) = link::connect(&address)?;
    let (sender, receiver) = mpsc::channel();
    let events = Events(sender);
    let started = start(&launch, address.role, &events);
    let (mut plugin, config) = match started {
        Ok(started) => started,
        Err(error) => {
            tell_failure(&mut link, &error);
            return Err(error);
        }
    };

    let progress = Arc::new(Progress::default());
    let outbox = Arc::new(Outbox::new(Arc::clone(&progress)));
    let redactor = Arc::new(Mutex::new(Redactor::new(launch.hidden_texts())));
    drop(launch);
    outbox.send(HostMessage::Spawned { pid: plugin.id() });
    let tree = tree::Tree::new(&plugin).map_err(StartError::Watch)?;
    let tree_ended = Arc::new(AtomicBool::new(false));

    spawn(&events, {
        let outbox = Arc::clone(&outbox);
        move |_| outbox.write_all(link, io::stderr())
    });
    if let Some(stdin) = plugin.stdin.take().map(into_file) {
        let (progress, tree_ended) = (Arc::clone(&progress), Arc::clone(&tree_ended));
        let own_stdin = own_stdin().map_err(StartError::Watch)?;
        // When the loader has ended, this ends, and whoever writes notices.
        spawn(&events, move |_| {
            relay::relay(own_stdin, stdin, &progress.given, &tree_ended);
        });
    }
    if let Some(stdout) = plugin.stdout.take().map(into_file) {
        let (progress, tree_ended) = (Arc::clone(&progress), Arc::clone(&tree_ended));
        let own_stdout = own_stdout().map_err(StartError::Watch)?;
        spawn(&events, move |events| {
            events.send(Event::OutputEnded(relay::relay(stdout, own_stdout, &progress.written, &tree_ended)));
        });
    }
    if let Some(stderr) = plugin.stderr.take().map(into_file) {
        let (redactor, outbox, tree_ended) = (Arc::clone(&redactor), Arc::clone(&outbox), Arc::clone(&tree_ended));
        spawn(&events, move |events| {
            log_lines::pass_on(stderr, &redactor, &outbox, &tree_ended);
            events.send(Event::LogEnded);
        });
    }
    let rotation = config.map(|(file, places)| Arc::new(Rotation::new(file, places, Arc::clone(&outbox), redactor)));
    if let Some(rotation) = rotation.clone() {
        spawn(&events, move |_| rotation.watch());
    }
    spawn(&events, move |events| tree::wait_for(&mut plugin, &events));
    spawn(&events, move |events| incoming.listen(&events));
    #[cfg(unix)]
    spawn(&events, move |events| parent::watch(parent, &events));
    #[cfg(windows)]
    spawn(&events, move |events| parent::watch(&events));

    let end = supervise(tree, &receiver, &tree_ended, || {
        if let Some(rotation) = &rotation {
            rotation.finish();
        }
    });
    outbox.finish(HostMessage::Exited { code: end.code, signal: end.signal }, LAST_WORDS);
    Ok(exit_code(end))
}

/// Closes the ways in which other programs could see what this process holds.
fn harden() {
    #[cfg(unix)]
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    // Also means: no core dumps. The plugin is another program and not affected.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

type PlacedConfig = (private_file::PrivateFile, Vec<config::Place>);

/// Starts the plugin with its real configuration.
fn start(launch: &Launch, role: Role, events: &Events) -> Result<(Child, Option<PlacedConfig>), StartError> {
    let mut arguments: Vec<OsString> = env::args_os().skip(1).collect();
    let mut config = None;
    if let Some(argument) = arguments::find_config(&arguments)? {
        let placed = real_config(&argument.path, launch)?;
        argument.replace(&mut arguments, placed.0.path());
        config = Some(placed);
    }
    tree::prepare().map_err(StartError::Watch)?;
    #[cfg(unix)]
    listen_to_signals(events)?;
    #[cfg(windows)]
    let _ = events;
    let stdin = match role {
        // An extractor reads nothing, and must not wait for a terminal it cannot have.
        Role::Extractor => Stdio::null(),
        Role::Loader => Stdio::piped(),
    };
    let plugin = child::start(launch, &arguments, stdin)?;
    Ok((plugin, config))
}

/// Reads Meltano's configuration file and makes the plugin's from it.
fn real_config(path: &Path, launch: &Launch) -> Result<PlacedConfig, StartError> {
    let text = fs::read(path).map_err(|error| StartError::ReadConfig(path.to_owned(), error))?;
    let mut config = serde_json::from_slice(&text).map_err(|error| StartError::ParseConfig(path.to_owned(), error))?;
    let places = config::fill(&mut config, launch)?;
    let text = Zeroizing::new(config.to_string());
    let file = private_file::PrivateFile::new(text.as_bytes()).map_err(StartError::PrivateFile)?;
    Ok((file, places))
}

/// Standard input, held open by what is returned and by nothing else: when that is dropped, whoever writes must notice.
fn own_stdin() -> io::Result<fs::File> {
    #[cfg(unix)]
    let stdin = std::os::fd::AsFd::as_fd(&io::stdin()).try_clone_to_owned()?;
    #[cfg(unix)]
    rustix::stdio::dup2_stdin(fs::File::open("/dev/null")?)?;
    #[cfg(target_os = "linux")]
    relay::enlarge(&stdin);
    // Windows: the process ends with the loader, and its handles with it.
    #[cfg(windows)]
    let stdin = std::os::windows::io::AsHandle::as_handle(&io::stdin()).try_clone_to_owned()?;
    Ok(stdin.into())
}

#[cfg(unix)]
fn listen_to_signals(events: &Events) -> Result<(), StartError> {
    use signal_hook::{
        consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM},
        iterator::Signals,
    };
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM]).map_err(StartError::Watch)?;
    spawn(events, move |events| signals.forever().for_each(|_| events.send(Event::Asked)));
    Ok(())
}

/// The app learns why nothing was started, too. When it cannot be told, standard error has to do.
fn tell_failure(link: &mut Link, error: &StartError) {
    let _ = write_line(link, &HostMessage::Log { lines: vec![error.line()] });
    let _ = write_line(link, &HostMessage::Exited { code: Some(NOT_STARTED), signal: None });
}

fn spawn(events: &Events, work: impl FnOnce(Events) + Send + 'static) {
    let events = events.clone();
    // Nothing joins these threads: the process ends when its work is done, whatever they wait for.
    thread::spawn(move || work(events));
}

#[cfg(unix)]
fn into_file(pipe: impl Into<std::os::fd::OwnedFd>) -> fs::File {
    let pipe: std::os::fd::OwnedFd = pipe.into();
    #[cfg(target_os = "linux")]
    relay::enlarge(&pipe);
    pipe.into()
}

#[cfg(windows)]
fn into_file(pipe: impl Into<std::os::windows::io::OwnedHandle>) -> fs::File {
    pipe.into().into()
}

/// Standard output without the buffer of the standard library, which would hold back unfinished lines.
fn own_stdout() -> io::Result<fs::File> {
    #[cfg(unix)]
    let stdout = std::os::fd::AsFd::as_fd(&io::stdout()).try_clone_to_owned()?;
    #[cfg(target_os = "linux")]
    relay::enlarge(&stdout);
    #[cfg(windows)]
    let stdout = std::os::windows::io::AsHandle::as_handle(&io::stdout()).try_clone_to_owned()?;
    Ok(stdout.into())
}

fn exit_code(end: PluginEnd) -> i32 {
    end.code.or(end.signal.map(|signal| 128 + signal)).unwrap_or(1)
}
