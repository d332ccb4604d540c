//! A ticket as a file tells it becomes the rows of a ticket: pure, no database, no clock.
//!
//! Its life is replayed through the functions that handlers use, so that a figure means the same
//! for both; the plan's word counts where the file contradicts itself or says more than its events.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use rapport_persistence::configuration::Configuration;
use rapport_persistence::tickets::NewTicketRow;
use rapport_types::clocks::{ClockEvent, TicketClocks, UnknownClocks, detect};
use rapport_types::ids::{
    CategoryId, CustomerId, ImportId, RatingId, TeamId, TicketEventId, TicketId, UserId,
};
use rapport_types::imports::{ImportedAgent, ImportedTicket};
use rapport_types::records::{Actor, ExternalId, micros};
use rapport_types::text::Code;
use rapport_types::ticket_types::FieldValues;
use rapport_types::tickets::{
    EventKind, Precision, Rating, RatingSource, Status, Ticket, TicketEvent,
};
use serde_json::{Value, json};

use crate::ids::Ids;

/// What the names in an imported ticket came to.
pub(super) struct Named<'a> {
    pub(super) team_id: TeamId,
    pub(super) category_id: Option<CategoryId>,
    pub(super) customer_id: Option<CustomerId>,
    /// Users by the source's key.
    pub(super) agents: &'a HashMap<String, UserId>,
}

/// What all tickets of an import share.
pub(super) struct Frame<'a> {
    pub(super) configuration: &'a Configuration,
    pub(super) ids: &'a Ids,
    pub(super) import_id: ImportId,
    pub(super) source: &'a Code,
    pub(super) now: DateTime<Utc>,
}

impl Frame<'_> {
    /// The rows of a ticket that gets this number.
    pub(super) fn rows(
        &self,
        imported: &ImportedTicket,
        named: &Named<'_>,
        number: i64,
    ) -> NewTicketRow {
        let ticket = self.ticket(imported, named, number);
        let events = self.events(&ticket, imported);
        let ratings = imported.rating.iter().map(|rating| Rating {
            id: RatingId::from_uuid(self.ids.next()),
            ticket_id: ticket.id,
            score: i64::from(rating.score),
            comment: None,
            rated_at: rating.rated_at,
            source: RatingSource::Import,
        });
        NewTicketRow {
            ratings: ratings.collect(),
            clocks: self.clocks(&ticket, imported),
            spans: spans(imported),
            messages: Vec::new(),
            events,
            ticket,
        }
    }

    fn ticket(&self, imported: &ImportedTicket, named: &Named<'_>, number: i64) -> Ticket {
        let user = |agent: &ImportedAgent| named.agents.get(agent.key.as_str()).copied();
        let mut ticket = Ticket {
            id: TicketId::from_uuid(self.ids.next()),
            number,
            version: 1,
            subject: imported.subject.clone(),
            description: imported.description.clone(),
            type_code: imported.type_code.clone(),
            // A history that happened elsewhere goes through no pipeline of ours.
            definition_version: 0,
            pipeline: None,
            stage: None,
            stage_entered_at: None,
            fields: FieldValues::new(),
            status: Status::New,
            priority: imported.priority,
            channel: imported.channel.clone(),
            category_id: named.category_id,
            customer_id: named.customer_id,
            contact_id: None,
            team_id: named.team_id,
            assignee_id: None,
            first_responder_id: None,
            duty_holder_id: None,
            resolver_id: None,
            follows_ticket_id: None,
            answered_on_spot: false,
            precision: imported.precision,
            opened_at: imported.opened_at,
            created_at: self.now,
            updated_at: self.now,
            first_responded_at: imported.first_responded_at,
            first_resolved_at: None,
            resolved_at: None,
            closed_at: None,
            reopened_count: 0,
            first_response_seconds: None,
            resolution_seconds: None,
            // Unknown, not none: the file has no messages.
            public_reply_count: None,
            satisfaction_score: imported.rating.map(|rating| i64::from(rating.score)),
            next_due_at: None,
            import_id: Some(self.import_id),
            external_ids: vec![ExternalId {
                source: self.source.clone(),
                id: imported.external_id.clone(),
            }],
            clocks: Vec::new(),
        };
        for event in &imported.events {
            if let Some(agent) = event.agent.as_ref().and_then(user) {
                ticket.assignee_id = Some(agent);
                ticket.take(agent);
            }
            ticket.move_to(event.to, event.at);
        }
        ticket.assignee_id = imported.agent.as_ref().and_then(user);
        if let Some(agent) = ticket.assignee_id {
            ticket.take(agent);
        }
        // A closed ticket without an instant has no event; a closing may lie before the resolution.
        ticket.status = imported.status;
        ticket.closed_at = imported.closed_at;
        ticket.first_response_seconds = imported.first_response_seconds;
        ticket.resolution_seconds = imported.resolution_seconds;
        ticket
    }

    fn events(&self, ticket: &Ticket, imported: &ImportedTicket) -> Vec<TicketEvent> {
        let event = |at, kind, before: Option<Value>, after: Option<Value>| TicketEvent {
            id: TicketEventId::from_uuid(self.ids.next()),
            ticket_id: ticket.id,
            at,
            actor: Actor::System,
            kind,
            before,
            after,
            reason: None,
        };
        let mut events = vec![event(ticket.opened_at, EventKind::Opened, None, None)];
        events.extend(imported.events.iter().map(|moved| {
            let (before, after) = (json!(moved.from.code()), json!(moved.to.code()));
            event(moved.at, EventKind::Status, Some(before), Some(after))
        }));
        events.extend(imported.rating.iter().map(|rating| {
            event(
                rating.rated_at,
                EventKind::Rated,
                None,
                Some(json!(rating.score)),
            )
        }));
        events
    }

    /// The clocks by the policies in force at the opening; before the first ones those count.
    /// What passed long ago is noticed now, and nobody is told.
    fn clocks(&self, ticket: &Ticket, imported: &ImportedTicket) -> TicketClocks {
        if imported.status.is_over() && imported.resolved_at.is_none() {
            // Over since nobody knows when: nothing is to be counted, now or when it goes on.
            return TicketClocks {
                unknown: UnknownClocks::All,
                ..TicketClocks::default()
            };
        }
        let basis = self.configuration.clock_basis(ticket, ticket.opened_at);
        let events = clock_events(imported);
        let unknown = unknown_clocks(imported);
        let mut clocks = TicketClocks::from_events(self.configuration, basis, unknown, &events);
        for run in &mut clocks.runs {
            drop(detect(run, self.now));
        }
        clocks
    }
}

