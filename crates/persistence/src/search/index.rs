//! The two indexes: storing a record's tokens, and the condition that finds them.

use rapport_types::records::Entity;
use sea_orm::ConnectionTrait;

use super::{Document, Part, SearchQuery};
use crate::database::Kind;
use crate::error::StoreError;
use crate::scope::Scope;
use crate::sql::Sql;
use crate::writes::Writer;

/// The index of an entity.
const fn table(entity: Entity) -> &'static str {
    match entity {
        Entity::Customer => "customer_search",
        _ => "ticket_search",
    }
}

/// Stores what records are found by, replacing what was there, at the end of the transaction.
pub(crate) fn store(
    writer: &mut Writer,
    entity: Entity,
    documents: Vec<(i64, Document)>,
    is_new: bool,
) {
    for (number, document) in documents {
        writer.index(entity, number, Some(document), !is_new);
    }
}

/// Adds records that the index does not hold.
pub(crate) async fn insert(
    db: &impl ConnectionTrait,
    kind: Kind,
    entity: Entity,
    documents: &[(i64, Document)],
) -> Result<(), StoreError> {
    // Three values a row; SQLite takes 32,766 of them.
    for some in documents.chunks(1_000) {
        let mut sql = Sql::new(kind);
        let postgres = kind == Kind::Postgres;
        sql.push("INSERT INTO ").push(table(entity));
        sql.push(if postgres {
            " (number, tokens, runs) VALUES "
        } else {
            " (rowid, tokens, runs) VALUES "
        });
        for (index, (number, document)) in some.iter().enumerate() {
            sql.push(if index > 0 { ", (" } else { "(" })
                .bind(*number)
                .push(", ");
            if postgres {
                sql.bind(document.tsvector_literal()).push("::tsvector");
            } else {
                sql.bind(document.fts5_text());
            }
            sql.push(", ").bind(document.runs()).push(")");
        }
        sql.execute(db).await?;
    }
    Ok(())
}

/// Forgets records.
pub(crate) async fn remove(
    db: &impl ConnectionTrait,
    kind: Kind,
    entity: Entity,
    numbers: &[i64],
) -> Result<(), StoreError> {
    let key = if kind == Kind::Postgres {
        " WHERE number IN ("
    } else {
        " WHERE rowid IN ("
    };
    for some in numbers.chunks(1_000) {
        let mut sql = Sql::new(kind);
        sql.push("DELETE FROM ")
            .push(table(entity))
            .push(key)
            .bind_all(some.iter().copied())
            .push(")");
        sql.execute(db).await?;
    }
    Ok(())
}

/// How PostgreSQL shall come to the matches; SQLite's index gives them newest first by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// From the tokens, in no order.
    Tokens,
    /// Along the numbers, the newest first, looking at each record's tokens.
    Numbers,
}

/// The matches that a statement asks the index for.
pub(crate) struct Matches<'a> {
    /// Which index.
    pub(crate) entity: Entity,
    /// What was typed.
    pub(crate) query: &'a SearchQuery,
    /// Which of what matches.
    pub(crate) part: Part,
    /// What the reader sees.
    pub(crate) scope: &'a Scope,
    /// The last number of the page before.
    pub(crate) before: Option<i64>,
}

impl Matches<'_> {
    /// Adds `FROM` and `WHERE`, the records' number being [`number_column`].
    pub(crate) fn push(&self, sql: &mut Sql, way: Way) {
        let tokens = self.scope.tokens();
        let tokens = (!self.scope.is_everything()).then_some(tokens.as_slice());
        let table = table(self.entity);
        sql.push(" FROM ").push(table).push(" s WHERE ");
        if sql.kind() == Kind::Postgres {
            // Only the bare operator can be looked up in the index.
            let [open, close] = match way {
                Way::Tokens => ["", ""],
                Way::Numbers => ["(", ") IS TRUE"],
            };
            sql.push(open).push("s.tokens @@ ");
            sql.bind(self.query.tsquery(self.part, tokens))
                .push("::tsquery")
                .push(close);
        } else {
            // An index without details is asked as a whole, through the hidden column of its name.
            sql.push("s.").push(table).push(" MATCH ");
            sql.bind(self.query.fts5_match(self.part, tokens));
        }
        for pattern in self.query.like_patterns() {
            sql.push(" AND s.runs LIKE ").bind(pattern);
        }
        if let Some(before) = self.before {
            let number = number_column(sql.kind());
            sql.push(" AND ").push(number).push(" < ").bind(before);
        }
    }
}

/// The column of the human number in the index.
pub(crate) const fn number_column(kind: Kind) -> &'static str {
    match kind {
        Kind::Sqlite => "s.rowid",
        Kind::Postgres => "s.number",
    }
}
