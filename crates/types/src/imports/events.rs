//! Files with one row per event: the rows of a ticket stand together and tell its life.

use super::cells::{Cells, line, quote};
use super::dates::Moment;
use super::facts::{Facts, Life, Making};
use super::faults::{ImportCode, ImportFault};
use super::outcome::{ImportedAgent, ImportedEvent, ImportedRecord, Outcome, Position};
use super::plan::{Column, EventColumns, Plan, TicketColumns};
use super::rows::read_key;
use super::state::{Said, is_rejected};
use crate::tickets::{Precision, Status};

/// Most rows of one ticket: they are held until the ticket's last row is read.
const MOST_ROWS: usize = 10_000;

/// The columns of a file of events.
#[derive(Clone, Copy)]
pub(super) struct Columns<'a> {
    pub(super) ticket: &'a TicketColumns,
    pub(super) event: &'a EventColumns,
}

/// A row of a ticket.
#[derive(Debug)]
struct EventRow {
    line: u64,
    order: i64,
    at: Moment,
    status: Status,
    facts: Facts,
}

/// The rows of a ticket so far.
#[derive(Debug)]
pub(super) struct Group {
    /// The key as the file has it; empty rows without one stand together too.
    key: String,
    lines: Vec<u64>,
    rows: Vec<EventRow>,
    faults: Vec<ImportFault>,
}

/// Takes a record into its ticket; gives the ticket before when the record belongs to another.
pub(super) fn push(
    group: &mut Option<Group>,
    columns: Columns<'_>,
    mut cells: Cells<'_>,
    settled: Position,
) -> Option<Outcome> {
    let plan = cells.plan;
    let key = cells.text(&plan.key).unwrap_or_default().to_owned();
    let goes_on = |group: &Group| group.key == key && group.lines.len() < MOST_ROWS;
    let done = if group.as_ref().is_some_and(goes_on) {
        None
    } else {
        group.take().map(|mut group| {
            if group.key == key && !key.is_empty() {
                let fault = ImportFault::new(ImportCode::TooManyRows)
                    .with("key", &key)
                    .with("limit", MOST_ROWS);
                let fault = fault.in_column(&plan.key.name);
                group
                    .faults
                    .extend(group.lines.first().map(|line| fault.on_line(*line)));
            }
            group.finish(plan, columns, cells.said, settled)
        })
    };
    let is_late = !key.is_empty() && cells.said.knows_key(&key);
    if is_late {
        cells.fault(
            &plan.key,
            ImportFault::new(ImportCode::KeyNotTogether).with("key", &key),
        );
    }
    let row = if cells.is_rejected() {
        None
    } else {
        read(&mut cells, columns)
    };
    let group = group.get_or_insert_with(|| Group {
        key,
        lines: Vec::new(),
        rows: Vec::new(),
        faults: Vec::new(),
    });
    group.lines.push(cells.line);
    group.faults.append(&mut cells.faults);
    group.rows.extend(row);
    done
}

/// Reads a row; none when something in it leaves it out.
fn read(cells: &mut Cells<'_>, columns: Columns<'_>) -> Option<EventRow> {
    let event = columns.event;
    read_key(cells)?;
    let facts = Facts::read(cells, columns.ticket);
    let at = cells.instant(&event.at);
    let status = cells.value(&event.status).or(event.status.default);
    if let (None, Some(column)) = (
        status,
        event
            .status
            .column
            .as_ref()
            .filter(|c| cells.text(c).is_none()),
    ) {
        cells.fault(column, ImportFault::new(ImportCode::ValueMissing));
    }
    if let (None, Some(column)) = (
        at,
        event.at.column.as_ref().filter(|c| cells.text(c).is_none()),
    ) {
        cells.fault(column, ImportFault::new(ImportCode::ValueMissing));
    }
    let order = match &event.order {
        None => 0,
        Some(_) if event.ordered_by_instant => at.map_or(0, |at| at.at.timestamp_micros()),
        Some(column) => order_number(cells, column)?,
    };
    let row = EventRow {
        line: cells.line,
        order,
        at: at?,
        status: status?,
        facts,
    };
    (!cells.is_rejected()).then_some(row)
}

fn order_number(cells: &mut Cells<'_>, column: &Column) -> Option<i64> {
    let text = cells.text(column).unwrap_or_default();
    let number = text.parse().ok();
    if number.is_none() {
        cells.fault(
            column,
            ImportFault::new(ImportCode::BadOrder).with("value", text),
        );
    }
    number
}

impl Group {
    /// Makes the ticket, or rejects all its rows when one of them is.
    pub(super) fn finish(
        self,
        plan: &Plan,
        columns: Columns<'_>,
        said: &mut Said,
        settled: Position,
    ) -> Outcome {
        let Self {
            key,
            lines,
            mut rows,
            mut faults,
        } = self;
        let count = lines.len() as u64;
        said.note_key(&key);
        if !is_rejected(&faults) {
            // Stable: what has the same number stays in the order of the file.
            rows.sort_by_key(|row| row.order);
            let mut making = Making {
                plan,
                ticket: columns.ticket,
                said,
                line: lines.first().copied().unwrap_or_default(),
                faults: &mut faults,
            };
            if let Some(ticket) = line(&key).ok().and_then(|key| {
                let (facts, history) = tell(&mut making, rows);
                let opened_at = making.opening(&facts)?;
                let life = history.life(&mut making, columns.event, &facts, opened_at);
                making.ticket(key, facts, opened_at, life)
            }) && !is_rejected(&faults)
            {
                faults.sort_by_key(|fault| fault.line);
                return Outcome::taken(ImportedRecord::Ticket(ticket), count, faults, settled);
            }
        }
        reject_the_others(&lines, &mut faults);
        Outcome::rejected(count, faults, settled)
    }
}

