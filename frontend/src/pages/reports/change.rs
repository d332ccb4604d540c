//! How a figure has moved since the previous period, and whether that is good.

use rapport_types::kpis::{Better, ComparedFigure, MetricInfo, Unit};
use rapport_types::locale::Locale as Language;

use crate::components::icon::IconName;
use crate::format;
use crate::i18n::td_string;
use crate::preferences::text_locale;

/// Whether a change is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Better,
    Worse,
    Neither,
}

/// A change in words.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Change {
    /// Up, down or neither.
    pub(super) icon: IconName,
    /// How much.
    pub(super) text: String,
    /// Whether that is good.
    pub(super) verdict: Verdict,
}

impl Verdict {
    /// The class of the change.
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Better => "change change-better",
            Self::Worse => "change change-worse",
            Self::Neither => "change",
        }
    }

    /// The word for it; none where neither direction is good.
    pub(super) fn word(self, locale: Language) -> Option<&'static str> {
        let text = text_locale(locale);
        match self {
            Self::Better => Some(td_string!(text, reports.better)),
            Self::Worse => Some(td_string!(text, reports.worse)),
            Self::Neither => None,
        }
    }
}

/// The change of a figure; none when one of the two is missing.
pub(super) fn change_of(
    figure: &ComparedFigure,
    metric: &MetricInfo,
    locale: Language,
) -> Option<Change> {
    let text = text_locale(locale);
    let (now, before) = (figure.current.value?, figure.previous.value?);
    let shift = now - before;
    let amount = shift.abs();
    let (text, visible) = match metric.unit {
        // A share of a share would say something else.
        Unit::Share => {
            let points = format::number(amount * 100.0, 1, locale);
            (
                td_string!(text, reports.points, n = points),
                amount >= 0.0005,
            )
        }
        Unit::Score => (format::number(amount, 2, locale), amount >= 0.005),
        Unit::Count | Unit::Seconds | Unit::Ratio => match figure.change {
            Some(change) => (
                format::percent(change.abs(), locale),
                change.abs() >= 0.0005,
            ),
            None => {
                let before = format::figure(Some(before), metric.unit, locale);
                (td_string!(text, reports.from, value = before), amount > 0.0)
            }
        },
    };
    if !visible {
        let text = td_string!(text_locale(locale), reports.unchanged).to_owned();
        return Some(Change {
            icon: IconName::CircleMinus,
            text,
            verdict: Verdict::Neither,
        });
    }
    let up = shift > 0.0;
    let verdict = match (metric.better, up) {
        (Better::Neutral, _) => Verdict::Neither,
        (Better::Higher, true) | (Better::Lower, false) => Verdict::Better,
        (Better::Higher, false) | (Better::Lower, true) => Verdict::Worse,
    };
    let icon = if up {
        IconName::ArrowUp
    } else {
        IconName::ArrowDown
    };
    Some(Change {
        icon,
        text,
        verdict,
    })
}
