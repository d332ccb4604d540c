//! The endpoints of customers.

pub(crate) mod bulk;
mod merge;
mod upsert;

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use chrono::{DateTime, Utc};
use rapport_persistence::configuration::Configuration;
use rapport_persistence::contacts;
use rapport_persistence::customers::{self, merges};
use rapport_persistence::writes::{Writer, write};
use rapport_types::customers::{
    Customer, CustomerKind, CustomerNames, CustomerPatch, CustomerSummary, CustomerView, FIELDS,
    Lifecycle, MergedInto, NewCustomer, TimelineEntry,
};
use rapport_types::ids::{CustomerId, TeamId, UserId};
use rapport_types::page::{KeyKind, Page, Sort};
use rapport_types::permissions::{DeleteCustomers, EditCustomers, ViewCustomers, ViewTickets};
use rapport_types::problem::{ErrorCode, Fault, FieldCode};
use rapport_types::text::{Code, Phone};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::auth::caller::Caller;
use crate::csv::Cell;
use crate::error::ApiError;
use crate::extract::{
    Allowed, Body, Format, FormatParam, IfMatch, IfMatchHeader, IfNoneMatchHeader,
    IncludeNamesParam, PagingParams, PathId, RawPairs, ValidJson, etag, versioned,
};
use crate::lists::page;
use crate::records::{all_as_csv, check_codes, check_cursor, context, q, scope_of};
use crate::replies::Reply;
use crate::state::AppState;

/// The routes of this feature.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(list_customers)
        .service(create_customer)
        .service(get_customer)
        .service(update_customer)
        .service(delete_customer)
        .service(list_customer_timeline)
        .service(merge::merge_customer)
        .service(merge::undo_customer_merge)
        .service(merge::list_customer_merges)
        .service(merge::list_customer_duplicates)
        .service(upsert::get_customer_by_external_id)
        .service(upsert::put_customer_by_external_id)
        .service(upsert::write_customer_batch);
}

impl Body for NewCustomer {
    fn check(&self) -> Vec<Fault> {
        too_many(
            self.phones.len(),
            self.emails.len(),
            self.tags.len(),
            self.external_ids.len(),
        )
    }
}

impl Body for CustomerPatch {
    fn check(&self) -> Vec<Fault> {
        fn many<T>(list: Option<&Vec<T>>) -> usize {
            list.map_or(0, Vec::len)
        }
        too_many(
            many(self.phones.as_ref()),
            many(self.emails.as_ref()),
            many(self.tags.as_ref()),
            many(self.external_ids.as_ref()),
        )
    }
}

/// A customer has at most 20 of each.
fn too_many(phones: usize, emails: usize, tags: usize, external_ids: usize) -> Vec<Fault> {
    [
        ("/phones", phones),
        ("/emails", emails),
        ("/tags", tags),
        ("/external_ids", external_ids),
    ]
    .into_iter()
    .filter(|(_, count)| *count > 20)
    .map(|(pointer, _)| Fault::at(pointer, FieldCode::TooMany))
    .collect()
}

const DEFAULT_SORT: Sort = Sort {
    field: "updated_at",
    descending: true,
};

/// List customers
///
/// Customers in your scope. `q` finds them by name (also in pinyin and by initials), number,
/// the end of a telephone number, e-mail address or external id; exact matches come first.
#[utoipa::path(
    tag = "customers",
    params(
        PagingParams, crate::records::CustomerListParams,
        FormatParam
    ),
    responses((status = 200, description = "A page of customers.", body = Page<CustomerSummary>))
)]
#[get("/customers")]
async fn list_customers(
    state: web::Data<AppState>,
    caller: Allowed<ViewCustomers>,
    request: HttpRequest,
    mut pairs: RawPairs,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.configuration().await?;
    let filter = pairs.filter(FIELDS);
    check_codes(&mut pairs, &filter, &configuration);
    let q = q(&mut pairs);
    let paging = pairs.paging(customers::ORDERS, DEFAULT_SORT);
    let format = pairs.format();
    pairs.finish()?;
    let filter = context(&caller, &configuration, &state).resolve(FIELDS, &filter);
    let query = customers::Query { filter, q, paging };
    check_cursor(&query.paging, query.digest(), query.key_kind())?;
    let scope = scope_of(&caller, &configuration);
    if format == Format::Csv {
        let paging = query.paging.clone();
        let load = async move |paging| {
            let query = customers::Query {
                paging,
                ..query.clone()
            };
            let page = customers::list(&state.db, &configuration, &scope, &query).await?;
            Ok::<_, ApiError>(page.map(|row| cells(&row, &caller, &configuration)))
        };
        return all_as_csv(&request, "customers", paging, COLUMNS, load).await;
    }
    let asked = (&scope, &query, configuration.version);
    let make = async || {
        let found = customers::list(&state.db, &configuration, &scope, &query).await?;
        Ok(page(&request, &found))
    };
    state.answer(&request, asked, make).await
}

