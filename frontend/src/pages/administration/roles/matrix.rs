//! Role by right: who may do what, at a glance.

use leptos::prelude::*;
use rapport_types::permissions::Permission;
use rapport_types::roles::Role;

use super::panel::RolePanel;
use super::words::meaning;
use crate::api;
use crate::api::configuration::{Directory, use_directory};
use crate::api::query::use_query;
use crate::components::button::{ButtonKind, LinkButton};
use crate::components::icon::{Icon, IconName};
use crate::components::states::Pending;
use crate::i18n::*;
use crate::links;
use crate::pages::administration::beside::{Beside, NEW, Split, use_beside};
use crate::pages::administration::words::{in_a_row, text};
use crate::pages::administration::{Section, SectionName};
use crate::preferences::use_preferences;

/// The roles.
#[component]
pub fn Roles() -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let beside = use_beside(links::roles);
    let roles = use_query(|| (), |()| async { api::administration::roles().await });
    let record = Signal::derive(move || match beside.opened()?.as_str() {
        NEW => Some(t_string!(i18n, administration.roles.new).to_owned()),
        code => roles.with(|roles| {
            let role = roles?.iter().find(|role| role.code.as_str() == code)?;
            Some(role.names.get(preferences.locale()).to_owned())
        }),
    });
    let panel = move |record: String| view! { <RolePanel record roles beside/> }.into_any();
    view! {
        <Section
            at=SectionName::Roles
            record
            actions=move || view! {
                <LinkButton
                    href=text(move || beside.href(NEW))
                    kind=ButtonKind::Primary
                    icon=IconName::Plus
                >
                    {t!(i18n, administration.roles.new)}
                </LinkButton>
            }
        >
            <Split beside panel>
                <p class="admin-intro quiet">{t!(i18n, administration.roles.intro)}</p>
                <div class="panel">
                    <Pending query=roles/>
                    <Matrix roles=Signal::derive(move || roles.get().unwrap_or_default()) beside/>
                </div>
            </Split>
        </Section>
    }
}

/// The table.
#[component]
fn Matrix(roles: Signal<Vec<Role>>, beside: Beside) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let directory = use_directory();
    let heads = Permission::ALL
        .iter()
        .map(|right| {
            view! {
                <th scope="col" title=move || meaning(*right, preferences.locale())>
                    {move || right.title(preferences.locale())}
                </th>
            }
        })
        .collect_view();
    let row = move |role: Role| {
        let code = role.code.to_string();
        let (at, open) = (code.clone(), code.clone());
        let names = role.names.clone();
        let cells = Permission::ALL
            .iter()
            .map(|right| {
                let is_held = role.permissions.contains(right);
                view! { <td class="matrix-cell">{is_held.then(|| held(*right))}</td> }
            })
            .collect_view();
        let allowed = role.permissions.clone();
        let in_words = move || {
            let locale = preferences.locale();
            let titles: Vec<String> = allowed
                .iter()
                .map(|right| right.title(locale).to_owned())
                .collect();
            in_a_row(&titles, locale)
        };
        let count = move || holders(directory, &code);
        view! {
            <tr class:is-cursor=move || beside.is_at(&at) data-testid="role-row">
                <th scope="row" class="matrix-role">
                    <a class="row-link" href=move || beside.href(&open)>
                        {move || names.get(preferences.locale()).to_owned()}
                    </a>
                    {role.built_in.then(|| view! {
                        <span class="quiet small">{t!(i18n, administration.roles.built_in)}</span>
                    })}
                    <span class="matrix-words quiet small">{in_words}</span>
                </th>
                <td class="matrix-count quiet">{count}</td>
                {cells}
            </tr>
        }
    };
    view! {
        <table class="table table-stays matrix">
            <thead>
                <tr>
                    <th scope="col">{t!(i18n, administration.users.role)}</th>
                    <th scope="col" class="matrix-count">{t!(i18n, administration.roles.people)}</th>
                    {heads}
                </tr>
            </thead>
            <tbody>{move || roles.get().into_iter().map(row).collect_view()}</tbody>
        </table>
    }
}

/// That a role allows it.
fn held(right: Permission) -> impl IntoView {
    let preferences = use_preferences();
    view! {
        <Icon name=IconName::Check/>
        <span class="visually-hidden">{move || right.title(preferences.locale())}</span>
    }
}

/// How many people who may sign in hold a role; tracked.
pub(super) fn holders(directory: Directory, code: &str) -> usize {
    directory.users().with(|users| {
        let users = users.into_iter().flatten().filter(|user| user.active);
        users
            .filter_map(|user| user.account.as_ref())
            .filter(|account| account.roles.iter().any(|held| held.as_str() == code))
            .count()
    })
}
