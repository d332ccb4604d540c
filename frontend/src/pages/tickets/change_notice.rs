//! A change that did not go through: why, and how to go on without losing it.

use leptos::prelude::*;
use leptos::wasm_split::SplitLoaderError;
use rapport_types::locale::Locale as Language;

use super::conflict;
use super::open_ticket::use_open_ticket;
use crate::api::tickets::Change;
use crate::components::badge::{priority_text, status_text};
use crate::components::button::{Button, ButtonKind};
use crate::components::conflict::Conflict;
use crate::components::copy_text::CopyText;
use crate::components::icon::{Icon, IconName};
use crate::components::late::late;
use crate::components::states::Skeleton;
use crate::i18n::*;
use crate::preferences::{text_locale, use_preferences};
use leptos_i18n::td_string;

/// What a change would do, in a few words.
fn words(change: &Change, locale: Language) -> String {
    let text = text_locale(locale);
    let of = |name: &str, value: &str| td_string!(text, tickets.drill.of, by = name, name = value);
    match change {
        Change::Status(to) => of(
            td_string!(text, tickets.field.status),
            status_text(to.status, locale),
        ),
        Change::Stage(to) => of(td_string!(text, tickets.field.stage), to.stage.as_str()),
        Change::Assignment(_) => td_string!(text, tickets.field.assignee).to_owned(),
        Change::HandOver(_) => td_string!(text, tickets.field.duty_holder).to_owned(),
        Change::Rating(rating) => of(
            td_string!(text, tickets.field.satisfaction),
            &rating.score.to_string(),
        ),
        Change::Facts(patch) => match (&patch.subject, patch.priority) {
            (Some(subject), _) => of(td_string!(text, tickets.field.subject), subject.as_str()),
            (_, Some(priority)) => of(
                td_string!(text, tickets.field.priority),
                priority_text(priority, locale),
            ),
            _ => td_string!(text, tickets.field.facts).to_owned(),
        },
    }
}

/// Nothing, or the change that failed.
#[component]
pub(super) fn ChangeNotice() -> impl IntoView {
    let open = use_open_ticket();
    let is_stale = Memo::new(move |_| open.failure().map(|error| error.is_stale()));
    move || match is_stale.get() {
        None => None,
        Some(true) => Some(late(Box::pin(overtaken()))),
        Some(false) => Some(view! { <Failed/> }.into_any()),
    }
}

// With the customer's page, which compares versions, too.
#[leptos::wasm_split::wasm_split(customer, wasm_split_path = ::leptos::wasm_split, fallible)]
fn overtaken() -> Result<AnyView, SplitLoaderError> {
    Ok(view! { <Overtaken/> }.into_any())
}

/// Somebody else was faster: both versions, once theirs is here.
#[component]
fn Overtaken() -> impl IntoView {
    let preferences = use_preferences();
    let open = use_open_ticket();
    let fields = Signal::derive(move || {
        let change = open.pending();
        change.map_or_else(Vec::new, |change| {
            conflict::fields(&change, open, preferences.locale())
        })
    });
    let save = move |keys: Vec<&'static str>| {
        let change = untrack(|| open.pending());
        match change.and_then(|it| conflict::keeping(it, &keys, &open.ticket.read_untracked())) {
            Some(change) => open.apply_instead(change),
            None => open.drop_change(),
        }
    };
    let is_there = Memo::new(move |_| open.is_newer());
    view! {
        <div class="change-conflict" data-testid="change-notice">
            <Show when=move || is_there.get() fallback=|| view! { <Skeleton lines=3/> }>
                <Conflict
                    fields
                    latest=Signal::derive(move || conflict::latest(open, preferences.locale()))
                    busy=open.busy()
                    on_save=save
                    on_drop=move || open.drop_change()
                />
            </Show>
        </div>
    }
}

/// It failed otherwise: why, and what it was.
#[component]
fn Failed() -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let open = use_open_ticket();
    view! {
        <div role="alert">
            {move || open.failure().map(|error| {
                let change = open.pending().map(|change| words(&change, preferences.locale()));
                let title = error.title(preferences.locale());
                let detail = error.detail().map(str::to_owned);
                let request_id = error.request_id().map(str::to_owned);
                view! {
                    <div class="change-notice" data-testid="change-notice">
                        <Icon name=IconName::Warning/>
                        <div class="change-notice-text">
                            <p><strong>{title}</strong></p>
                            {detail.map(|text| view! { <p>{text}</p> })}
                            {change.map(|change| view! {
                                <p>{t!(i18n, tickets.not_applied, change = change)}</p>
                            })}
                            {request_id.map(|id| view! {
                                <p class="small">{t!(i18n, frame.error.request_id)} " " <CopyText text=id/></p>
                            })}
                        </div>
                        <div class="change-notice-actions">
                            <Button kind=ButtonKind::Ghost on_click=move || open.drop_change()>
                                {t!(i18n, tickets.drop_change)}
                            </Button>
                            <Button busy=open.busy() on_click=move || open.apply_again()>
                                {t!(i18n, frame.error.retry)}
                            </Button>
                        </div>
                    </div>
                }
            })}
        </div>
    }
}