const COLUMNS: &[&str] = &[
    "number",
    "id",
    "kind",
    "name",
    "phone",
    "email",
    "region",
    "lifecycle",
    "tags",
    "owner",
    "team",
    "created_at",
    "updated_at",
];

fn cells(row: &CustomerSummary, caller: &Caller, configuration: &Configuration) -> Vec<Cell> {
    let tags: Vec<&str> = row.tags.iter().map(|tag| tag.as_str()).collect();
    let text = |text: Option<&str>| text.map_or(Cell::Empty, Cell::text);
    vec![
        Cell::plain(Some(row.number)),
        Cell::plain(Some(row.id)),
        Cell::plain(Some(row.kind.code())),
        Cell::text(&row.name),
        text(row.phone.as_ref().map(Phone::as_str)),
        text(row.email.as_ref().map(|email| email.as_str())),
        text(row.region.as_ref().map(|region| region.as_str())),
        Cell::plain(Some(row.lifecycle.code())),
        Cell::text(tags.join(", ")),
        text(row.owner.as_ref().map(|owner| owner.name.as_str())),
        Cell::text(row.team.names.get(caller.locale)),
        Cell::instant(Some(row.created_at), configuration.zone),
        Cell::instant(Some(row.updated_at), configuration.zone),
    ]
}

/// Create a customer
///
/// Only the name is required. Telephone numbers without a country get the organisation's.
#[utoipa::path(
    tag = "customers",
    request_body(content = NewCustomer, example = json!({"name": "王芳", "phones": ["138 0013 8000"], "emails": ["wang.fang@example.com"]})),
    responses((status = 201, description = "The new customer.", body = Customer))
)]
#[post("/customers")]
async fn create_customer(
    state: web::Data<AppState>,
    caller: Allowed<EditCustomers>,
    new: ValidJson<NewCustomer>,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.configuration().await?;
    let now = state.clock.now();
    let customer = added(new.0, caller.team_id, now, &state, &configuration);
    check(None, &customer, &caller, &configuration)?;
    let work = async |writer: &mut Writer| {
        let mut customer = customer.clone();
        customer.number = customers::next_number(writer).await?;
        customers::insert(writer, &customer).await?;
        Ok(customer)
    };
    let reply = |new: &Customer| Reply::record(new, new.version, ("customers", new.id));
    state
        .write_once(&caller, now, work, reply)
        .await
        .map_err(external_id_taken)
}

/// Read a customer
///
/// `include=names` adds the names of its owner and team. The id of a customer that was merged leads
/// to the one that it has become part of.
#[utoipa::path(
    tag = "customers",
    params(
        ("id" = CustomerId, Path, description = "The customer's id."), IfNoneMatchHeader,
        IncludeNamesParam
    ),
    responses(
        (status = 200, description = "The customer.", body = CustomerView),
        (status = 301, description = "It was merged into another customer.", body = MergedInto, headers(("Location" = String, description = "Where that one is."))),
        (status = 304, description = "The caller holds this version."),
    )
)]
#[get("/customers/{id}")]
async fn get_customer(
    state: web::Data<AppState>,
    caller: Allowed<ViewCustomers>,
    id: PathId<CustomerId>,
    request: HttpRequest,
    mut pairs: RawPairs,
) -> Result<HttpResponse, ApiError> {
    let names = !pairs.include(&["names"]).is_empty();
    pairs.finish()?;
    let configuration = state.configuration().await?;
    let scope = scope_of(&caller, &configuration);
    let make = async || {
        let customer = customers::get(&state.db, &scope, id.0).await?;
        if !names {
            return Ok(versioned(&customer, customer.version, &request));
        }
        let included = CustomerNames {
            owner: customer
                .owner_id
                .and_then(|owner| configuration.user_ref(owner)),
            team: Some(configuration.team_ref(customer.team_id)),
        };
        let version = customer.version;
        let view = CustomerView {
            customer,
            included: Some(included),
        };
        Ok(HttpResponse::Ok().insert_header(etag(version)).json(view))
    };
    let answer = state
        .answer(&request, (&scope, configuration.version), make)
        .await;
    match answer {
        Err(error) if error.code() == ErrorCode::NotFound => {
            let merged = merges::merged_into(&state.db, &scope, id.0).await?;
            merged.map_or(Err(error), |merged| Ok(merge::redirect(&merged)))
        }
        answer => answer,
    }
}

