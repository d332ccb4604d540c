//! The question before a key is revoked.

use leptos::prelude::*;

use super::list::KeyList;
use crate::api::administration::{Write, use_saving};
use crate::components::instant::use_now;
use crate::components::toast::use_toasts;
use crate::format;
use crate::i18n::*;
use crate::pages::administration::danger::Danger;
use crate::pages::administration::words::text;
use crate::preferences::use_preferences;

/// What will happen, and whether anything still calls by it.
#[component]
pub(super) fn Revoke(list: KeyList) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let toasts = use_toasts();
    let now = use_now();
    let saving = use_saving();
    let chosen = list.chosen;
    let name = Signal::derive(move || {
        chosen
            .read()
            .as_ref()
            .map_or_else(String::new, |key| key.name.as_str().to_owned())
    });
    let run = move || {
        let Some(key) = chosen.get_untracked() else {
            return;
        };
        let write = Write::delete(format!("/api-keys/{}", key.id), Some(key.version));
        saving.send_then(write, move |_| {
            list.is_revoking.set(false);
            list.keys.update(|keys| keys.retain(|it| it.id != key.id));
            toasts.done(t_string!(
                i18n,
                administration.keys.revoked,
                name = key.name.as_str()
            ));
        });
    };
    let use_of_it = move || {
        let used = chosen.read().as_ref().and_then(|key| key.last_used_at);
        match used {
            Some(at) => {
                let when = format::relative(at, now.get(), preferences.locale());
                t_string!(i18n, administration.keys.revoke_used, when = when)
            }
            None => t_string!(i18n, administration.keys.revoke_unused).to_owned(),
        }
    };
    view! {
        <Danger
            open=list.is_revoking
            title=text(move || t_string!(i18n, administration.keys.revoke_title, name = name.get()))
            name
            confirm=text(move || t_string!(i18n, administration.keys.revoke))
            saving
            on_confirm=run
        >
            <p>{t!(i18n, administration.keys.revoke_text)}</p>
            <p class="admin-note">{use_of_it}</p>
        </Danger>
    }
}
