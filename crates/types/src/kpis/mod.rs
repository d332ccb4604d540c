//! Key figures: one registry of metrics, the pure formulas, and the wire types of reports.
//!
//! The page, the CSV and the API show the same numbers because all of them come from here.

mod formulas;
mod period;
mod registry;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::filters::Filter;
use crate::ids::{CategoryId, TeamId, UserId};
use crate::names::Names;
use crate::text::Code;
use crate::tickets::Priority;

pub use formulas::{Tally, percentile};
pub use period::{Interval, Period, PeriodError, buckets};
pub use registry::{find, registry};

/// What a figure counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Unit {
    /// Things.
    Count,
    /// Seconds.
    Seconds,
    /// A share between 0 and 1.
    Share,
    /// Points from 1 to 5.
    Score,
    /// Things per member.
    Ratio,
}

/// Whether more of it is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Better {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
    /// Neither.
    Neutral,
}

/// Which rows a metric is made of. Each belongs to a ticket, whose fields it can be filtered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MetricEntity {
    /// Tickets.
    Ticket,
    /// Spans of a ticket being unresolved, one more at each reopening.
    Span,
    /// Clocks; adds the fields `clock_code`, `clock_met`.
    Clock,
    /// Ratings; adds the fields `rating_latest`, `rating_source`, `rating_score`.
    Rating,
}

/// What puts a row into a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Anchor {
    /// A ticket's opening.
    Opened,
    /// The instant at which a ticket's first response counts.
    FirstResponseCounted,
    /// A ticket's latest resolution.
    Resolved,
    /// A ticket's first resolution.
    FirstResolved,
    /// The first decision of a clock.
    Decided,
    /// When a rating was given.
    Rated,
    /// A stock: the span holds the end of the period.
    AsOfEnd,
}

/// A number of a row that a metric takes the mean or a percentile of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ValueField {
    /// `first_response_seconds` of a ticket.
    FirstResponseSeconds,
    /// `resolution_seconds` of a ticket.
    ResolutionSeconds,
    /// The score of a rating.
    RatingScore,
}

/// How a figure comes from its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// How many there are.
    Count,
    /// How many there are per distinct resolver.
    CountPerResolver,
    /// The share that the numerator's filter also matches.
    Share,
    /// The arithmetic mean.
    Mean(ValueField),
    /// The median (percentile 50, type 7).
    Median(ValueField),
    /// The 90th percentile (type 7).
    P90(ValueField),
}

impl Measure {
    /// The number it reads of each row.
    pub const fn value_field(self) -> Option<ValueField> {
        match self {
            Self::Mean(field) | Self::Median(field) | Self::P90(field) => Some(field),
            Self::Count | Self::CountPerResolver | Self::Share => None,
        }
    }
}

/// The definition of a metric: a value, so that more can be added without code.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricDef {
    /// The code.
    pub code: String,
    /// Its names.
    pub names: Names,
    /// What it says, with numerator and denominator.
    pub definition: Names,
    /// What it counts in.
    pub unit: Unit,
    /// Whether more of it is good.
    pub better: Better,
    /// Which rows it is made of.
    pub entity: MetricEntity,
    /// What puts a row into a period.
    pub anchor: Anchor,
    /// How the figure comes from the rows.
    pub measure: Measure,
    /// Which rows belong to it.
    pub condition: Filter,
    /// Of those, which are known well enough; the others are counted as excluded.
    pub known: Filter,
    /// Of the known ones, which count for a share.
    pub numerator: Filter,
}

/// Which rows of a figure are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Part {
    /// Those that count.
    Numerator,
    /// All that could count.
    Denominator,
    /// Those left out because their facts are missing or contradictory.
    Excluded,
}

impl Part {
    /// The name on the wire.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Numerator => "numerator",
            Self::Denominator => "denominator",
            Self::Excluded => "excluded",
        }
    }
}

/// The key of the chosen team's own row in a breakdown by team.
pub const OWN: &str = "own";
/// The key of the row for teams outside the chosen one.
pub const ELSEWHERE: &str = "elsewhere";
/// The key of the row for what has no value.
pub const NONE: &str = "none";

/// What a breakdown is cut by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Dimension {
    /// The direct children of the chosen team, each with its subtree, and the team itself.
    Team,
    /// The assignee at resolution; before it the assignee.
    Agent,
    /// The ticket type.
    Type,
    /// The uppermost category.
    Category,
    /// The priority.
    Priority,
    /// The channel.
    Channel,
}

