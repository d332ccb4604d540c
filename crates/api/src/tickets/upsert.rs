//! Tickets by their keys in other systems, one or many at a time.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, get, post, put, web};
use rapport_persistence::configuration::Configuration;
use rapport_persistence::tickets::{self, LoadedTicket, NewTicketRow};
use rapport_persistence::writes::Writer;
use rapport_types::batches::{BatchItem, BatchMode, BatchOutcome, BatchReport};
use rapport_types::customers::Customer;
use rapport_types::ids::TicketId;
use rapport_types::permissions::{ViewTickets, WorkTickets};
use rapport_types::problem::{ErrorCode, Fault, FieldCode, Place};
use rapport_types::records::ExternalId;
use rapport_types::text::LineText;
use rapport_types::ticket_types::FieldValue;
use rapport_types::tickets::{Ticket, TicketPatch, TicketUpsert};
use utoipa_actix_web::service_config::ServiceConfig;

use super::checks::{self, Asking};
use super::{opened, patched, store_edit};
use crate::batches::{
    Batched, Desk, Target, Targets, UnreadBatch, check_version, keys_of, unseen, with_key,
};
use crate::error::ApiError;
use crate::extract::{
    Allowed, Body, ExternalIdPath, IfNoneMatchHeader, Language, OptionalIfMatch,
    OptionalIfMatchHeader, PathKey, ValidJson, versioned,
};
use crate::records::scope_of;
use crate::state::AppState;

/// The routes of this part.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(get_ticket_by_external_id)
        .service(put_ticket_by_external_id)
        .service(write_ticket_batch);
}

type Item = BatchItem<TicketId, TicketUpsert>;

impl Body for TicketUpsert {
    const OPERATIONS: &'static [&'static str] = TicketPatch::OPERATIONS;

    fn check(&self) -> Vec<Fault> {
        checks::external_ids(self.external_ids.as_ref())
    }
}

impl Body for Item {
    const OPERATIONS: &'static [&'static str] = &[
        "data/status",
        "data/stage",
        "data/assignee_id",
        "data/team_id",
        "data/duty_holder_id",
    ];

    fn check(&self) -> Vec<Fault> {
        let mut faults = self.data.check();
        if self.id.is_some() && self.data.initial.is_some() {
            faults.push(Fault::at("/initial", FieldCode::UseOperation));
        }
        let within = |fault: Fault| fault.within("data");
        faults.into_iter().map(within).collect()
    }
}

/// The body of a batch, for the document.
#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "only its schema is used")]
struct TicketBatch {
    /// What becomes of the others when one item is refused; default `each`.
    #[serde(default)]
    mode: BatchMode,
    /// The items. No ticket may be named by two of them.
    #[schema(min_items = 1, max_items = 1000)]
    items: Vec<TicketBatchItem>,
}

/// An item of a batch, for the document.
#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "only its schema is used")]
struct TicketBatchItem {
    /// The caller's name for this item; the result carries it.
    #[serde(rename = "ref")]
    reference: Option<LineText>,
    /// The ticket to change.
    id: Option<TicketId>,
    /// The version that the change is based on: needed with `id`, possible with `external_id`.
    version: Option<i64>,
    /// The key in another system by which the ticket is made or changed.
    external_id: Option<ExternalId>,
    /// Its members. Of a ticket that is there the members left out stay as they are.
    data: TicketUpsert,
}

/// Read a ticket by its key in another system
///
/// One of its `external_ids`.
#[utoipa::path(
    tag = "tickets",
    params(ExternalIdPath, IfNoneMatchHeader),
    responses(
        (status = 200, description = "The ticket.", body = Ticket),
        (status = 304, description = "The caller holds this version."),
    )
)]
#[get("/tickets/by-external-id/{source}/{external_id}")]
async fn get_ticket_by_external_id(
    state: web::Data<AppState>,
    caller: Allowed<ViewTickets>,
    key: PathKey,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.configuration().await?;
    let scope = scope_of(&caller, &configuration);
    let found = tickets::get_by_external_id(&state.db, &scope, &key.0).await?;
    Ok(versioned(&found.ticket, found.ticket.version, &request))
}

