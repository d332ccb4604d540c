//! The contacts of an organisation, and the organisations for which a person speaks.

use actix_web::{HttpRequest, HttpResponse, get, web};
use rapport_persistence::configuration::Configuration;
use rapport_persistence::contacts;
use rapport_types::contacts::{ContactReach, ContactSummary};
use rapport_types::filters::{Fact, Field, FieldKind};
use rapport_types::ids::CustomerId;
use rapport_types::page::Page;
use rapport_types::permissions::ViewCustomers;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::csv::Cell;
use crate::error::ApiError;
use crate::extract::{Allowed, PathId, RawPairs};
use crate::lists::{self, ListParams, Listed};
use crate::records::scope_of;
use crate::state::AppState;

/// The routes of this file.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(list_customer_contacts)
        .service(list_customer_organisations);
}

impl Listed for ContactSummary {
    type Row = Self;
    const NAME: &'static str = "contacts";
    const FIELDS: &'static [Field] = &[
        Field::new("person", FieldKind::Customer, "the person"),
        Field::new("organisation", FieldKind::Customer, "the organisation"),
        Field::new(
            "role",
            FieldKind::Text,
            "what the person is to the organisation",
        ),
        Field::new(
            "preferred_channel",
            FieldKind::Code,
            "the channel by which the person wants to be asked",
        ),
        Field::new(
            "primary",
            FieldKind::Boolean,
            "whether it is the one to ask first",
        ),
    ];
    const ORDERS: &'static [&'static str] = &["primary", "name"];
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "organisation_number",
        "organisation",
        "person_number",
        "person",
        "job_title",
        "phones",
        "emails",
        "role",
        "preferred_channel",
        "is_primary",
        "note",
    ];

    fn row(&self) -> Self {
        self.clone()
    }

    fn order(&self, order: &str) -> String {
        // Of the two names one is the same in all rows of a list.
        let names = format!("{}\u{1}{}", self.customer.name, self.person.name).to_lowercase();
        match order {
            "primary" if self.is_primary => format!("0{names}"),
            "primary" => format!("1{names}"),
            _ => names,
        }
    }

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn fact(&self, field: &str, _: &Configuration) -> Fact {
        match field {
            "person" => Fact::text(Some(self.person.id)),
            "organisation" => Fact::text(Some(self.customer.id)),
            "role" => Fact::text(self.role.as_ref()),
            "preferred_channel" => Fact::text(self.preferred_channel.as_ref()),
            "primary" => Fact::Boolean(self.is_primary),
            _ => Fact::Null,
        }
    }

    fn cells(&self) -> Vec<Cell> {
        let text = |text: Option<String>| text.map_or(Cell::Empty, Cell::text);
        let several = |read: &dyn Fn(&ContactReach) -> Vec<String>| {
            text(self.reach.as_ref().map(|reach| read(reach).join(", ")))
        };
        vec![
            Cell::plain(Some(self.id)),
            Cell::plain(Some(self.customer.number)),
            Cell::text(&self.customer.name),
            Cell::plain(Some(self.person.number)),
            Cell::text(&self.person.name),
            several(&|reach| reach.job_title.iter().map(ToString::to_string).collect()),
            several(&|reach| {
                reach
                    .phones
                    .iter()
                    .map(|it| it.as_str().to_owned())
                    .collect()
            }),
            several(&|reach| {
                reach
                    .emails
                    .iter()
                    .map(|it| it.as_str().to_owned())
                    .collect()
            }),
            text(self.role.as_ref().map(ToString::to_string)),
            Cell::plain(self.preferred_channel.as_ref()),
            Cell::plain(Some(self.is_primary)),
            text(self.note.as_ref().map(ToString::to_string)),
        ]
    }
}

/// List a customer's contacts
///
/// The people who speak for an organisation, the one to ask first before the others. `reach` is
/// null for a person whose own record lies outside what you may see. A person has none.
#[utoipa::path(
    tag = "contacts",
    params(("id" = CustomerId, Path, description = "The organisation's id."), ListParams<ContactSummary>),
    responses((status = 200, description = "A page of contacts.", content((Page<ContactSummary> = "application/json"), (String = "text/csv"))))
)]
#[get("/customers/{id}/contacts")]
async fn list_customer_contacts(
    state: web::Data<AppState>,
    caller: Allowed<ViewCustomers>,
    id: PathId<CustomerId>,
    request: HttpRequest,
    pairs: RawPairs,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.configuration().await?;
    let scope = scope_of(&caller, &configuration);
    let rows = contacts::list_of_organisation(&state.db, &scope, id.0).await?;
    lists::reply(&request, pairs, &rows, &configuration)
}

/// List the organisations of a customer
///
/// The organisations, among those that you see, for which a person speaks.
#[utoipa::path(
    tag = "contacts",
    params(("id" = CustomerId, Path, description = "The person's id."), ListParams<ContactSummary>),
    responses((status = 200, description = "A page of contacts.", content((Page<ContactSummary> = "application/json"), (String = "text/csv"))))
)]
#[get("/customers/{id}/organisations")]
async fn list_customer_organisations(
    state: web::Data<AppState>,
    caller: Allowed<ViewCustomers>,
    id: PathId<CustomerId>,
    request: HttpRequest,
    pairs: RawPairs,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.configuration().await?;
    let scope = scope_of(&caller, &configuration);
    let rows = contacts::list_of_person(&state.db, &scope, id.0).await?;
    lists::reply(&request, pairs, &rows, &configuration)
}
