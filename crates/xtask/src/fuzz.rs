//! `cargo xtask fuzz`: Schemathesis makes up requests from the API document and judges the answers.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::run::sqlite_url;
use crate::workspace::Workspace;
use crate::{process, python};

const LONG: Effort = Effort {
    examples: 150,
    walking: Some(60),
};
const BOUNDED: Effort = Effort {
    examples: 20,
    walking: None,
};
/// Least requests of the long run.
const LEAST: usize = 20_000;
/// The service that calls, an administrator.
const SERVICE: &str = "fuzz";

/// The long run: builds the server and sends it at least [`LEAST`] requests.
///
/// # Errors
/// When the build fails, something is found, or it were fewer requests.
pub(crate) fn fuzz(workspace: &Workspace, seed: Option<u128>) -> Result<()> {
    process::run(process::cargo(&workspace.root).args(["build", "--package", "rapport-api"]))?;
    // What an earlier run found is not tried first: each run stands for itself.
    let mut chance = ["--generation-database", "none"]
        .map(str::to_owned)
        .to_vec();
    if let Some(seed) = seed {
        chance.extend(["--seed".to_owned(), seed.to_string()]);
    }
    let rapport = workspace.binary("rapport", false);
    let count = send(workspace, &rapport, &LONG, &chance)?;
    if count < LEAST {
        bail!("a long run takes at least {LEAST}");
    }
    Ok(())
}

/// The bounded run of the tests: the same requests each time.
///
/// # Errors
/// When something is found.
pub(crate) fn check(workspace: &Workspace, rapport: &Path) -> Result<()> {
    let deterministic = ["--generation-deterministic".to_owned()];
    send(workspace, rapport, &BOUNDED, &deterministic).map(drop)
}

/// How much is sent.
struct Effort {
    /// Requests made up per operation, beside those for each parameter and member; as many walks
    /// along the document's links.
    examples: usize,
    /// Seconds of walking again and again; without them one round.
    walking: Option<usize>,
}

/// Starts a server over an empty database and sends it requests to each operation, then walks
/// along the links on what they left there; the number of requests.
fn send(
    workspace: &Workspace,
    rapport: &Path,
    effort: &Effort,
    chance: &[String],
) -> Result<usize> {
    let server = Server::start(workspace, rapport)?;
    let limit = ["--max-examples".to_owned(), effort.examples.to_string()];
    let mut walks = Vec::new();
    if let Some(seconds) = effort.walking {
        walks.extend(["--max-time".to_owned(), seconds.to_string()]);
    }
    let mut all = 0;
    for (phases, more) in [
        ("examples,coverage,fuzzing", Vec::new()),
        ("stateful", walks),
    ] {
        let phases = ["--phases".to_owned(), phases.to_owned()];
        all += pass(
            workspace,
            &server,
            &[&phases, &limit[..], &more, chance].concat(),
        )?;
    }
    println!("{all} requests, nothing found");
    Ok(all)
}

fn pass(workspace: &Workspace, server: &Server, arguments: &[String]) -> Result<usize> {
    let schemathesis = python::program(workspace, "schemathesis")?;
    let folder = workspace.root.join("openapi");
    let mut count = None;
    let outcome = process::run_with_lines(
        Command::new(schemathesis)
            .arg("--config-file")
            .arg(folder.join("schemathesis.toml"))
            .arg("run")
            .arg(folder.join("openapi.json"))
            .args(["--url", &server.address, "--no-color"])
            .arg("--continue-on-failure")
            .args(arguments)
            .current_dir(&server.folder)
            .env("SCHEMATHESIS_HOOKS", folder.join("schemathesis_hooks.py"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("RAPPORT_ADDRESS", &server.address)
            .env("RAPPORT_API_KEY", &server.key),
        |line| {
            println!("{line}");
            count = count.or_else(|| generated(line));
        },
    );
    if outcome.is_err() {
        println!("the log of the server: {}", server.log().display());
    }
    outcome?;
    count.context("Schemathesis did not tell how many requests it made")
}

/// The number in `  14308 generated, …`.
fn generated(line: &str) -> Option<usize> {
    let (number, _) = line.trim().split_once(" generated")?;
    number.parse().ok()
}

/// A server over a database of its own; ended by its id.
struct Server {
    child: Child,
    folder: PathBuf,
    address: String,
    /// The API key of the service, with every scope.
    key: String,
}

impl Server {
    fn start(workspace: &Workspace, rapport: &Path) -> Result<Self> {
        let folder = workspace.target.join("fuzz");
        if folder.exists() {
            fs::remove_dir_all(&folder).context("cannot remove what the last run left")?;
        }
        fs::create_dir_all(&folder)?;
        let log = fs::File::create(folder.join("server.log"))?;
        let mut child = command(rapport, &folder)
            .arg("serve")
            .env("RAPPORT_LISTEN", "127.0.0.1:0")
            .env("RAPPORT_REQUESTS_IN_WORK", "1000")
            .env("RAPPORT_REQUESTS_PER_MINUTE", "0")
            .env("RAPPORT_KEY_REQUESTS_PER_MINUTE", "0")
            .env("RAPPORT_LOG", "warn")
            .env("RAPPORT_DRAIN_SECONDS", "0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .with_context(|| format!("cannot start {}", rapport.display()))?;
        let out = child.stdout.take();
        let mut server = Self {
            child,
            folder,
            address: String::new(),
            key: String::new(),
        };
        let lines = out.into_iter().flat_map(|out| BufReader::new(out).lines());
        server.address = lines
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("listening on ").map(str::to_owned))
            .with_context(|| {
                let log = server.log();
                format!("the server ended before it listened; see {}", log.display())
            })?;
        server.key = key(rapport, &server.folder)?;
        Ok(server)
    }

    fn log(&self) -> PathBuf {
        self.folder.join("server.log")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; there is nothing left to do then.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The binary over the database of the run; a developer's own settings are not the subject.
fn command(rapport: &Path, folder: &Path) -> Command {
    let mut command = Command::new(rapport);
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("RAPPORT_") {
            command.env_remove(name);
        }
    }
    command
        .current_dir(folder)
        .env("RAPPORT_DATABASE_URL", sqlite_url(&folder.join("r.sqlite")));
    command
}

/// A key of a service that may do what an administrator may.
fn key(rapport: &Path, folder: &Path) -> Result<String> {
    let add = ["user", "add", SERVICE, "--service", "--role", "admin"];
    process::run(command(rapport, folder).args(add))?;
    let add = [
        "key",
        "add",
        SERVICE,
        "--name",
        "made-up requests",
        "--all-scopes",
    ];
    let said = process::output(command(rapport, folder).args(add))?;
    printed_key(&said)
        .map(str::to_owned)
        .context("`rapport key add` printed no key")
}

/// The key in `added api_key_…, key rpt_…`.
fn printed_key(said: &str) -> Option<&str> {
    let (_, key) = said.trim_end().split_once(", key ")?;
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_read_from_what_the_command_prints() {
        assert_eq!(printed_key("added api_key_1, key rpt_2\n"), Some("rpt_2"));
        assert_eq!(printed_key("added fuzz\n"), None);
    }

    #[test]
    fn the_number_of_requests_is_read_from_the_summary() {
        let line = "  14308 generated, 6 found 6 unique failures";
        assert_eq!(generated(line), Some(14_308));
        assert_eq!(generated("  42 generated"), Some(42));
        assert_eq!(generated("Test cases:"), None);
    }
}
