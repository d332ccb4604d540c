//! Pages of records in an order that an index gives.
//!
//! `WHERE team IN (…) OR assignee = …` with `ORDER BY` makes a database either walk the whole
//! order or sort everything it found. So a list is the merge of **branches**: for each team and
//! person of the scope (or each status, or each category asked for) the first rows of that
//! branch, which an index on `(branch, order, number)` delivers in order. Of each branch no more
//! rows are read than one page holds, and only those few are sorted.

use rapport_types::filters::{Condition, Field, Filter, Op};
use rapport_types::page::{Cursor, CursorKey, Page, Paging, TOTAL_CAP, Total, TotalMode, digest};
use sea_orm::{ConnectionTrait, QueryResult, Value};

use crate::error::StoreError;
use crate::filters::{Trees, values};
use crate::scope::Scope;
use crate::sql::Sql;

/// With more branches than this the order is walked instead: a scope that wide holds so much of
/// the table that the walk finds a page soon.
const MOST_BRANCHES: usize = 40;

/// An order of a list: its name, the column, and whether its values are texts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Order {
    /// The name in `sort`.
    pub(crate) name: &'static str,
    /// The column.
    pub(crate) column: &'static str,
    /// Whether the column holds text.
    pub(crate) is_text: bool,
}

/// One kind of list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct List {
    /// The table with its alias: `tickets t`.
    pub(crate) table: &'static str,
    /// The alias.
    pub(crate) alias: &'static str,
    /// The column of the team.
    pub(crate) team: &'static str,
    /// The columns of people through whom a record is seen.
    pub(crate) people: &'static [&'static str],
    /// Its orders.
    pub(crate) orders: &'static [Order],
}

/// A column and the value it shall equal.
struct Branch {
    column: String,
    value: Value,
    /// Whether what it gives may still lie outside the scope.
    needs_scope: bool,
}

/// Values of one column that the filter names.
pub(crate) struct Alternatives {
    /// The column.
    pub(crate) column: &'static str,
    /// The values, of which each record has one at most.
    pub(crate) values: Vec<Value>,
    /// Whether so few records have each of them that they are sought by it whatever the scope.
    pub(crate) are_rare: bool,
}

impl Alternatives {
    /// What the filter names. The first of the columns (field, column, whether each value is rare)
    /// that it fixes wins: those that divide the records most come first.
    pub(crate) fn of(
        filter: &Filter,
        fields: &[Field],
        columns: &[(&str, &'static str, bool)],
        trees: Trees<'_>,
    ) -> Option<Self> {
        columns.iter().find_map(|(name, column, are_rare)| {
            let kind = fields.iter().find(|field| field.name == *name)?.kind;
            let fixes = |c: &&Condition| c.field == *name && c.op == Op::Is;
            let condition = filter.conditions.iter().find(fixes)?;
            if condition.values.iter().any(|value| value == "none") {
                return None;
            }
            let named = condition.values.iter();
            Some(Self {
                column: *column,
                values: named.flat_map(|value| values(kind, value, trees)).collect(),
                are_rare: *are_rare,
            })
        })
    }
}

/// What a list is asked for.
pub(crate) struct Request<'a> {
    /// What the reader sees.
    pub(crate) scope: &'a Scope,
    /// What the filter names, when it names such.
    pub(crate) alternatives: Option<Alternatives>,
    /// Which page.
    pub(crate) paging: &'a Paging,
    /// Identifies filter and scope in the cursor.
    pub(crate) digest: u64,
}

/// The digest that binds a cursor to its list, filter and order.
pub(crate) fn cursor_digest(list: &str, filter: &Filter, extra: &str, paging: &Paging) -> u64 {
    let direction = if paging.sort.descending { "-" } else { "+" };
    digest(&[
        list,
        &filter.canonical(),
        extra,
        paging.sort.field,
        direction,
    ])
}

impl List {
    fn order(&self, paging: &Paging) -> Result<Order, StoreError> {
        self.orders
            .iter()
            .copied()
            .find(|order| order.name == paging.sort.field)
            .ok_or_else(|| StoreError::Failed(format!("no order {}", paging.sort.field)))
    }

    fn branches(&self, request: &Request<'_>) -> Vec<Branch> {
        let scoped = request.scope.branches(self.team, self.people);
        let named = request.alternatives.as_ref();
        let is_of_use = |named: &&Alternatives| {
            (named.are_rare || scoped.is_none()) && named.values.len() <= MOST_BRANCHES
        };
        let named = named.filter(is_of_use);
        let branches: Vec<Branch> = match (named, scoped) {
            (Some(named), _) => {
                let values = named.values.iter();
                let branch = |value: &Value| Branch {
                    column: named.column.to_owned(),
                    value: value.clone(),
                    needs_scope: !request.scope.is_everything(),
                };
                values.map(branch).collect()
            }
            (None, Some(scoped)) => scoped
                .into_iter()
                .map(|(column, id)| Branch {
                    column: column.to_owned(),
                    value: Value::from(id),
                    needs_scope: false,
                })
                .collect(),
            (None, None) => Vec::new(),
        };
        if branches.len() > MOST_BRANCHES {
            Vec::new()
        } else {
            branches
        }
    }

