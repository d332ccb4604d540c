//! What may be done about a person: another password, out of all sessions, out for good, back in.
//! A service has neither password nor sessions.

use leptos::prelude::*;
use rapport_types::users::{User, UserKind};

use super::deactivate::Deactivate;
use super::invitation::{Invitation, new_password};
use super::list::Page;
use crate::api::administration::{Write, use_saving};
use crate::api::configuration::use_directory;
use crate::api::query::Query;
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::Dialog;
use crate::components::form_error::FormError;
use crate::components::icon::IconName;
use crate::components::toast::use_toasts;
use crate::i18n::*;
use crate::pages::administration::words::{members, text};
use crate::preferences::use_preferences;

/// The acts.
#[component]
pub(super) fn Acts(user: Query<User>, value: Signal<User>, page: Page) -> impl IntoView {
    let i18n = use_i18n();
    let directory = use_directory();
    let toasts = use_toasts();
    let (reset, out, deactivate) = (
        RwSignal::new(false),
        RwSignal::new(false),
        RwSignal::new(false),
    );
    let is_active = Memo::new(move |_| value.read().active);
    let is_person = value.read_untracked().kind == UserKind::Person;
    let back = use_saving();
    let let_in = move || {
        let (id, version) = value.with_untracked(|user| (user.id, user.version));
        let change = Write::patch(
            format!("/users/{id}"),
            members([("active", true.into())]),
            version,
        );
        back.send_then(change, move |_| {
            toasts.done(if is_person {
                t_string!(i18n, administration.users.reactivated)
            } else {
                t_string!(i18n, administration.services.reactivated)
            });
            directory.users().reload();
            user.reload();
        });
    };
    view! {
        <section class="panel-body admin-acts">
            <h3>
                {move || if is_person {
                    t_string!(i18n, administration.users.acts)
                } else {
                    t_string!(i18n, administration.services.acts)
                }}
            </h3>
            <Show
                when=move || is_active.get()
                fallback=move || view! {
                    <p class="quiet">
                        {move || if is_person {
                            t_string!(i18n, administration.users.is_deactivated)
                        } else {
                            t_string!(i18n, administration.services.is_deactivated)
                        }}
                    </p>
                    <FormError error=back.error_signal()/>
                    <Button icon=IconName::Check busy=back.busy() on_click=let_in testid="user-reactivate">
                        {t!(i18n, administration.users.reactivate)}
                    </Button>
                }
            >
                <div class="form-actions">
                    {is_person.then(|| view! {
                        <Button icon=IconName::Key on_click=move || reset.set(true) testid="user-reset">
                            {t!(i18n, administration.users.reset)}
                        </Button>
                        <Button icon=IconName::SignOut on_click=move || out.set(true)>
                            {t!(i18n, administration.users.end_sessions)}
                        </Button>
                    })}
                    <Button
                        kind=ButtonKind::Danger
                        on_click=move || deactivate.set(true)
                        testid="user-deactivate"
                    >
                        {t!(i18n, administration.users.deactivate)}
                    </Button>
                </div>
            </Show>
        </section>
        <ResetDialog open=reset user value page/>
        <EndSessionsDialog open=out value/>
        <Deactivate open=deactivate user value/>
    }
}

/// Another one-time password.
#[component]
fn ResetDialog(
    open: RwSignal<bool>,
    user: Query<User>,
    value: Signal<User>,
    page: Page,
) -> impl IntoView {
    let i18n = use_i18n();
    let directory = use_directory();
    let preferences = use_preferences();
    let toasts = use_toasts();
    let saving = use_saving();
    let run = move || {
        let password = match new_password() {
            Ok(password) => password,
            Err(error) => return toasts.failed(error.title(preferences.locale_untracked())),
        };
        let person = value.get_untracked();
        let change = Write::patch(
            format!("/users/{}", person.id),
            members([
                ("password", password.clone().into()),
                ("must_change_password", true.into()),
            ]),
            person.version,
        );
        saving.send_then(change, move |_| {
            page.invitation.set(Some(Invitation {
                user: person.id.to_string(),
                name: person.name.as_str().to_owned(),
                username: person.username.as_str().to_owned(),
                password,
            }));
            open.set(false);
            directory.users().reload();
            user.reload();
        });
    };
    let name = move || value.read().name.as_str().to_owned();
    view! {
        <Dialog
            open
            title=text(move || t_string!(i18n, administration.users.reset_title, name = name()))
        >
            <p>{t!(i18n, administration.users.reset_text)}</p>
            <FormError error=saving.error_signal()/>
            <div class="dialog-actions">
                <Button on_click=move || open.set(false)>{t!(i18n, administration.cancel)}</Button>
                <Button
                    kind=ButtonKind::Primary
                    busy=saving.busy()
                    on_click=run
                    testid="user-reset-confirm"
                >
                    {t!(i18n, administration.users.reset)}
                </Button>
            </div>
        </Dialog>
    }
}

/// Out of every session.
#[component]
fn EndSessionsDialog(open: RwSignal<bool>, value: Signal<User>) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    let saving = use_saving();
    let run = move || {
        let path = format!("/users/{}/sessions", value.read_untracked().id);
        saving.send_then(Write::delete(path, None), move |_| {
            open.set(false);
            toasts.done(t_string!(i18n, administration.users.sessions_ended));
        });
    };
    let name = move || value.read().name.as_str().to_owned();
    view! {
        <Dialog
            open
            title=text(move || t_string!(i18n, administration.users.end_sessions_title, name = name()))
        >
            <p>{t!(i18n, administration.users.end_sessions_text)}</p>
            <FormError error=saving.error_signal()/>
            <div class="dialog-actions">
                <Button on_click=move || open.set(false)>{t!(i18n, administration.cancel)}</Button>
                <Button kind=ButtonKind::Primary busy=saving.busy() on_click=run>
                    {t!(i18n, administration.users.end_sessions)}
                </Button>
            </div>
        </Dialog>
    }
}
