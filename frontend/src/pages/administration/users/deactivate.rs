//! Letting a person or a service go: what will happen, and what is still held.

use leptos::prelude::*;
use rapport_types::users::{User, UserKind};

use super::holdings::Holdings;
use crate::api::administration::{Write, use_saving};
use crate::api::configuration::use_directory;
use crate::api::query::Query;
use crate::components::effect::effect;
use crate::components::toast::use_toasts;
use crate::i18n::*;
use crate::pages::administration::danger::Danger;
use crate::pages::administration::words::{members, text};

/// The question before it.
#[component]
pub(super) fn Deactivate(
    open: RwSignal<bool>,
    user: Query<User>,
    value: Signal<User>,
) -> impl IntoView {
    let i18n = use_i18n();
    let directory = use_directory();
    let toasts = use_toasts();
    let saving = use_saving();
    let name = Signal::derive(move || value.read().name.as_str().to_owned());
    let is_person = Memo::new(move |_| value.read().kind == UserKind::Person);
    // A person who has just chosen a password is another version than the page has seen.
    effect(move || {
        if open.get() {
            user.reload();
        }
    });
    let run = move || {
        let (id, version) = value.with_untracked(|user| (user.id, user.version));
        let change = Write::patch(
            format!("/users/{id}"),
            members([("active", false.into())]),
            version,
        );
        saving.send_then(change, move |_| {
            open.set(false);
            toasts.done(t_string!(
                i18n,
                administration.users.is_out,
                name = name.get_untracked()
            ));
            directory.users().reload();
            user.reload();
        });
    };
    view! {
        <Danger
            open
            title=text(move || t_string!(i18n, administration.users.deactivate_title, name = name.get()))
            name
            confirm=text(move || t_string!(i18n, administration.users.deactivate))
            saving
            on_confirm=run
        >
            <p>
                {move || if is_person.get() {
                    t_string!(i18n, administration.users.deactivate_text)
                } else {
                    t_string!(i18n, administration.services.deactivate_text)
                }}
            </p>
            <Holdings id=value.read_untracked().id name/>
        </Danger>
    }
}
