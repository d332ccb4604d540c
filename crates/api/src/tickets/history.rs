//! Messages, events and ratings of a ticket.

use std::marker::PhantomData;

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use rapport_persistence::tickets;
use rapport_persistence::writes::Writer;
use rapport_types::ids::{MessageId, TicketId};
use rapport_types::page::{KeyKind, Page, Paging, Sort};
use rapport_types::permissions::{ViewTickets, WorkTickets};
use rapport_types::problem::{ErrorCode, Fault, FieldCode};
use rapport_types::tickets::{
    Author, Case, Message, NewMessage, Rating, Status, TicketEvent, Visibility,
};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa_actix_web::service_config::ServiceConfig;

use super::events;
use crate::error::ApiError;
use crate::extract::{
    Allowed, Body, IfMatch, OptionalIfMatch, OptionalIfMatchHeader, PathId, RawPairs, ValidJson,
    sort_parameter,
};
use crate::lists::page;
use crate::records::{check_cursor, check_version, scope_of};
use crate::replies::Reply;
use crate::state::AppState;

/// The routes of this file.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(list_ticket_messages)
        .service(create_ticket_message)
        .service(list_ticket_events)
        .service(list_ticket_ratings);
}

impl Body for NewMessage {
    /// What the customer said is public: there is nobody to hide it from.
    fn check(&self) -> Vec<Fault> {
        let is_hidden = self.from_customer && self.visibility == Visibility::Internal;
        let fault = is_hidden.then(|| Fault::at("/visibility", FieldCode::InvalidValue));
        fault.into_iter().collect()
    }
}

/// `sort` of a list that has one order, oldest first, for the document.
struct InOrderOf<F>(PhantomData<F>);

/// The field of such an order.
trait OrderField {
    const NAME: &'static str;
}

struct SentAt;
struct At;
struct RatedAt;

impl OrderField for SentAt {
    const NAME: &'static str = "sent_at";
}

impl OrderField for At {
    const NAME: &'static str = "at";
}

impl OrderField for RatedAt {
    const NAME: &'static str = "rated_at";
}

impl<F: OrderField> utoipa::IntoParams for InOrderOf<F> {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![sort_parameter(&[F::NAME], F::NAME)]
    }
}

/// The page asked for of one of a ticket's lists, of a ticket that the caller sees.
async fn asked(
    state: &AppState,
    caller: &Allowed<ViewTickets>,
    id: TicketId,
    mut pairs: RawPairs,
    table: &str,
    field: &'static str,
) -> Result<Paging, ApiError> {
    let paging = pairs.paging(
        &[field],
        Sort {
            field,
            descending: false,
        },
    );
    pairs.finish()?;
    check_cursor(
        &paging,
        tickets::list_digest(table, id, &paging),
        KeyKind::Moment,
    )?;
    let configuration = state.configuration().await?;
    tickets::check(&state.db, &scope_of(caller, &configuration), id).await?;
    Ok(paging)
}

/// List a ticket's messages
///
/// Oldest first; `sort=-sent_at` turns it round.
#[utoipa::path(
    tag = "tickets",
    params(("id" = TicketId, Path, description = "The ticket's id."), crate::extract::PagingParams,
        InOrderOf<SentAt>),
    responses((status = 200, description = "A page of messages.", body = Page<Message>))
)]
#[get("/tickets/{id}/messages")]
async fn list_ticket_messages(
    state: web::Data<AppState>,
    caller: Allowed<ViewTickets>,
    id: PathId<TicketId>,
    request: HttpRequest,
    pairs: RawPairs,
) -> Result<HttpResponse, ApiError> {
    let paging = asked(&state, &caller, id.0, pairs, "messages", SentAt::NAME).await?;
    Ok(page(
        &request,
        &tickets::list_messages(&state.db, id.0, &paging).await?,
    ))
}

