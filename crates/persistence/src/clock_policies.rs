//! Clock policies: one list, of which every version stays.

use chrono::{DateTime, Utc};
use rapport_types::clocks::ClockPolicies;
use rapport_types::records::{Entity, micros};
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryOrder, Set};
use serde::Serialize;

use crate::configuration::json_text;
use crate::entities::clock_policy_version;
use crate::error::StoreError;
use crate::scope::ScopeKeys;
use crate::writes::{Record, Writer, from_json};

/// The list from one instant on.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct PolicyVersion {
    /// The list.
    #[serde(flatten)]
    pub(crate) policies: ClockPolicies,
    /// Since when it holds.
    #[serde(skip)]
    pub(crate) valid_from: DateTime<Utc>,
}

impl Record for PolicyVersion {
    const ENTITY: Entity = Entity::ClockPolicies;
    type Table = clock_policy_version::Entity;
    type Row = clock_policy_version::ActiveModel;

    fn key(&self) -> String {
        Entity::ClockPolicies.code().to_owned()
    }

    fn version(&self) -> i64 {
        self.policies.version
    }

    fn set_version(&mut self, version: i64) {
        self.policies.version = version;
    }

    fn scope_keys(&self) -> ScopeKeys {
        ScopeKeys::default()
    }

    fn row(&self) -> Self::Row {
        clock_policy_version::ActiveModel {
            version: Set(self.policies.version),
            policies: Set(json_text(&self.policies.policies)),
            valid_from: Set(micros(self.valid_from)),
        }
    }

    fn filter(&self) -> Condition {
        Condition::all().add(clock_policy_version::Column::Version.eq(self.policies.version))
    }
}

/// Every version, oldest first.
pub(crate) async fn all(db: &impl ConnectionTrait) -> Result<Vec<PolicyVersion>, StoreError> {
    let rows = clock_policy_version::Entity::find()
        .order_by_asc(clock_policy_version::Column::Version)
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(PolicyVersion {
                policies: ClockPolicies {
                    version: row.version,
                    policies: from_json(&row.policies)?,
                },
                valid_from: DateTime::from_timestamp_micros(row.valid_from).unwrap_or_default(),
            })
        })
        .collect()
}

/// Adds the first list, in force from now on.
pub(crate) async fn insert(writer: &mut Writer, policies: ClockPolicies) -> Result<(), StoreError> {
    let first = PolicyVersion {
        policies,
        valid_from: writer.now(),
    };
    writer.insert(&first).await
}

/// Puts another list in force from now on and gives it with its version; the same list again
/// changes nothing.
///
/// # Errors
/// What the database says.
pub async fn replace(
    writer: &mut Writer,
    before: &ClockPolicies,
    after: ClockPolicies,
) -> Result<ClockPolicies, StoreError> {
    let valid_from = writer.now();
    let before = PolicyVersion {
        policies: before.clone(),
        valid_from,
    };
    let mut after = PolicyVersion {
        policies: after,
        valid_from,
    };
    writer.insert_version(&before, &mut after).await?;
    Ok(after.policies)
}
