//! What is being typed, kept in this browser so that neither a reload nor an error loses it.

use leptos::prelude::*;
use rapport_types::ids::{TicketId, UserId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::preferences::{forget, store, stored};

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

/// The place of a draft: people who share a browser do not share their drafts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place(String);

impl Place {
    /// The answer on a ticket.
    pub(super) fn reply(user: Option<UserId>, ticket: TicketId) -> Self {
        Self::named(user, &ticket.to_string())
    }

    /// The form for a new ticket.
    pub(super) fn new_ticket(user: Option<UserId>) -> Self {
        Self::named(user, "new")
    }

    fn named(user: Option<UserId>, name: &str) -> Self {
        let user = user.map(|id| id.to_string()).unwrap_or_default();
        Self(format!("rapport.draft.{user}.{name}"))
    }

    /// What is kept there.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_str(&stored(&self.0)?).ok()
    }

    /// Keeps it.
    pub(super) fn write<T: Serialize>(&self, draft: &T) {
        if let Ok(json) = serde_json::to_string(draft) {
            store(&self.0, &json);
        }
    }

    /// Forgets it.
    pub(super) fn clear(&self) {
        forget(&self.0);
    }
}

/// Keeps what `draft` reads up to date; an empty one (none) is forgotten.
pub(super) fn keep<T: Serialize + 'static>(place: Place, draft: impl Fn() -> Option<T> + 'static) {
    Effect::new(move |_| match draft() {
        Some(draft) => place.write(&draft),
        None => place.clear(),
    });
}
