//! What all records share: versions, actors and external ids.

use chrono::{DateTime, Utc};
use serde::de::value::{Error, StrDeserializer};
use serde::{Deserialize, Serialize};

use crate::ids::UserId;
use crate::text::LineText;
use crate::users::UserRef;

/// The key of a record in another system, unique per source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExternalId {
    /// The other system, for example `crm` or the name of an import's mapping.
    pub source: crate::text::Code,
    /// The key there.
    pub id: LineText,
}

/// Who did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Actor {
    /// A person who is signed in.
    User(UserId),
    /// The product itself: a job, an import, the first start.
    System,
}

impl Actor {
    /// The person, if it was one.
    pub const fn user(self) -> Option<UserId> {
        match self {
            Self::User(id) => Some(id),
            Self::System => None,
        }
    }
}

/// A version of a record of which every version is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecordVersion {
    /// Its number.
    pub version: i64,
    /// Since when it holds.
    pub changed_at: DateTime<Utc>,
    /// Who made it; null for the product itself.
    pub changed_by: Option<UserRef>,
}

/// What happened to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Action {
    /// It came to be.
    Created,
    /// It changed.
    Updated,
    /// It is gone.
    Deleted,
    /// It is gone into another one of its kind.
    Merged,
}

impl Action {
    /// The name on the wire and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
            Self::Merged => "merged",
        }
    }

    /// The action of this name, if there is one.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::deserialize(StrDeserializer::<Error>::new(code)).ok()
    }
}

/// The kinds of records in the change log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Entity {
    /// A customer.
    Customer,
    /// A contact of an organisation.
    Contact,
    /// A ticket.
    Ticket,
    /// A message of a ticket.
    Message,
    /// A rating of a ticket.
    Rating,
    /// An approval of something about a ticket.
    Approval,
    /// A team.
    Team,
    /// A user.
    User,
    /// A key by which a service user calls the API.
    ApiKey,
    /// A role.
    Role,
    /// A category.
    Category,
    /// A ticket type.
    TicketType,
    /// An approval rule.
    ApprovalRule,
    /// A channel.
    Channel,
    /// A calendar.
    Calendar,
    /// The clock policies.
    ClockPolicies,
    /// The organisation's settings.
    Settings,
}

impl Entity {
    /// The name on the wire and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Contact => "contact",
            Self::Ticket => "ticket",
            Self::Message => "message",
            Self::Rating => "rating",
            Self::Approval => "approval",
            Self::Team => "team",
            Self::User => "user",
            Self::ApiKey => "api_key",
            Self::Role => "role",
            Self::Category => "category",
            Self::TicketType => "ticket_type",
            Self::ApprovalRule => "approval_rule",
            Self::Channel => "channel",
            Self::Calendar => "calendar",
            Self::ClockPolicies => "clock_policies",
            Self::Settings => "settings",
        }
    }

    /// The kind of this name, if there is one.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::deserialize(StrDeserializer::<Error>::new(code)).ok()
    }
}

/// An instant as the database keeps it: microseconds since 1970 in UTC.
pub const fn micros(at: DateTime<Utc>) -> i64 {
    at.timestamp_micros()
}
