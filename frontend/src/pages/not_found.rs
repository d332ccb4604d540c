//! No such page.

use leptos::prelude::*;

use crate::components::button::LinkButton;
use crate::components::icon::IconName;
use crate::components::states::EmptyState;
use crate::i18n::*;
use crate::links;
use crate::shell::{Crumb, use_place};

/// No such page.
#[component]
pub fn NotFound() -> impl IntoView {
    let i18n = use_i18n();
    use_place(move || vec![Crumb::here(t_string!(i18n, frame.not_found.title))]);
    view! {
        <EmptyState
            icon=IconName::Question
            title=Signal::derive(move || t_string!(i18n, frame.not_found.title).to_owned())
            text=Signal::derive(move || t_string!(i18n, frame.not_found.text).to_owned())
        >
            <LinkButton href=links::home()>{t!(i18n, frame.not_found.home)}</LinkButton>
        </EmptyState>
    }
}