/// Change a customer
///
/// A JSON Merge Patch: a member left out stays, null clears it. Lists are replaced as a whole.
#[utoipa::path(
    tag = "customers",
    params(("id" = CustomerId, Path, description = "The customer's id."), IfMatchHeader),
    request_body(content = CustomerPatch, example = json!({"lifecycle": "active", "note": null})),
    responses((status = 200, description = "The customer after the change.", body = Customer))
)]
#[patch("/customers/{id}")]
async fn update_customer(
    state: web::Data<AppState>,
    caller: Allowed<EditCustomers>,
    id: PathId<CustomerId>,
    seen: IfMatch,
    patch: ValidJson<CustomerPatch>,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.configuration().await?;
    let scope = scope_of(&caller, &configuration);
    let done = write(
        &state.db,
        caller.write_context(state.clock.now()),
        async |writer| {
            let before = customers::get_locked(writer, &scope, id.0).await?;
            crate::records::check_version(seen, before.version)?;
            let mut after = patched(before.clone(), patch.0.clone(), &configuration);
            check(Some(&before), &after, &caller, &configuration)?;
            if before.kind != after.kind && contacts::has_any(writer, id.0).await? {
                return Err(Fault::at("/kind", FieldCode::HasContacts).into());
            }
            customers::update(writer, &before, &mut after).await?;
            Ok::<_, ApiError>(after)
        },
    )
    .await
    .map_err(external_id_taken);
    let customer = merge::or_merged(&state, &scope, id.0, done).await?;
    Ok(HttpResponse::Ok()
        .insert_header(etag(customer.version))
        .json(customer))
}

/// Delete a customer
///
/// Only when no ticket refers to it, it has no contacts and is none (409 `in_use`).
#[utoipa::path(
    tag = "customers",
    params(("id" = CustomerId, Path, description = "The customer's id."), IfMatchHeader),
    responses((status = 204, description = "Deleted."))
)]
#[delete("/customers/{id}")]
async fn delete_customer(
    state: web::Data<AppState>,
    caller: Allowed<DeleteCustomers>,
    id: PathId<CustomerId>,
    seen: IfMatch,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.configuration().await?;
    let scope = scope_of(&caller, &configuration);
    let done = write(
        &state.db,
        caller.write_context(state.clock.now()),
        async |writer| {
            let customer = customers::get_locked(writer, &scope, id.0).await?;
            crate::records::check_version(seen, customer.version)?;
            if customers::delete(writer, &customer).await? {
                Ok(())
            } else {
                Err(ApiError::from(ErrorCode::InUse))
            }
        },
    )
    .await;
    merge::or_merged(&state, &scope, id.0, done).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// List a customer's timeline
///
/// What happened on the customer's tickets that you may see, newest first. It shows what tickets
/// hold, so it needs the right to view tickets as well.
#[utoipa::path(
    tag = "customers",
    params(
        ("id" = CustomerId, Path, description = "The customer's id."), PagingParams
    ),
    responses((status = 200, description = "A page of the timeline.", body = Page<TimelineEntry>))
)]
#[get("/customers/{id}/timeline")]
async fn list_customer_timeline(
    state: web::Data<AppState>,
    caller: Allowed<(ViewCustomers, ViewTickets)>,
    id: PathId<CustomerId>,
    request: HttpRequest,
    mut pairs: RawPairs,
) -> Result<HttpResponse, ApiError> {
    let paging = pairs.paging(
        &[],
        Sort {
            field: "at",
            descending: true,
        },
    );
    pairs.finish()?;
    check_cursor(&paging, customers::timeline_digest(id.0), KeyKind::Moment)?;
    let configuration = state.configuration().await?;
    let scope = scope_of(&caller, &configuration);
    customers::get(&state.db, &scope, id.0).await?;
    let found = customers::timeline(&state.db, &configuration, &scope, id.0, &paging).await?;
    Ok(page(&request, &found))
}

/// A new customer without its number; of `team` unless it names another.
pub(crate) fn added(
    new: NewCustomer,
    team: TeamId,
    now: DateTime<Utc>,
    state: &AppState,
    configuration: &Configuration,
) -> Customer {
    Customer {
        id: CustomerId::from_uuid(state.ids.next()),
        number: 0,
        version: 1,
        kind: new.kind.unwrap_or(CustomerKind::Person),
        name: new.name,
        nature: new.nature,
        industry: new.industry,
        job_title: new.job_title,
        phones: phones(new.phones, configuration),
        emails: distinct(new.emails),
        address: new.address,
        region: new.region,
        birthday_on: new.birthday_on,
        source_channel: new.source_channel,
        owner_id: new.owner_id,
        team_id: new.team_id.unwrap_or(team),
        lifecycle: new.lifecycle.unwrap_or(Lifecycle::Potential),
        tags: distinct(new.tags),
        note: new.note,
        external_ids: distinct(new.external_ids),
        import_id: None,
        created_at: now,
        updated_at: now,
    }
}

