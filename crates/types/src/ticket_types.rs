//! Ticket types: configured codes.

use serde::{Deserialize, Serialize};

use crate::names::Names;
use crate::text::Code;

/// A ticket type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TicketType {
    /// The code.
    pub code: Code,
    /// Raised by every change.
    pub version: i64,
    /// Its names.
    pub names: Names,
    /// Its place in lists.
    pub position: i64,
    /// Whether it is in use.
    pub active: bool,
}

/// `PUT`: makes or replaces a ticket type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewTicketType {
    /// Its names.
    pub names: Names,
    /// Its place in lists.
    #[serde(default)]
    pub position: i64,
    /// Whether it is in use.
    pub active: bool,
}

/// The types that exist from the start: code, English and Chinese name.
pub const SEEDED: &[(&str, &str, &str)] = &[
    ("enquiry", "Enquiry", "咨询"),
    ("request", "Request", "服务请求"),
    ("complaint", "Complaint", "投诉"),
    ("repair", "Repair", "报修"),
    ("return", "Return", "退换货"),
    ("suggestion", "Suggestion", "建议"),
    ("report", "Report", "举报"),
];