/// Says of each row without a fault of its own why it is left out too.
fn reject_the_others(lines: &[u64], faults: &mut Vec<ImportFault>) {
    let own: std::collections::BTreeSet<u64> = faults
        .iter()
        .filter(|fault| fault.severity() == super::Severity::Rejection)
        .filter_map(|fault| fault.line)
        .collect();
    let Some(first) = own.first() else { return };
    let others = lines.iter().filter(|line| !own.contains(line)).map(|line| {
        ImportFault::new(ImportCode::OtherRowRejected)
            .on_line(*line)
            .with("line", first)
    });
    faults.extend(others);
    faults.sort_by_key(|fault| fault.line);
}

/// A row without its facts.
struct Step {
    line: u64,
    at: Moment,
    status: Status,
    agent: Option<ImportedAgent>,
}

/// The steps of a ticket in order.
struct History(Vec<Step>);

/// Takes the facts of all rows together and leaves the steps.
fn tell(making: &mut Making<'_>, rows: Vec<EventRow>) -> (Facts, History) {
    let mut facts = Facts::default();
    let mut steps = Vec::with_capacity(rows.len());
    for row in rows {
        if let (Some(first), Some(other)) = (facts.opened_at, row.facts.opened_at)
            && first != other
        {
            making.line = row.line;
            let fault = ImportFault::new(ImportCode::OpenedAtDiffers)
                .with("opened_at", quote(first.at))
                .with("other", quote(other.at));
            making.fault(making.ticket.opened_at.column.as_ref(), fault);
        }
        facts = row.facts.over(facts);
        steps.push(Step {
            line: row.line,
            at: row.at,
            status: row.status,
            agent: facts.agent.clone(),
        });
    }
    (facts, History(steps))
}

impl History {
    /// Follows the steps from `new`. One that repeats the status is no event.
    fn life(
        self,
        making: &mut Making<'_>,
        columns: &EventColumns,
        facts: &Facts,
        opened_at: Moment,
    ) -> Life {
        let column = columns.at.column.as_ref();
        let mut life = Life {
            status: Status::New,
            first_responded_at: facts.first_responded_at,
            first_resolved_at: None,
            resolved_at: None,
            closed_at: None,
            reopened_count: 0,
            resolver: None,
            events: Vec::new(),
            has_days: false,
        };
        let mut previous: Option<Moment> = None;
        let mut resolution_line = None;
        for Step {
            line,
            at,
            status,
            agent,
        } in self.0
        {
            making.line = line;
            life.has_days |= at.precision() == Precision::Day;
            if at.is_before(&opened_at) {
                let fault = ImportFault::new(ImportCode::EventBeforeOpened)
                    .with("at", quote(at.at))
                    .with("opened_at", quote(opened_at.at));
                making.fault(column, fault);
            }
            if status == life.status {
                continue;
            }
            if !(making.ticket.may_move)(life.status, status) {
                let fault = ImportFault::new(ImportCode::TransitionNotAllowed)
                    .with("from", life.status.code())
                    .with("to", status.code());
                making.fault(columns.status.column.as_ref(), fault);
            }
            if let Some(previous) = previous.filter(|previous| at.is_before(previous)) {
                let fault = ImportFault::new(ImportCode::EventOutOfOrder)
                    .with("at", quote(at.at))
                    .with("previous_at", quote(previous.at));
                making.fault(column, fault);
            }
            match (life.status.is_over(), status.is_over()) {
                (false, true) => {
                    life.first_resolved_at = life.first_resolved_at.or(Some(at));
                    life.resolved_at = Some(at);
                    life.resolver = agent.clone();
                    resolution_line = Some(line);
                }
                (true, false) => {
                    life.reopened_count += 1;
                    life.resolved_at = None;
                    life.resolver = None;
                }
                (true, true) | (false, false) => {}
            }
            life.closed_at = (status == Status::Closed).then_some(at);
            life.events.push(ImportedEvent {
                at: at.at,
                from: life.status,
                to: status,
                agent,
            });
            life.status = status;
            previous = Some(at);
        }
        if let Some(line) = resolution_line {
            making.line = line;
        }
        compare_resolution(making, facts, &life);
        life
    }
}

/// Says so when the file's own column tells another resolution than its events.
fn compare_resolution(making: &mut Making<'_>, facts: &Facts, life: &Life) {
    let Some(stated) = facts.resolved_at else {
        return;
    };
    let fault = match life.resolved_at {
        Some(resolved) if resolved.is_before(&stated) || stated.is_before(&resolved) => {
            ImportFault::new(ImportCode::ResolvedAtDiffers)
                .with("stated", quote(stated.at))
                .with("resolved_at", quote(resolved.at))
        }
        Some(_) => return,
        None => ImportFault::new(ImportCode::StatusContradictsDates)
            .with("status", life.status.code())
            .with("at", quote(stated.at)),
    };
    making.fault(
        making
            .ticket
            .resolved_at
            .as_ref()
            .and_then(|at| at.column.as_ref()),
        fault,
    );
}