    /// The statement of one page: `columns` of the rows that `filter` adds conditions for.
    pub(crate) fn page_statement(
        &self,
        mut sql: Sql,
        request: &Request<'_>,
        columns: &str,
        joins: &str,
        filter: impl Fn(&mut Sql),
    ) -> Result<Sql, StoreError> {
        let order = self.order(request.paging)?;
        let rows = i64::from(request.paging.limit) + 1;
        let direction = if request.paging.sort.descending {
            " DESC"
        } else {
            ""
        };
        let branches = self.branches(request);
        sql.push("SELECT ")
            .push(columns)
            .push(", p.key AS order_key FROM (");
        let mut first = true;
        let walks = [None];
        let parts: Box<dyn Iterator<Item = Option<&Branch>>> = if branches.is_empty() {
            Box::new(walks.into_iter())
        } else {
            Box::new(branches.iter().map(Some))
        };
        for branch in parts {
            if !first {
                sql.push(" UNION ");
            }
            first = false;
            sql.push("SELECT key, number FROM (SELECT ")
                .push(order.column)
                .push(" AS key, ");
            sql.push(self.alias)
                .push(".number AS number FROM ")
                .push(self.table)
                .push(" WHERE ");
            self.push_branch(&mut sql, request.scope, branch);
            sql.push(" AND ");
            filter(&mut sql);
            self.push_after(&mut sql, request.paging, order);
            sql.push(" ORDER BY ").push(order.column).push(direction);
            sql.push(", ")
                .push(self.alias)
                .push(".number")
                .push(direction);
            sql.push(" LIMIT ").bind(rows).push(") AS b");
        }
        sql.push(") AS p JOIN ")
            .push(self.table)
            .push(" ON ")
            .push(self.alias)
            .push(".number = p.number");
        sql.push(joins)
            .push(" ORDER BY p.key")
            .push(direction)
            .push(", p.number")
            .push(direction);
        sql.push(" LIMIT ").bind(rows);
        Ok(sql)
    }

    fn push_branch(&self, sql: &mut Sql, scope: &Scope, branch: Option<&Branch>) {
        if let Some(branch) = branch {
            sql.push(&branch.column)
                .push(" = ")
                .bind(branch.value.clone());
            if !branch.needs_scope {
                return;
            }
            sql.push(" AND ");
        }
        scope.push(sql, self.team, self.people);
    }

    /// Only what comes after the cursor.
    fn push_after(&self, sql: &mut Sql, paging: &Paging, order: Order) {
        let Some(cursor) = &paging.after else { return };
        let key = match (&cursor.key, order.is_text) {
            (Some(CursorKey::Integer(key)), false) => Value::from(*key),
            (Some(CursorKey::Text(key)), true) => Value::from(key.clone()),
            _ => return,
        };
        let beyond = if paging.sort.descending { " < " } else { " > " };
        sql.push(" AND (")
            .push(order.column)
            .push(", ")
            .push(self.alias)
            .push(".number)")
            .push(beyond);
        sql.push("(")
            .bind(key)
            .push(", ")
            .bind(cursor.number)
            .push(")");
    }

    /// Counts the rows, up to the cap or all of them.
    pub(crate) async fn total(
        &self,
        db: &impl ConnectionTrait,
        mut sql: Sql,
        request: &Request<'_>,
        filter: impl Fn(&mut Sql),
    ) -> Result<Option<Total>, StoreError> {
        let capped = match request.paging.total {
            TotalMode::None => return Ok(None),
            TotalMode::Capped => true,
            TotalMode::Exact => false,
        };
        let most = TOTAL_CAP as i64 + 1;
        let branches = if capped {
            self.branches(request)
        } else {
            Vec::new()
        };
        sql.push("SELECT count(*) AS many FROM (");
        if branches.is_empty() {
            sql.push("SELECT 1 FROM ").push(self.table).push(" WHERE ");
            request.scope.push(&mut sql, self.team, self.people);
            sql.push(" AND ");
            filter(&mut sql);
            if capped {
                sql.push(" LIMIT ").bind(most);
            }
        } else {
            for (index, branch) in branches.iter().enumerate() {
                if index > 0 {
                    sql.push(" UNION ");
                }
                sql.push("SELECT number FROM (SELECT ")
                    .push(self.alias)
                    .push(".number AS number FROM ");
                sql.push(self.table).push(" WHERE ");
                self.push_branch(&mut sql, request.scope, Some(branch));
                sql.push(" AND ");
                filter(&mut sql);
                sql.push(" LIMIT ").bind(most).push(") AS b");
            }
            sql.push(" LIMIT ").bind(most);
        }
        sql.push(") AS counted");
        let rows = sql.rows(db).await?;
        let many: i64 = rows
            .first()
            .map(|row| row.try_get("", "many"))
            .transpose()?
            .unwrap_or(0);
        let exact = !capped || many < most;
        Ok(Some(Total {
            count: many
                .min(if capped { TOTAL_CAP as i64 } else { i64::MAX })
                .unsigned_abs(),
            exact,
        }))
    }
}

/// The end of every page: cuts the row too many and makes the next cursor.
pub(crate) fn finish<T>(
    mut rows: Vec<(T, Option<CursorKey>, i64)>,
    paging: &Paging,
    digest: u64,
    total: Option<Total>,
) -> Page<T> {
    let limit = paging.limit as usize;
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let next_cursor = has_more
        .then(|| {
            rows.last().map(|(_, key, number)| {
                Cursor {
                    digest,
                    key: key.clone(),
                    number: *number,
                }
                .encode()
            })
        })
        .flatten();
    Page {
        data: rows.into_iter().map(|(row, _, _)| row).collect(),
        next_cursor,
        has_more,
        total,
    }
}

/// The value of the order's column in a row.
pub(crate) fn order_key(row: &QueryResult, is_text: bool) -> Result<Option<CursorKey>, StoreError> {
    Ok(if is_text {
        row.try_get::<Option<String>>("", "order_key")?
            .map(CursorKey::Text)
    } else {
        row.try_get::<Option<i64>>("", "order_key")?
            .map(CursorKey::Integer)
    })
}
