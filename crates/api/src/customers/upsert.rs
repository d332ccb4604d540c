//! Customers by their keys in other systems, one or many at a time.

use std::collections::{HashMap, HashSet};

use actix_web::{HttpRequest, HttpResponse, get, post, put, web};
use rapport_persistence::contacts;
use rapport_persistence::customers::{self, merges};
use rapport_persistence::writes::Writer;
use rapport_types::batches::{BatchItem, BatchMode, BatchOutcome, BatchReport};
use rapport_types::customers::{Customer, CustomerPatch};
use rapport_types::ids::CustomerId;
use rapport_types::permissions::{EditCustomers, ViewCustomers};
use rapport_types::problem::{ErrorCode, Fault, FieldCode};
use rapport_types::records::ExternalId;
use rapport_types::text::LineText;

use super::{added, patched};
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

type Item = BatchItem<CustomerId, CustomerPatch>;

impl Body for Item {
    fn check(&self) -> Vec<Fault> {
        let faults = self.data.check().into_iter();
        faults.map(|fault| fault.within("data")).collect()
    }
}

/// The body of a batch, for the document.
#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "only its schema is used")]
struct CustomerBatch {
    /// What becomes of the others when one item is refused; default `each`.
    #[serde(default)]
    mode: BatchMode,
    /// The items. No customer may be named by two of them.
    #[schema(min_items = 1, max_items = 1000)]
    items: Vec<CustomerBatchItem>,
}

/// An item of a batch, for the document.
#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "only its schema is used")]
struct CustomerBatchItem {
    /// The caller's name for this item; the result carries it.
    #[serde(rename = "ref")]
    reference: Option<LineText>,
    /// The customer to change.
    id: Option<CustomerId>,
    /// The version that the change is based on: needed with `id`, possible with `external_id`.
    version: Option<i64>,
    /// The key in another system by which the customer is made or changed.
    external_id: Option<ExternalId>,
    /// Its members. Of a customer that is there the members left out stay as they are.
    data: CustomerPatch,
}

/// Read a customer by its key in another system
///
/// One of its `external_ids`.
#[utoipa::path(
    tag = "customers",
    params(ExternalIdPath, IfNoneMatchHeader),
    responses(
        (status = 200, description = "The customer.", body = Customer),
        (status = 304, description = "The caller holds this version."),
    )
)]
#[get("/customers/by-external-id/{source}/{external_id}")]
pub(super) async fn get_customer_by_external_id(
    state: web::Data<AppState>,
    caller: Allowed<ViewCustomers>,
    key: PathKey,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.configuration().await?;
    let scope = scope_of(&caller, &configuration);
    let customer = customers::get_by_external_id(&state.db, &scope, &key.0).await?;
    Ok(versioned(&customer, customer.version, &request))
}

/// Make or change a customer by its key in another system
///
/// Without a customer of that key one is made, which needs a name. Else it is changed as by PATCH:
/// a member left out stays, null clears it. Sent again it changes nothing. With `If-Match` only a
/// customer of that version is changed and none is made.
#[utoipa::path(
    tag = "customers",
    params(ExternalIdPath, OptionalIfMatchHeader),
    request_body(content = CustomerPatch, example = json!({"name": "王芳", "phones": ["138 0013 8000"], "lifecycle": "active"})),
    responses(
        (status = 200, description = "The customer that had the key, after the change.", body = Customer),
        (status = 201, description = "The new customer.", body = Customer),
    )
)]
#[put("/customers/by-external-id/{source}/{external_id}")]
pub(super) async fn put_customer_by_external_id(
    state: web::Data<AppState>,
    caller: Allowed<EditCustomers>,
    key: PathKey,
    seen: OptionalIfMatch,
    patch: ValidJson<CustomerPatch>,
) -> Result<HttpResponse, ApiError> {
    let desk = Desk::of(&state, &caller).await?;
    desk.put::<Customers>(key.0, seen, patch.0).await
}

/// Make or change many customers
///
/// Up to 1,000, each by its key in another system (made when none has it), by its id and version, or
/// by neither (made). Each gets a result in the order of the items, with its `ref`. A refused item
/// of mode `each` leaves the others as they are; in mode `atomic` nothing is done then (422
/// `batch_refused`).
#[utoipa::path(
    tag = "customers",
    request_body(content = CustomerBatch, example = json!({"mode": "each", "items": [
        {"ref": "1", "external_id": {"source": "crm", "id": "C-7"}, "data": {"name": "王芳", "region": "上海"}},
        {"ref": "2", "data": {"name": "Li Wei", "emails": ["li.wei@example.com"]}}
    ]})),
    responses((status = 207, description = "What became of each.", body = BatchReport<CustomerId>))
)]
#[post("/customers/batch")]
pub(super) async fn write_customer_batch(
    state: web::Data<AppState>,
    caller: Allowed<EditCustomers>,
    language: Language,
    batch: ValidJson<UnreadBatch>,
) -> Result<HttpResponse, ApiError> {
    let desk = Desk::of(&state, &caller).await?;
    desk.carry_out::<Customers>(&batch, language).await
}

