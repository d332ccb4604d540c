//! The drafts of tickets: an answer, and a new ticket.

use rapport_types::ids::{CustomerId, TicketId, UserId};
use serde::{Deserialize, Serialize};

use crate::pages::draft::Place;

/// What is being typed on a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Reply {
    /// Who shall read it, or who said it.
    pub mode: Mode,
    /// The text.
    pub text: String,
}

/// What kind of message it becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) enum Mode {
    /// To the customer.
    #[default]
    Reply,
    /// To colleagues.
    Note,
    /// From the customer, passed on.
    Customer,
}

/// The place of the answer on a ticket.
pub(super) fn reply_place(user: Option<UserId>, ticket: TicketId) -> Place {
    Place::new(user, &ticket.to_string())
}

/// What the form for a new ticket is opened for: nobody yet, a customer, or a ticket to follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct For {
    /// The customer that asks.
    pub customer: Option<CustomerId>,
    /// The closed ticket that it follows.
    pub follows: Option<TicketId>,
}

impl For {
    /// The place of the form; each has its own, so that one customer's words never turn up at
    /// another's.
    pub(super) fn place(self, user: Option<UserId>) -> Place {
        let name = match (self.follows, self.customer) {
            (Some(id), _) => format!("new.{id}"),
            (None, Some(id)) => format!("new.{id}"),
            (None, None) => "new".to_owned(),
        };
        Place::new(user, &name)
    }
}
