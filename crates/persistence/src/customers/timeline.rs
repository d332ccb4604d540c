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
use crate::values::{instant, text};

/// Characters of a message that the timeline shows.
const SHOWN: &str = "300";

/// The digest of the cursors of a customer's timeline.
pub fn timeline_digest(customer: CustomerId) -> u64 {
    digest(&["timeline", &customer.to_string()])
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
    sql.push("WITH own AS (SELECT t.id, t.number, t.subject, t.opened_at FROM tickets t WHERE t.customer_id = ");
    sql.bind(customer.uuid()).push(" AND ");
    scope.push(&mut sql, TEAM, PEOPLE);
    sql.push(
        ") SELECT e.*, own.id AS ticket_id, own.number, own.subject FROM own JOIN (\
         SELECT o.id AS ticket, o.opened_at AS at, 'ticket_opened' AS kind, CAST(NULL AS TEXT) AS author, CAST(NULL AS UUID) AS who, \
         CAST(NULL AS TEXT) AS body, CAST(NULL AS BIGINT) AS score FROM own o \
         UNION ALL SELECT m.ticket_id, m.sent_at, 'message', m.author_kind, m.author_id, substr(m.body, 1, ",
    );
    sql.push(SHOWN);
    sql.push(
        "), NULL FROM messages m JOIN own o ON o.id = m.ticket_id \
         UNION ALL SELECT v.ticket_id, v.at, 'status', 'staff', v.actor_id, v.after, NULL \
         FROM ticket_events v JOIN own o ON o.id = v.ticket_id WHERE v.kind = 'status' \
         UNION ALL SELECT r.ticket_id, r.rated_at, 'rated', r.source, NULL, r.comment, r.score \
         FROM ratings r JOIN own o ON o.id = r.ticket_id\
         ) AS e ON e.ticket = own.id ORDER BY e.at DESC, own.number DESC, e.kind LIMIT ",
    );
    let skipped = paging.after.as_ref().map_or(0, |cursor| cursor.number);
    sql.bind(i64::from(paging.limit) + 1)
        .push(" OFFSET ")
        .bind(skipped);
    let mut rows = Vec::new();
    for (row, number) in sql.rows(&db.reader).await?.iter().zip(skipped + 1..) {
        let at: i64 = row.try_get("", "at")?;
        rows.push((
            entry(row, configuration)?,
            Some(CursorKey::Integer(at)),
            number,
        ));
    }
    Ok(finish(rows, paging, timeline_digest(customer), None))
}

fn entry(row: &QueryResult, configuration: &Configuration) -> Result<TimelineEntry, StoreError> {
    let kind: String = row.try_get("", "kind")?;
    let author: Option<String> = row.try_get("", "author")?;
    let author = author.unwrap_or_default();
    let who: Option<uuid::Uuid> = row.try_get("", "who")?;
    let body: Option<String> = row.try_get("", "body")?;
    let kind = match kind.as_str() {
        "ticket_opened" => TimelineKind::TicketOpened,
        "message" => TimelineKind::Message,
        "status" => TimelineKind::Status,
        _ => TimelineKind::Rated,
    };
    let status = body
        .as_deref()
        .filter(|_| kind == TimelineKind::Status)
        .and_then(|json| Status::from_code(json.trim_matches('"')));
    Ok(TimelineEntry {
        at: instant(row.try_get("", "at")?),
        kind,
        ticket_id: TicketId::from_uuid(row.try_get("", "ticket_id")?),
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
