//! Approval rules.

use rapport_types::approvals::ApprovalRule;
use rapport_types::records::Entity;
use rapport_types::text::Code;
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, Set};

use crate::configuration::{json_text, stored};
use crate::entities::approval_rule;
use crate::error::StoreError;
use crate::scope::ScopeKeys;
use crate::writes::{Record, Writer, from_json};

impl Record for ApprovalRule {
    const ENTITY: Entity = Entity::ApprovalRule;
    type Table = approval_rule::Entity;
    type Row = approval_rule::ActiveModel;

    fn key(&self) -> String {
        self.code.to_string()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn set_version(&mut self, version: i64) {
        self.version = version;
    }

    fn scope_keys(&self) -> ScopeKeys {
        ScopeKeys::default()
    }

    fn row(&self) -> Self::Row {
        approval_rule::ActiveModel {
            code: Set(self.code.to_string()),
            version: Set(self.version),
            names: Set(json_text(&self.names)),
            position: Set(self.position),
            active: Set(self.active),
            filter: Set(json_text(&self.filter)),
            covers: Set(json_text(&self.covers)),
            deciders: Set(json_text(&self.deciders)),
        }
    }

    fn filter(&self) -> Condition {
        Condition::all().add(approval_rule::Column::Code.eq(self.code.as_str()))
    }
}

fn from_row(row: approval_rule::Model) -> Result<ApprovalRule, StoreError> {
    Ok(ApprovalRule {
        code: Code::try_from(row.code).map_err(|_| stored("code of an approval rule"))?,
        version: row.version,
        names: from_json(&row.names)?,
        position: row.position,
        active: row.active,
        filter: from_json(&row.filter)?,
        covers: from_json(&row.covers)?,
        deciders: from_json(&row.deciders)?,
    })
}

/// All approval rules.
pub(crate) async fn all(db: &impl ConnectionTrait) -> Result<Vec<ApprovalRule>, StoreError> {
    approval_rule::Entity::find()
        .all(db)
        .await?
        .into_iter()
        .map(from_row)
        .collect()
}

/// Adds an approval rule.
///
/// # Errors
/// [`StoreError::Taken`] when there is one of this code.
pub async fn insert(writer: &mut Writer, rule: &ApprovalRule) -> Result<(), StoreError> {
    writer.insert(rule).await
}

/// Changes an approval rule and gives it as it is then; its version rises when anything differs.
///
/// # Errors
/// What the database says.
pub async fn update(
    writer: &mut Writer,
    before: &ApprovalRule,
    mut after: ApprovalRule,
) -> Result<ApprovalRule, StoreError> {
    writer.update(before, &mut after).await?;
    Ok(after)
}
