//! Customers: the archive of people and organisations.

mod fields;
mod merge;
mod upsert;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::{CustomerId, ImportId, TeamId, TicketId, UserId};
use crate::instants::{read_day, read_day_patch};
use crate::patch::{Patch, not_null};
use crate::records::ExternalId;
use crate::teams::TeamRef;
use crate::text::{Code, Email, LabelText, LineText, LongText, NameText, Phone};
use crate::tickets::Status;
use crate::users::UserRef;

pub use fields::{CustomerFacts, FIELDS};
pub use merge::{
    ContactMove, CustomerMerge, DuplicateCode, DuplicateReason, LikelyDuplicate, MOST_DUPLICATES,
    MergeError, MergeMember, MergeRecord, MergeUndone, MergedInto, UNDO_DAYS, UndoError,
    contact_moves, decide_undo, likely_duplicates, merged, parted, restored, undo_until,
};

/// Declares a closed set of codes with its names on the wire.
macro_rules! codes {
    ($(#[$meta:meta])* $name:ident { $($(#[$inner:meta])* $variant:ident = $code:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $name { $($(#[$inner])* $variant,)* }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name on the wire and in the database.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }

            /// The one with this name.
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

codes! {
    /// What a customer is.
    CustomerKind {
        /// A person.
        Person = "person",
        /// An organisation.
        Organisation = "organisation",
    }
}

codes! {
    /// The nature of an organisation (S4-04, 按性质划分).
    Nature {
        /// A government body (政府机构).
        Government = "government",
        /// A special enterprise (特殊企业).
        SpecialEnterprise = "special_enterprise",
        /// An ordinary enterprise (普通企业).
        OrdinaryEnterprise = "ordinary_enterprise",
    }
}

codes! {
    /// Where a customer stands in its life with us (S4-04, 按时间序列划分).
    Lifecycle {
        /// Has not bought yet (潜在客户).
        Potential = "potential",
        /// Has just begun (新客户).
        New = "new",
        /// Buys (老客户).
        Active = "active",
        /// Has stopped for now (沉睡客户).
        Lapsed = "lapsed",
        /// Is gone (流失客户).
        Lost = "lost",
    }
}

/// A customer, as `GET /customers/{id}` shows it. There is no national id on purpose (S4-03).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Customer {
    /// The id.
    pub id: CustomerId,
    /// The human number.
    pub number: i64,
    /// Raised by every change.
    pub version: i64,
    /// Person or organisation.
    pub kind: CustomerKind,
    /// The name.
    pub name: NameText,
    /// The nature of an organisation.
    pub nature: Option<Nature>,
    /// The industry.
    pub industry: Option<LabelText>,
    /// A person's job title.
    pub job_title: Option<LineText>,
    /// Telephone numbers in E.164 form, the preferred one first.
    pub phones: Vec<Phone>,
    /// E-mail addresses, the preferred one first.
    pub emails: Vec<Email>,
    /// The postal address.
    pub address: Option<LineText>,
    /// The region.
    pub region: Option<LabelText>,
    /// The birthday.
    pub birthday_on: Option<NaiveDate>,
    /// The code of the channel through which we came to know the customer.
    pub source_channel: Option<Code>,
    /// Who looks after the customer.
    pub owner_id: Option<UserId>,
    /// The team the customer belongs to.
    pub team_id: TeamId,
    /// Where it stands in its life with us.
    pub lifecycle: Lifecycle,
    /// Free labels.
    pub tags: Vec<LabelText>,
    /// A free note.
    pub note: Option<LongText>,
    /// Its keys in other systems.
    pub external_ids: Vec<ExternalId>,
    /// The import that made it.
    pub import_id: Option<ImportId>,
    /// When the record was made.
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}

/// As much of a customer as everybody sees who sees one of its tickets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CustomerRef {
    /// The id.
    pub id: CustomerId,
    /// The human number.
    pub number: i64,
    /// The name.
    pub name: NameText,
}

/// A customer in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CustomerSummary {
    /// The id.
    pub id: CustomerId,
    /// The human number.
    pub number: i64,
    /// The version.
    pub version: i64,
    /// Person or organisation.
    pub kind: CustomerKind,
    /// The name.
    pub name: NameText,
    /// The preferred telephone number.
    pub phone: Option<Phone>,
    /// The preferred e-mail address.
    pub email: Option<Email>,
    /// The region.
    pub region: Option<LabelText>,
    /// Where it stands in its life with us.
    pub lifecycle: Lifecycle,
    /// Free labels.
    pub tags: Vec<LabelText>,
    /// Who looks after the customer.
    pub owner: Option<UserRef>,
    /// The team the customer belongs to.
    pub team: TeamRef,
    /// When the record was made.
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}

