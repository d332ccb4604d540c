//! One change of many records.

use sea_orm::entity::prelude::*;

/// A row of `bulk_changes`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bulk_changes")]
pub struct Model {
    /// The id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Raised by everything that happens to it.
    pub version: i64,
    /// See the wire type.
    #[sea_orm(column_type = "Text")]
    pub entity: String,
    /// JSON, resolved; none when the records were named.
    #[sea_orm(column_type = "Text", nullable)]
    pub filter: Option<String>,
    /// JSON: what becomes of each record.
    #[sea_orm(column_type = "Text")]
    pub change: String,
    /// See the wire type.
    #[sea_orm(column_type = "Text")]
    pub state: String,
    /// How many records it is for.
    pub record_count: i64,
    /// The last record that had its turn.
    pub position: Option<Uuid>,
    /// Records that were changed.
    pub changed: i64,
    /// Records that were so already.
    pub unchanged: i64,
    /// Records that did not match any more.
    pub skipped: i64,
    /// Records that were refused.
    pub refused: i64,
    /// Whose it is.
    pub made_by: Uuid,
    /// The key by which a service started it.
    pub api_key_id: Option<Uuid>,
    /// For whom a trusted service says that it acts.
    #[sea_orm(column_type = "Text", nullable)]
    pub on_behalf_of: Option<String>,
    /// When it was drafted.
    pub created_at: i64,
    /// When it was started.
    pub started_at: Option<i64>,
    /// When it came this far.
    pub updated_at: i64,
    /// When it ended.
    pub ended_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
