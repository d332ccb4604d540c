//! Whom to merge with: those that look the same, or anybody who is found.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use rapport_types::customers::CustomerView;
use rapport_types::ids::CustomerId;

use super::called;
use crate::api::query::{Query, use_query};
use crate::api::{self, Reply};
use crate::components::combobox::Combobox;
use crate::components::icon::IconName;
use crate::components::keys::{Key, use_shown_keys};
use crate::components::states::{EmptyState, Loaded, Pending, Skeleton};
use crate::i18n::*;
use crate::links;
use crate::pages::customer_search::use_customer_search;
use crate::pages::customers::likely_same::Likely;
use crate::pages::customers::list::last_list;
use crate::shell::{Crumb, use_place};
use rapport_types::customers::LikelyDuplicate;

/// The choice.
#[component]
pub(super) fn Choose(
    /// The customer of the address.
    id: CustomerId,
) -> impl IntoView {
    let i18n = use_i18n();
    let navigate = use_navigate();
    let query = use_query(
        move || id,
        |id| async move { api::customers::customer(id).await },
    );
    let likely = use_query(
        move || id,
        |id| async move { api::merges::duplicates(id).await },
    );
    use_place(move || {
        let name = query.with(|reply| reply.map(|it| it.value.customer.name.as_str().to_owned()));
        vec![
            Crumb::link(t_string!(i18n, customers.title), last_list()),
            Crumb::link(name.unwrap_or_else(|| "…".to_owned()), links::customer(id)),
            Crumb::here(t_string!(i18n, merging.crumb)),
        ]
    });
    use_shown_keys(&[Key::Escape], move |key| {
        let back = key == Key::Escape;
        if back {
            navigate(&links::customer(id), Default::default());
        }
        back
    });
    view! {
        <Loaded query skeleton=|| view! { <Skeleton lines=8/> } let:value>
            <Content value likely/>
        </Loaded>
    }
}

#[component]
fn Content(
    value: Signal<Reply<CustomerView>>,
    likely: Query<Vec<LikelyDuplicate>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let navigate = use_navigate();
    let id = Memo::new(move |_| value.with(|reply| reply.value.customer.id));
    let name = Memo::new(move |_| value.with(|reply| called(&reply.value.customer, i18n)));
    let search = use_customer_search(|_| true);
    let found = Signal::derive(move || {
        let own = id.get().to_string();
        let mut found = search.found.get();
        found.retain(|choice| choice.value != own);
        found
    });
    let go = move |chosen: Option<String>| {
        if let Some(other) = chosen.and_then(|id| id.parse().ok()) {
            let page = links::merge_customers(id.get_untracked(), Some(other));
            navigate(&page, Default::default());
        }
    };
    let empty = move || {
        view! {
            <EmptyState
                icon=IconName::People
                title=Signal::derive(move || t_string!(i18n, merging.choose.none).to_owned())
                text=Signal::derive(move || t_string!(i18n, merging.choose.none_text).to_owned())
            />
        }
    };
    let list = move || {
        let all = likely.get()?;
        if all.is_empty() {
            return Some(empty().into_any());
        }
        let row = |likely| view! { <li><Likely id=id.get_untracked() likely/></li> };
        let rows = all.into_iter().map(row).collect_view();
        Some(view! { <ul class="likely-list">{rows}</ul> }.into_any())
    };
    view! {
        <div class="page-head">
            <h1>{move || t_string!(i18n, merging.choose.title, name = name.get())}</h1>
        </div>
        <div class="merge-choice">
            <p class="quiet">{t!(i18n, merging.choose.intro)}</p>
            <div class="panel panel-body">
                <Combobox
                    label=Signal::derive(move || t_string!(i18n, merging.choose.other).to_owned())
                    placeholder=Signal::derive(move || {
                        t_string!(i18n, merging.choose.placeholder).to_owned()
                    })
                    value=RwSignal::new(None)
                    options=found
                    on_type=move |text| search.on_type(text)
                    note_instead=search.note_instead
                    on_change=go
                    autofocus=true
                    testid="merge-search"
                />
            </div>
            <section class="panel" aria-label=move || t_string!(i18n, merging.choose.likely)>
                <div class="panel-head"><h2>{t!(i18n, merging.choose.likely)}</h2></div>
                <div class="panel-body">
                    <Pending query=likely/>
                    {list}
                </div>
            </section>
        </div>
    }
}
