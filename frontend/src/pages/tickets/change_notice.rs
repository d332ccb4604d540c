//! A change that did not go through: why, and how to go on without losing it.

use leptos::prelude::*;
use rapport_types::locale::Locale as Language;

use super::open_ticket::use_open_ticket;
use crate::api::tickets::Change;
use crate::components::badge::{priority_text, status_text};
use crate::components::button::{Button, ButtonKind};
use crate::components::copy_text::CopyText;
use crate::components::icon::{Icon, IconName};
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
    let i18n = use_i18n();
    let preferences = use_preferences();
    let open = use_open_ticket();
    view! {
        <div role="alert">
            {move || open.failure().map(|error| {
                let stale = error.is_stale();
                let change = open.pending().map(|change| words(&change, preferences.locale()));
                let title = if stale {
                    t_string!(i18n, tickets.stale).to_owned()
                } else {
                    error.title(preferences.locale())
                };
                let detail = error.detail().filter(|_| !stale).map(str::to_owned);
                let request_id = error.request_id().filter(|_| !stale).map(str::to_owned);
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
                                {move || if stale {
                                    t_string!(i18n, tickets.apply_again)
                                } else {
                                    t_string!(i18n, frame.error.retry)
                                }}
                            </Button>
                        </div>
                    </div>
                }
            })}
        </div>
    }
}
