//! Storing what a file comes to, batch by batch, with how far it is settled.

use std::sync::atomic::{AtomicBool, Ordering};

use rapport_persistence::configuration::Configuration;
use rapport_persistence::error::StoreError;
use rapport_persistence::imports::{self as rows, ImportRun, ImportState};
use rapport_persistence::writes::{WriteContext, Writer, write};
use rapport_types::ids::{ImportId, TeamId};
use rapport_types::imports::{FaultTally, ImportFault, ImportNumbers, Outcome, Position};

use super::directory::{Directory, Names};
use super::ledger::{Lease, Ledger};
use super::reader::Inspection;
use super::records::Records;
use super::run::{Batches, Desk, Finished, Import, ImportError, Watcher, identity};
use crate::auth::password::{Cost, Passwords};
use crate::auth::tokens;

/// A run that holds its lease and stores what it gets.
pub(super) struct Storing<'a> {
    ledger: Ledger<'a>,
    import: &'a Import,
    /// Where names are looked up and made; none in a run that only judges.
    directory: Option<Directory<'a>>,
}

impl<'a> Storing<'a> {
    /// A run of the command line: takes the lease and begins, or goes on with one that stopped.
    pub(super) async fn begin(
        desk: Desk<'a>,
        import: &'a Import,
        inspection: &Inspection,
        configuration: Configuration,
        base: TeamId,
    ) -> Result<Self, ImportError> {
        let now = desk.clock.now();
        let lease = Lease {
            name: lease_name(&inspection.digest),
            holder: desk.ids.next().to_string(),
        };
        Ledger::take(desk, &lease).await?;
        let identity = identity(base, &import.mapping);
        let earlier = rows::find(desk.db, &inspection.digest, &identity).await?;
        let context = WriteContext::system(&lease.name, now);
        let run = match earlier.filter(|run| run.state != ImportState::Done) {
            Some(before) => {
                let after = ImportRun {
                    state: ImportState::Running,
                    row_count: Some(inspection.records),
                    updated_at: now,
                    ended_at: None,
                    ..before.clone()
                };
                write(desk.db, context, async |writer: &mut Writer| {
                    rows::update(writer, &before, &after).await
                })
                .await?;
                after
            }
            None => {
                let run = ImportRun {
                    id: ImportId::from_uuid(desk.ids.next()),
                    entity: import.mapping.entity(),
                    digest: inspection.digest.clone(),
                    file_name: import.file_name.clone(),
                    file_id: None,
                    mapping: identity,
                    team_id: Some(base),
                    is_dry_run: false,
                    position: Position::default(),
                    row_count: Some(inspection.records),
                    numbers: ImportNumbers::default(),
                    known: 0,
                    rows_per_second: None,
                    tally: FaultTally::default(),
                    refusals: Vec::new(),
                    state: ImportState::Running,
                    is_cancelling: false,
                    started_by: None,
                    started_at: now,
                    updated_at: now,
                    ended_at: None,
                };
                write(desk.db, context, async |writer: &mut Writer| {
                    rows::insert(writer, &run).await
                })
                .await?;
                run
            }
        };
        let ledger = Ledger::open(desk, run, lease);
        Self::over(ledger, import, configuration, base).await
    }

    /// A run that was begun, over its ledger.
    pub(super) async fn over(
        ledger: Ledger<'a>,
        import: &'a Import,
        configuration: Configuration,
        base: TeamId,
    ) -> Result<Self, ImportError> {
        let directory = if import.is_dry_run {
            None
        } else {
            let passwords = Passwords::new(Cost::OWASP, 1)?;
            let password_hash = passwords.hash(&tokens::secret()?).await?;
            let Desk { db, ids, .. } = ledger.desk;
            let source = &import.mapping.source;
            let directory = Directory::new(db, ids, source, base, password_hash, configuration);
            Some(directory)
        };
        Ok(Self {
            ledger,
            import,
            directory,
        })
    }

