//! The metrics that exist, in the groups of the page.

use rapport_types::kpis::{MetricInfo, Unit};
use rapport_types::locale::Locale as Language;

use crate::i18n::td_string;
use crate::preferences::text_locale;

/// A group of tiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    Volume,
    Speed,
    Quality,
    Satisfaction,
}

impl Group {
    /// All of them, in the order of the page.
    pub(super) const ALL: [Self; 4] =
        [Self::Volume, Self::Speed, Self::Quality, Self::Satisfaction];

    /// Where a metric stands. The unit says it, so that a metric that is added finds its place.
    pub(super) fn of(metric: &MetricInfo) -> Self {
        match metric.unit {
            _ if metric.code.starts_with("satisfaction") => Self::Satisfaction,
            Unit::Score => Self::Satisfaction,
            Unit::Seconds => Self::Speed,
            Unit::Share => Self::Quality,
            Unit::Count | Unit::Ratio => Self::Volume,
        }
    }

    /// What it is called.
    pub(super) fn name(self, locale: Language) -> &'static str {
        let text = text_locale(locale);
        match self {
            Self::Volume => td_string!(text, reports.group.volume),
            Self::Speed => td_string!(text, reports.group.speed),
            Self::Quality => td_string!(text, reports.group.quality),
            Self::Satisfaction => td_string!(text, reports.group.satisfaction),
        }
    }
}

/// Why a metric has no value where nothing was left out.
pub(super) fn nothing_to_count(metric: &MetricInfo, locale: Language) -> &'static str {
    let text = text_locale(locale);
    match metric.code.as_str() {
        code if code.starts_with("satisfaction") => td_string!(text, reports.nothing.ratings),
        code if code.ends_with("attainment") => td_string!(text, reports.nothing.clocks),
        code if code.starts_with("first_response") => td_string!(text, reports.nothing.responses),
        "created" | "backlog" => td_string!(text, reports.nothing.tickets),
        _ => td_string!(text, reports.nothing.resolved),
    }
}
