//! A filter as SQL. Its meaning is that of `Filter::matches` in `rapport-types`; tests hold the
//! two equal.

use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use rapport_types::filters::{Condition, Field, FieldKind, Filter, Op};
use rapport_types::ids::{CategoryId, CustomerId, ImportId, TeamId, UserId};
use rapport_types::records::micros;
use rapport_types::teams::Tree;
use rapport_types::ticket_types::FIELD_PREFIX;
use sea_orm::Value;
use uuid::Uuid;

use crate::sql::Sql;

/// The trees in which a filter's teams and categories lie.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Trees<'a> {
    /// The fields of ticket types.
    pub(crate) ticket_fields: &'a [Field],
    /// The teams.
    pub(crate) teams: &'a Tree<TeamId>,
    /// The categories.
    pub(crate) categories: &'a Tree<CategoryId>,
}

impl<'a> Trees<'a> {
    /// The code and kind of a field of a ticket type, by its name in filters.
    fn own_field<'f>(&self, name: &'f str) -> Option<(&'f str, FieldKind)> {
        let code = name.strip_prefix(FIELD_PREFIX)?;
        let field = self.ticket_fields.iter().find(|field| field.name == name)?;
        Some((code, field.kind))
    }
}

/// Where the database keeps a field.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Column {
    /// In this column, read as this kind.
    Plain(&'static str, FieldKind),
    /// As rows of this kind in `customer_values`.
    CustomerValue(&'static str),
}

/// Adds the filter's conditions, joined by and; a filter without conditions adds `1 = 1`.
/// A field that `column` does not know matches nothing.
pub(crate) fn push(
    sql: &mut Sql,
    filter: &Filter,
    trees: Trees<'_>,
    column: impl Fn(&str) -> Option<Column>,
) {
    if filter.conditions.is_empty() {
        sql.push("1 = 1");
    }
    for (index, condition) in filter.conditions.iter().enumerate() {
        if index > 0 {
            sql.push(" AND ");
        }
        match column(&condition.field) {
            Some(Column::Plain(name, kind)) => push_plain(sql, condition, name, kind, trees),
            Some(Column::CustomerValue(kind)) => push_customer_value(sql, condition, kind),
            None => match trees.own_field(&condition.field) {
                Some((code, kind)) => push_ticket_value(sql, condition, code, kind, trees),
                None => {
                    sql.push("1 = 0");
                }
            },
        }
    }
}

fn push_plain(
    sql: &mut Sql,
    condition: &Condition,
    column: &str,
    kind: FieldKind,
    trees: Trees<'_>,
) {
    let compare = match condition.op {
        Op::From => " >= ",
        Op::Before => " < ",
        Op::Is | Op::Not => return push_membership(sql, condition, column, kind, trees),
    };
    let bound = condition
        .values
        .first()
        .and_then(|value| values(kind, value, trees).into_iter().next());
    match bound {
        Some(bound) => sql.push(column).push(compare).bind(bound),
        None => sql.push("1 = 0"),
    };
}

/// `IN` and `NOT IN` with nothing as one of the values: `not` holds for nothing too, unless
/// `none` is among the values.
fn push_membership(
    sql: &mut Sql,
    condition: &Condition,
    column: &str,
    kind: FieldKind,
    trees: Trees<'_>,
) {
    let none = condition.values.iter().any(|value| value == "none");
    let named: Vec<Value> = condition
        .values
        .iter()
        .filter(|value| *value != "none")
        .flat_map(|value| values(kind, value, trees))
        .collect();
    let negated = condition.op == Op::Not;
    sql.push("(");
    match (negated, none) {
        (false, true) => sql.push(column).push(" IS NULL OR "),
        (true, true) => sql.push(column).push(" IS NOT NULL AND "),
        (true, false) => sql.push(column).push(" IS NULL OR "),
        (false, false) => sql,
    };
    match (named.is_empty(), negated) {
        (true, true) => sql.push("1 = 1"),
        (true, false) => sql.push("1 = 0"),
        (false, _) => {
            sql.push(column)
                .push(if negated { " NOT IN (" } else { " IN (" });
            sql.bind_all(named).push(")")
        }
    };
    sql.push(")");
}

/// What a written value means in the database: a team or category is its whole subtree. Text that
/// is no value of the kind means nothing.
pub(crate) fn values(kind: FieldKind, text: &str, trees: Trees<'_>) -> Vec<Value> {
    fn id<T: FromStr>(text: &str, uuid: impl Fn(T) -> Uuid) -> Vec<Value> {
        text.parse()
            .map(uuid)
            .map(Value::from)
            .into_iter()
            .collect()
    }
    match kind {
        FieldKind::Code | FieldKind::Text => vec![Value::from(text)],
        FieldKind::User => id(text, UserId::uuid),
        FieldKind::Customer => id(text, CustomerId::uuid),
        FieldKind::Import => id(text, ImportId::uuid),
        FieldKind::Team => text
            .parse()
            .map(|team| trees.teams.subtree(team))
            .unwrap_or_default()
            .into_iter()
            .map(|team| Value::from(team.uuid()))
            .collect(),
        FieldKind::Category => text
            .parse()
            .map(|category| trees.categories.subtree(category))
            .unwrap_or_default()
            .into_iter()
            .map(|category| Value::from(category.uuid()))
            .collect(),
        FieldKind::Integer => text.parse::<i64>().map(Value::from).into_iter().collect(),
        FieldKind::Day => text
            .parse::<NaiveDate>()
            .map(|day| Value::from(i64::from(day.num_days_from_ce())))
            .into_iter()
            .collect(),
        FieldKind::Boolean => text.parse::<bool>().map(Value::from).into_iter().collect(),
        FieldKind::Instant => text
            .parse::<DateTime<Utc>>()
            .map(|at| Value::from(micros(at)))
            .into_iter()
            .collect(),
    }
}

fn push_customer_value(sql: &mut Sql, condition: &Condition, kind: &str) {
    let none = condition.values.iter().any(|value| value == "none");
    let named: Vec<&str> = condition
        .values
        .iter()
        .filter(|value| *value != "none")
        .map(String::as_str)
        .collect();
    let rows = |sql: &mut Sql| {
        sql.push("c.id IN (SELECT v.customer_id FROM customer_values v WHERE v.kind = ")
            .bind(kind);
    };
    if condition.op == Op::Not {
        sql.push("NOT ");
    }
    sql.push("(");
    if none {
        sql.push("NOT ");
        rows(sql);
        sql.push(") OR ");
    }
    rows(sql);
    sql.push(" AND v.value IN (").bind_all(named).push(")))");
}

/// A field of the ticket's type, of which `ticket_values` has a row when it is filled in. As in
/// [`push_membership`] `not` holds for nothing too.
fn push_ticket_value(
    sql: &mut Sql,
    condition: &Condition,
    code: &str,
    kind: FieldKind,
    trees: Trees<'_>,
) {
    let column = match kind {
        FieldKind::Integer | FieldKind::Boolean | FieldKind::Day => "v.number",
        FieldKind::User | FieldKind::Customer => "v.record",
        _ => "v.text",
    };
    let named: Vec<Value> = condition
        .values
        .iter()
        .filter(|value| *value != "none")
        .flat_map(|value| values(kind, value, trees))
        .map(|value| match value {
            Value::Bool(Some(flag)) => Value::from(i64::from(flag)),
            other => other,
        })
        .collect();
    let rows = |sql: &mut Sql| {
        sql.push("t.id IN (SELECT v.ticket_id FROM ticket_values v WHERE v.field = ")
            .bind(code);
    };
    let compare = match condition.op {
        Op::From => " >= ",
        Op::Before => " < ",
        Op::Is | Op::Not => {
            let none = condition.values.iter().any(|value| value == "none");
            sql.push(if condition.op == Op::Not {
                "NOT ("
            } else {
                "("
            });
            if none {
                sql.push("NOT ");
                rows(sql);
                sql.push(") OR ");
            }
            if named.is_empty() {
                sql.push("1 = 0)");
            } else {
                rows(sql);
                sql.push(" AND ").push(column).push(" IN (");
                sql.bind_all(named).push(")))");
            }
            return;
        }
    };
    match named.into_iter().next() {
        Some(bound) => {
            rows(sql);
            sql.push(" AND ")
                .push(column)
                .push(compare)
                .bind(bound)
                .push(")");
        }
        None => {
            sql.push("1 = 0");
        }
    }
}
