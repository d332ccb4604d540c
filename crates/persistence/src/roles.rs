//! Roles.

use rapport_types::permissions::BUILT_IN_ROLES;
use rapport_types::records::Entity;
use rapport_types::roles::Role;
use rapport_types::text::Code;
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, Set};

use crate::configuration::{json_text, stored};
use crate::entities::role;
use crate::error::StoreError;
use crate::scope::ScopeKeys;
use crate::writes::{Record, Writer, from_json};

impl Record for Role {
    const ENTITY: Entity = Entity::Role;
    type Table = role::Entity;
    type Row = role::ActiveModel;

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
        role::ActiveModel {
            code: Set(self.code.to_string()),
            version: Set(self.version),
            names: Set(json_text(&self.names)),
            permissions: Set(json_text(&self.permissions)),
            built_in: Set(self.built_in),
        }
    }

    fn filter(&self) -> Condition {
        Condition::all().add(role::Column::Code.eq(self.code.as_str()))
    }
}

/// A role; what a built-in one allows is what the table in `permissions.rs` says today, not what
/// it said when the row was made.
pub(crate) fn from_row(row: role::Model) -> Result<Role, StoreError> {
    let built_in = BUILT_IN_ROLES
        .iter()
        .find(|role| row.built_in && role.code == row.code);
    let permissions = match built_in {
        Some(role) => role.permissions.to_vec(),
        None => from_json(&row.permissions)?,
    };
    Ok(Role {
        code: Code::try_from(row.code).map_err(|_| stored("code of a role"))?,
        version: row.version,
        names: from_json(&row.names)?,
        permissions,
        built_in: row.built_in,
    })
}

/// All roles.
pub(crate) async fn all(db: &impl ConnectionTrait) -> Result<Vec<Role>, StoreError> {
    role::Entity::find()
        .all(db)
        .await?
        .into_iter()
        .map(from_row)
        .collect()
}

/// Adds a role.
///
/// # Errors
/// [`StoreError::Taken`] when there is one of this code.
pub async fn insert(writer: &mut Writer, role: &Role) -> Result<(), StoreError> {
    writer.insert(role).await
}

/// Changes a role and gives it as it is then; its version rises when anything differs.
///
/// # Errors
/// What the database says.
pub async fn update(
    writer: &mut Writer,
    before: &Role,
    mut after: Role,
) -> Result<Role, StoreError> {
    writer.update(before, &mut after).await?;
    Ok(after)
}
