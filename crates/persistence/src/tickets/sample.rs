//! The newest open tickets with all that their clocks follow from.

use rapport_types::clocks::{ClockEvent, TicketClocks, UnknownClocks};
use rapport_types::filters::{Filter, Op};
use rapport_types::page::{Paging, Sort, TotalMode};
use rapport_types::tickets::{FIELDS, Status, Ticket};
use sea_orm::FromQueryResult;

use super::column;
use super::history::clock_events_of;
use super::list::{ALTERNATIVES, LIST};
use crate::configuration::Configuration;
use crate::database::Database;
use crate::entities::ticket;
use crate::error::StoreError;
use crate::filters::push;
use crate::lists::{Alternatives, Request};
use crate::scope::Scope;
use crate::sql::Sql;

/// An open ticket, without the clocks that it has.
#[derive(Debug, Clone, PartialEq)]
pub struct SampleTicket {
    /// The ticket, its `clocks` empty.
    pub ticket: Ticket,
    /// Of which clocks nothing can be said.
    pub unknown: UnknownClocks,
    /// What happened to it, as far as clocks care.
    pub events: Vec<ClockEvent>,
}

/// The `limit` newest open tickets in the scope, the newest first, and whether there are more. Two
/// statements, however many they are.
///
/// # Errors
/// What the database says.
pub async fn newest_open(
    db: &Database,
    configuration: &Configuration,
    scope: &Scope,
    limit: u32,
) -> Result<(Vec<SampleTicket>, bool), StoreError> {
    let open: Vec<&str> = Status::ALL
        .iter()
        .filter(|status| !status.is_over())
        .map(|status| status.code())
        .collect();
    let filter = Filter::of("status", Op::Is, &open);
    let trees = configuration.trees();
    let paging = Paging {
        limit,
        after: None,
        total: TotalMode::None,
        sort: Sort {
            field: "opened_at",
            descending: true,
        },
    };
    let request = Request {
        scope,
        alternatives: Alternatives::of(&filter, FIELDS, ALTERNATIVES, trees),
        paging: &paging,
        digest: 0,
    };
    let sql = LIST.page_statement(Sql::new(db.kind), &request, "t.*", "", |sql| {
        push(sql, &filter, trees, column);
    })?;
    let mut rows = sql.rows(&db.reader).await?;
    let has_more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        let row = ticket::Model::from_query_result(row, "")?;
        let unknown = UnknownClocks::from_code(&row.unknown_clocks)
            .ok_or_else(|| StoreError::Failed(format!("ticket {}: unknown clocks", row.number)))?;
        found.push((row.into_wire(&TicketClocks::default())?, unknown));
    }
    let tickets: Vec<&Ticket> = found.iter().map(|(ticket, _)| ticket).collect();
    let events = clock_events_of(&db.reader, db.kind, &tickets).await?;
    let sample = found.into_iter().zip(events);
    let sample = sample.map(|((ticket, unknown), events)| SampleTicket {
        ticket,
        unknown,
        events,
    });
    Ok((sample.collect(), has_more))
}
