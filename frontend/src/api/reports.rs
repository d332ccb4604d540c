//! Reports: the metrics that exist, and the three shapes of a report.

use rapport_types::kpis::{BreakdownReport, MetricInfo, OverviewReport, TrendReport};
use rapport_types::page::Page;
use rapport_types::settings::Settings;

use super::ApiError;
use crate::links::with_query;

/// Every metric, in the order of the overview.
///
/// # Errors
/// As every read.
pub async fn metrics() -> Result<Vec<MetricInfo>, ApiError> {
    super::get::<Page<MetricInfo>>("/reports/metrics")
        .await
        .map(|reply| reply.value.data)
}

/// The zone in which the organisation cuts its days.
///
/// # Errors
/// As every read.
pub async fn organisation_zone() -> Result<String, ApiError> {
    let settings = super::get::<Settings>("/settings").await?.value;
    Ok(settings.time_zone.as_str().to_owned())
}

/// The path of the figures of a period beside those of the previous one.
pub fn overview_path(pairs: &[(&str, &str)]) -> String {
    with_query("/reports/overview", pairs)
}

/// The figures of a period beside those of the previous one.
///
/// # Errors
/// As every read.
pub async fn overview(path: &str) -> Result<OverviewReport, ApiError> {
    super::get(path).await.map(|reply| reply.value)
}

/// The path of the figures cut by the dimension in the parameter `by`.
pub fn breakdown_path(pairs: &[(&str, &str)]) -> String {
    with_query("/reports/breakdown", pairs)
}

/// The figures cut by a dimension.
///
/// # Errors
/// As every read.
pub async fn breakdown(path: &str) -> Result<BreakdownReport, ApiError> {
    super::get(path).await.map(|reply| reply.value)
}

/// The path of the figures over time, in steps of the parameter `interval`.
pub fn trend_path(pairs: &[(&str, &str)]) -> String {
    with_query("/reports/trend", pairs)
}

/// The figures over time.
///
/// # Errors
/// As every read.
pub async fn trend(path: &str) -> Result<TrendReport, ApiError> {
    super::get(path).await.map(|reply| reply.value)
}
