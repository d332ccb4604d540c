//! `rapport restore`.

use std::path::PathBuf;

use rapport_persistence::backup;
use rapport_persistence::leases;
use rapport_persistence::migrations::{self, Schema};

use super::doctor::{self, Output};
use super::upgrade::{bring_forward, connect};
use super::{Failure, say};
use crate::clock::Clock;
use crate::config::{Config, Sources};
use crate::jobs;

/// Puts a backup into the database of the settings
///
/// The file is checked before anything changes, and the database has either all of it or nothing.
/// Stop the servers first. Ends with what `rapport doctor` says.
#[derive(Debug, clap::Args)]
pub(super) struct Restore {
    /// The backup
    file: PathBuf,
    /// Replace everything that the database holds
    #[arg(long)]
    force: bool,
}

impl Restore {
    pub(super) async fn run(self, config: Config, sources: &Sources) -> Result<(), Failure> {
        let restored = match config.sqlite_file() {
            Some(target) => backup::restore_sqlite(&self.file, &target, self.force).await?,
            None => self.restore_postgres(&config).await?,
        };
        say(&format!(
            "restored everything up to change {}, tables of {}",
            restored.last_change, restored.last_migration
        ));
        let db = connect(&config).await?;
        // The backup itself is the copy from before.
        let schema = migrations::schema(&db).await?;
        bring_forward(&db, None, schema).await?;
        let done = doctor::run(&db, &config, sources, Output::Lines).await;
        db.close().await;
        done
    }

    async fn restore_postgres(&self, config: &Config) -> Result<backup::Backup, Failure> {
        let db = connect(config).await?;
        if let Schema::Current(_) | Schema::Older { .. } = migrations::schema(&db).await? {
            let lease = leases::expires_at(&db, jobs::pulse()).await?;
            if lease.is_some_and(|until| until > Clock::system().now()) {
                return Err(Failure::new(
                    "a server works on this database, or did until a moment ago: stop it and try \
                     again after half a minute",
                ));
            }
        }
        let restoring = backup::restore_postgres(&db, &self.file, self.force);
        let restored = db.exclusively("migrate", restoring).await?;
        db.close().await;
        Ok(restored)
    }
}
