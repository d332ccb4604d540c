//! Lists of approvals.

use rapport_types::approvals::{ApprovalState, ApprovalSummary, ApprovalTicket};
use rapport_types::customers::CustomerRef;
use rapport_types::filters::{FieldKind, Filter};
use rapport_types::ids::{CustomerId, TicketId, UserId};
use rapport_types::names::Names;
use rapport_types::page::{CursorKey, Page, Paging};
use rapport_types::text::Code;
use sea_orm::{FromQueryResult, QueryResult};

use crate::configuration::Configuration;
use crate::database::Database;
use crate::entities::approval::Model;
use crate::error::StoreError;
use crate::filters::{self, Column};
use crate::lists::{cursor_digest, finish};
use crate::scope::Scope;
use crate::sql::Sql;
use crate::tickets::{PEOPLE, TEAM};
use crate::totals::count;
use crate::values::text;

/// Those approvals that somebody may decide: pending, by one of these rules, not its own.
#[derive(Debug, Clone)]
pub struct DecidedBy {
    /// Who.
    pub user: UserId,
    /// The rules that its roles decide.
    pub rules: Vec<Code>,
}

/// Which approvals are wanted.
#[derive(Debug, Clone)]
pub struct Query {
    /// What they must match.
    pub filter: Filter,
    /// Those of this ticket alone.
    pub ticket: Option<TicketId>,
    /// Those alone that somebody may decide.
    pub decider: Option<DecidedBy>,
    /// Which page; always in the order in which they were asked for.
    pub paging: Paging,
}

impl Query {
    /// The digest of its cursors.
    pub fn digest(&self) -> u64 {
        let ticket = self.ticket.map(|id| id.to_string()).unwrap_or_default();
        let decider = self.decider.as_ref().map(|by| by.user.to_string());
        let extra = format!("{ticket}?{}", decider.unwrap_or_default());
        cursor_digest("approvals", &self.filter, &extra, &self.paging)
    }

    fn push(&self, sql: &mut Sql, configuration: &Configuration, scope: &Scope) {
        sql.push("t.id = a.ticket_id AND ");
        if let Some(ticket) = self.ticket {
            sql.push("a.ticket_id = ").bind(ticket.uuid()).push(" AND ");
        }
        if let Some(by) = &self.decider {
            sql.push("a.state = ").bind(ApprovalState::Pending.code());
            sql.push(" AND a.rule_code IN (")
                .bind_all(by.rules.iter().map(Code::as_str))
                .push(") AND a.authors NOT LIKE ")
                .bind(format!("%\"{}\"%", by.user))
                .push(" AND ");
        }
        scope.push(sql, TEAM, PEOPLE);
        sql.push(" AND ");
        filters::push(sql, &self.filter, configuration.trees(), column);
    }
}

fn column(field: &str) -> Option<Column> {
    let (name, kind) = match field {
        "state" => ("a.state", FieldKind::Code),
        "rule" => ("a.rule_code", FieldKind::Code),
        "asked_by" => ("a.asked_by", FieldKind::User),
        "decided_by" => ("a.decided_by", FieldKind::User),
        "asked" => ("a.asked_at", FieldKind::Instant),
        "decided" => ("a.decided_at", FieldKind::Instant),
        "team" => (TEAM, FieldKind::Team),
        _ => return None,
    };
    Some(Column::Plain(name, kind))
}

/// Approvals are walked in their order, or searched, and each has its ticket looked up: told SQLite
/// by the cross join.
const ROWS: &str = "approvals a CROSS JOIN tickets t";

const COLUMNS: &str = "SELECT a.*, t.number AS ticket_number, t.subject AS ticket_subject, \
    c.id AS customer_id, c.number AS customer_number, c.name AS customer_name \
    FROM ";

/// A page of the approvals whose tickets lie in the scope.
///
/// # Errors
/// What the database says.
pub async fn list(
    db: &Database,
    configuration: &Configuration,
    scope: &Scope,
    query: &Query,
) -> Result<Page<ApprovalSummary>, StoreError> {
    let (beyond, direction) = if query.paging.sort.descending {
        (" < ", " DESC")
    } else {
        (" > ", "")
    };
    let mut sql = Sql::new(db.kind);
    sql.push(COLUMNS).push(ROWS);
    sql.push(" LEFT JOIN customers c ON c.id = t.customer_id WHERE ");
    query.push(&mut sql, configuration, scope);
    if let Some(cursor) = &query.paging.after
        && let Some(CursorKey::Moment(at, id)) = cursor.key
    {
        sql.push(" AND (a.asked_at, a.id)").push(beyond);
        sql.push("(").bind(at).push(", ").bind(id).push(")");
    }
    sql.push(" ORDER BY a.asked_at")
        .push(direction)
        .push(", a.id")
        .push(direction);
    sql.push(" LIMIT ").bind(i64::from(query.paging.limit) + 1);
    let mut rows = Vec::new();
    for row in sql.rows(&db.reader).await? {
        let approval = Model::from_query_result(&row, "")?;
        let key = CursorKey::Moment(approval.asked_at, approval.id);
        rows.push((summary(&row, approval, configuration)?, Some(key), 0));
    }
    let total = count(db, query.paging.total, |sql| {
        sql.push("SELECT 1 FROM ").push(ROWS).push(" WHERE ");
        query.push(sql, configuration, scope);
    })
    .await?;
    Ok(finish(rows, &query.paging, query.digest(), total))
}

fn summary(
    row: &QueryResult,
    approval: Model,
    configuration: &Configuration,
) -> Result<ApprovalSummary, StoreError> {
    let approval = approval.into_wire()?;
    let customer = match row.try_get::<Option<i64>>("", "customer_number")? {
        Some(number) => Some(CustomerRef {
            id: CustomerId::from_uuid(row.try_get("", "customer_id")?),
            number,
            name: text(row.try_get("", "customer_name")?)?,
        }),
        None => None,
    };
    let rule = configuration.approval_rules.get(&approval.rule);
    Ok(ApprovalSummary {
        ticket: ApprovalTicket {
            id: approval.ticket_id,
            number: row.try_get("", "ticket_number")?,
            subject: text(row.try_get("", "ticket_subject")?)?,
            customer,
        },
        rule_names: rule.map_or_else(
            || Names::both(approval.rule.as_str(), ""),
            |rule| rule.names.clone(),
        ),
        asker: configuration.user_ref(approval.asked_by),
        decider: approval
            .decided_by
            .and_then(|user| configuration.user_ref(user)),
        approval,
    })
}
