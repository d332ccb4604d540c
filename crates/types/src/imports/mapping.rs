//! The mapping file: what the columns of a file mean.
//!
//! It is JSON, checked twice: its shape here, its fit to a file's header in [`super::Plan::new`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::faults::{ImportCode, ImportFault};
use super::files::ImportEntity;
use crate::text::Code;

/// What one row of the file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum RowPer {
    /// A whole ticket.
    Ticket,
    /// One event of a ticket; the rows of one ticket stand together.
    Event,
    /// A whole customer.
    Customer,
}

/// In which order the events of one ticket happened.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Order {
    /// As the file has them.
    #[default]
    File,
    /// By the whole numbers of a column, or by the events' own column of instants; equal ones as
    /// the file has them.
    Column(String),
}

/// Where the value of one field comes from: a column, a constant, or both.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Source {
    /// The column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What the column's values mean; with none listed a value is taken as it stands.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
    /// The value where the column is empty, or where there is no column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// The value for what `values` does not list; without it such a row is rejected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<String>,
}

/// Where an instant or a day comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InstantSource {
    /// The column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Formats of this column when they are not the file's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub formats: Vec<String>,
    /// The instant (RFC 3339) where the file gives none; only for the opening.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
}

/// How several columns become one text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum TextStyle {
    /// The values on one line, with ` / ` between them.
    #[default]
    Joined,
    /// A line per value: the column's name, a colon and the value.
    Labelled,
}

/// Where a text comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TextSource {
    /// The columns; empty ones are left out.
    pub columns: Vec<String>,
    /// How they are put together.
    pub style: TextStyle,
    /// The text where all are empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
}

/// By what customers or agents are recognised, so that one is created once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum KeyKind {
    /// The source's own key, kept as an external id.
    ExternalId,
    /// The e-mail address.
    Email,
    /// The name.
    Name,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CustomerSource {
    /// By what a customer is recognised.
    pub by: KeyKind,
    /// The column with that key; an empty one makes an anonymous ticket.
    pub key: String,
    /// The column with the name; the key stands in for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The column with the e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The column with the telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Whether the customers are organisations.
    #[serde(default)]
    pub organisation: bool,
}

/// Who works on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgentSource {
    /// By what an agent is recognised.
    pub by: KeyKind,
    /// The column with that key; an empty one leaves the ticket unassigned.
    pub key: String,
    /// The column with the name; the key stands in for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// The fields of a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TicketSource {
    /// When it was opened.
    pub opened_at: InstantSource,
    /// When it was first answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_responded_at: Option<InstantSource>,
    /// When it was resolved. In a file of events only compared with what the events say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<InstantSource>,
    /// When it was closed; not in a file of events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<InstantSource>,
    /// The status; not in a file of events. Without a column it follows from the instants, and the
    /// default is that of the unresolved ones (`new` where none is given).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Source>,
    /// The priority; `normal` where nothing is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Source>,
    /// Code of the ticket type.
    #[serde(rename = "type")]
    pub kind: Source,
    /// Code of the channel.
    pub channel: Source,
    /// One line.
    pub subject: TextSource,
    /// Several lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<TextSource>,
    /// The columns of the category's levels, the top one first; an empty level ends the path.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub category: Vec<String>,
    /// The column with the rating, 1 to 5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<String>,
    /// When it was rated; the resolution where nothing is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rated_at: Option<InstantSource>,
}

/// The fields of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EventSource {
    /// When it happened.
    pub at: InstantSource,
    /// The status after it.
    pub status: Source,
}

/// The fields of a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProfileSource {
    /// What the column `key` holds, and by what a customer is recognised. One that is known already
    /// stays as it is.
    #[serde(default = "external_id")]
    pub by: KeyKind,
    /// `person` or `organisation`; `person` where nothing is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Source>,
    /// The column with the name; the key stands in for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The columns with telephone numbers, the preferred one first; a cell may hold several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<String>,
    /// The columns with e-mail addresses, the preferred one first; a cell may hold several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<String>,
    /// The postal address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<TextSource>,
    /// The region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<TextSource>,
    /// The nature of an organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nature: Option<Source>,
    /// The column with the industry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub industry: Option<String>,
    /// The column with the job title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_title: Option<String>,
    /// The birthday.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birthday_on: Option<InstantSource>,
    /// Where the customer stands in its life with us; `potential` where nothing is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<Source>,
    /// Code of the channel through which we came to know the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_channel: Option<Source>,
    /// The columns with labels; a cell may hold several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// A free note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<TextSource>,
}

const fn external_id() -> KeyKind {
    KeyKind::ExternalId
}

/// What the columns of a file mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Mapping {
    /// Name of the source; the keys of its rows are kept as external ids under it.
    pub source: Code,
    /// What one row is.
    pub row_per: RowPer,
    /// What stands between two fields: one ASCII character.
    #[serde(default = "comma")]
    pub delimiter: char,
    /// IANA time zone of instants without one, and of days.
    pub zone: String,
    /// Formats of dates and times (strftime), tried in this order. One without a time of day gives
    /// 00:00 and the precision `day`.
    pub date_formats: Vec<String>,
    /// What stands for "nothing", besides the empty text.
    #[serde(default)]
    pub null_markers: Vec<String>,
    /// The column that names the record.
    pub key: String,
    /// The order of events.
    #[serde(default)]
    pub order: Order,
    /// The fields of the ticket, in a file of tickets or events; in the latter each row repeats them
    /// and the last value that is not empty counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<TicketSource>,
    /// The fields of the event, in a file of events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<EventSource>,
    /// The fields of the customer, in a file of customers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<ProfileSource>,
    /// Who asks, in a file of tickets or events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerSource>,
    /// Who works on the ticket, or looks after the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentSource>,
    /// The name of the team; the root team where nothing is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<Source>,
    /// Columns that are left out on purpose. Each column is mapped or stands here.
    #[serde(default)]
    pub ignore: Vec<String>,
}

const fn comma() -> char {
    ','
}

impl Mapping {
    /// Reads a mapping file.
    ///
    /// # Errors
    /// `bad_mapping` with the place and the reason, for what is no JSON or has unknown, missing or
    /// wrong members.
    pub fn parse(json: &[u8]) -> Result<Self, ImportFault> {
        let refuse = |path: &str, reason: String| {
            ImportFault::new(ImportCode::BadMapping)
                .with("path", path)
                .with("reason", reason)
        };
        let mapping: Self = serde_json::from_slice(json).map_err(|error| {
            let place = format!("{}:{}", error.line(), error.column());
            refuse(&place, error.to_string())
        })?;
        if mapping.has_delimiter() {
            Ok(mapping)
        } else {
            Err(refuse(
                "delimiter",
                "one ASCII character is needed".to_owned(),
            ))
        }
    }

    /// Whether its delimiter can stand between two fields.
    pub fn has_delimiter(&self) -> bool {
        self.delimiter.is_ascii() && !['"', '\n', '\r', '\0'].contains(&self.delimiter)
    }

    /// What the records of the file become.
    pub const fn entity(&self) -> ImportEntity {
        match self.row_per {
            RowPer::Ticket | RowPer::Event => ImportEntity::Tickets,
            RowPer::Customer => ImportEntity::Customers,
        }
    }

    /// The delimiter as the one byte that it is.
    pub fn delimiter_byte(&self) -> u8 {
        u8::try_from(self.delimiter).unwrap_or(b',')
    }
}
