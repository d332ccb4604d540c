//! The lists of approvals: all that one sees, those that one may decide, those of a ticket.

use actix_web::{HttpRequest, HttpResponse, get, web};
use rapport_persistence::approvals::{self, DecidedBy, Query};
use rapport_persistence::configuration::Configuration;
use rapport_persistence::scope::Scope;
use rapport_persistence::tickets;
use rapport_types::approvals::{ApprovalState, ApprovalSummary, FIELDS};
use rapport_types::filters::Filter;
use rapport_types::ids::TicketId;
use rapport_types::page::{CSV_CAP, Cursor, KeyKind, MAX_LIMIT, Page, Sort, TotalMode};
use rapport_types::permissions::ViewTickets;
use rapport_types::problem::{ErrorCode, Fault, FieldCode};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::auth::caller::Caller;
use crate::csv::{self, Cell};
use crate::error::ApiError;
use crate::extract::{
    Allowed, Format, PagingParams, PathId, RawPairs, filter_params, one_of, sort_parameter,
};
use crate::lists::page;
use crate::records::{check_cursor, context, scope_of};
use crate::state::AppState;

/// The routes of this file.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(list_approvals).service(list_ticket_approvals);
}

const ORDER: &str = "asked_at";

/// The parameters of a list, for the document.
struct ApprovalListParams;

impl utoipa::IntoParams for ApprovalListParams {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "`me`: those alone that you may decide now.";
        let mut all = vec![one_of("decider", about, &["me"])];
        all.extend(TicketApprovalListParams::into_params(place));
        all
    }
}

/// The same for those of one ticket.
struct TicketApprovalListParams;

impl utoipa::IntoParams for TicketApprovalListParams {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "`csv` answers all matching rows as a file.";
        let mut all = vec![
            sort_parameter(&[ORDER], ORDER),
            one_of("format", about, &["json", "csv"]),
        ];
        all.extend(filter_params(FIELDS));
        all
    }
}

/// List approvals
///
/// Those of the tickets that you see, the one that has waited longest first; `sort=-asked_at` turns
/// it round. With `decider=me` those that you may decide: pending, by a rule that names one of your
/// roles, and neither asked for by you nor covering what you set last.
#[utoipa::path(
    tag = "approvals",
    params(PagingParams, ApprovalListParams),
    responses((status = 200, description = "A page of approvals.", body = Page<ApprovalSummary>))
)]
#[get("/approvals")]
async fn list_approvals(
    state: web::Data<AppState>,
    caller: Allowed<ViewTickets>,
    request: HttpRequest,
    mut pairs: RawPairs,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.latest_configuration().await?;
    let asks_own = pairs.take_one_of("decider", &["me"]).is_some();
    let decider = asks_own.then(|| decided_by(&caller, &configuration));
    let scope = scope_of(&caller, &configuration);
    let asked = Asked {
        ticket: None,
        decider,
    };
    reply(
        &state,
        &caller,
        &configuration,
        &scope,
        &request,
        pairs,
        asked,
    )
    .await
}

/// List a ticket's approvals
///
/// Oldest first; `sort=-asked_at` turns it round.
#[utoipa::path(
    tag = "approvals",
    params(("id" = TicketId, Path, description = "The ticket's id."), PagingParams,
        TicketApprovalListParams),
    responses((status = 200, description = "A page of approvals.", body = Page<ApprovalSummary>))
)]
#[get("/tickets/{id}/approvals")]
async fn list_ticket_approvals(
    state: web::Data<AppState>,
    caller: Allowed<ViewTickets>,
    id: PathId<TicketId>,
    request: HttpRequest,
    pairs: RawPairs,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.latest_configuration().await?;
    let scope = scope_of(&caller, &configuration);
    tickets::check(&state.db, &scope, id.0).await?;
    let asked = Asked {
        ticket: Some(id.0),
        decider: None,
    };
    reply(
        &state,
        &caller,
        &configuration,
        &scope,
        &request,
        pairs,
        asked,
    )
    .await
}