/// Add a message
///
/// A public message of the staff on a new ticket opens it; what the customer says wakes a
/// waiting, held or resolved ticket. A closed ticket takes no message. The `ETag` is the ticket's.
#[utoipa::path(
    tag = "tickets",
    params(("id" = TicketId, Path, description = "The ticket's id."),
        OptionalIfMatchHeader),
    request_body(content = NewMessage, example = json!({"visibility": "public", "body": "您好，我们马上为您处理。"})),
    responses((status = 201, description = "The message.", body = Message))
)]
#[post("/tickets/{id}/messages")]
async fn create_ticket_message(
    state: web::Data<AppState>,
    caller: Allowed<WorkTickets>,
    id: PathId<TicketId>,
    seen: OptionalIfMatch,
    new: ValidJson<NewMessage>,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.configuration().await?;
    let scope = scope_of(&caller, &configuration);
    let work = async |writer: &mut Writer| {
        let before = tickets::get_locked(writer, &scope, id.0).await?;
        if let Some(version) = seen.0 {
            check_version(IfMatch(version), before.ticket.version)?;
        }
        if before.ticket.status == Status::Closed {
            return Err(ApiError::from(ErrorCode::TicketClosed));
        }
        let message = Message {
            id: MessageId::from_uuid(state.ids.next()),
            ticket_id: before.ticket.id,
            visibility: new.visibility,
            author: if new.from_customer {
                Author::Customer(before.ticket.customer_id)
            } else {
                Author::Staff(Some(caller.id))
            },
            body: new.body.clone(),
            sent_at: writer.now(),
        };
        let configuration = state
            .configuration_for(&configuration, writer, &[&before])
            .await?;
        let mut case = Case::new(
            before.ticket.clone(),
            before.clocks.clone(),
            &*configuration,
        );
        case.hear(&message);
        let events = events(&case.ticket, &case.happened, caller.actor(), &state.ids);
        let mut after = case.ticket;
        tickets::add_message(writer, &before, &mut after, &case.clocks, &events, &message).await?;
        Ok((message, after.version))
    };
    let reply =
        |(message, version): &(Message, i64)| Ok(Reply::created(message)?.with_version(*version));
    state
        .write_once(&caller, state.clock.now(), work, reply)
        .await
}

/// List a ticket's events
///
/// What happened to it, oldest first.
#[utoipa::path(
    tag = "tickets",
    params(("id" = TicketId, Path, description = "The ticket's id."), crate::extract::PagingParams,
        InOrderOf<At>),
    responses((status = 200, description = "A page of events.", body = Page<TicketEvent>))
)]
#[get("/tickets/{id}/events")]
async fn list_ticket_events(
    state: web::Data<AppState>,
    caller: Allowed<ViewTickets>,
    id: PathId<TicketId>,
    request: HttpRequest,
    pairs: RawPairs,
) -> Result<HttpResponse, ApiError> {
    let paging = asked(&state, &caller, id.0, pairs, "ticket_events", "at").await?;
    Ok(page(
        &request,
        &tickets::list_events(&state.db, id.0, &paging).await?,
    ))
}

/// List a ticket's ratings
///
/// Each rating, oldest first.
#[utoipa::path(
    tag = "tickets",
    params(("id" = TicketId, Path, description = "The ticket's id."), crate::extract::PagingParams,
        InOrderOf<RatedAt>),
    responses((status = 200, description = "A page of ratings.", body = Page<Rating>))
)]
#[get("/tickets/{id}/satisfaction")]
async fn list_ticket_ratings(
    state: web::Data<AppState>,
    caller: Allowed<ViewTickets>,
    id: PathId<TicketId>,
    request: HttpRequest,
    pairs: RawPairs,
) -> Result<HttpResponse, ApiError> {
    let paging = asked(&state, &caller, id.0, pairs, "ratings", "rated_at").await?;
    Ok(page(
        &request,
        &tickets::list_ratings(&state.db, id.0, &paging).await?,
    ))
}
