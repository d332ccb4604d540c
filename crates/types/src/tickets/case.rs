//! One ticket while it is being worked on: each step changes the facts, the clocks and the
//! history together, so that none of them can be forgotten.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{EventKind, Message, Moved, Status, Ticket};
use crate::clocks::{ClockBook, ClockEvent, TicketClocks};
use crate::text::ReasonText;
use crate::ticket_types::{DefinitionBook, Pipeline, Stage};

/// An entry of the history before it has an id.
#[derive(Debug, Clone, PartialEq)]
pub struct Happened {
    /// When.
    pub at: DateTime<Utc>,
    /// What kind of thing.
    pub kind: EventKind,
    /// What was before.
    pub before: Option<Value>,
    /// What is after.
    pub after: Option<Value>,
    /// Why.
    pub reason: Option<ReasonText>,
}

/// A ticket, its clocks and what has happened to it since it was loaded.
#[derive(Debug, Clone)]
pub struct Case<'b, B> {
    /// The ticket.
    pub ticket: Ticket,
    /// Its clocks.
    pub clocks: TicketClocks,
    /// What happened, in order.
    pub happened: Vec<Happened>,
    book: &'b B,
}

impl<'b, B: ClockBook + DefinitionBook> Case<'b, B> {
    /// A ticket as it was loaded.
    pub const fn new(ticket: Ticket, clocks: TicketClocks, book: &'b B) -> Self {
        Self {
            ticket,
            clocks,
            happened: Vec::new(),
            book,
        }
    }

    /// It came to be: the clocks start.
    pub fn open(&mut self) {
        let at = self.ticket.opened_at;
        self.clocks
            .apply(self.book, Status::New, &ClockEvent::Opened { at });
        self.note(at, EventKind::Opened, None, None, None);
        if self.ticket.answered_on_spot {
            self.ticket.first_responded_at = Some(at);
            self.ticket.first_response_seconds = Some(0);
            self.clocks
                .apply(self.book, Status::New, &ClockEvent::FirstResponded { at });
        }
    }

    /// What says by which rules it goes.
    pub const fn book(&self) -> &'b B {
        self.book
    }

    /// The pipeline that it goes through, with the place of its stage.
    pub fn pipeline(&self) -> Option<(&'b Pipeline, usize)> {
        self.book.pipeline_of(&self.ticket)
    }

    /// It goes to another status. The caller has decided that it may. One that is opened again comes
    /// back to a stage in which work is done.
    pub fn move_to(&mut self, to: Status, at: DateTime<Utc>, reason: Option<ReasonText>) -> Moved {
        let moved = self.stand(to, at, reason.clone());
        if moved.reopened
            && let Some((pipeline, from)) = self.pipeline()
            && let Some(stage) = pipeline.reopened(from)
            && self.ticket.stage.as_ref() != Some(&stage.code)
        {
            self.come_into(stage, at, reason);
        }
        moved
    }

    /// It goes to another stage, and stands as one stands there. The caller has decided that it may.
    pub fn go_to(&mut self, stage: &Stage, at: DateTime<Utc>, reason: Option<ReasonText>) {
        self.come_into(stage, at, reason.clone());
        let status = match stage.status {
            // Nothing becomes new again.
            Status::New => Status::Open,
            status => status,
        };
        let is_there = stage.status == self.ticket.status || status == self.ticket.status;
        if !is_there {
            self.stand(status, at, reason);
        }
    }

    fn come_into(&mut self, stage: &Stage, at: DateTime<Utc>, reason: Option<ReasonText>) {
        let before = self
            .ticket
            .stage
            .as_ref()
            .map(|stage| stage.as_str().into());
        self.ticket.enter(&stage.code, at);
        let after = Some(stage.code.as_str().into());
        self.note(at, EventKind::Stage, before, after, reason);
    }

    /// It stands elsewhere, with what that does to the clocks.
    fn stand(&mut self, to: Status, at: DateTime<Utc>, reason: Option<ReasonText>) -> Moved {
        let from = self.ticket.status;
        let moved = self.ticket.move_to(to, at);
        self.clocks
            .apply(self.book, from, &ClockEvent::StatusChanged { at, to });
        self.note(
            at,
            EventKind::Status,
            Some(from.code().into()),
            Some(to.code().into()),
            reason,
        );
        moved
    }

    /// Somebody said something on it.
    pub fn hear(&mut self, message: &Message) {
        let answered = self.ticket.first_responded_at;
        let status = self.ticket.status;
        let to = self.ticket.hear(message);
        if answered.is_none()
            && let Some(at) = self.ticket.first_responded_at
        {
            self.clocks
                .apply(self.book, status, &ClockEvent::FirstResponded { at });
        }
        if let Some(to) = to {
            self.move_to(to, message.sent_at, None);
        }
    }

    /// Adds to the history.
    pub fn note(
        &mut self,
        at: DateTime<Utc>,
        kind: EventKind,
        before: Option<Value>,
        after: Option<Value>,
        reason: Option<ReasonText>,
    ) {
        self.happened.push(Happened {
            at,
            kind,
            before,
            after,
            reason,
        });
    }
}
