//! The records that the reader opened last, kept in this browser for the palette.
//!
//! `recent::visited(me, Visit { … })` on a record's page; people who share a browser do not share
//! what they opened.

use rapport_types::ids::UserId;
use serde::{Deserialize, Serialize};

use crate::preferences::{store, stored};

/// How many are kept.
const KEPT: usize = 12;

/// A record that was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// Where it is.
    pub path: String,
    /// Its number: `T-10423`.
    pub number: String,
    /// What it is called.
    pub name: String,
}

fn place(user: UserId) -> String {
    format!("rapport.recent.{user}")
}

/// What this person opened, the last one first.
pub fn visits(user: UserId) -> Vec<Visit> {
    stored(&place(user))
        .and_then(|json| serde_json::from_str(&json).ok())
        .unwrap_or_default()
}

/// Remembers that this person has it open.
pub fn visited(user: UserId, visit: Visit) {
    let mut list = visits(user);
    list.retain(|other| other.path != visit.path);
    list.insert(0, visit);
    list.truncate(KEPT);
    write(user, &list);
}

/// Forgets what is gone.
pub fn forget(user: UserId, path: &str) {
    let mut list = visits(user);
    list.retain(|other| other.path != path);
    write(user, &list);
}

fn write(user: UserId, list: &[Visit]) {
    if let Ok(json) = serde_json::to_string(list) {
        store(&place(user), &json);
    }
}
