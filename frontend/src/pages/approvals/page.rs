//! The approvals that the reader may decide, the one that has waited longest first; or all that it
//! sees.

use leptos::prelude::*;
use rapport_types::approvals::ApprovalSummary;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::decision::DecisionForm;
use super::entry::{Asked, CoveredFacts, Decided, StateBadge};
use crate::api;
use crate::api::query::use_query;
use crate::components::icon::IconName;
use crate::components::keys::{Key, use_shown_keys};
use crate::components::pager::Pager;
use crate::components::states::{EmptyState, ErrorState, Skeleton};
use crate::i18n::*;
use crate::links;
use crate::pages::address::{borrowed, use_address};
use crate::preferences::use_preferences;
use crate::shell::{Crumb, use_place};

/// The value of `show` for all of them.
const ALL: &str = "all";

/// The page.
#[component]
pub fn Approvals() -> impl IntoView {
    let i18n = use_i18n();
    let address = use_address(links::approvals(false));
    use_place(move || vec![Crumb::here(t_string!(i18n, approvals.title))]);
    let shows_all = Memo::new(move |_| address.get("show") == ALL);
    let rows = use_query(
        move || {
            let (name, value) = if shows_all.get() {
                ("sort", "-asked_at")
            } else {
                ("decider", "me")
            };
            let mut pairs = vec![
                (name.to_owned(), value.to_owned()),
                ("limit".to_owned(), "20".to_owned()),
            ];
            let cursor = address.get("cursor");
            if !cursor.is_empty() {
                pairs.push(("cursor".to_owned(), cursor));
            }
            pairs
        },
        |pairs| async move { api::approvals::list(&borrowed(&pairs)).await },
    );
    rows.keep_up(api::live::APPROVALS);
    use_shown_keys(&[Key::Down, Key::Up], step);
    let at_start = Signal::derive(move || address.get("cursor").is_empty());
    let is_empty = move || rows.with(|page| page.is_some_and(|page| page.data.is_empty()));
    let choice = move |all: bool| {
        view! {
            <a
                class="segmented-item"
                href=links::approvals(all)
                aria-current=move || (shows_all.get() == all).then_some("page")
                data-testid=if all { "approvals-all" } else { "approvals-mine" }
            >
                {move || if all {
                    t_string!(i18n, approvals.all)
                } else {
                    t_string!(i18n, approvals.to_decide)
                }}
            </a>
        }
    };
    // What is there already stays as it is, with the reason that is being typed.
    let shown = move || {
        let all = shows_all.get();
        let rows = rows.with(|page| page.map(|page| page.data.clone()).unwrap_or_default());
        rows.into_iter().map(|row| (row, all)).collect::<Vec<_>>()
    };
    let key = |(row, all): &(ApprovalSummary, bool)| (row.approval.id, row.approval.version, *all);
    view! {
        <div class="page-head">
            <h1>{t!(i18n, approvals.title)}</h1>
            <nav class="segmented" aria-label=move || t_string!(i18n, approvals.title)>
                {choice(false)} {choice(true)}
            </nav>
        </div>
        {move || rows.error().map(|error| view! {
            <ErrorState error on_retry=move || rows.reload()/>
        })}
        <Show when=move || rows.error().is_none() && rows.with(|page| page.is_none())>
            <div class="panel panel-body"><Skeleton lines=6/></div>
        </Show>
        <ul class="approvals">
            <For each=shown key=key let((row, all))>
                <Card row may_decide=!all on_done=move || rows.reload()/>
            </For>
        </ul>
        <Show when=is_empty>
            <EmptyState
                icon=IconName::CircleCheck
                title=Signal::derive(move || if shows_all.get() {
                    t_string!(i18n, approvals.none)
                } else {
                    t_string!(i18n, approvals.none_to_decide)
                }.to_owned())
                text=Signal::derive(move || t_string!(i18n, approvals.none_text).to_owned())
            />
        </Show>
        <Show when=move || !(is_empty() && at_start.get())>
            <Pager
                total=Signal::derive(move || rows.with(|page| page.and_then(|page| page.total)))
                next=Signal::derive(move || rows.with(|page| page.and_then(|page| page.next_cursor.clone())))
                at_start
                on_next=move |cursor: String| address.open_page(&cursor)
                on_start=move || address.open_page("")
            />
        </Show>
    }
}

/// Gives the focus to the next card, or the one before.
fn step(key: Key) -> bool {
    let found = document().query_selector_all(".approval-card");
    let Ok(cards) = found else { return false };
    let active = document().active_element();
    let here = (0..cards.length()).find(|at| {
        let card = cards.get(*at);
        card.is_some_and(|card| card.contains(active.as_deref()))
    });
    let to = match (here, key) {
        (Some(at), Key::Down) => at + 1,
        (Some(at), _) => at.saturating_sub(1),
        (None, _) => 0,
    };
    if let Some(card) = cards
        .get(to)
        .and_then(|card| card.dyn_into::<HtmlElement>().ok())
    {
        let _ = card.focus();
    }
    true
}

/// One approval.
#[component]
fn Card(
    row: ApprovalSummary,
    may_decide: bool,
    #[prop(into)] on_done: Callback<()>,
) -> impl IntoView {
    let preferences = use_preferences();
    let it = &row.approval;
    let (approval, state, names) = ((it.id, it.version), it.state, row.rule_names.clone());
    let ticket = format!("T-{} {}", row.ticket.number, row.ticket.subject);
    let (href, customer) = (links::ticket(row.ticket.id), row.ticket.customer.clone());
    let row = StoredValue::new(row);
    view! {
        <li>
            <article class="panel approval-card" tabindex="-1" data-testid="approval">
                <header class="approval-head">
                    <h2>{move || names.get(preferences.locale()).to_owned()}</h2>
                    {(!may_decide).then(|| view! { <StateBadge state/> })}
                </header>
                <p class="approval-ticket">
                    <a href=href>{ticket}</a>
                    {customer.map(|customer| view! {
                        <span class="quiet">" · " {customer.name.as_str().to_owned()}</span>
                    })}
                </p>
                <CoveredFacts row/>
                <Asked row/>
                <Decided row/>
                {may_decide.then(|| view! { <DecisionForm approval on_done/> })}
            </article>
        </li>
    }
}
