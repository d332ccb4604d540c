//! One search box for customers and tickets: names in characters or pinyin, numbers, the last
//! digits of a phone. `/` leads here, arrows and enter open a result, escape leaves.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;
use rapport_types::search::SearchResults;

use crate::api::ApiError;
use crate::api::search::search;
use crate::components::badge::StatusBadge;
use crate::components::focus::reveal_id;
use crate::components::icon::{Icon, IconName};
use crate::components::key_hint::KeyHint;
use crate::components::keys::{Key, composes, use_keys};
use crate::i18n::*;
use crate::links;
use crate::preferences::use_preferences;

/// How long typing rests before the question is sent.
const REST: Duration = Duration::from_millis(180);
/// Results of each kind.
const LIMIT: u32 = 6;

/// The search box.
#[component]
pub(super) fn SearchBox() -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let input = NodeRef::<leptos::html::Input>::new();
    let text = RwSignal::new(String::new());
    let open = RwSignal::new(false);
    let cursor = RwSignal::new(0_usize);
    // The text that these results answer.
    let results = RwSignal::new(None::<(String, Result<SearchResults, ApiError>)>);

    let ask = move |wanted: String| {
        if wanted.trim().is_empty() {
            results.set(None);
            return;
        }
        spawn_local(async move {
            let answer = search(wanted.trim(), LIMIT).await;
            // Only the answer to what stands there now counts.
            if text.try_get_untracked().as_ref() == Some(&wanted) {
                cursor.set(0);
                results.set(Some((wanted, answer)));
            }
        });
    };
    let mut ask_later = leptos::leptos_dom::helpers::debounce(REST, ask);
    let targets = Memo::new(move |_| {
        results.with(|results| match results {
            Some((_, Ok(found))) => {
                let customers = found.customers.iter().map(|it| links::customer(it.id));
                let tickets = found.tickets.iter().map(|it| links::ticket(it.id));
                customers.chain(tickets).collect::<Vec<String>>()
            }
            _ => Vec::new(),
        })
    });
    let leave = move || {
        open.set(false);
        if let Some(input) = input.get_untracked() {
            let _ = input.blur();
        }
    };
    let navigate = use_navigate();
    let step_to = move |at: usize| {
        cursor.set(at);
        reveal_id(&format!("hit-{at}"));
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
        if composes(&event) {
            return;
        }
        let count = targets.read_untracked().len();
        match event.key().as_str() {
            "ArrowDown" if count > 0 => step_to((cursor.get_untracked() + 1) % count),
            "ArrowUp" if count > 0 => step_to((cursor.get_untracked() + count - 1) % count),
            "Enter" => {
                let fresh = results.with_untracked(|results| {
                    results
                        .as_ref()
                        .is_some_and(|(asked, _)| *asked == text.get_untracked())
                });
                let target =
                    targets.with_untracked(|list| list.get(cursor.get_untracked()).cloned());
                if let (true, Some(target)) = (fresh, target) {
                    navigate(&target, leptos_router::NavigateOptions::default());
                    leave();
                }
            }
            "Escape" => leave(),
            _ => return,
        }
        event.prevent_default();
    };
    use_keys(move |key| {
        let field = input.get_untracked();
        if key == Key::Slash
            && let Some(field) = field
        {
            let _ = field.focus();
            field.select();
            return true;
        }
        false
    });
    let list = move || {
        results.get().map(|(_, answer)| match answer {
            Err(error) => view! {
                <p class="search-note">{move || error.title(preferences.locale())}</p>
            }
            .into_any(),
            Ok(found) if found.customers.is_empty() && found.tickets.is_empty() => view! {
                <p class="search-note">{t!(i18n, frame.search.nothing)}</p>
            }
            .into_any(),
            Ok(found) => {
                view! { <Results found cursor leave=Callback::new(move |()| leave())/> }.into_any()
            }
        })
    };
    view! {
        <search class="search">
            <Icon name=IconName::Search/>
            <input
                node_ref=input
                class="search-input"
                data-testid="search"
                type="text"
                role="combobox"
                autocomplete="off"
                spellcheck="false"
                enterkeyhint="search"
                aria-label=move || t_string!(i18n, frame.search.label)
                aria-controls="search-results"
                aria-autocomplete="list"
                aria-expanded=move || if open.get() && results.read().is_some() { "true" } else { "false" }
                aria-activedescendant=move || {
                    (open.get() && !targets.read().is_empty()).then(|| format!("hit-{}", cursor.get()))
                }
                placeholder=move || t_string!(i18n, frame.search.placeholder)
                prop:value=text
                on:input:target=move |event| {
                    let typed = event.target().value();
                    text.set(typed.clone());
                    open.set(true);
                    ask_later(typed);
                }
                on:focus=move |_| open.set(true)
                on:blur=move |_| open.set(false)
                on:keydown=on_key
            />
            <KeyHint keys="/"/>
            <div
                class="search-results"
                id="search-results"
                role="listbox"
                aria-label=move || t_string!(i18n, frame.search.results)
                hidden=move || !open.get() || results.read().is_none()
                // A press on a result must not take the focus away before its click.
                on:mousedown=move |event| event.prevent_default()
            >
                {list}
            </div>
        </search>
    }
}

