//! The tree with its people, zones and calendars.

use leptos::prelude::*;
use rapport_types::ids::TeamId;
use rapport_types::teams::Team;

use super::context::{Known, use_known};
use super::form::TeamPanel;
use crate::api::administration::{Write, use_saving};
use crate::components::button::{ButtonKind, LinkButton};
use crate::components::effect::effect;
use crate::components::icon::{Icon, IconName};
use crate::components::states::Pending;
use crate::components::toast::use_toasts;
use crate::i18n::*;
use crate::links;
use crate::pages::address::{borrowed, use_address};
use crate::pages::administration::beside::{NEW, Split, use_beside};
use crate::pages::administration::list_tools::{ListTools, Shown, filters_of};
use crate::pages::administration::record_form::put_into;
use crate::pages::administration::tree::{MoveDialog, Moving, Node, TreeView};
use crate::pages::administration::words::{is_found, members, text};
use crate::pages::administration::{Section, SectionName};
use crate::preferences::use_preferences;

/// The teams.
#[component]
pub fn Teams() -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let known = use_known();
    let teams = known.directory.teams();
    teams.reload_unless_asked();
    let address = use_address(links::teams());
    let beside =
        use_beside(move || links::with_query(&links::teams(), &borrowed(&filters_of(address))));
    let record = Signal::derive(move || match beside.opened()?.as_str() {
        NEW => Some(t_string!(i18n, administration.teams.new).to_owned()),
        id => known
            .directory
            .team_name(id.parse().ok()?, preferences.locale()),
    });
    let nodes = Memo::new(move |_| {
        let (asked, shown) = (address.get("q"), Shown::of(address));
        let node = |team: &Team| Node {
            id: team.id.to_string(),
            parent: team.parent_id.map(|id| id.to_string()),
            names: team.names.clone(),
            active: team.active,
            found: shown.shows(team.active) && is_found(&asked, &team.names, None),
        };
        teams.with(|teams| teams.into_iter().flatten().map(node).collect::<Vec<_>>())
    });
    let found = Signal::derive(move || {
        teams
            .with(|teams| teams.is_some())
            .then(|| nodes.read().iter().filter(|node| node.found).count())
    });
    let moving = RwSignal::new(None::<Moving>);
    let panel = move |record: String| view! { <TeamPanel record known beside moving/> }.into_any();
    view! {
        <Section
            at=SectionName::Teams
            record
            actions=move || view! {
                <LinkButton
                    href=text(move || beside.href(NEW))
                    kind=ButtonKind::Primary
                    icon=IconName::Plus
                >
                    {t!(i18n, administration.teams.new)}
                </LinkButton>
            }
        >
            <Split beside panel>
                <ListTools address count=found/>
                <div class="panel">
                    <Pending query=teams/>
                    <TreeView
                        nodes
                        beside
                        cells=move |id: String| view! { <Cells id=id.parse().ok() known/> }.into_any()
                        may_move=move |(id, to): (String, Option<String>)| may_move(known, &id, to.as_deref())
                        moving
                    />
                </div>
                <p class="admin-hint quiet small">{t!(i18n, administration.tree.how)}</p>
            </Split>
            <MoveTeam known moving/>
        </Section>
    }
}

/// Whether a team may come to lie in another one; with none, whether it may move at all.
fn may_move(known: Known, id: &str, to: Option<&str>) -> bool {
    untrack(|| {
        let Some(team) = id.parse().ok().and_then(|id| known.team(id)) else {
            return false;
        };
        match to {
            None => team.parent_id.is_some(),
            Some(to) => to.parse().is_ok_and(|to| {
                team.parent_id.is_some()
                    && team.parent_id != Some(to)
                    && known.team(to).is_some_and(|to| to.active)
                    && known.tree().may_move(team.id, to)
            }),
        }
    })
}

/// People, zone and calendar of a team.
#[component]
fn Cells(id: Option<TeamId>, known: Known) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let Some(id) = id else {
        return ().into_any();
    };
    let team = Memo::new(move |_| known.team(id));
    let people = move || {
        let count = known.people_in(id);
        (count > 0).then(|| {
            view! {
                <a
                    class="admin-people"
                    href=links::users(&[("team", &id.to_string())])
                    title=move || t_string!(i18n, administration.teams.people, count = count)
                >
                    <Icon name=IconName::Person/>
                    {count}
                </a>
            }
        })
    };
    // What a team has by itself stands out; what it inherits is quiet and tells from where.
    let from = move |team: Option<TeamId>| {
        let name = team.and_then(|team| known.directory.team_name(team, preferences.locale()));
        match name {
            Some(name) => t_string!(i18n, administration.teams.inherited_from, name = name),
            None => t_string!(i18n, administration.teams.inherited).to_owned(),
        }
    };
    let zone = move || {
        let team = team.get()?;
        if let Some(own) = team.time_zone {
            return Some(view! { <span class="cell-cut">{own.to_string()}</span> }.into_any());
        }
        let above = known.zone_above(team.parent_id)?;
        Some(
            view! { <span class="cell-cut quiet" title=from(above.from)>{above.value}</span> }
                .into_any(),
        )
    };
    let calendar = move || {
        let locale = preferences.locale();
        let team = team.get()?;
        if let Some(own) = team.calendar_id {
            let name = known.calendar_name(own, locale)?;
            return Some(view! { <span class="cell-cut">{name}</span> }.into_any());
        }
        let above = known.calendar_above(team.parent_id)?;
        let name = known.calendar_name(above.value, locale)?;
        Some(view! { <span class="cell-cut quiet" title=from(above.from)>{name}</span> }.into_any())
    };
    view! {
        <span class="admin-cell-short">{people}</span>
        <span class="admin-cell wide-only">{zone}</span>
        <span class="admin-cell wide-only">{calendar}</span>
    }
    .into_any()
}

/// The question where a team shall lie.
#[component]
fn MoveTeam(known: Known, moving: RwSignal<Option<Moving>>) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let toasts = use_toasts();
    let teams = known.directory.teams();
    let saving = use_saving();
    let run = move |(id, to): (String, Option<String>)| {
        let (Some(team), Some(to)) = (
            untrack(|| id.parse().ok().and_then(|id| known.team(id))),
            to,
        ) else {
            return;
        };
        let change = Write::patch(
            format!("/teams/{id}"),
            members([("parent_id", to.into())]),
            team.version,
        );
        saving.send_then(change, move |moved| {
            put_into(teams, moved, |a: &Team, b: &Team| a.id == b.id);
            moving.set(None);
            toasts.done(t_string!(i18n, administration.tree.moved));
        });
    };
    // The version is an old one: what is known is read again, and the question stands.
    effect(move || {
        if saving.error().is_some_and(|error| error.is_stale()) {
            teams.reload();
        }
    });
    view! {
        <MoveDialog
            moving
            name_of=move |id: String| {
                id.parse()
                    .ok()
                    .and_then(|id| known.directory.team_name(id, preferences.locale()))
                    .unwrap_or_default()
            }
            choices=move |id: String| {
                let mut choices = known.directory.team_choices(preferences.locale());
                choices.retain(|choice| may_move(known, &id, Some(&choice.value)));
                choices
            }
            consequence=text(move || t_string!(i18n, administration.teams.move_text))
            saving
            on_move=run
        />
    }
}
