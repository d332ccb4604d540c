//! The form of a team: names, zone and calendar of its own, and for a new one where it lies.

use leptos::prelude::*;
use rapport_types::ids::TeamId;
use rapport_types::teams::Team;
use serde_json::json;

use super::context::Known;
use crate::api::administration::{Write, use_saving};
use crate::components::button::{Button, ButtonKind};
use crate::components::combobox::Combobox;
use crate::components::effect::effect;
use crate::components::form_error::FormError;
use crate::components::icon::IconName;
use crate::components::select::Choice;
use crate::components::states::{Loaded, Skeleton};
use crate::components::toast::use_toasts;
use crate::i18n::*;
use crate::links;
use crate::pages::administration::beside::{Beside, NEW, use_under};
use crate::pages::administration::danger::Danger;
use crate::pages::administration::names_fields::{NamesDraft, NamesFields};
use crate::pages::administration::record_form::{PanelHead, RecordForm, Seen, put_into};
use crate::pages::administration::tree::Moving;
use crate::pages::administration::words::{members, text};
use crate::pages::administration::zones::zone_choices;
use crate::pages::not_found::NotFound;
use crate::preferences::use_preferences;

/// The panel of a team, or of a new one.
#[component]
pub(super) fn TeamPanel(
    record: String,
    known: Known,
    beside: Beside,
    moving: RwSignal<Option<Moving>>,
) -> impl IntoView {
    let under = use_under();
    view! {
        <Loaded
            query=known.directory.teams()
            skeleton=|| view! { <div class="panel-body"><Skeleton lines=6/></div> }
            let:_teams
        >
            {
                let team = record.parse().ok().and_then(|id| untrack(|| known.team(id)));
                if team.is_none() && record != NEW {
                    view! { <NotFound/> }.into_any()
                } else {
                    view! { <TeamForm team under known beside moving/> }.into_any()
                }
            }
        </Loaded>
    }
}

#[component]
fn TeamForm(
    team: Option<Team>,
    under: Memo<Option<String>>,
    known: Known,
    beside: Beside,
    moving: RwSignal<Option<Moving>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let toasts = use_toasts();
    let teams = known.directory.teams();
    let id = team.as_ref().map(|team| team.id);
    let seen = Seen::new(&team);
    let names = NamesDraft::new(team.as_ref().map(|team| &team.names));
    let own = |value: Option<String>| RwSignal::new(value);
    let zone = own(team
        .as_ref()
        .and_then(|team| team.time_zone.as_ref().map(ToString::to_string)));
    let calendar = own(team
        .as_ref()
        .and_then(|team| team.calendar_id.map(|id| id.to_string())));
    let parent = own(None);
    effect(move || parent.set(under.get()));
    // As it is now, whoever has changed it last.
    let now = Memo::new(move |_| id.and_then(|id| known.team(id)));
    let above = Memo::new(move |_| match now.get() {
        Some(team) => team.parent_id,
        None => parent.get().and_then(|id| id.parse().ok()),
    });
    let saving = use_saving();
    let submit = move || {
        let mut given = members([
            ("names", names.value()),
            ("time_zone", json!(zone.get_untracked())),
            ("calendar_id", json!(calendar.get_untracked())),
        ]);
        let write = match now.get_untracked() {
            Some(team) => Write::patch(
                format!("/teams/{}", team.id),
                seen.changed(given),
                team.version,
            ),
            None => {
                given.insert("parent_id".to_owned(), json!(parent.get_untracked()));
                Write::post("/teams", given)
            }
        };
        saving.send_then(write, move |saved| {
            seen.is_now(&saved);
            let made = saved["id"].as_str().unwrap_or_default().to_owned();
            put_into(teams, saved, |a: &Team, b: &Team| a.id == b.id);
            toasts.done(t_string!(i18n, administration.saved));
            beside.open(&made);
        });
    };
    let fault = move |pointer: &'static str| {
        Signal::derive(move || saving.error()?.field(pointer, preferences.locale()))
    };
    let zones = StoredValue::new(zone_choices(zone.get_untracked().as_deref()));
    let calendars = Signal::derive(move || {
        let (locale, own) = (preferences.locale(), calendar.get());
        known.calendars.with(|all| {
            all.into_iter()
                .flatten()
                .filter(|it| it.active || own == Some(it.id.to_string()))
                .map(|it| Choice::new(it.id.to_string(), it.names.get(locale)))
                .collect()
        })
    });
    let inherits = move |value: Option<String>| match value {
        Some(value) => t_string!(i18n, administration.teams.inherits, value = value),
        None => String::new(),
    };
    let path = move || {
        let locale = preferences.locale();
        let names = known.tree().path(above.get()?).into_iter().rev();
        let names: Vec<String> = names
            .filter_map(|id| known.directory.team_name(id, locale))
            .collect();
        Some(names.join(" › "))
    };
    let start_move = move || {
        if let Some(id) = id {
            moving.set(Some(Moving {
                id: id.to_string(),
                to: None,
            }));
        }
    };
    view! {
        <PanelHead
            title=text(move || match now.get() {
                Some(team) => team.names.get(preferences.locale()).to_owned(),
                None => t_string!(i18n, administration.teams.new).to_owned(),
            })
            detail=text(move || id.and_then(|_| path()).unwrap_or_default())
            beside
        />
        <RecordForm beside saving on_submit=submit on_stale=move || teams.reload()>
            <NamesFields names error=saving.error_signal() autofocus=id.is_none()/>
            {id.is_none().then(|| view! {
                <Combobox
                    label=text(move || t_string!(i18n, administration.tree.lies_in))
                    value=parent
                    options=Signal::derive(move || known.directory.team_choices(preferences.locale()))
                    error=fault("/parent_id")
                    required=true
                    testid="team-parent"
                />
            })}
            <Combobox
                label=text(move || t_string!(i18n, administration.time_zone))
                value=zone
                options=Signal::derive(move || zones.get_value())
                error=fault("/time_zone")
                placeholder=text(move || inherits(known.zone_above(above.get()).map(|it| it.value)))
            />
            <Combobox
                label=text(move || t_string!(i18n, administration.calendar))
                value=calendar
                options=calendars
                error=fault("/calendar_id")
                placeholder=text(move || inherits(
                    known
                        .calendar_above(above.get())
                        .and_then(|it| known.calendar_name(it.value, preferences.locale())),
                ))
            />
        </RecordForm>
        {id.map(|id| view! { <TeamActs id now known start_move/> })}
    }
}

