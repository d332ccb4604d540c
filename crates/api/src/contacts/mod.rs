//! The endpoints of contacts: the people who speak for organisations.

mod list;

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use rapport_persistence::configuration::Configuration;
use rapport_persistence::error::StoreError;
use rapport_persistence::scope::Scope;
use rapport_persistence::writes::{Writer, write};
use rapport_persistence::{contacts, customers};
use rapport_types::contacts::{
    Contact, ContactError, ContactPatch, NewContact, decide_new, displaced, may_have_contacts,
};
use rapport_types::customers::{Customer, NewCustomer};
use rapport_types::ids::{ContactId, CustomerId};
use rapport_types::permissions::{EditCustomers, ViewCustomers};
use rapport_types::problem::{ErrorCode, Fault, FieldCode, Place};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::auth::caller::Caller;
use crate::customers::{added, channel_fault, customer_faults};
use crate::error::ApiError;
use crate::extract::{
    Allowed, Body, IfMatch, IfMatchHeader, IfNoneMatchHeader, PathId, ValidJson, etag, versioned,
};
use crate::records::{check_version, scope_of};
use crate::replies::Reply;
use crate::state::AppState;

/// The routes of this feature.
pub fn routes(cfg: &mut ServiceConfig) {
    list::routes(cfg);
    cfg.service(create_customer_contact)
        .service(get_contact)
        .service(update_contact)
        .service(delete_contact);
}

impl Body for NewContact {
    fn check(&self) -> Vec<Fault> {
        let mut faults = self.faults();
        faults.extend(of_person(
            self.person.iter().flat_map(NewCustomer::check).collect(),
        ));
        faults
    }
}

impl Body for ContactPatch {
    const LIMIT: usize = 16_384;
}

/// Faults of a customer, in the member `person` of a body.
fn of_person(faults: Vec<Fault>) -> Vec<Fault> {
    faults
        .into_iter()
        .map(|fault| match fault.place {
            Place::Pointer(pointer) => Fault::at(format!("/person{pointer}"), fault.code),
            Place::Parameter(_) => fault,
        })
        .collect()
}

/// Add a contact to a customer
///
/// The customer is an organisation (409 `not_an_organisation`). The contact is a person whom you
/// see (`person_id`), or a new one (`person`), who is added as a customer in the same step, in the
/// organisation's team unless it names another. The first contact is the one to ask first, unless
/// `is_primary` says otherwise; another one that becomes it displaces the one before. An
/// organisation has at most 200 contacts, and a person speaks for at most 200 organisations.
#[utoipa::path(
    tag = "contacts",
    params(("id" = CustomerId, Path, description = "The organisation's id.")),
    request_body(content = NewContact, example = json!({"person": {"name": "王芳", "phones": ["138 0013 8000"]}, "role": "采购", "preferred_channel": "wechat"})),
    responses((status = 201, description = "The new contact.", body = Contact))
)]
#[post("/customers/{id}/contacts")]
async fn create_customer_contact(
    state: web::Data<AppState>,
    caller: Allowed<EditCustomers>,
    id: PathId<CustomerId>,
    new: ValidJson<NewContact>,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.configuration().await?;
    let scope = scope_of(&caller, &configuration);
    let now = state.clock.now();
    let organisation = customers::get(&state.db, &scope, id.0).await?;
    if !may_have_contacts(organisation.kind) {
        return Err(ErrorCode::NotAnOrganisation.into());
    }
    let mut new = new.0;
    let person = new.person.take().map(|person| {
        // Whoever sees the organisation shall see how to reach it.
        let team = if scope.holds_team(organisation.team_id) {
            organisation.team_id
        } else {
            caller.team_id
        };
        added(person, team, now, &state, &configuration)
    });
    check(&new, person.as_ref(), &caller, &configuration)?;
    let contact_id = ContactId::from_uuid(state.ids.next());
    let work = async |writer: &mut Writer| {
        let person = match (&person, new.person_id) {
            (Some(person), _) => person.clone(),
            (None, Some(person)) => known_person(writer, &scope, person).await?,
            (None, None) => return Err(Fault::at("/person_id", FieldCode::Required).into()),
        };
        let organisation = customers::get_locked(writer, &scope, id.0).await?;
        let existing = contacts::of_organisation(writer, id.0).await?;
        let spoken_for = contacts::spoken_for(writer, person.id).await?;
        let is_first =
            decide_new(&organisation, &existing, &person, spoken_for).map_err(refusal)?;
        let contact = Contact {
            id: contact_id,
            version: 1,
            customer_id: organisation.id,
            person_id: person.id,
            role: new.role.clone(),
            preferred_channel: new.preferred_channel.clone(),
            is_primary: new.is_primary.unwrap_or(is_first),
            note: new.note.clone(),
            created_at: now,
            updated_at: now,
        };
        if new.person_id.is_none() {
            let mut person = person;
            person.number = customers::next_number(writer).await?;
            customers::insert(writer, &person).await?;
        }
        displace(writer, &contact, &existing, &organisation).await?;
        contacts::insert(writer, &contact, &organisation).await?;
        Ok(contact)
    };
    let reply = |new: &Contact| Reply::record(new, new.version, ("contacts", new.id));
    state
        .write_once(&caller, now, work, reply)
        .await
        .map_err(taken)
}

