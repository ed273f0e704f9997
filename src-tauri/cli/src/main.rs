//! `trib`: the same operations as the window, from a terminal, for automation, support and tests.
//!
//! Invariants:
//! - Every command parses, calls one operation of the core, and prints. No SQL, no spawning.
//! - With `--json`: one JSON document on standard output (streaming commands: one object a line), errors as JSON on
//!   standard error. Exit codes: 0 success, 1 the operation failed, 2 wrong usage.
//! - A secret is never an argument: it comes in through standard input or a file, and never goes out.

mod arguments;
mod commands;
mod context;
mod output;
mod progress;
mod signals;

use arguments::Arguments;
use clap::Parser;
use output::Output;
use std::process::ExitCode;
use tributary_contract::{ApiError, ErrorCode};

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return wrong_usage(&error),
    };
    let output = Output::new(arguments.json);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            output.error(&ApiError {
                code: ErrorCode::Internal,
                message: format!("the program could not start: {error}"),
                hint: "Close other programs, then try again.".to_owned(),
                setting: None,
                fix: None,
            });
            return ExitCode::FAILURE;
        }
    };
    let code = runtime.block_on(async {
        match commands::run(arguments, &output).await {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::FAILURE,
            Err(error) => {
                output.error(&error.into());
                ExitCode::FAILURE
            }
        }
    });
    // A keychain that waits for the person must not keep the program from ending.
    runtime.shutdown_background();
    code
}

/// Tells what is wrong with the arguments, as JSON where that was asked for.
fn wrong_usage(error: &clap::Error) -> ExitCode {
    let asked_for_json = std::env::args().any(|argument| argument == "--json");
    if error.use_stderr() && asked_for_json {
        let text = error.to_string();
        let message = text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
        Output::new(true).error(&ApiError {
            code: ErrorCode::InvalidInput,
            message,
            hint: "Look at trib --help.".to_owned(),
            setting: None,
            fix: None,
        });
    } else {
        // A closed pipe is no reason to complain.
        let _ = error.print();
    }
    ExitCode::from(if error.use_stderr() { 2 } else { 0 })
}
