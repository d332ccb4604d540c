//! The command line: `rapport serve | ready | migrate | openapi | user | key | import | demo | backup |
//! restore | doctor | config`.

mod arenas;
mod backup;
mod config;
pub mod demo;
mod doctor;
mod import;
mod key;
mod logging;
mod migrate;
mod openapi;
mod ready;
mod restore;
mod serve;
mod upgrade;
mod user;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{Config, Sources};
use crate::error::ApiError;

pub use arenas::share as share_arenas;
use upgrade::open;

/// The service desk.
///
/// Settings come from environment variables and, where those say nothing, from a settings file;
/// `rapport config` lists them.
#[derive(Debug, Parser)]
#[command(name = "rapport", version)]
struct Cli {
    /// A settings file in TOML; its keys are those of `rapport config` in lower case without
    /// RAPPORT_
    #[arg(long, global = true, env = "RAPPORT_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API and the web app, after bringing the database to the newest form
    Serve(serve::Serve),
    /// Ask the server that runs on this machine whether it takes requests
    Ready,
    /// Bring the database to the newest form and end
    Migrate,
    /// Print the OpenAPI document
    Openapi,
    /// Work with users
    #[command(subcommand)]
    User(user::User),
    /// Work with the API keys of services
    #[command(subcommand)]
    Key(key::Key),
    /// Import tickets from a CSV file
    Import(import::Import),
    /// Fill a new SQLite file with a demo company
    Demo(demo::Demo),
    /// Write the whole database into one file, while a server may be using it
    Backup(backup::Backup),
    /// Put a backup into the database of the settings
    Restore(restore::Restore),
    /// Examine the database and the settings and tell what is wrong
    Doctor(doctor::Doctor),
    /// List every setting with its value, where that comes from, and its default; secrets are not
    /// shown
    Config,
}

/// Runs the command that the arguments name.
pub async fn run() -> ExitCode {
    let cli = Cli::parse();
    match cli.run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.print();
            ExitCode::FAILURE
        }
    }
}

impl Cli {
    async fn run(self) -> Result<(), Failure> {
        let path = self.config.filter(|path| !path.as_os_str().is_empty());
        let sources = || Sources::load(path.as_deref()).map_err(Failure);
        let command = match self.command {
            Command::Openapi => {
                openapi::run();
                return Ok(());
            }
            Command::Demo(demo) => return demo.run().await,
            Command::Config => {
                config::run(&sources()?);
                return Ok(());
            }
            command => command,
        };
        let sources = sources()?;
        let config = Config::from_sources(&sources).map_err(Failure)?;
        logging::start(&config);
        match command {
            Command::Serve(serve) => serve.run(config).await,
            Command::Ready => ready::run(&config),
            Command::Migrate => migrate::run(config).await,
            Command::Import(import) => import.run(config).await,
            Command::User(user) => user.run(config).await,
            Command::Key(key) => key.run(config).await,
            Command::Backup(backup) => backup.run(config).await,
            Command::Restore(restore) => restore.run(config, &sources).await,
            Command::Doctor(doctor) => doctor.run(config, &sources).await,
            Command::Openapi | Command::Demo(_) | Command::Config => Ok(()),
        }
    }
}

/// One line on standard output; nobody may be reading.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Why a command failed, for the person at the terminal.
#[derive(Debug)]
pub(crate) struct Failure(Vec<String>);

impl Failure {
    /// A failure of one sentence.
    pub(crate) fn new(what: impl std::fmt::Display) -> Self {
        Self(vec![what.to_string()])
    }

    #[allow(clippy::print_stderr, reason = "this is the terminal")]
    fn print(&self) {
        for line in &self.0 {
            eprintln!("rapport: {line}");
        }
    }
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        Self::new(error)
    }
}

impl From<rapport_persistence::error::StoreError> for Failure {
    fn from(error: rapport_persistence::error::StoreError) -> Self {
        Self::new(error)
    }
}

impl From<rapport_persistence::backup::BackupError> for Failure {
    fn from(error: rapport_persistence::backup::BackupError) -> Self {
        Self::new(error)
    }
}

impl rapport_persistence::conflicts::WriteError for Failure {
    /// Never: it is told to a person, who can repeat the command.
    fn is_conflict(&self) -> bool {
        false
    }
}