/// Open or change a ticket by its key in another system
///
/// Without a ticket of that key one is opened, which needs a subject; `initial` is what it begins
/// with. Else it is changed as by PATCH: a member left out stays, null clears it, `initial` is past.
/// Sent again it changes nothing. With `If-Match` only a ticket of that version is changed and none
/// is opened.
#[utoipa::path(
    tag = "tickets",
    params(ExternalIdPath, OptionalIfMatchHeader),
    request_body(content = TicketUpsert, example = json!({"subject": "空调不制冷", "priority": "high", "initial": {"opened_at": "2026-05-31T08:00:00Z"}})),
    responses(
        (status = 200, description = "The ticket that had the key, after the change.", body = Ticket),
        (status = 201, description = "The new ticket.", body = Ticket),
    )
)]
#[put("/tickets/by-external-id/{source}/{external_id}")]
async fn put_ticket_by_external_id(
    state: web::Data<AppState>,
    caller: Allowed<WorkTickets>,
    key: PathKey,
    seen: OptionalIfMatch,
    upsert: ValidJson<TicketUpsert>,
) -> Result<HttpResponse, ApiError> {
    let desk = Desk::of(&state, &caller).await?;
    desk.put::<Tickets>(key.0, seen, upsert.0).await
}

/// Open or change many tickets
///
/// Up to 1,000, each by its key in another system (opened when none has it), by its id and version,
/// or by neither (opened). Each gets a result in the order of the items, with its `ref`. A refused
/// item of mode `each` leaves the others as they are; in mode `atomic` nothing is done then (422
/// `batch_refused`).
#[utoipa::path(
    tag = "tickets",
    request_body(content = TicketBatch, example = json!({"mode": "each", "items": [
        {"ref": "1", "external_id": {"source": "crm", "id": "T-7"}, "data": {"subject": "空调不制冷", "priority": "high"}},
        {"ref": "2", "data": {"subject": "Refund", "initial": {"opened_at": "2026-05-31T08:00:00Z"}}}
    ]})),
    responses((status = 207, description = "What became of each.", body = BatchReport<TicketId>))
)]
#[post("/tickets/batch")]
async fn write_ticket_batch(
    state: web::Data<AppState>,
    caller: Allowed<WorkTickets>,
    language: Language,
    batch: ValidJson<UnreadBatch>,
) -> Result<HttpResponse, ApiError> {
    let desk = Desk::of(&state, &caller).await?;
    desk.carry_out::<Tickets>(&batch, language).await
}

/// What is to be written of a ticket.
enum Decided {
    /// A new one without its number, and who asks by it.
    Opened(Box<NewTicketRow>, Vec<Customer>),
    /// A change.
    Changed(Box<(LoadedTicket, Ticket)>),
}

/// What items name, as the transaction found it.
struct Known {
    tickets: HashMap<TicketId, LoadedTicket>,
    followed: HashSet<TicketId>,
    asking: Asking,
    configuration: Arc<Configuration>,
}

/// Tickets, by their keys in other systems.
struct Tickets;

impl Batched for Tickets {
    type Id = TicketId;
    type Data = TicketUpsert;
    type Known = Known;
    type Decided = Decided;
    type Record = Ticket;
    const FEATURE: &'static str = "tickets";

    fn identity(ticket: &Ticket) -> (TicketId, i64, i64) {
        (ticket.id, ticket.number, ticket.version)
    }

    /// By a number of statements that does not grow with the items.
    async fn load(
        desk: &Desk<'_>,
        writer: &mut Writer,
        items: &[&Item],
    ) -> Result<(Targets<TicketId>, Known), ApiError> {
        let keys = keys_of(items, |data: &TicketUpsert| data.external_ids.as_ref());
        let targets = Targets::new(tickets::holders(writer, &keys).await?);
        let data = || items.iter().map(|item| &item.data);
        let in_fields = data()
            .flat_map(|data| data.fields.values().flatten())
            .filter_map(FieldValue::as_customer);
        let customers = data().filter_map(|data| data.customer_id.value().copied());
        let customers = distinct(customers.chain(in_fields));
        let contacts = distinct(data().filter_map(|data| data.contact_id.value().copied()));
        let asking = Asking::load(writer, &desk.scope, &customers, &contacts).await?;
        let follows = data().filter_map(|data| data.initial.as_ref()?.follows_ticket_id);
        let followed = tickets::known(writer, &desk.scope, &distinct(follows)).await?;
        let named = distinct(items.iter().filter_map(|item| targets.record(item)));
        let found = tickets::find_all_locked(writer, &desk.scope, &named).await?;
        let configuration = desk
            .state
            .configuration_for(
                &desk.configuration,
                writer,
                &found.iter().collect::<Vec<_>>(),
            )
            .await?;
        let known = Known {
            configuration,
            tickets: found
                .into_iter()
                .map(|found| (found.ticket.id, found))
                .collect(),
            followed: followed.into_iter().collect(),
            asking,
        };
        Ok((targets, known))
    }

