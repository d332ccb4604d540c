//! The first page of the administration: every section with what is done there. On a telephone it
//! is the way from one section to another.

use leptos::prelude::*;

use super::section_name::SectionName;
use crate::components::icon::{Icon, IconName};
use crate::components::states::EmptyState;
use crate::i18n::*;
use crate::preferences::use_preferences;
use crate::session::use_session;
use crate::shell::{Crumb, use_place};

/// The sections.
#[component]
pub fn Administration() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let preferences = use_preferences();
    use_place(move || vec![Crumb::here(t_string!(i18n, administration.title))]);
    let sections = move || SectionName::GROUPS.iter().copied().flatten().copied();
    let has_any = Memo::new(move |_| sections().any(|section| section.is_open_to(session)));
    let card = move |section: SectionName| {
        view! {
            <Show when=move || section.is_open_to(session)>
                <li class="panel">
                    <a class="admin-card" href=section.href()>
                        <Icon name=section.icon()/>
                        <span>
                            <strong>{move || section.title(preferences.locale())}</strong>
                            <span class="quiet small">{move || section.about(preferences.locale())}</span>
                        </span>
                    </a>
                </li>
            </Show>
        }
    };
    view! {
        <div class="page-head"><h1>{t!(i18n, administration.title)}</h1></div>
        <Show
            when=move || has_any.get()
            fallback=move || view! {
                <EmptyState
                    icon=IconName::Lock
                    title=Signal::derive(move || t_string!(i18n, administration.closed).to_owned())
                />
            }
        >
            <ul class="admin-cards">{sections().map(card).collect_view()}</ul>
        </Show>
    }
}
