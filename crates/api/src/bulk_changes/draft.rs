//! What somebody wants to change, checked.

use std::collections::HashSet;

use rapport_persistence::bulk_changes::{self as rows, BulkRun, Claim};
use rapport_persistence::writes::Writer;
use rapport_types::bulk_changes::{
    BulkEntity, BulkNumbers, BulkState, CustomerChange, MOST_IDS, MOST_RECORDS, NewBulkChange,
    TicketChange,
};
use rapport_types::filters::{Filter, check_written};
use rapport_types::ids::{BulkChangeId, CustomerId, TicketId};
use rapport_types::problem::{ErrorCode, Fault, FieldCode};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::views::check_right;
use crate::batches::Desk;
use crate::error::ApiError;
use crate::extract::{Body, parse};
use crate::records::{context, is_known_code};

impl Body for NewBulkChange {
    fn check(&self) -> Vec<Fault> {
        self.faults()
    }
}

impl Body for TicketChange {
    const OPERATIONS: &'static [&'static str] = &["duty_holder_id"];

    fn check(&self) -> Vec<Fault> {
        self.faults()
    }
}

impl Body for CustomerChange {
    fn check(&self) -> Vec<Fault> {
        self.faults()
    }
}

/// A draft that is not counted yet.
pub(super) struct Wanted {
    run: BulkRun,
    /// The records that are named.
    named: Option<Vec<Uuid>>,
}

impl Wanted {
    /// What the body wants, if it can be understood and the caller may.
    ///
    /// # Errors
    /// 403, or 422 with what is wrong.
    pub(super) fn read(desk: &Desk<'_>, new: NewBulkChange) -> Result<Self, ApiError> {
        let entity = new.entity;
        check_right(desk.caller, entity)?;
        check_change(entity, &new.change)?;
        let filter = new.filter.map(|filter| resolved(desk, entity, &filter));
        Ok(Self {
            named: new.ids.map(|ids| named(entity, &ids)).transpose()?,
            run: BulkRun {
                id: BulkChangeId::from_uuid(desk.state.ids.next()),
                version: 1,
                entity,
                filter: filter.transpose()?,
                change: new.change,
                state: BulkState::Draft,
                count: 0,
                position: None,
                numbers: BulkNumbers::default(),
                made_by: desk.caller.id,
                api_key_id: None,
                on_behalf_of: None,
                created_at: desk.now,
                started_at: None,
                updated_at: desk.now,
                ended_at: None,
            },
        })
    }

    /// Stores the draft with the records that it is for.
    ///
    /// # Errors
    /// 422 when they are too many or not all in sight.
    pub(super) async fn store(
        &self,
        desk: &Desk<'_>,
        writer: &mut Writer,
    ) -> Result<BulkRun, ApiError> {
        let (id, configuration) = (self.run.id, &desk.configuration);
        let claim = Claim {
            entity: self.run.entity,
            scope: &desk.scope,
            filter: self.run.filter.as_ref(),
        };
        let named = self.named.as_deref();
        let count = rows::add_records(writer, configuration, id, &claim, named).await?;
        if count > MOST_RECORDS {
            return Err(ErrorCode::TooManyRecords.into());
        }
        if let Some(named) = named {
            check_seen(named, &rows::next(writer, id, None, MOST_IDS).await?)?;
        }
        let draft = BulkRun {
            count,
            ..self.run.clone()
        };
        rows::insert(writer, &draft).await?;
        rows::remove_surplus_drafts(writer, draft.made_by).await?;
        Ok(draft)
    }
}

/// The filter with what `me` and days mean to the caller now.
fn resolved(desk: &Desk<'_>, entity: BulkEntity, filter: &Filter) -> Result<Filter, ApiError> {
    let unknown = filter.conditions.iter().filter(|condition| {
        let mut values = condition.values.iter();
        !values.all(|code| is_known_code(&condition.field, code, &desk.configuration))
    });
    let faults: Vec<Fault> = unknown
        .map(|condition| {
            let place = format!("/filter/{}", condition.pointer());
            Fault::at(place, FieldCode::UnknownCode)
        })
        .collect();
    let own = match entity {
        BulkEntity::Tickets => &desk.configuration.ticket_fields[..],
        BulkEntity::Customers => entity.fields(),
    };
    let unread = filter.conditions.iter().filter_map(|condition| {
        let code = check_written(own, condition).err()?;
        Some(Fault::at(format!("/filter/{}", condition.pointer()), code))
    });
    let faults: Vec<Fault> = faults.into_iter().chain(unread).collect();
    if !faults.is_empty() {
        return Err(ApiError::invalid(faults));
    }
    let context = context(desk.caller, &desk.configuration, desk.state);
    Ok(context.resolve(own, filter))
}

fn check_change(entity: BulkEntity, change: &Map<String, Value>) -> Result<(), ApiError> {
    let text = serde_json::to_vec(change).map_err(ApiError::internal)?;
    let read = match entity {
        BulkEntity::Tickets => parse::<TicketChange>(&text).map(|_| ()),
        BulkEntity::Customers => parse::<CustomerChange>(&text).map(|_| ()),
    };
    read.map_err(|error| {
        let faults = error.faults().iter().cloned();
        let faults = faults.map(|fault| fault.within("change")).collect();
        error.with_faults(faults)
    })
}

/// The records that are named.
fn named(entity: BulkEntity, ids: &[String]) -> Result<Vec<Uuid>, ApiError> {
    let (mut named, mut faults) = (Vec::with_capacity(ids.len()), Vec::new());
    for (index, text) in ids.iter().enumerate() {
        let id = match entity {
            BulkEntity::Tickets => text.parse().map(TicketId::uuid),
            BulkEntity::Customers => text.parse().map(CustomerId::uuid),
        };
        match id {
            Ok(id) => named.push(id),
            Err(_) => faults.push(Fault::at(format!("/ids/{index}"), FieldCode::InvalidId)),
        }
    }
    if faults.is_empty() {
        Ok(named)
    } else {
        Err(ApiError::invalid(faults))
    }
}

/// Each of the named records is among those that the caller sees.
fn check_seen(named: &[Uuid], seen: &[Uuid]) -> Result<(), ApiError> {
    let seen: HashSet<&Uuid> = seen.iter().collect();
    let unseen = named
        .iter()
        .enumerate()
        .filter(|(_, id)| !seen.contains(id));
    let fault = |(index, _)| Fault::at(format!("/ids/{index}"), FieldCode::UnknownRecord);
    let faults: Vec<Fault> = unseen.map(fault).collect();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(ApiError::invalid(faults))
    }
}
