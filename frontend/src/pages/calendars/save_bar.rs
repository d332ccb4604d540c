//! The bar at the end of the editor.

use leptos::prelude::*;

use super::draft::{Checked, Draft};
use super::words;
use crate::api::ApiError;
use crate::components::button::{Button, ButtonKind};
use crate::components::form_error::FormError;
use crate::i18n::*;
use crate::preferences::use_preferences;

/// What is not saved yet, and what stands in the way.
#[component]
pub(super) fn SaveBar(
    draft: Draft,
    checked: Memo<Checked>,
    #[prop(into)] is_shown: Signal<bool>,
    #[prop(into)] blocked: Signal<bool>,
    #[prop(into)] busy: Signal<bool>,
    #[prop(into)] error: Signal<Option<ApiError>>,
    #[prop(into)] on_save: Callback<()>,
    #[prop(into)] on_discard: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let has_name = Memo::new(move |_| draft.names().is_some());
    let fault = move || {
        let locale = preferences.locale();
        let first = checked.with(|it| it.faults.first().copied());
        let in_week = first.map(|it| {
            draft
                .days
                .with(|days| words::placed_fault(it, days, locale))
        });
        in_week.or_else(|| {
            (!has_name.get()).then(|| t_string!(i18n, calendars.fault.no_name).to_owned())
        })
    };
    let is_good = Memo::new(move |_| checked.with(|it| it.faults.is_empty()) && has_name.get());
    // What is stale is asked above.
    let shown_error = Signal::derive(move || error.get().filter(|error| !error.is_stale()));
    view! {
        <Show when=move || is_shown.get()>
            <div class="save-bar" role="region" aria-label=move || t_string!(i18n, calendars.unsaved)>
                <FormError error=shown_error/>
                <p class="save-bar-text" role="status">
                    {move || fault().unwrap_or_else(|| t_string!(i18n, calendars.unsaved).to_owned())}
                </p>
                <Button kind=ButtonKind::Ghost on_click=move || on_discard.run(())>
                    {t!(i18n, calendars.discard)}
                </Button>
                <Button
                    kind=ButtonKind::Primary
                    testid="calendar-save"
                    busy
                    disabled=Signal::derive(move || blocked.get() || !is_good.get())
                    on_click=move || on_save.run(())
                >
                    {t!(i18n, calendars.save)}
                </Button>
            </div>
        </Show>
    }
}
