//! Fitting a mapping to a file's header: every column found, every constant read, every fault noted.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::cells;
use super::dates::Formats;
use super::faults::{ImportCode, ImportFault};
use super::mapping::{InstantSource, Mapping, Order, RowPer, Source, TextSource, TicketSource};
use super::plan::{
    AgentColumns, Column, CustomerColumns, EventColumns, Instants, MayMove, Parse, Plan, Shape,
    Texts, TicketColumns, Values,
};
use crate::tickets::Status;

/// The state of fitting.
pub(super) struct Fit<'a> {
    header: Vec<&'a str>,
    zone: Tz,
    date_formats: &'a [String],
    mapped: BTreeSet<String>,
    pub(super) faults: Vec<ImportFault>,
}

impl<'a> Fit<'a> {
    pub(super) fn new<S: AsRef<str>>(mapping: &'a Mapping, header: &'a [S], zone: Tz) -> Self {
        let header: Vec<&str> = header.iter().map(|name| name.as_ref().trim()).collect();
        let mut seen = BTreeSet::new();
        let faults = header
            .iter()
            .filter(|name| !seen.insert(**name))
            .map(|name| ImportFault::new(ImportCode::ColumnTwice).in_column(name))
            .collect();
        Self {
            header,
            zone,
            date_formats: &mapping.date_formats,
            mapped: BTreeSet::new(),
            faults,
        }
    }

    pub(super) fn column(&mut self, name: &str) -> Option<Column> {
        self.mapped.insert(name.to_owned());
        match self.header.iter().position(|title| *title == name) {
            Some(index) => Some(Column {
                index,
                name: name.to_owned(),
            }),
            None => {
                let fault = ImportFault::new(ImportCode::ColumnMissing).in_column(name);
                if !self.faults.contains(&fault) {
                    self.faults.push(fault);
                }
                None
            }
        }
    }

    pub(super) fn optional(&mut self, name: Option<&String>) -> Option<Column> {
        name.and_then(|name| self.column(name))
    }

    pub(super) fn lacks(&mut self, field: &str) {
        self.faults
            .push(ImportFault::new(ImportCode::FieldMissing).with("field", field));
    }

    pub(super) fn refuse(&mut self, field: &str) {
        self.faults
            .push(ImportFault::new(ImportCode::FieldNotPossible).with("field", field));
    }

    pub(super) fn constant<T>(&mut self, field: &str, text: &str, parse: Parse<T>) -> Option<T> {
        let value = parse(text).ok();
        if value.is_none() {
            let fault = ImportFault::new(ImportCode::BadConstant)
                .with("value", text)
                .with("field", field);
            self.faults.push(fault);
        }
        value
    }

    pub(super) fn values<T>(&mut self, field: &str, source: &Source, parse: Parse<T>) -> Values<T> {
        if source.column.is_none() && source.default.is_none() {
            self.lacks(field);
        }
        let column = self.optional(source.column.as_ref());
        let mut listed = BTreeMap::new();
        for (said, meant) in &source.values {
            if let Some(meant) = self.constant(field, meant, parse) {
                listed.insert(said.clone(), meant);
            }
        }
        let default = source
            .default
            .as_ref()
            .and_then(|text| self.constant(field, text, parse));
        let otherwise = source.otherwise.as_ref();
        let otherwise =
            otherwise.and_then(|text| Some((text.clone(), self.constant(field, text, parse)?)));
        Values {
            column,
            listed,
            default,
            otherwise,
            parse,
        }
    }

    pub(super) fn instants(
        &mut self,
        field: &str,
        source: &InstantSource,
        may_assume: bool,
    ) -> Instants {
        if source.column.is_none() && (source.default.is_none() || !may_assume) {
            self.lacks(field);
        }
        if source.default.is_some() && !may_assume {
            self.refuse(&format!("{field}.default"));
        }
        let formats = Formats::new(source, self.date_formats, self.zone, &mut self.faults);
        let parse: Parse<DateTime<Utc>> = |text| match DateTime::parse_from_rfc3339(text) {
            Ok(at) => Ok(at.with_timezone(&Utc)),
            Err(_) => Err(ImportFault::new(ImportCode::BadDate)),
        };
        Instants {
            column: self.optional(source.column.as_ref()),
            formats,
            default: source
                .default
                .as_ref()
                .and_then(|text| self.constant(field, text, parse)),
        }
    }

    pub(super) fn texts(&mut self, source: &TextSource) -> Texts {
        Texts {
            columns: self.columns(&source.columns),
            style: source.style,
            default: source.default.clone(),
        }
    }

    /// Columns, each of which the file must have.
    pub(super) fn columns(&mut self, names: &[String]) -> Vec<Column> {
        names.iter().filter_map(|name| self.column(name)).collect()
    }

