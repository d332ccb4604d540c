//! Tickets: wire types here, rules in the files beside.

mod case;
mod fields;
mod history;
mod life;
mod stage;
mod status;
mod upsert;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::clocks::Clock;
use crate::customers::CustomerRef;
use crate::ids::{CategoryId, CustomerId, ImportId, TeamId, TicketId, UserId};
use crate::instants::read_instant;
use crate::names::Names;
use crate::patch::{Patch, not_null};
use crate::records::ExternalId;
use crate::teams::TeamRef;
use crate::text::{Code, LineText, LongText, ReasonText};
#[cfg(feature = "openapi")]
use crate::ticket_types::{ChangedFields, FilledFields};
use crate::ticket_types::{FieldValues, FieldsPatch};
use crate::users::UserRef;

pub use case::{Case, Happened};
pub use fields::{FIELDS, TicketFacts};
pub use history::{
    Author, EventKind, Message, NewMessage, NewRating, Rating, RatingSource, TicketEvent,
    Visibility,
};
pub use life::Moved;
pub use stage::{
    StageError, StageView, decide_stage, decide_status, lost, lost_faults, merge_fields, missing,
};
pub use status::{StatusError, decide_move};
pub use upsert::{InitialTicket, TicketUpsert};

/// Where a ticket stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Status {
    /// Nobody has taken it.
    New,
    /// Somebody works on it.
    Open,
    /// The customer's answer is awaited.
    WaitingOnCustomer,
    /// Something else is awaited.
    OnHold,
    /// Solved, as we see it.
    Resolved,
    /// Over; a message needs a new ticket.
    Closed,
}

impl Status {
    /// All of them, in the order of a ticket's life.
    pub const ALL: [Self; 6] = [
        Self::New,
        Self::Open,
        Self::WaitingOnCustomer,
        Self::OnHold,
        Self::Resolved,
        Self::Closed,
    ];

    /// The name on the wire and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Open => "open",
            Self::WaitingOnCustomer => "waiting_on_customer",
            Self::OnHold => "on_hold",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
        }
    }

    /// The status with this name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }

    /// Whether the work on it is over.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Resolved | Self::Closed)
    }
}

/// How urgent a ticket is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Priority {
    /// May wait.
    Low,
    /// As usual.
    #[default]
    Normal,
    /// Before the others.
    High,
    /// At once.
    Urgent,
}

impl Priority {
    /// All of them, least first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Normal, Self::High, Self::Urgent];

    /// The name on the wire and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }

    /// Its names.
    pub fn names(self) -> Names {
        match self {
            Self::Low => Names::both("Low", "低"),
            Self::Normal => Names::both("Normal", "普通"),
            Self::High => Names::both("High", "高"),
            Self::Urgent => Names::both("Urgent", "紧急"),
        }
    }

    /// The priority with this name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|priority| priority.code() == code)
    }
}

/// How exactly the instants of a record are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Precision {
    /// To the second or better.
    #[default]
    Instant,
    /// Only the day: durations and clocks are left out of the figures.
    Day,
}

