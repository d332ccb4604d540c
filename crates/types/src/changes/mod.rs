//! The change log: what happened to records, in the order in which it became true.

mod sight;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::ids::{TeamId, UserId};
use crate::records::{Action, Actor, Entity};

pub use sight::{Reader, Sight, moved_sight, show, sight};

/// The members of a record that changed.
pub type Members = Map<String, Value>;

/// The teams and people through whom a record is seen, as the log keeps them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ScopeKeys {
    /// The team; none for configuration, which everybody reads.
    pub team: Option<TeamId>,
    /// The people.
    pub people: Vec<UserId>,
}

impl ScopeKeys {
    /// The keys of a record of `team` that these people also see, each named once.
    pub fn new(team: TeamId, people: impl IntoIterator<Item = Option<UserId>>) -> Self {
        let mut people: Vec<UserId> = people.into_iter().flatten().collect();
        people.sort_unstable();
        people.dedup();
        Self {
            team: Some(team),
            people,
        }
    }
}

/// An entry of the log as it is kept. What a reader is shown of it, [`show`] tells.
#[derive(Debug, Clone, PartialEq)]
pub struct Logged {
    /// Its number: dense, in the order of commits.
    pub seq: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub actor: Actor,
    /// For whom a trusted service said it wrote.
    pub on_behalf_of: Option<String>,
    /// In which request.
    pub request_id: String,
    /// Which kind of record.
    pub entity: Entity,
    /// The record's id or code.
    pub id: String,
    /// The record's version from then on.
    pub version: i64,
    /// What happened to it.
    pub action: Action,
    /// The changed members as they were; all of them when the record is gone.
    pub before: Option<Members>,
    /// The changed members as they are; all of them when the record is new.
    pub after: Option<Members>,
    /// Through whom it was seen.
    pub scope_before: Option<ScopeKeys>,
    /// Through whom it is seen.
    pub scope_after: Option<ScopeKeys>,
    /// Whose sight it moves, as [`moved_sight`] names it.
    pub sight: Option<String>,
}

/// What a reader has to do with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Op {
    /// Keep it: it is new, has changed or has come into sight.
    Upsert,
    /// Drop it: it is gone.
    Delete,
    /// Drop it: the reader may not see it any more.
    LeftScope,
}

/// An entry of the change log as its reader may see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Change {
    /// Its number. The numbers of all entries are dense and stand in the order in which the
    /// changes became true; those that a reader may not see are missing from what it reads.
    pub seq: i64,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What to do with the record.
    pub op: Op,
    /// The kind of the record.
    pub entity: Entity,
    /// The record's id or code.
    pub id: String,
    /// The record's version from then on. Messages and ratings never change and have 1.
    pub version: i64,
    /// Whether the record has come into sight by this change: `after` is only a part of it then,
    /// and what belongs to it (messages, ratings, approvals, contacts) came with it. Load it.
    pub entered_scope: bool,
    /// What happened to the record; null with `left_scope`.
    pub action: Option<Action>,
    /// Who did it; null with `left_scope`.
    pub actor: Option<Actor>,
    /// For whom a trusted service said it did it.
    pub on_behalf_of: Option<String>,
    /// The id of the request; null with `left_scope`.
    pub request_id: Option<String>,
    /// The changed members as they were, all of them with `delete`; null when the record is new or
    /// was not in sight.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub before: Option<Members>,
    /// The changed members as they are, all of them when the record is new; null when it is gone
    /// or out of sight. Of a record that was merged, `merged_into` names the one it became part of.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub after: Option<Members>,
}

/// Some entries of the change log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Changes {
    /// The entries, in the order of their numbers.
    pub data: Vec<Change>,
    /// From which number to go on. It moves on also when `data` is empty, until the end is reached.
    pub next_after: i64,
    /// Whether there was nothing after `next_after` when this was read.
    pub end_of_stream: bool,
    /// The number of the newest entry when this was read.
    pub head: i64,
}
