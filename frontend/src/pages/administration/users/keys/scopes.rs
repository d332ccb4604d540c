//! What a key may do: what the reader may do as well, as far as the roles of the service go.

use leptos::prelude::*;
use rapport_types::permissions::Permission;
use rapport_types::users::User;

use crate::components::checkbox::Checkbox;
use crate::components::effect::effect;
use crate::components::element_id;
use crate::components::focus::reveal_id;
use crate::i18n::*;
use crate::pages::administration::roles::words::meaning;
use crate::pages::administration::users::list::Page;
use crate::pages::administration::words::in_a_row;
use crate::preferences::use_preferences;
use crate::session::use_session;

/// The choices.
#[component]
pub(super) fn Scopes(
    /// Those that are chosen.
    chosen: RwSignal<Vec<Permission>>,
    /// Whose key it is.
    service: Signal<User>,
    /// What the page knows.
    page: Page,
    /// What is wrong with the choice.
    error: Signal<Option<String>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let session = use_session();
    // What the reader may do, and whether the roles of the service allow it, too. While they are not
    // known, the API knows.
    let offered = Memo::new(move |_| {
        let own = Permission::ALL.iter().copied();
        let own: Vec<Permission> = own.filter(|scope| session.may(*scope)).collect();
        page.roles.with(|roles| {
            let Some(roles) = roles else {
                return (own, Vec::new());
            };
            let held = &service.read().roles;
            let held = roles.iter().filter(|role| held.contains(&role.code));
            let allowed: Vec<Permission> = held.flat_map(|role| role.permissions.clone()).collect();
            own.into_iter().partition(|scope| allowed.contains(scope))
        })
    });
    let choice = move |scope: Permission| {
        view! {
            <Checkbox
                label=Signal::derive(move || scope.title(preferences.locale()).to_owned())
                hint=Signal::derive(move || meaning(scope, preferences.locale()).to_owned())
                checked=Signal::derive(move || chosen.read().contains(&scope))
                on_change=move |on: bool| chosen.update(|chosen| {
                    chosen.retain(|it| *it != scope);
                    if on {
                        chosen.push(scope);
                    }
                })
                testid=Some(format!("scope-{}", scope.code()))
            />
        }
    };
    let choices = move || {
        let offered = offered.with(|(offered, _)| offered.clone());
        offered.into_iter().map(choice).collect_view()
    };
    let has_none = Memo::new(move |_| offered.with(|(offered, _)| offered.is_empty()));
    let left_out = move || {
        let locale = preferences.locale();
        let titles: Vec<String> = offered.with(|(_, others)| {
            let titles = others.iter().map(|scope| scope.title(locale).to_owned());
            titles.collect()
        });
        let scopes = in_a_row(&titles, locale);
        let said = || t_string!(i18n, administration.keys.not_in_roles, scopes = scopes);
        (!titles.is_empty() && !has_none.get()).then(said)
    };
    let note = element_id("scopes-note");
    let refused = note.clone();
    // The button that sends stands far below.
    effect(move || {
        if error.read().is_some() {
            let note = refused.clone();
            request_animation_frame(move || reveal_id(&note));
        }
    });
    view! {
        <fieldset class="admin-choices">
            <legend>{t!(i18n, administration.roles.may)}</legend>
            <Show
                when=move || has_none.get()
                fallback=move || view! {
                    <p class="quiet small">{t!(i18n, administration.keys.scopes_hint)}</p>
                }
            >
                <p class="admin-note">{t!(i18n, administration.keys.no_role)}</p>
            </Show>
            <p class="field-note" role="alert" id=note>{error}</p>
            {choices}
            <p class="quiet small" data-testid="scopes-left-out">{left_out}</p>
        </fieldset>
    }
}
