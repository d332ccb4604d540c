//! The timeline of a customer: what happened on its tickets, newest first.

use rapport_types::customers::{TimelineEntry, TimelineKind};
use rapport_types::ids::{CustomerId, TicketId, UserId};
use rapport_types::page::{CursorKey, Page, Paging, digest};
use rapport_types::tickets::Status;
use sea_orm::QueryResult;

use crate::configuration::Configuration;
use crate::database::Database;
use crate::error::StoreError;
use crate::lists::finish;
use crate::scope::Scope;
use crate::sql::Sql;
use crate::tickets::{PEOPLE, TEAM};
use crate::totals::count;
use crate::values::{instant, text};

/// Characters of a message that the timeline shows.
const SHOWN: &str = "300";

/// The digest of the cursors of a customer's timeline.
pub fn timeline_digest(customer: CustomerId) -> u64 {
    digest(&["timeline", &customer.to_string()])
}

/// Adds the tickets of the customer in the scope and what happened on them. At one instant what
/// opened a ticket ranks lowest, so that newest first shows it last.
fn push_entries(sql: &mut Sql, scope: &Scope, customer: CustomerId) {
    sql.push("WITH own AS (SELECT t.id, t.number, t.subject, t.opened_at FROM tickets t WHERE t.customer_id = ");
    sql.bind(customer.uuid()).push(" AND ");
    scope.push(sql, TEAM, PEOPLE);
    sql.push(
        "), e AS (\
         SELECT o.id AS ticket, o.id, o.opened_at AS at, CAST(0 AS BIGINT) AS rank, CAST(NULL AS TEXT) AS author, \
         CAST(NULL AS UUID) AS who, CAST(NULL AS TEXT) AS body, CAST(NULL AS BIGINT) AS score FROM own o \
         UNION ALL SELECT m.ticket_id, m.id, m.sent_at, 1, m.author_kind, m.author_id, substr(m.body, 1, ",
    );
    sql.push(SHOWN);
    sql.push(
        "), NULL FROM messages m JOIN own o ON o.id = m.ticket_id \
         UNION ALL SELECT v.ticket_id, v.id, v.at, 2, 'staff', v.actor_id, v.after, NULL \
         FROM ticket_events v JOIN own o ON o.id = v.ticket_id WHERE v.kind = 'status' \
         UNION ALL SELECT r.ticket_id, r.id, r.rated_at, 3, r.source, NULL, r.comment, r.score \
         FROM ratings r JOIN own o ON o.id = r.ticket_id) ",
    );
}

/// A page of the timeline. `scope` decides which tickets appear; the caller has found the
/// customer in it.
///
/// # Errors
/// What the database says.
pub async fn timeline(
    db: &Database,
    configuration: &Configuration,
    scope: &Scope,
    customer: CustomerId,
    paging: &Paging,
) -> Result<Page<TimelineEntry>, StoreError> {
    let mut sql = Sql::new(db.kind);
    push_entries(&mut sql, scope, customer);
    sql.push("SELECT e.*, own.number, own.subject FROM own JOIN e ON e.ticket = own.id");
    if let Some(cursor) = &paging.after
        && let Some(CursorKey::Moment(at, id)) = cursor.key
    {
        sql.push(" WHERE (e.at, e.rank, e.id) < (").bind(at);
        sql.push(", ").bind(cursor.number).push(", ").bind(id);
        sql.push(")");
    }
    sql.push(" ORDER BY e.at DESC, e.rank DESC, e.id DESC LIMIT ");
    sql.bind(i64::from(paging.limit) + 1);
    let mut rows = Vec::new();
    for row in &sql.rows(&db.reader).await? {
        let key = CursorKey::Moment(row.try_get("", "at")?, row.try_get("", "id")?);
        let rank: i64 = row.try_get("", "rank")?;
        rows.push((entry(row, rank, configuration)?, Some(key), rank));
    }
    let total = count(db, paging.total, |sql| {
        push_entries(sql, scope, customer);
        sql.push("SELECT 1 FROM e");
    })
    .await?;
    Ok(finish(rows, paging, timeline_digest(customer), total))
}

fn entry(
    row: &QueryResult,
    rank: i64,
    configuration: &Configuration,
) -> Result<TimelineEntry, StoreError> {
    let author: Option<String> = row.try_get("", "author")?;
    let author = author.unwrap_or_default();
    let who: Option<uuid::Uuid> = row.try_get("", "who")?;
    let body: Option<String> = row.try_get("", "body")?;
    let kind = match rank {
        0 => TimelineKind::TicketOpened,
        1 => TimelineKind::Message,
        2 => TimelineKind::Status,
        _ => TimelineKind::Rated,
    };
    let status = body
        .as_deref()
        .filter(|_| kind == TimelineKind::Status)
        .and_then(|json| Status::from_code(json.trim_matches('"')));
    Ok(TimelineEntry {
        at: instant(row.try_get("", "at")?),
        kind,
        ticket_id: TicketId::from_uuid(row.try_get("", "ticket")?),
        ticket_number: row.try_get("", "number")?,
        ticket_subject: text(row.try_get("", "subject")?)?,
        user: who
            .filter(|_| author == "staff")
            .and_then(|id| configuration.user_ref(UserId::from_uuid(id))),
        by_customer: author == "customer",
        text: body.filter(|_| kind != TimelineKind::Status),
        status,
        score: row.try_get("", "score")?,
    })
}
