//! The figures cut by a dimension: a table with bars in its cells, sorted by any column. Each
//! figure leads to its rows.

use std::collections::HashMap;

use leptos::prelude::*;
use rapport_types::kpis::{BreakdownReport, BreakdownRow, Dimension, MetricInfo};
use rapport_types::locale::Locale as Language;

use super::columns::{BY_NAME, ColumnPicker, shown, sort_rows, value_of};
use super::csv_order::in_order;
use super::question::Asked;
use crate::api::query::Query;
use crate::components::bar_cell::BarCell;
use crate::components::csv_link::CsvLink;
use crate::components::hue::hue_class;
use crate::components::icon::{Icon, IconName};
use crate::components::states::{EmptyState, ErrorState, Skeleton};
use crate::format;
use crate::i18n::*;
use crate::preferences::{text_locale, use_preferences};

/// The parameter of the order.
const ORDER: &str = "sort";

/// The dimension that the URL names; tracked.
pub(super) fn dimension_of(asked: Asked) -> Dimension {
    Dimension::from_code(&asked.address.get("by")).unwrap_or(Dimension::Team)
}

fn dimension_text(dimension: Dimension, locale: Language) -> &'static str {
    let text = text_locale(locale);
    match dimension {
        Dimension::Team => td_string!(text, reports.by.team),
        Dimension::Agent => td_string!(text, reports.by.agent),
        Dimension::Type => td_string!(text, reports.by.kind),
        Dimension::Category => td_string!(text, reports.by.category),
        Dimension::Priority => td_string!(text, reports.by.priority),
        Dimension::Channel => td_string!(text, reports.by.channel),
    }
}

/// The breakdown.
#[component]
pub(super) fn Breakdown(
    asked: Asked,
    metrics: Memo<Vec<MetricInfo>>,
    report: Query<BreakdownReport>,
    #[prop(into)] csv: Signal<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let loaded = Memo::new(move |_| report.with(|report| report.is_some()));
    // The file holds what the table shows: its columns, and its rows in its order.
    let csv = Signal::derive(move || {
        let columns = shown(asked.address, &metrics.read());
        let codes: Vec<String> = columns.into_iter().map(|it| it.code).collect();
        let (path, codes) = (csv.get(), codes.join(","));
        if codes.is_empty() {
            path
        } else {
            format!("{path}&metrics={codes}")
        }
    });
    let arrange = move |file: String| {
        let rows = untrack(|| ordered(asked, report, preferences.locale()));
        let keys: Vec<String> = rows.into_iter().map(|row| row.key).collect();
        in_order(&file, &keys)
    };
    view! {
        <section class="panel" aria-labelledby="breakdown-title">
            <header class="panel-head">
                <h2 id="breakdown-title">{t!(i18n, reports.breakdown)}</h2>
                <DimensionPicker asked/>
                <span class="panel-more">
                    <ColumnPicker address=asked.address metrics/>
                    <CsvLink path=csv name="breakdown.csv" testid="csv-breakdown" arrange/>
                </span>
            </header>
            {move || report.error().map(|error| view! {
                <ErrorState error on_retry=move || report.reload()/>
            })}
            <Show
                when=move || loaded.get()
                fallback=move || report.error().is_none().then(|| view! {
                    <div class="panel-body"><Skeleton lines=6/></div>
                })
            >
                <Table asked metrics report/>
            </Show>
        </section>
    }
}

/// The rows in the order that the URL names; tracked.
fn ordered(asked: Asked, report: Query<BreakdownReport>, locale: Language) -> Vec<BreakdownRow> {
    let mut rows = report.with(|it| it.map(|it| it.rows.clone()).unwrap_or_default());
    sort_rows(&mut rows, &asked.address.get(ORDER), locale);
    rows
}

#[component]
fn DimensionPicker(asked: Asked) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let current = Memo::new(move |_| dimension_of(asked));
    view! {
        <div class="segmented" role="group" aria-label=move || t_string!(i18n, reports.by.label)>
            {Dimension::ALL.map(|dimension| view! {
                <button
                    class="segmented-item"
                    type="button"
                    data-testid=format!("by-{}", dimension.code())
                    aria-pressed=move || if current.get() == dimension { "true" } else { "false" }
                    on:click=move |_| asked.address.set(&[("by", dimension.code())])
                >
                    {move || dimension_text(dimension, preferences.locale())}
                </button>
            })}
        </div>
    }
}

