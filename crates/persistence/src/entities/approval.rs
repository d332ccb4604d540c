//! An approval of something about a ticket.

use sea_orm::entity::prelude::*;

/// A row of `approvals`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "approvals")]
pub struct Model {
    /// The id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Raised by every change.
    pub version: i64,
    /// See the wire type.
    pub ticket_id: Uuid,
    /// See the wire type.
    #[sea_orm(column_type = "Text")]
    pub rule_code: String,
    /// See the wire type.
    #[sea_orm(column_type = "Text")]
    pub state: String,
    /// See the wire type.
    pub asked_by: Uuid,
    /// See the wire type.
    pub asked_at: i64,
    /// See the wire type.
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    /// JSON of the covered facts.
    #[sea_orm(column_type = "Text")]
    pub facts: String,
    /// JSON of the ids of those who may not decide.
    #[sea_orm(column_type = "Text")]
    pub authors: String,
    /// See the wire type.
    pub decided_by: Option<Uuid>,
    /// See the wire type.
    pub decided_at: Option<i64>,
    /// See the wire type.
    #[sea_orm(column_type = "Text", nullable)]
    pub decision_reason: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
