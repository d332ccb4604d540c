//! Ticket types: configured codes, each with the fields that its tickets have beside those of every
//! ticket, and the pipelines that they go through.
//!
//! Fields and pipelines together are a type's *definition*. Every definition stays, and a ticket
//! keeps the one that was in force when it was opened or got its type, until it is moved.

mod faults;
mod fields;
mod pipelines;
mod schema;

use serde::{Deserialize, Serialize};

use crate::filters::Filter;
use crate::names::Names;
use crate::patch::not_null;
use crate::text::Code;
use crate::tickets::Ticket;

pub use faults::{DefinitionRules, FIELD_PREFIX, own_field};
#[cfg(feature = "openapi")]
pub use fields::{ChangedFields, FilledFields};
pub use fields::{
    FieldDefinition, FieldOption, FieldValue, FieldValues, FieldsPatch, Money, ValueKind,
};
pub use pipelines::{Pipeline, Requirement, Stage};
pub use schema::fields_schema;

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
    /// The version that brought these fields and pipelines; tickets name the one they go by.
    pub definition_version: i64,
    /// What its tickets hold beside the members of every ticket.
    pub fields: Vec<FieldDefinition>,
    /// The ways that its tickets go, first the one that is asked first; a ticket that none is for
    /// goes by its status alone.
    pub pipelines: Vec<Pipeline>,
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
    /// What its tickets hold beside the members of every ticket; left out they stay as they are.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub fields: Option<Vec<FieldDefinition>>,
    /// The ways that its tickets go; left out they stay as they are.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub pipelines: Option<Vec<Pipeline>>,
}

/// The fields and pipelines of a type.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TypeDefinition {
    /// The version of the type that brought it; 0 when the type had none.
    #[serde(default)]
    pub version: i64,
    /// What its tickets hold beside the members of every ticket.
    pub fields: Vec<FieldDefinition>,
    /// The ways that its tickets go.
    pub pipelines: Vec<Pipeline>,
}

impl TypeDefinition {
    /// The field with this code.
    pub fn field(&self, code: &str) -> Option<&FieldDefinition> {
        self.fields.iter().find(|field| field.code.as_str() == code)
    }

    /// The pipeline with this code.
    pub fn pipeline(&self, code: &str) -> Option<&Pipeline> {
        self.pipelines
            .iter()
            .find(|pipeline| pipeline.code.as_str() == code)
    }

    /// The first pipeline whose filter `matches` the ticket.
    pub fn select(&self, matches: impl Fn(&Filter) -> bool) -> Option<&Pipeline> {
        self.pipelines
            .iter()
            .find(|pipeline| matches(&pipeline.filter))
    }
}

/// Every definition of the ticket types that a ticket may go by.
pub trait DefinitionBook {
    /// A version of a type's definition.
    fn definition(&self, type_code: &Code, version: i64) -> Option<&TypeDefinition>;

    /// The definition that a ticket goes by.
    fn definition_of(&self, ticket: &Ticket) -> Option<&TypeDefinition> {
        self.definition(&ticket.type_code, ticket.definition_version)
    }

    /// The pipeline that a ticket goes through, with the place of its stage.
    fn pipeline_of(&self, ticket: &Ticket) -> Option<(&Pipeline, usize)> {
        let pipeline = ticket.pipeline.as_ref()?.as_str();
        let pipeline = self.definition_of(ticket)?.pipeline(pipeline)?;
        let at = pipeline.position(ticket.stage.as_ref()?.as_str())?;
        Some((pipeline, at))
    }
}

impl TicketType {
    /// Its fields and pipelines.
    pub fn definition(&self) -> TypeDefinition {
        TypeDefinition {
            version: self.definition_version,
            fields: self.fields.clone(),
            pipelines: self.pipelines.clone(),
        }
    }
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
