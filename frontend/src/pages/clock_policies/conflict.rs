//! The question whose list is taken when somebody else has saved meanwhile.

use leptos::prelude::*;

use super::draft::TypedPolicy;
use super::merge::Theirs;
use crate::components::button::{Button, ButtonKind};
use crate::components::icon::{Icon, IconName};
use crate::i18n::*;
use crate::preferences::use_preferences;

/// Somebody else has saved while this draft was being written.
#[component]
pub(super) fn Conflict(
    #[prop(into)] since: Signal<Vec<(TypedPolicy, Theirs)>>,
    #[prop(into)] on_theirs: Callback<()>,
    #[prop(into)] on_mine: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let rows = move || {
        let rows = since.get().into_iter().map(|(policy, what)| {
            let said = match what {
                Theirs::Added => t_string!(i18n, clock_policies.since.added),
                Theirs::Removed => t_string!(i18n, clock_policies.since.removed),
                Theirs::Changed => t_string!(i18n, clock_policies.since.changed),
                Theirs::ChangedByBoth => t_string!(i18n, calendars.conflict.both),
                Theirs::Moved => t_string!(i18n, clock_policies.since.moved),
            };
            let name = policy.name(preferences.locale()).to_owned();
            view! { <li><strong>{name}</strong> " " {said}</li> }
        });
        rows.collect_view()
    };
    view! {
        <div class="notice" role="alert" data-testid="conflict">
            <Icon name=IconName::Warning/>
            <div>
                <p>{t!(i18n, clock_policies.conflict)}</p>
                <ul>{rows}</ul>
                <div class="form-actions">
                    <Button on_click=move || on_mine.run(())>{t!(i18n, calendars.conflict.keep_mine)}</Button>
                    <Button kind=ButtonKind::Ghost on_click=move || on_theirs.run(())>
                        {t!(i18n, calendars.conflict.take_theirs)}
                    </Button>
                </div>
            </div>
        </div>
    }
}
