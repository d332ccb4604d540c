//! Where the rows of a metric lie, and what puts them into a period.

use rapport_types::filters::FieldKind;
use rapport_types::kpis::{Anchor, Dimension, MetricEntity, ValueField};

use crate::filters::Column;

/// The rows of a group of metrics.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    pub(super) entity: MetricEntity,
    pub(super) anchor: Anchor,
}

impl Shape {
    /// The tables after that of the periods. `CROSS JOIN` keeps SQLite from turning the order
    /// round: the periods come first, so that the anchor's index finds the rows.
    pub(super) const fn joins(self) -> &'static str {
        match self.entity {
            MetricEntity::Ticket => " CROSS JOIN tickets t",
            MetricEntity::Span => " CROSS JOIN ticket_spans x CROSS JOIN tickets t",
            MetricEntity::Clock => " CROSS JOIN ticket_clocks k CROSS JOIN tickets t",
            MetricEntity::Rating => " CROSS JOIN ratings r CROSS JOIN tickets t",
        }
    }

    /// The column of the anchor; none for a stock.
    pub(super) const fn anchor_column(self) -> Option<&'static str> {
        match self.anchor {
            Anchor::Opened => Some("t.opened_at"),
            Anchor::FirstResponseCounted => Some("t.first_response_counted_at"),
            Anchor::Resolved => Some("t.resolved_at"),
            Anchor::FirstResolved => Some("t.first_resolved_at"),
            Anchor::Decided => Some("k.decided_at"),
            Anchor::Rated => Some("r.rated_at"),
            Anchor::AsOfEnd => None,
        }
    }

    /// The condition that a row lies in the period `b`, and belongs to the ticket `t`.
    pub(super) fn anchored(self) -> String {
        let anchored = match self.anchor_column() {
            Some(column) => format!("{column} >= b.f AND {column} < b.u"),
            None => "x.to_at > b.u AND x.from_at < b.u".to_owned(),
        };
        match self.part_alias() {
            Some(alias) => format!("{anchored} AND t.id = {alias}.ticket_id"),
            None => anchored,
        }
    }

    /// The alias of the part table, when the rows are parts of tickets.
    pub(super) const fn part_alias(self) -> Option<&'static str> {
        match self.entity {
            MetricEntity::Ticket => None,
            MetricEntity::Span => Some("x"),
            MetricEntity::Clock => Some("k"),
            MetricEntity::Rating => Some("r"),
        }
    }

    /// The part table, when the rows are parts of tickets.
    pub(super) const fn part_table(self) -> Option<&'static str> {
        match self.entity {
            MetricEntity::Ticket => None,
            MetricEntity::Span => Some("ticket_spans x"),
            MetricEntity::Clock => Some("ticket_clocks k"),
            MetricEntity::Rating => Some("ratings r"),
        }
    }
}

/// Where a field of a metric's filters is kept: the ticket's own and those of its parts.
pub(super) fn column(field: &str) -> Option<Column> {
    Some(match field {
        "clock_code" => Column::Plain("k.code", FieldKind::Code),
        "clock_met" => Column::Plain("k.met", FieldKind::Boolean),
        "rating_latest" => Column::Plain("r.latest", FieldKind::Boolean),
        "rating_source" => Column::Plain("r.source", FieldKind::Code),
        "rating_score" => Column::Plain("r.score", FieldKind::Integer),
        _ => return crate::tickets::column(field),
    })
}

/// The column that a mean or percentile reads.
pub(super) const fn value_column(field: ValueField) -> &'static str {
    match field {
        ValueField::FirstResponseSeconds => "t.first_response_seconds",
        ValueField::ResolutionSeconds => "t.resolution_seconds",
        ValueField::RatingScore => "r.score",
    }
}

/// The column that rows are cut by.
pub(super) const fn dimension_column(by: Dimension) -> &'static str {
    match by {
        Dimension::Team => "t.team_id",
        Dimension::Agent => "COALESCE(t.resolver_id, t.assignee_id)",
        Dimension::Type => "t.type_code",
        Dimension::Category => "t.category_id",
        Dimension::Priority => "t.priority",
        Dimension::Channel => "t.channel",
    }
}
