//! The parts of new records, which are added together with them.

use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseTransaction, Insert, QueryTrait, Statement, Value,
    Values,
};

use super::{PartTable, ROWS_PER_INSERT};
use crate::database::Kind;
use crate::error::StoreError;

/// Rows of several tables, added in the order in which they came. SQLite takes them in one trip,
/// which costs about as much as a row; PostgreSQL takes one statement at a time.
#[derive(Debug)]
pub(crate) struct Parts {
    kind: Kind,
    inserts: Vec<Statement>,
}

impl Parts {
    /// None yet.
    pub(super) const fn new(kind: Kind) -> Self {
        Self {
            kind,
            inserts: Vec::new(),
        }
    }

    /// Adds parts of a record.
    pub(crate) fn add<A>(&mut self, rows: impl IntoIterator<Item = A>)
    where
        A: ActiveModelTrait,
        A::Entity: PartTable,
    {
        self.add_rows(rows);
    }

    /// Adds rows of any table.
    pub(super) fn add_rows<A: ActiveModelTrait>(&mut self, rows: impl IntoIterator<Item = A>) {
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let some = rows.by_ref().take(ROWS_PER_INSERT);
            self.inserts
                .push(Insert::many(some).build(self.kind.backend()));
        }
    }

    /// Stores them all.
    pub(super) async fn store(self, transaction: &DatabaseTransaction) -> Result<(), StoreError> {
        match self.kind {
            Kind::Sqlite => {
                let (mut texts, mut values) = (Vec::new(), Vec::<Value>::new());
                for insert in self.inserts {
                    texts.push(insert.sql);
                    values.extend(insert.values.into_iter().flat_map(|Values(some)| some));
                }
                if texts.is_empty() {
                    return Ok(());
                }
                let all =
                    Statement::from_sql_and_values(self.kind.backend(), texts.join(";\n"), values);
                transaction.execute_raw(all).await?;
            }
            Kind::Postgres => {
                for insert in self.inserts {
                    transaction.execute_raw(insert).await?;
                }
            }
        }
        Ok(())
    }
}
