//! The metrics that exist from the start.

use std::sync::LazyLock;

use super::{Anchor, Better, Measure, MetricDef, MetricEntity, Unit, ValueField};
use crate::filters::{Filter, Op};
use crate::names::Names;

/// Every metric, in the order of the overview.
pub fn registry() -> &'static [MetricDef] {
    &REGISTRY
}

/// The metric with this code.
pub fn find(code: &str) -> Option<&'static MetricDef> {
    REGISTRY.iter().find(|metric| metric.code == code)
}

static REGISTRY: LazyLock<Vec<MetricDef>> = LazyLock::new(build);

/// A metric over all rows; the callers narrow it.
fn metric(
    code: &str,
    names: (&str, &str),
    definition: (&str, &str),
    (unit, better): (Unit, Better),
    (entity, anchor): (MetricEntity, Anchor),
    measure: Measure,
) -> MetricDef {
    let known = match measure {
        Measure::Mean(field) | Measure::Median(field) | Measure::P90(field) => match field {
            ValueField::FirstResponseSeconds => {
                Filter::of("first_response_seconds", Op::Not, &["none"])
            }
            ValueField::ResolutionSeconds => Filter::of("resolution_seconds", Op::Not, &["none"]),
            ValueField::RatingScore => Filter::default(),
        },
        Measure::CountPerResolver => Filter::of("resolver", Op::Not, &["none"]),
        Measure::Count | Measure::Share => Filter::default(),
    };
    MetricDef {
        code: code.to_owned(),
        names: Names::both(names.0, names.1),
        definition: Names::both(definition.0, definition.1),
        unit,
        better,
        entity,
        anchor,
        measure,
        condition: Filter::default(),
        known,
        numerator: Filter::default(),
    }
}

fn durations(
    code: &str,
    names: (&str, &str),
    from_to: (&str, &str),
    anchor: Anchor,
    field: ValueField,
) -> [MetricDef; 3] {
    let kinds = [
        ("mean", Measure::Mean(field), "mean", "平均值"),
        ("median", Measure::Median(field), "median", "中位数"),
        (
            "p90",
            Measure::P90(field),
            "90th percentile",
            "第 90 百分位数",
        ),
    ];
    kinds.map(|(suffix, measure, en, zh)| {
        metric(
            &format!("{code}_{suffix}"),
            (
                &format!("{} ({en})", names.0),
                &format!("{}（{zh}）", names.1),
            ),
            (
                &format!("The {en} of the time {}.", from_to.0),
                &format!("{}的{zh}。", from_to.1),
            ),
            (Unit::Seconds, Better::Lower),
            (MetricEntity::Ticket, anchor),
            measure,
        )
    })
}

fn attainment(code: &str, clock: &str, names: (&str, &str), definition: (&str, &str)) -> MetricDef {
    let shape = (MetricEntity::Clock, Anchor::Decided);
    MetricDef {
        condition: Filter::of("clock_code", Op::Is, &[clock]),
        known: Filter::of("clock_met", Op::Not, &["none"]),
        numerator: Filter::of("clock_met", Op::Is, &["true"]),
        ..metric(
            code,
            names,
            definition,
            (Unit::Share, Better::Higher),
            shape,
            Measure::Share,
        )
    }
}

