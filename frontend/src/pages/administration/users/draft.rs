//! What is typed about a person or a service, and the fields to type it in.

use leptos::prelude::*;
use rapport_types::locale::Locale as Language;
use rapport_types::permissions::Permission;
use rapport_types::users::{User, UserKind};
use serde_json::{Map, Value, json};

use super::list::Page;
use crate::api::ApiError;
use crate::api::configuration::use_directory;
use crate::components::checkbox::Checkbox;
use crate::components::combobox::Combobox;
use crate::components::field::TextField;
use crate::components::select::{Choice, Select};
use crate::i18n::*;
use crate::pages::administration::words::{in_a_row, members, or_null, text};
use crate::preferences::use_preferences;

/// What is typed.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    /// The person's name.
    pub(super) name: RwSignal<String>,
    /// The name to sign in with.
    pub(super) username: RwSignal<String>,
    email: RwSignal<String>,
    roles: RwSignal<Vec<String>>,
    team: RwSignal<Option<String>>,
    scope: RwSignal<Option<String>>,
    locale: RwSignal<String>,
}

impl Draft {
    /// Of somebody new, in this team.
    pub(super) fn new(team: Option<String>, locale: Language) -> Self {
        Self {
            name: RwSignal::new(String::new()),
            username: RwSignal::new(String::new()),
            email: RwSignal::new(String::new()),
            roles: RwSignal::new(Vec::new()),
            team: RwSignal::new(team),
            scope: RwSignal::new(None),
            locale: RwSignal::new(locale.tag().to_owned()),
        }
    }

    /// Of somebody who is there.
    pub(super) fn of(user: &User) -> Self {
        let draft = Self::new(Some(user.team_id.to_string()), user.locale);
        draft.name.set(user.name.as_str().to_owned());
        draft.username.set(user.username.as_str().to_owned());
        draft
            .email
            .set(user.email.clone().map(String::from).unwrap_or_default());
        draft
            .roles
            .set(user.roles.iter().map(ToString::to_string).collect());
        if user.scope_team_id != user.team_id {
            draft.scope.set(Some(user.scope_team_id.to_string()));
        }
        draft
    }

    /// What is sent.
    pub(super) fn members(self) -> Map<String, Value> {
        let team = self.team.get_untracked();
        members([
            ("name", self.name.get_untracked().trim().into()),
            ("email", or_null(&self.email.read_untracked())),
            ("roles", json!(self.roles.get_untracked())),
            ("team_id", json!(team)),
            ("scope_team_id", json!(self.scope.get_untracked().or(team))),
            ("locale", self.locale.get_untracked().into()),
        ])
    }
}