    fn decide(
        desk: &Desk<'_>,
        targets: &mut Targets<TicketId>,
        known: &Known,
        target: Target<TicketId>,
        item: &Item,
    ) -> Result<Decided, ApiError> {
        let key = item.external_id.as_ref();
        match target {
            Target::New if item.version.is_some() => Err(ErrorCode::NotFound.into()),
            Target::New => {
                let required = || Fault::at("/subject", FieldCode::Required);
                let mut new = item.data.clone().into_new().ok_or_else(required)?;
                new.external_ids.extend(key.cloned());
                let follows = new.follows_ticket_id;
                if follows.is_some_and(|id| !known.followed.contains(&id)) {
                    let unknown = Fault::at("/initial/follows_ticket_id", FieldCode::UnknownRecord);
                    return Err(unknown.into());
                }
                let row = opened(desk.state, desk.caller, &known.configuration, new, desk.now)
                    .map_err(initially)?;
                known
                    .asking
                    .check(None, &row.ticket, &known.configuration)?;
                targets.give(None, &row.ticket.external_ids)?;
                let found_by = known.asking.of(&row.ticket);
                Ok(Decided::Opened(Box::new(row), found_by))
            }
            Target::Known(id) => {
                let Some(before) = known.tickets.get(&id) else {
                    return Err(unseen(key));
                };
                check_version(item.version, before.ticket.version)?;
                let patch = TicketPatch {
                    external_ids: with_key(item.data.external_ids.clone(), key),
                    ..item.data.clone().into_patch()
                };
                let configuration = &known.configuration;
                let after = patched(before.ticket.clone(), patch, configuration, desk.now);
                checks::changed_ticket(&before.ticket, &after, configuration)?;
                known
                    .asking
                    .check(Some(&before.ticket), &after, configuration)?;
                targets.give(Some(id), &after.external_ids)?;
                Ok(Decided::Changed(Box::new((before.clone(), after))))
            }
        }
    }

    /// What is new goes in together.
    async fn save(
        desk: &Desk<'_>,
        writer: &mut Writer,
        decided: Vec<Decided>,
    ) -> Result<Vec<(BatchOutcome, Ticket)>, ApiError> {
        let is_new = |one: &&Decided| matches!(one, Decided::Opened(..));
        let new = decided.iter().filter(is_new).count();
        let mut number = match new {
            0 => 0,
            new => tickets::take_numbers(writer, new).await?,
        };
        let (mut rows, mut found_by) = (Vec::with_capacity(new), Vec::new());
        let mut changed = Vec::new();
        for one in decided {
            match one {
                Decided::Opened(mut row, by) => {
                    row.ticket.number = number;
                    number += 1;
                    rows.push(*row);
                    found_by.extend(by);
                    changed.push(None);
                }
                Decided::Changed(change) => {
                    let (before, after) = *change;
                    let actor = desk.caller.actor();
                    let version = before.ticket.version;
                    let after = store_edit(
                        desk.state,
                        writer,
                        &desk.configuration,
                        &before,
                        after,
                        actor,
                    )
                    .await?;
                    let outcome = BatchOutcome::of_change(version, after.version);
                    changed.push(Some((outcome, after)));
                }
            }
        }
        let opened = if rows.is_empty() {
            Vec::new()
        } else {
            let found_by: Vec<&Customer> = found_by.iter().collect();
            tickets::insert_all(writer, rows, &found_by).await?
        };
        let mut opened = opened.into_iter();
        let lost = || ApiError::internal("a ticket was not opened");
        let each = changed.into_iter().map(|changed| match changed {
            Some(changed) => Ok(changed),
            None => Ok((BatchOutcome::Created, opened.next().ok_or_else(lost)?)),
        });
        each.collect()
    }
}

/// Faults of what a ticket begins with lie in `initial`.
fn initially(error: ApiError) -> ApiError {
    const MEMBERS: [&str; 3] = ["/team_id", "/assignee_id", "/opened_at"];
    let place = |fault: &Fault| match &fault.place {
        Place::Pointer(pointer) if MEMBERS.contains(&&**pointer) => fault.clone().within("initial"),
        _ => fault.clone(),
    };
    let faults = error.faults().iter().map(place).collect();
    error.with_faults(faults)
}

/// Each of the ids once.
fn distinct<I: Ord>(ids: impl Iterator<Item = I>) -> Vec<I> {
    let mut ids: Vec<I> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
