//! The command line: `rapport serve | migrate | openapi | user | import | demo | config`.

mod config;
pub mod demo;
mod import;
mod logging;
mod migrate;
mod openapi;
mod serve;
mod user;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::Config;
use crate::error::ApiError;

/// The service desk.
///
/// Settings come from environment variables; `rapport config` lists them.
#[derive(Debug, Parser)]
#[command(name = "rapport", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API and the web app, after bringing the database to the newest form
    Serve(serve::Serve),
    /// Bring the database to the newest form and end
    Migrate,
    /// Print the OpenAPI document
    Openapi,
    /// Work with users
    #[command(subcommand)]
    User(user::User),
    /// Import tickets from a CSV file
    Import(import::Import),
    /// Fill a new SQLite file with a demo company
    Demo(demo::Demo),
    /// List every setting with its value and default; secrets are not shown
    Config,
}

/// Runs the command that the arguments name.
pub async fn run() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        Command::Openapi => {
            openapi::run();
            Ok(())
        }
        Command::Config => {
            config::run();
            Ok(())
        }
        Command::Demo(demo) => demo.run().await,
        Command::Serve(serve) => with_config(async |config| serve.run(config).await).await,
        Command::Migrate => with_config(migrate::run).await,
        Command::Import(import) => with_config(async |config| import.run(config).await).await,
        Command::User(user) => with_config(async |config| user.run(config).await).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.print();
            ExitCode::FAILURE
        }
    }
}

async fn with_config(run: impl AsyncFnOnce(Config) -> Result<(), Failure>) -> Result<(), Failure> {
    let config = Config::from_env().map_err(Failure)?;
    logging::start(&config);
    run(config).await
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

impl rapport_persistence::conflicts::WriteError for Failure {
    /// Never: it is told to a person, who can repeat the command.
    fn is_conflict(&self) -> bool {
        false
    }
}

/// Opens the database that the settings name and brings it to the newest form.
pub(crate) async fn open(
    config: &Config,
) -> Result<rapport_persistence::database::Database, Failure> {
    let options = rapport_persistence::database::Options {
        connections: config.database_connections,
        ..Default::default()
    };
    let db =
        rapport_persistence::database::Database::connect(&config.database_url, &options).await?;
    db.exclusively("migrate", rapport_persistence::migrations::migrate(&db))
        .await?;
    Ok(db)
}
