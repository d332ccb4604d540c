//! Which records match, as their human numbers: exact matches first, then the newest.

use rapport_types::page::{Cursor, CursorKey, Page, Paging, TOTAL_CAP, Total, TotalMode};
use rapport_types::records::Entity;

use super::index::{number_column, push_matches};
use super::{Part, SearchQuery};
use crate::database::Database;
use crate::error::StoreError;
use crate::scope::Scope;
use crate::sql::Sql;

/// The first `limit` matches.
pub(crate) async fn best(
    db: &Database,
    entity: Entity,
    scope: &Scope,
    query: &SearchQuery,
    limit: u32,
) -> Result<Vec<i64>, StoreError> {
    let mut numbers = part(db, entity, scope, query, Part::Exact, limit, None, &|_| ()).await?;
    let left = limit.saturating_sub(numbers.len() as u32);
    if left > 0 {
        numbers.extend(part(db, entity, scope, query, Part::Rest, left, None, &|_| ()).await?);
    }
    Ok(numbers)
}

#[allow(
    clippy::too_many_arguments,
    reason = "one statement, told by what it depends on"
)]
async fn part(
    db: &Database,
    entity: Entity,
    scope: &Scope,
    query: &SearchQuery,
    part: Part,
    limit: u32,
    before: Option<i64>,
    filter: &impl Fn(&mut Sql),
) -> Result<Vec<i64>, StoreError> {
    let number = number_column(db.kind);
    let mut sql = Sql::new(db.kind);
    sql.push("SELECT ").push(number).push(" AS number");
    push_matches(&mut sql, entity, query, part, scope, before);
    filter(&mut sql);
    sql.push(" ORDER BY ")
        .push(number)
        .push(" DESC LIMIT ")
        .bind(i64::from(limit));
    let rows = sql.rows(&db.reader).await?;
    rows.iter()
        .map(|row| Ok(row.try_get("", "number")?))
        .collect()
}

/// A page of matches that `filter` also lets through. In the cursor, 0 marks a page that ended
/// among the exact matches, 1 one among the others.
pub(crate) async fn page(
    db: &Database,
    entity: Entity,
    scope: &Scope,
    typed: &str,
    paging: &Paging,
    filter: impl Fn(&mut Sql),
) -> Result<Page<i64>, StoreError> {
    let empty = Page {
        data: Vec::new(),
        next_cursor: None,
        has_more: false,
        total: None,
    };
    let Some(query) = SearchQuery::parse(typed) else {
        return Ok(empty);
    };
    let (in_rest, before) = match &paging.after {
        Some(Cursor {
            key: Some(CursorKey::Integer(1)),
            number,
            ..
        }) => (true, Some(*number)),
        Some(cursor) => (false, Some(cursor.number)),
        None => (false, None),
    };
    let wanted = paging.limit + 1;
    let mut found: Vec<(i64, i64)> = Vec::new();
    if !in_rest {
        let exact = part(
            db,
            entity,
            scope,
            &query,
            Part::Exact,
            wanted,
            before,
            &filter,
        )
        .await?;
        found.extend(exact.into_iter().map(|number| (0, number)));
    }
    let left = wanted.saturating_sub(found.len() as u32);
    if left > 0 {
        let before = before.filter(|_| in_rest);
        let rest = part(db, entity, scope, &query, Part::Rest, left, before, &filter).await?;
        found.extend(rest.into_iter().map(|number| (1, number)));
    }
    let has_more = found.len() > paging.limit as usize;
    found.truncate(paging.limit as usize);
    // The caller puts its digest into the cursor; see `in_order`.
    let next_cursor = found.last().filter(|_| has_more).map(|(part, number)| {
        Cursor {
            digest: 0,
            key: Some(CursorKey::Integer(*part)),
            number: *number,
        }
        .encode()
    });
    let total = match paging.total {
        TotalMode::None => None,
        mode => Some(count(db, entity, scope, &query, mode, &filter).await?),
    };
    Ok(Page {
        data: found.into_iter().map(|(_, number)| number).collect(),
        next_cursor,
        has_more,
        total,
    })
}

async fn count(
    db: &Database,
    entity: Entity,
    scope: &Scope,
    query: &SearchQuery,
    mode: TotalMode,
    filter: &impl Fn(&mut Sql),
) -> Result<Total, StoreError> {
    let cap = TOTAL_CAP as i64;
    let mut sql = Sql::new(db.kind);
    sql.push("SELECT count(*) AS many FROM (SELECT 1");
    push_matches(&mut sql, entity, query, Part::All, scope, None);
    filter(&mut sql);
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
    Ok(Total {
        count: if exact { many } else { cap }.unsigned_abs(),
        exact,
    })
}

/// The rows of a page of numbers in its order, the cursor bound to the caller's digest.
pub(crate) fn in_order<T>(
    numbers: Page<i64>,
    mut rows: Vec<T>,
    number: impl Fn(&T) -> i64,
    digest: u64,
) -> Page<T> {
    rows.sort_by_key(|row| numbers.data.iter().position(|found| *found == number(row)));
    let next_cursor = numbers
        .next_cursor
        .and_then(|text| Cursor::decode(&text))
        .map(|cursor| Cursor { digest, ..cursor }.encode());
    Page {
        data: rows,
        next_cursor,
        has_more: numbers.has_more,
        total: numbers.total,
    }
}
