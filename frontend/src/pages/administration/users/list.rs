//! The list of people and services.

use std::collections::HashSet;

use leptos::prelude::*;
use rapport_types::ids::TeamId;
use rapport_types::roles::Role;
use rapport_types::teams::Tree;
use rapport_types::users::{UserKind, UserSummary};

use super::filters::{KindFilter, RoleFilter, TeamFilter};
use super::form::NewUserForm;
use super::invitation::Invitation;
use super::keys::MadeKey;
use super::panel::UserPanel;
use super::service::{NEW_SERVICE, NewServiceForm};
use crate::api;
use crate::api::configuration::{Directory, use_directory};
use crate::api::query::{Query, use_query};
use crate::components::avatar::Avatar;
use crate::components::button::{ButtonKind, LinkButton};
use crate::components::icon::{Icon, IconName};
use crate::components::states::{EmptyState, Pending};
use crate::components::table::{Column, DataTable, Narrow};
use crate::format::Collator;
use crate::i18n::*;
use crate::links;
use crate::pages::address::{Address, borrowed, use_address};
use crate::pages::administration::beside::{NEW, Split, use_beside};
use crate::pages::administration::list_tools::{ListTools, Shown, filters_of};
use crate::pages::administration::words::{in_a_row, text};
use crate::pages::administration::{Section, SectionName};
use crate::preferences::use_preferences;

/// What the panels of the page share.
#[derive(Clone, Copy)]
pub(super) struct Page {
    /// All roles.
    pub(super) roles: Query<Vec<Role>>,
    /// The one-time password that has been made last: it is shown once.
    pub(super) invitation: RwSignal<Option<Invitation>>,
    /// The API key that has been made last: it is shown once.
    pub(super) made_key: RwSignal<Option<MadeKey>>,
}

/// The people who sign in, and the services that call by keys.
#[component]
pub fn Users() -> impl IntoView {
    let i18n = use_i18n();
    let directory = use_directory();
    let preferences = use_preferences();
    directory.users().reload_unless_asked();
    let address = use_address(links::users(&[]));
    let beside = use_beside(move || links::users(&borrowed(&filters_of(address))));
    let page = Page {
        roles: use_query(|| (), |()| async { api::administration::roles().await }),
        invitation: RwSignal::new(None),
        made_key: RwSignal::new(None),
    };
    let record = Signal::derive(move || match beside.opened()?.as_str() {
        NEW => Some(t_string!(i18n, administration.users.invite).to_owned()),
        NEW_SERVICE => Some(t_string!(i18n, administration.services.add).to_owned()),
        id => directory.user_name(id.parse().ok()?),
    });
    let panel = move |record: String| match record.as_str() {
        NEW => view! { <NewUserForm beside page/> }.into_any(),
        NEW_SERVICE => view! { <NewServiceForm beside page/> }.into_any(),
        id => view! { <UserPanel id=id.parse().ok() beside page/> }.into_any(),
    };
    let rows = rows(address, directory);
    view! {
        <Section
            at=SectionName::Users
            record
            actions=move || view! {
                <span class="admin-head-acts">
                    <LinkButton href=text(move || beside.href(NEW_SERVICE)) icon=IconName::Key>
                        {t!(i18n, administration.services.add)}
                    </LinkButton>
                    <LinkButton
                        href=text(move || beside.href(NEW))
                        kind=ButtonKind::Primary
                        icon=IconName::Plus
                    >
                        {t!(i18n, administration.users.invite)}
                    </LinkButton>
                </span>
            }
        >
            <Split beside panel>
                <ListTools address count=Signal::derive(move || rows.with(|rows| rows.as_ref().map(Vec::len)))>
                    <KindFilter address/>
                    <RoleFilter address page/>
                    <TeamFilter address/>
                </ListTools>
                <div class="panel">
                    <Pending query=directory.users()/>
                    <DataTable
                        label=text(move || SectionName::Users.title(preferences.locale()))
                        columns=columns(i18n, page)
                        rows
                        href=move |row: &UserSummary| beside.href(&row.id.to_string())
                        row_testid="user-row"
                        empty=move || view! {
                            <EmptyState
                                icon=IconName::Person
                                title=text(move || t_string!(i18n, administration.none_found))
                                text=text(move || t_string!(i18n, administration.none_found_text))
                            />
                        }
                    />
                </div>
            </Split>
        </Section>
    }
}

