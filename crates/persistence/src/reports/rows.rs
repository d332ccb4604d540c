//! The tickets behind a figure: the same predicate that counted them.

use rapport_types::filters::{FieldKind, Filter};
use rapport_types::ids::TeamId;
use rapport_types::kpis::{Dimension, ELSEWHERE, MetricDef, MetricEntity, NONE, OWN, Part, Period};
use rapport_types::records::micros;

use super::shape::{Shape, column, dimension_column};
use crate::filters::{Trees, push, values};
use crate::sql::Sql;

/// Which rows of which figure.
#[derive(Debug, Clone)]
pub struct MetricRows {
    /// The metric.
    pub metric: &'static MetricDef,
    /// Which of its rows.
    pub part: Part,
    /// Its period.
    pub period: Period,
    /// A filter of ratings, for a metric made of them.
    pub rating_filter: Filter,
    /// The row of a breakdown: what it is cut by and the row's key.
    pub cut: Option<(Dimension, String)>,
    /// The team whose breakdown it is.
    pub team: TeamId,
}

impl MetricRows {
    /// A text that differs when the rows differ.
    pub(crate) fn canonical(&self) -> String {
        format!(
            "{}/{}/{}/{}/{}/{:?}/{}",
            self.metric.code,
            self.part.code(),
            micros(self.period.from),
            micros(self.period.to),
            self.rating_filter.canonical(),
            self.cut,
            self.team,
        )
    }
}

/// Adds the condition that a ticket is one of the rows.
pub(crate) fn push_rows(sql: &mut Sql, rows: &MetricRows, trees: Trees<'_>) {
    let shape = Shape {
        entity: rows.metric.entity,
        anchor: rows.metric.anchor,
    };
    if let Some((table, alias)) = shape.part_table().zip(shape.part_alias()) {
        sql.push("EXISTS (SELECT 1 FROM ")
            .push(table)
            .push(" WHERE ")
            .push(alias);
        sql.push(".ticket_id = t.id AND ");
        push_own(sql, rows, shape, trees);
        sql.push(")");
    } else {
        push_own(sql, rows, shape, trees);
    }
    if let Some((by, key)) = &rows.cut {
        sql.push(" AND ");
        push_cut(sql, *by, key, rows.team, trees);
    }
}

fn push_own(sql: &mut Sql, rows: &MetricRows, shape: Shape, trees: Trees<'_>) {
    let (from, to) = (micros(rows.period.from), micros(rows.period.to));
    match shape.anchor_column() {
        Some(anchor) => {
            sql.push(anchor)
                .push(" >= ")
                .bind(from)
                .push(" AND ")
                .push(anchor)
                .push(" < ")
                .bind(to);
        }
        None => {
            sql.push("x.to_at > ")
                .bind(to)
                .push(" AND x.from_at < ")
                .bind(to);
        }
    }
    let metric = rows.metric;
    let mut condition = metric.condition.clone();
    if metric.entity == MetricEntity::Rating {
        condition = condition.joined(&rows.rating_filter);
    }
    sql.push(" AND ");
    match rows.part {
        Part::Denominator => push(sql, &condition.joined(&metric.known), trees, column),
        Part::Numerator => {
            push(
                sql,
                &condition.joined(&metric.known).joined(&metric.numerator),
                trees,
                column,
            );
        }
        Part::Excluded => {
            push(sql, &condition, trees, column);
            sql.push(" AND NOT (");
            push(sql, &metric.known, trees, column);
            sql.push(")");
        }
    }
}

fn push_cut(sql: &mut Sql, by: Dimension, key: &str, team: TeamId, trees: Trees<'_>) {
    let cut = dimension_column(by);
    match (by, key) {
        (Dimension::Team, OWN) => {
            sql.push(cut).push(" = ").bind(team.uuid());
        }
        (Dimension::Team, ELSEWHERE) => {
            let inside = trees.teams.subtree(team);
            sql.push("NOT (")
                .in_ids(cut, inside.iter().map(|team| team.uuid()))
                .push(")");
        }
        (_, NONE) => {
            sql.push(cut).push(" IS NULL");
        }
        _ => {
            let kind = match by {
                Dimension::Team => FieldKind::Team,
                Dimension::Agent => FieldKind::User,
                Dimension::Category => FieldKind::Category,
                Dimension::Type | Dimension::Priority | Dimension::Channel => FieldKind::Code,
            };
            sql.push(cut)
                .push(" IN (")
                .bind_all(values(kind, key, trees))
                .push(")");
        }
    }
}
