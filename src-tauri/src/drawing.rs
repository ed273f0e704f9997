//! How the window is drawn on computers without a graphics card.

/// Has pages drawn without the steps meant for a graphics card where there is none, as on most virtual machines. A processor
/// that stands in for the card takes some 100 ms for every frame of this window, and 50 MB of memory.
///
/// The system's web view takes this from the environment alone when it starts (asked later, its process crashes), and a
/// program may not change its own environment safely. So the program starts itself anew in its place. Call it first.
#[cfg(target_os = "linux")]
pub fn spare_processor() {
    use std::{env, fs, os::unix::process::CommandExt, process::Command};
    const PLAIN: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    // Without a node for drawing there is no card that programs can use.
    let mut cards = fs::read_dir("/dev/dri").into_iter().flatten().flatten();
    if env::var_os(PLAIN).is_some() || cards.any(|entry| entry.file_name().to_string_lossy().starts_with("renderD")) {
        return;
    }
    let Ok(program) = env::current_exe() else { return };
    #[expect(
        clippy::disallowed_methods,
        reason = "it takes this program's place, so nobody has to wait for it or end it"
    )]
    let mut again = Command::new(program);
    // It returns only where it fails: then pages are drawn the slow way.
    let _ = again.args(env::args_os().skip(1)).env(PLAIN, "1").exec();
}

/// Elsewhere the system's own view decides.
#[cfg(not(target_os = "linux"))]
pub fn spare_processor() {}
