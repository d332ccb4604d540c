//! The clocks of tickets as rows, and those of which something is to be noticed.

use chrono::{DateTime, Utc};
use rapport_types::clocks::{ClockBasis, ClockState, TicketClocks, next_check};
use rapport_types::ids::{CalendarId, TicketId};
use rapport_types::records::micros;
use sea_orm::sea_query::{Condition, Expr, ExprTrait};
use sea_orm::{ConnectionTrait, Set};

use crate::database::{Database, Kind};
use crate::entities::ticket_clock::{self, ActiveModel, Model};
use crate::error::StoreError;
use crate::sql::Sql;
use crate::values::text;
use crate::writes::{PartTable, Writer, from_json, json};

impl PartTable for ticket_clock::Entity {}

/// The clocks of a ticket.
pub(super) async fn load(
    db: &impl ConnectionTrait,
    kind: Kind,
    id: TicketId,
) -> Result<TicketClocks, StoreError> {
    let mut sql = Sql::new(kind);
    sql.push("SELECT * FROM ticket_clocks WHERE ticket_id = ")
        .bind(id.uuid())
        .push(" ORDER BY code, run");
    let rows = sql.all::<Model>(db).await?;
    let runs = rows
        .iter()
        .map(|row| from_json(&row.state))
        .collect::<Result<Vec<ClockState>, _>>()?;
    let basis = match (rows.first(), runs.first()) {
        (Some(row), Some(run)) => Some(ClockBasis {
            policy_version: run.clock.policy_version,
            policy_code: text(row.policy_code.clone())?,
            calendar: row
                .calendar_id
                .map(CalendarId::from_uuid)
                .zip(run.clock.calendar_version),
        }),
        _ => None,
    };
    Ok(TicketClocks { basis, runs })
}

/// The rows of a ticket's clocks.
pub(super) fn rows(id: TicketId, clocks: &TicketClocks) -> Result<Vec<ActiveModel>, StoreError> {
    let Some(basis) = &clocks.basis else {
        return Ok(Vec::new());
    };
    clocks
        .runs
        .iter()
        .map(|run| {
            Ok(ActiveModel {
                ticket_id: Set(id.uuid()),
                code: Set(run.clock.code.as_str().to_owned()),
                run: Set(i64::from(run.clock.run)),
                policy_code: Set(basis.policy_code.as_str().to_owned()),
                calendar_id: Set(basis.calendar.map(|(calendar, _)| calendar.uuid())),
                decided_at: Set(run.clock.decided_at.map(micros)),
                met: Set(run.clock.met),
                next_check_at: Set(next_check(run).map(micros)),
                state: Set(json(run)?),
            })
        })
        .collect()
}

/// Replaces the clocks of a ticket.
pub(super) async fn replace(
    writer: &mut Writer,
    id: TicketId,
    clocks: &TicketClocks,
) -> Result<(), StoreError> {
    let of_ticket = Condition::all().add(Expr::col("ticket_id").eq(id.uuid()));
    writer
        .delete_parts::<ticket_clock::Entity>(of_ticket)
        .await?;
    let rows = rows(id, clocks)?;
    if rows.is_empty() {
        Ok(())
    } else {
        writer.insert_parts(rows).await
    }
}

/// Tickets with a clock whose next check lies at or before `now`, the longest due first.
///
/// # Errors
/// What the database says.
pub async fn due_tickets(
    db: &Database,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<TicketId>, StoreError> {
    let mut sql = Sql::new(db.kind);
    sql.push("SELECT ticket_id FROM ticket_clocks WHERE next_check_at <= ")
        .bind(micros(now));
    sql.push(" ORDER BY next_check_at LIMIT ")
        .bind(i64::from(limit));
    let rows = sql.rows(&db.reader).await?;
    let mut ids = Vec::new();
    for row in rows {
        let id = TicketId::from_uuid(row.try_get("", "ticket_id")?);
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}
