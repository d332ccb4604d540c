//! The columns of each field of a [`Mapping`], read and set alike: what [`Target`] is made of.

use std::collections::BTreeMap;

use super::mapping::{
    EventSource, InstantSource, KeyKind, Mapping, Order, ProfileSource, RowPer, Source, TextSource,
    TextStyle, TicketSource,
};
use super::people::{Recognised, blank_customer, given};
use super::targets::{Target, TargetKind};
use crate::text::Code;

impl Mapping {
    /// A mapping into which no column of the file goes yet.
    pub fn blank(source: Code, row_per: RowPer, zone: &str, header: &[String]) -> Self {
        let is_customer = row_per == RowPer::Customer;
        Self {
            source,
            row_per,
            delimiter: ',',
            zone: zone.to_owned(),
            date_formats: Vec::new(),
            null_markers: Vec::new(),
            key: String::new(),
            order: Order::File,
            ticket: (!is_customer).then(blank_ticket),
            event: (row_per == RowPer::Event).then(blank_event),
            profile: is_customer.then(blank_profile),
            customer: None,
            agent: None,
            team: None,
            ignore: header.to_vec(),
        }
    }

    /// Whether the rows of a file of tickets are their events; what events cannot have goes.
    pub fn set_has_events(&mut self, has_events: bool, header: &[String]) {
        let Some(ticket) = &mut self.ticket else {
            return;
        };
        self.order = Order::File;
        if has_events {
            (ticket.status, ticket.closed_at) = (None, None);
            (self.row_per, self.event) = (RowPer::Event, Some(blank_event()));
        } else {
            (self.row_per, self.event) = (RowPer::Ticket, None);
        }
        self.settle(header);
    }

    /// Where the instant or day of a field comes from.
    pub fn instant(&self, target: Target) -> Option<&InstantSource> {
        let (ticket, profile) = (self.ticket.as_ref(), self.profile.as_ref());
        match target {
            Target::OpenedAt => ticket.map(|it| &it.opened_at),
            Target::FirstRespondedAt => ticket?.first_responded_at.as_ref(),
            Target::ResolvedAt => ticket?.resolved_at.as_ref(),
            Target::ClosedAt => ticket?.closed_at.as_ref(),
            Target::RatedAt => ticket?.rated_at.as_ref(),
            Target::EventAt => self.event.as_ref().map(|it| &it.at),
            Target::BirthdayOn => profile?.birthday_on.as_ref(),
            _ => None,
        }
    }

    fn put_instant(&mut self, target: Target, source: Option<InstantSource>) {
        let needed = source.clone().unwrap_or_default();
        match (target, &mut self.ticket, &mut self.profile, &mut self.event) {
            (Target::OpenedAt, Some(it), ..) => it.opened_at = needed,
            (Target::FirstRespondedAt, Some(it), ..) => it.first_responded_at = source,
            (Target::ResolvedAt, Some(it), ..) => it.resolved_at = source,
            (Target::ClosedAt, Some(it), ..) => it.closed_at = source,
            (Target::RatedAt, Some(it), ..) => it.rated_at = source,
            (Target::BirthdayOn, _, Some(it), _) => it.birthday_on = source,
            (Target::EventAt, _, _, Some(it)) => it.at = needed,
            _ => {}
        }
    }

    /// Changes where an instant comes from.
    pub fn edit_instant(&mut self, target: Target, edit: impl FnOnce(&mut InstantSource)) {
        let mut source = self.instant(target).cloned().unwrap_or_default();
        edit(&mut source);
        let is_said = source.column.is_some() || source.default.is_some();
        self.put_instant(target, is_said.then_some(source));
    }

    /// The formats by which a field is read: its own, else those of the file.
    pub fn formats(&self, target: Target) -> &[String] {
        match self.instant(target) {
            Some(source) if !source.formats.is_empty() => &source.formats,
            _ => &self.date_formats,
        }
    }

    /// Where one of few values comes from.
    pub fn values(&self, target: Target) -> Option<&Source> {
        let (ticket, profile) = (self.ticket.as_ref(), self.profile.as_ref());
        match target {
            Target::Status => ticket?.status.as_ref(),
            Target::Priority => ticket?.priority.as_ref(),
            Target::Type => ticket.map(|it| &it.kind),
            Target::Channel => ticket.map(|it| &it.channel),
            Target::EventStatus => self.event.as_ref().map(|it| &it.status),
            Target::Kind => profile?.kind.as_ref(),
            Target::Nature => profile?.nature.as_ref(),
            Target::Lifecycle => profile?.lifecycle.as_ref(),
            Target::SourceChannel => profile?.source_channel.as_ref(),
            Target::Team => self.team.as_ref(),
            _ => None,
        }
    }

