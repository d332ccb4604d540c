//! `cargo xtask test`: every check and every test, on both databases, with the counts.

pub(crate) mod counts;
mod plan;

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Context, Result};

use self::counts::Counts;
use self::plan::Step;
use crate::postgres::Cluster;
use crate::progress::{Progress, clock};
use crate::tools::{self, Tool};
use crate::workspace::Workspace;
use crate::{deploy, frontend, fuzz, lint_api, openapi, process, real_data};

const POSTGRES_VARIABLE: &str = "RAPPORT_TEST_POSTGRES_URL";

/// Runs the steps named in `only`, or all, and prints a table and, last of all, the closing
/// line. The code tells whether all went well.
///
/// # Errors
/// When the run cannot begin.
pub(crate) fn test(workspace: &Workspace, only: &[String]) -> Result<ExitCode> {
    let steps = plan::plan(&workspace.test_binaries, only)?;
    let real_data = match env::var_os(real_data::VARIABLE) {
        Some(folder) => Some(real_data::readable(Path::new(&folder))?),
        None => None,
    };
    let mut session = Session {
        workspace,
        browser_is_needed: steps.iter().any(Step::is_browser_story),
        real_data,
        postgres_url: env::var(POSTGRES_VARIABLE).ok(),
        cluster: None,
    };

    let mut progress = Progress::new(steps.len());
    let mut rows = Vec::new();
    let mut total = Counts::default();
    let mut unsound = false;
    for step in &steps {
        if unsound {
            rows.push(format!("{:14} not run", step.name()));
            continue;
        }
        progress.step(&format!("{}: {}", step.name(), step.title()));
        let started = Instant::now();
        let mut counts = Counts::default();
        let outcome = session.take(step, &mut counts);
        if let Err(error) = &outcome {
            eprintln!("{} failed: {error:#}", step.name());
            unsound = step.is_ground_for_the_rest();
            // A failed check is a failure in the closing line, too.
            counts.failed = counts.failed.max(1);
        }
        rows.push(row(step, outcome.is_ok(), started, &counts));
        total += &counts;
    }
    let elapsed = clock(progress.elapsed());
    let real_data = session.real_data.take();
    drop(session);

    println!(
        "\n{:14} {:7} {:>6}  {:>7}",
        "step", "result", "time", "tests"
    );
    rows.iter().for_each(|row| println!("{row}"));
    println!("all steps took {elapsed}");
    for name in &total.failures {
        println!("failed: {name}");
    }
    match real_data {
        Some(folder) => println!("real data: {}", folder.display()),
        None => println!("real data: not given"),
    }
    println!("{total}");
    Ok(match total.failed {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

fn row(step: &Step, is_ok: bool, started: Instant, counts: &Counts) -> String {
    let result = if is_ok { "ok" } else { "FAILED" };
    let tests = match counts.passed + counts.failed {
        0 => String::new(),
        _ => counts.to_string(),
    };
    format!(
        "{:14} {result:7} {:>6}  {tests}",
        step.name(),
        clock(started.elapsed())
    )
    .trim_end()
    .to_owned()
}

/// What the steps of one run share.
struct Session<'a> {
    workspace: &'a Workspace,
    browser_is_needed: bool,
    real_data: Option<PathBuf>,
    postgres_url: Option<String>,
    cluster: Option<Cluster>,
}

impl Session<'_> {
    fn take(&mut self, step: &Step, counts: &mut Counts) -> Result<()> {
        match step {
            Step::Tools => self.tools(),
            Step::Format => self.format(),
            Step::Deploy => deploy::check(self.workspace),
            Step::Clippy => self.clippy(),
            Step::ClippyWasm => self.clippy_wasm(),
            Step::Frontend => frontend::build(&self.workspace.frontend(), false),
            // One command for all: the later ones then find the same features built.
            Step::Build => {
                process::run(self.cargo().args(["build", "--workspace", "--all-targets"]))
            }
            Step::LintApi => lint_api::check(self.workspace),
            Step::Schemathesis => fuzz::check(self.workspace, &self.rapport()),
            Step::OpenApi => openapi::check(self.workspace, &self.rapport()),
            Step::Unit => self.run_tests(&["--lib", "--bins", "--examples"], counts),
            Step::Doc => self.run_tests(&["--doc"], counts),
            Step::PostgreSql => self.start_postgres(),
            Step::TestBinary(name) => self.run_tests(&["--test", name], counts),
        }
    }

    fn tools(&self) -> Result<()> {
        let mut needed = vec![Tool::Python, Tool::Curl, Tool::Jq];
        if self.postgres_url.is_none() {
            needed.push(Tool::PostgreSql);
        }
        if self.browser_is_needed {
            needed.extend([Tool::Chromium, Tool::ChromeDriver, Tool::ChineseFont]);
        }
        tools::ensure(&needed)?;
        println!("here: {needed:?}");
        Ok(())
    }

    fn format(&self) -> Result<()> {
        process::run(self.cargo().args(["fmt", "--all", "--check"]))?;
        process::run(process::cargo(&self.workspace.frontend()).args(["fmt", "--check"]))
    }

    fn clippy(&self) -> Result<()> {
        process::run(
            self.cargo()
                .args(["clippy", "--workspace", "--all-targets"])
                .args(["--", "--deny", "warnings"]),
        )
    }

    fn clippy_wasm(&self) -> Result<()> {
        frontend::wasm::ensure_target()?;
        process::run(
            self.cargo()
                .args(["clippy", "--package", "rapport-types"])
                .args(["--target", frontend::wasm::TARGET])
                .args(["--", "--deny", "warnings"]),
        )?;
        let folder = self.workspace.frontend();
        process::run(
            process::cargo(&folder)
                .args(["clippy", "--target", frontend::wasm::TARGET, "--target-dir"])
                .arg(folder.join("target"))
                .args(["--", "--deny", "warnings"]),
        )
    }

    fn start_postgres(&mut self) -> Result<()> {
        if self.postgres_url.is_some() {
            println!("using the server that {POSTGRES_VARIABLE} names");
            return Ok(());
        }
        let programs = tools::postgres_programs().context("PostgreSQL is not here")?;
        let cluster = Cluster::start(&programs)?;
        println!("started {}", programs.join("postgres").display());
        self.postgres_url = Some(cluster.url().to_owned());
        self.cluster = Some(cluster);
        Ok(())
    }

    /// Runs the selected tests and counts them.
    fn run_tests(&self, selection: &[&str], counts: &mut Counts) -> Result<()> {
        let mut cargo = self.cargo();
        cargo
            .args(["test", "--workspace", "--no-fail-fast"])
            .args(selection);
        self.tell_tests(&mut cargo);
        if process::has_colours() {
            cargo.args(["--", "--color", "always"]);
        }
        process::run_with_lines(&mut cargo, |line| {
            println!("{line}");
            counts.read(line);
        })
    }

    /// Sets the variables the tests read and hides the developer's own settings.
    fn tell_tests(&self, command: &mut Command) {
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("RAPPORT_") {
                command.env_remove(name);
            }
        }
        command.env("RAPPORT_BIN", self.rapport());
        let known = [
            (
                POSTGRES_VARIABLE,
                self.postgres_url.clone().map(OsString::from),
            ),
            (
                real_data::VARIABLE,
                self.real_data.clone().map(OsString::from),
            ),
            (
                tools::CHROMIUM_VARIABLE,
                tools::chromium().map(OsString::from),
            ),
            (
                tools::CHROMEDRIVER_VARIABLE,
                tools::chromedriver().map(OsString::from),
            ),
        ];
        for (name, value) in known {
            if let Some(value) = value {
                command.env(name, value);
            }
        }
    }

    fn cargo(&self) -> Command {
        process::cargo(&self.workspace.root)
    }

    fn rapport(&self) -> PathBuf {
        self.workspace.binary("rapport", false)
    }
}
