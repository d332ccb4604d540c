//! `rapport doctor`.

mod judge;

use std::path::Path;

use rapport_persistence::database::Database;
use rapport_persistence::{doctor, leases};
use serde_json::json;

use self::judge::{Around, Finding, Level};
use super::upgrade::connect_existing;
use super::{Failure, say};
use crate::clock::Clock;
use crate::config::{Config, Sources};
use crate::jobs;

/// Examines the database and the settings, one line per check: ok, warning or bad, and what to do
///
/// Changes nothing and may run while a server does. Ends with status 1 when something is bad.
#[derive(Debug, clap::Args)]
pub(super) struct Doctor {
    /// Print one JSON object instead of lines
    #[arg(long)]
    json: bool,
}

/// How the findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Output {
    /// A line each.
    Lines,
    /// One JSON object.
    Json,
}

impl Doctor {
    pub(super) async fn run(self, config: Config, sources: &Sources) -> Result<(), Failure> {
        let db = connect_existing(&config).await?;
        let output = if self.json {
            Output::Json
        } else {
            Output::Lines
        };
        let done = run(&db, &config, sources, output).await;
        db.close().await;
        done
    }
}

/// Examines an open database and prints the findings; fails when one is bad.
pub(super) async fn run(
    db: &Database,
    config: &Config,
    sources: &Sources,
    output: Output,
) -> Result<(), Failure> {
    let facts = doctor::examine(db).await?;
    let findings = judge::findings(&facts, &around(db, &facts, config, sources).await?);
    print(&findings, output);
    let bad = findings
        .iter()
        .filter(|finding| finding.level == Level::Bad);
    match bad.count() {
        0 => Ok(()),
        1 => Err(Failure::new("one check is bad")),
        count => Err(Failure::new(format!("{count} checks are bad"))),
    }
}

/// What lies around the database.
async fn around<'c>(
    db: &Database,
    facts: &doctor::Facts,
    config: &'c Config,
    sources: &Sources,
) -> Result<Around<'c>, Failure> {
    let clock = Clock::system();
    let before = clock.now();
    let theirs = doctor::now(db).await?;
    let now = clock.now();
    let ran_until = match facts.records {
        Some(_) => leases::expires_at(db, jobs::pulse()).await?,
        None => None,
    };
    Ok(Around {
        config,
        now,
        drift: theirs.map(|theirs| theirs - (before + (now - before) / 2)),
        ran_until,
        free_bytes: config.sqlite_file().and_then(|file| free_bytes(&file)),
        shows_secrets: sources.has_secrets_in_file() && sources.path().is_some_and(others_read),
    })
}

/// How many bytes may still be written where the file lies; none when the system does not tell.
fn free_bytes(file: &Path) -> Option<u64> {
    let folder = file.parent().filter(|folder| folder != &Path::new(""));
    let disk = rustix::fs::statvfs(folder.unwrap_or(Path::new("."))).ok()?;
    disk.f_bavail.checked_mul(disk.f_frsize)
}

/// Whether others than the owner and the group may read the file.
fn others_read(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o004 != 0)
}

fn print(findings: &[Finding], output: Output) {
    match output {
        Output::Lines => {
            for finding in findings {
                say(&finding.to_string());
            }
        }
        Output::Json => {
            let healthy = findings.iter().all(|finding| finding.level != Level::Bad);
            say(&json!({"healthy": healthy, "findings": findings}).to_string());
        }
    }
}
