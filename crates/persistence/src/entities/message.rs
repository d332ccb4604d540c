//! A message of a ticket.

use sea_orm::entity::prelude::*;

/// A row of `messages`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "messages")]
pub struct Model {
    /// The id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// See the wire type.
    pub ticket_id: Uuid,
    /// See the wire type.
    #[sea_orm(column_type = "Text")]
    pub visibility: String,
    /// See the wire type.
    #[sea_orm(column_type = "Text")]
    pub author_kind: String,
    /// See the wire type.
    pub author_id: Option<Uuid>,
    /// See the wire type.
    #[sea_orm(column_type = "Text")]
    pub body: String,
    /// See the wire type.
    pub sent_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
