//! From a tally to a figure with the address of its rows.

use chrono::SecondsFormat;
use chrono_tz::Tz;
use rapport_types::filters::Filter;
use rapport_types::kpis::{Dimension, Figure, Measure, MetricDef, Part, Period, Tally};

/// How the rows behind the figures of one report are found again.
#[derive(Debug, Clone)]
pub(super) struct Links {
    shared: String,
}

impl Links {
    /// The part that all addresses of the report share.
    pub(super) fn new(filter: &Filter, rating_filter: &Filter, zone: Tz) -> Self {
        let mut shared = format!("&time_zone={}", encode(zone.name()));
        for condition in &filter.conditions {
            let values = condition.values.join(",");
            shared.push_str(&format!(
                "&{}{}={}",
                condition.field,
                condition.op.suffix(),
                encode(&values)
            ));
        }
        if !rating_filter.conditions.is_empty() {
            shared.push_str("&exclude_agent_ratings=true");
        }
        Self { shared }
    }

    /// The rows of a metric in a period; all that could count, so that numerator and excluded can
    /// be asked for by changing `part`.
    pub(super) fn rows(&self, metric: &MetricDef, period: Period) -> String {
        let part = match metric.measure {
            Measure::Share => Part::Numerator,
            _ => Part::Denominator,
        };
        let instant = |at: chrono::DateTime<chrono::Utc>| {
            encode(&at.to_rfc3339_opts(SecondsFormat::AutoSi, true))
        };
        format!(
            "/tickets?metric={}&part={}&from={}&to={}{}",
            metric.code,
            part.code(),
            instant(period.from),
            instant(period.to),
            self.shared
        )
    }

    /// The rows of one row of a breakdown.
    pub(super) fn cut_rows(
        &self,
        metric: &MetricDef,
        period: Period,
        by: Dimension,
        key: &str,
    ) -> String {
        format!(
            "{}&by={}&key={}",
            self.rows(metric, period),
            by.code(),
            encode(key)
        )
    }
}

/// Percent-encodes what is not unreserved (RFC 3986) or a comma.
fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b',' | b'/' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// The figure of a tally.
pub(super) fn figure(metric: &MetricDef, mut tally: Tally, rows_url: &str) -> Figure {
    let (numerator, denominator) = tally.parts(metric.measure);
    Figure {
        metric: metric.code.clone(),
        value: tally.value(metric.measure, metric.unit),
        numerator,
        denominator,
        excluded: tally.excluded,
        rows_url: rows_url.to_owned(),
    }
}

/// `current / previous - 1`, to six digits; none when either is missing or the previous is zero.
pub(super) fn change(current: Option<f64>, previous: Option<f64>) -> Option<f64> {
    let (current, previous) = (current?, previous?);
    (previous != 0.0).then(|| ((current / previous - 1.0) * 1e6).round() / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_encoded() {
        assert_eq!(encode("Asia/Shanghai"), "Asia/Shanghai");
        assert_eq!(encode("a b&c=+é"), "a%20b%26c%3D%2B%C3%A9");
    }

    #[test]
    fn a_change_needs_both_values_and_a_base() {
        assert_eq!(change(Some(3.0), Some(2.0)), Some(0.5));
        assert_eq!(change(Some(3.0), Some(0.0)), None);
        assert_eq!(change(None, Some(1.0)), None);
    }
}
