//! What a person still holds, with the way to it, and giving all of it to another one at once.

use leptos::prelude::*;
use rapport_types::ids::UserId;
use rapport_types::permissions::Permission;
use rapport_types::users::Holdings as Held;

use crate::api;
use crate::api::configuration::use_directory;
use crate::api::handing_over::{OPEN, hand_over};
use crate::api::query::{Query, use_query};
use crate::api::submission::use_submission;
use crate::components::button::Button;
use crate::components::combobox::Combobox;
use crate::components::form_error::FormError;
use crate::components::states::{Loaded, Skeleton};
use crate::i18n::*;
use crate::links;
use crate::pages::administration::words::text;
use crate::preferences::use_preferences;
use crate::session::use_session;

/// What the person holds.
#[component]
pub(super) fn Holdings(
    /// The person.
    id: UserId,
    /// The person's name.
    name: Signal<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let held = use_query(
        move || id,
        |id| async move { api::administration::holdings(id).await },
    );
    view! {
        <Loaded query=held skeleton=|| view! { <Skeleton lines=2/> } let:value>
            {move || if total(value.get()) == 0 {
                view! {
                    <p class="quiet">
                        {t!(i18n, administration.users.holds_nothing, name = move || name.get())}
                    </p>
                }
                .into_any()
            } else {
                view! {
                    <div class="admin-note">
                        <p>{t!(i18n, administration.users.holds, name = move || name.get())}</p>
                        <Lines id value/>
                        <p>{t!(i18n, administration.users.holds_advice)}</p>
                    </div>
                    <HandOver id name held value/>
                }
                .into_any()
            }}
        </Loaded>
    }
}

const fn total(held: Held) -> u64 {
    held.open_ticket_count + held.duty_ticket_count + held.customer_count
}

/// Each kind of what the person holds, as the way to its list.
#[component]
fn Lines(id: UserId, value: Signal<Held>) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
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
    let lines = move || {
        let (held, person) = (value.get(), id.to_string());
        let (tickets, duties, customers) = (
            held.open_ticket_count,
            held.duty_ticket_count,
            held.customer_count,
        );
        [
            line(
                tickets,
                t_string!(i18n, administration.users.holds_tickets, count = tickets),
                links::tickets(&[("assignee", &person), ("status", OPEN)]),
                Permission::ViewTickets,
            ),
            line(
                duties,
                t_string!(i18n, administration.users.holds_duties, count = duties),
                links::tickets(&[("duty_holder", &person), ("status", OPEN)]),
                Permission::ViewTickets,
            ),
            line(
                customers,
                t_string!(
                    i18n,
                    administration.users.holds_customers,
                    count = customers
                ),
                links::customers(&[("owner", &person)]),
                Permission::ViewCustomers,
            ),
        ]
        .into_iter()
        .collect_view()
    };
    view! { <ul class="admin-holdings" data-testid="holdings">{lines}</ul> }
}

/// Whom all of it goes to.
#[component]
fn HandOver(
    id: UserId,
    name: Signal<String>,
    held: Query<Held>,
    value: Signal<Held>,
) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let preferences = use_preferences();
    let directory = use_directory();
    let to = RwSignal::new(None::<String>);
    let done = RwSignal::new(0_usize);
    let handing = use_submission(move |(to, reason): (String, String)| async move {
        hand_over(id, &to, &reason, move |count| {
            // The dialog may be closed by now; what has begun goes on.
            let _ = done.try_set(count);
        })
        .await
    });
    // What has been given away is no longer held, whether the rest could be or not.
    let is_over = Memo::new(move |_| !handing.busy().get());
    Effect::new(move |before: Option<bool>| {
        let is_over = is_over.get();
        if before == Some(false) && is_over {
            held.reload();
        }
        is_over
    });
    let people = Signal::derive(move || {
        let mut people = directory.user_choices(directory.team_of(id), preferences.locale());
        people.retain(|choice| choice.value != id.to_string());
        people
    });
    let may = move || {
        let held = value.get();
        let tickets = held.open_ticket_count + held.duty_ticket_count;
        (tickets == 0 || session.may(Permission::WorkTickets))
            && (held.customer_count == 0 || session.may(Permission::EditCustomers))
    };
    let run = move || {
        if let Some(to) = to.get_untracked() {
            done.set(0);
            let reason = untrack(|| {
                t_string!(
                    i18n,
                    administration.users.hand_over_reason,
                    name = name.get()
                )
            });
            handing.send_then((to, reason), |()| {});
        }
    };
    view! {
        <Show when=may>
            <div class="admin-hand-over">
                <Combobox
                    label=text(move || t_string!(i18n, administration.users.hand_over_to))
                    value=to
                    options=people
                    disabled=handing.busy()
                    testid="hand-over-to"
                />
                <Button
                    busy=handing.busy()
                    disabled=Signal::derive(move || to.read().is_none())
                    on_click=run
                    testid="hand-over"
                >
                    {t!(i18n, administration.users.hand_over)}
                </Button>
            </div>
            <p class="quiet small" role="status">
                {move || handing.busy().get().then(|| t_string!(
                    i18n,
                    administration.users.handed_over,
                    done = done.get(),
                    total = total(value.get())
                ))}
            </p>
            <FormError error=handing.error_signal()/>
        </Show>
    }
}