/// Customers, then tickets.
#[component]
fn Results(
    /// What was found.
    found: SearchResults,
    /// The marked one, counted through both groups.
    cursor: RwSignal<usize>,
    /// Closes the list.
    leave: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let offset = found.customers.len();
    let option = move |at: usize, testid: &'static str, href: String, content: AnyView| {
        view! {
            <a
                id=format!("hit-{at}")
                class="search-hit"
                data-testid=testid
                class:is-active=move || cursor.get() == at
                role="option"
                tabindex="-1"
                aria-selected=move || if cursor.get() == at { "true" } else { "false" }
                href=href
                on:click=move |_| leave.run(())
                on:mousemove=move |_| if cursor.get_untracked() != at { cursor.set(at) }
            >
                {content}
            </a>
        }
    };
    let customers = found
        .customers
        .into_iter()
        .enumerate()
        .map(move |(at, customer)| {
            let content = view! {
                <Icon name=IconName::Person/>
                <span class="hit-main">{customer.name.as_str().to_owned()}</span>
                <span class="hit-side quiet">{format!("C-{}", customer.number)}</span>
            };
            option(
                at,
                "search-customer",
                links::customer(customer.id),
                content.into_any(),
            )
        });
    let tickets = found
        .tickets
        .into_iter()
        .enumerate()
        .map(move |(at, ticket)| {
            let customer = ticket.customer.map(|it| it.name.as_str().to_owned());
            let content = view! {
                <Icon name=IconName::Ticket/>
                <span class="hit-side quiet">{format!("T-{}", ticket.number)}</span>
                <span class="hit-main">{ticket.subject.as_str().to_owned()}</span>
                <span class="hit-side quiet wide-only">{customer}</span>
                <StatusBadge status=ticket.status/>
            };
            option(
                offset + at,
                "search-ticket",
                links::ticket(ticket.id),
                content.into_any(),
            )
        });
    let (customers, tickets) = (customers.collect::<Vec<_>>(), tickets.collect::<Vec<_>>());
    view! {
        {(!customers.is_empty()).then(|| view! {
            <div role="group" aria-labelledby="hits-customers">
                <h3 class="search-group" id="hits-customers">{t!(i18n, frame.nav.customers)}</h3>
                {customers}
            </div>
        })}
        {(!tickets.is_empty()).then(|| view! {
            <div role="group" aria-labelledby="hits-tickets">
                <h3 class="search-group" id="hits-tickets">{t!(i18n, frame.nav.tickets)}</h3>
                {tickets}
            </div>
        })}
    }
}
