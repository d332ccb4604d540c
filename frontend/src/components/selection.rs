//! The selection of a list's rows: a box per row, `x` for the row under the cursor, Shift for a range,
//! a box in the head for the page.
//!
//! ```ignore
//! let selection = Selection::new();
//! <DataTable … selecting=Some(Selecting {
//!     selection,
//!     key: |row: &TicketSummary| row.id.to_string(),
//!     name: |row| format!("T-{}", row.number),
//! })/>
//! ```

use leptos::prelude::*;

pub use super::picked::Picked;
use crate::i18n::*;

/// What is selected.
#[derive(Debug, Clone, Copy)]
pub struct Selection(RwSignal<Picked>);

impl Selection {
    /// Nothing selected yet.
    pub fn new() -> Self {
        Self(RwSignal::new(Picked::default()))
    }

    /// What is selected, read in place; tracked.
    pub fn with<T>(self, read: impl FnOnce(&Picked) -> T) -> T {
        self.0.with(read)
    }

    /// Changes it.
    pub fn update(self, change: impl FnOnce(&mut Picked)) {
        self.0.update(change);
    }

    /// Selects nothing, and says so only when something was.
    pub fn clear(self) {
        if self.0.with_untracked(|picked| !picked.is_empty()) {
            self.update(Picked::clear);
        }
    }
}

/// How a table's rows are selected.
pub struct Selecting<R> {
    /// What is selected.
    pub selection: Selection,
    /// What a row is told by.
    pub key: fn(&R) -> String,
    /// What it is called, for those who do not see the row.
    pub name: fn(&R) -> String,
}

impl<R> Clone for Selecting<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Selecting<R> {}

/// The box of a row.
pub(super) fn row_box(
    selection: Selection,
    key: String,
    name: String,
    on_touch: impl Fn() + 'static,
) -> AnyView {
    let i18n = use_i18n();
    let own = key.clone();
    let is_on = move || selection.with(|picked| picked.contains(&own));
    view! {
        <td role="cell" class="cell-select">
            <label class="row-check">
                <input
                    type="checkbox"
                    data-testid="row-check"
                    aria-label=move || t_string!(i18n, bulk.select_row, name = name.as_str())
                    prop:checked=is_on
                    on:click:target=move |event| {
                        let is_range = event.shift_key();
                        selection.update(|picked| if is_range {
                            picked.extend_to(&key);
                        } else {
                            picked.toggle(&key);
                        });
                        // A range may leave it as it was, whatever the browser made of the click.
                        let is_on = untrack(|| selection.with(|picked| picked.contains(&key)));
                        event.target().set_checked(is_on);
                        on_touch();
                    }
                />
            </label>
        </td>
    }
    .into_any()
}

/// The box of the page.
#[component]
pub fn PageBox(selection: Selection) -> impl IntoView {
    let i18n = use_i18n();
    let is_on = move || selection.with(Picked::has_page);
    let is_part = move || selection.with(|picked| !picked.is_empty() && !picked.has_page());
    view! {
        <label class="row-check">
            <input
                type="checkbox"
                data-testid="page-check"
                aria-label=move || t_string!(i18n, bulk.select_page)
                prop:checked=is_on
                prop:indeterminate=is_part
                on:change=move |_| selection.update(Picked::toggle_page)
            />
        </label>
    }
}
