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
//! with two tables on a page give the second one `keys=false`.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use super::focus::reveal;
use super::icon::{Icon, IconName};
use super::keys::{Key, use_shown_keys};

/// Where a cell goes on a narrow screen, where a row has two lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Narrow {
    /// First line, takes the room.
    Main,
    /// First line, at the end.
    Side,
    /// Second line, one after the other.
    #[default]
    Second,
    /// Not shown.
    Hidden,
}

type Title = Arc<dyn Fn() -> String + Send + Sync>;
type Cell<R> = Arc<dyn Fn(&R) -> AnyView + Send + Sync>;

/// One column of rows `R`.
pub struct Column<R> {
    title: Title,
    cell: Cell<R>,
    field: Option<&'static str>,
    rises_only: bool,
    narrow: Narrow,
    class: &'static str,
    main: bool,
}

impl<R> Clone for Column<R> {
    fn clone(&self) -> Self {
        Self {
            title: self.title.clone(),
            cell: self.cell.clone(),
            ..*self
        }
    }
}

impl<R> Column<R> {
    /// A column with its title and what stands in it.
    pub fn new<S, V>(
        title: impl Fn() -> S + Send + Sync + 'static,
        cell: impl Fn(&R) -> V + Send + Sync + 'static,
    ) -> Self
    where
        S: Into<String>,
        V: IntoAny,
    {
        Self {
            title: Arc::new(move || title().into()),
            cell: Arc::new(move |row| cell(row).into_any()),
            field: None,
            rises_only: false,
            narrow: Narrow::Second,
            class: "",
            main: false,
        }
    }

    /// A click on the title sorts by this field of the API.
    #[must_use]
    pub fn sorted_by(mut self, field: &'static str) -> Self {
        self.field = Some(field);
        self
    }

    /// The same for a field that the API sorts upwards only: a second click ends the order.
    #[must_use]
    pub fn sorted_up_by(mut self, field: &'static str) -> Self {
        self.field = Some(field);
        self.rises_only = true;
        self
    }

    /// Where it goes on a narrow screen.
    #[must_use]
    pub fn narrow(mut self, narrow: Narrow) -> Self {
        self.narrow = narrow;
        self
    }

    /// The column that names the row: its cell is the link and takes the room that is left.
    #[must_use]
    pub fn main(mut self) -> Self {
        self.main = true;
        self.narrow = Narrow::Main;
        self
    }

    /// Less important than the rest of the row.
    #[must_use]
    pub fn quiet(mut self) -> Self {
        self.class = "quiet";
        self
    }

    /// Cut off when it is long, so that the main column keeps its room.
    #[must_use]
    pub fn brief(mut self) -> Self {
        self.class = "cell-brief";
        self
    }

    fn classes(&self) -> String {
        let narrow = match self.narrow {
            Narrow::Main => "narrow-main",
            Narrow::Side => "narrow-side",
            Narrow::Second => "narrow-second",
            Narrow::Hidden => "narrow-hidden",
        };
        let main = if self.main { " cell-main" } else { "" };
        format!("{narrow}{main} {}", self.class)
    }
}

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
    if keys {
        let navigate = use_navigate();
        use_shown_keys(&[Key::Down, Key::Up, Key::Enter], move |key| {
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
                view! { <tr role="row" class="row-skeleton">{cells}</tr> }
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
                aria-busy=move || if loading.get() { "true" } else { "false" }
            >
                <thead role="rowgroup"><tr role="row">{head}</tr></thead>
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
                                            aria-current=move || {
                                                (cursor.get() == Some(at)).then_some("true")
                                            }
                                        >
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

fn head_cell<R: 'static>(
    column: Column<R>,
    sort: Signal<String>,
    on_sort: Option<Callback<String>>,
) -> AnyView {
    let classes = column.classes();
    let (title, rises_only) = (column.title, column.rises_only);
    let (Some(field), Some(on_sort)) = (column.field, on_sort) else {
        return view! {
            <th role="columnheader" scope="col" class=classes>{move || title()}</th>
        }
        .into_any();
    };
    // Whether it sorts by this column, and downwards.
    let order = move || {
        let sort = sort.read();
        let plain = sort.strip_prefix('-');
        (plain.unwrap_or(&sort) == field).then_some(plain.is_some())
    };
    view! {
        <th
            role="columnheader"
            scope="col"
            class=classes
            aria-sort=move || match order() {
                Some(true) => "descending",
                Some(false) => "ascending",
                None => "none",
            }
        >
            <button
                class="sort-button"
                type="button"
                on:click=move |_| on_sort.run(match order() {
                    Some(_) if rises_only => String::new(),
                    Some(false) => format!("-{field}"),
                    _ => field.to_owned(),
                })
            >
                {move || title()}
                {move || order().map(|descending| view! {
                    <Icon name=if descending { IconName::ArrowDown } else { IconName::ArrowUp }/>
                })}
            </button>
        </th>
    }
    .into_any()
}

fn body_cell<R: 'static>(column: &Column<R>, row: &R, target: &str) -> AnyView {
    let content = (column.cell)(row);
    let classes = column.classes();
    if column.main {
        view! {
            <td role="cell" class=classes>
                <a class="row-link" href=target.to_owned()>{content}</a>
            </td>
        }
        .into_any()
    } else {
        view! { <td role="cell" class=classes>{content}</td> }.into_any()
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
