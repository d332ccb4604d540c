//! Finding records by what somebody typed: exact matches first, then the newest.

use rapport_types::page::{Cursor, CursorKey, TOTAL_CAP, Total, TotalMode};
use rapport_types::records::Entity;
use sea_orm::QueryResult;

use super::index::{Matches, Way, number_column};
use super::{Part, SearchQuery};
use crate::database::{Database, Kind};
use crate::error::StoreError;
use crate::scope::Scope;
use crate::sql::Sql;

/// Most matches that PostgreSQL sorts.
const MOST_SORTED: i64 = 1_000;

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
    /// The column of the team.
    pub(crate) team: &'static str,
    /// The columns of people through whom a record is seen.
    pub(crate) people: &'static [&'static str],
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
            team,
            people,
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
        sql.push(") AS found").push(match kind {
            // SQLite takes the tables of a CROSS JOIN in the order in which they stand.
            Kind::Sqlite => " CROSS JOIN ",
            Kind::Postgres => " JOIN ",
        });
        sql.push(table);
        sql.push(" ON ").push(alias).push(".number = found.number");
        sql.push(joins).push(" WHERE ");
        // The index is written with the record; the record itself has the last word all the same.
        self.scope.push(&mut sql, team, people);
        sql.push(" ORDER BY found.part, found.number DESC LIMIT ")
            .bind(i64::from(limit));
        sql
    }

    fn push_part(&self, sql: &mut Sql, part: Part, before: Option<i64>, limit: u32) {
        let place = if part == Part::Exact { "0" } else { "1" };
        sql.push("SELECT CAST(").push(place);
        sql.push(" AS BIGINT) AS part, number FROM (");
        let matches = self.matches(part, before);
        match sql.kind() {
            Kind::Sqlite => self.push_newest(sql, &matches, limit),
            Kind::Postgres => self.push_few_or_newest(sql, &matches, limit),
        }
        sql.push(") AS matching");
    }

    fn matches(&self, part: Part, before: Option<i64>) -> Matches<'_> {
        Matches {
            entity: self.records.entity,
            query: self.query,
            part,
            scope: self.scope,
            before,
        }
    }

    /// The newest matches, along the numbers.
    fn push_newest(&self, sql: &mut Sql, matches: &Matches<'_>, limit: u32) {
        let number = number_column(sql.kind());
        sql.push("SELECT ").push(number).push(" AS number");
        matches.push(sql, Way::Numbers);
        self.push_filter(sql, number);
        sql.push(" ORDER BY ").push(number).push(" DESC LIMIT ");
        sql.bind(i64::from(limit));
    }

    /// PostgreSQL's index of tokens gives all matches in no order. Few are sorted. Many are not:
    /// so many of the newest records match that walking back from the newest meets them soon.
    fn push_few_or_newest(&self, sql: &mut Sql, matches: &Matches<'_>, limit: u32) {
        let number = number_column(sql.kind());
        sql.push("WITH few AS MATERIALIZED (SELECT ")
            .push(number)
            .push(" AS number");
        matches.push(sql, Way::Tokens);
        sql.push(" LIMIT ").bind(MOST_SORTED + 1);
        sql.push(") SELECT few.number AS number FROM few WHERE (SELECT count(*) FROM few) <= ")
            .bind(MOST_SORTED);
        self.push_filter(sql, "few.number");
        sql.push(" UNION ALL SELECT number FROM (");
        self.push_newest(sql, matches, limit);
        sql.push(") AS newest WHERE (SELECT count(*) FROM few) > ")
            .bind(MOST_SORTED);
        sql.push(" ORDER BY number DESC LIMIT ")
            .bind(i64::from(limit));
    }

    /// A row of the index at a time: a join could read the whole table for few matches.
    fn push_filter(&self, sql: &mut Sql, number: &str) {
        let Some(filter) = self.filter else { return };
        sql.push(" AND EXISTS (SELECT 1 FROM ")
            .push(self.records.table);
        sql.push(" WHERE ").push(self.records.alias);
        sql.push(".number = ").push(number).push(" AND ");
        filter(sql);
        // What keeps PostgreSQL from making a join of it.
        sql.push(" LIMIT 1 OFFSET 0)");
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
        self.matches(Part::All, None).push(&mut sql, Way::Tokens);
        self.push_filter(&mut sql, number_column(db.kind));
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
