//! The endpoints of single bulk changes.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use rapport_persistence::bulk_changes::{self as rows, BulkRun};
use rapport_persistence::writes::{Writer, write};
use rapport_types::bulk_changes::{BulkChange, BulkEntity, BulkPreview, BulkState, NewBulkChange};
use rapport_types::ids::BulkChangeId;
use rapport_types::permissions::{EditCustomers, Either, WorkTickets};
use rapport_types::problem::ErrorCode;
use utoipa_actix_web::service_config::ServiceConfig;

use super::draft::Wanted;
use super::preview::preview;
use super::views::{check_right, view};
use super::{faults, list};
use crate::batches::Desk;
use crate::customers::bulk::Customers;
use crate::error::ApiError;
use crate::extract::{
    Allowed, IfMatch, IfMatchHeader, IfNoneMatchHeader, Language, PathId, ValidJson, versioned,
};
use crate::records::check_version;
use crate::replies::Reply;
use crate::state::AppState;
use crate::tickets::bulk::Tickets;

/// What a caller must hold who changes records in bulk; the right to those of one bulk change is
/// asked for when it is known of which kind they are.
pub(super) type ChangeRecords = Either<WorkTickets, EditCustomers>;

/// The routes of this feature.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(create_bulk_change)
        .service(list::list_bulk_changes)
        .service(get_bulk_change)
        .service(preview_bulk_change)
        .service(start_bulk_change)
        .service(cancel_bulk_change)
        .service(faults::list_bulk_change_faults);
}

/// Draft a bulk change
///
/// Of all records in your scope that match `filter`, or of up to 1,000 named ones. The draft fixes
/// which records it is for, at most 100,000, and tells how many they are; nothing is changed before
/// it is started. Drafts are kept for a day, of each person the ten newest.
#[utoipa::path(
    tag = "bulk changes",
    request_body(content = NewBulkChange, example = json!({"entity": "tickets", "filter": {"status": ["new", "open"], "priority": ["low"]}, "change": {"assignee_id": null, "priority": "normal"}})),
    responses((status = 201, description = "The draft with its count.", body = BulkChange))
)]
#[post("/bulk-changes")]
async fn create_bulk_change(
    state: web::Data<AppState>,
    caller: Allowed<ChangeRecords>,
    new: ValidJson<NewBulkChange>,
) -> Result<HttpResponse, ApiError> {
    let desk = Desk::of(&state, &caller).await?;
    let wanted = Wanted::read(&desk, new.0)?;
    let work = async |writer: &mut Writer| wanted.store(&desk, writer).await;
    let reply =
        |draft: &BulkRun| Reply::record(&view(draft), draft.version, ("bulk-changes", draft.id));
    state.write_once(&caller, desk.now, work, reply).await
}

/// Read a bulk change
///
/// How it stands, how far it is, what it came to. Seen by nobody but its maker.
#[utoipa::path(
    tag = "bulk changes",
    params(
        ("id" = BulkChangeId, Path, description = "The bulk change's id."), IfNoneMatchHeader
    ),
    responses(
        (status = 200, description = "The bulk change.", body = BulkChange),
        (status = 304, description = "The caller holds this version."),
    )
)]
#[get("/bulk-changes/{id}")]
async fn get_bulk_change(
    state: web::Data<AppState>,
    caller: Allowed<ChangeRecords>,
    id: PathId<BulkChangeId>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let run = rows::get(&state.db, caller.id, id.0).await?;
    check_right(&caller, run.entity)?;
    Ok(versioned(&view(&run), run.version, &request))
}

/// Preview a bulk change
///
/// What it would do now to the first ten of its records: the members that differ, or why the record
/// would be refused. Nothing is changed. One that is over has no records any more.
#[utoipa::path(
    tag = "bulk changes",
    params(("id" = BulkChangeId, Path, description = "The bulk change's id.")),
    responses((status = 200, description = "The count and a sample.", body = BulkPreview))
)]
#[get("/bulk-changes/{id}/preview")]
async fn preview_bulk_change(
    state: web::Data<AppState>,
    caller: Allowed<ChangeRecords>,
    language: Language,
    id: PathId<BulkChangeId>,
) -> Result<HttpResponse, ApiError> {
    let run = rows::get(&state.db, caller.id, id.0).await?;
    check_right(&caller, run.entity)?;
    let desk = Desk::of(&state, &caller).await?;
    let context = caller.write_context(desk.now);
    let shown = write(&state.db, context, async |writer: &mut Writer| {
        match run.entity {
            BulkEntity::Tickets => preview::<Tickets>(&desk, writer, &run, language.0).await,
            BulkEntity::Customers => preview::<Customers>(&desk, writer, &run, language.0).await,
        }
    })
    .await?;
    Ok(HttpResponse::Ok().json(shown))
}

/// Start a bulk change
///
/// It goes on in the background: each record has one turn, decided as its single request would be.
/// What you see and may do, and whether the record still matches, is asked again then; without the
/// right any more it ends as `failed`.
#[utoipa::path(
    tag = "bulk changes",
    params(("id" = BulkChangeId, Path, description = "The bulk change's id."), IfMatchHeader),
    responses((status = 200, description = "The bulk change, which waits for its turn.", body = BulkChange))
)]
#[post("/bulk-changes/{id}/start")]
async fn start_bulk_change(
    state: web::Data<AppState>,
    caller: Allowed<ChangeRecords>,
    id: PathId<BulkChangeId>,
    seen: IfMatch,
) -> Result<HttpResponse, ApiError> {
    let work = async |writer: &mut Writer| {
        let draft = rows::get_locked(writer, caller.id, id.0).await?;
        check_right(&caller, draft.entity)?;
        check_version(seen, draft.version)?;
        match draft.state {
            BulkState::Draft => {
                let on_behalf_of = caller.on_behalf_of.clone();
                Ok(rows::start(writer, &draft, caller.api_key_id, on_behalf_of).await?)
            }
            state if state.is_over() => Err(ApiError::from(ErrorCode::BulkChangeOver)),
            _ => Err(ApiError::from(ErrorCode::BulkChangeStarted)),
        }
    };
    let answer = state
        .write_once(&caller, state.clock.now(), work, told)
        .await?;
    state.bulk_changes.added.notify_one();
    Ok(answer)
}

/// Cancel a bulk change
///
/// A draft is thrown away, and one that is under way stops after the records at hand. What it has
/// changed stays.
#[utoipa::path(
    tag = "bulk changes",
    params(("id" = BulkChangeId, Path, description = "The bulk change's id.")),
    responses((status = 200, description = "The bulk change after that.", body = BulkChange))
)]
#[post("/bulk-changes/{id}/cancel")]
async fn cancel_bulk_change(
    state: web::Data<AppState>,
    caller: Allowed<ChangeRecords>,
    id: PathId<BulkChangeId>,
) -> Result<HttpResponse, ApiError> {
    let work = async |writer: &mut Writer| {
        let run = rows::get_locked(writer, caller.id, id.0).await?;
        if run.state.is_over() {
            return Err(ApiError::from(ErrorCode::BulkChangeOver));
        }
        Ok(rows::cancel(writer, &run).await?)
    };
    state
        .write_once(&caller, state.clock.now(), work, told)
        .await
}

fn told(run: &BulkRun) -> Result<Reply, ApiError> {
    Ok(Reply::ok(&view(run))?.with_version(run.version))
}