/// Read a contact
///
/// Whoever sees the organisation sees its contacts. The person's own facts are read at
/// `/customers/{person_id}` by those who see the person.
#[utoipa::path(
    tag = "contacts",
    params(("id" = ContactId, Path, description = "The contact's id."), IfNoneMatchHeader),
    responses(
        (status = 200, description = "The contact.", body = Contact),
        (status = 304, description = "The caller holds this version."),
    )
)]
#[get("/contacts/{id}")]
async fn get_contact(
    state: web::Data<AppState>,
    caller: Allowed<ViewCustomers>,
    id: PathId<ContactId>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.configuration().await?;
    let contact = contacts::get(&state.db, &scope_of(&caller, &configuration), id.0).await?;
    Ok(versioned(&contact, contact.version, &request))
}

/// Change a contact
///
/// A JSON Merge Patch: a member left out stays, null clears it. The one that becomes the one to ask
/// first displaces the one before, whose version rises as well.
#[utoipa::path(
    tag = "contacts",
    params(("id" = ContactId, Path, description = "The contact's id."), IfMatchHeader),
    request_body(content = ContactPatch, example = json!({"role": "财务", "is_primary": true})),
    responses((status = 200, description = "The contact after the change.", body = Contact))
)]
#[patch("/contacts/{id}")]
async fn update_contact(
    state: web::Data<AppState>,
    caller: Allowed<EditCustomers>,
    id: PathId<ContactId>,
    seen: IfMatch,
    patch: ValidJson<ContactPatch>,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.configuration().await?;
    let scope = scope_of(&caller, &configuration);
    let context = caller.write_context(state.clock.now());
    let contact = write(&state.db, context, async |writer| {
        let (before, organisation) = contacts::get_locked(writer, &scope, id.0).await?;
        check_version(seen, before.version)?;
        let after = patch.0.clone().apply(before.clone());
        if before.preferred_channel != after.preferred_channel
            && let Some(code) = &after.preferred_channel
            && let Some(fault) = channel_fault("/preferred_channel", code, &configuration)
        {
            return Err(fault.into());
        }
        let existing = contacts::of_organisation(writer, organisation.id).await?;
        displace(writer, &after, &existing, &organisation).await?;
        Ok::<_, ApiError>(contacts::update(writer, &before, after, &organisation).await?)
    })
    .await?;
    Ok(HttpResponse::Ok()
        .insert_header(etag(contact.version))
        .json(contact))
}

/// Delete a contact
///
/// The person no longer speaks for the organisation. Its own record stays, and so do the tickets
/// that name it.
#[utoipa::path(
    tag = "contacts",
    params(("id" = ContactId, Path, description = "The contact's id."), IfMatchHeader),
    responses((status = 204, description = "Deleted."))
)]
#[delete("/contacts/{id}")]
async fn delete_contact(
    state: web::Data<AppState>,
    caller: Allowed<EditCustomers>,
    id: PathId<ContactId>,
    seen: IfMatch,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.configuration().await?;
    let scope = scope_of(&caller, &configuration);
    let context = caller.write_context(state.clock.now());
    write(&state.db, context, async |writer| {
        let (contact, organisation) = contacts::get_locked(writer, &scope, id.0).await?;
        check_version(seen, contact.version)?;
        Ok::<_, ApiError>(contacts::delete(writer, &contact, &organisation).await?)
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// What a new contact names exists and is in use.
fn check(
    new: &NewContact,
    person: Option<&Customer>,
    caller: &Caller,
    configuration: &Configuration,
) -> Result<(), ApiError> {
    let mut faults: Vec<Fault> = new
        .preferred_channel
        .iter()
        .filter_map(|code| channel_fault("/preferred_channel", code, configuration))
        .collect();
    if let Some(person) = person {
        faults.extend(of_person(customer_faults(
            None,
            person,
            caller,
            configuration,
        )));
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(ApiError::invalid(faults))
    }
}

/// The person whom the body names, held until the end of the transaction.
async fn known_person(
    writer: &Writer,
    scope: &Scope,
    person: CustomerId,
) -> Result<Customer, ApiError> {
    customers::get_locked(writer, scope, person)
        .await
        .map_err(|error| match error {
            StoreError::NotFound => Fault::at("/person_id", FieldCode::UnknownRecord).into(),
            other => other.into(),
        })
}

/// Lets the one who was to be asked first no longer be it, when `chosen` is.
async fn displace(
    writer: &mut Writer,
    chosen: &Contact,
    existing: &[Contact],
    organisation: &Customer,
) -> Result<(), ApiError> {
    if chosen.is_primary
        && let Some(before) = displaced(existing, chosen.id)
    {
        let after = Contact {
            is_primary: false,
            ..before.clone()
        };
        contacts::update(writer, before, after, organisation).await?;
    }
    Ok(())
}

/// Why somebody cannot become a contact, as the caller hears it.
fn refusal(error: ContactError) -> ApiError {
    match error {
        ContactError::NotAnOrganisation => ErrorCode::NotAnOrganisation.into(),
        ContactError::NotAPerson => Fault::at("/person_id", FieldCode::NotAPerson).into(),
        ContactError::Already => ApiError::new(ErrorCode::Taken)
            .with_faults(vec![Fault::at("/person_id", FieldCode::Taken)]),
        ContactError::TooMany => Fault::at("", FieldCode::TooMany).into(),
        ContactError::TooManyOrganisations => Fault::at("/person_id", FieldCode::TooMany).into(),
    }
}

/// What is taken is a key of the new person in another system, unless the person itself is.
fn taken(error: ApiError) -> ApiError {
    let at_person = Fault::at("/person_id", FieldCode::Taken);
    if error.code() == ErrorCode::Taken && !error.faults().contains(&at_person) {
        error.with_faults(vec![Fault::at("/person/external_ids", FieldCode::Taken)])
    } else {
        error
    }
}
