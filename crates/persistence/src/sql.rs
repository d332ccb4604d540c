//! Statements written by hand: text and values together, so that no value ever becomes text.

use sea_orm::{ConnectionTrait, FromQueryResult, QueryResult, Statement, Value};
use uuid::Uuid;

use crate::database::Kind;
use crate::error::StoreError;

/// A statement in the making, for one of the two databases.
#[derive(Debug, Clone)]
pub(crate) struct Sql {
    text: String,
    values: Vec<Value>,
    kind: Kind,
}

impl Sql {
    /// An empty statement.
    pub(crate) const fn new(kind: Kind) -> Self {
        Self {
            text: String::new(),
            values: Vec::new(),
            kind,
        }
    }

    /// Which database it is for.
    pub(crate) const fn kind(&self) -> Kind {
        self.kind
    }

    /// Adds text of the program, never of a caller.
    pub(crate) fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Adds a value's place.
    pub(crate) fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        match self.kind {
            Kind::Sqlite => self.text.push('?'),
            Kind::Postgres => {
                self.text.push('$');
                self.text.push_str(&self.values.len().to_string());
            }
        }
        self
    }

    /// Adds the places of several values: `?, ?, ?`. None of them is `NULL`, which `IN` never
    /// finds.
    pub(crate) fn bind_all<V: Into<Value>>(
        &mut self,
        values: impl IntoIterator<Item = V>,
    ) -> &mut Self {
        let mut first = true;
        for value in values {
            if !first {
                self.text.push_str(", ");
            }
            self.bind(value);
            first = false;
        }
        if first {
            self.text.push_str("NULL");
        }
        self
    }

    /// `column IN (…)` for ids.
    pub(crate) fn in_ids(
        &mut self,
        column: &str,
        ids: impl IntoIterator<Item = Uuid>,
    ) -> &mut Self {
        self.push(column).push(" IN (").bind_all(ids).push(")")
    }

    /// The finished statement.
    pub(crate) fn statement(self) -> Statement {
        Statement::from_sql_and_values(self.kind.backend(), self.text, self.values)
    }

    /// Runs it and reads the rows.
    pub(crate) async fn all<R: FromQueryResult>(
        self,
        db: &impl ConnectionTrait,
    ) -> Result<Vec<R>, StoreError> {
        Ok(R::find_by_statement(self.statement()).all(db).await?)
    }

    /// Runs it and reads the first row.
    pub(crate) async fn one<R: FromQueryResult>(
        self,
        db: &impl ConnectionTrait,
    ) -> Result<Option<R>, StoreError> {
        Ok(R::find_by_statement(self.statement()).one(db).await?)
    }

    /// Runs it and gives the raw rows.
    pub(crate) async fn rows(
        self,
        db: &impl ConnectionTrait,
    ) -> Result<Vec<QueryResult>, StoreError> {
        Ok(db.query_all_raw(self.statement()).await?)
    }

    /// Runs it and tells how many rows it changed.
    pub(crate) async fn execute(self, db: &impl ConnectionTrait) -> Result<u64, StoreError> {
        Ok(db.execute_raw(self.statement()).await?.rows_affected())
    }
}
