//! What goes along when a record is given up: its tickets and contacts.

use leptos::prelude::*;
use rapport_types::contacts::may_have_contacts;
use rapport_types::customers::CustomerKind;
use rapport_types::ids::CustomerId;
use rapport_types::locale::Locale as Language;
use rapport_types::page::Total;
use rapport_types::permissions::Permission;

use crate::api;
use crate::api::query::{Query, use_query};
use crate::components::states::Pending;
use crate::format;
use crate::i18n::*;
use crate::links;
use crate::preferences::use_preferences;
use crate::session::use_session;

/// What goes along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Moving {
    /// Whose it is.
    id: CustomerId,
    kind: CustomerKind,
    /// Its tickets; none when the reader may not count them.
    tickets: Option<Total>,
    /// Its contacts, or the organisations of which it is one.
    contacts: u64,
}

/// Counts what goes along with the customer that is given up.
pub(super) fn use_moving(other: Memo<(CustomerId, CustomerKind)>) -> Query<Moving> {
    let session = use_session();
    let sees_tickets = Memo::new(move |_| session.may(Permission::ViewTickets));
    use_query(
        move || (other.get(), sees_tickets.get()),
        |((id, kind), sees_tickets)| async move {
            let tickets = if sees_tickets {
                api::tickets::count(&[("customer", &id.to_string())]).await
            } else {
                None
            };
            let contacts = if may_have_contacts(kind) {
                api::contacts::of_organisation(id).await?
            } else {
                api::contacts::organisations_of(id).await?
            };
            Ok(Moving {
                id,
                kind,
                tickets,
                contacts: contacts.len() as u64,
            })
        },
    )
}

/// The parts of what goes along, in words, each with the way to it.
fn parts(
    moving: &Moving,
    i18n: leptos_i18n::I18nContext<Locale>,
    locale: Language,
) -> Vec<(String, String)> {
    let count = |count: u64| format::integer(count.cast_signed(), locale);
    let mut parts = Vec::new();
    match &moving.tickets {
        Some(total) if total.count > 0 => {
            let number = if total.exact {
                count(total.count)
            } else {
                t_string!(i18n, merging.at_least, count = count(total.count))
            };
            parts.push((
                t_string!(i18n, merging.tickets, count = number),
                links::customer_tab(moving.id, "tickets"),
            ));
        }
        Some(_) => {}
        None => parts.push((
            t_string!(i18n, merging.tickets_unseen).to_owned(),
            links::customer(moving.id),
        )),
    }
    if moving.contacts > 0 {
        let number = count(moving.contacts);
        let words = if may_have_contacts(moving.kind) {
            t_string!(i18n, merging.contacts, count = number)
        } else {
            t_string!(i18n, merging.contact_of, count = number)
        };
        parts.push((words, links::customer_tab(moving.id, "contacts")));
    }
    parts
}

/// What goes along, as links to it.
#[component]
pub(super) fn Moves(
    moving: Query<Moving>,
    /// Whether the parts lead to themselves.
    #[prop(optional)]
    as_text: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let list = move || {
        let parts = moving.with(|moving| {
            let locale = preferences.locale();
            moving.map(|moving| parts(moving, i18n, locale))
        })?;
        if parts.is_empty() {
            return Some(view! { <li class="quiet">{t!(i18n, merging.nothing)}</li> }.into_any());
        }
        let part = |(words, href): (String, String)| {
            if as_text {
                view! { <li>{words}</li> }.into_any()
            } else {
                view! { <li><a href=href>{words}</a></li> }.into_any()
            }
        };
        Some(parts.into_iter().map(part).collect_view().into_any())
    };
    view! {
        <Pending query=moving/>
        <ul class="merge-moves">{list}</ul>
    }
}
