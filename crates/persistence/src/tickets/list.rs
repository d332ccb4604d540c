//! Lists of tickets, and finding them by what people type.

use rapport_types::customers::CustomerRef;
use rapport_types::filters::Filter;
use rapport_types::ids::{CategoryId, CustomerId, TicketId, UserId};
use rapport_types::page::{BY_NUMBER, Page, Paging};
use rapport_types::records::Entity;
use rapport_types::tickets::{FIELDS, Priority, Status, TicketSummary};
use sea_orm::{FromQueryResult, QueryResult};

use crate::configuration::Configuration;
use crate::database::Database;
use crate::entities::ticket;
use crate::error::StoreError;
use crate::filters::{Column, Trees, push};
use crate::lists::{Alternatives, List, Order, Request, cursor_digest, finish, order_key};
use crate::reports::push_rows;
use crate::scope::Scope;
use crate::search::{Records, Search, SearchQuery, nothing, place};
use crate::sql::Sql;
use crate::values::{instant, text};

pub use crate::reports::MetricRows;

/// What tickets can be sorted by.
pub const ORDERS: &[&str] = &["updated_at", "opened_at", "next_due_at"];
/// Columns of people through whom a ticket is seen.
pub(crate) const PEOPLE: &[&str] = &["t.assignee_id", "t.first_responder_id", "t.duty_holder_id"];
/// The column of its team.
pub(crate) const TEAM: &str = "t.team_id";

pub(super) const LIST: List = List {
    table: "tickets t",
    alias: "t",
    team: TEAM,
    people: PEOPLE,
    orders: &[
        Order {
            name: "updated_at",
            column: "t.updated_at",
            is_text: false,
        },
        Order {
            name: "opened_at",
            column: "t.opened_at",
            is_text: false,
        },
        Order {
            name: "next_due_at",
            column: "t.due_order",
            is_text: false,
        },
        Order {
            name: BY_NUMBER,
            column: "t.number",
            is_text: false,
        },
    ],
};

const COLUMNS: &str = "t.*, c.number AS customer_number, c.name AS customer_name";
const CUSTOMER: &str = " LEFT JOIN customers c ON c.id = t.customer_id";

/// Columns that a list can be walked by when the filter names their values.
pub(super) const ALTERNATIVES: &[(&str, &str, bool)] = &[
    ("customer", "t.customer_id", true),
    ("contact", "t.contact_id", true),
    ("assignee", "t.assignee_id", true),
    ("duty_holder", "t.duty_holder_id", true),
    ("first_responder", "t.first_responder_id", true),
    ("stage", "t.stage", false),
    ("team", "t.team_id", false),
    ("status", "t.status", false),
    ("category", "t.category_id", false),
];

const RECORDS: Records = Records {
    entity: Entity::Ticket,
    columns: COLUMNS,
    table: "tickets t",
    alias: "t",
    joins: CUSTOMER,
    team: TEAM,
    people: PEOPLE,
};

/// Which tickets are asked for.
#[derive(Debug, Clone)]
pub struct Query {
    /// The resolved filter.
    pub filter: Filter,
    /// The rows behind a figure, when those are asked for.
    pub rows: Option<MetricRows>,
    /// What somebody typed to find them; the order is then exact matches first, newest first.
    pub q: Option<String>,
    /// Which page.
    pub paging: Paging,
}

impl Query {
    /// The digest that its cursors carry.
    pub fn digest(&self) -> u64 {
        let rows = self
            .rows
            .as_ref()
            .map(MetricRows::canonical)
            .unwrap_or_default();
        let extra = format!("{rows}?{}", self.q.as_deref().unwrap_or_default());
        cursor_digest("tickets", &self.filter, &extra, &self.paging)
    }
}

/// Where a field of a ticket is kept.
pub(crate) fn column(field: &str) -> Option<Column> {
    let name = match field {
        "status" => "t.status",
        "priority" => "t.priority",
        "type" => "t.type_code",
        "pipeline" => "t.pipeline",
        "stage" => "t.stage",
        "channel" => "t.channel",
        "category" => "t.category_id",
        "customer" => "t.customer_id",
        "contact" => "t.contact_id",
        "team" => "t.team_id",
        "assignee" => "t.assignee_id",
        "first_responder" => "t.first_responder_id",
        "duty_holder" => "t.duty_holder_id",
        "resolver" => "t.resolver_id",
        "number" => "t.number",
        "opened" => "t.opened_at",
        "created" => "t.created_at",
        "updated" => "t.updated_at",
        "first_responded" => "t.first_responded_at",
        "first_resolved" => "t.first_resolved_at",
        "resolved" => "t.resolved_at",
        "closed" => "t.closed_at",
        "next_due" => "t.next_due_at",
        "first_response_seconds" => "t.first_response_seconds",
        "resolution_seconds" => "t.resolution_seconds",
        "reopened_count" => "t.reopened_count",
        "public_reply_count" => "t.public_reply_count",
        "satisfaction" => "t.satisfaction_score",
        "answered_on_spot" => "t.answered_on_spot",
        "precision" => "t.precision",
        "import" => "t.import_id",
        _ => return None,
    };
    let kind = FIELDS.iter().find(|f| f.name == field)?.kind;
    Some(Column::Plain(name, kind))
}

