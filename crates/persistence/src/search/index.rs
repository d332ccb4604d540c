//! The two indexes: storing a record's tokens, and the condition that finds them.

use rapport_types::records::Entity;

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

/// Stores what records are found by, replacing what was there.
pub(crate) async fn store(
    writer: &mut Writer,
    entity: Entity,
    documents: &[(i64, Document)],
    is_new: bool,
) -> Result<(), StoreError> {
    // Four values a row; SQLite takes 32,766 of them.
    for some in documents.chunks(1_000) {
        if !is_new {
            remove(writer, entity, some.iter().map(|(number, _)| *number)).await?;
        }
        let mut sql = writer.sql();
        let postgres = sql.kind() == Kind::Postgres;
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
        writer.change_parts(sql).await?;
    }
    Ok(())
}

/// Forgets records.
pub(crate) async fn remove(
    writer: &mut Writer,
    entity: Entity,
    numbers: impl IntoIterator<Item = i64>,
) -> Result<(), StoreError> {
    let mut sql = writer.sql();
    let key = if sql.kind() == Kind::Postgres {
        " WHERE number IN ("
    } else {
        " WHERE rowid IN ("
    };
    sql.push("DELETE FROM ")
        .push(table(entity))
        .push(key)
        .bind_all(numbers)
        .push(")");
    writer.change_parts(sql).await
}

/// Adds `FROM` and `WHERE` of the matches in this part that the scope holds, their number being
/// `s.number`; `before` is the last number of the page before.
pub(crate) fn push_matches(
    sql: &mut Sql,
    entity: Entity,
    query: &SearchQuery,
    part: Part,
    scope: &Scope,
    before: Option<i64>,
) {
    let tokens = scope.tokens();
    let tokens = (!scope.is_everything()).then_some(tokens.as_slice());
    let postgres = sql.kind() == Kind::Postgres;
    let number = if postgres { "s.number" } else { "s.rowid" };
    sql.push(" FROM ").push(table(entity)).push(" s WHERE ");
    if postgres {
        sql.push("s.tokens @@ ")
            .bind(query.tsquery(part, tokens))
            .push("::tsquery");
    } else {
        // An index without details is asked as a whole, through the hidden column of its name.
        sql.push("s.")
            .push(table(entity))
            .push(" MATCH ")
            .bind(query.fts5_match(part, tokens));
    }
    for pattern in query.like_patterns() {
        sql.push(" AND s.runs LIKE ").bind(pattern);
    }
    if let Some(before) = before {
        sql.push(" AND ").push(number).push(" < ").bind(before);
    }
}

/// The column of the human number in the index.
pub(crate) const fn number_column(kind: Kind) -> &'static str {
    match kind {
        Kind::Sqlite => "s.rowid",
        Kind::Postgres => "s.number",
    }
}
