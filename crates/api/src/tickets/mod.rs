//! The endpoints of tickets.

pub(crate) mod bulk;
mod checks;
mod clocks;
mod fields;
mod history;
mod list;
mod operations;
mod stages;
mod upsert;

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};
use chrono::{DateTime, Utc};
use rapport_persistence::configuration::Configuration;
use rapport_persistence::tickets::{LoadedTicket, NewTicketRow};
use rapport_persistence::writes::{Writer, write};
use rapport_persistence::{customers, tickets};
use rapport_types::clocks::{ClockEvent, TicketClocks};
use rapport_types::ids::{CustomerId, TicketEventId, TicketId};
use rapport_types::permissions::{ViewTickets, WorkTickets};
use rapport_types::records::{Actor, micros};
use rapport_types::text::Code;
use rapport_types::ticket_types::{FieldValue, FieldValues};
use rapport_types::tickets::{
    Case, EventKind, Happened, NewTicket, Precision, Status, Ticket, TicketEvent, TicketNames,
    TicketPatch, TicketView, merge_fields,
};
use utoipa_actix_web::service_config::ServiceConfig;

use self::checks::Asking;
use crate::auth::caller::Caller;
use crate::customers::{distinct, external_id_taken};
use crate::error::ApiError;
use crate::extract::{
    Allowed, Body, IfMatch, IfMatchHeader, IfNoneMatchHeader, IncludeNamesParam, PathId, RawPairs,
    ValidJson, etag, versioned,
};
use crate::ids::Ids;
use crate::records::{check_version, scope_of};
use crate::replies::Reply;
use crate::state::AppState;

/// The routes of this feature.
pub fn routes(cfg: &mut ServiceConfig) {
    list::routes(cfg);
    cfg.service(create_ticket)
        .service(get_ticket)
        .service(update_ticket);
    operations::routes(cfg);
    stages::routes(cfg);
    upsert::routes(cfg);
    history::routes(cfg);
    clocks::routes(cfg);
}

impl Body for NewTicket {
    fn check(&self) -> Vec<rapport_types::problem::Fault> {
        checks::external_ids(Some(&self.external_ids))
    }
}

impl Body for TicketPatch {
    const OPERATIONS: &'static [&'static str] = &[
        "status",
        "stage",
        "assignee_id",
        "team_id",
        "duty_holder_id",
    ];

    fn check(&self) -> Vec<rapport_types::problem::Fault> {
        checks::external_ids(self.external_ids.as_ref())
    }
}

/// Open a ticket
///
/// Only the subject is required. The clocks of the first clock policy that matches start at
/// `opened_at`, and the ticket begins in the first stage of the first pipeline of its type that
/// matches it.
#[utoipa::path(
    tag = "tickets",
    request_body(content = NewTicket, example = json!({"subject": "空调不制冷", "type": "repair", "channel": "phone", "priority": "high"})),
    responses((status = 201, description = "The new ticket.", body = Ticket))
)]
#[post("/tickets")]
async fn create_ticket(
    state: web::Data<AppState>,
    caller: Allowed<WorkTickets>,
    new: ValidJson<NewTicket>,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.configuration().await?;
    let scope = scope_of(&caller, &configuration);
    let now = state.clock.now();
    let row = opened(&state, &caller, &configuration, new.0, now)?;
    let work = async |writer: &mut Writer| {
        let mut row = row.clone();
        row.ticket.number = match row.ticket.follows_ticket_id {
            Some(followed) => checks::known(
                "/follows_ticket_id",
                tickets::next_number_after(writer, &scope, followed).await,
            )?,
            None => tickets::next_number(writer).await?,
        };
        let (customers, contacts) = asks(&row.ticket);
        let asking = Asking::load(writer, &scope, &customers, &contacts).await?;
        asking.check(None, &row.ticket, &configuration)?;
        let found_by = asking.of(&row.ticket);
        Ok(tickets::insert(writer, row, &found_by).await?)
    };
    let reply = |new: &Ticket| Reply::record(new, new.version, ("tickets", new.id));
    state
        .write_once(&caller, now, work, reply)
        .await
        .map_err(external_id_taken)
}

