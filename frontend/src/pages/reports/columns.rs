//! Which figures the breakdown shows, and in which order its rows come.

use std::cmp::Ordering;

use leptos::prelude::*;
use rapport_types::kpis::{BreakdownRow, MetricInfo};
use rapport_types::locale::Locale as Language;

use crate::components::icon::{Icon, IconName};
use crate::components::pick_list::PickList;
use crate::components::popover::Popover;
use crate::components::select::Choice;
use crate::format::Collator;
use crate::i18n::*;
use crate::pages::address::Address;
use crate::preferences::use_preferences;

/// What is shown when the URL names no columns.
const USUAL: [&str; 7] = [
    "created",
    "resolved",
    "backlog",
    "first_response_time_median",
    "resolution_time_median",
    "first_response_attainment",
    "satisfaction_mean",
];
/// The order by name, which no metric has.
pub(super) const BY_NAME: &str = "name";

/// The columns in the order of the metrics; tracked.
pub(super) fn shown(address: Address, metrics: &[MetricInfo]) -> Vec<MetricInfo> {
    let picked = address.values("columns");
    let wanted = |metric: &&MetricInfo| {
        if picked.is_empty() {
            USUAL.contains(&metric.code.as_str())
        } else {
            picked.contains(&metric.code)
        }
    };
    metrics.iter().filter(wanted).cloned().collect()
}

/// The value of a row in a column.
pub(super) fn value_of(row: &BreakdownRow, code: &str) -> Option<f64> {
    row.figures
        .iter()
        .find(|figure| figure.metric == code)
        .and_then(|figure| figure.value)
}

/// Puts the rows into an order such as `-created`; rows without the figure come last. Without an
/// order they stay as the API gives them.
pub(super) fn sort_rows(rows: &mut [BreakdownRow], order: &str, locale: Language) {
    let (code, down) = match order.strip_prefix('-') {
        Some(code) => (code, true),
        None => (order, false),
    };
    let turned = |ordering: Ordering| if down { ordering.reverse() } else { ordering };
    match code {
        "" => {}
        BY_NAME => {
            let collator = Collator::new(locale);
            rows.sort_by(|a, b| turned(collator.compare(a.names.get(locale), b.names.get(locale))));
        }
        _ => rows.sort_by(|a, b| match (value_of(a, code), value_of(b, code)) {
            (Some(a), Some(b)) => turned(a.total_cmp(&b)),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        }),
    }
}

/// Picks the columns.
#[component]
pub(super) fn ColumnPicker(address: Address, metrics: Memo<Vec<MetricInfo>>) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let chosen = Signal::derive(move || {
        let shown = shown(address, &metrics.read());
        shown
            .into_iter()
            .map(|metric| metric.code)
            .collect::<Vec<_>>()
    });
    let pick = move |code: String| {
        let mut codes = untrack(|| chosen.get());
        match codes.iter().position(|it| *it == code) {
            // The last one stays: a table without figures says nothing.
            Some(_) if codes.len() == 1 => return,
            Some(at) => {
                codes.remove(at);
            }
            None => codes.push(code),
        }
        address.set(&[("columns", &codes.join(","))]);
    };
    view! {
        <Popover
            class="button button-ghost no-print"
            testid="breakdown-columns"
            label=Signal::derive(move || t_string!(i18n, reports.columns).to_owned())
            trigger=move || view! {
                <Icon name=IconName::Filter/> <span>{t!(i18n, reports.columns)}</span>
            }
        >
            <PickList
                options=Signal::derive(move || {
                    let locale = preferences.locale();
                    metrics.get().iter().map(|it| Choice::new(it.code.clone(), it.names.get(locale))).collect()
                })
                chosen
                several=true
                on_pick=pick
            />
        </Popover>
    }
}
