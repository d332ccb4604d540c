//! Where a calendar is used, and taking it out of use.

use leptos::prelude::*;
use rapport_types::calendars::{Calendar, CalendarPatch};
use rapport_types::ids::CalendarId;

use super::words;
use crate::api;
use crate::api::Reply;
use crate::api::query::{Query, use_query};
use crate::api::submission::use_submission;
use crate::components::button::Button;
use crate::components::form_error::FormError;
use crate::components::states::Pending;
use crate::components::toast::use_toasts;
use crate::i18n::*;
use crate::preferences::use_preferences;

/// What uses it, and the button that takes it out of use.
#[component]
pub(super) fn UsagePanel(
    id: CalendarId,
    calendar: Query<Reply<Calendar>>,
    /// Whether there is a draft: its versions must not be mixed up with this change.
    #[prop(into)]
    is_dirty: Signal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let toasts = use_toasts();
    let usage = use_query(|| (), |()| api::calendars::usage());
    let users = Memo::new(move |_| {
        usage.with(|usage| usage.map(|usage| usage.of(id, preferences.locale())))
    });
    let is_active =
        Memo::new(move |_| calendar.with(|reply| reply.is_none_or(|it| it.value.active)));
    let change = use_submission(move |(patch, etag): (CalendarPatch, String)| async move {
        api::calendars::change(id, &patch, &etag).await
    });
    let toggle = move || {
        let Some(etag) = calendar.get_untracked().and_then(|reply| reply.etag) else {
            return;
        };
        let active = !is_active.get_untracked();
        let patch = CalendarPatch {
            active: Some(active),
            ..CalendarPatch::default()
        };
        change.send_then((patch, etag), move |reply| {
            calendar.set(reply);
            toasts.done(untrack(|| {
                if active {
                    t_string!(i18n, calendars.activated)
                } else {
                    t_string!(i18n, calendars.deactivated)
                }
            }));
        });
    };
    let is_used =
        Memo::new(move |_| users.with(|users| users.as_ref().is_none_or(|it| !it.is_empty())));
    view! {
        <section class="panel" aria-label=move || t_string!(i18n, calendars.used.title)>
            <div class="panel-head"><h2>{t!(i18n, calendars.used.title)}</h2></div>
            <div class="panel-body">
                <Pending query=usage/>
                {move || users.get().map(|users| if users.is_empty() {
                    view! { <p class="quiet">{t!(i18n, calendars.used.nowhere)}</p> }.into_any()
                } else {
                    let rows = users.iter().map(|user| view! {
                        <li>{words::user(user, preferences.locale())}</li>
                    });
                    view! { <ul class="plain-list">{rows.collect_view()}</ul> }.into_any()
                })}
                <div class="form-actions">
                    <Button
                        busy=change.busy()
                        disabled=Signal::derive(move || {
                            is_dirty.get() || (is_active.get() && is_used.get())
                        })
                        on_click=toggle
                    >
                        {move || if is_active.get() {
                            t_string!(i18n, calendars.deactivate)
                        } else {
                            t_string!(i18n, calendars.activate)
                        }}
                    </Button>
                    <span class="quiet small">
                        {move || if is_dirty.get() {
                            t_string!(i18n, calendars.save_first)
                        } else if is_active.get() && is_used.get() {
                            t_string!(i18n, calendars.used.keeps)
                        } else {
                            ""
                        }}
                    </span>
                </div>
                <FormError error=change.error_signal()/>
            </div>
        </section>
    }
}
