//! How a ticket's facts follow from what happens to it. Handlers and imports alike go through
//! these functions, so a figure means the same for both.

use chrono::{DateTime, Utc};

use super::{Message, Precision, Status, Ticket, Visibility};
use crate::ids::UserId;
use crate::tickets::Author;

/// What a change of status meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moved {
    /// It went into resolved or closed from outside both.
    pub resolved: bool,
    /// It left both again.
    pub reopened: bool,
}

/// Seconds between two instants, rounded half up; none when they contradict each other.
fn seconds(from: DateTime<Utc>, to: DateTime<Utc>) -> Option<i64> {
    let micros = (to - from).num_microseconds()?;
    (micros >= 0).then(|| (micros + 500_000).div_euclid(1_000_000))
}

impl Ticket {
    /// Somebody on the staff took or answered it: the first one becomes first responder and, at
    /// first, duty holder.
    pub fn take(&mut self, by: UserId) {
        if self.first_responder_id.is_none() {
            self.first_responder_id = Some(by);
            if self.duty_holder_id.is_none() {
                self.duty_holder_id = Some(by);
            }
        }
    }

    /// It was answered publicly for the first time, unless it was before.
    pub fn respond(&mut self, at: DateTime<Utc>) {
        if self.first_responded_at.is_none() {
            self.first_responded_at = Some(at);
            // A resolution that came first has already counted as the answer.
            if self.first_response_seconds.is_none() && self.first_resolved_at.is_none() {
                self.first_response_seconds = self.span_from_opening(at);
            }
        }
    }

    /// It stands elsewhere from `at` on. The caller has decided that it may.
    pub fn move_to(&mut self, to: Status, at: DateTime<Utc>) -> Moved {
        let moved = Moved {
            resolved: to.is_over() && !self.status.is_over(),
            reopened: !to.is_over() && self.status.is_over(),
        };
        self.status = to;
        if moved.resolved {
            self.resolved_at = Some(at);
            self.resolver_id = self.assignee_id;
            self.resolution_seconds = self.span_from_opening(at);
            if self.first_resolved_at.is_none() {
                self.first_resolved_at = Some(at);
                let silent = self.first_responded_at.is_none() && !self.answered_on_spot;
                if silent && self.public_reply_count.is_some() {
                    self.first_response_seconds = self.span_from_opening(at);
                }
            }
            let contradicts = self
                .first_responded_at
                .is_some_and(|answered| answered > at);
            if contradicts {
                self.first_response_seconds = None;
                self.resolution_seconds = None;
            }
        }
        if moved.reopened {
            self.resolved_at = None;
            self.resolver_id = None;
            self.resolution_seconds = None;
            self.reopened_count += 1;
        }
        self.closed_at = match to {
            Status::Closed => self.closed_at.or(Some(at)),
            _ => None,
        };
        moved
    }

    /// Adds a message's effect on the facts and says where the ticket stands after it.
    /// A public staff message on new sets open; a customer's message wakes a waiting, held or
    /// resolved ticket. The caller has refused closed tickets.
    pub fn hear(&mut self, message: &Message) -> Option<Status> {
        match message.author {
            Author::Staff(by) if message.visibility == Visibility::Public => {
                self.respond(message.sent_at);
                if let Some(by) = by {
                    self.take(by);
                }
                // What an import did not bring stays unknown.
                self.public_reply_count = self.public_reply_count.map(|count| count + 1);
                (self.status == Status::New).then_some(Status::Open)
            }
            Author::Customer(_) => match self.status {
                Status::WaitingOnCustomer | Status::OnHold | Status::Resolved => Some(Status::Open),
                Status::New | Status::Open | Status::Closed => None,
            },
            Author::Staff(_) | Author::System => None,
        }
    }

    /// The instant at which the first response counts: the answer itself, the first resolution
    /// when nobody answered before it, the opening when it was answered on the spot.
    pub fn first_response_counted_at(&self) -> Option<DateTime<Utc>> {
        if self.answered_on_spot {
            return Some(self.opened_at);
        }
        match (self.first_responded_at, self.first_resolved_at) {
            (Some(answered), Some(resolved)) if self.public_reply_count.is_some() => {
                Some(answered.min(resolved))
            }
            (Some(answered), _) => Some(answered),
            (None, Some(resolved)) => Some(resolved),
            (None, None) => None,
        }
    }

    /// Resolved with at most one public staff message and never reopened; none when the
    /// messages are not known.
    pub fn is_one_touch(&self) -> Option<bool> {
        self.public_reply_count
            .map(|replies| replies <= 1 && self.reopened_count == 0)
    }

    fn span_from_opening(&self, at: DateTime<Utc>) -> Option<i64> {
        match self.precision {
            Precision::Day => None,
            Precision::Instant => seconds(self.opened_at, at),
        }
    }
}
