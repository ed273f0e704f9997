//! The desktop app.

// Without this a console window opens beside the app on Windows.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    tributary_shell::spare_processor();
    match tributary_shell::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tributary: the window could not be opened: {error}");
            ExitCode::FAILURE
        }
    }
}