/// A customer with the names of what it refers to (`?include=names`).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CustomerView {
    /// The customer.
    #[serde(flatten)]
    pub customer: Customer,
    /// The names, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub included: Option<CustomerNames>,
}

/// The names of what a customer refers to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CustomerNames {
    /// Its owner.
    pub owner: Option<UserRef>,
    /// Its team.
    pub team: Option<TeamRef>,
}

/// What a caller says to add a customer. Only the name is required.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewCustomer {
    /// The name.
    pub name: NameText,
    /// Person or organisation; default person.
    #[serde(default)]
    pub kind: Option<CustomerKind>,
    /// The nature of an organisation.
    #[serde(default)]
    pub nature: Option<Nature>,
    /// The industry.
    #[serde(default)]
    pub industry: Option<LabelText>,
    /// A person's job title.
    #[serde(default)]
    pub job_title: Option<LineText>,
    /// Telephone numbers; a number without a country gets the organisation's.
    #[serde(default)]
    pub phones: Vec<Phone>,
    /// E-mail addresses.
    #[serde(default)]
    pub emails: Vec<Email>,
    /// The postal address.
    #[serde(default)]
    pub address: Option<LineText>,
    /// The region.
    #[serde(default)]
    pub region: Option<LabelText>,
    /// The birthday.
    #[serde(default, deserialize_with = "read_day")]
    pub birthday_on: Option<NaiveDate>,
    /// The code of the channel through which we came to know the customer.
    #[serde(default)]
    pub source_channel: Option<Code>,
    /// Who looks after the customer.
    #[serde(default)]
    pub owner_id: Option<UserId>,
    /// The team the customer belongs to; default the creator's.
    #[serde(default)]
    pub team_id: Option<TeamId>,
    /// Where it stands in its life with us; default potential.
    #[serde(default)]
    pub lifecycle: Option<Lifecycle>,
    /// Free labels.
    #[serde(default)]
    pub tags: Vec<LabelText>,
    /// A free note.
    #[serde(default)]
    pub note: Option<LongText>,
    /// Its keys in other systems.
    #[serde(default)]
    pub external_ids: Vec<ExternalId>,
}

/// What PATCH may change.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CustomerPatch {
    /// The name.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub name: Option<NameText>,
    /// Person or organisation.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub kind: Option<CustomerKind>,
    /// The nature of an organisation.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub nature: Patch<Nature>,
    /// The industry.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub industry: Patch<LabelText>,
    /// A person's job title.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub job_title: Patch<LineText>,
    /// Telephone numbers, all of them.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub phones: Option<Vec<Phone>>,
    /// E-mail addresses, all of them.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub emails: Option<Vec<Email>>,
    /// The postal address.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub address: Patch<LineText>,
    /// The region.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub region: Patch<LabelText>,
    /// The birthday.
    #[serde(
        default,
        deserialize_with = "read_day_patch",
        skip_serializing_if = "Patch::is_absent"
    )]
    pub birthday_on: Patch<NaiveDate>,
    /// The code of the channel through which we came to know the customer.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub source_channel: Patch<Code>,
    /// Who looks after the customer.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub owner_id: Patch<UserId>,
    /// The team the customer belongs to.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub team_id: Option<TeamId>,
    /// Where it stands in its life with us.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub lifecycle: Option<Lifecycle>,
    /// Free labels, all of them.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub tags: Option<Vec<LabelText>>,
    /// A free note.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub note: Patch<LongText>,
    /// Its keys in other systems, all of them.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub external_ids: Option<Vec<ExternalId>>,
}

/// What kind of thing a timeline entry tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum TimelineKind {
    /// A ticket was opened.
    TicketOpened,
    /// A message was sent or received.
    Message,
    /// A ticket's status changed.
    Status,
    /// A ticket was rated.
    Rated,
}

/// One entry of a customer's timeline, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TimelineEntry {
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What kind of thing.
    pub kind: TimelineKind,
    /// The ticket it happened on.
    pub ticket_id: TicketId,
    /// That ticket's number.
    pub ticket_number: i64,
    /// That ticket's subject.
    pub ticket_subject: LineText,
    /// The person on the staff who did it.
    pub user: Option<UserRef>,
    /// Whether the customer did it.
    pub by_customer: bool,
    /// The message, shortened to 300 characters.
    pub text: Option<String>,
    /// The status after it.
    pub status: Option<Status>,
    /// The rating's score.
    pub score: Option<i64>,
}
