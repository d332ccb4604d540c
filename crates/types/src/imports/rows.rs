//! Files with one row per ticket: the life of a ticket follows from its status and its instants.

use super::cells::{Cells, line, quote};
use super::dates::Moment;
use super::facts::{Facts, Life, Making};
use super::faults::{ImportCode, ImportFault};
use super::outcome::{ImportedEvent, ImportedRecord, Outcome, Position};
use super::plan::{Instants, TicketColumns};
use super::state::is_rejected;
use crate::text::LineText;
use crate::tickets::{Precision, Status};

/// Turns one record into a ticket or its rejection.
pub(super) fn outcome(
    mut cells: Cells<'_>,
    columns: &TicketColumns,
    position: Position,
) -> Outcome {
    if cells.is_rejected() {
        return Outcome::rejected(1, cells.faults, position);
    }
    let key = read_key(&mut cells);
    let facts = Facts::read(&mut cells, columns);
    let plan = cells.plan;
    let status = columns
        .status
        .as_ref()
        .and_then(|values| cells.value(values));
    let Some(key) = key.filter(|_| !cells.is_rejected()) else {
        return Outcome::rejected(1, cells.faults, position);
    };
    if cells.said.knows_key(key.as_str()) {
        let fault = ImportFault::new(ImportCode::DuplicateKey).with("key", key.as_str());
        cells.fault(&plan.key, fault);
        return Outcome::rejected(1, cells.faults, position);
    }
    let Cells {
        said,
        mut faults,
        line,
        ..
    } = cells;
    let mut making = Making {
        plan,
        ticket: columns,
        said,
        line,
        faults: &mut faults,
    };
    let ticket = making.opening(&facts).and_then(|opened_at| {
        let life = life(&mut making, &facts, opened_at, status);
        making.ticket(key, facts, opened_at, life)
    });
    match ticket {
        Some(ticket) if !is_rejected(&faults) => {
            said.note_key(ticket.external_id.as_str());
            Outcome::taken(ImportedRecord::Ticket(ticket), 1, faults, position)
        }
        _ => Outcome::rejected(1, faults, position),
    }
}

/// The source's key of the record.
pub(super) fn read_key(cells: &mut Cells<'_>) -> Option<LineText> {
    let plan = cells.plan;
    let Some(text) = cells.text(&plan.key) else {
        cells.fault(&plan.key, ImportFault::new(ImportCode::ValueMissing));
        return None;
    };
    match line(text) {
        Ok(key) => Some(key),
        Err(fault) => {
            cells.fault(&plan.key, fault);
            None
        }
    }
}

/// The life of a ticket. A status in the file counts; without one the instants decide.
fn life(making: &mut Making<'_>, facts: &Facts, opened_at: Moment, stated: Option<Status>) -> Life {
    let columns = making.ticket;
    let has_column = columns
        .status
        .as_ref()
        .is_some_and(|values| values.column.is_some());
    let default = columns.status.as_ref().and_then(|values| values.default);
    let derived = match (facts.closed_at, facts.resolved_at) {
        _ if has_column => default.unwrap_or(Status::New),
        (Some(_), _) => Status::Closed,
        (None, Some(_)) => Status::Resolved,
        (None, None) => default.unwrap_or(Status::New),
    };
    let status = stated.unwrap_or(derived);

    let mut kept = |at: Option<Moment>, column: &Option<Instants>, is_possible: bool| {
        if let Some(moment) = at.filter(|_| !is_possible) {
            let fault = ImportFault::new(ImportCode::StatusContradictsDates)
                .with("status", status.code())
                .with("at", quote(moment.at));
            making.fault(column.as_ref().and_then(|at| at.column.as_ref()), fault);
        }
        at.filter(|_| is_possible)
    };
    let stated_resolution = kept(facts.resolved_at, &columns.resolved_at, status.is_over());
    let closed_at = kept(
        facts.closed_at,
        &columns.closed_at,
        status == Status::Closed,
    );
    let resolved_at = stated_resolution.or(closed_at);
    if status.is_over() && resolved_at.is_none() {
        let column = columns
            .status
            .as_ref()
            .and_then(|values| values.column.as_ref());
        making.fault(
            column,
            ImportFault::new(ImportCode::ResolutionMissing).with("status", status.code()),
        );
    }

    let step = |at: Moment, from: Status, to: Status| ImportedEvent {
        at: at.at,
        from,
        to,
        agent: facts.agent.clone(),
    };
    let events = match (
        status,
        resolved_at,
        closed_at.filter(|_| stated_resolution.is_some()),
    ) {
        (Status::New, ..) => Vec::new(),
        (Status::Closed, Some(resolved), Some(closed)) if !closed.is_before(&resolved) => vec![
            step(resolved, Status::New, Status::Resolved),
            step(closed, Status::Resolved, Status::Closed),
        ],
        (over, Some(resolved), _) if over.is_over() => vec![step(resolved, Status::New, over)],
        (over, None, _) if over.is_over() => Vec::new(),
        (unresolved, ..) => vec![step(opened_at, Status::New, unresolved)],
    };
    Life {
        status,
        first_responded_at: facts.first_responded_at,
        first_resolved_at: resolved_at,
        resolved_at,
        closed_at,
        reopened_count: 0,
        resolver: resolved_at.and_then(|_| facts.agent.clone()),
        events,
        has_days: opened_at.precision() == Precision::Day,
    }
}