    /// Changes where one of few values comes from, and what each of them means.
    pub fn edit_values(&mut self, target: Target, edit: impl FnOnce(&mut Source)) {
        let mut source = self.values(target).cloned().unwrap_or_default();
        edit(&mut source);
        let needed = source.clone();
        let source = (source.column.is_some() || source.default.is_some()).then_some(source);
        match (target, &mut self.ticket, &mut self.profile, &mut self.event) {
            (Target::Status, Some(it), ..) => it.status = source,
            (Target::Priority, Some(it), ..) => it.priority = source,
            (Target::Type, Some(it), ..) => it.kind = needed,
            (Target::Channel, Some(it), ..) => it.channel = needed,
            (Target::Kind, _, Some(it), _) => it.kind = source,
            (Target::Nature, _, Some(it), _) => it.nature = source,
            (Target::Lifecycle, _, Some(it), _) => it.lifecycle = source,
            (Target::SourceChannel, _, Some(it), _) => it.source_channel = source,
            (Target::EventStatus, _, _, Some(it)) => it.status = needed,
            (Target::Team, ..) => self.team = source,
            _ => {}
        }
    }

    /// Where a text comes from.
    pub fn texts(&self, target: Target) -> Option<&TextSource> {
        let (ticket, profile) = (self.ticket.as_ref(), self.profile.as_ref());
        match target {
            Target::Subject => ticket.map(|it| &it.subject),
            Target::Description => ticket?.description.as_ref(),
            Target::Address => profile?.address.as_ref(),
            Target::Region => profile?.region.as_ref(),
            Target::Note => profile?.note.as_ref(),
            _ => None,
        }
    }

    /// Changes where a text comes from.
    pub fn edit_texts(&mut self, target: Target, edit: impl FnOnce(&mut TextSource)) {
        let style = match target {
            Target::Description | Target::Note => TextStyle::Labelled,
            _ => TextStyle::Joined,
        };
        let mut source = self.texts(target).cloned().unwrap_or(TextSource {
            style,
            ..TextSource::default()
        });
        edit(&mut source);
        let needed = source.clone();
        let is_said = !source.columns.is_empty() || source.default.is_some();
        let source = is_said.then_some(source);
        match (target, &mut self.ticket, &mut self.profile) {
            (Target::Subject, Some(it), _) => it.subject = needed,
            (Target::Description, Some(it), _) => it.description = source,
            (Target::Address, _, Some(it)) => it.address = source,
            (Target::Region, _, Some(it)) => it.region = source,
            (Target::Note, _, Some(it)) => it.note = source,
            _ => {}
        }
    }

    /// The list of a field that takes columns as they are.
    fn list(&mut self, target: Target) -> Option<&mut Vec<String>> {
        match (target, &mut self.ticket, &mut self.profile) {
            (Target::Category, Some(it), _) => Some(&mut it.category),
            (Target::Phones, _, Some(it)) => Some(&mut it.phones),
            (Target::Tags, _, Some(it)) => Some(&mut it.tags),
            _ => None,
        }
    }

    /// The columns that go into a field.
    pub fn columns_of(&self, target: Target) -> Vec<String> {
        let (ticket, profile) = (self.ticket.as_ref(), self.profile.as_ref());
        let one =
            |column: Option<&String>| -> Vec<String> { column.cloned().into_iter().collect() };
        let person = |of: Recognised, by: KeyKind| one(self.person(of).part(by));
        match target {
            Target::Key if profile.is_none() => given(&self.key).into_iter().collect(),
            Target::Key => person(Recognised::Record, KeyKind::ExternalId),
            Target::Name => person(Recognised::Record, KeyKind::Name),
            Target::Emails => {
                let key = self.key_by(Recognised::Record, KeyKind::Email);
                let rest = profile.map(|it| it.emails.clone()).unwrap_or_default();
                key.into_iter().chain(rest).collect()
            }
            Target::CustomerId => person(Recognised::Customer, KeyKind::ExternalId),
            Target::CustomerName => person(Recognised::Customer, KeyKind::Name),
            Target::CustomerEmail => person(Recognised::Customer, KeyKind::Email),
            Target::CustomerPhone => one(self.customer.as_ref().and_then(|it| it.phone.as_ref())),
            Target::AgentId => person(Recognised::Agent, KeyKind::ExternalId),
            Target::AgentName => person(Recognised::Agent, KeyKind::Name),
            Target::AgentEmail => person(Recognised::Agent, KeyKind::Email),
            Target::EventOrder => match &self.order {
                Order::Column(name) => vec![name.clone()],
                Order::File => Vec::new(),
            },
            Target::Category => ticket.map(|it| it.category.clone()).unwrap_or_default(),
            Target::Rating => one(ticket.and_then(|it| it.rating.as_ref())),
            Target::Phones => profile.map(|it| it.phones.clone()).unwrap_or_default(),
            Target::Tags => profile.map(|it| it.tags.clone()).unwrap_or_default(),
            Target::Industry => one(profile.and_then(|it| it.industry.as_ref())),
            Target::JobTitle => one(profile.and_then(|it| it.job_title.as_ref())),
            Target::Subject
            | Target::Description
            | Target::Address
            | Target::Region
            | Target::Note => self
                .texts(target)
                .map(|it| it.columns.clone())
                .unwrap_or_default(),
            _ if target.kind() == TargetKind::Instant => {
                one(self.instant(target).and_then(|it| it.column.as_ref()))
            }
            _ => one(self.values(target).and_then(|it| it.column.as_ref())),
        }
    }

