//! A satisfaction rating of a ticket.

use sea_orm::entity::prelude::*;

/// A row of `ratings`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ratings")]
pub struct Model {
    /// The id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// See the wire type.
    pub ticket_id: Uuid,
    /// See the wire type.
    pub score: i64,
    /// See the wire type.
    #[sea_orm(column_type = "Text", nullable)]
    pub comment: Option<String>,
    /// See the wire type.
    pub rated_at: i64,
    /// See the wire type.
    #[sea_orm(column_type = "Text")]
    pub source: String,
    /// Whether it is the ticket's latest.
    pub latest: bool,
}

impl ActiveModelBehavior for ActiveModel {}
