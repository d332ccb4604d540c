//! Making a key: what it is for, what it may do, how long, from where.

use leptos::prelude::*;
use rapport_types::permissions::Permission;
use rapport_types::users::User;
use serde_json::{Map, Value, json};

use super::list::KeyList;
use super::made::MadeKey;
use super::scopes::Scopes;
use crate::api::ApiError;
use crate::api::administration::{Saving, Write, use_saving};
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::Dialog;
use crate::components::field::TextField;
use crate::components::form_error::{FormError, focus_refused};
use crate::components::list_field::{Line, ListField, lines_of, texts_of};
use crate::components::toast::use_toasts;
use crate::format;
use crate::i18n::*;
use crate::pages::administration::users::list::Page;
use crate::pages::administration::words::{members, text};
use crate::preferences::use_preferences;

/// The members that have a field.
const FIELDS: [&str; 4] = ["/name", "/scopes", "/expires_at", "/addresses/"];

/// What is typed.
#[derive(Clone, Copy)]
struct Draft {
    name: RwSignal<String>,
    scopes: RwSignal<Vec<Permission>>,
    last_day: RwSignal<String>,
    addresses: RwSignal<Vec<Line>>,
}

impl Draft {
    /// Nothing yet; a year is long enough to begin with.
    fn new() -> Self {
        let in_a_year = format::local_day(format::now() + chrono::TimeDelta::days(365));
        Self {
            name: RwSignal::new(String::new()),
            scopes: RwSignal::new(Vec::new()),
            last_day: RwSignal::new(in_a_year.to_string()),
            addresses: RwSignal::new(lines_of(&[])),
        }
    }

    /// What is sent.
    fn members(self) -> Map<String, Value> {
        members([
            ("name", self.name.get_untracked().trim().into()),
            ("scopes", json!(self.scopes.get_untracked())),
            (
                "expires_at",
                json!(end_of_day(&self.last_day.read_untracked())),
            ),
            ("addresses", json!(texts_of(self.addresses))),
        ])
    }
}

/// The last second of a day in the reader's zone; what is no day goes as it is and is refused.
fn end_of_day(typed: &str) -> Option<String> {
    let typed = typed.trim();
    if typed.is_empty() {
        return None;
    }
    let end = js_sys::Date::new(&format!("{typed}T23:59:59").into());
    if end.get_time().is_nan() {
        return Some(typed.to_owned());
    }
    Some(end.to_iso_string().into())
}

/// The form, over the page.
#[component]
pub(super) fn NewKey(list: KeyList, service: Signal<User>, page: Page) -> impl IntoView {
    let i18n = use_i18n();
    let name = move || service.read().name.as_str().to_owned();
    view! {
        <Dialog
            open=list.is_making
            title=text(move || t_string!(i18n, administration.keys.new_title, name = name()))
        >
            <Form list service page/>
        </Dialog>
    }
}

#[component]
fn Form(list: KeyList, service: Signal<User>, page: Page) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    let draft = Draft::new();
    let saving = use_saving();
    let user = service.read_untracked().id.to_string();
    let submit = move || {
        let user = user.clone();
        let write = Write::post(format!("/users/{user}/api-keys"), draft.members());
        saving.send_then(write, move |made| {
            list.is_making.set(false);
            list.keys.reload();
            let said = |name: &str| made[name].as_str().map(str::to_owned);
            // An answer that was lost on the way is given again without it.
            let Some(secret) = said("secret") else {
                return toasts.failed(t_string!(i18n, administration.keys.lost));
            };
            page.made_key.set(Some(MadeKey {
                user,
                name: said("name").unwrap_or_default(),
                secret,
            }));
        });
    };
    focus_refused(saving.error_signal());
    let misfit = Signal::derive(move || saving.error().filter(has_no_field));
    view! {
        <form
            class="admin-form"
            novalidate
            data-testid="key-form"
            on:submit=move |event: web_sys::SubmitEvent| {
                event.prevent_default();
                submit();
            }
        >
            <Fields draft saving service page/>
            <FormError error=misfit/>
            <ul class="small" role="alert">
                {move || misfit.get().map(|error| {
                    let said = error.messages().into_iter();
                    said.map(|text| view! { <li>{text}</li> }).collect_view()
                })}
            </ul>
            <div class="dialog-actions">
                <Button on_click=move || list.is_making.set(false)>
                    {t!(i18n, administration.cancel)}
                </Button>
                <Button
                    kind=ButtonKind::Primary
                    submit=true
                    busy=saving.busy()
                    testid="key-make"
                >
                    {t!(i18n, administration.keys.make)}
                </Button>
            </div>
        </form>
    }
}

/// Whether a refusal names something that no field stands for.
fn has_no_field(error: &ApiError) -> bool {
    let ApiError::Problem(problem) = error else {
        return true;
    };
    let is_at_field = |pointer: &str| FIELDS.iter().any(|field| pointer.starts_with(field));
    let mut pointers = problem.errors.iter().map(|it| it.pointer.as_deref());
    problem.errors.is_empty() || pointers.any(|it| !it.is_some_and(is_at_field))
}

#[component]
fn Fields(draft: Draft, saving: Saving, service: Signal<User>, page: Page) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let fault = move |pointer: &'static str| {
        Signal::derive(move || saving.error()?.field(pointer, preferences.locale()))
    };
    view! {
        <TextField
            label=text(move || t_string!(i18n, administration.services.name))
            value=draft.name
            error=fault("/name")
            hint=Signal::derive(move || {
                Some(t_string!(i18n, administration.keys.name_hint).to_owned())
            })
            required=true
            testid="key-name"
        />
        <Scopes chosen=draft.scopes service page error=fault("/scopes")/>
        <TextField
            label=text(move || t_string!(i18n, administration.keys.last_day))
            value=draft.last_day
            kind="date"
            error=fault("/expires_at")
            hint=Signal::derive(move || {
                Some(t_string!(i18n, administration.keys.last_day_hint).to_owned())
            })
            testid="key-last-day"
        />
        <ListField
            label=text(move || t_string!(i18n, administration.keys.addresses))
            lines=draft.addresses
            add=text(move || t_string!(i18n, administration.keys.one_more))
            error=move |at: usize| {
                saving.error()?.field(&format!("/addresses/{at}"), preferences.locale())
            }
            testid="key-address"
        />
        <p class="admin-hint quiet small">{t!(i18n, administration.keys.addresses_hint)}</p>
    }
}