/// The people and services that the URL asks for, by name.
fn rows(address: Address, directory: Directory) -> Signal<Option<Vec<UserSummary>>> {
    let preferences = use_preferences();
    let shown = move || Shown::of(address);
    let rows = Memo::new(move |_| {
        let asked = address.get("q").to_lowercase();
        let kind = UserKind::from_code(&address.get("kind"));
        let role = address.get("role");
        let teams = address
            .get("team")
            .parse::<TeamId>()
            .ok()
            .map(|team| below(directory, team));
        let shown = shown();
        let fits = |user: &&UserSummary| {
            shown.shows(user.active)
                && kind.is_none_or(|kind| user.kind == kind)
                && (asked.is_empty()
                    || user.name.as_str().to_lowercase().contains(&asked)
                    || user.username.as_str().contains(&asked))
                && (role.is_empty()
                    || user.account.as_ref().is_some_and(|account| {
                        account.roles.iter().any(|code| code.as_str() == role)
                    }))
                && teams
                    .as_ref()
                    .is_none_or(|teams| teams.contains(&user.team_id))
        };
        let locale = preferences.locale();
        directory.users().with(|users| {
            let mut found: Vec<UserSummary> = users?.iter().filter(fits).cloned().collect();
            let collator = Collator::new(locale);
            found.sort_by(|a, b| collator.compare(a.name.as_str(), b.name.as_str()));
            Some(found)
        })
    });
    rows.into()
}

/// A team and all below it.
fn below(directory: Directory, team: TeamId) -> HashSet<TeamId> {
    directory.teams().with(|teams| {
        let teams = teams.map_or(&[][..], Vec::as_slice);
        let tree = Tree::new(teams.iter().map(|team| (team.id, team.parent_id)));
        tree.subtree(team).into_iter().collect()
    })
}

fn columns(i18n: leptos_i18n::I18nContext<Locale>, page: Page) -> Vec<Column<UserSummary>> {
    let preferences = use_preferences();
    let directory = use_directory();
    let roles = move |row: &UserSummary| {
        let held = row.account.as_ref().map(|account| account.roles.clone());
        let named = move || {
            let locale = preferences.locale();
            let names: Vec<String> = held
                .iter()
                .flatten()
                .map(|code| page.role_name(code.as_str(), locale))
                .collect();
            in_a_row(&names, locale)
        };
        view! { <span class="cell-cut">{named}</span> }
    };
    let state = move |row: &UserSummary| {
        let is_new = row
            .account
            .as_ref()
            .is_some_and(|account| account.must_change_password);
        let is_service = row.kind == UserKind::Service;
        let badge = match (row.active, is_new) {
            (false, _) => view! {
                <span class="badge badge-quiet">{t!(i18n, administration.users.deactivated)}</span>
            }
            .into_any(),
            (true, true) => view! {
                <span class="badge badge-warn">{t!(i18n, administration.users.invited)}</span>
            }
            .into_any(),
            (true, false) => ().into_any(),
        };
        view! {
            <span class="admin-badges">
                {is_service.then(|| view! {
                    <span class="badge badge-info">
                        <Icon name=IconName::Key/>
                        {t!(i18n, administration.services.service)}
                    </span>
                })}
                {badge}
            </span>
        }
    };
    vec![
        Column::new(
            move || t_string!(i18n, administration.users.name),
            |row: &UserSummary| {
                let name = row.name.as_str().to_owned();
                view! {
                    <span class="person">
                        <Avatar name=name.clone()/>
                        <span class="cell-cut">{name}</span>
                    </span>
                }
            },
        )
        .main(),
        Column::new(
            move || t_string!(i18n, administration.users.username),
            |row: &UserSummary| row.username.as_str().to_owned(),
        )
        .quiet(),
        Column::new(move || t_string!(i18n, administration.section.roles), roles).brief(),
        Column::new(
            move || t_string!(i18n, administration.users.team),
            move |row: &UserSummary| {
                let team = row.team_id;
                view! {
                    <span class="cell-cut">
                        {move || directory.team_name(team, preferences.locale())}
                    </span>
                }
            },
        )
        .brief(),
        Column::new(String::new, state).narrow(Narrow::Side),
    ]
}

impl Page {
    /// The name of a role; its code while that is not known. Tracked.
    pub(super) fn role_name(self, code: &str, locale: rapport_types::locale::Locale) -> String {
        self.roles.with(|roles| {
            let role = roles.and_then(|roles| roles.iter().find(|it| it.code.as_str() == code));
            role.map_or(code, |role| role.names.get(locale)).to_owned()
        })
    }
}
