//! Approval rules: configured codes.

use actix_web::{HttpRequest, HttpResponse, get, put, web};
use rapport_persistence::approval_rules;
use rapport_persistence::configuration::Configuration;
use rapport_persistence::writes::Writer;
use rapport_types::approvals::{ApprovalRule, NewApprovalRule};
use rapport_types::filters::{Fact, Field};
use rapport_types::page::Page;
use rapport_types::permissions::ManageConfiguration;
use rapport_types::problem::{ErrorCode, Fault, FieldCode, Problem};
use rapport_types::text::Code;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::conditions;
use crate::configuring::{Faults, changed, check_replacement};
use crate::csv::Cell;
use crate::error::ApiError;
use crate::extract::{
    Allowed, Body, IfNoneMatchHeader, OptionalIfMatch, OptionalIfMatchHeader, RawPairs, SignedIn,
    ValidJson, created, versioned,
};
use crate::lists::{self, ACTIVE, ListParams, Listed, name_cells, position_order};
use crate::state::AppState;

/// The routes of this feature.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(list_approval_rules)
        .service(get_approval_rule)
        .service(put_approval_rule);
}

impl Body for NewApprovalRule {
    fn check(&self) -> Vec<Fault> {
        self.faults()
    }
}

impl Listed for ApprovalRule {
    type Row = Self;
    const NAME: &'static str = "approval-rules";
    const FIELDS: &'static [Field] = &[ACTIVE];
    const ORDERS: &'static [&'static str] = &["position", "code"];
    const COLUMNS: &'static [&'static str] = &[
        "code",
        "name_en",
        "name_zh_cn",
        "covers",
        "deciders",
        "position",
        "active",
    ];

    fn row(&self) -> Self {
        self.clone()
    }

    fn order(&self, order: &str) -> String {
        if order == "code" {
            self.code.to_string()
        } else {
            position_order(self.position)
        }
    }

    fn id(&self) -> String {
        self.code.to_string()
    }

    fn fact(&self, field: &str, _: &Configuration) -> Fact {
        if field == "active" {
            Fact::Boolean(self.active)
        } else {
            Fact::Null
        }
    }

    fn cells(&self) -> Vec<Cell> {
        let [en, zh_cn] = name_cells(&self.names);
        let deciders: Vec<&str> = self.deciders.iter().map(Code::as_str).collect();
        vec![
            Cell::plain(Some(&self.code)),
            en,
            zh_cn,
            Cell::text(self.covers.join(", ")),
            Cell::text(deciders.join(", ")),
            Cell::plain(Some(self.position)),
            Cell::plain(Some(self.active)),
        ]
    }
}

/// List approval rules
///
/// All approval rules, in the order of their positions. A new installation has none.
#[utoipa::path(
    tag = "approval rules",
    params(ListParams<ApprovalRule>),
    responses((status = 200, description = "A page of approval rules.", content((Page<ApprovalRule> = "application/json"), (String = "text/csv"))))
)]
#[get("/approval-rules")]
async fn list_approval_rules(
    state: web::Data<AppState>,
    _caller: SignedIn,
    request: HttpRequest,
    pairs: RawPairs,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.latest_configuration().await?;
    let rules = configuration.approval_rules.values();
    lists::reply(&request, pairs, rules, &configuration)
}

/// Read an approval rule
///
/// One approval rule by its code.
#[utoipa::path(
    tag = "approval rules",
    params(("code" = Code, Path, description = "The approval rule's code."), IfNoneMatchHeader),
    responses(
        (status = 200, description = "The approval rule.", body = ApprovalRule),
        (status = 304, description = "The caller holds this version."),
    )
)]
#[get("/approval-rules/{code}")]
async fn get_approval_rule(
    state: web::Data<AppState>,
    _caller: SignedIn,
    code: web::Path<Code>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let configuration = state.latest_configuration().await?;
    let rule = configuration
        .approval_rules
        .get(&*code)
        .ok_or(ErrorCode::NotFound)?;
    Ok(versioned(rule, rule.version, &request))
}

/// Make or replace an approval rule
///
/// A code that is new makes a rule, without `If-Match`; replacing one needs the version seen.
/// `where` is a filter of the ticket list: the tickets that need the approval, all when it is empty.
/// `covers` names facts of the ticket by the fields of that filter (`status`, `priority`, `type`,
/// `channel`, `category`, `customer`, `contact`, `team`, `assignee`): an approval counts only while
/// they are what was asked for, and whoever set one of them last may not decide. `deciders` are the
/// codes of the roles that decide. What was granted when a rule covered less counts no longer once
/// it covers more. A rule that is not `active` is needed by no ticket and cannot be asked for; what
/// is pending can still be decided.
#[utoipa::path(
    tag = "approval rules",
    params(
        ("code" = Code, Path, description = "The approval rule's code."),
        OptionalIfMatchHeader,
    ),
    request_body(content = NewApprovalRule, example = json!({"names": {"en": "Compensation", "zh-CN": "赔偿"}, "active": true, "where": {"type": ["complaint"]}, "covers": ["category", "priority"], "deciders": ["manager"]})),
    responses(
        (status = 200, description = "Replaced.", body = ApprovalRule),
        (status = 201, description = "Made.", body = ApprovalRule),
        (status = 428, description = "The approval rule exists: send `If-Match`.", body = Problem, content_type = "application/problem+json"),
    )
)]
#[put("/approval-rules/{code}")]
async fn put_approval_rule(
    state: web::Data<AppState>,
    caller: Allowed<ManageConfiguration>,
    code: web::Path<Code>,
    seen: OptionalIfMatch,
    new: ValidJson<NewApprovalRule>,
) -> Result<HttpResponse, ApiError> {
    let new = new.0;
    let given = ApprovalRule {
        code: code.into_inner(),
        version: 1,
        names: new.names,
        position: new.position,
        active: new.active,
        filter: new.filter,
        covers: new.covers,
        deciders: new.deciders,
    };
    let (rule, is_new) = state
        .change_configuration(
            &caller,
            async |writer: &mut Writer, current: &Configuration| {
                let before = current.approval_rules.get(&given.code);
                check_replacement(before.map(|rule| rule.version), seen.0)?;
                check_references(&given, current)?;
                let Some(before) = before else {
                    approval_rules::insert(writer, &given).await?;
                    return Ok((given.clone(), true));
                };
                Ok((
                    approval_rules::update(writer, before, given.clone()).await?,
                    false,
                ))
            },
        )
        .await?;
    Ok(if is_new {
        let place = format!("/api/v1/approval-rules/{}", rule.code);
        created(&rule, rule.version, &place)
    } else {
        changed(&rule, rule.version)
    })
}

/// What the filter names and the roles that decide exist.
fn check_references(rule: &ApprovalRule, current: &Configuration) -> Result<(), ApiError> {
    let mut faults = Faults::default();
    faults.extend(conditions::faults(&rule.filter, "/where", current));
    for (index, name) in rule.covers.iter().enumerate() {
        let is_known = current
            .ticket_fields
            .iter()
            .any(|field| field.name == *name);
        let place = format!("/covers/{index}");
        faults.when(!is_known, &place, FieldCode::UnknownField);
    }
    for (index, role) in rule.deciders.iter().enumerate() {
        let is_unknown = !current.roles.contains_key(role);
        let place = format!("/deciders/{index}");
        faults.when(is_unknown, &place, FieldCode::UnknownCode);
    }
    faults.finish()
}