    /// Stores everything.
    pub(super) async fn run(
        mut self,
        batches: &mut Batches,
        cancel: &AtomicBool,
        watcher: &mut impl Watcher,
    ) -> Result<Finished, ImportError> {
        let known_before = self.ledger.run.known;
        let stored = match self.store_all(batches, cancel, watcher).await {
            // The database does not answer just now: what waits in it is tried again.
            Err(error @ ImportError::Store(StoreError::Busy(_)))
                if self.ledger.run.file_id.is_some() =>
            {
                return Err(error);
            }
            stored => stored,
        };
        let state = match &stored {
            Ok(state) => *state,
            // Somebody else has gone on with it: it is theirs now.
            Err(ImportError::AlreadyRunning | ImportError::Store(StoreError::Stale { .. })) => {
                return Err(ImportError::AlreadyRunning);
            }
            Err(_) => ImportState::Failed,
        };
        let refusals: &[ImportFault] = match &stored {
            Err(ImportError::Refused(faults)) => faults,
            _ => &[],
        };
        let ended = self.ledger.close(state, refusals).await;
        // What broke first is what is told.
        stored?;
        ended?;
        let run = &self.ledger.run;
        Ok(Finished {
            id: Some(run.id),
            state,
            numbers: run.numbers,
            resumed_after: self.ledger.resumed_after,
            known: run.known - known_before,
        })
    }

    async fn store_all(
        &mut self,
        batches: &mut Batches,
        cancel: &AtomicBool,
        watcher: &mut impl Watcher,
    ) -> Result<ImportState, ImportError> {
        let mut is_asked_to_stop = self.ledger.run.is_cancelling;
        while let Some(batch) = batches.recv().await {
            let settled = self.ledger.run.position;
            let (old, new): (Vec<Outcome>, Vec<Outcome>) = batch?
                .outcomes
                .into_iter()
                .partition(|outcome| outcome.position <= settled);
            if !new.is_empty() {
                if is_asked_to_stop || cancel.load(Ordering::Relaxed) {
                    return Ok(ImportState::Cancelled);
                }
                self.ledger.renew().await?;
                is_asked_to_stop = self.store(&new).await?;
            }
            for outcome in old.iter().chain(&new) {
                outcome.faults.iter().for_each(|fault| watcher.fault(fault));
            }
            if !new.is_empty() {
                watcher.progress(&self.ledger.progress());
            }
        }
        Ok(ImportState::Done)
    }

    /// Stores a batch and how far the file is settled with it, together or not at all; whether
    /// somebody has asked the run to stop.
    async fn store(&mut self, outcomes: &[Outcome]) -> Result<bool, ImportError> {
        let context = self.ledger.context();
        let Some(directory) = &mut self.directory else {
            let entry = self.ledger.entry(outcomes, 0);
            let db = self.ledger.desk.db;
            let asked = write(db, context, async |writer: &mut Writer| {
                entry.store(writer).await
            })
            .await?;
            self.ledger.stored(entry);
            return Ok(asked);
        };
        let found = outcomes.iter().filter_map(|o| o.record.as_ref()).collect();
        let source = &self.import.mapping.source;
        let (fresh, known) = Records::without_known(self.ledger.desk.db, source, found).await?;
        let names: Vec<Names<'_>> = fresh.names();
        directory.learn(&names, context.clone()).await?;
        let directory: &Directory<'_> = directory;
        let entry = self.ledger.entry(outcomes, known);
        let (desk, id) = (self.ledger.desk, self.ledger.run.id);
        let asked = write(desk.db, context, async |writer: &mut Writer| {
            fresh.store(writer, directory, desk.ids, id, source).await?;
            entry.store(writer).await
        })
        .await?;
        self.ledger.stored(entry);
        Ok(asked)
    }
}

/// The lease of whoever writes what a file holds.
pub(super) fn lease_name(digest: &str) -> String {
    format!("import {digest}")
}
