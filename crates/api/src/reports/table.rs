//! Reports as CSV: the same numbers as the JSON, one line per figure or point.

use actix_web::HttpResponse;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use rapport_types::kpis::{BreakdownReport, Figure, MetricDef, OverviewReport, TrendReport, find};
use rapport_types::locale::Locale;

use crate::csv::{self, Cell};
use crate::error::ApiError;

fn name(code: &str, locale: Locale) -> Cell {
    Cell::text(find(code).map_or(code, |metric| metric.names.get(locale)))
}

fn unit(code: &str) -> Cell {
    let unit = find(code).map(|metric| metric.unit);
    Cell::plain(unit.and_then(|unit| serde_json::to_value(unit).ok()?.as_str().map(str::to_owned)))
}

fn numbers(figure: &Figure) -> [Cell; 4] {
    [
        Cell::plain(figure.value),
        Cell::plain(Some(figure.numerator)),
        Cell::plain(figure.denominator),
        Cell::plain(Some(figure.excluded)),
    ]
}

fn instant(at: DateTime<Utc>, zone: &str) -> Cell {
    Cell::instant(Some(at), zone.parse().unwrap_or(Tz::UTC))
}

/// One line per metric.
pub(super) fn overview(report: &OverviewReport, locale: Locale) -> Result<HttpResponse, ApiError> {
    let header = [
        "metric",
        "name",
        "unit",
        "from",
        "to",
        "value",
        "numerator",
        "denominator",
        "excluded",
        "previous_from",
        "previous_to",
        "previous_value",
        "previous_numerator",
        "previous_denominator",
        "previous_excluded",
        "change",
    ];
    let zone = &report.time_zone;
    let rows = report.figures.iter().map(|compared| {
        let code = &compared.current.metric;
        let mut line = vec![Cell::plain(Some(code)), name(code, locale), unit(code)];
        line.extend([
            instant(report.period.from, zone),
            instant(report.period.to, zone),
        ]);
        line.extend(numbers(&compared.current));
        line.extend([
            instant(report.previous_period.from, zone),
            instant(report.previous_period.to, zone),
        ]);
        line.extend(numbers(&compared.previous));
        line.push(Cell::plain(compared.change));
        line
    });
    csv::reply("overview", &header, rows)
}

/// The columns of each metric: value, numerator, denominator and excluded.
fn columns(metrics: &[&MetricDef]) -> Vec<String> {
    let parts = ["", "_numerator", "_denominator", "_excluded"];
    metrics
        .iter()
        .flat_map(|metric| parts.map(|part| format!("{}{part}", metric.code)))
        .collect()
}

/// One line per row of the breakdown.
pub(super) fn breakdown(
    report: &BreakdownReport,
    metrics: &[&MetricDef],
    locale: Locale,
) -> Result<HttpResponse, ApiError> {
    let columns = columns(metrics);
    let header: Vec<&str> = ["key", "name"]
        .into_iter()
        .chain(columns.iter().map(String::as_str))
        .collect();
    let rows = report.rows.iter().map(|row| {
        let mut line = vec![
            Cell::plain(Some(&row.key)),
            Cell::text(row.names.get(locale)),
        ];
        line.extend(row.figures.iter().flat_map(numbers));
        line
    });
    csv::reply("breakdown", &header, rows)
}

/// One line per point; those of the previous period after those of the period.
pub(super) fn trend(
    report: &TrendReport,
    metrics: &[&MetricDef],
) -> Result<HttpResponse, ApiError> {
    let columns = columns(metrics);
    let header: Vec<&str> = ["period", "from", "to"]
        .into_iter()
        .chain(columns.iter().map(String::as_str))
        .collect();
    let current = report.points.iter().map(|point| ("current", point));
    let previous = report
        .previous_points
        .iter()
        .map(|point| ("previous", point));
    let rows = current.chain(previous).map(|(which, point)| {
        let zone = &report.time_zone;
        let mut line = vec![
            Cell::plain(Some(which)),
            instant(point.from, zone),
            instant(point.to, zone),
        ];
        line.extend(point.figures.iter().flat_map(numbers));
        line
    });
    csv::reply("trend", &header, rows)
}
