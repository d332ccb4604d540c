//! Merging customers, undoing it, and finding whom to merge.

use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, get, post, web};
use rapport_persistence::customers::{self, merges};
use rapport_persistence::error::StoreError;
use rapport_persistence::scope::Scope;
use rapport_persistence::writes::Writer;
use rapport_types::customers::{
    Customer, CustomerMerge, LikelyDuplicate, MergeError, MergeRecord, MergeUndone, MergedInto,
    UndoError, decide_undo, likely_duplicates, merged,
};
use rapport_types::ids::{CustomerId, CustomerMergeId, TicketEventId};
use rapport_types::page::Page;
use rapport_types::permissions::{EditCustomers, ViewCustomers};
use rapport_types::problem::{ErrorCode, Fault, FieldCode};

use super::{check, external_id_taken, too_many};
use crate::error::ApiError;
use crate::extract::{Allowed, Body, IfMatch, IfMatchHeader, PathId, RawPairs, ValidJson};
use crate::records::{check_version, scope_of};
use crate::replies::Reply;
use crate::state::AppState;

impl Body for CustomerMerge {
    const LIMIT: usize = 16_384;
}

/// Merge a customer into another
///
/// The customer of the address stays; `other_id` is given up. Its tickets, contacts and external
/// ids become those of the customer that stays, lists are united, notes joined. Of members that have
/// one value the stayer's holds unless it has none or the member stands in `take`. Both must be of
/// the same kind and in your scope, and of the versions that you saw. The id of the one given up
/// leads to the other from then on (301; writes: 409 `merged`). It can be undone for 30 days.
#[utoipa::path(
    tag = "customers",
    params(("id" = CustomerId, Path, description = "The customer that stays."), IfMatchHeader),
    request_body(content = CustomerMerge, example = json!({"other_id": "customer_01h455vb4pex5vsknk084sn02q", "other_version": 3, "take": ["address"]})),
    responses((status = 200, description = "The customer that stayed.", body = Customer))
)]
#[post("/customers/{id}/merge")]
pub(super) async fn merge_customer(
    state: web::Data<AppState>,
    caller: Allowed<EditCustomers>,
    id: PathId<CustomerId>,
    seen: IfMatch,
    body: ValidJson<CustomerMerge>,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.configuration().await?;
    let scope = scope_of(&caller, &configuration);
    let (id, wanted) = (id.0, body.0);
    let merge_id = CustomerMergeId::from_uuid(state.ids.next());
    let work = async |writer: &mut Writer| {
        // Both at once, in the order in which all lock: of two who merge crosswise one waits.
        let found = customers::find_all_locked(writer, &scope, &[id, wanted.other_id]).await?;
        let by_id = |id| found.iter().find(|customer| customer.id == id);
        let survivor = by_id(id).ok_or(StoreError::NotFound)?;
        check_version(seen, survivor.version)?;
        let Some(other) = by_id(wanted.other_id) else {
            return Err(not_there(writer, &scope, wanted.other_id).await);
        };
        check_version(IfMatch(wanted.other_version), other.version)?;
        let after = merged(survivor, other, &wanted.take).map_err(refused)?;
        let faults = too_many(
            after.phones.len(),
            after.emails.len(),
            after.tags.len(),
            after.external_ids.len(),
        );
        if !faults.is_empty() {
            return Err(faults.into());
        }
        // Whose owner or channel is no longer in use may be merged all the same: it stays as it was.
        let known = Customer {
            owner_id: after.owner_id,
            source_channel: after.source_channel.clone(),
            ..survivor.clone()
        };
        check(Some(&known), &after, &caller, &configuration)?;
        let event = || TicketEventId::from_uuid(state.ids.next());
        let both = (survivor, other);
        Ok(merges::merge(writer, merge_id, both, after, &wanted.take, event).await?)
    };
    let reply = |customer: &Customer| Ok(Reply::ok(customer)?.with_version(customer.version));
    let done = state
        .write_once(&caller, state.clock.now(), work, reply)
        .await
        .map_err(external_id_taken);
    or_merged(&state, &scope, id, done).await
}

