//! One run of an import.

use sea_orm::entity::prelude::*;

/// A row of `imports`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "imports")]
pub struct Model {
    /// The id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The SHA-256 of the file, hexadecimal.
    #[sea_orm(column_type = "Text")]
    pub digest: String,
    /// See the wire type.
    #[sea_orm(column_type = "Text")]
    pub file_name: String,
    /// JSON.
    #[sea_orm(column_type = "Text")]
    pub mapping: String,
    /// JSON: what is done, and what the rows so far established.
    #[sea_orm(column_type = "Text")]
    pub position: String,
    /// See the wire type.
    pub imported: i64,
    /// See the wire type.
    pub with_warnings: i64,
    /// See the wire type.
    pub rejected: i64,
    /// The code of its state.
    #[sea_orm(column_type = "Text")]
    pub state: String,
    /// See the wire type.
    pub started_at: i64,
    /// See the wire type.
    pub updated_at: i64,
    /// See the wire type.
    pub started_by: Option<Uuid>,
    /// `tickets` or `customers`.
    #[sea_orm(column_type = "Text")]
    pub entity: String,
    /// See the wire type.
    pub team_id: Option<Uuid>,
    /// The uploaded file; none for one that the command line read.
    pub file_id: Option<Uuid>,
    /// See the wire type.
    pub dry_run: bool,
    /// See the wire type.
    pub row_count: Option<i64>,
    /// See the wire type.
    pub known_count: i64,
    /// See the wire type.
    pub rows_per_second: Option<i64>,
    /// Whether somebody has asked it to stop.
    pub cancelling: bool,
    /// See the wire type.
    pub ended_at: Option<i64>,
    /// JSON: how often what was said.
    #[sea_orm(column_type = "Text")]
    pub tally: String,
    /// JSON: why it failed.
    #[sea_orm(column_type = "Text")]
    pub refusals: String,
}

impl ActiveModelBehavior for ActiveModel {}
