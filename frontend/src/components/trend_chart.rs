//! A trend over time, with the previous period as a thin line behind it. Moving over it, or the
//! arrow keys, read out the values at a point; a table with the same numbers is there for screen
//! readers.
//!
//! ```ignore
//! <TrendChart
//!     label=metric_name
//!     unit=metric.unit
//!     current=…      // Vec<ChartPoint>
//!     previous=…     // Vec<ChartPoint>, aligned by position; empty when not compared
//! />
//! ```
//! It is drawn at the width it has, so that its text keeps its size. Inside an element with a
//! [`hue_class`](super::hue::hue_class) it has that colour.

use leptos::prelude::*;
use rapport_types::kpis::Unit;
use rapport_types::locale::Locale as Language;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use super::chart_scale::Scale;
use crate::components::effect::effect;
use crate::format::{self, NOTHING};
use crate::i18n::*;
use crate::preferences::{text_locale, use_preferences};
use leptos_i18n::td_string;

const HEIGHT: f64 = 260.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 28.0;
/// The width until it has been measured.
const WIDTH: f64 = 800.0;
/// The width of a label below the chart, with the room around it.
const LABEL: f64 = 84.0;

/// One point of a line.
#[derive(Debug, Clone, PartialEq)]
pub struct ChartPoint {
    /// Which day, week or month, for the axis.
    pub label: String,
    /// The same in full, for the read-out.
    pub name: String,
    /// The value; none where there is nothing to show.
    pub value: Option<f64>,
}

/// Where things are drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Plot {
    width: f64,
    left: f64,
    count: usize,
    scale: Scale,
}

impl Plot {
    fn x(&self, at: usize) -> f64 {
        let inner = self.width - self.left - RIGHT;
        if self.count < 2 {
            self.left + inner / 2.0
        } else {
            self.left + inner * at as f64 / (self.count - 1) as f64
        }
    }

    fn y(&self, value: f64) -> f64 {
        TOP + (1.0 - self.scale.place(value)) * (HEIGHT - TOP - BOTTOM)
    }

    /// The point under a place on the page.
    fn nearest(&self, x: f64) -> Option<usize> {
        let inner = self.width - self.left - RIGHT;
        let share = if inner > 0.0 {
            (x - self.left) / inner
        } else {
            0.0
        };
        let last = self.count.checked_sub(1)?;
        Some((share.clamp(0.0, 1.0) * last as f64).round() as usize)
    }

    /// The stretches of known values; a gap stays a gap.
    fn runs(&self, points: &[ChartPoint]) -> Vec<Vec<(f64, f64)>> {
        let mut runs = vec![Vec::new()];
        for (at, point) in points.iter().enumerate().take(self.count) {
            match point.value.filter(|value| value.is_finite()) {
                Some(value) => {
                    if let Some(run) = runs.last_mut() {
                        run.push((self.x(at), self.y(value)));
                    }
                }
                None => runs.push(Vec::new()),
            }
        }
        runs.retain(|run| !run.is_empty());
        runs
    }

    fn line(&self, points: &[ChartPoint]) -> String {
        // A lone point gets a line of no length, which its round end makes visible.
        let path = |run: Vec<(f64, f64)>| format!("M{}h0", join(&run));
        self.runs(points).into_iter().map(path).collect()
    }

    fn area(&self, points: &[ChartPoint]) -> String {
        let floor = HEIGHT - BOTTOM;
        let path = |run: Vec<(f64, f64)>| {
            let ends = run
                .first()
                .zip(run.last())
                .map(|(first, last)| (first.0, last.0));
            ends.map(|(first, last)| {
                format!("M{first:.1} {floor}L{}L{last:.1} {floor}Z", join(&run))
            })
        };
        self.runs(points).into_iter().filter_map(path).collect()
    }

    /// Which points have a label below.
    fn labelled(&self) -> impl Iterator<Item = usize> + use<> {
        let room = ((self.width - self.left - RIGHT) / LABEL).floor().max(1.0) as usize;
        (0..self.count).step_by(self.count.div_ceil(room).max(1))
    }
}

fn join(run: &[(f64, f64)]) -> String {
    run.iter()
        .map(|(x, y)| format!("{x:.1} {y:.1}"))
        .collect::<Vec<_>>()
        .join("L")
}

