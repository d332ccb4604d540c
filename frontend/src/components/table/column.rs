//! The columns of a table: their titles, what stands in them, and where it goes.

use std::sync::Arc;

use leptos::prelude::*;

use crate::components::icon::{Icon, IconName};

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

    /// Given up before the table would scroll sideways: `cell-spare` first, then `cell-roomy`.
    #[must_use]
    pub fn gives_way(mut self, class: &'static str) -> Self {
        self.class = class;
        self
    }

    /// Cut off when it is long, so that the main column keeps its room.
    #[must_use]
    pub fn brief(mut self) -> Self {
        self.class = "cell-brief";
        self
    }

    pub(super) fn classes(&self) -> String {
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

pub(super) fn head_cell<R: 'static>(
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

pub(super) fn body_cell<R: 'static>(column: &Column<R>, row: &R, target: &str) -> AnyView {
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
