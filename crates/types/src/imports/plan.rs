//! A mapping that fits a file's header, its constants and formats parsed once.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::dates::Formats;
use super::faults::{ImportCode, ImportFault};
use super::fit::Fit;
use super::mapping::{KeyKind, Mapping, TextStyle};
use crate::customers::{CustomerKind, Lifecycle, Nature};
use crate::text::{Code, NameText};
use crate::tickets::{Priority, Status};

/// Whether a person may send a ticket from one status to another.
pub type MayMove = fn(Status, Status) -> bool;

/// A column of the file.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) index: usize,
    pub(super) name: String,
}

/// A field whose values come from a column, a constant, or both.
#[derive(Debug, Clone)]
pub(super) struct Values<T> {
    pub(super) column: Option<Column>,
    pub(super) listed: BTreeMap<String, T>,
    pub(super) default: Option<T>,
    /// The value for what is not listed, and how the mapping spells it.
    pub(super) otherwise: Option<(String, T)>,
    pub(super) parse: Parse<T>,
}

/// How a cell or a constant becomes a value; the fault knows neither line nor column.
pub(super) type Parse<T> = fn(&str) -> Result<T, ImportFault>;

/// A field that is an instant or a day.
#[derive(Debug, Clone)]
pub(super) struct Instants {
    pub(super) column: Option<Column>,
    pub(super) formats: Formats,
    pub(super) default: Option<DateTime<Utc>>,
}

/// A field that is put together from columns.
#[derive(Debug, Clone)]
pub(super) struct Texts {
    pub(super) columns: Vec<Column>,
    pub(super) style: TextStyle,
    pub(super) default: Option<String>,
}

/// The columns of the customer who asks.
#[derive(Debug, Clone)]
pub(super) struct CustomerColumns {
    pub(super) by: KeyKind,
    pub(super) key: Column,
    pub(super) name: Option<Column>,
    pub(super) email: Option<Column>,
    pub(super) phone: Option<Column>,
    pub(super) organisation: bool,
}

/// The columns of an agent.
#[derive(Debug, Clone)]
pub(super) struct AgentColumns {
    pub(super) by: KeyKind,
    pub(super) key: Column,
    pub(super) name: Option<Column>,
}

/// The columns of an event.
#[derive(Debug, Clone)]
pub(super) struct EventColumns {
    pub(super) at: Instants,
    pub(super) status: Values<Status>,
    pub(super) order: Option<Column>,
    pub(super) ordered_by_instant: bool,
}

/// The columns of a ticket.
#[derive(Debug, Clone)]
pub(super) struct TicketColumns {
    pub(super) may_move: MayMove,
    pub(super) opened_at: Instants,
    pub(super) first_responded_at: Option<Instants>,
    pub(super) resolved_at: Option<Instants>,
    pub(super) closed_at: Option<Instants>,
    pub(super) status: Option<Values<Status>>,
    pub(super) priority: Option<Values<Priority>>,
    pub(super) kind: Values<Code>,
    pub(super) channel: Values<Code>,
    pub(super) subject: Texts,
    pub(super) description: Option<Texts>,
    pub(super) category: Vec<Column>,
    pub(super) rating: Option<Column>,
    pub(super) rated_at: Option<Instants>,
    pub(super) customer: Option<CustomerColumns>,
    pub(super) event: Option<EventColumns>,
}

/// The columns of a customer's archive.
#[derive(Debug, Clone)]
pub(super) struct ProfileColumns {
    pub(super) by: KeyKind,
    pub(super) kind: Option<Values<CustomerKind>>,
    pub(super) name: Option<Column>,
    pub(super) phones: Vec<Column>,
    pub(super) emails: Vec<Column>,
    pub(super) address: Option<Texts>,
    pub(super) region: Option<Texts>,
    pub(super) nature: Option<Values<Nature>>,
    pub(super) industry: Option<Column>,
    pub(super) job_title: Option<Column>,
    pub(super) birthday_on: Option<Instants>,
    pub(super) lifecycle: Option<Values<Lifecycle>>,
    pub(super) source_channel: Option<Values<Code>>,
    pub(super) tags: Vec<Column>,
    pub(super) note: Option<Texts>,
}

/// What the records of the file become.
#[derive(Debug, Clone)]
pub(super) enum Shape {
    Ticket(Box<TicketColumns>),
    Customer(Box<ProfileColumns>),
}

/// A mapping that fits a file.
#[derive(Debug, Clone)]
pub struct Plan {
    pub(super) width: usize,
    pub(super) null_markers: Vec<String>,
    pub(super) key: Column,
    pub(super) agent: Option<AgentColumns>,
    pub(super) team: Option<Values<NameText>>,
    pub(super) shape: Shape,
}

impl Plan {
    /// Fits a mapping to the header of a file.
    ///
    /// `may_move` is the rule that a person's changes of status obey; an event that breaks it is
    /// recorded with a warning.
    ///
    /// # Errors
    /// Everything that does not fit, at once: columns that the file lacks, columns that are neither
    /// mapped nor ignored, unknown zones, formats and constants.
    pub fn new<S: AsRef<str>>(
        mapping: &Mapping,
        header: &[S],
        may_move: MayMove,
    ) -> Result<Self, Vec<ImportFault>> {
        let zone = mapping.zone.parse::<Tz>();
        let mut fit = Fit::new(mapping, header, zone.unwrap_or(Tz::UTC));
        if zone.is_err() {
            fit.faults
                .push(ImportFault::new(ImportCode::UnknownZone).with("value", &mapping.zone));
        }
        let plan = fit.plan(mapping, may_move);
        fit.every_column_is_spoken_for(mapping);
        match plan {
            Some(plan) if fit.faults.is_empty() => Ok(plan),
            _ => Err(fit.faults),
        }
    }

    /// The codes of ticket types that its rows can have.
    ///
    /// They and those of the channels must exist before the first row is stored.
    pub fn type_codes(&self) -> BTreeSet<&Code> {
        match &self.shape {
            Shape::Ticket(ticket) => ticket.kind.constants().collect(),
            Shape::Customer(_) => BTreeSet::new(),
        }
    }

    /// The codes of channels that its rows can have.
    pub fn channel_codes(&self) -> BTreeSet<&Code> {
        let channel = match &self.shape {
            Shape::Ticket(ticket) => Some(&ticket.channel),
            Shape::Customer(profile) => profile.source_channel.as_ref(),
        };
        channel.into_iter().flat_map(Values::constants).collect()
    }
}

impl<T> Values<T> {
    fn constants(&self) -> impl Iterator<Item = &T> {
        self.listed
            .values()
            .chain(&self.default)
            .chain(self.otherwise.as_ref().map(|(_, value)| value))
    }
}
