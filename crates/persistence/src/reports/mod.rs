//! Figures over tickets: from metric definitions to tallies, and the rows behind a figure.

mod rows;
mod shape;

use std::collections::BTreeMap;

use rapport_types::filters::Filter;
use rapport_types::kpis::{Anchor, Dimension, Measure, MetricDef, MetricEntity, Period, Tally};
use rapport_types::records::micros;
use sea_orm::QueryResult;
use uuid::Uuid;

use crate::configuration::Configuration;
use crate::database::{Database, Kind};
use crate::error::StoreError;
use crate::filters::{Trees, push};
use crate::scope::Scope;
use crate::sql::Sql;
use crate::tickets::{PEOPLE, TEAM};

pub use rows::MetricRows;
pub(crate) use rows::push_rows;
use shape::{Shape, column, dimension_column, value_column};

/// What is counted.
#[derive(Debug, Clone)]
pub struct TallyQuery<'a> {
    /// The metrics.
    pub metrics: &'a [&'a MetricDef],
    /// The resolved filter of tickets.
    pub filter: &'a Filter,
    /// A filter of ratings, for the metrics made of them.
    pub rating_filter: &'a Filter,
    /// The periods; each gets its own tallies.
    pub periods: &'a [Period],
    /// What the rows are cut by.
    pub by: Option<Dimension>,
}

/// A raw key of a cut: an id or a code; none for rows without one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum RawKey {
    /// There is no cut, or the row has no value.
    None,
    /// An id.
    Id(Uuid),
    /// A code.
    Code(String),
}

/// Tallies by metric (its place in the query), period (likewise) and raw key.
pub type Tallies = BTreeMap<(usize, usize, RawKey), Tally>;

/// Counts. One statement answers all metrics of the same rows and anchor, for all periods.
///
/// # Errors
/// What the database says.
pub async fn tallies(
    db: &Database,
    configuration: &Configuration,
    scope: &Scope,
    query: &TallyQuery<'_>,
) -> Result<Tallies, StoreError> {
    let mut groups: BTreeMap<(MetricEntity, Anchor), Vec<usize>> = BTreeMap::new();
    for (index, metric) in query.metrics.iter().enumerate() {
        groups
            .entry((metric.entity, metric.anchor))
            .or_default()
            .push(index);
    }
    let mut found = Tallies::new();
    for ((entity, anchor), metrics) in groups {
        let shape = Shape { entity, anchor };
        let series = Series::of(query, &metrics);
        let statement = statement(db.kind, configuration.trees(), scope, query, shape, &series);
        for row in statement.rows(&db.reader).await? {
            let period: i64 = row.try_get("", "bucket")?;
            let key = raw_key(&row, query.by)?;
            for (place, series) in series.iter().enumerate() {
                let tally = series.read(&row, place)?;
                for metric in &series.metrics {
                    found.insert((*metric, period as usize, key.clone()), tally.clone());
                }
            }
        }
    }
    Ok(found)
}

/// What several metrics of one group count alike: mean, median and percentile of one duration
/// read the same values once.
struct Series<'a> {
    first: &'a MetricDef,
    metrics: Vec<usize>,
}

impl<'a> Series<'a> {
    fn of(query: &TallyQuery<'a>, metrics: &[usize]) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for index in metrics {
            let metric = query.metrics[*index];
            match all.iter_mut().find(|series| series.counts_like(metric)) {
                Some(series) => series.metrics.push(*index),
                None => all.push(Self {
                    first: metric,
                    metrics: vec![*index],
                }),
            }
        }
        all
    }

    fn counts_like(&self, other: &MetricDef) -> bool {
        let counted = |m: &MetricDef| {
            (
                m.condition.clone(),
                m.known.clone(),
                m.numerator.clone(),
                m.measure.value_field(),
                has_members(m),
            )
        };
        counted(self.first) == counted(other)
    }

    fn read(&self, row: &QueryResult, place: usize) -> Result<Tally, StoreError> {
        let count = |name: &str| row.try_get::<i64>("", &format!("{name}{place}"));
        let list = |name: &str| row.try_get::<Option<String>>("", &format!("{name}{place}"));
        let mut tally = Tally {
            base: count("base")?,
            numerator: count("part")?,
            excluded: count("left")?,
            ..Tally::default()
        };
        if self.first.measure.value_field().is_some() {
            let values = list("vals")?.unwrap_or_default();
            tally.values = values
                .split(',')
                .filter_map(|value| value.parse().ok())
                .collect();
        }
        if has_members(self.first) {
            let members = list("who")?.unwrap_or_default();
            tally.members = members
                .split(',')
                .filter(|m| !m.is_empty())
                .map(str::to_owned)
                .collect();
        }
        Ok(tally)
    }
}

