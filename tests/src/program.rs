//! The real binary as a process of its own.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

/// A running server; ended by its id when dropped.
#[derive(Debug)]
pub struct Program {
    child: Child,
    /// Where it listens: `http://127.0.0.1:…`.
    pub address: String,
}

impl Program {
    /// Starts `rapport serve` on a free port over this database and waits until it listens.
    pub fn serve(database_url: &str) -> Self {
        Self::serve_with(database_url, &[])
    }

    /// The same with these settings. Without them it has no limits of requests: tests send as many as
    /// they like.
    pub fn serve_with(database_url: &str, settings: &[(&str, &str)]) -> Self {
        let mut child = Command::new(binary())
            .arg("serve")
            .env("RAPPORT_DATABASE_URL", database_url)
            .env("RAPPORT_LISTEN", "127.0.0.1:0")
            .env("RAPPORT_LOG", "warn")
            .env("RAPPORT_DRAIN_SECONDS", "0")
            .env("RAPPORT_REQUESTS_PER_MINUTE", "0")
            .env("RAPPORT_KEY_REQUESTS_PER_MINUTE", "0")
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let address = out
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("listening on ").map(str::to_owned))
            .expect("the server ended before it listened");
        Self { child, address }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself; there is nothing left to do then.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs the binary on a database until it ends.
///
/// # Panics
/// When nobody has built it.
pub fn rapport(database_url: &str, arguments: &[&str], settings: &[(&str, &str)]) -> Output {
    let database = ("RAPPORT_DATABASE_URL", database_url);
    let settings: Vec<_> = std::iter::once(database)
        .chain(settings.iter().copied())
        .collect();
    rapport_with(arguments, &settings)
}

/// Runs the binary with these settings and no other until it ends.
///
/// # Panics
/// When nobody has built it.
pub fn rapport_with(arguments: &[&str], settings: &[(&str, &str)]) -> Output {
    let binary = binary();
    assert!(
        binary.exists(),
        "{}: `cargo build -p rapport-api` makes it",
        binary.display()
    );
    let mut command = Command::new(binary);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("RAPPORT_")) {
        command.env_remove(name);
    }
    command
        .args(arguments)
        .envs(settings.iter().copied())
        .output()
        .unwrap()
}

/// What it printed.
pub fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What it said went wrong.
pub fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The binary: the one that the test command built, else that beside these tests.
pub fn binary() -> PathBuf {
    std::env::var_os("RAPPORT_BIN").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/debug/rapport"),
        PathBuf::from,
    )
}
