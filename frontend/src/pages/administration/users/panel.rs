//! One person or service: the form, what was made for them, and what may be done about them.

use leptos::prelude::*;
use rapport_types::ids::UserId;
use rapport_types::users::{User, UserKind};

use super::acts::Acts;
use super::draft::{Draft, DraftFields};
use super::invitation::InvitationCard;
use super::keys::Keys;
use super::list::Page;
use crate::api;
use crate::api::administration::{Write, use_saving};
use crate::api::configuration::use_directory;
use crate::api::query::{Query, use_query};
use crate::components::states::{Loaded, Skeleton};
use crate::components::toast::use_toasts;
use crate::i18n::*;
use crate::pages::administration::beside::Beside;
use crate::pages::administration::record_form::{PanelHead, RecordForm, Seen};
use crate::pages::administration::words::text;
use crate::pages::not_found::NotFound;
use crate::session::use_session;

/// The panel of the person with this id.
#[component]
pub(super) fn UserPanel(id: Option<UserId>, beside: Beside, page: Page) -> impl IntoView {
    let Some(id) = id else {
        return view! { <NotFound/> }.into_any();
    };
    let user = use_query(
        move || id,
        |id| async move { api::administration::user(id).await },
    );
    view! {
        <Loaded query=user skeleton=|| view! { <div class="panel-body"><Skeleton lines=8/></div> } let:value>
            <Content user value beside page/>
        </Loaded>
    }
    .into_any()
}

#[component]
fn Content(user: Query<User>, value: Signal<User>, beside: Beside, page: Page) -> impl IntoView {
    let i18n = use_i18n();
    let directory = use_directory();
    let toasts = use_toasts();
    let session = use_session();
    let first = value.get_untracked();
    let (id, kind, draft, seen) = (first.id, first.kind, Draft::of(&first), Seen::new(&first));
    let saving = use_saving();
    let submit = move || {
        let version = value.read_untracked().version;
        let change = Write::patch(
            format!("/users/{id}"),
            seen.changed(draft.members()),
            version,
        );
        saving.send_then(change, move |changed| {
            seen.is_now(&changed);
            toasts.done(t_string!(i18n, administration.saved));
            directory.users().reload();
            user.reload();
            // What the reader may do may be another now.
            if untrack(|| session.me()).is_some_and(|me| me.id == id) {
                leptos::task::spawn_local(async move {
                    let _ = session.load().await;
                });
            }
        });
    };
    view! {
        <PanelHead
            title=text(move || value.read().name.as_str().to_owned())
            detail=text(move || {
                let username = value.read().username.as_str().to_owned();
                match kind {
                    UserKind::Person => username,
                    UserKind::Service => {
                        let kind = t_string!(i18n, administration.services.service);
                        format!("{kind} · {username}")
                    }
                }
            })
            beside
        />
        {match kind {
            UserKind::Person => view! { <InvitationCard user=id.to_string() page/> }.into_any(),
            UserKind::Service => view! { <Keys service=value page/> }.into_any(),
        }}
        <RecordForm beside saving on_submit=submit on_stale=move || user.reload()>
            <DraftFields draft page error=saving.error_signal() kind is_new=false/>
        </RecordForm>
        <Acts user value page/>
    }
}
