//! One bulk change from where it stands to its end, chunk by chunk.
//!
//! A chunk and the note of how far the run has come are one transaction. Who started the run, what
//! that one sees and may do, and whether each record still matches is asked anew for every chunk.

use rapport_persistence::bulk_changes::{self as rows, BulkRun};
use rapport_persistence::writes::{WriteContext, Writer, write};
use rapport_persistence::{api_keys, users};
use rapport_types::bulk_changes::{BulkEntity, BulkState};
use uuid::Uuid;

use super::turn::{Turn, change_of, held, judge};
use crate::auth::caller::{Caller, Credential};
use crate::batches::Desk;
use crate::customers::bulk::Customers;
use crate::error::ApiError;
use crate::state::AppState;
use crate::tickets::bulk::Tickets;

/// Records of one transaction: people who work wait for no more than these.
const CHUNK: usize = 100;

/// Does the next chunk of a bulk change that is not over, or ends it.
///
/// # Errors
/// What the database says; then nothing of the chunk was done.
pub(super) async fn chunk(state: &AppState, run: &BulkRun) -> Result<(), ApiError> {
    let Some(caller) = starter(state, run).await? else {
        return fail(state, run).await;
    };
    let desk = Desk::of(state, &caller).await?;
    let context = caller.write_context(desk.now);
    write(&state.db, context, async |writer: &mut Writer| {
        let run = rows::lock(writer, run.id).await?;
        if run.state.is_over() {
            return Ok(());
        }
        let records = rows::next(writer, run.id, run.position, CHUNK).await?;
        let mut run = match run.entity {
            BulkEntity::Tickets => turns::<Tickets>(&desk, writer, run, &records).await?,
            BulkEntity::Customers => turns::<Customers>(&desk, writer, run, &records).await?,
        };
        run.state = if records.len() < CHUNK {
            BulkState::Done
        } else {
            BulkState::Running
        };
        rows::update(writer, run).await?;
        Ok(())
    })
    .await
}

/// Who started it, with what that one may do by now; none who may not change such records any more.
async fn starter(state: &AppState, run: &BulkRun) -> Result<Option<Caller>, ApiError> {
    let Some(mut me) = users::find_starter(&state.db, run.made_by).await? else {
        return Ok(None);
    };
    if let Some(id) = run.api_key_id {
        let key = api_keys::find(&state.db, id).await?;
        let Some(key) = key.filter(|key| key.holds(state.clock.now())) else {
            return Ok(None);
        };
        me.api_key_id = Some(id);
        me.permissions = key.rights(&me.permissions);
    }
    if !me.permissions.contains(&run.entity.right()) {
        return Ok(None);
    }
    Ok(Some(Caller {
        me: me.into(),
        credential: Credential::Started,
        request_id: run.id.to_string(),
        request_key: None,
        until: None,
        address: None,
        on_behalf_of: run.on_behalf_of.clone(),
    }))
}

/// Gives each of the records its turn; the run after them.
async fn turns<T: Turn>(
    desk: &Desk<'_>,
    writer: &mut Writer,
    mut run: BulkRun,
    records: &[Uuid],
) -> Result<BulkRun, ApiError> {
    let change = change_of::<T>(&run)?;
    let found = held::<T>(desk, writer, &run, &change, records).await?;
    let mut faults = Vec::new();
    for record in records {
        let Some(found) = found.get(record) else {
            run.numbers.skipped += 1;
            continue;
        };
        match judge::<T>(desk, writer, &change, *record, found).await? {
            Err(fault) => {
                run.numbers.refused += 1;
                faults.push((*record, fault));
            }
            Ok(decided) => {
                if T::save(writer, found, decided).await? {
                    run.numbers.changed += 1;
                } else {
                    run.numbers.unchanged += 1;
                }
            }
        }
    }
    rows::add_faults(writer, run.id, &faults).await?;
    run.position = records.last().copied().or(run.position);
    Ok(run)
}

/// Ends a run whose starter may not go on.
async fn fail(state: &AppState, run: &BulkRun) -> Result<(), ApiError> {
    let context = WriteContext::system(&run.id.to_string(), state.clock.now());
    write(&state.db, context, async |writer: &mut Writer| {
        let mut run = rows::lock(writer, run.id).await?;
        if !run.state.is_over() {
            run.state = BulkState::Failed;
            rows::update(writer, run).await?;
        }
        Ok(())
    })
    .await
}
