//! A list as a table: rows of 36 px, sorting in the head, `j` `k` `enter` with a visible cursor,
//! skeleton rows of the final shape, two-line rows on a narrow screen.
//!
//! ```ignore
//! let columns = vec![
//!     Column::new(move || t_string!(i18n, tickets.number), |row: &TicketSummary| row.number)
//!         .sorted_by("number").narrow(Narrow::Second),
//!     Column::new(move || t_string!(i18n, tickets.subject), |row| row.subject.to_string()).main(),
//!     Column::new(move || t_string!(i18n, tickets.clock), |row| view! { <ClockChip …/> })
//!         .sorted_by("next_due_at").narrow(Narrow::Side),
//! ];
//! <DataTable
//!     label=move || t_string!(i18n, tickets.title)
//!     columns
//!     rows=Signal::derive(move || page.with(|p| p.map(|p| p.data.clone())))   // None: skeleton
//!     href=|row: &TicketSummary| links::ticket(row.id)
//!     sort=sort                        // "-updated_at"
//!     on_sort=move |sort: String| …    // put it into the URL
//!     empty=move || view! { <EmptyState …/> }
//! />
//! ```
//! The `main` column's cell is the row's link (it covers the row; other links and buttons in cells
//! stay usable). A cell may read signals such as the language. The cursor stays within this table;
//! with two tables on a page give the second one `keys=false`. Rows can be selected with
//! `selecting` (see [`super::selection`]), which brings `x`.

mod column;

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use super::focus::reveal;
use super::keys::{Key, use_shown_keys};
use super::selection::{PageBox, Selecting, row_box};
use crate::components::effect::effect;
pub use column::{Column, Narrow};
use column::{body_cell, head_cell};

/// The keys of a list.
const KEYS: [Key; 3] = [Key::Down, Key::Up, Key::Enter];
/// Those of a list whose rows can be selected.
const SELECTING_KEYS: [Key; 5] = [
    Key::Down,
    Key::Up,
    Key::Enter,
    Key::Select,
    Key::SelectRange,
];

