//! The layout of a section: the list of the sections at the side, the head, and the section itself.

use leptos::prelude::*;

use super::section_name::SectionName;
use crate::components::icon::{Icon, IconName};
use crate::components::states::EmptyState;
use crate::i18n::*;
use crate::links;
use crate::preferences::use_preferences;
use crate::session::use_session;
use crate::shell::{Crumb, use_place};

/// A section's page.
#[component]
pub fn Section(
    /// Which one.
    at: SectionName,
    /// The name of the record that is open; none for the section itself.
    #[prop(optional, into)]
    record: Signal<Option<String>>,
    /// The buttons beside the title.
    #[prop(optional, into)]
    actions: ViewFn,
    /// The section.
    children: ChildrenFn,
) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let preferences = use_preferences();
    use_place(move || {
        let title = at.title(preferences.locale());
        let mut crumbs = vec![Crumb::link(
            t_string!(i18n, administration.title),
            links::administration(),
        )];
        match record.get() {
            Some(name) => {
                crumbs.push(Crumb::link(title, at.href()));
                crumbs.push(Crumb::here(name));
            }
            None => crumbs.push(Crumb::here(title)),
        }
        crumbs
    });
    let is_open = Memo::new(move |_| at.is_open_to(session));
    let children = StoredValue::new(children);
    view! {
        <div class="admin">
            <SectionList at/>
            <div class="admin-section">
                <a class="admin-back" href=links::administration()>
                    <Icon name=IconName::ChevronLeft/>
                    {t!(i18n, administration.title)}
                </a>
                <div class="page-head">
                    <h1>{move || at.title(preferences.locale())}</h1>
                    {move || is_open.get().then(|| actions.run())}
                </div>
                {move || if is_open.get() {
                    children.with_value(|children| children())
                } else {
                    view! {
                        <EmptyState
                            icon=IconName::Lock
                            title=Signal::derive(move || t_string!(i18n, administration.closed).to_owned())
                            text=Signal::derive(move || t_string!(
                                i18n,
                                administration.closed_text,
                                right = at.right().title(preferences.locale())
                            ))
                        />
                    }
                    .into_any()
                }}
            </div>
        </div>
    }
}

/// The way from section to section.
#[component]
fn SectionList(
    /// Where the reader is.
    at: SectionName,
) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let preferences = use_preferences();
    let entry = move |section: SectionName| {
        view! {
            <Show when=move || section.is_open_to(session)>
                <li>
                    <a
                        class="admin-link"
                        href=section.href()
                        aria-current=(section == at).then_some("page")
                    >
                        <Icon name=section.icon()/>
                        {move || section.title(preferences.locale())}
                    </a>
                </li>
            </Show>
        }
    };
    let group = move |sections: &'static [SectionName]| {
        view! { <ul>{sections.iter().map(|section| entry(*section)).collect_view()}</ul> }
    };
    view! {
        <nav class="admin-sections" aria-label=move || t_string!(i18n, administration.title)>
            {SectionName::GROUPS.iter().map(|sections| group(sections)).collect_view()}
        </nav>
    }
}
