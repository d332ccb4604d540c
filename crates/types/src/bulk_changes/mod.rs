//! Bulk changes: one change of all records that match a filter, or that are named.
//!
//! What is to be changed is fixed when the draft is made; whether each record still matches is asked
//! again when its turn comes.

mod change;
mod faults;
mod new;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::filters::{Field, FieldKind, Filter};
use crate::ids::BulkChangeId;
use crate::permissions::Permission;

#[cfg(feature = "openapi")]
pub use change::RecordChange;
pub use change::{CustomerChange, TicketChange};
pub use faults::{MemberFault, RecordFault, RecordFaultView};
pub use new::{MOST_IDS, NewBulkChange};

/// Most records of one bulk change.
pub const MOST_RECORDS: u64 = 100_000;
/// Most drafts of one person; a further one takes the place of the oldest.
pub const MOST_DRAFTS: u64 = 10;
/// Records of the sample.
pub const SAMPLE: usize = 10;

/// What a list of bulk changes can be filtered by.
pub const FIELDS: &[Field] = &[
    Field::new("state", FieldKind::Code, "how it stands"),
    Field::new("entity", FieldKind::Code, "what is changed"),
    Field::new("created", FieldKind::Instant, "when it was drafted"),
];

/// What is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum BulkEntity {
    /// Tickets.
    Tickets,
    /// Customers.
    Customers,
}

impl BulkEntity {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Tickets, Self::Customers];

    /// The name on the wire and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Tickets => "tickets",
            Self::Customers => "customers",
        }
    }

    /// The one with this name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|entity| entity.code() == code)
    }

    /// What somebody must hold who changes them.
    pub const fn right(self) -> Permission {
        match self {
            Self::Tickets => Permission::WorkTickets,
            Self::Customers => Permission::EditCustomers,
        }
    }

    /// What they can be filtered by.
    pub const fn fields(self) -> &'static [Field] {
        match self {
            Self::Tickets => crate::tickets::FIELDS,
            Self::Customers => crate::customers::FIELDS,
        }
    }
}

/// How a bulk change stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum BulkState {
    /// Counted and to be looked at; nothing is changed yet.
    Draft,
    /// Waits for its turn.
    Queued,
    /// Under way; or broken off and about to go on.
    Running,
    /// Each record had its turn.
    Done,
    /// Somebody stopped it. What was changed stays.
    Cancelled,
    /// Who started it may not do so any more. What was changed stays.
    Failed,
}

impl BulkState {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Draft,
        Self::Queued,
        Self::Running,
        Self::Done,
        Self::Cancelled,
        Self::Failed,
    ];

    /// The name on the wire and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
        }
    }

    /// The one with this name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.code() == code)
    }

    /// Whether nothing more happens to it.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Cancelled | Self::Failed)
    }
}

/// How many records came to what; they add up to the records that had their turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkNumbers {
    /// Changed.
    pub changed: u64,
    /// Found to be so already.
    pub unchanged: u64,
    /// Gone, out of sight or not matching any more when their turn came.
    pub skipped: u64,
    /// Refused; see the faults.
    pub refused: u64,
}

impl BulkNumbers {
    /// Records that had their turn.
    pub const fn total(&self) -> u64 {
        self.changed + self.unchanged + self.skipped + self.refused
    }
}

/// A bulk change, as `GET /bulk-changes/{id}` shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkChange {
    /// The id.
    pub id: BulkChangeId,
    /// Raised by everything that happens to it.
    pub version: i64,
    /// What is changed.
    pub entity: BulkEntity,
    /// What its records match, `me` and days as they were meant then; null when they were named.
    pub filter: Option<Filter>,
    /// What becomes of each.
    #[cfg_attr(feature = "openapi", schema(value_type = RecordChange))]
    pub change: Map<String, Value>,
    /// How it stands.
    pub state: BulkState,
    /// How many records it is for, exactly.
    pub count: u64,
    /// Records that had their turn.
    pub done: u64,
    /// What they came to.
    pub numbers: BulkNumbers,
    /// When it was drafted.
    pub created_at: DateTime<Utc>,
    /// When it was started; null before.
    pub started_at: Option<DateTime<Utc>>,
    /// When it last came further.
    pub updated_at: DateTime<Utc>,
    /// When it ended; null before.
    pub ended_at: Option<DateTime<Utc>>,
}

/// What a bulk change would do now: some of its records.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkPreview {
    /// How many records it is for, exactly.
    pub count: u64,
    /// The first ten of them.
    pub sample: Vec<BulkSample>,
}

/// What would become of one record: the members that differ, or why it would be refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkSample {
    /// The record.
    pub id: String,
    /// Its human number; null when it is gone, out of sight or does not match any more.
    pub number: Option<i64>,
    /// The members that the change touches, as they are.
    pub before: Map<String, Value>,
    /// As they would be.
    pub after: Map<String, Value>,
    /// Why it would be refused.
    pub fault: Option<RecordFaultView>,
}