/// A list as a table.
#[component]
pub fn DataTable<R, H>(
    /// What the rows are, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// The columns.
    columns: Vec<Column<R>>,
    /// The rows; none while the first ones are loading.
    #[prop(into)]
    rows: Signal<Option<Vec<R>>>,
    /// Where a row leads.
    href: H,
    /// The order, as the API spells it: `next_due_at`, `-updated_at`.
    #[prop(optional, into)]
    sort: Signal<String>,
    /// Told of the order that a click on a title asks for; an empty one is the usual order.
    #[prop(optional, into)]
    on_sort: Option<Callback<String>>,
    /// Whether other rows are on their way: these are dimmed.
    #[prop(optional, into)]
    loading: Signal<bool>,
    /// What is shown instead of no rows.
    #[prop(into)]
    empty: ViewFn,
    /// Whether `j`, `k` and `enter` are for this table.
    #[prop(optional, default = true)]
    keys: bool,
    /// Rows of the skeleton.
    #[prop(optional, default = 8)]
    skeleton_rows: usize,
    /// How rows are selected, when they can be.
    #[prop(optional_no_strip)]
    selecting: Option<Selecting<R>>,
    /// The `data-testid` of each row.
    #[prop(optional)]
    row_testid: Option<&'static str>,
) -> impl IntoView
where
    R: Clone + PartialEq + Send + Sync + 'static,
    H: Fn(&R) -> String + Clone + Send + Sync + 'static,
{
    let columns = StoredValue::new(columns);
    let cursor = RwSignal::new(None::<usize>);
    let body = NodeRef::<leptos::html::Tbody>::new();
    // The same rows loaded again change nothing on the screen.
    let rows = Memo::new(move |_| rows.get());
    let hrefs = {
        let href = href.clone();
        Memo::new(move |_| {
            rows.with(|rows| {
                rows.as_ref()
                    .map(|list| list.iter().map(&href).collect::<Vec<_>>())
            })
        })
    };
    // The cursor stays on its row, wherever that has moved.
    Effect::new(move |before: Option<Option<Vec<String>>>| {
        let now = hrefs.get();
        let own = before
            .flatten()
            .and_then(|before| before.get(cursor.get_untracked()?).cloned());
        cursor.set(own.and_then(|own| now.as_ref()?.iter().position(|it| *it == own)));
        now
    });
    // What a row is told by when it is selected.
    let row_keys = Memo::new(move |_| {
        let key = selecting?.key;
        rows.with(|rows| Some(rows.as_ref()?.iter().map(key).collect::<Vec<_>>()))
    });
    effect(move || {
        if let (Some(selecting), Some(keys)) = (selecting, row_keys.get()) {
            selecting.selection.update(|picked| picked.show(keys));
        }
    });
    if keys {
        let navigate = use_navigate();
        let shown: &[Key] = if selecting.is_some() {
            &SELECTING_KEYS
        } else {
            &KEYS
        };
        use_shown_keys(shown, move |key| {
            let count = hrefs.with_untracked(|list| list.as_ref().map_or(0, Vec::len));
            let at = cursor.get_untracked();
            match key {
                Key::Down if count > 0 => {
                    move_to(cursor, body, at.map_or(0, |at| (at + 1).min(count - 1)));
                }
                Key::Up if count > 0 => {
                    move_to(cursor, body, at.map_or(0, |at| at.saturating_sub(1)));
                }
                Key::Enter => {
                    let target = hrefs.with_untracked(|list| list.as_ref()?.get(at?).cloned());
                    let Some(target) = target else { return false };
                    navigate(&target, leptos_router::NavigateOptions::default());
                }
                Key::Select | Key::SelectRange if count > 0 => {
                    let Some(selecting) = selecting else {
                        return false;
                    };
                    let at = at.unwrap_or_default();
                    move_to(cursor, body, at);
                    let row = row_keys.with_untracked(|keys| keys.as_ref()?.get(at).cloned());
                    let Some(row) = row else { return false };
                    selecting.selection.update(|picked| match key {
                        Key::Select => picked.toggle(&row),
                        _ => picked.extend_to(&row),
                    });
                }
                _ => return false,
            }
            true
        });
    }
    let is_empty = Memo::new(move |_| rows.with(|rows| rows.as_ref().is_some_and(Vec::is_empty)));
    let head = move || {
        columns.with_value(|columns| {
            columns
                .iter()
                .cloned()
                .map(|column| head_cell(column, sort, on_sort))
                .collect_view()
        })
    };
    let skeleton = move || {
        (0..skeleton_rows)
            .map(|_| {
                let cells = columns.with_value(|columns| {
                    columns
                        .iter()
                        .map(|column| view! {
                            <td role="cell" class=column.classes()><span class="bone"></span></td>
                        })
                        .collect_view()
                });
                let select = selecting.map(|_| view! { <td role="cell" class="cell-select"></td> });
                view! { <tr role="row" class="row-skeleton">{select} {cells}</tr> }
            })
            .collect_view()
    };
    view! {
        <Show
            when=move || !is_empty.get()
            fallback=move || view! { <div class="table-empty">{empty.run()}</div> }
        >
            <table
                class="table"
                role="table"
                aria-label=label
                class:is-loading=loading
                class:is-selecting=move || {
                    selecting.is_some_and(|it| it.selection.with(|picked| !picked.is_empty()))
                }
                aria-busy=move || if loading.get() { "true" } else { "false" }
            >
                <thead role="rowgroup">
                    <tr role="row">
                        {selecting.map(|it| view! {
                            <th role="columnheader" scope="col" class="cell-select">
                                <PageBox selection=it.selection/>
                            </th>
                        })}
                        {head}
                    </tr>
                </thead>
                <tbody role="rowgroup" node_ref=body>
                    {
                        let href = href.clone();
                        move || match rows.get() {
                            None => skeleton().into_any(),
                            Some(list) => list
                                .into_iter()
                                .enumerate()
                                .map(|(at, row)| {
                                    let target = href(&row);
                                    let select = selecting.map(|it| {
                                        let touch = move || cursor.set(Some(at));
                                        row_box(it.selection, (it.key)(&row), (it.name)(&row), touch)
                                    });
                                    let own = selecting.map(|it| (it.selection, (it.key)(&row)));
                                    let cells = columns.with_value(|columns| {
                                        columns
                                            .iter()
                                            .map(|column| body_cell(column, &row, &target))
                                            .collect_view()
                                    });
                                    view! {
                                        <tr
                                            role="row"
                                            data-testid=row_testid
                                            class:is-cursor=move || cursor.get() == Some(at)
                                            class:is-selected=move || {
                                                own.as_ref().is_some_and(|(selection, key)| {
                                                    selection.with(|picked| picked.contains(key))
                                                })
                                            }
                                            aria-current=move || {
                                                (cursor.get() == Some(at)).then_some("true")
                                            }
                                        >
                                            {select}
                                            {cells}
                                        </tr>
                                    }
                                })
                                .collect_view()
                                .into_any(),
                        }
                    }
                </tbody>
            </table>
        </Show>
    }
}

/// Moves the cursor and keeps it in sight.
fn move_to(cursor: RwSignal<Option<usize>>, body: NodeRef<leptos::html::Tbody>, at: usize) {
    cursor.set(Some(at));
    let row = body
        .get_untracked()
        .and_then(|body| body.children().item(at as u32));
    if let Some(row) = row {
        reveal(&row);
    }
}
