//! Tells when a bulk change is over, wherever the reader is by then.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use rapport_types::bulk_changes::{BulkChange, BulkState};
use rapport_types::ids::BulkChangeId;

use crate::api;
use crate::components::toast::Toasts;
use crate::format;
use crate::i18n::*;
use crate::links;
use crate::preferences::Preferences;

/// How often it is asked for.
const PACE_MS: u32 = 2_000;

/// Asks until it is over; whoever has its page open sees it there.
pub(super) fn watch(
    id: BulkChangeId,
    toasts: Toasts,
    i18n: leptos_i18n::I18nContext<Locale>,
    preferences: Preferences,
) {
    spawn_local(async move {
        let ended = loop {
            TimeoutFuture::new(PACE_MS).await;
            match api::bulk_changes::bulk_change(id).await {
                Ok(change) if change.state.is_over() => break change,
                Ok(_) => {}
                // It is in the list of bulk changes.
                Err(_) => return,
            }
        };
        let here = window().location().pathname().unwrap_or_default();
        if here != links::bulk_change(id) {
            tell(&ended, toasts, i18n, preferences);
        }
    });
}

fn tell(
    ended: &BulkChange,
    toasts: Toasts,
    i18n: leptos_i18n::I18nContext<Locale>,
    preferences: Preferences,
) {
    let number = |count: u64| format::integer(count.cast_signed(), preferences.locale_untracked());
    let words = untrack(|| match ended.state {
        BulkState::Done => t_string!(
            i18n,
            bulk.news.done,
            changed = number(ended.numbers.changed),
            refused = number(ended.numbers.refused)
        ),
        _ => t_string!(i18n, bulk.news.ended).to_owned(),
    });
    if ended.state == BulkState::Done && ended.numbers.refused == 0 {
        toasts.done(words);
    } else {
        toasts.failed(words);
    }
}
