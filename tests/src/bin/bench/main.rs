//! `cargo xtask bench`: how fast the release build serves a large database, beside the bounds that
//! the same machine sets in the same run.
//!
//! The program starts itself again as the load (another process than the server) and as the bare
//! server that answers with the same bytes.
#![allow(clippy::print_stdout, reason = "what the program is for")]

mod bare;
mod bounds;
mod http;
mod load;
mod overload;
mod plan;
mod search;
mod server;
mod table;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::{Parser, Subcommand};
use rapport_api::auth::password::Cost;
use rapport_api::cli::demo::{self, Scale};
use rapport_api::clock::Clock;
use rapport_persistence::database::{Database, Options};
use rapport_persistence::migrations;

/// What any step may fail with.
type Failure = Box<dyn Error>;

/// Measures the server that `RAPPORT_BIN` names.
#[derive(Debug, Parser)]
struct Bench {
    /// Tickets in the database
    #[arg(long, default_value_t = 100_000)]
    tickets: usize,
    /// Customers in the database
    #[arg(long, default_value_t = 20_000)]
    customers: usize,
    /// How long each figure is measured
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// How many connections ask at a time
    #[arg(long, default_value_t = 8)]
    connections: usize,
    #[command(subcommand)]
    role: Option<Role>,
}

#[derive(Debug, Subcommand)]
enum Role {
    /// The load process: asks for what the file says and prints what it measured
    #[command(hide = true)]
    Load(load::Load),
    /// Instead of the table: ten times the load that the server can take
    Overload {
        /// For how long
        #[arg(long, default_value_t = 60)]
        seconds: u64,
    },
    /// The process that offers too much
    #[command(hide = true)]
    Flood(overload::Flood),
    /// The bare server: answers everything with the bytes of the file
    #[command(hide = true)]
    Bare {
        /// The bytes
        file: PathBuf,
    },
}

#[actix_web::main]
async fn main() -> Result<(), Failure> {
    let bench = Bench::parse();
    match &bench.role {
        Some(Role::Load(load)) => load.run(),
        Some(Role::Bare { file }) => bare::serve(file).await,
        Some(Role::Flood(flood)) => flood.run(),
        Some(Role::Overload { seconds }) => bench.run(Some(*seconds)).await,
        None => bench.run(None).await,
    }
}

impl Bench {
    /// Measures the table, or for so many seconds the overload.
    async fn run(&self, overload: Option<u64>) -> Result<(), Failure> {
        let program = std::env::var_os("RAPPORT_BIN")
            .ok_or("RAPPORT_BIN does not name the server's program")?;
        // Beside the program: a folder for temporary files may lie in memory, where nothing is durable.
        let own = std::env::current_exe()?;
        let folder = tempfile::tempdir_in(own.parent().unwrap_or(Path::new(".")))?;
        let database = folder.path().join("bench.sqlite");
        self.fill(&database).await?;
        let (program, path) = (Path::new(&program), folder.path());
        match overload {
            Some(seconds) => overload::measure(self, seconds, program, &database, path)?,
            None => table::print(&plan::measure(self, program, &database, path).await?),
        }
        Ok(folder.close()?)
    }

    async fn fill(&self, file: &Path) -> Result<(), Failure> {
        println!(
            "filling: {} customers, {} tickets",
            self.customers, self.tickets
        );
        let began = Instant::now();
        let options = Options {
            durable: false,
            connections: 1,
            ..Options::default()
        };
        let db = Database::connect(&format!("sqlite://{}", file.display()), &options).await?;
        migrations::migrate(&db).await?;
        let scale = Scale {
            customers: self.customers,
            tickets: self.tickets,
        };
        let mut told = 0;
        demo::fill(
            &db,
            Clock::system().now(),
            scale,
            Cost::OWASP,
            &mut |what, done, of| {
                if what == "tickets" && done * 10 / of > told {
                    told = done * 10 / of;
                    println!(
                        "  {done} of {of} tickets after {} s",
                        began.elapsed().as_secs()
                    );
                }
            },
        )
        .await
        .map_err(|error| error.to_string())?;
        db.close().await;
        let megabytes = std::fs::metadata(file)?.len() / 1_000_000;
        println!(
            "filled in {} s, {megabytes} MB\n",
            began.elapsed().as_secs()
        );
        Ok(())
    }
}
