//! The human numbers of records, given while a transaction of SQLite is open.
//!
//! Writers that share a transaction ask the database for the counter once; after that it is counted
//! here and written back before the commit. Nobody else can see it meanwhile, since the transaction
//! holds the lock of all writing. On PostgreSQL each writer asks: there the row's lock is what keeps
//! writers apart.

use std::collections::BTreeMap;

use rapport_types::records::Entity;
use sea_orm::DatabaseTransaction;

use super::advance;
use crate::database::Kind;
use crate::error::StoreError;
use crate::sql::Sql;

/// Where a counter stands.
#[derive(Debug, Clone, Copy)]
struct Counter {
    value: i64,
    is_stored: bool,
}

/// Where the counters stand that the transaction has asked for.
#[derive(Debug, Default)]
pub(super) struct Numbers(BTreeMap<&'static str, Counter>);

impl Numbers {
    /// Where the counter stands, when it is known.
    pub(super) fn known(&self, entity: Entity) -> Option<i64> {
        Some(self.0.get(entity.code())?.value)
    }

    /// Notes where the database has the counter now.
    pub(super) fn note(&mut self, kind: Kind, entity: Entity, value: i64) {
        if kind == Kind::Sqlite {
            let stored = Counter {
                value,
                is_stored: true,
            };
            self.0.insert(entity.code(), stored);
        }
    }

    /// Raises the counter by `steps` and gives its new value.
    pub(super) async fn advance(
        &mut self,
        transaction: &DatabaseTransaction,
        kind: Kind,
        entity: Entity,
        steps: i64,
    ) -> Result<i64, StoreError> {
        if let Some(counter) = self.0.get_mut(entity.code()) {
            counter.value += steps;
            counter.is_stored = false;
            return Ok(counter.value);
        }
        let value = advance(transaction, kind, entity.code(), steps).await?;
        self.note(kind, entity, value);
        Ok(value)
    }

    /// Writes back what was counted here.
    pub(super) async fn store(
        self,
        transaction: &DatabaseTransaction,
        kind: Kind,
    ) -> Result<(), StoreError> {
        for (code, counter) in self.0 {
            if !counter.is_stored {
                let mut sql = Sql::new(kind);
                sql.push("UPDATE counters SET value = ").bind(counter.value);
                sql.push(" WHERE kind = ").bind(code);
                sql.execute(transaction).await?;
            }
        }
        Ok(())
    }
}