/// A new ticket as it is opened, without its number; what it names but the customer, its contact
/// and the ticket that it follows exists and is in use.
fn opened(
    state: &AppState,
    caller: &Caller,
    configuration: &Configuration,
    new: NewTicket,
    now: DateTime<Utc>,
) -> Result<NewTicketRow, ApiError> {
    checks::new_ticket(&new, configuration, now)?;
    let opened_at = new.opened_at.unwrap_or(now);
    let code = |code: &str| Code::try_from(code).map_err(ApiError::internal);
    let mut ticket = Ticket {
        id: TicketId::from_uuid(state.ids.next()),
        number: 0,
        version: 1,
        subject: new.subject,
        description: new.description,
        type_code: new.type_code.map_or_else(|| code("enquiry"), Ok)?,
        definition_version: 0,
        pipeline: None,
        stage: None,
        stage_entered_at: None,
        fields: merge_fields(FieldValues::new(), &new.fields),
        status: Status::New,
        priority: new.priority.unwrap_or_default(),
        channel: new.channel.map_or_else(|| code("api"), Ok)?,
        category_id: new.category_id,
        customer_id: new.customer_id,
        contact_id: new.contact_id,
        team_id: new.team_id.unwrap_or(caller.team_id),
        assignee_id: new.assignee_id,
        first_responder_id: None,
        duty_holder_id: None,
        resolver_id: None,
        follows_ticket_id: new.follows_ticket_id,
        answered_on_spot: new.answered_on_spot,
        precision: Precision::Instant,
        opened_at,
        created_at: now,
        updated_at: now,
        first_responded_at: None,
        first_resolved_at: None,
        resolved_at: None,
        closed_at: None,
        reopened_count: 0,
        first_response_seconds: None,
        resolution_seconds: None,
        public_reply_count: Some(0),
        satisfaction_score: None,
        next_due_at: None,
        import_id: None,
        external_ids: distinct(new.external_ids),
        clocks: Vec::new(),
    };
    fields::begin(&mut ticket, configuration, opened_at);
    checks::refuse(fields::faults(None, &ticket, configuration))?;
    let basis = configuration.clock_basis(&ticket, opened_at);
    let mut case = Case::new(ticket, TicketClocks::by(basis), configuration);
    case.open();
    if new.answered_on_spot || new.assignee_id == Some(caller.id) {
        case.ticket.take(caller.id);
    }
    let events = events(&case.ticket, &case.happened, caller.actor(), &state.ids);
    let spans = vec![(micros(opened_at), None)];
    Ok(NewTicketRow {
        ticket: case.ticket,
        clocks: case.clocks,
        events,
        spans,
        messages: Vec::new(),
        ratings: Vec::new(),
    })
}

/// Read a ticket
///
/// With its clocks. `include=names` adds the names of its customer, team and people.
#[utoipa::path(
    tag = "tickets",
    params(
        ("id" = TicketId, Path, description = "The ticket's id."), IfNoneMatchHeader,
        IncludeNamesParam
    ),
    responses(
        (status = 200, description = "The ticket.", body = TicketView),
        (status = 304, description = "The caller holds this version."),
    )
)]
#[get("/tickets/{id}")]
async fn get_ticket(
    state: web::Data<AppState>,
    caller: Allowed<ViewTickets>,
    id: PathId<TicketId>,
    request: HttpRequest,
    mut pairs: RawPairs,
) -> Result<HttpResponse, ApiError> {
    let names = !pairs.include(&["names"]).is_empty();
    pairs.finish()?;
    let configuration = state.configuration().await?;
    let scope = scope_of(&caller, &configuration);
    let make = async || {
        let ticket = tickets::get(&state.db, &scope, id.0).await?.ticket;
        if !names {
            return Ok(versioned(&ticket, ticket.version, &request));
        }
        let customer = match ticket.customer_id {
            Some(id) => customers::find_ref(&state.db, id).await?,
            None => None,
        };
        let contact = match ticket.contact_id {
            Some(id) => customers::find_ref(&state.db, id).await?,
            None => None,
        };
        let people = [
            ticket.assignee_id,
            ticket.first_responder_id,
            ticket.duty_holder_id,
            ticket.resolver_id,
        ];
        let users = distinct(people.into_iter().flatten().collect());
        let included = TicketNames {
            customer,
            contact,
            team: Some(configuration.team_ref(ticket.team_id)),
            users: users
                .into_iter()
                .filter_map(|user| configuration.user_ref(user))
                .collect(),
        };
        let version = ticket.version;
        let view = TicketView {
            ticket,
            included: Some(included),
        };
        Ok(HttpResponse::Ok().insert_header(etag(version)).json(view))
    };
    state
        .answer(&request, (&scope, configuration.version), make)
        .await
}

