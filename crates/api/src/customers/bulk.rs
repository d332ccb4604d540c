//! One customer's turn in a change of many.

use std::collections::HashMap;

use rapport_persistence::customers;
use rapport_persistence::writes::Writer;
use rapport_types::bulk_changes::CustomerChange;
use rapport_types::customers::Customer;
use rapport_types::ids::CustomerId;
use uuid::Uuid;

use super::{check, patched};
use crate::batches::Desk;
use crate::bulk_changes::turn::Turn;
use crate::error::ApiError;
use crate::extract::Body;

/// Customers, each changed as by PATCH.
pub(crate) struct Customers;

impl Turn for Customers {
    type Change = CustomerChange;
    type Record = Customer;
    type Found = Customer;
    type Decided = Customer;

    fn id(record: Uuid) -> String {
        CustomerId::from_uuid(record).to_string()
    }

    async fn load(
        desk: &Desk<'_>,
        writer: &mut Writer,
        _: &CustomerChange,
        records: &[Uuid],
    ) -> Result<HashMap<Uuid, Customer>, ApiError> {
        let ids: Vec<CustomerId> = records.iter().copied().map(CustomerId::from_uuid).collect();
        let found = customers::find_all_locked(writer, &desk.scope, &ids).await?;
        let found = found.into_iter().map(|found| (found.id.uuid(), found));
        Ok(found.collect())
    }

    fn before(found: &Customer) -> (i64, &Customer) {
        (found.number, found)
    }

    /// Labels are added to the customer's own, so that only here can they be too many.
    async fn decide(
        desk: &Desk<'_>,
        _: &Writer,
        change: &CustomerChange,
        before: &Customer,
    ) -> Result<Customer, ApiError> {
        let patch = change.patch(before);
        let faults = patch.check();
        if !faults.is_empty() {
            return Err(ApiError::invalid(faults));
        }
        let after = patched(before.clone(), patch, &desk.configuration);
        check(Some(before), &after, desk.caller, &desk.configuration)?;
        Ok(after)
    }

    fn after(decided: &Customer) -> &Customer {
        decided
    }

    async fn save(
        writer: &mut Writer,
        before: &Customer,
        mut after: Customer,
    ) -> Result<bool, ApiError> {
        customers::update(writer, before, &mut after).await?;
        Ok(after.version != before.version)
    }
}
