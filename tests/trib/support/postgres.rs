//! A private PostgreSQL on a free port of this computer, run by an ordinary user. It ends with the value.

use super::until;
use serde_json::{Value, json};
use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};
use tempfile::TempDir;

/// The server.
pub struct Postgres {
    server: Child,
    folder: TempDir,
    port: u16,
    pub password: String,
}

impl Postgres {
    /// Starts one. Its programs are those of the system's package `postgresql` (`scripts/setup --tests`).
    pub fn start() -> Self {
        // In /tmp: the server's socket needs a short path, and another user must be able to enter the folder.
        let folder = tempfile::Builder::new().prefix("trib-pg-").tempdir_in("/tmp").unwrap();
        let password = "p0stgres-s3cret-of-the-test".to_owned();
        std::fs::write(folder.path().join("password"), &password).unwrap();
        let user = ordinary_user();
        if let Some(user) = &user {
            for path in [folder.path().to_owned(), folder.path().join("password")] {
                std::os::unix::fs::chown(path, Some(user.0), Some(user.1)).unwrap();
            }
        }
        let data = folder.path().join("data");
        let made = command(&program("initdb"), user)
            .args(["--auth=scram-sha-256", "--username=admin", "--encoding=UTF8", "--no-sync", "--locale=C"])
            .arg(format!("--pwfile={}", folder.path().join("password").display()))
            .arg(&data)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = command(&program("postgres"), user)
            .arg("-D")
            .arg(&data)
            .args(["-h", "127.0.0.1", "-p", &port.to_string(), "-F", "-k"])
            .arg(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let this = Self { server, folder, port, password };
        until("the database server answers", || this.ask("SELECT 1").status.success());
        this
    }

    /// The settings of a destination that writes there, without the password.
    pub fn config(&self) -> Value {
        json!({"host": "127.0.0.1", "port": self.port, "user": "admin", "database": "postgres"})
    }

    /// Executes statements.
    pub fn run(&self, statements: &str) -> String {
        let output = self.ask(statements);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Every schema and table that is not the system's own.
    pub fn tables(&self) -> String {
        self.run(
            "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' ORDER BY 1;
             SELECT schemaname, tablename FROM pg_tables WHERE schemaname !~ '^(pg_|information_schema)' ORDER BY 1, 2",
        )
    }

    fn ask(&self, statements: &str) -> std::process::Output {
        command(&program("psql"), None)
            .env("PGPASSWORD", &self.password)
            .args([
                "-h",
                "127.0.0.1",
                "-p",
                &self.port.to_string(),
                "-U",
                "admin",
                "-d",
                "postgres",
                "-Atc",
                statements,
            ])
            .current_dir(self.folder.path())
            .output()
            .unwrap()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // "Fast shutdown": it ends its own processes and then itself.
        let id = i32::try_from(self.server.id()).ok().and_then(rustix::process::Pid::from_raw);
        let _ = id.map(|id| rustix::process::kill_process(id, rustix::process::Signal::INT));
        let _ = self.server.wait();
    }
}

#[expect(clippy::disallowed_methods, reason = "the test starts the database it tests against")]
fn command(program: &Path, user: Option<(u32, u32)>) -> Command {
    use std::os::unix::process::CommandExt as _;
    let mut command = Command::new(program);
    command.stdin(Stdio::null());
    if let Some((user, group)) = user {
        command.uid(user).gid(group).current_dir("/tmp");
    }
    command
}

/// PostgreSQL refuses to run as root: then it runs as "nobody". Everybody else runs it as they are.
fn ordinary_user() -> Option<(u32, u32)> {
    rustix::process::getuid().is_root().then_some((65_534, 65_534))
}

/// A program of the newest version that is installed.
fn program(name: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = versions.map(|version| version.path().join("bin").join(name)).collect();
    found.retain(|path| path.is_file());
    found.sort();
    found.pop().unwrap_or_else(|| panic!("{name} is missing: run scripts/setup --tests"))
}