/// A mark of the value axis in words.
fn mark(value: f64, unit: Unit, locale: Language) -> String {
    match unit {
        Unit::Count => format::axis_number(value, locale),
        Unit::Seconds if value == 0.0 => "0".to_owned(),
        Unit::Seconds => format::duration(value.round() as i64, locale),
        Unit::Share => format::percent(value, locale),
        Unit::Score => format::number(value, 0, locale),
        Unit::Ratio => format::number(value, 1, locale),
    }
}

/// How wide a text of the axis is, about: characters of Chinese are twice as wide.
fn text_width(text: &str) -> f64 {
    text.chars()
        .map(|c| if c.is_ascii() { 7.0 } else { 12.0 })
        .sum()
}

/// A trend.
#[component]
pub fn TrendChart(
    /// What is shown.
    #[prop(into)]
    label: Signal<String>,
    /// What the values count in.
    #[prop(into)]
    unit: Signal<Unit>,
    /// The points.
    #[prop(into)]
    current: Signal<Vec<ChartPoint>>,
    /// The points of the previous period, by position.
    #[prop(optional, into)]
    previous: Signal<Vec<ChartPoint>>,
) -> impl IntoView {
    let preferences = use_preferences();
    let frame = NodeRef::<leptos::html::Figure>::new();
    let width = use_width(frame);
    let plot = Memo::new(move |_| {
        let (unit, locale) = (unit.get(), preferences.locale());
        let known =
            |points: &[ChartPoint]| points.iter().filter_map(|it| it.value).collect::<Vec<_>>();
        let mut values = current.with(|points| known(points));
        values.extend(previous.with(|points| known(points)));
        let scale = Scale::over(values.into_iter(), unit);
        let marks = scale
            .ticks()
            .into_iter()
            .map(|tick| text_width(&mark(tick, unit, locale)));
        let left = marks.fold(24.0, f64::max) + 16.0;
        Plot {
            width: width.get(),
            left,
            count: current.with(Vec::len),
            scale,
        }
    });
    let point = RwSignal::new(None::<usize>);
    // Other points, another place.
    effect(move || {
        current.track();
        point.set(None);
    });
    let find = move |event: web_sys::PointerEvent| {
        let Some(frame) = frame.get_untracked() else {
            return;
        };
        let left = frame.get_bounding_client_rect().left();
        point.set(
            plot.get_untracked()
                .nearest(f64::from(event.client_x()) - left),
        );
    };
    let step = move |event: web_sys::KeyboardEvent| {
        let Some(last) = plot.get_untracked().count.checked_sub(1) else {
            return;
        };
        let at = point.get_untracked();
        let next = match event.key().as_str() {
            "ArrowRight" => at.map_or(0, |at| (at + 1).min(last)),
            "ArrowLeft" => at.map_or(last, |at| at.saturating_sub(1)),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        point.set(Some(next));
    };
    let axes = move || {
        let (plot, unit, locale) = (plot.get(), unit.get(), preferences.locale());
        let rows = plot.scale.ticks().into_iter().map(|tick| {
            let y = plot.y(tick);
            view! {
                <line class="chart-grid" x1=plot.left x2=plot.width - RIGHT y1=y y2=y></line>
                <text class="chart-label" x=plot.left - 8.0 y=y + 4.0 text-anchor="end">
                    {mark(tick, unit, locale)}
                </text>
            }
        });
        rows.collect_view()
    };
    let names =
        move || {
            let plot = plot.get();
            current.with(|points| {
                plot.labelled()
                .filter_map(|at| points.get(at).map(|point| (at, point.label.clone())))
                .map(|(at, text)| {
                    let anchor = if at == 0 && plot.count > 1 { "start" } else { "middle" };
                    view! {
                        <text class="chart-label" x=plot.x(at) y=HEIGHT - 8.0 text-anchor=anchor>
                            {text}
                        </text>
                    }
                })
                .collect_view()
            })
        };
    let cursor = move || {
        point.get().map(|at| {
            let plot = plot.get();
            let x = plot.x(at);
            let dot = move |points: Signal<Vec<ChartPoint>>, class| {
                let value = points.with(|points| points.get(at).and_then(|it| it.value));
                value.map(
                    |value| view! { <circle class=class cx=x cy=plot.y(value) r="4"></circle> },
                )
            };
            view! {
                <line class="chart-cursor" x1=x x2=x y1=TOP y2=HEIGHT - BOTTOM></line>
                {dot(previous, "chart-dot-previous")}
                {dot(current, "chart-dot")}
            }
        })
    };
    view! {
        <figure class="chart" node_ref=frame>
            <ReadOut point current previous unit/>
            <svg
                viewBox=move || format!("0 0 {} {HEIGHT}", plot.get().width)
                tabindex="0"
                role="img"
                aria-label=label
                on:pointermove=find
                on:pointerdown=find
                on:pointerleave=move |_| point.set(None)
                on:blur=move |_| point.set(None)
                on:keydown=step
            >
                {axes}
                {names}
                <path class="chart-area" d=move || current.with(|points| plot.get().area(points))></path>
                <path class="chart-previous" d=move || previous.with(|points| plot.get().line(points))></path>
                <path class="chart-current" d=move || current.with(|points| plot.get().line(points))></path>
                {cursor}
            </svg>
            <Numbers label current previous unit/>
        </figure>
    }
}

/// The line above the chart: what is drawn, or the values at the point.
#[component]
fn ReadOut(
    point: RwSignal<Option<usize>>,
    current: Signal<Vec<ChartPoint>>,
    previous: Signal<Vec<ChartPoint>>,
    unit: Signal<Unit>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let at = move |points: Signal<Vec<ChartPoint>>| {
        let point = point
            .get()
            .and_then(|at| points.with(|points| points.get(at).cloned()))?;
        let value = shown(point.value, unit.get(), preferences.locale());
        Some((point.name, value))
    };
    let part = move |points: Signal<Vec<ChartPoint>>, class: &'static str, name: String| match at(
        points,
    ) {
        None => view! { <span class=class>{name}</span> }.into_any(),
        Some((name, value)) => view! {
            <span class=class>{name} " " <strong>{value}</strong></span>
        }
        .into_any(),
    };
    view! {
        <figcaption class="chart-legend" aria-live="polite">
            {move || part(current, "legend-current", t_string!(i18n, frame.chart.current).to_owned())}
            {move || (!previous.read().is_empty()).then(|| part(
                previous,
                "legend-previous",
                t_string!(i18n, frame.chart.previous).to_owned(),
            ))}
        </figcaption>
    }
}