/// Undo a merge
///
/// For whoever sees both as they will be (404 otherwise), within 30 days (409 `undo_expired`), once (409 `already_undone`), the newest merge into the
/// customer first (409 `not_newest`). The other customer is back with its id, number, external ids,
/// tickets and contacts. What was changed since the merge stays as it is.
#[utoipa::path(
    tag = "customers",
    params(
        ("id" = CustomerId, Path, description = "The customer that stayed."),
        ("merge_id" = CustomerMergeId, Path, description = "The merge's id."), IfMatchHeader
    ),
    responses((status = 200, description = "Both customers.", body = MergeUndone))
)]
#[post("/customers/{id}/merges/{merge_id}/undo")]
pub(super) async fn undo_customer_merge(
    state: web::Data<AppState>,
    caller: Allowed<EditCustomers>,
    path: web::Path<(CustomerId, CustomerMergeId)>,
    seen: IfMatch,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.configuration().await?;
    let scope = scope_of(&caller, &configuration);
    let (id, merge_id) = path.into_inner();
    let work = async |writer: &mut Writer| {
        let survivor = customers::get_locked(writer, &scope, id).await?;
        check_version(seen, survivor.version)?;
        let (merge, newest) = merges::get(writer, id, merge_id).await?;
        decide_undo(&merge.record, newest, writer.now()).map_err(|error| match error {
            UndoError::AlreadyUndone => ErrorCode::AlreadyUndone,
            UndoError::Expired => ErrorCode::UndoExpired,
            UndoError::NotNewest => ErrorCode::NotNewest,
        })?;
        // Both as they will be have to be the caller's: undoing shows and writes them.
        let (after, other) = merge.apart(&survivor)?.ok_or(ErrorCode::UndoExpired)?;
        let sees = |customer: &Customer| {
            scope.holds_team(customer.team_id) || customer.owner_id == Some(caller.id)
        };
        if !sees(&after) || !sees(&other) {
            return Err(ErrorCode::NotFound.into());
        }
        let event = || TicketEventId::from_uuid(state.ids.next());
        let (survivor, restored) = merges::undo(writer, &merge, &survivor, event)
            .await?
            .ok_or(ErrorCode::UndoExpired)?;
        Ok(MergeUndone { survivor, restored })
    };
    let reply = |both: &MergeUndone| Ok(Reply::ok(both)?.with_version(both.survivor.version));
    let done = state
        .write_once(&caller, state.clock.now(), work, reply)
        .await;
    or_merged(&state, &scope, id, done).await
}

/// List merges into a customer
///
/// Newest first, those that were undone too; at most 500.
#[utoipa::path(
    tag = "customers",
    params(("id" = CustomerId, Path, description = "The customer that stayed.")),
    responses((status = 200, description = "The merges.", body = Page<MergeRecord>))
)]
#[get("/customers/{id}/merges")]
pub(super) async fn list_customer_merges(
    state: web::Data<AppState>,
    caller: Allowed<ViewCustomers>,
    id: PathId<CustomerId>,
    pairs: RawPairs,
) -> Result<HttpResponse, ApiError> {
    pairs.finish()?;
    let configuration = state.configuration().await?;
    let scope = scope_of(&caller, &configuration);
    customers::get(&state.db, &scope, id.0).await?;
    let stored = merges::list(&state.db, id.0).await?;
    let named = stored
        .into_iter()
        .map(|merge| merge.named(|user| configuration.user_ref(user)));
    Ok(HttpResponse::Ok().json(Page::whole(named.collect())))
}

/// List likely duplicates of a customer
///
/// At most 20 in your scope that share a telephone number, an e-mail address, or name and region,
/// the likeliest first.
#[utoipa::path(
    tag = "customers",
    params(("id" = CustomerId, Path, description = "The customer's id.")),
    responses((status = 200, description = "Who may be the same.", body = Page<LikelyDuplicate>))
)]
#[get("/customers/{id}/duplicates")]
pub(super) async fn list_customer_duplicates(
    state: web::Data<AppState>,
    caller: Allowed<ViewCustomers>,
    id: PathId<CustomerId>,
    pairs: RawPairs,
) -> Result<HttpResponse, ApiError> {
    pairs.finish()?;
    let configuration = state.configuration().await?;
    let scope = scope_of(&caller, &configuration);
    let customer = customers::get(&state.db, &scope, id.0).await?;
    let candidates = merges::resembling(&state.db, &scope, &customer).await?;
    Ok(HttpResponse::Ok().json(Page::whole(likely_duplicates(&customer, &candidates))))
}

/// The way to the customer that another one has become part of.
pub(super) fn redirect(merged: &MergedInto) -> HttpResponse {
    let location = format!("/api/v1/customers/{}", merged.merged_into);
    HttpResponse::MovedPermanently()
        .insert_header((LOCATION, location))
        .json(merged)
}

/// The same, but whoever wanted to write to a customer that is no more learns where it went.
pub(super) async fn or_merged<T>(
    state: &AppState,
    scope: &Scope,
    id: CustomerId,
    done: Result<T, ApiError>,
) -> Result<T, ApiError> {
    match done {
        Err(error) if error.code() == ErrorCode::NotFound => {
            let merged = merges::merged_into(&state.db, scope, id).await?;
            Err(merged.map_or(error, |merged| ApiError::merged(merged.merged_into)))
        }
        done => done,
    }
}

/// Why the customer that is to be given up cannot be: it went already, or the caller sees none.
async fn not_there(writer: &Writer, scope: &Scope, id: CustomerId) -> ApiError {
    match merges::merged_within(writer, scope, &[id]).await {
        Ok(found) => match found.first() {
            Some(merged) => ApiError::merged(merged.merged_into),
            None => Fault::at("/other_id", FieldCode::UnknownRecord).into(),
        },
        Err(error) => error.into(),
    }
}

fn refused(error: MergeError) -> ApiError {
    match error {
        MergeError::Itself => Fault::at("/other_id", FieldCode::Itself),
        MergeError::OtherKind => Fault::at("/other_id", FieldCode::OtherKind),
        MergeError::NoteTooLong => Fault::at("/note", FieldCode::TooLong),
    }
    .into()
}