/// What is to be written of a customer.
#[derive(Debug)]
struct Decided {
    /// None for a new one.
    before: Option<Customer>,
    /// A new one has no number yet.
    after: Customer,
}

/// The customers that items name, as the transaction found them.
struct Known {
    customers: HashMap<CustomerId, Customer>,
    /// Those that have contacts or are one.
    linked: HashSet<CustomerId>,
    /// Where those went that are there no more.
    merged: HashMap<CustomerId, CustomerId>,
}

/// Customers, by their keys in other systems.
struct Customers;

impl Batched for Customers {
    type Id = CustomerId;
    type Data = CustomerPatch;
    type Known = Known;
    type Decided = Decided;
    type Record = Customer;
    const FEATURE: &'static str = "customers";

    fn identity(customer: &Customer) -> (CustomerId, i64, i64) {
        (customer.id, customer.number, customer.version)
    }

    /// By a number of statements that does not grow with the items.
    async fn load(
        desk: &Desk<'_>,
        writer: &mut Writer,
        items: &[&Item],
    ) -> Result<(Targets<CustomerId>, Known), ApiError> {
        let keys = keys_of(items, |data: &CustomerPatch| data.external_ids.as_ref());
        let targets = Targets::new(customers::holders(writer, &keys).await?);
        let named: Vec<CustomerId> = items
            .iter()
            .filter_map(|item| targets.record(item))
            .collect();
        let found = customers::find_all_locked(writer, &desk.scope, &named).await?;
        let changes_kind = items.iter().filter(|item| item.data.kind.is_some());
        let asked: Vec<CustomerId> = changes_kind
            .filter_map(|item| targets.record(item))
            .collect();
        let linked = contacts::linked(writer, &asked).await?;
        let customers: HashMap<_, _> = found.into_iter().map(|found| (found.id, found)).collect();
        let mut missing = named;
        missing.retain(|id| !customers.contains_key(id));
        let merged = merges::merged_within(writer, &desk.scope, &missing).await?;
        let merged = merged.into_iter().map(|way| (way.id, way.merged_into));
        let known = Known {
            linked: linked.into_iter().collect(),
            merged: merged.collect(),
            customers,
        };
        Ok((targets, known))
    }

    fn decide(
        desk: &Desk<'_>,
        targets: &mut Targets<CustomerId>,
        known: &Known,
        target: Target<CustomerId>,
        item: &Item,
    ) -> Result<Decided, ApiError> {
        let key = item.external_id.as_ref();
        match target {
            Target::New if item.version.is_some() => Err(ErrorCode::NotFound.into()),
            Target::New => {
                let required = || Fault::at("/name", FieldCode::Required);
                let mut new = item.data.clone().into_new().ok_or_else(required)?;
                new.external_ids.extend(key.cloned());
                let team = desk.caller.team_id;
                let made = added(new, team, desk.now, desk.state, &desk.configuration);
                check(desk, targets, None, &made)?;
                Ok(Decided {
                    before: None,
                    after: made,
                })
            }
            Target::Known(id) => {
                let Some(before) = known.customers.get(&id) else {
                    let merged = known.merged.get(&id);
                    return Err(merged.map_or_else(|| unseen(key), |into| ApiError::merged(*into)));
                };
                check_version(item.version, before.version)?;
                let patch = CustomerPatch {
                    external_ids: with_key(item.data.external_ids.clone(), key),
                    ..item.data.clone()
                };
                let after = patched(before.clone(), patch, &desk.configuration);
                if before.kind != after.kind && known.linked.contains(&id) {
                    return Err(Fault::at("/kind", FieldCode::HasContacts).into());
                }
                check(desk, targets, Some(before), &after)?;
                Ok(Decided {
                    before: Some(before.clone()),
                    after,
                })
            }
        }
    }

    /// What is new goes in together.
    async fn save(
        _: &Desk<'_>,
        writer: &mut Writer,
        decided: Vec<Decided>,
    ) -> Result<Vec<(BatchOutcome, Customer)>, ApiError> {
        let new = decided.iter().filter(|one| one.before.is_none()).count();
        let mut number = match new {
            0 => 0,
            new => customers::take_numbers(writer, new).await?,
        };
        let (mut made, mut written) = (Vec::with_capacity(new), Vec::with_capacity(decided.len()));
        for Decided { before, mut after } in decided {
            let outcome = match before {
                None => {
                    after.number = number;
                    number += 1;
                    made.push(after.clone());
                    BatchOutcome::Created
                }
                Some(before) => {
                    customers::update(writer, &before, &mut after).await?;
                    BatchOutcome::of_change(before.version, after.version)
                }
            };
            written.push((outcome, after));
        }
        if !made.is_empty() {
            customers::insert_all(writer, &made).await?;
        }
        Ok(written)
    }
}

/// What the customer refers to exists and is in use, and its keys are free.
fn check(
    desk: &Desk<'_>,
    targets: &mut Targets<CustomerId>,
    before: Option<&Customer>,
    after: &Customer,
) -> Result<(), ApiError> {
    super::check(before, after, desk.caller, &desk.configuration)?;
    targets.give(before.map(|before| before.id), &after.external_ids)
}
