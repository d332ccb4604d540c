//! Runs that wait in the database: each is gone through by a process that has the file.
//!
//! A process may stop at any moment. What it had begun is found again by its state: the system's
//! lock on the file is free then, so that the next look goes on with it.

use std::fs::File;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use actix_web::web;
use chrono::{DateTime, TimeDelta, Utc};
use rapport_persistence::imports::{self as rows, ImportRun, ImportState};
use rapport_persistence::leases;
use rapport_persistence::writes::{WriteContext, Writer, write};
use rapport_types::ids::ImportFileId;
use rapport_types::imports::{ImportCode, ImportFault, Mapping};
use serde::Deserialize;
use tokio::sync::{Notify, Semaphore};

use super::folder::Folder;
use super::ledger::{Lease, Ledger};
use super::run::{Desk, Import, ImportError, Progress, Watcher, blocking, run_noted};
use super::storing::lease_name;
use crate::config::Config;
use crate::error::ApiError;
use crate::state::AppState;

/// How often a process looks for runs that others left.
const LOOK: Duration = Duration::from_secs(5);
/// How often it removes what has expired.
const CLEANING: Duration = Duration::from_secs(3_600);
/// How long what a run said is kept.
const FAULTS_KEPT: TimeDelta = TimeDelta::days(90);
/// Records of one transaction: people who work wait for no more than these.
const BATCH: usize = 100;
/// Uploads that may arrive at the same time.
const ARRIVING: usize = 8;

/// The imports of a process.
#[derive(Debug)]
pub struct Imports {
    /// Where uploaded files lie.
    pub(super) folder: Folder,
    /// Uploads that may still begin.
    pub(super) arriving: Semaphore,
    /// Rings when a run was added.
    pub(super) added: Notify,
}

impl Imports {
    /// The imports of a process with these settings.
    pub fn new(config: &Config) -> Self {
        Self {
            folder: Folder::within(&config.data_dir),
            arriving: Semaphore::new(ARRIVING),
            added: Notify::new(),
        }
    }
}

/// What a run's row holds as its mapping.
#[derive(Debug, Deserialize)]
pub(super) struct Identity {
    pub(super) mapping: Mapping,
}

/// Nobody follows it but the row in the database.
struct Nobody;

impl Watcher for Nobody {
    fn fault(&mut self, _: &ImportFault) {}

    fn progress(&mut self, _: &Progress) {}
}

/// Goes through runs as they come, as long as the process lives.
pub(crate) async fn work(state: web::Data<AppState>) {
    loop {
        if let Err(error) = run_once(&state).await {
            tracing::error!(cause = %error, "waiting imports could not be looked for");
        }
        // Whichever comes first.
        let _ = tokio::time::timeout(LOOK, state.imports.added.notified()).await;
    }
}

/// Goes through all runs that wait or were broken off, as far as this process has their files.
///
/// # Errors
/// What the database says when it is asked for them; what becomes of each stands in its row.
pub async fn run_once(state: &AppState) -> Result<(), ApiError> {
    for run in rows::unfinished(&state.db).await? {
        let Some(file) = run.file_id else { continue };
        let Some(lock) = locked(state, file).await? else {
            continue;
        };
        match go_through(state, &run, file).await {
            Ok(()) => tracing::info!(import = %run.id, "an import ended"),
            Err(ImportError::AlreadyRunning) => {}
            Err(ImportError::Refused(faults)) => {
                tracing::info!(import = %run.id, ?faults, "an import was refused");
            }
            Err(error) => tracing::error!(import = %run.id, ?error, "an import broke off"),
        }
        drop(lock);
    }
    Ok(())
}

/// The lock on a file that lies here; none when another process has it or the file lies elsewhere.
async fn locked(state: &AppState, file: ImportFileId) -> Result<Option<File>, ApiError> {
    let folder = state.imports.folder.clone();
    let look = move || {
        if folder.has(file) {
            folder.lock(file)
        } else {
            Ok(None)
        }
    };
    blocking(look).await?.map_err(ApiError::internal)
}

async fn go_through(
    state: &AppState,
    run: &ImportRun,
    file: ImportFileId,
) -> Result<(), ImportError> {
    let desk = Desk {
        db: &state.db,
        clock: &state.clock,
        ids: &state.ids,
    };
    // The file's lock is held: whoever had this lease for the run is no longer there.
    let lease = Lease {
        name: if run.is_dry_run {
            format!("import run {}", run.id)
        } else {
            lease_name(&run.digest)
        },
        holder: run.id.to_string(),
    };
    Ledger::take(desk, &lease).await?;
    let context = WriteContext::system(&run.id.to_string(), state.clock.now());
    let begun = write(desk.db, context, async |writer: &mut Writer| {
        rows::begin(writer, run.id).await
    })
    .await?;
    let Some(begun) = begun else {
        return Ok(leases::release(desk.db, &lease.name, &lease.holder).await?);
    };
    let mut ledger = Ledger::open(desk, begun, lease);
    let Ok(Identity { mapping }) = serde_json::from_str(&ledger.run.mapping) else {
        ledger.close(ImportState::Failed, &[]).await?;
        return Err(ImportError::Internal("a stored mapping is none".to_owned()));
    };
    let import = Import {
        file_name: ledger.run.file_name.clone(),
        mapping,
        team: ledger.run.team_id,
        is_dry_run: ledger.run.is_dry_run,
        batch: BATCH,
    };
    let folder = state.imports.folder.clone();
    let open = move || folder.open(file);
    run_noted(ledger, &import, open, &AtomicBool::new(false), &mut Nobody).await?;
    Ok(())
}

/// Removes what has expired, again and again, as long as the process lives.
pub(crate) async fn keep_clean(state: web::Data<AppState>) {
    loop {
        if let Err(error) = clean(&state, state.clock.now()).await {
            tracing::error!(cause = %error, "outdated uploads could not be removed");
        }
        tokio::time::sleep(CLEANING).await;
    }
}

/// Removes expired files, and what runs said that ended long ago; a run whose file is gone fails.
///
/// # Errors
/// What the database or the folder says.
pub async fn clean(state: &AppState, now: DateTime<Utc>) -> Result<(), ApiError> {
    rows::purge_files(&state.db, now).await?;
    rows::purge_faults(&state.db, now - FAULTS_KEPT).await?;
    let gone = ImportFault::new(ImportCode::FileGone);
    let context = WriteContext::system("imports", now);
    write(&state.db, context, async |writer: &mut Writer| {
        rows::fail_without_file(writer, &gone).await
    })
    .await?;
    let folder = state.imports.folder.clone();
    let settled = blocking(move || folder.settled(now)).await?;
    for (id, path) in settled.map_err(ApiError::internal)? {
        if !rows::has_file(&state.db, id).await? {
            let removed = blocking(move || std::fs::remove_file(path)).await?;
            removed.map_err(ApiError::internal)?;
        }
    }
    Ok(())
}