/// The rules by which the caller may decide; none for a program, which never does.
fn decided_by(caller: &Caller, configuration: &Configuration) -> DecidedBy {
    let user = configuration.users.get(&caller.id);
    let roles = user.filter(|_| caller.api_key_id.is_none());
    let decides = |role| roles.is_some_and(|user| user.roles.contains(role));
    let rules = configuration.approval_rules.values();
    let rules = rules.filter(|rule| rule.deciders.iter().any(decides));
    DecidedBy {
        user: caller.id,
        rules: rules.map(|rule| rule.code.clone()).collect(),
    }
}

/// Which approvals an address is for.
struct Asked {
    ticket: Option<TicketId>,
    decider: Option<DecidedBy>,
}

async fn reply(
    state: &AppState,
    caller: &Caller,
    configuration: &Configuration,
    scope: &Scope,
    request: &HttpRequest,
    mut pairs: RawPairs,
    asked: Asked,
) -> Result<HttpResponse, ApiError> {
    let filter = pairs.filter(FIELDS);
    check_codes(&mut pairs, &filter, configuration);
    let longest_waiting = Sort {
        field: ORDER,
        descending: false,
    };
    let paging = pairs.paging(&[ORDER], longest_waiting);
    let format = pairs.format();
    pairs.finish()?;
    let query = Query {
        filter: context(caller, configuration, state).resolve(FIELDS, &filter),
        ticket: asked.ticket,
        decider: asked.decider,
        paging,
    };
    check_cursor(&query.paging, query.digest(), KeyKind::Moment)?;
    if format == Format::Csv {
        return as_csv(state, configuration, scope, query).await;
    }
    let found = approvals::list(&state.db, configuration, scope, &query).await?;
    Ok(page(request, &found))
}

/// Codes that no table knows are faults, not filters that find nothing.
fn check_codes(pairs: &mut RawPairs, filter: &Filter, configuration: &Configuration) {
    for condition in &filter.conditions {
        let is_known = |code: &String| match &*condition.field {
            "state" => ApprovalState::from_code(code).is_some(),
            "rule" => {
                let mut rules = configuration.approval_rules.keys();
                rules.any(|known| known.as_str() == code)
            }
            _ => true,
        };
        if !condition.values.iter().all(is_known) {
            pairs.fault(&condition.name(), FieldCode::UnknownCode);
        }
    }
}

const COLUMNS: &[&str] = &[
    "id",
    "ticket_number",
    "subject",
    "rule",
    "state",
    "facts",
    "asked_by",
    "asked_at",
    "reason",
    "decided_by",
    "decided_at",
    "decision_reason",
];

/// All rows as a file.
async fn as_csv(
    state: &AppState,
    configuration: &Configuration,
    scope: &Scope,
    mut query: Query,
) -> Result<HttpResponse, ApiError> {
    if query.paging.after.is_some() {
        return Err(Fault::in_parameter("cursor", FieldCode::InvalidValue).into());
    }
    query.paging.limit = MAX_LIMIT;
    query.paging.total = TotalMode::None;
    let mut lines = Vec::new();
    loop {
        let found = approvals::list(&state.db, configuration, scope, &query).await?;
        lines.extend(found.data.iter().map(|row| cells(row, configuration)));
        if lines.len() as u64 > CSV_CAP {
            return Err(ErrorCode::UseExport.into());
        }
        let Some(next) = found.next_cursor else {
            return csv::reply("approvals", COLUMNS, lines);
        };
        query.paging.after = Cursor::decode(&next);
    }
}

fn cells(row: &ApprovalSummary, configuration: &Configuration) -> Vec<Cell> {
    let (it, zone) = (&row.approval, configuration.zone);
    let facts = it.facts.iter().map(|(name, value)| {
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        format!("{name}={value}")
    });
    let name = |user: &Option<rapport_types::users::UserRef>| {
        user.as_ref()
            .map_or(Cell::Empty, |user| Cell::text(&user.name))
    };
    vec![
        Cell::plain(Some(it.id)),
        Cell::plain(Some(row.ticket.number)),
        Cell::text(&row.ticket.subject),
        Cell::plain(Some(&it.rule)),
        Cell::plain(Some(it.state.code())),
        Cell::text(facts.collect::<Vec<_>>().join(", ")),
        name(&row.asker),
        Cell::instant(Some(it.asked_at), zone),
        Cell::text(&it.reason),
        name(&row.decider),
        Cell::instant(it.decided_at, zone),
        it.decision_reason.as_ref().map_or(Cell::Empty, Cell::text),
    ]
}
