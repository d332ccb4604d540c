//! What is being typed, kept in this browser so that neither a reload nor an error loses it.
//!
//! ```ignore
//! let place = Place::new(user, format!("ticket.{customer}"));
//! let kept: Option<Draft> = place.read();
//! keep(place, move || (!is_empty()).then(|| Draft { … }));   // follows what it reads
//! ```

use rapport_types::ids::UserId;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::components::effect::effect;
use crate::preferences::{forget, store, stored};

/// The place of a draft: people who share a browser do not share their drafts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place(String);

impl Place {
    /// The place with a name among those of a person.
    pub(super) fn new(user: Option<UserId>, name: &str) -> Self {
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
    effect(move || match draft() {
        Some(draft) => place.write(&draft),
        None => place.clear(),
    });
}
