//! Storing what a file comes to, batch by batch, with how far it is settled.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use rapport_persistence::configuration::Configuration;
use rapport_persistence::error::StoreError;
use rapport_persistence::imports::{self as rows, ImportRun, ImportState};
use rapport_persistence::leases;
use rapport_persistence::writes::{WriteContext, Writer, write};
use rapport_types::ids::{ImportId, TeamId};
use rapport_types::imports::{ImportNumbers, ImportedTicket, Outcome, Position};

use super::convert::Frame;
use super::directory::Directory;
use super::reader::Inspection;
use super::run::{Batches, Desk, Finished, Import, ImportError, Progress, Watcher};
use super::tickets::Tickets;
use crate::auth::password::{Cost, Passwords};
use crate::auth::tokens;

/// How long an import that says nothing is taken for alive.
const LEASE: TimeDelta = TimeDelta::seconds(30);
/// How long after the last time it says so again.
const RENEWAL: TimeDelta = TimeDelta::seconds(10);

/// An import that holds its lease and stores what it gets.
pub(super) struct Storing<'a> {
    desk: Desk<'a>,
    import: &'a Import,
    rows: u64,
    directory: Directory<'a>,
    lease: String,
    holder: String,
    renewed_at: DateTime<Utc>,
    run: ImportRun,
    resumed_after: u64,
    known: u64,
}

impl<'a> Storing<'a> {
    /// Takes the lease and begins the run, or goes on with one that stopped before.
    pub(super) async fn begin(
        desk: Desk<'a>,
        import: &'a Import,
        inspection: &Inspection,
        configuration: Configuration,
        base: TeamId,
        lease: String,
    ) -> Result<Self, ImportError> {
        let now = desk.clock.now();
        let holder = desk.ids.next().to_string();
        if !leases::try_take(desk.db, &lease, &holder, now, LEASE).await? {
            return Err(ImportError::AlreadyRunning);
        }
        // The team decides on the outcome as the mapping does: another team is another import.
        let identity =
            serde_json::json!({ "team_id": base, "mapping": import.mapping }).to_string();
        let earlier = rows::find(desk.db, &inspection.digest, &identity).await?;
        let context = WriteContext::system(&lease, now);
        let run = match earlier.filter(|run| run.state != ImportState::Done) {
            Some(before) => {
                let after = ImportRun {
                    state: ImportState::Running,
                    updated_at: now,
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
                    digest: inspection.digest.clone(),
                    file_name: import.file_name.clone(),
                    mapping: identity,
                    position: Position::default(),
                    numbers: ImportNumbers::default(),
                    state: ImportState::Running,
                    started_at: now,
                    updated_at: now,
                };
                write(desk.db, context, async |writer: &mut Writer| {
                    rows::insert(writer, &run).await
                })
                .await?;
                run
            }
        };
        let passwords = Passwords::new(Cost::OWASP, 1)?;
        let password_hash = passwords.hash(&tokens::secret()?).await?;
        let source = &import.mapping.source;
        Ok(Self {
            directory: Directory::new(
                desk.db,
                desk.ids,
                source,
                base,
                password_hash,
                configuration,
            ),
            desk,
            import,
            rows: inspection.records,
            lease,
            holder,
            renewed_at: now,
            resumed_after: run.position.records,
            run,
            known: 0,
        })
    }

    /// Stores everything.
    pub(super) async fn run(
        mut self,
        batches: &mut Batches,
        cancel: &AtomicBool,
        watcher: &mut impl Watcher,
    ) -> Result<Finished, ImportError> {
        let stored = self.store_all(batches, cancel, watcher).await;
        let state = match &stored {
            Ok(state) => *state,
            // Somebody else has gone on with it: it is theirs now.
            Err(ImportError::AlreadyRunning | ImportError::Store(StoreError::Stale { .. })) => {
                return Err(ImportError::AlreadyRunning);
            }
            Err(_) => ImportState::Failed,
        };
        let ended = self.end(state).await;
        let released = leases::release(self.desk.db, &self.lease, &self.holder).await;
        // What broke first is what is told.
        stored?;
        ended?;
        released?;
        Ok(Finished {
            id: Some(self.run.id),
            state,
            numbers: self.run.numbers,
            resumed_after: self.resumed_after,
            known: self.known,
        })
    }

