//! Starts the plugin: the only place of this crate that starts a process.

use crate::error::StartError;
use std::{
    env,
    ffi::OsString,
    process::{Child, Command, Stdio},
};
use tributary_plugin_host::protocol::{Launch, RUN_VARIABLE};

/// Starts the plugin with its own environment and nothing else, in its own process group. Call this from the main
/// thread: on Linux the plugin is killed when the thread that started it ends, however that happens.
pub(crate) fn start(launch: &Launch, arguments: &[OsString], stdin: Stdio) -> Result<Child, StartError> {
    #[expect(clippy::disallowed_methods, reason = "this is the one file of the crate that starts processes")]
    let mut command = Command::new(&launch.executable);
    command.args(arguments).env_clear().envs(&launch.env);
    if let Some(run) = env::var_os(RUN_VARIABLE) {
        command.env(RUN_VARIABLE, run);
    }
    command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    #[cfg(target_os = "linux")]
    die_with_this_process(&mut command);
    command.spawn().map_err(|error| StartError::Spawn(launch.executable.clone(), error))
}

#[cfg(target_os = "linux")]
#[allow(unsafe_code)]
fn die_with_this_process(command: &mut Command) {
    use rustix::process::{Signal, getpid, getppid, set_parent_process_death_signal};
    let host = getpid();
    let prepare = move || {
        set_parent_process_death_signal(Some(Signal::KILL))?;
        // The host may have died before that call.
        if getppid() == Some(host) { Ok(()) } else { Err(std::io::ErrorKind::BrokenPipe.into()) }
    };
    // SAFETY: between fork and exec the closure makes two system calls; it neither allocates nor takes locks.
    unsafe {
        std::os::unix::process::CommandExt::pre_exec(command, prepare);
    }
}
