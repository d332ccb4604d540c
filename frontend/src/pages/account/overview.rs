//! Who the reader is, what they may do and see, and another password.

use leptos::prelude::*;
use rapport_types::sessions::Me;

use super::password_form::PasswordForm;
use crate::api;
use crate::api::configuration::use_directory;
use crate::api::query::use_query;
use crate::components::icon::{Icon, IconName};
use crate::components::toast::use_toasts;
use crate::i18n::*;
use crate::preferences::use_preferences;
use crate::session::use_session;
use crate::shell::{Crumb, use_place};

/// The reader's account.
#[component]
pub fn Account() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let toasts = use_toasts();
    use_place(move || vec![Crumb::here(t_string!(i18n, administration.account.title))]);
    let done = move || toasts.done(t_string!(i18n, administration.account.changed));
    view! {
        <div class="page-head"><h1>{t!(i18n, administration.account.title)}</h1></div>
        <div class="account">
            {move || session.me().map(|me| view! { <Facts me/> })}
            <section class="panel">
                <header class="panel-head"><h2>{t!(i18n, administration.account.password)}</h2></header>
                <div class="panel-body">
                    <PasswordForm
                        current_label=Signal::derive(move || {
                            t_string!(i18n, administration.account.current).to_owned()
                        })
                        on_done=done
                    />
                </div>
            </section>
        </div>
    }
}

#[component]
fn Facts(me: Me) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let directory = use_directory();
    let roles = use_query(|| (), |()| async { api::administration::roles().await });
    let held = me.roles;
    let role_names = move || {
        let locale = preferences.locale();
        let names: Vec<String> = held
            .iter()
            .map(|code| {
                roles.with(|roles| {
                    let role = roles.into_iter().flatten().find(|role| role.code == *code);
                    role.map_or_else(
                        || code.to_string(),
                        |role| role.names.get(locale).to_owned(),
                    )
                })
            })
            .collect();
        names.join(" · ")
    };
    let team = move |id| move || directory.team_name(id, preferences.locale());
    let rights = me.permissions;
    let has_none = rights.is_empty();
    let rights = rights
        .into_iter()
        .map(|right| {
            view! {
                <li><Icon name=IconName::Check/> {move || right.title(preferences.locale())}</li>
            }
        })
        .collect_view();
    view! {
        <section class="panel">
            <header class="panel-head"><h2>{t!(i18n, administration.account.facts)}</h2></header>
            <div class="panel-body">
                <dl class="admin-facts">
                    <dt>{t!(i18n, administration.users.name)}</dt>
                    <dd>{me.name.as_str().to_owned()}</dd>
                    <dt>{t!(i18n, administration.users.username)}</dt>
                    <dd>{me.username.as_str().to_owned()}</dd>
                    <dt>{t!(i18n, administration.users.team)}</dt>
                    <dd>{team(me.team_id)}</dd>
                    <dt>{t!(i18n, administration.users.scope)}</dt>
                    <dd>{team(me.scope_team_id)}</dd>
                    <dt>{t!(i18n, administration.section.roles)}</dt>
                    <dd>{role_names}</dd>
                </dl>
            </div>
        </section>
        <section class="panel">
            <header class="panel-head"><h2>{t!(i18n, administration.account.rights)}</h2></header>
            <div class="panel-body">
                {has_none.then(|| view! {
                    <p class="quiet">{t!(i18n, administration.account.no_rights)}</p>
                })}
                <ul class="account-rights">{rights}</ul>
            </div>
        </section>
    }
}