/// The same numbers as a table, for those who do not see the chart.
#[component]
fn Numbers(
    label: Signal<String>,
    current: Signal<Vec<ChartPoint>>,
    previous: Signal<Vec<ChartPoint>>,
    unit: Signal<Unit>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let compared = move || !previous.read().is_empty();
    let rows = move || {
        let (unit, locale, before) = (unit.get(), preferences.locale(), previous.get());
        current
            .get()
            .into_iter()
            .enumerate()
            .map(move |(at, point)| {
                let before = before.get(at).map(|before| {
                    let value = shown(before.value, unit, locale);
                    view! { <td>{td_string!(text_locale(locale), frame.chart.with_name, value = value, name = before.name.as_str())}</td> }
                });
                view! {
                    <tr>
                        <th scope="row">{point.name}</th>
                        <td>{shown(point.value, unit, locale)}</td>
                        {before}
                    </tr>
                }
            })
            .collect_view()
    };
    view! {
        // Around the table, which would not let itself be made small.
        <div class="visually-hidden"><table>
            <caption>{label}</caption>
            <thead>
                <tr>
                    <td></td>
                    <th scope="col">{t!(i18n, frame.chart.current)}</th>
                    {move || compared().then(|| view! {
                        <th scope="col">{t!(i18n, frame.chart.previous)}</th>
                    })}
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table></div>
    }
}

fn shown(value: Option<f64>, unit: Unit, locale: Language) -> String {
    value.map_or_else(
        || NOTHING.to_owned(),
        |value| format::figure(Some(value), unit, locale),
    )
}

/// The width that the chart has on the page, followed as it changes.
fn use_width(frame: NodeRef<leptos::html::Figure>) -> Signal<f64> {
    let width = RwSignal::new(WIDTH);
    let watch = StoredValue::new_local(None::<(web_sys::ResizeObserver, Closure<dyn FnMut()>)>);
    effect(move || {
        let Some(element) = frame.get() else { return };
        let measured = element.clone();
        let measure = Closure::<dyn FnMut()>::new(move || {
            let now = f64::from(measured.client_width());
            if now > 0.0
                && width
                    .try_get_untracked()
                    .is_some_and(|before| before != now)
            {
                width.set(now);
            }
        });
        if let Ok(observer) = web_sys::ResizeObserver::new(measure.as_ref().unchecked_ref()) {
            observer.observe(&element);
            watch.set_value(Some((observer, measure)));
        }
    });
    on_cleanup(move || {
        watch.try_update_value(|watch| {
            if let Some((observer, _)) = watch.take() {
                observer.disconnect();
            }
        });
    });
    width.into()
}