/// What may be done about a team: its people, moving, out of use, back in.
#[component]
fn TeamActs(
    id: TeamId,
    now: Memo<Option<Team>>,
    known: Known,
    #[prop(into)] start_move: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let toasts = use_toasts();
    let teams = known.directory.teams();
    let asked = RwSignal::new(false);
    let saving = use_saving();
    let is_active = Memo::new(move |_| now.get().is_some_and(|team| team.active));
    let is_root = Memo::new(move |_| now.get().is_some_and(|team| team.parent_id.is_none()));
    let name = text(move || {
        now.get()
            .map(|team| team.names.get(preferences.locale()).to_owned())
            .unwrap_or_default()
    });
    let set_active = move |active: bool| {
        let Some(version) = now.get_untracked().map(|team| team.version) else {
            return;
        };
        let change = Write::patch(
            format!("/teams/{id}"),
            members([("active", active.into())]),
            version,
        );
        saving.send_then(change, move |saved| {
            put_into(teams, saved, |a: &Team, b: &Team| a.id == b.id);
            asked.set(false);
            toasts.done(t_string!(i18n, administration.saved));
        });
    };
    let (people, below) = (
        Memo::new(move |_| known.people_in(id)),
        Memo::new(move |_| known.teams_below(id)),
    );
    view! {
        <section class="panel-body admin-acts">
            <p>
                <a href=links::users(&[("team", &id.to_string())])>
                    {move || t_string!(i18n, administration.teams.people, count = people.get())}
                </a>
            </p>
            <Show when=move || !is_root.get()>
                <div class="form-actions">
                    <Button icon=IconName::Tree on_click=move || start_move.run(()) testid="team-move">
                        {t!(i18n, administration.tree.move_to)}
                    </Button>
                    <Show
                        when=move || is_active.get()
                        fallback=move || view! {
                            <Button icon=IconName::Check busy=saving.busy() on_click=move || set_active(true)>
                                {t!(i18n, administration.take_into_use)}
                            </Button>
                        }
                    >
                        <Button kind=ButtonKind::Danger on_click=move || asked.set(true)>
                            {t!(i18n, administration.retire)}
                        </Button>
                    </Show>
                </div>
                <Show when=move || !asked.get()><FormError error=saving.error_signal()/></Show>
            </Show>
        </section>
        <Danger
            open=asked
            title=text(move || t_string!(i18n, administration.retire_title, name = name.get()))
            name
            confirm=text(move || t_string!(i18n, administration.retire))
            saving
            on_confirm=move || set_active(false)
        >
            <p>{t!(i18n, administration.teams.retire_text)}</p>
            <Show when=move || { people.get() + below.get() > 0 }>
                <p class="admin-note">
                    {move || t_string!(
                        i18n,
                        administration.teams.still_in_use,
                        people = people.get(),
                        teams = below.get()
                    )}
                </p>
            </Show>
        </Danger>
    }
}