    pub(super) fn plan(&mut self, mapping: &Mapping, may_move: MayMove) -> Option<Plan> {
        let shape = match mapping.row_per {
            RowPer::Ticket | RowPer::Event => {
                if mapping.profile.is_some() {
                    self.refuse("profile");
                }
                match &mapping.ticket {
                    Some(ticket) => self
                        .ticket(mapping, ticket, may_move)
                        .map(|columns| Shape::Ticket(Box::new(columns))),
                    None => {
                        self.lacks("ticket");
                        None
                    }
                }
            }
            RowPer::Customer => self
                .profile(mapping)
                .map(|columns| Shape::Customer(Box::new(columns))),
        };
        let agent = mapping.agent.as_ref().and_then(|source| {
            let name = self.optional(source.name.as_ref());
            Some(AgentColumns {
                by: source.by,
                name,
                key: self.column(&source.key)?,
            })
        });
        let team = mapping
            .team
            .as_ref()
            .map(|source| self.values("team", source, cells::name));
        let key = self.column(&mapping.key);
        Some(Plan {
            width: self.header.len(),
            null_markers: mapping.null_markers.clone(),
            agent,
            team,
            shape: shape?,
            key: key?,
        })
    }

    /// The columns of tickets, whole ones or told by their events.
    fn ticket(
        &mut self,
        mapping: &Mapping,
        ticket: &TicketSource,
        may_move: MayMove,
    ) -> Option<TicketColumns> {
        match &ticket.subject.default {
            Some(text) => drop(self.constant("subject", text, cells::line)),
            None => self.lacks("subject.default"),
        }
        if let Some(text) = ticket
            .description
            .as_ref()
            .and_then(|source| source.default.as_ref())
        {
            self.constant("description", text, cells::long);
        }
        let event = self.event(mapping, ticket);
        let mut instant = |field: &str, source: &Option<InstantSource>| {
            source
                .as_ref()
                .map(|source| self.instants(field, source, false))
        };
        let first_responded_at = instant("first_responded_at", &ticket.first_responded_at);
        let resolved_at = instant("resolved_at", &ticket.resolved_at);
        let closed_at = instant("closed_at", &ticket.closed_at);
        let rated_at = instant("rated_at", &ticket.rated_at);
        let customer = mapping.customer.as_ref().and_then(|source| {
            Some(CustomerColumns {
                by: source.by,
                name: self.optional(source.name.as_ref()),
                email: self.optional(source.email.as_ref()),
                phone: self.optional(source.phone.as_ref()),
                organisation: source.organisation,
                key: self.column(&source.key)?,
            })
        });
        Some(TicketColumns {
            may_move,
            opened_at: self.instants("opened_at", &ticket.opened_at, true),
            first_responded_at,
            resolved_at,
            closed_at,
            status: self.status(ticket.status.as_ref()),
            priority: ticket
                .priority
                .as_ref()
                .map(|source| self.values("priority", source, cells::priority)),
            kind: self.values("type", &ticket.kind, cells::code),
            channel: self.values("channel", &ticket.channel, cells::code),
            subject: self.texts(&ticket.subject),
            description: ticket.description.as_ref().map(|source| self.texts(source)),
            category: self.columns(&ticket.category),
            rating: self.optional(ticket.rating.as_ref()),
            rated_at,
            customer,
            event: event?,
        })
    }

    /// The status of whole tickets. Its constant is that of unresolved ones.
    fn status(&mut self, source: Option<&Source>) -> Option<Values<Status>> {
        let status = self.values("status", source?, cells::status);
        let assumed = status
            .default
            .filter(|status| status.is_over() && source.is_some_and(|s| s.column.is_none()));
        if let Some(over) = assumed {
            let fault = ImportFault::new(ImportCode::BadConstant)
                .with("value", over.code())
                .with("field", "status");
            self.faults.push(fault);
        }
        Some(status)
    }

    /// The columns of events: `Some(None)` in a file of whole tickets, `None` when they do not fit.
    fn event(&mut self, mapping: &Mapping, ticket: &TicketSource) -> Option<Option<EventColumns>> {
        match (mapping.row_per, &mapping.event) {
            (RowPer::Ticket | RowPer::Customer, source) => {
                if source.is_some() {
                    self.refuse("event");
                }
                if mapping.order != Order::File {
                    self.refuse("order");
                }
                Some(None)
            }
            (RowPer::Event, None) => {
                self.lacks("event");
                None
            }
            (RowPer::Event, Some(source)) => {
                for (field, is_given) in [
                    ("status", ticket.status.is_some()),
                    ("closed_at", ticket.closed_at.is_some()),
                ] {
                    if is_given {
                        self.refuse(&format!("ticket.{field}"));
                    }
                }
                if source.status.column.is_none() {
                    self.lacks("event.status.column");
                }
                let order = match &mapping.order {
                    Order::File => None,
                    Order::Column(name) => self.column(name),
                };
                let ordered_by_instant = order
                    .as_ref()
                    .is_some_and(|o| source.at.column.as_ref() == Some(&o.name));
                Some(Some(EventColumns {
                    at: self.instants("event.at", &source.at, false),
                    status: self.values("event.status", &source.status, cells::status),
                    order,
                    ordered_by_instant,
                }))
            }
        }
    }

    pub(super) fn every_column_is_spoken_for(&mut self, mapping: &Mapping) {
        for name in &self.header {
            let is_ignored = mapping.ignore.iter().any(|ignored| ignored == name);
            let code = match (self.mapped.contains(*name), is_ignored) {
                (false, false) => ImportCode::ColumnNotMapped,
                (true, true) => ImportCode::ColumnIgnoredAndMapped,
                _ => continue,
            };
            self.faults.push(ImportFault::new(code).in_column(name));
        }
    }
}
