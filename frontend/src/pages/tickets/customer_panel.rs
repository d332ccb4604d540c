//! The customer beside the conversation: who it is, how to reach it, what else is open, what was
//! last. A reader who may not see the record sees name and number alone.

use leptos::prelude::*;
use leptos_i18n::td_string;
use rapport_types::contacts::may_have_contacts;
use rapport_types::customers::{CustomerRef, CustomerView, Lifecycle, TimelineEntry, TimelineKind};
use rapport_types::ids::CustomerId;
use rapport_types::locale::Locale as Language;
use rapport_types::permissions::Permission;
use rapport_types::tickets::TicketSummary;

use super::contact_panel::ContactBlock;
use super::open_ticket::use_open_ticket;
use super::views::UNRESOLVED;
use crate::api;
use crate::api::query::{Query, use_query};
use crate::components::avatar::Avatar;
use crate::components::badge::status_text;
use crate::components::clock_chip::row_clock;
use crate::components::copy_text::CopyText;
use crate::components::icon::{Icon, IconName};
use crate::components::instant::Instant;
use crate::components::states::{ErrorState, Pending, Skeleton};
use crate::i18n::*;
use crate::links;
use crate::preferences::{text_locale, use_preferences};
use crate::session::use_session;

/// Other open tickets shown.
const OPEN_SHOWN: usize = 5;
/// Last touches shown.
const TOUCHES: u32 = 5;

fn lifecycle_text(lifecycle: Lifecycle, locale: Language) -> &'static str {
    let text = text_locale(locale);
    match lifecycle {
        Lifecycle::Potential => td_string!(text, tickets.lifecycle.potential),
        Lifecycle::New => td_string!(text, tickets.lifecycle.new),
        Lifecycle::Active => td_string!(text, tickets.lifecycle.active),
        Lifecycle::Lapsed => td_string!(text, tickets.lifecycle.lapsed),
        Lifecycle::Lost => td_string!(text, tickets.lifecycle.lost),
    }
}

/// The customer of the open ticket.
#[component]
pub(super) fn CustomerPanel() -> impl IntoView {
    let i18n = use_i18n();
    let open = use_open_ticket();
    let id = Memo::new(move |_| open.ticket.read().customer_id);
    view! {
        <section class="side-panel" aria-labelledby="customer" data-testid="customer-panel">
            <h2 id="customer">{t!(i18n, tickets.field.customer)}</h2>
            {move || match id.get() {
                Some(id) => view! { <Known id/> }.into_any(),
                None => view! { <p class="quiet">{t!(i18n, tickets.anonymous_text)}</p> }.into_any(),
            }}
        </section>
    }
}

#[component]
fn Known(id: CustomerId) -> impl IntoView {
    let session = use_session();
    let open = use_open_ticket();
    let may_view = Memo::new(move |_| session.may(Permission::ViewCustomers));
    let customer = use_query(
        move || may_view.get(),
        move |may| async move {
            if may {
                api::tickets::customer(id).await
            } else {
                Ok(None)
            }
        },
    );
    let reference = Memo::new(move |_| open.names.with(|names| names.as_ref()?.customer.clone()));
    let is_outside = Memo::new(move |_| customer.with(|found| matches!(found, Some(None))));
    view! {
        {move || reference.get().map(|customer| view! { <Name customer linked=Signal::derive(move || !is_outside.get())/> })}
        {move || customer.error().map(|error| view! {
            <ErrorState error on_retry=move || customer.reload()/>
        })}
        {move || match customer.get() {
            None => view! {
                <Show when=move || customer.error().is_none()><Skeleton lines=3/></Show>
            }
            .into_any(),
            Some(None) => view! { <Outside/> }.into_any(),
            Some(Some(view)) => {
                let has_contacts = may_have_contacts(view.customer.kind);
                view! {
                    <Facts view/>
                    {has_contacts.then(|| view! { <ContactBlock customer=id/> })}
                }
                .into_any()
            }
        }}
        <OpenTickets id/>
        <Show when=move || customer.with(|found| matches!(found, Some(Some(_))))>
            <LastTouches id/>
        </Show>
    }
}

/// The name, leading to the record.
#[component]
fn Name(customer: CustomerRef, linked: Signal<bool>) -> impl IntoView {
    let name = customer.name.as_str().to_owned();
    let number = format!("C-{}", customer.number);
    let shown = name.clone();
    let text = move || {
        let shown = shown.clone();
        if linked.get() {
            view! { <a class="side-name" href=links::customer(customer.id)>{shown}</a> }.into_any()
        } else {
            view! { <span class="side-name">{shown}</span> }.into_any()
        }
    };
    view! {
        <p class="person">
            <Avatar name=name/>
            {text}
            <span class="quiet small">{number}</span>
        </p>
    }
}

#[component]
fn Outside() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <p class="quiet small side-note">
            <Icon name=IconName::Lock/>
            <span>{t!(i18n, tickets.customer_outside)}</span>
        </p>
    }
}