#[component]
fn Table(
    asked: Asked,
    metrics: Memo<Vec<MetricInfo>>,
    report: Query<BreakdownReport>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let address = asked.address;
    let order = Memo::new(move |_| address.get(ORDER));
    let columns = Memo::new(move |_| shown(address, &metrics.read()));
    let by = Memo::new(move |_| report.with(|it| it.map_or(Dimension::Team, |it| it.by)));
    let rows = Memo::new(move |_| ordered(asked, report, preferences.locale()));
    // The longest bar of each column.
    let greatest = Memo::new(move |_| {
        columns.with(|columns| {
            let most = |metric: &MetricInfo| {
                let values = rows.with(|rows| {
                    rows.iter()
                        .filter_map(|row| value_of(row, &metric.code))
                        .collect::<Vec<_>>()
                });
                (metric.code.clone(), values.into_iter().fold(0.0, f64::max))
            };
            columns.iter().map(most).collect::<HashMap<_, _>>()
        })
    });
    let head = move |code: String, name: Signal<String>, number: bool| {
        let (own, asked_for) = (code.clone(), code.clone());
        let order_here = Memo::new(move |_| {
            let order = order.read();
            let plain = order.strip_prefix('-');
            (plain.unwrap_or(&order) == own).then_some(plain.is_some())
        });
        view! {
            <th
                scope="col"
                class:cell-number=number
                aria-sort=move || match order_here.get() {
                    Some(true) => "descending",
                    Some(false) => "ascending",
                    None => "none",
                }
            >
                <button
                    class="sort-button"
                    type="button"
                    on:click=move |_| {
                        // The greatest first, as nobody looks for the least of a figure.
                        let next = match (order_here.get_untracked(), number) {
                            (Some(true), _) | (None, false) => asked_for.clone(),
                            (Some(false), _) | (None, true) => format!("-{asked_for}"),
                        };
                        address.set(&[(ORDER, &next)]);
                    }
                >
                    {name}
                    {move || order_here.get().map(|down| view! {
                        <Icon name=if down { IconName::ArrowDown } else { IconName::ArrowUp }/>
                    })}
                </button>
            </th>
        }
    };
    let heads = move || {
        let named = |metric: MetricInfo| {
            let names = metric.names;
            let name = Signal::derive(move || names.get(preferences.locale()).to_owned());
            head(metric.code, name, true)
        };
        let by = by.get();
        let first = Signal::derive(move || dimension_text(by, preferences.locale()).to_owned());
        view! {
            {head(BY_NAME.to_owned(), first, false)}
            {columns.get().into_iter().map(named).collect_view()}
        }
    };
    view! {
        <Show
            when=move || !rows.read().is_empty()
            fallback=move || view! {
                <EmptyState
                    icon=IconName::Chart
                    title=Signal::derive(move || t_string!(i18n, reports.nothing.breakdown).to_owned())
                    text=Signal::derive(move || t_string!(i18n, reports.nothing.breakdown_text).to_owned())
                />
            }
        >
            <div class="breakdown">
                <table class="table table-stays" data-testid="breakdown" class:is-loading=move || report.is_loading()>
                    <thead><tr>{heads}</tr></thead>
                    <tbody>
                        {move || {
                            let (columns, greatest) = (columns.get(), greatest.get());
                            rows.get().into_iter().map(|row| view! {
                                <Row row by=by.get() columns=columns.clone() greatest=greatest.clone()/>
                            }).collect_view()
                        }}
                    </tbody>
                </table>
            </div>
        </Show>
    }
}

#[component]
fn Row(
    row: BreakdownRow,
    by: Dimension,
    columns: Vec<MetricInfo>,
    greatest: HashMap<String, f64>,
) -> impl IntoView {
    let preferences = use_preferences();
    let names = row.names.clone();
    let hue = if by == Dimension::Team {
        hue_class(&row.key)
    } else {
        String::new()
    };
    let cells = columns.into_iter().map(|metric| {
        let figure = row
            .figures
            .iter()
            .find(|it| it.metric == metric.code)
            .cloned();
        let value = figure.as_ref().and_then(|it| it.value);
        let most = greatest.get(&metric.code).copied().unwrap_or_default();
        let share = value.filter(|_| most > 0.0).map(|value| value / most);
        let (unit, names) = (metric.unit, metric.names);
        let text = Signal::derive(move || format::figure(value, unit, preferences.locale()));
        let testid = format!("breakdown-{}-{}", row.key, metric.code);
        view! {
            <td class="cell-number" data-label=move || names.get(preferences.locale()).to_owned()>
                <a class="bar-link" data-testid=testid href=figure.map(|it| it.rows_url)>
                    <BarCell share=Signal::stored(share) text/>
                </a>
            </td>
        }
    });
    let cells = cells.collect_view();
    view! {
        <tr class=hue data-testid="breakdown-row">
            <th scope="row">
                <span class="breakdown-name">
                    {(by == Dimension::Team).then(|| view! { <span class="hue-dot" aria-hidden="true"></span> })}
                    {move || names.get(preferences.locale()).to_owned()}
                </span>
            </th>
            {cells}
        </tr>
    }
}
