//! The mapping file: what the columns of a file mean.
//!
//! It is JSON, checked twice: its shape here, its fit to a file's header in [`super::Plan::new`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::faults::{ImportCode, ImportFault};
use crate::text::Code;

/// What one row of the file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowPer {
    /// A whole ticket.
    Ticket,
    /// One event of a ticket; the rows of one ticket stand together.
    Event,
}

/// In which order the events of one ticket happened.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
pub struct EventSource {
    /// When it happened.
    pub at: InstantSource,
    /// The status after it.
    pub status: Source,
}

/// What the columns of a file mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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
    /// The column that names the ticket.
    pub key: String,
    /// The order of events.
    #[serde(default)]
    pub order: Order,
    /// The fields of the ticket; in a file of events each row repeats them and the last value that
    /// is not empty counts.
    pub ticket: TicketSource,
    /// The fields of the event, in a file of events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<EventSource>,
    /// Who asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerSource>,
    /// Who works on it.
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
        if !mapping.delimiter.is_ascii() || ['"', '\n', '\r', '\0'].contains(&mapping.delimiter) {
            return Err(refuse(
                "delimiter",
                "one ASCII character is needed".to_owned(),
            ));
        }
        Ok(mapping)
    }

    /// The delimiter as the one byte that it is.
    pub fn delimiter_byte(&self) -> u8 {
        u8::try_from(self.delimiter).unwrap_or(b',')
    }
}
