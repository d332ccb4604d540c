//! Adding a service: a program that calls by API keys.

use leptos::prelude::*;
use rapport_types::users::UserKind;
use serde_json::Value;

use super::draft::{Draft, DraftFields};
use super::list::Page;
use crate::api::administration::{Write, use_saving};
use crate::api::configuration::use_directory;
use crate::i18n::*;
use crate::pages::administration::beside::Beside;
use crate::pages::administration::record_form::{PanelHead, RecordForm};
use crate::pages::administration::words::text;
use crate::preferences::use_preferences;
use crate::session::use_session;

/// The record of the form for another service.
pub(super) const NEW_SERVICE: &str = "new-service";

/// The form for a new service; its page, with the keys, opens when it is there.
#[component]
pub(super) fn NewServiceForm(beside: Beside, page: Page) -> impl IntoView {
    let i18n = use_i18n();
    let directory = use_directory();
    let preferences = use_preferences();
    let own_team = untrack(|| use_session().me()).map(|me| me.team_id.to_string());
    let draft = Draft::new(own_team, untrack(|| preferences.locale()));
    let saving = use_saving();
    let submit = move || {
        let mut members = draft.members();
        // It reads no mail, and speaks the organisation's language.
        members.retain(|name, _| name != "email" && name != "locale");
        let username = draft.username.get_untracked();
        members.insert("username".to_owned(), username.trim().into());
        members.insert("kind".to_owned(), UserKind::Service.code().into());
        saving.send_then(Write::post("/users", members), move |made: Value| {
            directory.users().reload();
            beside.open(made["id"].as_str().unwrap_or_default());
        });
    };
    view! {
        <PanelHead
            title=text(move || t_string!(i18n, administration.services.add))
            detail=text(move || t_string!(i18n, administration.services.add_hint))
            beside
        />
        <RecordForm
            beside
            saving
            on_submit=submit
            submit=text(move || t_string!(i18n, administration.services.add_submit))
        >
            <DraftFields draft page error=saving.error_signal() kind=UserKind::Service is_new=true/>
        </RecordForm>
    }
}