fn build() -> Vec<MetricDef> {
    let ticket = MetricEntity::Ticket;
    let mut all = vec![
        metric(
            "created",
            ("Created tickets", "新建工单"),
            (
                "Tickets opened in the period.",
                "在该时间段内创建的工单数。",
            ),
            (Unit::Count, Better::Neutral),
            (ticket, Anchor::Opened),
            Measure::Count,
        ),
        metric(
            "resolved",
            ("Resolved tickets", "已解决工单"),
            (
                "Tickets whose latest resolution lies in the period and that were not reopened since.",
                "最近一次解决在该时间段内且此后未重开的工单数。",
            ),
            (Unit::Count, Better::Higher),
            (ticket, Anchor::Resolved),
            Measure::Count,
        ),
        metric(
            "backlog",
            ("Backlog", "积压工单"),
            (
                "Tickets opened before the end of the period and unresolved at that moment.",
                "在时间段结束前创建、且在结束时刻尚未解决的工单数。",
            ),
            (Unit::Count, Better::Lower),
            (MetricEntity::Span, Anchor::AsOfEnd),
            Measure::Count,
        ),
    ];
    all.extend(durations(
        "first_response_time",
        ("First response time", "首次响应时长"),
        (
            "from opening to the first public answer",
            "从创建到首次公开答复的时长",
        ),
        Anchor::FirstResponseCounted,
        ValueField::FirstResponseSeconds,
    ));
    all.extend(durations(
        "resolution_time",
        ("Resolution time", "解决时长"),
        (
            "from opening to the latest resolution, wall clock",
            "从创建到最近一次解决的自然时长",
        ),
        Anchor::Resolved,
        ValueField::ResolutionSeconds,
    ));
    all.push(attainment(
        "first_response_attainment",
        "first_response",
        ("First response on time", "首次响应达标率"),
        (
            "Of the first-response clocks decided in the period (met, or due passed), the share met.",
            "在该时间段内已有结果（达标或已超时）的首次响应时限中达标的比例。",
        ),
    ));
    all.push(attainment(
        "resolution_attainment",
        "resolution",
        ("Resolution on time", "解决达标率"),
        (
            "Of the resolution clocks decided in the period (met, or due passed), the share met.",
            "在该时间段内已有结果（达标或已超时）的解决时限中达标的比例。",
        ),
    ));
    all.push(MetricDef {
        numerator: Filter::of("reopened_count", Op::From, &["1"]),
        ..metric(
            "reopen_rate",
            ("Reopen rate", "重开率"),
            (
                "Of the tickets first resolved in the period, the share reopened to date.",
                "在该时间段内首次解决的工单中，至今曾被重开的比例。",
            ),
            (Unit::Share, Better::Lower),
            (ticket, Anchor::FirstResolved),
            Measure::Share,
        )
    });
    all.push(MetricDef {
        known: Filter::of("public_reply_count", Op::Not, &["none"]),
        numerator: Filter::of("public_reply_count", Op::Before, &["2"]).and("reopened_count", Op::Is, &["0"]),
        ..metric(
            "one_touch_rate",
            ("One-touch resolution rate", "一次解决率"),
            (
                "Of the tickets resolved in the period, the share with at most one public answer and never reopened.",
                "在该时间段内解决的工单中，公开答复不超过一次且从未重开的比例。",
            ),
            (Unit::Share, Better::Higher),
            (ticket, Anchor::Resolved),
            Measure::Share,
        )
    });
    let latest = Filter::of("rating_latest", Op::Is, &["true"]);
    let rating = (MetricEntity::Rating, Anchor::Rated);
    all.push(MetricDef {
        condition: latest.clone(),
        ..metric(
            "satisfaction_mean",
            ("Satisfaction", "满意度"),
            (
                "The mean of the ratings from 1 to 5 given in the period; each ticket's latest counts.",
                "在该时间段内给出的 1 至 5 分评价的平均值，每张工单以最近一次评价为准。",
            ),
            (Unit::Score, Better::Higher),
            rating,
            Measure::Mean(ValueField::RatingScore),
        )
    });
    all.push(MetricDef {
        condition: latest,
        numerator: Filter::of("rating_score", Op::From, &["4"]),
        ..metric(
            "satisfaction_share",
            ("Satisfied customers", "满意率"),
            (
                "Of the ratings given in the period, the share of 4 and 5; each ticket's latest counts.",
                "在该时间段内的评价中 4 分和 5 分所占的比例，每张工单以最近一次评价为准。",
            ),
            (Unit::Share, Better::Higher),
            rating,
            Measure::Share,
        )
    });
    all.push(metric(
        "tickets_per_agent",
        ("Tickets per agent", "人均解决工单"),
        (
            "Tickets resolved in the period, divided by the people who resolved them.",
            "在该时间段内解决的工单数除以解决人数。",
        ),
        (Unit::Ratio, Better::Neutral),
        (ticket, Anchor::Resolved),
        Measure::CountPerResolver,
    ));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_filters_name_known_fields() {
        let mut codes: Vec<_> = registry().iter().map(|m| &m.code).collect();
        codes.sort();
        codes.dedup();
        assert_eq!(codes.len(), registry().len());
        let own = [
            "clock_code",
            "clock_met",
            "rating_latest",
            "rating_source",
            "rating_score",
        ];
        for metric in registry() {
            for filter in [&metric.condition, &metric.known, &metric.numerator] {
                for condition in &filter.conditions {
                    let name = condition.field.as_str();
                    let known = own.contains(&name)
                        || crate::tickets::FIELDS.iter().any(|f| f.name == name);
                    assert!(known, "{}: {name}", metric.code);
                }
            }
        }
    }
}
