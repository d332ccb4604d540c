//! What one row says about its ticket, and a ticket made of it.

use chrono::{DateTime, Utc};

use super::cells::{self, Cells, quote};
use super::dates::Moment;
use super::faults::{ImportCode, ImportFault};
use super::outcome::{
    ImportedAgent, ImportedCustomer, ImportedEvent, ImportedRating, ImportedTicket,
};
use super::plan::{Column, Instants, Plan, TicketColumns, Values};
use super::state::Said;
use crate::text::{Code, LineText, LongText, NameText};
use crate::tickets::{Precision, Priority, Status};

/// The fields of a ticket as one row gives them; defaults are not in yet.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) opened_at: Option<Moment>,
    pub(super) first_responded_at: Option<Moment>,
    pub(super) resolved_at: Option<Moment>,
    pub(super) closed_at: Option<Moment>,
    pub(super) agent: Option<ImportedAgent>,
    rated_at: Option<Moment>,
    priority: Option<Priority>,
    kind: Option<Code>,
    channel: Option<Code>,
    subject: Option<LineText>,
    description: Option<LongText>,
    category: Vec<LineText>,
    rating: Option<u8>,
    customer: Option<ImportedCustomer>,
    team: Option<NameText>,
}

/// How a ticket went, as rows or events tell it.
#[derive(Debug)]
pub(super) struct Life {
    pub(super) status: Status,
    pub(super) first_responded_at: Option<Moment>,
    pub(super) first_resolved_at: Option<Moment>,
    pub(super) resolved_at: Option<Moment>,
    pub(super) closed_at: Option<Moment>,
    pub(super) reopened_count: u32,
    pub(super) resolver: Option<ImportedAgent>,
    pub(super) events: Vec<ImportedEvent>,
    /// Whether an event is known only to the day.
    pub(super) has_days: bool,
}

impl Facts {
    /// Reads the fields of a record; what is wrong stands in the cells' faults.
    pub(super) fn read(cells: &mut Cells<'_>, columns: &TicketColumns) -> Self {
        let plan = cells.plan;
        let at = |cells: &mut Cells<'_>, instants: &Option<Instants>| {
            instants.as_ref().and_then(|at| cells.instant(at))
        };
        Self {
            opened_at: cells.instant(&columns.opened_at),
            first_responded_at: at(cells, &columns.first_responded_at),
            resolved_at: at(cells, &columns.resolved_at),
            closed_at: at(cells, &columns.closed_at),
            rated_at: at(cells, &columns.rated_at),
            priority: columns
                .priority
                .as_ref()
                .and_then(|values| cells.value(values)),
            kind: cells.value(&columns.kind),
            channel: cells.value(&columns.channel),
            subject: cells.texts(&columns.subject, cells::line),
            description: columns
                .description
                .as_ref()
                .and_then(|texts| cells.texts(texts, cells::long)),
            category: cells.category(&columns.category),
            rating: cells.rating(columns.rating.as_ref()),
            customer: columns
                .customer
                .as_ref()
                .and_then(|columns| cells.customer(columns)),
            agent: plan.agent.as_ref().and_then(|columns| cells.agent(columns)),
            team: plan.team.as_ref().and_then(|values| cells.value(values)),
        }
    }

    /// Lays a later row over an earlier one: its values count, where it has any. The opening is the
    /// first row's.
    #[must_use]
    pub(super) fn over(self, earlier: Self) -> Self {
        Self {
            opened_at: earlier.opened_at.or(self.opened_at),
            first_responded_at: self.first_responded_at.or(earlier.first_responded_at),
            resolved_at: self.resolved_at.or(earlier.resolved_at),
            closed_at: self.closed_at.or(earlier.closed_at),
            rated_at: self.rated_at.or(earlier.rated_at),
            priority: self.priority.or(earlier.priority),
            kind: self.kind.or(earlier.kind),
            channel: self.channel.or(earlier.channel),
            subject: self.subject.or(earlier.subject),
            description: self.description.or(earlier.description),
            category: if self.category.is_empty() {
                earlier.category
            } else {
                self.category
            },
            rating: self.rating.or(earlier.rating),
            customer: self.customer.or(earlier.customer),
            agent: self.agent.or(earlier.agent),
            team: self.team.or(earlier.team),
        }
    }
}