fn patched(customer: Customer, patch: CustomerPatch, configuration: &Configuration) -> Customer {
    Customer {
        name: patch.name.unwrap_or(customer.name),
        kind: patch.kind.unwrap_or(customer.kind),
        nature: patch.nature.apply(customer.nature),
        industry: patch.industry.apply(customer.industry),
        job_title: patch.job_title.apply(customer.job_title),
        phones: patch
            .phones
            .map_or(customer.phones, |list| phones(list, configuration)),
        emails: patch.emails.map_or(customer.emails, distinct),
        address: patch.address.apply(customer.address),
        region: patch.region.apply(customer.region),
        birthday_on: patch.birthday_on.apply(customer.birthday_on),
        source_channel: patch.source_channel.apply(customer.source_channel),
        owner_id: patch.owner_id.apply(customer.owner_id),
        team_id: patch.team_id.unwrap_or(customer.team_id),
        lifecycle: patch.lifecycle.unwrap_or(customer.lifecycle),
        tags: patch.tags.map_or(customer.tags, distinct),
        note: patch.note.apply(customer.note),
        external_ids: patch.external_ids.map_or(customer.external_ids, distinct),
        ..customer
    }
}

fn phones(phones: Vec<Phone>, configuration: &Configuration) -> Vec<Phone> {
    let country = configuration.settings.phone_country_code.as_str();
    distinct(
        phones
            .iter()
            .map(|phone| phone.international(country))
            .collect(),
    )
}

/// Each value once, in the order given.
pub(crate) fn distinct<T: PartialEq>(values: Vec<T>) -> Vec<T> {
    let mut kept: Vec<T> = Vec::with_capacity(values.len());
    for value in values {
        if !kept.contains(&value) {
            kept.push(value);
        }
    }
    kept
}

/// What the customer refers to exists, is in use and lies where the caller may put it. What the
/// change leaves as it was is not asked again.
fn check(
    before: Option<&Customer>,
    after: &Customer,
    caller: &Caller,
    configuration: &Configuration,
) -> Result<(), ApiError> {
    let faults = customer_faults(before, after, caller, configuration);
    if faults.is_empty() {
        Ok(())
    } else {
        Err(ApiError::invalid(faults))
    }
}

/// What is wrong with what the customer refers to.
pub(crate) fn customer_faults(
    before: Option<&Customer>,
    after: &Customer,
    caller: &Caller,
    configuration: &Configuration,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    if before.is_none_or(|before| before.team_id != after.team_id) {
        faults.extend(team_fault(after.team_id, caller, configuration));
    }
    if before.is_none_or(|before| before.owner_id != after.owner_id) {
        faults.extend(
            after
                .owner_id
                .and_then(|owner| user_fault("/owner_id", owner, configuration)),
        );
    }
    if before.is_none_or(|before| before.source_channel != after.source_channel) {
        faults.extend(
            after
                .source_channel
                .as_ref()
                .and_then(|code| channel_fault("/source_channel", code, configuration)),
        );
    }
    faults
}

/// Why the caller cannot put a record into this team.
pub(crate) fn team_fault(
    team: TeamId,
    caller: &Caller,
    configuration: &Configuration,
) -> Option<Fault> {
    let code = match configuration.teams.get(&team) {
        None => FieldCode::UnknownRecord,
        Some(team) if !team.active => FieldCode::Inactive,
        Some(_) if !scope_of(caller, configuration).holds_team(team) => FieldCode::OutsideScope,
        Some(_) => return None,
    };
    Some(Fault::at("/team_id", code))
}

/// Why a user cannot be named in this member.
pub(crate) fn user_fault(
    pointer: &str,
    user: UserId,
    configuration: &Configuration,
) -> Option<Fault> {
    match configuration.users.get(&user) {
        None => Some(Fault::at(pointer, FieldCode::UnknownRecord)),
        Some(user) if !user.active => Some(Fault::at(pointer, FieldCode::Inactive)),
        Some(_) => None,
    }
}

/// Why a channel cannot be named in this member.
pub(crate) fn channel_fault(
    pointer: &str,
    code: &Code,
    configuration: &Configuration,
) -> Option<Fault> {
    match configuration.channels.get(code) {
        None => Some(Fault::at(pointer, FieldCode::UnknownCode)),
        Some(channel) if !channel.active => Some(Fault::at(pointer, FieldCode::Inactive)),
        Some(_) => None,
    }
}

/// A taken external id is a fault of that member.
pub(crate) fn external_id_taken(error: ApiError) -> ApiError {
    if error.code() == ErrorCode::Taken {
        error.with_faults(vec![Fault::at("/external_ids", FieldCode::Taken)])
    } else {
        error
    }
}
