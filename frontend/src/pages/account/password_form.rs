//! Another password: the present one, and the new one twice.

use leptos::prelude::*;

use crate::api;
use crate::api::submission::use_submission;
use crate::components::button::{Button, ButtonKind};
use crate::components::field::TextField;
use crate::components::focus::focus_fault;
use crate::components::form_error::{FormError, focus_refused};
use crate::i18n::*;
use crate::preferences::use_preferences;
use crate::session::use_session;

/// The form.
#[component]
pub(super) fn PasswordForm(
    /// What the present password is called.
    current_label: Signal<String>,
    /// Told when the password is changed.
    #[prop(into)]
    on_done: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let session = use_session();
    let field = || RwSignal::new(String::new());
    let (current, fresh, again) = (field(), field(), field());
    let is_tried = RwSignal::new(false);
    let change = use_submission(|(current, fresh): (String, String)| async move {
        api::auth::change_password(&current, &fresh).await
    });
    focus_refused(change.error_signal());
    let differs = Memo::new(move |_| is_tried.get() && *again.read() != *fresh.read());
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        is_tried.set(true);
        if differs.get_untracked() {
            return focus_fault();
        }
        change.send_then(
            (current.get_untracked(), fresh.get_untracked()),
            move |()| {
                for field in [current, fresh, again] {
                    field.set(String::new());
                }
                is_tried.set(false);
                on_done.run(());
            },
        );
    };
    let fault = move |pointer: &'static str| {
        Signal::derive(move || change.error()?.field(pointer, preferences.locale()))
    };
    let text = move |said: fn(Locale) -> &'static str| {
        Signal::derive(move || said(i18n.get_locale()).to_owned())
    };
    let form_error = Signal::derive(move || change.error().filter(|error| !error.names_fields()));
    view! {
        <form class="admin-form" novalidate data-testid="password-form" on:submit=submit>
            // Tells a password manager whose password it is.
            <input
                type="text"
                hidden=true
                readonly=true
                name="username"
                autocomplete="username"
                prop:value=move || session.me().map(|me| me.username.as_str().to_owned())
            />
            <TextField
                label=current_label
                value=current
                kind="password"
                autocomplete="current-password"
                error=fault("/current_password")
                required=true
                testid="password-current"
            />
            <TextField
                label=text(|locale| td_string!(locale, administration.account.fresh))
                value=fresh
                kind="password"
                autocomplete="new-password"
                error=fault("/new_password")
                hint=Signal::derive(move || {
                    Some(t_string!(i18n, administration.account.fresh_hint).to_owned())
                })
                required=true
                testid="password-new"
            />
            <TextField
                label=text(|locale| td_string!(locale, administration.account.again))
                value=again
                kind="password"
                autocomplete="new-password"
                error=Signal::derive(move || {
                    differs.get().then(|| t_string!(i18n, administration.account.differs).to_owned())
                })
                required=true
                testid="password-again"
            />
            <FormError error=form_error/>
            <div class="form-actions">
                <Button kind=ButtonKind::Primary submit=true busy=change.busy() testid="password-submit">
                    {t!(i18n, administration.account.change)}
                </Button>
            </div>
        </form>
    }
}
