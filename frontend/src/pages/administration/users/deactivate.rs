//! Letting a person go: what will happen, and what the person still holds, with the way to it.

use leptos::prelude::*;
use rapport_types::ids::UserId;
use rapport_types::permissions::Permission;
use rapport_types::users::User;

use crate::api;
use crate::api::administration::{Write, use_saving};
use crate::api::configuration::use_directory;
use crate::api::query::{Query, use_query};
use crate::components::states::{Loaded, Skeleton};
use crate::components::toast::use_toasts;
use crate::i18n::*;
use crate::links;
use crate::pages::administration::danger::Danger;
use crate::pages::administration::words::{members, text};
use crate::session::use_session;

/// The statuses in which a ticket is somebody's work.
const OPEN: &str = "new,open,waiting_on_customer,on_hold";

/// The question before a person is deactivated.
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
            <p>{t!(i18n, administration.users.deactivate_text)}</p>
            <Holdings id=value.read_untracked().id/>
        </Danger>
    }
}

/// What the person holds.
#[component]
fn Holdings(id: UserId) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let held = use_query(
        move || id,
        |id| async move { api::administration::holdings(id).await },
    );
    let line = move |count: u64, said: String, href: String, right: Permission| {
        (count > 0).then(|| {
            let said = if session.may(right) {
                view! { <a href=href target="_blank">{said}</a> }.into_any()
            } else {
                said.into_any()
            };
            view! { <li>{said}</li> }
        })
    };
    view! {
        <Loaded query=held skeleton=|| view! { <Skeleton lines=2/> } let:held>
            {move || {
                let held = held.get();
                let person = id.to_string();
                let total = held.open_ticket_count + held.duty_ticket_count + held.customer_count;
                if total == 0 {
                    return view! { <p class="quiet">{t!(i18n, administration.users.holds_nothing)}</p> }
                        .into_any();
                }
                view! {
                    <div class="admin-note">
                        <p>{t!(i18n, administration.users.holds)}</p>
                        <ul class="admin-holdings" data-testid="holdings">
                            {line(
                                held.open_ticket_count,
                                t_string!(i18n, administration.users.holds_tickets, count = held.open_ticket_count),
                                links::tickets(&[("assignee", &person), ("status", OPEN)]),
                                Permission::ViewTickets,
                            )}
                            {line(
                                held.duty_ticket_count,
                                t_string!(i18n, administration.users.holds_duties, count = held.duty_ticket_count),
                                links::tickets(&[("duty_holder", &person), ("status", OPEN)]),
                                Permission::ViewTickets,
                            )}
                            {line(
                                held.customer_count,
                                t_string!(i18n, administration.users.holds_customers, count = held.customer_count),
                                links::customers(&[("owner", &person)]),
                                Permission::ViewCustomers,
                            )}
                        </ul>
                        <p>{t!(i18n, administration.users.holds_advice)}</p>
                    </div>
                }
                .into_any()
            }}
        </Loaded>
    }
}