/// The place of a ticket in the file and what is said about it.
pub(super) struct Making<'a> {
    pub(super) plan: &'a Plan,
    pub(super) ticket: &'a TicketColumns,
    pub(super) said: &'a mut Said,
    /// The row that faults of the whole ticket speak of.
    pub(super) line: u64,
    pub(super) faults: &'a mut Vec<ImportFault>,
}

impl Making<'_> {
    /// Notes something about a column.
    pub(super) fn fault(&mut self, column: Option<&Column>, fault: ImportFault) {
        let fault = fault.on_line(self.line);
        self.faults.push(match column {
            Some(column) => fault.in_column(&column.name),
            None => fault,
        });
    }

    /// When the ticket was opened: as the rows say, else as the mapping assumes.
    pub(super) fn opening(&mut self, facts: &Facts) -> Option<Moment> {
        let columns = self.ticket;
        if facts.opened_at.is_some() {
            return facts.opened_at;
        }
        let Some(assumed) = columns.opened_at.default else {
            self.fault(
                columns.opened_at.column.as_ref(),
                ImportFault::new(ImportCode::ValueMissing),
            );
            return None;
        };
        if !std::mem::replace(&mut self.said.opening, true) {
            let notice =
                ImportFault::new(ImportCode::OpenedAtAssumed).with("value", quote(assumed));
            self.fault(columns.opened_at.column.as_ref(), notice);
        }
        Some(Moment::instant(assumed))
    }

    /// The value, else the default, else a fault.
    fn needed<T: Clone>(&mut self, value: Option<T>, values: &Values<T>) -> Option<T> {
        let value = value.or_else(|| values.default.clone());
        if value.is_none() {
            self.fault(
                values.column.as_ref(),
                ImportFault::new(ImportCode::ValueMissing),
            );
        }
        value
    }

    /// Puts the ticket together; none when a value that it needs is missing.
    pub(super) fn ticket(
        &mut self,
        key: LineText,
        facts: Facts,
        opened_at: Moment,
        life: Life,
    ) -> Option<Box<ImportedTicket>> {
        let (plan, columns) = (self.plan, self.ticket);
        let type_code = self.needed(facts.kind, &columns.kind);
        let channel = self.needed(facts.channel, &columns.channel);
        let (type_code, channel) = (type_code?, channel?);
        let (first_response_seconds, resolution_seconds) = self.durations(opened_at, &life);
        let rating = self.rating(facts.rating, facts.rated_at, &life);
        if let (Some(customer), Some(who)) = (&facts.customer, &columns.customer) {
            let column = who.name.as_ref().unwrap_or(&who.key);
            self.faults
                .extend(self.said.note_name(self.line, column, customer));
        }
        let precision = precision(opened_at, &life);
        let instant = |moment: Option<Moment>| moment.map(|moment| moment.at);
        let subject_default = columns
            .subject
            .default
            .as_deref()
            .and_then(|text| LineText::try_from(text).ok());
        let description_default = columns
            .description
            .as_ref()
            .and_then(|texts| LongText::try_from(texts.default.as_deref()?).ok());
        Some(Box::new(ImportedTicket {
            subject: facts
                .subject
                .or(subject_default)
                .unwrap_or_else(|| key.clone()),
            external_id: key,
            description: facts.description.or(description_default),
            type_code,
            channel,
            status: life.status,
            priority: facts
                .priority
                .or_else(|| columns.priority.as_ref().and_then(|values| values.default))
                .unwrap_or_default(),
            category: facts.category,
            customer: facts.customer,
            team: facts
                .team
                .or_else(|| plan.team.as_ref().and_then(|values| values.default.clone())),
            agent: facts.agent,
            resolver: life.resolver,
            precision,
            opened_at: opened_at.at,
            first_responded_at: instant(life.first_responded_at),
            first_resolved_at: instant(life.first_resolved_at),
            resolved_at: instant(life.resolved_at),
            closed_at: instant(life.closed_at),
            reopened_count: life.reopened_count,
            first_response_seconds,
            resolution_seconds,
            rating,
            events: life.events,
        }))
    }

    /// First response and resolution time in seconds, as far as the instants do not contradict each
    /// other; what contradicts is said.
    fn durations(&mut self, opened: Moment, life: &Life) -> (Option<i64>, Option<i64>) {
        let columns = self.ticket;
        let resolved_column = match &columns.event {
            Some(event) => event.at.column.as_ref(),
            None => columns
                .resolved_at
                .as_ref()
                .and_then(|at| at.column.as_ref()),
        };
        let responded_column = columns
            .first_responded_at
            .as_ref()
            .and_then(|at| at.column.as_ref());
        let seconds = |to: Moment| (to.at - opened.at).num_seconds();
        let mut response = life.first_responded_at.map(seconds);
        let mut resolution = life.resolved_at.map(seconds);
        let stated = |code: ImportCode, moments: &[(&str, DateTime<Utc>)]| {
            moments
                .iter()
                .fold(ImportFault::new(code), |fault, (name, at)| {
                    fault.with(name, quote(*at))
                })
        };
        if let Some(responded) = life.first_responded_at.filter(|at| at.is_before(&opened)) {
            let moments = [
                ("first_responded_at", responded.at),
                ("opened_at", opened.at),
            ];
            self.fault(
                responded_column,
                stated(ImportCode::RespondedBeforeOpened, &moments),
            );
            response = None;
        }
        if let Some(resolved) = life.resolved_at.filter(|at| at.is_before(&opened)) {
            let moments = [("resolved_at", resolved.at), ("opened_at", opened.at)];
            self.fault(
                resolved_column,
                stated(ImportCode::ResolvedBeforeOpened, &moments),
            );
            resolution = None;
        }
        if let (Some(resolved), Some(responded)) = (life.resolved_at, life.first_responded_at)
            && resolved.is_before(&responded)
        {
            let moments = [
                ("resolved_at", resolved.at),
                ("first_responded_at", responded.at),
            ];
            self.fault(
                resolved_column,
                stated(ImportCode::ResolvedBeforeFirstResponse, &moments),
            );
            (response, resolution) = (None, None);
        }
        if let (Some(closed), Some(resolved)) = (life.closed_at, life.resolved_at)
            && closed.is_before(&resolved)
        {
            let column = columns.closed_at.as_ref().and_then(|at| at.column.as_ref());
            let moments = [("closed_at", closed.at), ("resolved_at", resolved.at)];
            self.fault(column, stated(ImportCode::ClosedBeforeResolved, &moments));
        }
        match precision(opened, life) {
            Precision::Day => (None, None),
            Precision::Instant => (response, resolution),
        }
    }

    /// The rating: given at its own instant, else at the resolution.
    fn rating(
        &mut self,
        score: Option<u8>,
        rated_at: Option<Moment>,
        life: &Life,
    ) -> Option<ImportedRating> {
        let score = score?;
        let at = rated_at
            .or(life.resolved_at)
            .or(life.closed_at)
            .filter(|_| life.status.is_over());
        if at.is_none() {
            self.fault(
                self.ticket.rating.as_ref(),
                ImportFault::new(ImportCode::RatingLeftOut),
            );
        }
        Some(ImportedRating {
            score,
            rated_at: at?.at,
        })
    }
}

/// To the day, when one of the instants is known no better.
fn precision(opened_at: Moment, life: &Life) -> Precision {
    let is_day = [
        Some(opened_at),
        life.first_responded_at,
        life.resolved_at,
        life.closed_at,
    ]
    .into_iter()
    .flatten()
    .any(|moment| moment.precision() == Precision::Day);
    if is_day || life.has_days {
        Precision::Day
    } else {
        Precision::Instant
    }
}