/// A ticket, as `GET /tickets/{id}` shows it: its own facts and ids.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ticket {
    /// The id.
    pub id: TicketId,
    /// The human number.
    pub number: i64,
    /// Raised by every change, also by a message or a clock event.
    pub version: i64,
    /// What it is about, in one line.
    pub subject: LineText,
    /// What it is about, in full.
    pub description: Option<LongText>,
    /// The code of its type.
    #[serde(rename = "type")]
    pub type_code: Code,
    /// The version of its type whose fields and pipelines it goes by.
    pub definition_version: i64,
    /// The pipeline it goes through; null when it goes by its status alone.
    pub pipeline: Option<Code>,
    /// The stage of the pipeline it is in.
    pub stage: Option<Code>,
    /// When it came into that stage.
    pub stage_entered_at: Option<DateTime<Utc>>,
    /// What stands in the fields of its type: see `GET /ticket-types/{code}/schema`.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = FilledFields))]
    pub fields: FieldValues,
    /// Where it stands.
    pub status: Status,
    /// How urgent it is.
    pub priority: Priority,
    /// The code of the channel it came by.
    pub channel: Code,
    /// Its category.
    pub category_id: Option<CategoryId>,
    /// Its customer; null when anonymous.
    pub customer_id: Option<CustomerId>,
    /// The person who asks for an organisation: a customer who was a contact of it when named.
    pub contact_id: Option<CustomerId>,
    /// The team it lies with.
    pub team_id: TeamId,
    /// Who works on it.
    pub assignee_id: Option<UserId>,
    /// The first person who took or answered it; set once.
    pub first_responder_id: Option<UserId>,
    /// Who answers for it to the customer; changes by hand-over only.
    pub duty_holder_id: Option<UserId>,
    /// Who had it when it was resolved last.
    pub resolver_id: Option<UserId>,
    /// The ticket that this one follows up.
    pub follows_ticket_id: Option<TicketId>,
    /// Whether the question was answered in the moment it was asked.
    pub answered_on_spot: bool,
    /// How exactly its instants are known.
    pub precision: Precision,
    /// When the customer asked.
    pub opened_at: DateTime<Utc>,
    /// When the record was made here.
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
    /// First public message of a person on the staff, or the instant an import gives.
    pub first_responded_at: Option<DateTime<Utc>>,
    /// First resolution.
    pub first_resolved_at: Option<DateTime<Utc>>,
    /// Latest resolution; null while it is not resolved.
    pub resolved_at: Option<DateTime<Utc>>,
    /// When it was closed; null while it is not.
    pub closed_at: Option<DateTime<Utc>>,
    /// How often it was reopened.
    pub reopened_count: i64,
    /// From opening to first response; null when not known or contradictory.
    pub first_response_seconds: Option<i64>,
    /// From opening to the latest resolution, wall clock; null when not known or contradictory.
    pub resolution_seconds: Option<i64>,
    /// Public messages of people on the staff; null when an import brought no messages.
    pub public_reply_count: Option<i64>,
    /// The latest rating, 1 to 5.
    pub satisfaction_score: Option<i64>,
    /// The earliest due time of a running clock.
    pub next_due_at: Option<DateTime<Utc>>,
    /// The import that made it.
    pub import_id: Option<ImportId>,
    /// Its keys in other systems.
    pub external_ids: Vec<ExternalId>,
    /// Its clocks.
    pub clocks: Vec<Clock>,
}

/// A ticket with the names of what it refers to (`?include=names`).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TicketView {
    /// The ticket.
    #[serde(flatten)]
    pub ticket: Ticket,
    /// The names, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub included: Option<TicketNames>,
}

/// The names of what a ticket refers to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TicketNames {
    /// Its customer.
    pub customer: Option<CustomerRef>,
    /// The person who asks for the customer.
    pub contact: Option<CustomerRef>,
    /// Its team.
    pub team: Option<TeamRef>,
    /// The people it names.
    pub users: Vec<UserRef>,
}

/// A ticket in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TicketSummary {
    /// The id.
    pub id: TicketId,
    /// The human number.
    pub number: i64,
    /// The version.
    pub version: i64,
    /// What it is about.
    pub subject: LineText,
    /// The code of its type.
    #[serde(rename = "type")]
    pub type_code: Code,
    /// The stage of its pipeline it is in; null when it goes by its status alone.
    pub stage: Option<Code>,
    /// Where it stands.
    pub status: Status,
    /// How urgent it is.
    pub priority: Priority,
    /// The code of the channel it came by.
    pub channel: Code,
    /// Its category.
    pub category_id: Option<CategoryId>,
    /// Its customer.
    pub customer: Option<CustomerRef>,
    /// The team it lies with.
    pub team: TeamRef,
    /// Who works on it.
    pub assignee: Option<UserRef>,
    /// When the customer asked.
    pub opened_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
    /// Latest resolution; null while it is not resolved.
    pub resolved_at: Option<DateTime<Utc>>,
    /// The earliest due time of a running clock.
    pub next_due_at: Option<DateTime<Utc>>,
    /// The instant from which that clock is near its due time (80 % of the target).
    pub next_warn_at: Option<DateTime<Utc>>,
    /// From opening to first response.
    pub first_response_seconds: Option<i64>,
    /// From opening to the latest resolution.
    pub resolution_seconds: Option<i64>,
    /// How often it was reopened.
    pub reopened_count: i64,
    /// The latest rating.
    pub satisfaction_score: Option<i64>,
}

