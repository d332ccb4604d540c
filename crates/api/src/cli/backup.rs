//! `rapport backup`.

use std::path::{Path, PathBuf};

use rapport_persistence::backup::{self, Stamp};
use rapport_persistence::database::Kind;
use rapport_persistence::migrations::{self, Schema};

use super::upgrade::{connect_existing, too_new};
use super::{Failure, say};
use crate::clock::Clock;
use crate::config::Config;

/// Writes the whole database, as it is at one moment, into one gzipped file
///
/// A server may go on using the database meanwhile. The file gets its name only when it is complete
/// and checked. It holds everything, also what people sign in with, and only its owner may read it.
#[derive(Debug, clap::Args)]
pub(super) struct Backup {
    /// The file to write, for example rapport-2026-05-31.gz
    file: PathBuf,
    /// Replace the file if there is one
    #[arg(long)]
    force: bool,
}

impl Backup {
    pub(super) async fn run(self, config: Config) -> Result<(), Failure> {
        if config
            .sqlite_file()
            .is_some_and(|db| is_same(&db, &self.file))
        {
            return Err(Failure::new("this file is the database itself"));
        }
        let db = connect_existing(&config).await?;
        match migrations::schema(&db).await? {
            Schema::Missing => return Err(Failure::new("the database is empty")),
            // A file can be copied without knowing what is in it, tables cannot.
            Schema::Newer(unknown) if db.kind == Kind::Postgres => return Err(too_new(&unknown)),
            _ => {}
        }
        let stamp = Stamp {
            product_version: env!("CARGO_PKG_VERSION"),
            now: Clock::system().now(),
        };
        let taken = backup::take(&db, &self.file, self.force, stamp).await;
        db.close().await;
        let taken = taken?;
        say(&format!(
            "{}: everything up to change {}, tables of {}",
            self.file.display(),
            taken.last_change,
            taken.last_migration
        ));
        Ok(())
    }
}

/// Whether both are there and are one file.
fn is_same(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}
