//! A ticket.

use sea_orm::entity::prelude::*;

/// A row of `tickets`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tickets")]
pub struct Model {
    /// The id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The human number.
    pub number: i64,
    /// Raised by every change.
    pub version: i64,
    /// See the wire type.
    #[sea_orm(column_type = "Text")]
    pub subject: String,
    /// See the wire type.
    #[sea_orm(column_type = "Text", nullable)]
    pub description: Option<String>,
    /// See the wire type.
    #[sea_orm(column_type = "Text")]
    pub type_code: String,
    /// See the wire type.
    #[sea_orm(column_type = "Text")]
    pub status: String,
    /// See the wire type.
    #[sea_orm(column_type = "Text")]
    pub priority: String,
    /// See the wire type.
    #[sea_orm(column_type = "Text")]
    pub channel: String,
    /// See the wire type.
    pub category_id: Option<Uuid>,
    /// See the wire type.
    pub customer_id: Option<Uuid>,
    /// See the wire type.
    pub contact_id: Option<Uuid>,
    /// See the wire type.
    pub team_id: Uuid,
    /// See the wire type.
    pub assignee_id: Option<Uuid>,
    /// See the wire type.
    pub first_responder_id: Option<Uuid>,
    /// See the wire type.
    pub duty_holder_id: Option<Uuid>,
    /// See the wire type.
    pub resolver_id: Option<Uuid>,
    /// See the wire type.
    pub follows_ticket_id: Option<Uuid>,
    /// See the wire type.
    pub answered_on_spot: bool,
    /// See the wire type.
    #[sea_orm(column_type = "Text")]
    pub precision: String,
    /// See the wire type.
    pub opened_at: i64,
    /// See the wire type.
    pub created_at: i64,
    /// See the wire type.
    pub updated_at: i64,
    /// See the wire type.
    pub first_responded_at: Option<i64>,
    /// When the first response counts; see `Ticket::first_response_counted_at`.
    pub first_response_counted_at: Option<i64>,
    /// See the wire type.
    pub first_resolved_at: Option<i64>,
    /// See the wire type.
    pub resolved_at: Option<i64>,
    /// See the wire type.
    pub closed_at: Option<i64>,
    /// See the wire type.
    pub reopened_count: i64,
    /// See the wire type.
    pub first_response_seconds: Option<i64>,
    /// See the wire type.
    pub resolution_seconds: Option<i64>,
    /// See the wire type.
    pub public_reply_count: Option<i64>,
    /// See the wire type.
    pub satisfaction_score: Option<i64>,
    /// See the wire type.
    pub next_due_at: Option<i64>,
    /// See the wire type.
    pub next_warn_at: Option<i64>,
    /// `next_due_at`, or the greatest number: none sorts last on both databases.
    pub due_order: i64,
    /// See the wire type.
    pub import_id: Option<Uuid>,
    /// JSON of the keys; `external_ids` makes them unique.
    #[sea_orm(column_type = "Text")]
    pub external_ids: String,
    /// JSON of what its clocks run by; none when no policy is for it. Clocks may start long after
    /// the opening, so that their runs cannot keep it.
    #[sea_orm(column_type = "Text", nullable)]
    pub clock_basis: Option<String>,
    /// Of which of its clocks nothing can be said.
    #[sea_orm(column_type = "Text")]
    pub unknown_clocks: String,
    /// See the wire type.
    pub definition_version: i64,
    /// See the wire type.
    #[sea_orm(column_type = "Text", nullable)]
    pub pipeline: Option<String>,
    /// See the wire type.
    #[sea_orm(column_type = "Text", nullable)]
    pub stage: Option<String>,
    /// See the wire type.
    pub stage_entered_at: Option<i64>,
    /// JSON of the values of its type's fields; `ticket_values` finds it by them.
    #[sea_orm(column_type = "Text")]
    pub fields: String,
}

impl ActiveModelBehavior for ActiveModel {}