/// Change a ticket
///
/// A JSON Merge Patch. Status, stage, assignment and duty have operations of their own. A change of
/// type or priority chooses the clock policy anew and recomputes the clocks from the opening, pauses
/// kept. Another type brings its fields and pipeline: what stands in a field that it does not have
/// must be cleared in the same change.
#[utoipa::path(
    tag = "tickets",
    params(("id" = TicketId, Path, description = "The ticket's id."), IfMatchHeader),
    request_body(content = TicketPatch, example = json!({"priority": "urgent"})),
    responses((status = 200, description = "The ticket after the change.", body = Ticket))
)]
#[patch("/tickets/{id}")]
async fn update_ticket(
    state: web::Data<AppState>,
    caller: Allowed<WorkTickets>,
    id: PathId<TicketId>,
    seen: IfMatch,
    patch: ValidJson<TicketPatch>,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.configuration().await?;
    let scope = scope_of(&caller, &configuration);
    let context = caller.write_context(state.clock.now());
    let ticket = write(&state.db, context, async |writer| {
        let before = tickets::get_locked(writer, &scope, id.0).await?;
        check_version(seen, before.ticket.version)?;
        let configuration = state
            .configuration_for(&configuration, writer, &[&before])
            .await?;
        let after = patched(
            before.ticket.clone(),
            patch.0.clone(),
            &configuration,
            writer.now(),
        );
        checks::changed_ticket(&before.ticket, &after, &configuration)?;
        if asks(&before.ticket) != asks(&after) {
            let (customers, contacts) = asks(&after);
            Asking::load(writer, &scope, &customers, &contacts)
                .await?
                .check(Some(&before.ticket), &after, &configuration)?;
        }
        store_edit(
            &state,
            writer,
            &configuration,
            &before,
            after,
            caller.actor(),
        )
        .await
    })
    .await
    .map_err(external_id_taken)?;
    Ok(answer(&ticket))
}

/// Whom a ticket names: its customer and those in its fields, and its contact.
fn asks(ticket: &Ticket) -> (Vec<CustomerId>, Vec<CustomerId>) {
    let in_fields = ticket.fields.values().filter_map(FieldValue::as_customer);
    let customers = ticket.customer_id.into_iter().chain(in_fields);
    (customers.collect(), ticket.contact_id.into_iter().collect())
}

/// Stores an edit that was checked, with what it does to the clocks and to the history.
async fn store_edit(
    state: &AppState,
    writer: &mut Writer,
    configuration: &Arc<Configuration>,
    before: &LoadedTicket,
    after: Ticket,
    actor: Actor,
) -> Result<Ticket, ApiError> {
    let configuration = state
        .configuration_for(configuration, writer, &[before])
        .await?;
    let events = if chooses_clocks(&before.ticket, &after) {
        let mut events = tickets::clock_events(writer, &[&before.ticket]).await?;
        events.pop().unwrap_or_default()
    } else {
        Vec::new()
    };
    let case = edited(&configuration, before, after, &events, writer.now())?;
    save(writer, before, case, actor, &state.ids).await
}

/// Whether type or priority changed, by which a clock policy is chosen.
fn chooses_clocks(before: &Ticket, after: &Ticket) -> bool {
    (&before.type_code, before.priority) != (&after.type_code, after.priority)
}