    async fn store_all(
        &mut self,
        batches: &mut Batches,
        cancel: &AtomicBool,
        watcher: &mut impl Watcher,
    ) -> Result<ImportState, ImportError> {
        while let Some(batch) = batches.recv().await {
            let settled = self.run.position;
            let (old, new): (Vec<Outcome>, Vec<Outcome>) = batch?
                .outcomes
                .into_iter()
                .partition(|outcome| outcome.position <= settled);
            if !new.is_empty() {
                if cancel.load(Ordering::Relaxed) {
                    return Ok(ImportState::Cancelled);
                }
                self.renew().await?;
                self.store(&new).await?;
            }
            for outcome in old.iter().chain(&new) {
                outcome.faults.iter().for_each(|fault| watcher.fault(fault));
            }
            if !new.is_empty() {
                watcher.progress(&Progress {
                    rows: self.run.position.records,
                    of: self.rows,
                    resumed_after: self.resumed_after,
                    numbers: self.run.numbers,
                });
            }
        }
        Ok(ImportState::Done)
    }

    /// Says that the import is alive.
    async fn renew(&mut self) -> Result<(), ImportError> {
        let now = self.desk.clock.now();
        if now - self.renewed_at < RENEWAL {
            return Ok(());
        }
        if !leases::try_take(self.desk.db, &self.lease, &self.holder, now, LEASE).await? {
            return Err(ImportError::AlreadyRunning);
        }
        self.renewed_at = now;
        Ok(())
    }

    /// Notes how the run ended.
    async fn end(&mut self, state: ImportState) -> Result<(), StoreError> {
        let now = self.desk.clock.now();
        let (before, after) = (
            &self.run,
            ImportRun {
                state,
                updated_at: now,
                ..self.run.clone()
            },
        );
        let context = WriteContext::system(&self.run.id.to_string(), now);
        write(self.desk.db, context, async |writer: &mut Writer| {
            rows::update(writer, before, &after).await
        })
        .await?;
        self.run = after;
        Ok(())
    }

    /// Stores a batch and how far the file is settled with it, together or not at all.
    async fn store(&mut self, outcomes: &[Outcome]) -> Result<(), ImportError> {
        let now = self.desk.clock.now();
        let context = WriteContext::system(&self.run.id.to_string(), now);
        let mut after = ImportRun {
            updated_at: now,
            ..self.run.clone()
        };
        for outcome in outcomes {
            after.numbers += outcome.numbers;
            after.position = outcome.position;
        }
        let found: Vec<&ImportedTicket> = outcomes
            .iter()
            .filter_map(|o| o.ticket.as_deref())
            .collect();
        let keys: Vec<&str> = found
            .iter()
            .map(|ticket| ticket.external_id.as_str())
            .collect();
        let source = self.import.mapping.source.as_str();
        let known: HashSet<String> = rows::known_tickets(self.desk.db, source, &keys).await?;
        let fresh: Vec<&ImportedTicket> = found
            .iter()
            .copied()
            .filter(|ticket| !known.contains(ticket.external_id.as_str()))
            .collect();
        self.directory.learn(&fresh, context.clone()).await?;
        let tickets = Tickets {
            fresh: &fresh,
            directory: &self.directory,
            frame: Frame {
                configuration: &self.directory.configuration,
                ids: self.desk.ids,
                import_id: self.run.id,
                source: &self.import.mapping.source,
                now,
            },
        };
        let before = &self.run;
        write(self.desk.db, context, async |writer: &mut Writer| {
            tickets.store(writer).await?;
            rows::update(writer, before, &after).await
        })
        .await?;
        self.known += known.len() as u64;
        self.run = after;
        Ok(())
    }
}