fn has_members(metric: &MetricDef) -> bool {
    metric.measure == Measure::CountPerResolver
}

fn statement(
    kind: Kind,
    trees: Trees<'_>,
    scope: &Scope,
    query: &TallyQuery<'_>,
    shape: Shape,
    series: &[Series<'_>],
) -> Sql {
    let mut sql = Sql::new(kind);
    sql.push("WITH b(i, f, u) AS (VALUES ");
    for (index, period) in query.periods.iter().enumerate() {
        sql.push(if index > 0 { ", (" } else { "(" })
            .bind(index as i64)
            .push(", ");
        sql.bind(micros(period.from))
            .push(", ")
            .bind(micros(period.to))
            .push(")");
    }
    sql.push(") SELECT b.i AS bucket");
    if let Some(by) = query.by {
        sql.push(", ").push(dimension_column(by)).push(" AS cut");
    }
    for (place, series) in series.iter().enumerate() {
        push_series(&mut sql, series, place, trees);
    }
    sql.push(" FROM b")
        .push(shape.joins())
        .push(" WHERE ")
        .push(&shape.anchored());
    sql.push(" AND ");
    scope.push(&mut sql, TEAM, PEOPLE);
    sql.push(" AND ");
    push(&mut sql, query.filter, trees, column);
    if shape.entity == MetricEntity::Rating {
        sql.push(" AND ");
        push(&mut sql, query.rating_filter, trees, column);
    }
    sql.push(if query.by.is_some() {
        " GROUP BY b.i, cut"
    } else {
        " GROUP BY b.i"
    });
    sql
}

fn push_series(sql: &mut Sql, series: &Series<'_>, place: usize, trees: Trees<'_>) {
    let metric = series.first;
    let known = metric.condition.clone().joined(&metric.known);
    let part = known.clone().joined(&metric.numerator);
    let place = place.to_string();
    sql.push(", count(*) FILTER (WHERE ");
    push(sql, &known, trees, column);
    sql.push(") AS base")
        .push(&place)
        .push(", count(*) FILTER (WHERE ");
    push(sql, &part, trees, column);
    sql.push(") AS part")
        .push(&place)
        .push(", count(*) FILTER (WHERE ");
    push(sql, &metric.condition, trees, column);
    sql.push(" AND NOT (");
    push(sql, &metric.known, trees, column);
    sql.push(")) AS left").push(&place);
    if let Some(field) = metric.measure.value_field() {
        let value = value_column(field);
        match sql.kind() {
            Kind::Sqlite => sql.push(", group_concat(").push(value).push(")"),
            Kind::Postgres => sql.push(", string_agg(").push(value).push("::text, ',')"),
        };
        sql.push(" FILTER (WHERE ");
        push(sql, &known, trees, column);
        sql.push(") AS vals").push(&place);
    }
    if has_members(metric) {
        match sql.kind() {
            Kind::Sqlite => sql.push(", group_concat(DISTINCT hex(t.resolver_id))"),
            Kind::Postgres => sql.push(", string_agg(DISTINCT t.resolver_id::text, ',')"),
        };
        sql.push(" FILTER (WHERE ");
        push(sql, &known, trees, column);
        sql.push(") AS who").push(&place);
    }
}

fn raw_key(row: &QueryResult, by: Option<Dimension>) -> Result<RawKey, StoreError> {
    Ok(match by {
        None => RawKey::None,
        Some(Dimension::Team | Dimension::Agent | Dimension::Category) => row
            .try_get::<Option<Uuid>>("", "cut")?
            .map_or(RawKey::None, RawKey::Id),
        Some(Dimension::Type | Dimension::Priority | Dimension::Channel) => row
            .try_get::<Option<String>>("", "cut")?
            .map_or(RawKey::None, RawKey::Code),
    })
}
