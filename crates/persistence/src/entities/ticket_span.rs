//! A span in which a ticket was unresolved.

use sea_orm::entity::prelude::*;

/// A row of `ticket_spans`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_spans")]
pub struct Model {
    /// See the wire type.
    #[sea_orm(primary_key, auto_increment = false)]
    pub ticket_id: Uuid,
    /// See the wire type.
    #[sea_orm(primary_key, auto_increment = false)]
    pub from_at: i64,
    /// Its end, or the greatest number while it lasts.
    pub to_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