/// What a caller says to open a ticket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewTicket {
    /// What it is about, in one line.
    pub subject: LineText,
    /// What it is about, in full.
    #[serde(default)]
    pub description: Option<LongText>,
    /// The code of its type; default `enquiry`.
    #[serde(rename = "type", default)]
    pub type_code: Option<Code>,
    /// How urgent it is; default `normal`.
    #[serde(default)]
    pub priority: Option<Priority>,
    /// The code of the channel it came by; default `api`.
    #[serde(default)]
    pub channel: Option<Code>,
    /// Its category.
    #[serde(default)]
    pub category_id: Option<CategoryId>,
    /// Its customer; none for an anonymous one.
    #[serde(default)]
    pub customer_id: Option<CustomerId>,
    /// The person who asks for an organisation: one of its contacts.
    #[serde(default)]
    pub contact_id: Option<CustomerId>,
    /// The team it lies with; default the creator's.
    #[serde(default)]
    pub team_id: Option<TeamId>,
    /// Who works on it.
    #[serde(default)]
    pub assignee_id: Option<UserId>,
    /// The ticket that this one follows up.
    #[serde(default)]
    pub follows_ticket_id: Option<TicketId>,
    /// When the customer asked; default now. Not in the future.
    #[serde(default, deserialize_with = "read_instant")]
    pub opened_at: Option<DateTime<Utc>>,
    /// Whether the question was answered in the moment it was asked (S2-05, 当场解答).
    #[serde(default)]
    pub answered_on_spot: bool,
    /// What stands in the fields of its type.
    #[serde(default, skip_serializing_if = "FieldsPatch::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = ChangedFields))]
    pub fields: FieldsPatch,
    /// Its keys in other systems.
    #[serde(default)]
    pub external_ids: Vec<ExternalId>,
}

/// What PATCH may change. Status and assignment have operations of their own.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TicketPatch {
    /// What it is about, in one line.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub subject: Option<LineText>,
    /// What it is about, in full.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub description: Patch<LongText>,
    /// The code of its type.
    #[serde(
        rename = "type",
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub type_code: Option<Code>,
    /// How urgent it is.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub priority: Option<Priority>,
    /// The code of the channel it came by.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub channel: Option<Code>,
    /// Its category.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub category_id: Patch<CategoryId>,
    /// Its customer.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub customer_id: Patch<CustomerId>,
    /// The person who asks for an organisation: one of its contacts. With another customer it is to
    /// be named anew, or cleared.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub contact_id: Patch<CustomerId>,
    /// Changes of the fields of its type: null clears one, what is left out stays.
    #[serde(default, skip_serializing_if = "FieldsPatch::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = ChangedFields))]
    pub fields: FieldsPatch,
    /// Its keys in other systems, all of them.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub external_ids: Option<Vec<ExternalId>>,
}

/// `PUT /tickets/{id}/status`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatusChange {
    /// Where it shall stand.
    pub status: Status,
    /// Why; needed to open a closed ticket again.
    #[serde(default)]
    pub reason: Option<ReasonText>,
}

/// `PUT /tickets/{id}/stage`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StageChange {
    /// The stage it shall come into: the next one, or an earlier one with a reason.
    pub stage: Code,
    /// Changes of the fields of its type, made before the stage is judged.
    #[serde(default, skip_serializing_if = "FieldsPatch::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = ChangedFields))]
    pub fields: FieldsPatch,
    /// Why; needed on the way back.
    #[serde(default)]
    pub reason: Option<ReasonText>,
}

/// `PUT /tickets/{id}/assignment`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AssignmentChange {
    /// The team it shall lie with; left out it stays.
    #[serde(default)]
    pub team_id: Option<TeamId>,
    /// Who shall work on it; null for nobody. Never left out: that would take it back unasked.
    #[serde(deserialize_with = "Option::deserialize")]
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub assignee_id: Option<UserId>,
    /// Why.
    #[serde(default)]
    pub reason: Option<ReasonText>,
}

/// `PUT /tickets/{id}/duty-holder` (首问负责: who was asked first answers until handed over).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HandOver {
    /// Who answers for it from now on.
    pub duty_holder_id: UserId,
    /// Why it is handed over.
    pub reason: ReasonText,
}
