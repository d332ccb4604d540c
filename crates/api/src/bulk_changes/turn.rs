//! The turn of one record.

use std::collections::{HashMap, HashSet};

use rapport_persistence::bulk_changes::{self as rows, BulkRun, Claim};
use rapport_persistence::writes::Writer;
use rapport_types::bulk_changes::RecordFault;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use crate::batches::Desk;
use crate::error::ApiError;

/// A kind of record that is changed in bulk, decided as by its single endpoints.
pub(crate) trait Turn {
    /// What becomes of each.
    type Change: DeserializeOwned;
    /// The record.
    type Record: Serialize;
    /// One as it was found, with what its decision needs.
    type Found;
    /// What is to be written of one.
    type Decided;

    /// The id on the wire.
    fn id(record: Uuid) -> String;

    /// Those of the records that are in sight, held until the commit, by a number of statements that
    /// does not grow with them.
    async fn load(
        desk: &Desk<'_>,
        writer: &mut Writer,
        change: &Self::Change,
        records: &[Uuid],
    ) -> Result<HashMap<Uuid, Self::Found>, ApiError>;

    /// The human number of one, and the record as it is.
    fn before(found: &Self::Found) -> (i64, &Self::Record);

    /// What becomes of one, or why it is refused.
    async fn decide(
        desk: &Desk<'_>,
        writer: &Writer,
        change: &Self::Change,
        found: &Self::Found,
    ) -> Result<Self::Decided, ApiError>;

    /// The record as it would be.
    fn after(decided: &Self::Decided) -> &Self::Record;

    /// Writes what was decided; whether anything differs.
    async fn save(
        writer: &mut Writer,
        found: &Self::Found,
        decided: Self::Decided,
    ) -> Result<bool, ApiError>;
}

/// What becomes of each record of a bulk change.
///
/// # Errors
/// A fault of ours: it was checked when it was drafted.
pub(super) fn change_of<T: Turn>(run: &BulkRun) -> Result<T::Change, ApiError> {
    serde_json::from_value(Value::Object(run.change.clone())).map_err(ApiError::internal)
}

/// Those of the records that are in sight and match, held until the commit.
///
/// # Errors
/// What the database says.
pub(super) async fn held<T: Turn>(
    desk: &Desk<'_>,
    writer: &mut Writer,
    run: &BulkRun,
    change: &T::Change,
    records: &[Uuid],
) -> Result<HashMap<Uuid, T::Found>, ApiError> {
    let mut found = T::load(desk, writer, change, records).await?;
    let claim = Claim {
        entity: run.entity,
        scope: &desk.scope,
        filter: run.filter.as_ref(),
    };
    // Asked once they are held: nobody can change the answer until the commit.
    let matching = rows::matching(writer, &desk.configuration, &claim, records).await?;
    let matching: HashSet<Uuid> = matching.into_iter().collect();
    found.retain(|record, _| matching.contains(record));
    Ok(found)
}

/// What becomes of a record, or why it is refused.
///
/// # Errors
/// What the database says.
pub(super) async fn judge<T: Turn>(
    desk: &Desk<'_>,
    writer: &Writer,
    change: &T::Change,
    record: Uuid,
    found: &T::Found,
) -> Result<Result<T::Decided, RecordFault>, ApiError> {
    match T::decide(desk, writer, change, found).await {
        Ok(decided) => Ok(Ok(decided)),
        Err(error) if error.code().status() < 500 => {
            let (number, _) = T::before(found);
            let (code, faults) = (error.code(), error.faults());
            Ok(Err(RecordFault::new(T::id(record), number, code, faults)))
        }
        Err(error) => Err(error),
    }
}