impl Dimension {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Team,
        Self::Agent,
        Self::Type,
        Self::Category,
        Self::Priority,
        Self::Channel,
    ];

    /// The name on the wire.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Team => "team",
            Self::Agent => "agent",
            Self::Type => "type",
            Self::Category => "category",
            Self::Priority => "priority",
            Self::Channel => "channel",
        }
    }

    /// The dimension with this name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|dimension| dimension.code() == code)
    }

    /// Whether a row of a breakdown by this can have such a key.
    pub fn has_key(self, key: &str) -> bool {
        let fits = match self {
            Self::Team => matches!(key, OWN | ELSEWHERE) || key.parse::<TeamId>().is_ok(),
            Self::Agent => key.parse::<UserId>().is_ok(),
            Self::Category => key.parse::<CategoryId>().is_ok(),
            Self::Priority => Priority::from_code(key).is_some(),
            Self::Type | Self::Channel => Code::try_from(key).is_ok(),
        };
        fits || key == NONE
    }
}

/// A metric as the API describes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MetricInfo {
    /// The code.
    pub code: String,
    /// Its names.
    pub names: Names,
    /// What it says, with numerator and denominator.
    pub definition: Names,
    /// What it counts in.
    pub unit: Unit,
    /// Whether more of it is good.
    pub better: Better,
}

impl From<&MetricDef> for MetricInfo {
    fn from(def: &MetricDef) -> Self {
        Self {
            code: def.code.clone(),
            names: def.names.clone(),
            definition: def.definition.clone(),
            unit: def.unit,
            better: def.better,
        }
    }
}

/// One figure with what it is made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Figure {
    /// The code of the metric.
    pub metric: String,
    /// The value in the metric's unit; null when there is nothing to divide by.
    pub value: Option<f64>,
    /// How many rows count.
    pub numerator: i64,
    /// Of how many; null for plain counts.
    pub denominator: Option<i64>,
    /// How many were left out because their facts are missing or contradictory.
    pub excluded: i64,
    /// The rows behind the figure: a path of this API and of the page alike.
    pub rows_url: String,
}

/// A period as a report echoes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PeriodInfo {
    /// The first instant.
    pub from: DateTime<Utc>,
    /// The first instant after it.
    pub to: DateTime<Utc>,
}

impl From<Period> for PeriodInfo {
    fn from(period: Period) -> Self {
        Self {
            from: period.from,
            to: period.to,
        }
    }
}

/// A figure beside that of the previous period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComparedFigure {
    /// In the period.
    pub current: Figure,
    /// In the previous period.
    pub previous: Figure,
    /// `current / previous - 1`; null when either is missing or the previous is zero.
    pub change: Option<f64>,
}

/// `GET /reports/overview`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OverviewReport {
    /// The period.
    pub period: PeriodInfo,
    /// The period it is compared with.
    pub previous_period: PeriodInfo,
    /// The zone in which both were cut.
    pub time_zone: String,
    /// One entry per metric, in the order of the registry.
    pub figures: Vec<ComparedFigure>,
}

/// One row of a breakdown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BreakdownRow {
    /// The key: an id or a code; `none` for rows without one, `elsewhere` for teams outside the
    /// chosen one whose tickets the reader sees as a person.
    pub key: String,
    /// Its names.
    pub names: Names,
    /// One figure per metric.
    pub figures: Vec<Figure>,
}

/// `GET /reports/breakdown`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BreakdownReport {
    /// What it is cut by.
    pub by: Dimension,
    /// The period.
    pub period: PeriodInfo,
    /// The zone in which it was cut.
    pub time_zone: String,
    /// The rows.
    pub rows: Vec<BreakdownRow>,
}

/// One point of a trend.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TrendPoint {
    /// The first instant.
    pub from: DateTime<Utc>,
    /// The first instant after it.
    pub to: DateTime<Utc>,
    /// One figure per metric.
    pub figures: Vec<Figure>,
}

/// `GET /reports/trend`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TrendReport {
    /// How long a point is.
    pub interval: Interval,
    /// The period.
    pub period: PeriodInfo,
    /// The period it is compared with.
    pub previous_period: PeriodInfo,
    /// The zone in which both were cut.
    pub time_zone: String,
    /// The points of the period, oldest first.
    pub points: Vec<TrendPoint>,
    /// The points of the previous period, oldest first.
    pub previous_points: Vec<TrendPoint>,
}
