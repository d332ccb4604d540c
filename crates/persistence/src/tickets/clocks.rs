//! The clocks of tickets as rows, and those of which something is to be noticed.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use rapport_types::clocks::{ClockState, TicketClocks, UnknownClocks, next_check};
use rapport_types::ids::TicketId;
use rapport_types::records::micros;
use rapport_types::tickets::Ticket;
use sea_orm::sea_query::{Condition, Expr, ExprTrait};
use sea_orm::{ConnectionTrait, Set, Value};
use uuid::Uuid;

use super::LoadedTicket;
use crate::database::{Database, Kind};
use crate::entities::ticket;
use crate::entities::ticket_clock::{self, ActiveModel, Model};
use crate::error::StoreError;
use crate::sql::Sql;
use crate::values::instant;
use crate::writes::{PartTable, Record, Writer, from_json, json};

impl PartTable for ticket_clock::Entity {}

/// Tickets with their clocks, in the order of their rows. One statement.
pub(super) async fn load(
    db: &impl ConnectionTrait,
    kind: Kind,
    rows: Vec<ticket::Model>,
) -> Result<Vec<LoadedTicket>, StoreError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(kind);
    sql.push("SELECT * FROM ticket_clocks WHERE ")
        .in_ids("ticket_id", rows.iter().map(|row| row.id))
        .push(" ORDER BY ticket_id, code, run");
    let mut runs: HashMap<Uuid, Vec<ClockState>> = HashMap::new();
    for row in sql.all::<Model>(db).await? {
        let of = runs.entry(row.ticket_id).or_default();
        of.push(from_json(&row.state)?);
    }
    let loaded = |row: ticket::Model| {
        let clocks = TicketClocks {
            basis: row.clock_basis.as_deref().map(from_json).transpose()?,
            unknown: UnknownClocks::from_code(&row.unknown_clocks).ok_or_else(|| {
                StoreError::Failed(format!("ticket {}: unknown clocks", row.number))
            })?,
            runs: runs.remove(&row.id).unwrap_or_default(),
        };
        let ticket = row.into_wire(&clocks)?;
        Ok(LoadedTicket {
            ticket,
            clocks,
            may_have_approvals: true,
        })
    };
    rows.into_iter().map(loaded).collect()
}

/// The row of a ticket with what its clocks run by, which the wire does not show.
pub(super) fn ticket_row(
    ticket: &Ticket,
    clocks: &TicketClocks,
) -> Result<ticket::ActiveModel, StoreError> {
    Ok(ticket::ActiveModel {
        clock_basis: Set(clocks.basis.as_ref().map(json).transpose()?),
        unknown_clocks: Set(clocks.unknown.code().to_owned()),
        ..ticket.row()
    })
}

/// The rows of a ticket's clocks.
pub(super) fn rows(id: TicketId, clocks: &TicketClocks) -> Result<Vec<ActiveModel>, StoreError> {
    clocks
        .runs
        .iter()
        .map(|run| {
            Ok(ActiveModel {
                ticket_id: Set(id.uuid()),
                code: Set(run.clock.code.as_str().to_owned()),
                run: Set(i64::from(run.clock.run)),
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

/// A clock of which something is to be noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueTicket {
    /// Its ticket.
    pub id: TicketId,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// Clocks whose next check lies before `now`, the longest due first, from the one after `last` on.
/// At its very instant nothing has passed yet.
///
/// # Errors
/// What the database says.
pub async fn due_tickets(
    db: &Database,
    now: DateTime<Utc>,
    last: Option<DueTicket>,
    limit: u32,
) -> Result<Vec<DueTicket>, StoreError> {
    let mut sql = Sql::new(db.kind);
    sql.push("SELECT DISTINCT next_check_at, ticket_id FROM ticket_clocks WHERE next_check_at < ")
        .bind(micros(now));
    if let Some(last) = last {
        sql.push(" AND (next_check_at, ticket_id) > (")
            .bind_all([Value::from(micros(last.since)), last.id.uuid().into()])
            .push(")");
    }
    sql.push(" ORDER BY next_check_at, ticket_id LIMIT ")
        .bind(i64::from(limit));
    let rows = sql.rows(&db.reader).await?;
    rows.iter()
        .map(|row| {
            Ok(DueTicket {
                id: TicketId::from_uuid(row.try_get("", "ticket_id")?),
                since: instant(row.try_get("", "next_check_at")?),
            })
        })
        .collect()
}
