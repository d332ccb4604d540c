//! The row of a run while the run goes on: how far it is, what it said, and the lease that keeps
//! others away from it.

use chrono::{DateTime, TimeDelta, Utc};
use rapport_persistence::error::StoreError;
use rapport_persistence::imports::{self as rows, ImportRun, ImportState};
use rapport_persistence::leases;
use rapport_persistence::writes::{WriteContext, Writer, write};
use rapport_types::imports::{ImportFault, Outcome};
use rapport_types::records::Actor;

use super::run::{Desk, ImportError, Progress};

/// How long an import that says nothing is taken for alive.
const LEASE: TimeDelta = TimeDelta::seconds(30);
/// How long after the last time it says so again.
const RENEWAL: TimeDelta = TimeDelta::seconds(10);

/// The lease of a run.
#[derive(Debug, Clone)]
pub(super) struct Lease {
    pub(super) name: String,
    pub(super) holder: String,
}

/// A run that holds its lease.
pub(super) struct Ledger<'a> {
    pub(super) desk: Desk<'a>,
    pub(super) run: ImportRun,
    lease: Lease,
    renewed_at: DateTime<Utc>,
    /// Where this process took it up, and when.
    pub(super) resumed_after: u64,
    began_at: DateTime<Utc>,
}

/// What a batch adds to the row.
pub(super) struct Entry {
    before: ImportRun,
    after: ImportRun,
    faults: Vec<ImportFault>,
}

impl<'a> Ledger<'a> {
    /// Takes the lease.
    pub(super) async fn take(desk: Desk<'a>, lease: &Lease) -> Result<(), ImportError> {
        let now = desk.clock.now();
        if leases::try_take(desk.db, &lease.name, &lease.holder, now, LEASE).await? {
            Ok(())
        } else {
            Err(ImportError::AlreadyRunning)
        }
    }

    /// The ledger of a run whose lease was taken and which is marked as running.
    pub(super) fn open(desk: Desk<'a>, run: ImportRun, lease: Lease) -> Self {
        let now = desk.clock.now();
        Self {
            desk,
            resumed_after: run.position.records,
            run,
            lease,
            renewed_at: now,
            began_at: now,
        }
    }

    /// Who writes: whoever asked for the import.
    pub(super) fn context(&self) -> WriteContext {
        let context = WriteContext::system(&self.run.id.to_string(), self.desk.clock.now());
        WriteContext {
            actor: self.run.started_by.map_or(Actor::System, Actor::User),
            ..context
        }
    }

    /// Says that the run is alive.
    pub(super) async fn renew(&mut self) -> Result<(), ImportError> {
        let now = self.desk.clock.now();
        if now - self.renewed_at < RENEWAL {
            return Ok(());
        }
        Self::take(self.desk, &self.lease).await?;
        self.renewed_at = now;
        Ok(())
    }

    /// How far the run is with these outcomes, of which `known` records were there already.
    pub(super) fn entry(&self, outcomes: &[Outcome], known: u64) -> Entry {
        let now = self.desk.clock.now();
        let mut after = ImportRun {
            updated_at: now,
            known: self.run.known + known,
            ..self.run.clone()
        };
        let mut faults = Vec::new();
        for outcome in outcomes {
            after.numbers += outcome.numbers;
            after.position = outcome.position;
            for fault in &outcome.faults {
                if after.tally.add(fault) {
                    faults.push(fault.clone());
                }
            }
        }
        let rows = after.position.records.saturating_sub(self.resumed_after);
        let milliseconds = (now - self.began_at).num_milliseconds().unsigned_abs();
        after.rows_per_second = (1_000 * rows).checked_div(milliseconds);
        Entry {
            before: self.run.clone(),
            after,
            faults,
        }
    }

    /// Takes the entry for stored.
    pub(super) fn stored(&mut self, entry: Entry) {
        self.run = entry.after;
    }

    /// Notes how the run ended and gives the lease back.
    pub(super) async fn close(
        &mut self,
        state: ImportState,
        refusals: &[ImportFault],
    ) -> Result<(), StoreError> {
        let now = self.desk.clock.now();
        let (before, after) = (
            &self.run,
            ImportRun {
                state,
                updated_at: now,
                ended_at: Some(now),
                rows_per_second: None,
                refusals: refusals.to_vec(),
                ..self.run.clone()
            },
        );
        let ended = write(self.desk.db, self.context(), async |writer: &mut Writer| {
            rows::update(writer, before, &after).await
        })
        .await;
        let released = leases::release(self.desk.db, &self.lease.name, &self.lease.holder).await;
        ended?;
        self.run = after;
        released
    }

    /// How far it is.
    pub(super) fn progress(&self) -> Progress {
        Progress {
            rows: self.run.position.records,
            of: self.run.row_count.unwrap_or_default(),
            resumed_after: self.resumed_after,
            numbers: self.run.numbers,
        }
    }
}

impl Entry {
    /// Writes it, together with all else that the transaction writes; whether somebody has asked
    /// the run to stop.
    pub(super) async fn store(&self, writer: &mut Writer) -> Result<bool, StoreError> {
        rows::add_faults(writer, self.before.id, self.before.tally.kept, &self.faults).await?;
        rows::update(writer, &self.before, &self.after).await
    }
}
