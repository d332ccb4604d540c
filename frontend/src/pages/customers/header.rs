//! The head of a customer's page: who it is, where it stands, who looks after it, how to reach it,
//! and what to do next.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use rapport_types::permissions::Permission;

use super::facts::Fact;
use super::one_change::{OneConflict, use_one_change};
use super::record::Record;
use super::remove::RemoveDialog;
use super::words::{LifecycleBadge, kind_icon, kind_text, lifecycle_choices, lifecycle_text};
use crate::api::configuration::use_directory;
use crate::components::avatar::Avatar;
use crate::components::button::{ButtonKind, LinkButton};
use crate::components::commands::{Command, use_commands};
use crate::components::copy_text::CopyText;
use crate::components::effect::effect;
use crate::components::icon::{Icon, IconName};
use crate::components::pick_list::PickList;
use crate::components::popover::{MenuItem, Popover};
use crate::components::select::Choice;
use crate::i18n::*;
use crate::links;
use crate::preferences::{text_locale, use_preferences};
use crate::recent::{Visit, visited};
use crate::session::use_session;
use leptos_i18n::td_string;
use rapport_types::locale::Locale as Language;

/// The head of the page.
#[component]
pub(super) fn Header(record: Record) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let removing = RwSignal::new(false);
    let name = Memo::new(move |_| record.with(|it| it.name.as_str().to_owned()));
    let kind = Memo::new(move |_| record.with(|it| it.kind));
    let number = Memo::new(move |_| format!("C-{}", record.with(|it| it.number)));
    let preferences = use_preferences();
    let navigate = use_navigate();
    let may_merge = Memo::new(move |_| session.may(Permission::EditCustomers));
    let may_delete = Memo::new(move |_| session.may(Permission::DeleteCustomers));
    let go = navigate.clone();
    let merge = Callback::new(move |()| {
        go(&links::merge_customers(record.id, None), Default::default());
    });
    use_commands(
        move || {
            let may = session.may(Permission::WorkTickets);
            may.then_some(Command::NewTicket).into_iter().collect()
        },
        move |_| navigate(&links::new_ticket(Some(record.id)), Default::default()),
    );
    effect(move || {
        let Some(me) = session.me() else { return };
        let visit = Visit {
            path: links::customer(record.id),
            number: number.get(),
            name: name.get(),
        };
        visited(me.id, visit);
    });
    view! {
        <header class="customer-head">
            <span class="customer-avatar">{move || view! { <Avatar name=name.get()/> }}</span>
            <div class="customer-who">
                <h1 data-testid="customer-name">{name}</h1>
                <p class="customer-line">
                    {move || view! { <CopyText text=number.get()/> }}
                    <span class="customer-kind quiet" title=move || kind_text(kind.get(), preferences.locale())>
                        {move || view! { <Icon name=kind_icon(kind.get())/> }}
                        {move || kind_text(kind.get(), preferences.locale())}
                    </span>
                    <Standing record/>
                    <Owner record/>
                </p>
            </div>
            <div class="customer-actions no-print">
                <Show when=move || session.may(Permission::WorkTickets)>
                    <LinkButton
                        href=links::new_ticket(Some(record.id))
                        kind=ButtonKind::Primary
                        icon=IconName::Plus
                    >
                        {t!(i18n, frame.new_ticket)}
                    </LinkButton>
                </Show>
                <Show when=move || may_merge.get() || may_delete.get()>
                    <Popover
                        class="icon-button"
                        label=Signal::derive(move || t_string!(i18n, customers.more).to_owned())
                        testid="customer-more"
                        trigger=|| view! { <Icon name=IconName::Dots/> }
                    >
                        <Show when=move || may_merge.get()>
                            <MenuItem
                                on_select=move || merge.run(())
                                testid=Some("customer-merge".to_owned())
                            >
                                {t!(i18n, merging.action)}
                            </MenuItem>
                        </Show>
                        <Show when=move || may_delete.get()>
                            <MenuItem
                                on_select=move || removing.set(true)
                                testid=Some("customer-delete".to_owned())
                            >
                                {t!(i18n, customers.delete.action)}
                            </MenuItem>
                        </Show>
                    </Popover>
                </Show>
            </div>
            <Reach record/>
        </header>
        <RemoveDialog record open=removing/>
    }
}

