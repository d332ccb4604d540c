//! One key: what it may do, how long, from where, who made it, and when it was last used.

use leptos::prelude::*;
use rapport_types::api_keys::{AddressRange, ApiKeySummary};

use super::list::KeyList;
use crate::api::configuration::use_directory;
use crate::components::button::Button;
use crate::components::instant::{Instant, use_now};
use crate::format;
use crate::i18n::*;
use crate::pages::administration::words::in_a_row;
use crate::preferences::use_preferences;

/// The key.
#[component]
pub(super) fn KeyRow(key: ApiKeySummary, list: KeyList) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let directory = use_directory();
    let now = use_now();
    let ends = key.clone();
    let is_over = Memo::new(move |_| !ends.holds(now.get()));
    let (scopes, addresses) = (key.scopes.clone(), key.addresses.clone());
    let (expires_at, created_by) = (key.expires_at, key.created_by);
    let (used, made) = (key.last_used_at, key.created_at);
    let may = move || {
        let locale = preferences.locale();
        let titles: Vec<String> = scopes
            .iter()
            .map(|scope| scope.title(locale).to_owned())
            .collect();
        in_a_row(&titles, locale)
    };
    let expires = move || match expires_at {
        Some(at) => format::date_time(at, preferences.locale()),
        None => t_string!(i18n, administration.keys.for_ever).to_owned(),
    };
    let from = move || {
        if addresses.is_empty() {
            return t_string!(i18n, administration.keys.anywhere).to_owned();
        }
        let shown: Vec<String> = addresses.iter().map(AddressRange::to_string).collect();
        in_a_row(&shown, preferences.locale())
    };
    let maker = move || match created_by {
        Some(id) => directory
            .user_name(id)
            .map(|name| t_string!(i18n, administration.keys.made_by, name = name)),
        None => Some(t_string!(i18n, administration.keys.made_by_command).to_owned()),
    };
    let name = key.name.as_str().to_owned();
    let revoke = move || {
        list.chosen.set(Some(key.clone()));
        list.is_revoking.set(true);
    };
    view! {
        <li class="admin-key" class:is-over=is_over data-testid="key-row">
            <header>
                <strong>{name}</strong>
                {move || is_over.get().then(|| view! {
                    <span class="badge badge-bad">{t!(i18n, administration.keys.expired)}</span>
                })}
                <Button on_click=revoke testid="key-revoke">
                    {t!(i18n, administration.keys.revoke)}
                </Button>
            </header>
            <dl class="admin-facts small">
                <dt>{t!(i18n, administration.roles.may)}</dt>
                <dd>{may}</dd>
                <dt>{t!(i18n, administration.keys.until)}</dt>
                <dd>{expires}</dd>
                <dt>{t!(i18n, administration.keys.from)}</dt>
                <dd>{from}</dd>
                <dt>{t!(i18n, administration.keys.used)}</dt>
                <dd data-testid="key-used">
                    {match used {
                        Some(at) => view! { <Instant at=Signal::stored(Some(at))/> }.into_any(),
                        None => t!(i18n, administration.keys.never).into_any(),
                    }}
                </dd>
                <dt>{t!(i18n, administration.keys.made)}</dt>
                <dd><Instant at=Signal::stored(Some(made))/>{maker}</dd>
            </dl>
        </li>
    }
}
