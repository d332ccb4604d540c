//! The last question: names what will happen.

use leptos::prelude::*;
use rapport_types::customers::{Customer, UNDO_DAYS};

use super::moves::{Moves, Moving};
use super::rows::Line;
use super::{called, number};
use crate::api::ApiError;
use crate::api::query::Query;
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::Dialog;
use crate::components::form_error::FormError;
use crate::i18n::*;
use crate::preferences::use_preferences;

/// The question.
#[component]
pub(super) fn Confirm(
    open: RwSignal<bool>,
    /// The record that stays.
    #[prop(into)]
    survivor: Signal<Customer>,
    /// The one that is given up.
    #[prop(into)]
    other: Signal<Customer>,
    /// The lines of which the other's value is taken.
    #[prop(into)]
    taken: Signal<Vec<Line>>,
    /// What goes along.
    moving: Query<Moving>,
    #[prop(into)] busy: Signal<bool>,
    #[prop(into)] error: Signal<Option<ApiError>>,
    #[prop(into)] on_run: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let (survivor_name, other_name) = (
        move || survivor.with(|it| called(it, i18n)),
        move || other.with(|it| called(it, i18n)),
    );
    let title = Signal::derive(move || {
        t_string!(
            i18n,
            merging.confirm.title,
            other = other_name(),
            survivor = survivor_name()
        )
    });
    let consequence = move || {
        t_string!(
            i18n,
            merging.confirm.consequence,
            number = other.with(number),
            survivor = survivor.with(number)
        )
    };
    let members = move || {
        let locale = preferences.locale();
        let taken = taken.get();
        if taken.is_empty() {
            return t_string!(i18n, merging.confirm.kept, number = survivor.with(number));
        }
        let labels: Vec<&str> = taken.into_iter().map(|line| line.label(locale)).collect();
        t_string!(
            i18n,
            merging.confirm.taken,
            number = other.with(number),
            members = labels.join(t_string!(i18n, tickets.filter.comma))
        )
    };
    let along = move || t_string!(i18n, merging.goes_along, number = survivor.with(number));
    view! {
        <Dialog open title>
            <div class="merge-confirm" data-testid="merge-dialog">
                <p>{consequence}</p>
                <p>{members}</p>
                <div class="merge-along">
                    <span>{along}</span>
                    <Moves moving as_text=true/>
                </div>
                <p class="quiet">{move || t_string!(i18n, merging.confirm.undo, days = UNDO_DAYS)}</p>
                <FormError error/>
            </div>
            <div class="dialog-actions">
                <Button on_click=move || open.set(false)>{t!(i18n, merging.cancel)}</Button>
                <Button
                    kind=ButtonKind::Primary
                    busy
                    testid="merge-confirm"
                    on_click=move || on_run.run(())
                >
                    {t!(i18n, merging.confirm.run)}
                </Button>
            </div>
        </Dialog>
    }
}
