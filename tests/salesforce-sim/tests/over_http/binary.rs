//! The program.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Stdio},
    time::{Duration, Instant},
};

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::client::http;

struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl Program {
    #[allow(clippy::disallowed_methods)] // A test starts the program it tests.
    fn start(arguments: &[&str]) -> Self {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_salesforce-sim"));
        let command = command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Self(command.spawn().expect("started"))
    }

    fn ready(&mut self) -> Value {
        let mut line = String::new();
        BufReader::new(self.0.stdout.take().expect("piped")).read_line(&mut line).expect("a line");
        serde_json::from_str(&line).expect("JSON")
    }

    fn exit_code(&mut self) -> Option<i32> {
        let limit = Instant::now() + Duration::from_secs(20);
        loop {
            if let Some(status) = self.0.try_wait().expect("known") {
                return status.code();
            }
            assert!(Instant::now() < limit, "the program goes on");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

#[tokio::test]
async fn the_program_says_where_it_is_and_ends_with_its_input() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ca_file = folder.path().join("ca.pem");
    let ca_argument = ca_file.to_str().expect("text");
    let mut program = Program::start(&[
        "--rows",
        "Account=12",
        "--rows",
        "*=1",
        "--objects",
        "3",
        "--seed",
        "5",
        "--ca-file",
        ca_argument,
        "--control-token",
        "let me",
        "--exit-with-stdin",
    ]);
    let ready = program.ready();
    assert!(std::fs::read_to_string(&ca_file).expect("the file").starts_with("-----BEGIN CERTIFICATE-----"));
    assert_eq!(ready["ca_file"], json!(ca_file));
    let base = ready["base_url"].as_str().expect("an address");
    let count = http().get(format!("{base}/_sim/count?object=Account")).header("X-Sim-Token", "let me");
    let count: Value = count.send().await.expect("a reply").json().await.expect("JSON");
    assert_eq!(count, json!({"count": 12}));
    let form = ["client_id", "client_secret", "refresh_token"].map(|name| (name, ready[name].as_str().expect("text")));
    let form: Vec<_> = form.into_iter().chain([("grant_type", "refresh_token")]).collect();
    let reply = http().post(format!("{base}/services/oauth2/token")).form(&form).send().await.expect("a reply");
    assert_eq!(reply.status(), StatusCode::OK);
    drop(program.0.stdin.take());
    assert_eq!(program.exit_code(), Some(0));
}

#[test]
fn mistakes_are_told_and_fail() {
    let mut wrong = Program::start(&["--rows", "Acount=5"]);
    assert_eq!(wrong.exit_code(), Some(1));
    let mut message = String::new();
    BufReader::new(wrong.0.stderr.take().expect("piped")).read_line(&mut message).expect("a line");
    assert_eq!(message, "the simulator did not start: the org has no object \"Acount\"\n");
    assert_eq!(Program::start(&["--rows", "Account"]).exit_code(), Some(2));
}
