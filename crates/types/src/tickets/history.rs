//! What is said on a ticket and what happened to it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::{CustomerId, MessageId, RatingId, TicketEventId, TicketId, UserId};
use crate::instants::read_instant;
use crate::records::Actor;
use crate::text::{BodyText, ReasonText};

/// Who may read a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Visibility {
    /// The customer too.
    Public,
    /// Staff only.
    Internal,
}

impl Visibility {
    /// The name on the wire and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Internal => "internal",
        }
    }
}

/// Who wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Author {
    /// Somebody on the staff; null when an import does not know who.
    Staff(Option<UserId>),
    /// The customer; null when anonymous.
    Customer(Option<CustomerId>),
    /// The product.
    System,
}

/// A message of a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Message {
    /// The id.
    pub id: MessageId,
    /// The ticket.
    pub ticket_id: TicketId,
    /// Who may read it.
    pub visibility: Visibility,
    /// Who wrote it.
    pub author: Author,
    /// What it says.
    pub body: BodyText,
    /// When it was said.
    pub sent_at: DateTime<Utc>,
}

/// What a caller says to add a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewMessage {
    /// Who may read it.
    pub visibility: Visibility,
    /// What it says.
    pub body: BodyText,
    /// True when the caller passes on what the customer said, which is public.
    #[serde(default)]
    pub from_customer: bool,
}

/// Who gave a rating.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum RatingSource {
    /// The customer, directly.
    Customer,
    /// An agent who asked the customer.
    Agent,
    /// An import.
    Import,
}

impl RatingSource {
    /// The name on the wire and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Agent => "agent",
            Self::Import => "import",
        }
    }

    /// The source with this name.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Customer, Self::Agent, Self::Import]
            .into_iter()
            .find(|source| source.code() == code)
    }
}

/// A satisfaction rating. Each is kept; the latest counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rating {
    /// The id.
    pub id: RatingId,
    /// The ticket.
    pub ticket_id: TicketId,
    /// 1 (very dissatisfied) to 5 (very satisfied).
    pub score: i64,
    /// What the customer said about it.
    pub comment: Option<ReasonText>,
    /// When the customer said it.
    pub rated_at: DateTime<Utc>,
    /// Who gave it.
    pub source: RatingSource,
}

/// `PUT /tickets/{id}/satisfaction`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewRating {
    /// 1 (very dissatisfied) to 5 (very satisfied).
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 5))]
    pub score: i64,
    /// What the customer said about it.
    #[serde(default)]
    pub comment: Option<ReasonText>,
    /// When the customer said it; default now. Not in the future.
    #[serde(default, deserialize_with = "read_instant")]
    pub rated_at: Option<DateTime<Utc>>,
    /// Who gave it; `import` is for imports.
    pub source: RatingSource,
}

/// What kind of thing happened to a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum EventKind {
    /// It was opened.
    Opened,
    /// Its status changed: `before` and `after` are statuses.
    Status,
    /// It came into another stage: `before` and `after` are stages, null where there is none.
    Stage,
    /// It was assigned: `before` and `after` are `{team_id, assignee_id}`.
    Assignment,
    /// The duty was handed over: `before` and `after` are user ids.
    HandOver,
    /// Facts were edited: `before` and `after` hold the changed members.
    Edited,
    /// It was rated: `after` is the score.
    Rated,
    /// A step of an approval: `before` is the state it had, `after` is
    /// `{approval_id, rule, rule_names, state}`.
    Approval,
    /// A clock came near its due time: `after` is its code.
    ClockWarning,
    /// A clock passed its due time: `after` is its code.
    ClockBreach,
}

impl EventKind {
    /// The name on the wire and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Status => "status",
            Self::Stage => "stage",
            Self::Assignment => "assignment",
            Self::HandOver => "hand_over",
            Self::Edited => "edited",
            Self::Rated => "rated",
            Self::Approval => "approval",
            Self::ClockWarning => "clock_warning",
            Self::ClockBreach => "clock_breach",
        }
    }

    /// The kind with this name.
    pub fn from_code(code: &str) -> Option<Self> {
        use EventKind::{
            Approval, Assignment, ClockBreach, ClockWarning, Edited, HandOver, Opened, Rated,
            Stage, Status,
        };
        [
            Opened,
            Status,
            Stage,
            Assignment,
            HandOver,
            Edited,
            Rated,
            Approval,
            ClockWarning,
            ClockBreach,
        ]
        .into_iter()
        .find(|kind| kind.code() == code)
    }
}

/// Something that happened to a ticket. The history is only ever added to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TicketEvent {
    /// The id.
    pub id: TicketEventId,
    /// The ticket.
    pub ticket_id: TicketId,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// Who did it.
    pub actor: Actor,
    /// What kind of thing.
    pub kind: EventKind,
    /// What was before.
    pub before: Option<serde_json::Value>,
    /// What is after.
    pub after: Option<serde_json::Value>,
    /// Why.
    pub reason: Option<ReasonText>,
}