/// What nobody can say of its clocks.
fn unknown_clocks(imported: &ImportedTicket) -> UnknownClocks {
    if contradicts(imported) {
        UnknownClocks::All
    } else if imported.first_responded_at.is_none() {
        // The file has no messages: it may have been answered long ago.
        UnknownClocks::Answered
    } else {
        UnknownClocks::None
    }
}

/// Whether its instants contradict each other or are known only to the day, so that none of its
/// durations count.
fn contradicts(imported: &ImportedTicket) -> bool {
    let is_lost =
        |at: Option<DateTime<Utc>>, seconds: Option<i64>| at.is_some() && seconds.is_none();
    imported.precision == Precision::Day
        || is_lost(imported.first_responded_at, imported.first_response_seconds)
        || is_lost(imported.resolved_at, imported.resolution_seconds)
}

/// What the clocks take notice of. The order of the file counts: what lies before the opening or
/// before the event above it happened together with that, as far as clocks go.
fn clock_events(imported: &ImportedTicket) -> Vec<ClockEvent> {
    let opened_at = imported.opened_at;
    let mut events = vec![ClockEvent::Opened { at: opened_at }];
    events.extend(
        imported
            .first_responded_at
            .map(|at| ClockEvent::FirstResponded {
                at: at.max(opened_at),
            }),
    );
    let mut latest = opened_at;
    for event in &imported.events {
        latest = latest.max(event.at);
        events.push(ClockEvent::StatusChanged {
            at: latest,
            to: event.to,
        });
    }
    events
}

/// The spans in which it was unresolved, in microseconds. None is empty, none touches another, and
/// a ticket that is over since nobody knows when has none.
fn spans(imported: &ImportedTicket) -> Vec<(i64, Option<i64>)> {
    if imported.status.is_over() && imported.resolved_at.is_none() {
        return Vec::new();
    }
    let mut spans: Vec<(i64, Option<i64>)> = Vec::new();
    let mut latest = micros(imported.opened_at);
    let mut since = Some(latest);
    let mut end = |from: i64, to: Option<i64>| match spans.last_mut() {
        Some(last) if last.1 == Some(from) => last.1 = to,
        _ if to == Some(from) => {}
        _ => spans.push((from, to)),
    };
    for event in &imported.events {
        latest = latest.max(micros(event.at));
        match (since, event.to.is_over()) {
            (Some(from), true) => {
                end(from, Some(latest));
                since = None;
            }
            (None, false) => since = Some(latest),
            (Some(_), false) | (None, true) => {}
        }
    }
    if let Some(from) = since {
        end(from, None);
    }
    spans
}

