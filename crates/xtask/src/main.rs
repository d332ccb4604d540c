//! Developer commands of Rapport: `cargo xtask --help`.
//!
//! One file per subcommand; what several of them need lies in `workspace` (where things are),
//! `process` (running other programs), `progress` (telling what goes on), `tools` (programs
//! the tests need) and `postgres` (a temporary database cluster).
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a developer's command talks on the terminal"
)]

mod bench;
mod demo;
mod deploy;
mod dist;
mod frontend;
mod fuzz;
mod lint_api;
mod npm;
mod openapi;
mod postgres;
mod process;
mod progress;
mod python;
mod real_data;
mod run;
mod test;
mod tools;
mod workspace;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

/// Developer commands of Rapport.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Builds everything, fills a new database with a demo company and serves it
    Demo {
        /// Port on 127.0.0.1; another free one is taken, and told, when it is in use
        #[arg(long, default_value_t = run::DEFAULT_PORT)]
        port: u16,
        /// Unoptimised builds: ready sooner, slower to use
        #[arg(long)]
        quick: bool,
    },
    /// Builds everything and serves an empty installation
    Run {
        /// Port on 127.0.0.1, unless RAPPORT_LISTEN is set
        #[arg(long, default_value_t = run::DEFAULT_PORT)]
        port: u16,
        /// Unoptimised builds: ready sooner, slower to use
        #[arg(long)]
        quick: bool,
    },
    /// Runs every check and every test, on SQLite and PostgreSQL, and prints the counts
    Test {
        /// Only these steps, and what they need, separated by commas: fmt, deploy, clippy,
        /// clippy-wasm, frontend, lint-api, build, openapi, schemathesis, unit, doc, and the test binaries by name
        #[arg(long, value_delimiter = ',')]
        only: Vec<String>,
    },
    /// Builds the web app into frontend/dist
    Frontend {
        /// Small and fast instead of soon ready
        #[arg(long)]
        release: bool,
    },
    /// Writes openapi/openapi.json from the handlers
    Openapi {
        /// Writes nothing; fails when the committed document differs
        #[arg(long)]
        check: bool,
    },
    /// Imports the real data files of a folder and checks the figures
    RealData {
        /// Folder with the files; they are recognised by their header
        folder: PathBuf,
    },
    /// Measures the release build against the bounds of the same machine
    Bench {
        /// Passed on to the bench program
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Sends the debug build at least 20,000 requests made up from the API document
    Fuzz {
        /// Makes the same requests as an earlier run, which printed it [default: any]
        #[arg(long)]
        seed: Option<u128>,
    },
    /// Packs the release: an archive that starts on a machine with nothing but Linux
    Dist {
        /// Where to put it [default: dist below the folder of build results]
        #[arg(long)]
        folder: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    run_command(arguments.command).unwrap_or_else(|error| {
        eprintln!("\nerror: {error:#}");
        ExitCode::FAILURE
    })
}

fn run_command(command: Command) -> Result<ExitCode> {
    let workspace = Workspace::locate()?;
    match command {
        Command::Demo { port, quick } => demo::demo(&workspace, port, quick),
        Command::Run { port, quick } => run::run(&workspace, port, quick),
        Command::Test { only } => return test::test(&workspace, &only),
        Command::Frontend { release } => frontend::build(&workspace.frontend(), release),
        Command::Openapi { check: true } => openapi::check_built(&workspace),
        Command::Openapi { check: false } => openapi::write(&workspace),
        Command::RealData { folder } => real_data::real_data(&workspace, &folder),
        Command::Bench { arguments } => bench::bench(&workspace, &arguments),
        Command::Fuzz { seed } => fuzz::fuzz(&workspace, seed),
        Command::Dist { folder } => dist::dist(&workspace, folder.as_deref()),
    }?;
    Ok(ExitCode::SUCCESS)
}
