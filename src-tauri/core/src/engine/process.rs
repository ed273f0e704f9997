//! Starts processes: with a cleared environment plus an allow-list, in a group of their own, and so that they end when
//! this process ends.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    io,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    sync::{LazyLock, mpsc},
    time::Duration,
};
use tokio::{
    io::AsyncWriteExt,
    process::{Child, ChildStderr, ChildStdout, Command},
    sync::oneshot,
    task::JoinHandle,
};
use zeroize::Zeroizing;

/// Variables of the app's own environment that processes may see: where things are, language, and how to get through
/// a company's proxy.
const PASSED_ON: &[&str] = &[
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "USERPROFILE",
    "LOCALAPPDATA",
    "APPDATA",
    "PROGRAMDATA",
    "SYSTEMROOT",
    "SYSTEMDRIVE",
    "COMSPEC",
    "PATHEXT",
    "TEMP",
    "TMP",
    "TMPDIR",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "all_proxy",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
];

/// What of the app's own environment every process starts from.
pub(super) fn base_environment(all: &[(OsString, OsString)]) -> BTreeMap<String, String> {
    // Windows knows variables by any case of letters.
    let known = |name: &str| {
        PASSED_ON.iter().find(|known| if cfg!(windows) { known.eq_ignore_ascii_case(name) } else { **known == name })
    };
    let mut environment: BTreeMap<String, String> = all
        .iter()
        .filter_map(|(name, value)| Some(((*known(name.to_str()?)?).to_owned(), value.to_str()?.to_owned())))
        .collect();
    // Without it Windows drops log lines that its code page cannot show.
    environment.insert("PYTHONUTF8".to_owned(), "1".to_owned());
    environment.insert("PYTHONUNBUFFERED".to_owned(), "1".to_owned());
    environment.insert("NO_COLOR".to_owned(), "1".to_owned());
    environment
}

/// What to start.
#[derive(Debug)]
pub struct Spawn {
    /// Absolute path of the program.
    pub program: PathBuf,
    /// Arguments; never a secret.
    pub arguments: Vec<OsString>,
    /// The whole environment.
    pub environment: BTreeMap<String, String>,
    /// Working folder.
    pub folder: PathBuf,
    /// What it reads on standard input, which ends after that; `None`: nothing.
    pub input: Option<Zeroizing<Vec<u8>>>,
}

/// Why a process could not be started.
#[derive(Debug, thiserror::Error)]
#[error("{program} could not be started")]
pub struct SpawnError {
    /// The program.
    pub program: PathBuf,
    /// Why.
    #[source]
    pub source: io::Error,
}

/// A process and everything it starts. Dropping it ends them.
#[derive(Debug)]
pub struct Process {
    child: Child,
    /// The group's id while it has not been waited for.
    group: Option<u32>,
    /// Writes its input.
    feeding: Option<JoinHandle<()>>,
}

impl Process {
    /// Starts a process with both pipes open.
    pub async fn start(mut spawn: Spawn) -> Result<Self, SpawnError> {
        let program = spawn.program.clone();
        let input = spawn.input.take();
        let has_input = input.is_some();
        let mut child = on_spawner_thread(spawn, has_input).await.map_err(|source| SpawnError { program, source })?;
        let group = child.id();
        let feeding = input.zip(child.stdin.take()).map(|(bytes, mut stdin)| {
            tokio::spawn(async move {
                // A process that ends before it has read everything says so by its exit code.
                let _ = stdin.write_all(&bytes).await;
                let _ = stdin.shutdown().await;
            })
        });
        Ok(Self { child, group, feeding })
    }