/// The fields.
#[component]
pub(super) fn DraftFields(
    /// What is typed.
    draft: Draft,
    /// What the page knows.
    page: Page,
    /// The refusal of the last try.
    error: Signal<Option<ApiError>>,
    /// A person or a service, which has neither mail nor a language.
    kind: UserKind,
    /// Whether the person is new: then the name to sign in with is asked for.
    is_new: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let directory = use_directory();
    let is_person = kind == UserKind::Person;
    let fault = move |pointer: &'static str| {
        Signal::derive(move || error.get()?.field(pointer, preferences.locale()))
    };
    let hint = |said: Signal<String>| Signal::derive(move || Some(said.get()));
    let teams = Signal::derive(move || directory.team_choices(preferences.locale()));
    // A team that is no longer in use is not among the choices.
    let name_of = move |team: RwSignal<Option<String>>| {
        Signal::derive(move || directory.team_name(team.get()?.parse().ok()?, preferences.locale()))
    };
    let languages = Signal::stored(vec![
        Choice::new(Language::ZhCn.tag(), "简体中文"),
        Choice::new(Language::En.tag(), "English"),
    ]);
    view! {
        <TextField
            label=text(move || if is_person {
                t_string!(i18n, administration.users.name)
            } else {
                t_string!(i18n, administration.services.name)
            })
            value=draft.name
            error=fault("/name")
            required=true
            autofocus=is_new
            testid="user-name"
        />
        {is_new.then(|| view! {
            <TextField
                label=text(move || t_string!(i18n, administration.users.username))
                value=draft.username
                error=fault("/username")
                hint=hint(text(move || if is_person {
                    t_string!(i18n, administration.users.username_hint)
                } else {
                    t_string!(i18n, administration.services.username_hint)
                }))
                required=true
                testid="user-username"
            />
        })}
        {is_person.then(|| view! {
            <TextField
                label=text(move || t_string!(i18n, administration.users.email))
                value=draft.email
                error=fault("/email")
                kind="email"
            />
        })}
        <Combobox
            label=text(move || t_string!(i18n, administration.users.team))
            value=draft.team
            options=teams
            shown=name_of(draft.team)
            error=fault("/team_id")
            required=true
            testid="user-team"
        />
        <Combobox
            label=text(move || t_string!(i18n, administration.users.scope))
            value=draft.scope
            options=teams
            shown=name_of(draft.scope)
            error=fault("/scope_team_id")
            placeholder=text(move || t_string!(i18n, administration.users.scope_own))
        />
        <p class="admin-hint quiet small">
            {move || if is_person {
                t_string!(i18n, administration.users.scope_hint)
            } else {
                t_string!(i18n, administration.services.scope_hint)
            }}
        </p>
        {is_person.then(|| view! {
            <Select
                label=text(move || t_string!(i18n, administration.users.language))
                value=draft.locale
                options=languages
                error=fault("/locale")
            />
        })}
        <Roles draft page error=fault("/roles") kind/>
    }
}

/// Which roles are held, and what they allow together.
#[component]
fn Roles(draft: Draft, page: Page, error: Signal<Option<String>>, kind: UserKind) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let together = Memo::new(move |_| {
        page.roles.with(|roles| {
            let held = draft.roles.read();
            let held = roles
                .into_iter()
                .flatten()
                .filter(|role| held.iter().any(|code| code == role.code.as_str()));
            let mut allowed: Vec<Permission> =
                held.flat_map(|role| role.permissions.clone()).collect();
            allowed.sort_unstable();
            allowed.dedup();
            allowed
        })
    });
    let titles = move |allowed: &[Permission]| {
        let locale = preferences.locale();
        let titles: Vec<String> = allowed
            .iter()
            .map(|it| it.title(locale).to_owned())
            .collect();
        in_a_row(&titles, locale)
    };
    let boxes = move || {
        let roles = page.roles.get().unwrap_or_default();
        roles
            .into_iter()
            .map(|role| {
                let code = role.code.to_string();
                let (own, id) = (code.clone(), format!("role-{code}"));
                let names = role.names;
                let allowed = role.permissions;
                view! {
                    <Checkbox
                        label=text(move || names.get(preferences.locale()).to_owned())
                        hint=text(move || titles(&allowed))
                        checked=Signal::derive(move || draft.roles.read().contains(&own))
                        on_change=move |on: bool| draft.roles.update(|held| {
                            held.retain(|it| *it != code);
                            if on {
                                held.push(code.clone());
                            }
                        })
                        testid=Some(id)
                    />
                }
            })
            .collect_view()
    };
    view! {
        <fieldset class="admin-choices">
            <legend>{t!(i18n, administration.section.roles)}</legend>
            <p class="field-note" role="alert">{error}</p>
            {boxes}
            <p class="small" role="status">
                {move || {
                    let allowed = together.get();
                    match (allowed.is_empty(), kind) {
                        (true, UserKind::Person) => {
                            t_string!(i18n, administration.users.may_nothing).to_owned()
                        }
                        (true, UserKind::Service) => {
                            t_string!(i18n, administration.services.may_nothing).to_owned()
                        }
                        (false, _) => t_string!(
                            i18n,
                            administration.users.may_together,
                            rights = titles(&allowed)
                        ),
                    }
                }}
            </p>
        </fieldset>
    }
}
