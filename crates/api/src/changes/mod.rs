//! The change log: read in pages, or followed as it grows.

mod entry;
mod follower;
pub mod live;
mod read;
mod tail;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, get, web};
use rapport_persistence::scope::Scope;
use rapport_types::changes::{Changes, Reader};
use rapport_types::page::{DEFAULT_LIMIT, MAX_LIMIT};
use rapport_types::problem::{ErrorCode, FieldCode};
use rapport_types::records::Entity;
use rapport_types::sessions::Me;
use utoipa_actix_web::service_config::ServiceConfig;

use self::follower::Follower;
use self::read::{Asked, read};
use crate::error::ApiError;
use crate::extract::{RawPairs, SignedIn};
use crate::state::AppState;

/// The number of the last entry that a stream showed, when it is opened again.
const LAST_EVENT_ID: &str = "last-event-id";

/// The routes of this feature.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(list_changes).service(follow_changes);
}

/// List changes
///
/// What happened to the records of your scope after the entry numbered `after`, in the order in
/// which it became true: see "Catch up and follow" in the guide. Without `after` nothing but
/// `next_after`, the number from which everything later is told: take it, load your lists, go on
/// from it. A page looks through a bounded part of the log, so it may show less than `limit`, or
/// nothing, before the end: go on from `next_after` until `end_of_stream`.
///
/// 410 `scope_changed`: teams have moved, or your role or scope has changed after that number. Load
/// again. Other servers of the same database follow such a change within five seconds.
#[utoipa::path(
    tag = "changes",
    params(
        ("after" = Option<i64>, Query, minimum = 0, description = "The number of the last entry that you have; 0 for the beginning. Beyond the end it is 422."),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 500, description = "Most entries of the page, 1 to 500; 50 by default."),
        ("entity" = Option<String>, Query, description = "Only records of these kinds, separated by commas, for example `ticket,message`.")
    ),
    responses((status = 200, description = "Some changes.", body = Changes))
)]
#[get("/changes")]
async fn list_changes(
    state: web::Data<AppState>,
    caller: SignedIn,
    mut pairs: RawPairs,
) -> Result<HttpResponse, ApiError> {
    let limit = pairs
        .take_parsed("limit", FieldCode::WrongType)
        .unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        pairs.fault("limit", FieldCode::OutOfRange);
    }
    let after = number(&mut pairs);
    let entities = entities(&mut pairs);
    pairs.finish()?;
    let reader = reader_of(&state, caller.me()).await?;
    let asked = Asked {
        after,
        limit: limit as usize,
        entities: &entities,
    };
    let (entries, told) = read(&state.db, &reader, asked).await?;
    Ok(HttpResponse::Ok().json(Changes {
        data: entries,
        next_after: told.next_after,
        end_of_stream: told.next_after == told.head,
        head: told.head,
    }))
}

/// Follow changes
///
/// The entries of `GET /changes` as server-sent events, as they come: `id` is the number, `event`
/// is `change`, `data` the entry. Without `after` or `Last-Event-ID` from now on. An event without
/// `data` moves the number on or keeps the connection open. The event `scope_changed` is the last
/// one: load again. The stream ends with the access token, when the session ends and when the
/// server stops; open it again with the number of the last event, and nothing is lost or doubled.
#[utoipa::path(
    tag = "changes",
    params(
        ("after" = Option<i64>, Query, minimum = 0, description = "The number of the last entry that you have."),
        ("entity" = Option<String>, Query, description = "Only records of these kinds, separated by commas."),
        ("Last-Event-ID" = Option<String>, Header, description = "The same as `after`, which it goes before: browsers send it when they open the stream again.")
    ),
    responses((status = 200, description = "The stream.", body = String, content_type = "text/event-stream",
        example = "id: 4711\nevent: change\ndata: {\"seq\":4711,\"op\":\"upsert\",\"entity\":\"ticket\"}\n\n"))
)]
#[get("/changes/stream")]
async fn follow_changes(
    state: web::Data<AppState>,
    caller: SignedIn,
    request: HttpRequest,
    mut pairs: RawPairs,
) -> Result<HttpResponse, ApiError> {
    let after = number(&mut pairs);
    let entities = entities(&mut pairs);
    let resumed = request.headers().get(LAST_EVENT_ID).map(|value| {
        let number = value.to_str().ok().and_then(|text| text.parse().ok());
        number.filter(|number| *number >= 0).ok_or(())
    });
    let after = match resumed.transpose() {
        Ok(resumed) => resumed.or(after),
        Err(()) => {
            pairs.fault("Last-Event-ID", FieldCode::InvalidValue);
            after
        }
    };
    pairs.finish()?;
    if state.is_stopping() {
        return Err(ApiError::overloaded("stopping"));
    }
    let place = state.live.enter(&state, caller.id)?;
    let reader = reader_of(&state, caller.me()).await?;
    let follower = Follower::open(&state, caller.0, reader, place, after, entities).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/event-stream"))
        // Nobody on the way may keep it or gather it up.
        .insert_header((CACHE_CONTROL, "no-store, no-transform"))
        .insert_header((HeaderName::from_static("x-accel-buffering"), "no"))
        .streaming(follower.stream()))
}

/// Takes `after`.
fn number(pairs: &mut RawPairs) -> Option<i64> {
    let after = pairs.take_parsed("after", FieldCode::WrongType);
    if after.is_some_and(|after| after < 0) {
        pairs.fault("after", FieldCode::OutOfRange);
    }
    after
}

/// Takes `entity`; empty for all kinds.
fn entities(pairs: &mut RawPairs) -> Vec<Entity> {
    let Some(text) = pairs.take("entity") else {
        return Vec::new();
    };
    let named: Option<Vec<Entity>> = text
        .split(',')
        .map(|code| Entity::from_code(code.trim()))
        .collect();
    named.unwrap_or_else(|| {
        pairs.fault("entity", FieldCode::InvalidValue);
        Vec::new()
    })
}

/// Somebody as a reader of the log.
async fn reader_of(state: &AppState, me: &Me) -> Result<Reader, ApiError> {
    let configuration = state.configuration().await?;
    let scope = Scope::of(me.id, me.scope_team_id, &configuration.team_tree);
    Ok(Reader::new(me, scope.teams()))
}

/// What the reader may see has changed since.
fn scope_changed() -> ApiError {
    // By then every process has noticed.
    ApiError::new(ErrorCode::ScopeChanged).with_header(RETRY_AFTER, "5")
}