#[cfg(test)]
mod tests {
    use rapport_types::imports::ImportedEvent;
    use rapport_types::text::LineText;
    use rapport_types::tickets::Priority;

    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000 + 60 * minute, 0).unwrap()
    }

    /// A ticket opened at minute 0 that went these ways.
    fn went(ways: &[(i64, Status)]) -> ImportedTicket {
        let mut from = Status::New;
        let events: Vec<ImportedEvent> = ways
            .iter()
            .map(|(minute, to)| {
                let event = ImportedEvent {
                    at: at(*minute),
                    from,
                    to: *to,
                    agent: None,
                };
                from = *to;
                event
            })
            .collect();
        let line = |text: &str| LineText::try_from(text).unwrap();
        let code = |text: &str| Code::try_from(text).unwrap();
        let resolved_at = events
            .iter()
            .rev()
            .find(|e| e.to.is_over() && !e.from.is_over())
            .map(|e| e.at);
        ImportedTicket {
            external_id: line("1"),
            subject: line("one"),
            description: None,
            type_code: code("enquiry"),
            channel: code("web"),
            status: from,
            priority: Priority::Normal,
            category: Vec::new(),
            customer: None,
            team: None,
            agent: None,
            resolver: None,
            precision: Precision::Instant,
            opened_at: at(0),
            first_responded_at: None,
            first_resolved_at: resolved_at,
            resolved_at: resolved_at.filter(|_| from.is_over()),
            closed_at: None,
            reopened_count: 0,
            first_response_seconds: None,
            resolution_seconds: Some(60),
            rating: None,
            events,
        }
    }

    #[test]
    fn spans_are_never_empty_and_never_touch() {
        use Status::{Closed, Open, Resolved};
        let minutes = |imported: &ImportedTicket| -> Vec<(i64, Option<i64>)> {
            let minute = |micros_since: i64| (micros_since - micros(at(0))) / 60_000_000;
            spans(imported)
                .into_iter()
                .map(|(from, to)| (minute(from), to.map(minute)))
                .collect()
        };
        for (ways, expected) in [
            (&[][..], &[(0, None)][..]),
            (&[(5, Open)], &[(0, None)]),
            (&[(5, Resolved), (9, Closed)], &[(0, Some(5))]),
            (&[(5, Resolved), (7, Open)], &[(0, Some(5)), (7, None)]),
            (&[(5, Resolved), (5, Open), (8, Closed)], &[(0, Some(8))]),
            (&[(0, Resolved), (0, Open)], &[(0, None)]),
            (&[(-5, Resolved)], &[]),
            (&[(9, Resolved), (3, Open), (4, Resolved)], &[(0, Some(9))]),
        ] {
            assert_eq!(minutes(&went(ways)), expected, "{ways:?}");
        }
        let over = ImportedTicket {
            status: Closed,
            ..went(&[])
        };
        assert_eq!(minutes(&over), []);
    }

    #[test]
    fn clock_events_follow_the_file_and_never_run_back() {
        use Status::{OnHold, Open, Resolved};
        let events = clock_events(&went(&[(-3, Open), (6, OnHold), (4, Open), (7, Resolved)]));
        let minutes: Vec<i64> = events
            .iter()
            .map(|event| (event.at() - at(0)).num_minutes())
            .collect();
        assert_eq!(minutes, [0, 0, 6, 6, 7]);
    }

    #[test]
    fn lost_durations_and_bare_days_contradict() {
        let good = went(&[(5, Status::Resolved)]);
        assert!(!contradicts(&good));
        assert!(contradicts(&ImportedTicket {
            resolution_seconds: None,
            ..good.clone()
        }));
        assert!(contradicts(&ImportedTicket {
            precision: Precision::Day,
            ..good.clone()
        }));
        assert!(contradicts(&ImportedTicket {
            first_responded_at: Some(at(9)),
            ..good
        }));
    }
}
