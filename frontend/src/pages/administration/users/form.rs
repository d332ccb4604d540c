//! Inviting somebody: the form, and the one-time password that comes of it.

use leptos::prelude::*;
use rapport_types::users::UserKind;
use serde_json::Value;

use super::draft::{Draft, DraftFields};
use super::invitation::{Invitation, new_password};
use super::list::Page;
use crate::api::administration::{Write, use_saving};
use crate::api::configuration::use_directory;
use crate::components::toast::use_toasts;
use crate::i18n::*;
use crate::pages::administration::beside::Beside;
use crate::pages::administration::record_form::{PanelHead, RecordForm};
use crate::pages::administration::words::text;
use crate::preferences::use_preferences;
use crate::session::use_session;

/// The form for somebody new.
#[component]
pub(super) fn NewUserForm(beside: Beside, page: Page) -> impl IntoView {
    let i18n = use_i18n();
    let directory = use_directory();
    let preferences = use_preferences();
    let toasts = use_toasts();
    let own_team = untrack(|| use_session().me()).map(|me| me.team_id.to_string());
    let draft = Draft::new(own_team, untrack(|| preferences.locale()));
    let saving = use_saving();
    let submit = move || {
        let password = match new_password() {
            Ok(password) => password,
            Err(error) => return toasts.failed(error.title(preferences.locale_untracked())),
        };
        let mut members = draft.members();
        let username = draft.username.get_untracked();
        members.insert("username".to_owned(), username.trim().into());
        members.insert("password".to_owned(), password.clone().into());
        members.insert("must_change_password".to_owned(), true.into());
        saving.send_then(Write::post("/users", members), move |made: Value| {
            let said = |name: &str| made[name].as_str().unwrap_or_default().to_owned();
            let id = said("id");
            page.invitation.set(Some(Invitation {
                user: id.clone(),
                name: said("name"),
                username: said("username"),
                password,
            }));
            directory.users().reload();
            beside.open(&id);
        });
    };
    view! {
        <PanelHead
            title=text(move || t_string!(i18n, administration.users.invite))
            detail=text(move || t_string!(i18n, administration.users.invite_hint))
            beside
        />
        <RecordForm
            beside
            saving
            on_submit=submit
            submit=text(move || t_string!(i18n, administration.users.invite_submit))
        >
            <DraftFields draft page error=saving.error_signal() kind=UserKind::Person is_new=true/>
        </RecordForm>
    }
}
