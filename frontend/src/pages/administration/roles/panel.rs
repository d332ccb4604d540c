//! One role: what it allows and who holds it; a role of one's own can be changed, a built-in one is
//! the pattern of another.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use rapport_types::permissions::Permission;
use rapport_types::roles::Role;
use serde_json::json;

use super::matrix::holders;
use super::words::meaning;
use crate::api::administration::{Write, use_saving};
use crate::api::configuration::use_directory;
use crate::api::query::Query;
use crate::components::button::LinkButton;
use crate::components::checkbox::Checkbox;
use crate::components::icon::IconName;
use crate::components::states::{Loaded, Skeleton};
use crate::components::toast::use_toasts;
use crate::i18n::*;
use crate::links;
use crate::pages::administration::beside::{Beside, NEW};
use crate::pages::administration::code_field::{CodeDraft, CodeField};
use crate::pages::administration::names_fields::{NamesDraft, NamesFields};
use crate::pages::administration::record_form::{PanelHead, RecordForm, put_into};
use crate::pages::administration::words::{members, text};
use crate::pages::not_found::NotFound;
use crate::preferences::use_preferences;
use crate::session::use_session;

/// The role whose pattern a new one follows, in the query.
const FROM: &str = "from";

/// The panel of a role, or of a new one.
#[component]
pub(super) fn RolePanel(record: String, roles: Query<Vec<Role>>, beside: Beside) -> impl IntoView {
    let from = untrack(|| use_query_map().with(|query| query.get(FROM)));
    view! {
        <Loaded query=roles skeleton=|| view! { <div class="panel-body"><Skeleton lines=8/></div> } let:all>
            {
                let find = |code: Option<&str>| {
                    all.read_untracked()
                        .iter()
                        .find(|role| Some(role.code.as_str()) == code)
                        .cloned()
                };
                match (record.as_str(), find(Some(record.as_str()))) {
                    (NEW, _) => {
                        let pattern = find(from.as_deref());
                        view! { <RoleForm role=None pattern roles beside/> }.into_any()
                    }
                    (_, Some(role)) if role.built_in => view! { <BuiltIn role beside/> }.into_any(),
                    (_, Some(role)) => {
                        view! { <RoleForm role=Some(role) pattern=None roles beside/> }.into_any()
                    }
                    (_, None) => view! { <NotFound/> }.into_any(),
                }
            }
        </Loaded>
    }
}

/// A role that cannot be changed.
#[component]
fn BuiltIn(role: Role, beside: Beside) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let names = role.names.clone();
    let code = role.code.to_string();
    let copy = links::with_query(&links::beside(&links::roles(), NEW), &[(FROM, &code)]);
    let rights = Permission::ALL.iter().map(|right| {
        let held = role.permissions.contains(right);
        view! {
            <Checkbox
                label=text(move || right.title(preferences.locale()))
                hint=text(move || meaning(*right, preferences.locale()))
                checked=Signal::stored(held)
                disabled=Signal::stored(true)
                on_change=|_: bool| {}
            />
        }
    });
    let rights = rights.collect_view();
    view! {
        <PanelHead
            title=text(move || names.get(preferences.locale()).to_owned())
            detail=text(move || t_string!(i18n, administration.roles.built_in))
            beside
        />
        <div class="panel-body admin-form">
            <p>{t!(i18n, administration.roles.built_in_text)}</p>
            <div class="form-actions">
                <LinkButton href=copy icon=IconName::Copy>{t!(i18n, administration.roles.copy)}</LinkButton>
            </div>
            <Holders code/>
            <div class="admin-choices">{rights}</div>
        </div>
    }
}

/// How many hold it, with the way to them.
#[component]
fn Holders(code: String) -> impl IntoView {
    let i18n = use_i18n();
    let directory = use_directory();
    let href = links::users(&[("role", &code)]);
    let count = move || holders(directory, &code);
    view! {
        <p>
            <a href=href>
                {move || t_string!(i18n, administration.roles.held_by, count = count())}
            </a>
        </p>
    }
}

/// The form of a role of one's own.
#[component]
fn RoleForm(
    role: Option<Role>,
    pattern: Option<Role>,
    roles: Query<Vec<Role>>,
    beside: Beside,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let session = use_session();
    let toasts = use_toasts();
    let names = NamesDraft::new(role.as_ref().map(|role| &role.names));
    let typed_code = CodeDraft::new();
    let known = role.as_ref().map(|role| role.code.to_string());
    let is_new = known.is_none();
    let allowed = RwSignal::new(
        role.as_ref()
            .or(pattern.as_ref())
            .map(|role| role.permissions.clone())
            .unwrap_or_default(),
    );
    let shown = role.as_ref().map(|role| role.names.clone());
    let code = StoredValue::new(known.clone());
    let saving = use_saving();
    // As it is now, whoever has changed it last.
    let version_of = move |code: &str| {
        let all = roles.get_untracked().unwrap_or_default();
        let now = all.iter().find(|role| role.code.as_str() == code);
        now.map(|role| role.version)
    };
    let submit = move || {
        let code = match code.get_value() {
            Some(code) => code,
            None => match typed_code.checked(|code| version_of(code).is_some()) {
                Some(code) => code,
                None => return,
            },
        };
        let body = members([
            ("names", names.value()),
            ("permissions", json!(allowed.get_untracked())),
        ]);
        let put = Write::put(format!("/roles/{code}"), body, version_of(&code));
        saving.send_then(put, move |saved| {
            put_into(roles, saved, |a: &Role, b: &Role| a.code == b.code);
            toasts.done(t_string!(i18n, administration.saved));
            leptos::task::spawn_local(async move {
                // The reader may hold it.
                let _ = session.load().await;
            });
            beside.open(&code);
        });
    };
    let rights = Permission::ALL
        .iter()
        .map(|right| {
            let right = *right;
            view! {
                <Checkbox
                    label=text(move || right.title(preferences.locale()))
                    hint=text(move || meaning(right, preferences.locale()))
                    checked=Signal::derive(move || allowed.read().contains(&right))
                    on_change=move |on: bool| allowed.update(|allowed| {
                        allowed.retain(|it| *it != right);
                        if on {
                            allowed.push(right);
                        }
                    })
                    testid=Some(format!("right-{}", right.code()))
                />
            }
        })
        .collect_view();
    view! {
        <PanelHead
            title=text(move || match &shown {
                Some(names) => names.get(preferences.locale()).to_owned(),
                None => t_string!(i18n, administration.roles.new).to_owned(),
            })
            detail=known.clone().unwrap_or_default()
            beside
        />
        <RecordForm beside saving on_submit=submit on_stale=move || roles.reload()>
            <NamesFields names error=saving.error_signal() autofocus=is_new/>
            {is_new.then(|| view! { <CodeField draft=typed_code/> })}
            {known.map(|code| view! { <Holders code/> })}
            <fieldset class="admin-choices">
                <legend>{t!(i18n, administration.roles.may)}</legend>
                {rights}
            </fieldset>
        </RecordForm>
    }
}
