//! Finding records by what somebody typed: exact matches first, then the newest.

use rapport_types::page::{Cursor, CursorKey, TOTAL_CAP, Total, TotalMode};
use rapport_types::records::Entity;
use sea_orm::QueryResult;

use super::index::{number_column, push_matches};
use super::{Part, SearchQuery};
use crate::database::{Database, Kind};
use crate::error::StoreError;
use crate::scope::Scope;
use crate::sql::Sql;

/// The records that a search gives.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Records {
    /// Their kind.
    pub(crate) entity: Entity,
    /// What is read of each.
    pub(crate) columns: &'static str,
    /// Their table with its alias: `tickets t`.
    pub(crate) table: &'static str,
    /// The alias.
    pub(crate) alias: &'static str,
    /// Further tables for the columns.
    pub(crate) joins: &'static str,
}

/// A search in what a reader sees.
#[derive(Clone, Copy)]
pub(crate) struct Search<'a> {
    /// The records.
    pub(crate) records: Records,
    /// What the reader sees.
    pub(crate) scope: &'a Scope,
    /// What was typed.
    pub(crate) query: &'a SearchQuery,
    /// Adds further conditions on the records.
    pub(crate) filter: Option<&'a (dyn Fn(&mut Sql) + Sync)>,
}

impl Search<'_> {
    /// The statement of the first `limit` rows after a cursor. In the cursor, 0 marks a page that
    /// ended among the exact matches, 1 one among the others.
    pub(crate) fn statement(&self, kind: Kind, after: Option<&Cursor>, limit: u32) -> Sql {
        let (in_rest, before) = match after {
            Some(Cursor {
                key: Some(CursorKey::Integer(1)),
                number,
                ..
            }) => (true, Some(*number)),
            Some(cursor) => (false, Some(cursor.number)),
            None => (false, None),
        };
        let Records {
            columns,
            table,
            alias,
            joins,
            ..
        } = self.records;
        let mut sql = Sql::new(kind);
        sql.push("SELECT ").push(columns);
        sql.push(", found.part AS part FROM (");
        if !in_rest {
            self.push_part(&mut sql, Part::Exact, before, limit);
            sql.push(" UNION ALL ");
        }
        self.push_part(&mut sql, Part::Rest, before.filter(|_| in_rest), limit);
        sql.push(") AS found JOIN ").push(table);
        sql.push(" ON ").push(alias).push(".number = found.number");
        sql.push(joins)
            .push(" ORDER BY found.part, found.number DESC LIMIT ")
            .bind(i64::from(limit));
        sql
    }

    fn push_part(&self, sql: &mut Sql, part: Part, before: Option<i64>, limit: u32) {
        let number = number_column(sql.kind());
        let place = if part == Part::Exact { "0" } else { "1" };
        sql.push("SELECT CAST(").push(place);
        sql.push(" AS BIGINT) AS part, number FROM (SELECT ");
        sql.push(number).push(" AS number");
        push_matches(
            sql,
            self.records.entity,
            self.query,
            part,
            self.scope,
            before,
        );
        self.push_filter(sql);
        sql.push(" ORDER BY ").push(number).push(" DESC LIMIT ");
        sql.bind(i64::from(limit)).push(") AS matching");
    }

    fn push_filter(&self, sql: &mut Sql) {
        let Some(filter) = self.filter else { return };
        let number = number_column(sql.kind());
        sql.push(" AND EXISTS (SELECT 1 FROM ")
            .push(self.records.table);
        sql.push(" WHERE ").push(self.records.alias);
        sql.push(".number = ").push(number).push(" AND ");
        filter(sql);
        sql.push(")");
    }

    /// Counts the matches, up to the cap or all of them.
    pub(crate) async fn total(
        &self,
        db: &Database,
        mode: TotalMode,
    ) -> Result<Option<Total>, StoreError> {
        let cap = TOTAL_CAP as i64;
        if mode == TotalMode::None {
            return Ok(None);
        }
        let mut sql = Sql::new(db.kind);
        sql.push("SELECT count(*) AS many FROM (SELECT 1");
        let entity = self.records.entity;
        push_matches(&mut sql, entity, self.query, Part::All, self.scope, None);
        self.push_filter(&mut sql);
        if mode == TotalMode::Capped {
            sql.push(" LIMIT ").bind(cap + 1);
        }
        sql.push(") AS counted");
        let rows = sql.rows(&db.reader).await?;
        let many: i64 = rows
            .first()
            .map(|row| row.try_get("", "many"))
            .transpose()?
            .unwrap_or(0);
        let exact = mode == TotalMode::Exact || many <= cap;
        Ok(Some(Total {
            count: if exact { many } else { cap }.unsigned_abs(),
            exact,
        }))
    }
}

/// The place of a row in the order of its search, for the cursor.
pub(crate) fn place(row: &QueryResult) -> Result<Option<CursorKey>, StoreError> {
    Ok(Some(CursorKey::Integer(row.try_get("", "part")?)))
}

/// How many records match what cannot be searched.
pub(crate) fn nothing(mode: TotalMode) -> Option<Total> {
    let none = Total {
        count: 0,
        exact: true,
    };
    (mode != TotalMode::None).then_some(none)
}
