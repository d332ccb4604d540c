//! A clock of a ticket.

use sea_orm::entity::prelude::*;

/// A row of `ticket_clocks`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_clocks")]
pub struct Model {
    /// See the wire type.
    #[sea_orm(primary_key, auto_increment = false)]
    pub ticket_id: Uuid,
    /// The code.
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    /// See the wire type.
    #[sea_orm(primary_key, auto_increment = false)]
    pub run: i64,
    /// See the wire type.
    pub decided_at: Option<i64>,
    /// See the wire type.
    pub met: Option<bool>,
    /// When a warning or breach is to be detected.
    pub next_check_at: Option<i64>,
    /// JSON of the clock.
    #[sea_orm(column_type = "Text")]
    pub state: String,
}

impl ActiveModelBehavior for ActiveModel {}
