//! How many approvals wait for the reader's decision; nothing when none does.

use leptos::prelude::*;
use rapport_types::page::Page;
use serde::de::IgnoredAny;

use crate::api;
use crate::api::query::use_query;
use crate::components::icon::{Icon, IconName};
use crate::i18n::*;
use crate::links;

/// The line that leads to them.
#[component]
pub(super) fn ToDecide() -> impl IntoView {
    let i18n = use_i18n();
    let path = links::with_query("/approvals", &[("decider", "me"), ("limit", "1")]);
    let waiting = use_query(
        move || path.clone(),
        |path| async move {
            api::get::<Page<IgnoredAny>>(&path)
                .await
                .map(|reply| reply.value)
        },
    );
    waiting.keep_up(api::live::APPROVALS);
    let count = Memo::new(move |_| {
        let total = waiting.with(|page| page.and_then(|page| page.total));
        total.map_or(0, |total| total.count)
    });
    view! {
        <Show when=move || count.get() != 0>
            <a class="panel to-decide" href=links::approvals(false) data-testid="to-decide">
                <Icon name=IconName::Stamp/>
                <span>{move || t_string!(i18n, frame.home.to_decide, count = count.get())}</span>
                <Icon name=IconName::ChevronRight/>
            </a>
        </Show>
    }
}
