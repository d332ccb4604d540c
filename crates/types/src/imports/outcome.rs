//! What a file's rows become: plain data for whoever stores it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::faults::ImportFault;
use super::mapping::KeyKind;
use crate::customers::{CustomerKind, Lifecycle, Nature};
use crate::text::{Code, Email, LabelText, LineText, LongText, NameText, Phone};
use crate::tickets::{Precision, Priority, Status};

/// The three numbers of a file; their sum is the number of its rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportNumbers {
    /// Rows that were taken and had nothing wrong.
    pub imported: u64,
    /// Rows that were taken with at least one warning.
    pub with_warnings: u64,
    /// Rows that were left out.
    pub rejected: u64,
}

impl ImportNumbers {
    /// All rows.
    pub const fn rows(&self) -> u64 {
        self.imported + self.with_warnings + self.rejected
    }
}

impl std::ops::AddAssign for ImportNumbers {
    fn add_assign(&mut self, other: Self) {
        self.imported += other.imported;
        self.with_warnings += other.with_warnings;
        self.rejected += other.rejected;
    }
}

/// How far a file is settled: whoever goes on drops every outcome up to here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// Records after the header that are settled.
    pub records: u64,
}

/// A customer as a file names them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedCustomer {
    /// By what they are recognised.
    pub by: KeyKind,
    /// That key; an e-mail address is in lower case.
    pub key: LineText,
    /// Their name; the key where the file has none.
    pub name: NameText,
    /// Their e-mail address.
    pub email: Option<Email>,
    /// Their telephone number, without a country when the file has none.
    pub phone: Option<Phone>,
    /// Whether it is an organisation.
    pub organisation: bool,
}

/// An agent as a file names them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedAgent {
    /// By what they are recognised.
    pub by: KeyKind,
    /// That key.
    pub key: LineText,
    /// Their name; the key where the file has none.
    pub name: NameText,
}

/// A change of status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedEvent {
    /// When it happened.
    pub at: DateTime<Utc>,
    /// The status before; the first event of a ticket comes from `new`.
    pub from: Status,
    /// The status after; never the same.
    pub to: Status,
    /// Who had the ticket then, as far as the file says.
    pub agent: Option<ImportedAgent>,
}

/// A rating.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedRating {
    /// 1 to 5.
    pub score: u8,
    /// When it was given.
    pub rated_at: DateTime<Utc>,
}

/// A ticket as a file tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedTicket {
    /// The source's key.
    pub external_id: LineText,
    /// What it is about, in one line.
    pub subject: LineText,
    /// What it is about, in full.
    pub description: Option<LongText>,
    /// Code of the ticket type.
    pub type_code: Code,
    /// Code of the channel.
    pub channel: Code,
    /// Where it stands.
    pub status: Status,
    /// How urgent it is.
    pub priority: Priority,
    /// Names of the category's levels, the top one first; empty: no category.
    pub category: Vec<LineText>,
    /// Who asks; none: anonymous.
    pub customer: Option<ImportedCustomer>,
    /// Name of the team; none: the root team.
    pub team: Option<NameText>,
    /// Who works on it.
    pub agent: Option<ImportedAgent>,
    /// Who had it when it was resolved last.
    pub resolver: Option<ImportedAgent>,
    /// How exactly its instants are known.
    pub precision: Precision,
    /// When the customer asked.
    pub opened_at: DateTime<Utc>,
    /// When it was first answered.
    pub first_responded_at: Option<DateTime<Utc>>,
    /// First resolution.
    pub first_resolved_at: Option<DateTime<Utc>>,
    /// Latest resolution: the last step into resolved or closed from neither; none while it is
    /// unresolved.
    pub resolved_at: Option<DateTime<Utc>>,
    /// When it was closed; none while it is not.
    pub closed_at: Option<DateTime<Utc>>,
    /// How often it left resolved and closed again.
    pub reopened_count: u32,
    /// From opening to first answer; none when not known, only to the day, or contradicted.
    pub first_response_seconds: Option<i64>,
    /// From opening to the latest resolution; none when not known, only to the day, or contradicted.
    pub resolution_seconds: Option<i64>,
    /// The rating.
    pub rating: Option<ImportedRating>,
    /// Its changes of status in order; a step that repeats the status is none.
    pub events: Vec<ImportedEvent>,
}

/// A customer as a file of customers tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedProfile {
    /// By what the customer is recognised.
    pub by: KeyKind,
    /// That key; an e-mail address is in lower case.
    pub key: LineText,
    /// Person or organisation.
    pub kind: CustomerKind,
    /// The name; the key where the file has none.
    pub name: NameText,
    /// Telephone numbers, without a country where the file has none.
    pub phones: Vec<Phone>,
    /// E-mail addresses.
    pub emails: Vec<Email>,
    /// The postal address.
    pub address: Option<LineText>,
    /// The region.
    pub region: Option<LabelText>,
    /// The nature of an organisation.
    pub nature: Option<Nature>,
    /// The industry.
    pub industry: Option<LabelText>,
    /// The job title.
    pub job_title: Option<LineText>,
    /// The birthday.
    pub birthday_on: Option<NaiveDate>,
    /// Where the customer stands in its life with us.
    pub lifecycle: Lifecycle,
    /// Code of the channel through which we came to know the customer.
    pub source_channel: Option<Code>,
    /// Labels.
    pub tags: Vec<LabelText>,
    /// A free note.
    pub note: Option<LongText>,
    /// Who looks after the customer.
    pub agent: Option<ImportedAgent>,
    /// Name of the team; none: the import's own.
    pub team: Option<NameText>,
}

/// A record as a file tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportedRecord {
    /// A ticket.
    Ticket(Box<ImportedTicket>),
    /// A customer.
    Customer(Box<ImportedProfile>),
}

/// What one record's rows came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The record; none when its rows were rejected.
    pub record: Option<ImportedRecord>,
    /// Rejections, warnings and notices, by line.
    pub faults: Vec<ImportFault>,
    /// What its rows add to the file's numbers.
    pub numbers: ImportNumbers,
    /// How far the file is settled with this outcome.
    pub position: Position,
}

impl Outcome {
    /// The ticket, when there is one.
    pub fn ticket(&self) -> Option<&ImportedTicket> {
        match self.record.as_ref()? {
            ImportedRecord::Ticket(ticket) => Some(ticket),
            ImportedRecord::Customer(_) => None,
        }
    }

    /// The customer, when it is one of a file of customers.
    pub fn profile(&self) -> Option<&ImportedProfile> {
        match self.record.as_ref()? {
            ImportedRecord::Ticket(_) => None,
            ImportedRecord::Customer(profile) => Some(profile),
        }
    }
}