    /// Sets the columns that go into a field; one where only one has room.
    pub(super) fn set_columns(&mut self, target: Target, columns: Vec<String>) {
        let first = columns.first().cloned();
        match target {
            Target::Key if self.profile.is_none() => self.key = first.unwrap_or_default(),
            Target::Key => self.set_person(Recognised::Record, KeyKind::ExternalId, first),
            Target::Name => self.set_person(Recognised::Record, KeyKind::Name, first),
            Target::Emails => self.set_emails(columns),
            Target::CustomerId => self.set_person(Recognised::Customer, KeyKind::ExternalId, first),
            Target::CustomerName => self.set_person(Recognised::Customer, KeyKind::Name, first),
            Target::CustomerEmail => self.set_person(Recognised::Customer, KeyKind::Email, first),
            Target::CustomerPhone => {
                let person = self.person(Recognised::Customer);
                let mut source = self.customer.take().unwrap_or_else(blank_customer);
                source.phone = first;
                self.customer = Some(source);
                self.put_person(Recognised::Customer, &person, None);
            }
            Target::AgentId => self.set_person(Recognised::Agent, KeyKind::ExternalId, first),
            Target::AgentName => self.set_person(Recognised::Agent, KeyKind::Name, first),
            Target::AgentEmail => self.set_person(Recognised::Agent, KeyKind::Email, first),
            Target::EventOrder => self.order = first.map_or(Order::File, Order::Column),
            Target::Rating => {
                if let Some(ticket) = &mut self.ticket {
                    ticket.rating = first;
                }
            }
            Target::Industry | Target::JobTitle => {
                if let Some(profile) = &mut self.profile {
                    let slot = match target {
                        Target::Industry => &mut profile.industry,
                        _ => &mut profile.job_title,
                    };
                    *slot = first;
                }
            }
            Target::Category | Target::Phones | Target::Tags => {
                if let Some(list) = self.list(target) {
                    *list = columns;
                }
            }
            Target::Subject
            | Target::Description
            | Target::Address
            | Target::Region
            | Target::Note => self.edit_texts(target, |it| it.columns = columns),
            _ if target.kind() == TargetKind::Instant => self.edit_instant(target, |it| {
                *it = InstantSource {
                    column: first,
                    formats: Vec::new(),
                    default: it.default.take(),
                };
            }),
            // What the values of one column mean, those of another do not.
            _ => self.edit_values(target, |it| {
                *it = Source {
                    column: first,
                    default: it.default.take(),
                    ..Source::default()
                };
            }),
        }
    }
}

const fn blank_event() -> EventSource {
    EventSource {
        at: InstantSource {
            column: None,
            formats: Vec::new(),
            default: None,
        },
        status: Source {
            column: None,
            values: BTreeMap::new(),
            default: None,
            otherwise: None,
        },
    }
}

fn blank_ticket() -> TicketSource {
    TicketSource {
        opened_at: InstantSource::default(),
        first_responded_at: None,
        resolved_at: None,
        closed_at: None,
        status: None,
        priority: None,
        kind: Source::default(),
        channel: Source::default(),
        subject: TextSource::default(),
        description: None,
        category: Vec::new(),
        rating: None,
        rated_at: None,
    }
}

const fn blank_profile() -> ProfileSource {
    ProfileSource {
        by: KeyKind::ExternalId,
        kind: None,
        name: None,
        phones: Vec::new(),
        emails: Vec::new(),
        address: None,
        region: None,
        nature: None,
        industry: None,
        job_title: None,
        birthday_on: None,
        lifecycle: None,
        source_channel: None,
        tags: Vec::new(),
        note: None,
    }
}