/// The facts that help while answering.
#[component]
fn Facts(view: CustomerView) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let customer = view.customer;
    let lifecycle = customer.lifecycle;
    let owner = view.included.and_then(|names| names.owner);
    let about: Vec<String> = [
        customer.job_title.as_ref().map(|it| it.as_str().to_owned()),
        customer.industry.as_ref().map(|it| it.as_str().to_owned()),
        customer.region.as_ref().map(|it| it.as_str().to_owned()),
    ]
    .into_iter()
    .flatten()
    .collect();
    let reach = customer
        .phones
        .iter()
        .map(|phone| (IconName::Phone, phone.as_str().to_owned()))
        .chain(
            customer
                .emails
                .iter()
                .map(|email| (IconName::Mail, email.as_str().to_owned())),
        )
        .map(|(icon, text)| view! { <li><Icon name=icon/><CopyText text/></li> })
        .collect_view();
    view! {
        <p class="side-line">
            <span class="badge badge-quiet badge-plain">
                {move || lifecycle_text(lifecycle, preferences.locale())}
            </span>
            <span class="quiet small">{about.join(" · ")}</span>
        </p>
        <ul class="reach">{reach}</ul>
        {owner.map(|owner| view! {
            <p class="small quiet">
                {t!(i18n, tickets.looked_after_by, name = owner.name.as_str().to_owned())}
            </p>
        })}
        {customer.note.map(|note| view! {
            <p class="small side-quote">{note.as_str().to_owned()}</p>
        })}
    }
}

/// What else is open for this customer.
#[component]
fn OpenTickets(id: CustomerId) -> impl IntoView {
    let i18n = use_i18n();
    let open = use_open_ticket();
    let own = open.id;
    let asked = id.to_string();
    let tickets: Query<Vec<TicketSummary>> = use_query(
        // Asked again when this one moves, too.
        move || open.ticket.read().version,
        move |_| {
            let pairs = [
                ("customer", asked.clone()),
                ("status", UNRESOLVED.to_owned()),
                ("sort", "-updated_at".to_owned()),
                ("limit", (OPEN_SHOWN + 1).to_string()),
            ];
            async move {
                let pairs: Vec<_> = pairs
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect();
                let mut rows = api::tickets::list(&pairs).await?.data;
                rows.retain(|row| row.id != own);
                rows.truncate(OPEN_SHOWN);
                Ok(rows)
            }
        },
    );
    let all = links::tickets(&[("customer", &id.to_string())]);
    let list = move || {
        tickets.get().map(|rows| {
            if rows.is_empty() {
                return view! { <p class="quiet small">{t!(i18n, tickets.no_other_open)}</p> }
                    .into_any();
            }
            let rows = rows.into_iter().map(|row| {
                view! {
                    <li>
                        <a href=links::ticket(row.id)>
                            <span class="quiet">{format!("T-{}", row.number)}</span>
                            <span class="side-subject">{row.subject.as_str().to_owned()}</span>
                        </a>
                        {row_clock(&row)}
                    </li>
                }
            });
            view! { <ul class="side-tickets">{rows.collect_view()}</ul> }.into_any()
        })
    };
    view! {
        <div class="side-block">
            <h3>
                {t!(i18n, tickets.other_open)}
                <a class="side-more" href=all>{t!(i18n, tickets.show_all)}</a>
            </h3>
            <Pending query=tickets/>
            {list}
        </div>
    }
}

/// What was last between the customer and us.
#[component]
fn LastTouches(id: CustomerId) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let touches = use_query(
        move || id,
        |id| async move { api::tickets::last_touches(id, TOUCHES).await },
    );
    let words = move |entry: &TimelineEntry| {
        let locale = preferences.locale();
        let number = format!("T-{}", entry.ticket_number);
        match entry.kind {
            TimelineKind::TicketOpened => t_string!(i18n, tickets.touch.opened, ticket = number),
            TimelineKind::Message if entry.by_customer => {
                t_string!(i18n, tickets.touch.heard, ticket = number)
            }
            TimelineKind::Message => t_string!(i18n, tickets.touch.said, ticket = number),
            TimelineKind::Status => {
                let status = entry
                    .status
                    .map_or("", |status| status_text(status, locale));
                t_string!(i18n, tickets.touch.status, ticket = number, status = status)
            }
            TimelineKind::Rated => t_string!(
                i18n,
                tickets.touch.rated,
                ticket = number,
                score = entry.score.unwrap_or_default()
            ),
        }
    };
    let rows = move || {
        touches.get().map(|entries| {
            entries
                .into_iter()
                .map(|entry| {
                    let (id, at) = (entry.ticket_id, entry.at);
                    view! {
                        <li>
                            <a href=links::ticket(id)>{move || words(&entry)}</a>
                            <span class="quiet small"><Instant at=Some(at)/></span>
                        </li>
                    }
                })
                .collect_view()
        })
    };
    view! {
        <div class="side-block">
            <h3>
                {t!(i18n, tickets.last_touches)}
                <a class="side-more" href=links::customer_tab(id, "timeline")>{t!(i18n, tickets.show_all)}</a>
            </h3>
            <Pending query=touches/>
            <ul class="touches">{rows}</ul>
        </div>
    }
}