/// A case after an edit that was checked. When its clock policy is chosen anew, the clocks follow
/// from `events`.
fn edited<'c>(
    configuration: &'c Configuration,
    before: &LoadedTicket,
    after: Ticket,
    events: &[ClockEvent],
    now: DateTime<Utc>,
) -> Result<Case<'c, Configuration>, ApiError> {
    let mut case = Case::new(after, before.clocks.clone(), configuration);
    if chooses_clocks(&before.ticket, &case.ticket) {
        let basis = configuration.clock_basis(&case.ticket, now);
        case.clocks = before.clocks.rebased(configuration, basis, events, now);
    }
    if let Some((old, new)) = changed_members(&before.ticket, &case.ticket)? {
        case.note(now, EventKind::Edited, Some(old), Some(new), None);
    }
    Ok(case)
}

/// A ticket after an edit that is still to be checked; another type brings its pipeline.
fn patched(
    ticket: Ticket,
    patch: TicketPatch,
    configuration: &Configuration,
    now: DateTime<Utc>,
) -> Ticket {
    let type_code = ticket.type_code.clone();
    let mut after = Ticket {
        subject: patch.subject.unwrap_or(ticket.subject),
        description: patch.description.apply(ticket.description),
        type_code: patch.type_code.unwrap_or(ticket.type_code),
        priority: patch.priority.unwrap_or(ticket.priority),
        channel: patch.channel.unwrap_or(ticket.channel),
        category_id: patch.category_id.apply(ticket.category_id),
        customer_id: patch.customer_id.apply(ticket.customer_id),
        contact_id: patch.contact_id.apply(ticket.contact_id),
        external_ids: patch.external_ids.map_or(ticket.external_ids, distinct),
        fields: merge_fields(ticket.fields, &patch.fields),
        ..ticket
    };
    if after.type_code != type_code {
        fields::begin(&mut after, configuration, now);
    }
    after
}

/// The members that an edit changed, before and after.
fn changed_members(
    before: &Ticket,
    after: &Ticket,
) -> Result<Option<(serde_json::Value, serde_json::Value)>, ApiError> {
    let members = |ticket: &Ticket| serde_json::to_value(ticket).map_err(ApiError::internal);
    let (before, after) = (members(before)?, members(after)?);
    let (mut old, mut new) = (serde_json::Map::new(), serde_json::Map::new());
    let names = before
        .as_object()
        .into_iter()
        .flat_map(|members| members.keys());
    for name in names.filter(|name| *name != "clocks" && before[*name] != after[*name]) {
        let (was, is) = if name == "fields" {
            fields::differences(&before[name], &after[name])
        } else {
            (before[name].clone(), after[name].clone())
        };
        old.insert(name.clone(), was);
        new.insert(name.clone(), is);
    }
    Ok((!new.is_empty()).then(|| (old.into(), new.into())))
}

/// Stores a case; the version rises when anything differs.
async fn save(
    writer: &mut Writer,
    before: &LoadedTicket,
    case: Case<'_, Configuration>,
    actor: Actor,
    ids: &Ids,
) -> Result<Ticket, ApiError> {
    let events = events(&case.ticket, &case.happened, actor, ids);
    let mut after = case.ticket;
    tickets::update(writer, before, &mut after, &case.clocks, &events).await?;
    Ok(after)
}

/// What happened, as entries of the history.
pub(crate) fn events(
    ticket: &Ticket,
    happened: &[Happened],
    actor: Actor,
    ids: &Ids,
) -> Vec<TicketEvent> {
    happened
        .iter()
        .map(|entry| TicketEvent {
            id: TicketEventId::from_uuid(ids.next()),
            ticket_id: ticket.id,
            at: entry.at,
            actor,
            kind: entry.kind,
            before: entry.before.clone(),
            after: entry.after.clone(),
            reason: entry.reason.clone(),
        })
        .collect()
}

/// A ticket after a change, with its version.
fn answer(ticket: &Ticket) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(etag(ticket.version))
        .json(ticket)
}
