//! What a bulk change would do now, shown with some of its records.

use rapport_persistence::bulk_changes::{self as rows, BulkRun};
use rapport_persistence::writes::Writer;
use rapport_types::bulk_changes::{BulkPreview, BulkSample, SAMPLE};
use rapport_types::locale::Locale;
use serde::Serialize;
use serde_json::{Map, Value};

use super::turn::{Turn, change_of, held, judge};
use crate::batches::Desk;
use crate::error::ApiError;

/// Judges the first records as their turns would, and writes nothing.
///
/// # Errors
/// What the database says.
pub(super) async fn preview<T: Turn>(
    desk: &Desk<'_>,
    writer: &mut Writer,
    run: &BulkRun,
    locale: Locale,
) -> Result<BulkPreview, ApiError> {
    let change = change_of::<T>(run)?;
    let records = rows::next(writer, run.id, None, SAMPLE).await?;
    let found = held::<T>(desk, writer, run, &change, &records).await?;
    let mut sample = Vec::with_capacity(records.len());
    for record in records {
        let mut shown = BulkSample {
            id: T::id(record),
            number: None,
            before: Map::new(),
            after: Map::new(),
            fault: None,
        };
        if let Some(found) = found.get(&record) {
            let (number, before) = T::before(found);
            shown.number = Some(number);
            match judge::<T>(desk, writer, &change, record, found).await? {
                Ok(decided) => {
                    (shown.before, shown.after) = differing(before, T::after(&decided))?;
                }
                Err(fault) => shown.fault = Some(fault.view(locale)),
            }
        }
        sample.push(shown);
    }
    Ok(BulkPreview {
        count: run.count,
        sample,
    })
}

type Members = Map<String, Value>;

/// The members that differ, before and after; what follows of itself is left out.
fn differing<R: Serialize>(before: &R, after: &R) -> Result<(Members, Members), ApiError> {
    const FOLLOWING: [&str; 3] = ["clocks", "updated_at", "version"];
    let members = |record: &R| match serde_json::to_value(record) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(ApiError::internal("a record is no object")),
        Err(error) => Err(ApiError::internal(error)),
    };
    let (mut before, mut after) = (members(before)?, members(after)?);
    before.retain(|name, value| !FOLLOWING.contains(&&**name) && after.get(name) != Some(value));
    after.retain(|name, _| before.contains_key(name));
    Ok((before, after))
}
