//! What the list of users can be narrowed to: people or services, a role, a team.

use leptos::prelude::*;
use rapport_types::users::UserKind;

use super::list::Page;
use crate::api::configuration::use_directory;
use crate::components::chip::FilterChip;
use crate::components::pick_list::PickList;
use crate::components::select::Choice;
use crate::i18n::*;
use crate::pages::address::Address;
use crate::pages::administration::words::text;
use crate::preferences::use_preferences;

/// People or services.
#[component]
pub(super) fn KindFilter(address: Address) -> impl IntoView {
    let i18n = use_i18n();
    let choices = Signal::derive(move || {
        let choice = |kind: &UserKind| {
            let label = match kind {
                UserKind::Person => t_string!(i18n, administration.services.people),
                UserKind::Service => t_string!(i18n, administration.services.services),
            };
            Choice::new(kind.code(), label)
        };
        UserKind::ALL.iter().map(choice).collect()
    });
    view! {
        <ChoiceFilter
            address
            parameter="kind"
            name=text(move || t_string!(i18n, administration.services.kind))
            choices
        />
    }
}

/// Those who hold a role.
#[component]
pub(super) fn RoleFilter(address: Address, page: Page) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let choices = Signal::derive(move || {
        let locale = preferences.locale();
        page.roles.with(|roles| {
            roles
                .map_or(&[][..], Vec::as_slice)
                .iter()
                .map(|role| Choice::new(role.code.as_str(), role.names.get(locale)))
                .collect()
        })
    });
    view! {
        <ChoiceFilter
            address
            parameter="role"
            name=text(move || t_string!(i18n, administration.users.role))
            choices
        />
    }
}

/// Those of a team and of all below it.
#[component]
pub(super) fn TeamFilter(address: Address) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let directory = use_directory();
    view! {
        <ChoiceFilter
            address
            parameter="team"
            name=text(move || t_string!(i18n, administration.users.team))
            choices=Signal::derive(move || directory.team_choices(preferences.locale()))
        />
    }
}

/// A filter with one choice.
#[component]
fn ChoiceFilter(
    address: Address,
    parameter: &'static str,
    name: Signal<String>,
    choices: Signal<Vec<Choice>>,
) -> impl IntoView {
    let chosen = Memo::new(move |_| address.get(parameter));
    let value = Signal::derive(move || {
        let chosen = chosen.get();
        choices.with(|all| {
            all.iter()
                .find(|choice| choice.value == chosen)
                .map(|choice| choice.label.clone())
        })
    });
    view! {
        <FilterChip name value on_remove=move || address.set(&[(parameter, "")])>
            <PickList
                options=choices
                chosen=Signal::derive(move || vec![chosen.get()])
                on_pick=move |value: String| address.set(&[(parameter, &value)])
            />
        </FilterChip>
    }
}