/// The ways to reach the customer; a click copies.
#[component]
fn Reach(record: Record) -> impl IntoView {
    let ways = Memo::new(move |_| {
        record.with(|it| {
            let phones = it
                .phones
                .iter()
                .map(|it| (IconName::Phone, it.as_str().to_owned()));
            let emails = it
                .emails
                .iter()
                .map(|it| (IconName::Mail, it.as_str().to_owned()));
            phones.chain(emails).collect::<Vec<_>>()
        })
    });
    view! {
        <ul class="customer-reach">
            {move || ways.get().into_iter().map(|(icon, text)| view! {
                <li><Icon name=icon/><CopyText text/></li>
            }).collect_view()}
        </ul>
    }
}

/// A fact and what it is, for those who do not see the button.
fn label_of(fact: Fact, value: &str, locale: Language) -> String {
    let text = text_locale(locale);
    td_string!(
        text,
        tickets.drill.of,
        by = fact.label(locale),
        name = value
    )
}

/// Where it stands, to be changed on the spot.
#[component]
fn Standing(record: Record) -> impl IntoView {
    let session = use_session();
    let preferences = use_preferences();
    let lifecycle = Memo::new(move |_| record.with(|it| it.lifecycle));
    let change = use_one_change(record, Fact::Lifecycle);
    view! {
        <Show
            when=move || session.may(Permission::EditCustomers)
            fallback=move || view! { <LifecycleBadge lifecycle/> }
        >
            <Popover
                class="quiet-picker"
                label=Signal::derive(move || {
                    let locale = preferences.locale();
                    label_of(Fact::Lifecycle, lifecycle_text(lifecycle.get(), locale), locale)
                })
                testid="customer-lifecycle"
                trigger=move || view! { <LifecycleBadge lifecycle/> }
            >
                <PickList
                    options=Signal::derive(move || lifecycle_choices(preferences.locale()))
                    chosen=Signal::derive(move || vec![lifecycle.get().code().to_owned()])
                    on_pick=move |code: String| change.run(vec![code])
                    testid="lifecycle"
                />
            </Popover>
            <OneConflict change/>
        </Show>
    }
}

/// Who looks after it, to be changed on the spot.
#[component]
fn Owner(record: Record) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let directory = use_directory();
    let preferences = use_preferences();
    let owner = Memo::new(move |_| record.with(|it| it.owner_id));
    let name = Memo::new(move |_| {
        let id = owner.get()?;
        Some(
            record
                .owner_name()
                .or_else(|| directory.user_name(id))
                .unwrap_or_else(|| "…".to_owned()),
        )
    });
    let change = use_one_change(record, Fact::Owner);
    let shown = move || match name.get() {
        Some(name) => view! {
            <span class="person"><Avatar name=name.clone()/>{name}</span>
        }
        .into_any(),
        None => view! { <span class="quiet">{t!(i18n, customers.no_owner)}</span> }.into_any(),
    };
    view! {
        <Show when=move || session.may(Permission::EditCustomers) fallback=move || shown()>
            <Popover
                class="quiet-picker"
                label=Signal::derive(move || {
                    let none = || t_string!(i18n, customers.no_owner).to_owned();
                    label_of(Fact::Owner, &name.get().unwrap_or_else(none), preferences.locale())
                })
                testid="customer-owner"
                trigger=move || view! { {shown} }
            >
                <PickList
                    options=Signal::derive(move || {
                        let mut people = vec![Choice::new("", t_string!(i18n, customers.no_owner))];
                        people.extend(directory.user_choices(None, preferences.locale()));
                        people
                    })
                    chosen=Signal::derive(move || {
                        vec![owner.get().map(|id| id.to_string()).unwrap_or_default()]
                    })
                    on_pick=move |id: String| {
                        change.run(if id.is_empty() { Vec::new() } else { vec![id] });
                    }
                />
            </Popover>
            <OneConflict change/>
        </Show>
    }
}