/// The page of tickets in the scope that the query asks for.
///
/// # Errors
/// What the database says.
pub async fn list(
    db: &Database,
    configuration: &Configuration,
    scope: &Scope,
    query: &Query,
) -> Result<Page<TicketSummary>, StoreError> {
    let trees = configuration.trees();
    if let Some(q) = &query.q {
        return find(db, configuration, scope, q, query).await;
    }
    let filter = |sql: &mut Sql| push_conditions(sql, query, trees);
    let request = Request {
        scope,
        alternatives: Alternatives::of(&query.filter, FIELDS, ALTERNATIVES, trees),
        paging: &query.paging,
        digest: query.digest(),
    };
    let statement = LIST.page_statement(Sql::new(db.kind), &request, COLUMNS, CUSTOMER, filter)?;
    let mut rows = Vec::new();
    for row in statement.rows(&db.reader).await? {
        let summary = summary(&row, configuration)?;
        let number = summary.number;
        rows.push((summary, order_key(&row, false)?, number));
    }
    let total = LIST
        .total(&db.reader, Sql::new(db.kind), &request, filter)
        .await?;
    Ok(finish(rows, &query.paging, request.digest, total))
}

async fn find(
    db: &Database,
    configuration: &Configuration,
    scope: &Scope,
    typed: &str,
    query: &Query,
) -> Result<Page<TicketSummary>, StoreError> {
    let (paging, digest) = (&query.paging, query.digest());
    let Some(typed) = SearchQuery::parse(typed) else {
        return Ok(finish(Vec::new(), paging, digest, nothing(paging.total)));
    };
    let filter: &(dyn Fn(&mut Sql) + Sync) =
        &|sql| push_conditions(sql, query, configuration.trees());
    let has_filter = !query.filter.conditions.is_empty() || query.rows.is_some();
    let search = Search {
        records: RECORDS,
        scope,
        query: &typed,
        filter: has_filter.then_some(filter),
    };
    let statement = search.statement(db.kind, paging.after.as_ref(), paging.limit + 1);
    let mut rows = Vec::new();
    for row in statement.rows(&db.reader).await? {
        let summary = summary(&row, configuration)?;
        let number = summary.number;
        rows.push((summary, place(&row)?, number));
    }
    let total = search.total(db, paging.total).await?;
    Ok(finish(rows, paging, digest, total))
}

/// Adds what the query asks of a ticket besides its words.
fn push_conditions(sql: &mut Sql, query: &Query, trees: Trees<'_>) {
    push(sql, &query.filter, trees, column);
    if let Some(rows) = &query.rows {
        sql.push(" AND ");
        push_rows(sql, rows, trees);
    }
}

/// The best matches for what somebody typed: exact ones first, then the newest.
///
/// # Errors
/// What the database says.
pub async fn search(
    db: &Database,
    configuration: &Configuration,
    scope: &Scope,
    typed: &str,
    limit: u32,
) -> Result<(Vec<TicketSummary>, bool), StoreError> {
    let Some(query) = SearchQuery::parse(typed) else {
        return Ok((Vec::new(), false));
    };
    let search = Search {
        records: RECORDS,
        scope,
        query: &query,
        filter: None,
    };
    let rows = search
        .statement(db.kind, None, limit + 1)
        .rows(&db.reader)
        .await?;
    let more = rows.len() > limit as usize;
    let best = rows.iter().take(limit as usize);
    let best = best.map(|row| summary(row, configuration));
    Ok((best.collect::<Result<_, _>>()?, more))
}

fn summary(row: &QueryResult, configuration: &Configuration) -> Result<TicketSummary, StoreError> {
    let t = ticket::Model::from_query_result(row, "")?;
    let (Some(status), Some(priority)) = (
        Status::from_code(&t.status),
        Priority::from_code(&t.priority),
    ) else {
        return Err(StoreError::Failed(format!(
            "ticket {}: unknown status or priority",
            t.number
        )));
    };
    let customer = match (
        t.customer_id,
        row.try_get::<Option<i64>>("", "customer_number")?,
    ) {
        (Some(id), Some(number)) => Some(CustomerRef {
            id: CustomerId::from_uuid(id),
            number,
            name: text(row.try_get("", "customer_name")?)?,
        }),
        _ => None,
    };
    Ok(TicketSummary {
        id: TicketId::from_uuid(t.id),
        number: t.number,
        version: t.version,
        subject: text(t.subject)?,
        type_code: text(t.type_code)?,
        stage: t.stage.map(text).transpose()?,
        status,
        priority,
        channel: text(t.channel)?,
        category_id: t.category_id.map(CategoryId::from_uuid),
        customer,
        team: configuration.team_ref(rapport_types::ids::TeamId::from_uuid(t.team_id)),
        assignee: t
            .assignee_id
            .and_then(|id| configuration.user_ref(UserId::from_uuid(id))),
        opened_at: instant(t.opened_at),
        updated_at: instant(t.updated_at),
        resolved_at: t.resolved_at.map(instant),
        next_due_at: t.next_due_at.map(instant),
        next_warn_at: t.next_warn_at.map(instant),
        first_response_seconds: t.first_response_seconds,
        resolution_seconds: t.resolution_seconds,
        reopened_count: t.reopened_count,
        satisfaction_score: t.satisfaction_score,
    })
}