    /// Its id while it runs.
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Its standard output, once.
    pub fn stdout(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    /// Its standard error, once.
    pub fn stderr(&mut self) -> Option<ChildStderr> {
        self.child.stderr.take()
    }

    /// Waits for its end; what it left behind in its group is ended too.
    pub async fn wait(&mut self) -> io::Result<ExitStatus> {
        let status = self.child.wait().await?;
        self.end_group(Signal::Kill);
        self.group = None;
        Ok(status)
    }

    /// Asks the group to end, and ends it by force after `grace`.
    pub async fn end(&mut self, grace: Duration) {
        self.end_group(Signal::Terminate);
        if tokio::time::timeout(grace, self.child.wait()).await.is_err() {
            self.end_group(Signal::Kill);
            let _ = self.child.wait().await;
        }
        self.end_group(Signal::Kill);
        self.group = None;
    }

    #[cfg(unix)]
    fn end_group(&self, signal: Signal) {
        let signal = match signal {
            Signal::Terminate => rustix::process::Signal::TERM,
            Signal::Kill => rustix::process::Signal::KILL,
        };
        if let Some(group) = self.group.and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw) {
            // The group may be gone already: that is what was wanted.
            let _ = rustix::process::kill_process_group(group, signal);
        }
    }

    /// Windows: every plugin ends with its host, whose job closes with it.
    #[cfg(not(unix))]
    fn end_group(&self, signal: Signal) {
        if let (Signal::Kill, Some(id)) = (signal, self.group) {
            crate::runs::survivors::end_below(id);
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Signal {
    Terminate,
    Kill,
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(feeding) = &self.feeding {
            feeding.abort();
        }
        self.end_group(Signal::Kill);
    }
}

type Request = (Spawn, bool, tokio::runtime::Handle, oneshot::Sender<io::Result<Child>>);

/// The parent-death signal of Linux is sent when the *thread* that started the child ends, so all children are started
/// by one thread that lives as long as the process.
static SPAWNER: LazyLock<mpsc::Sender<Request>> = LazyLock::new(|| {
    let (sender, requests) = mpsc::channel::<Request>();
    std::thread::spawn(move || {
        for (spawn, has_input, runtime, reply) in requests {
            let _inside = runtime.enter();
            // Whoever asked may be gone: then the child is dropped, and ended by that.
            let _ = reply.send(command(&spawn, has_input).spawn());
        }
    });
    sender
});

async fn on_spawner_thread(spawn: Spawn, has_input: bool) -> io::Result<Child> {
    let gone = || io::Error::other("the thread that starts processes ended");
    let (reply, answer) = oneshot::channel();
    SPAWNER.send((spawn, has_input, tokio::runtime::Handle::current(), reply)).map_err(|_| gone())?;
    answer.await.map_err(|_| gone())?
}

fn command(spawn: &Spawn, has_input: bool) -> Command {
    #[expect(clippy::disallowed_methods, reason = "this is the one file of the core that starts processes")]
    let mut command = Command::new(&spawn.program);
    command
        .args(&spawn.arguments)
        .env_clear()
        .envs(&spawn.environment)
        .current_dir(&spawn.folder)
        .stdin(if has_input { Stdio::piped() } else { Stdio::null() })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    // A group of its own: Ctrl+C at the terminal is for the app, which then ends the run in good order.
    #[cfg(unix)]
    command.process_group(0);
    #[cfg(target_os = "linux")]
    die_with_parent(&mut command);
    command
}

#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "the parent-death signal and the file mask can only be set between fork and exec")]
fn die_with_parent(command: &mut Command) {
    let parent = rustix::process::getpid();
    let prepare = move || {
        // Files that Meltano or a plugin writes are for this user alone.
        rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
        rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
        // The parent may have died before the line above.
        if rustix::process::getppid() == Some(parent) { Ok(()) } else { Err(io::Error::other("the app ended")) }
    };
    // SAFETY: only async-signal-safe system calls (umask, prctl, getppid) are made and nothing is allocated on the
    // way that succeeds.
    unsafe {
        command.pre_exec(prepare);
    }
}

/// Makes a folder (and those above it) that only this user can enter.
pub fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}
