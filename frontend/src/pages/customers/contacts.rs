//! The contacts of an organisation with how to reach them, and the organisations for which a person
//! speaks.

use leptos::prelude::*;
use rapport_types::contacts::{ContactSummary, may_have_contacts};
use rapport_types::customers::CustomerKind;
use rapport_types::ids::CustomerId;
use rapport_types::permissions::Permission;

use super::contact_form::ContactDialog;
use super::contact_remove::RemoveContact;
use crate::api::configuration::use_directory;
use crate::api::query::Query;
use crate::components::avatar::Avatar;
use crate::components::button::{Button, IconButton};
use crate::components::copy_text::CopyText;
use crate::components::icon::{Icon, IconName};
use crate::components::states::{EmptyState, ErrorState, Skeleton};
use crate::i18n::*;
use crate::links;
use crate::preferences::use_preferences;
use crate::session::use_session;

/// What is being done with the contacts.
#[derive(Clone, Copy)]
struct Work {
    /// The contact that is being edited; none for a new one.
    edited: RwSignal<Option<ContactSummary>>,
    /// Whether the form is open.
    editing: RwSignal<bool>,
    /// The contact that is to be removed.
    removed: RwSignal<Option<ContactSummary>>,
    /// Whether the question before it is open.
    removing: RwSignal<bool>,
}

impl Work {
    fn edit(self, contact: Option<ContactSummary>) {
        self.edited.set(contact);
        self.editing.set(true);
    }

    fn remove(self, contact: ContactSummary) {
        self.removed.set(Some(contact));
        self.removing.set(true);
    }
}

/// The contacts, or the organisations.
#[component]
pub(super) fn Contacts(
    /// Whose.
    id: CustomerId,
    /// What it is.
    kind: Memo<CustomerKind>,
    /// What was loaded.
    contacts: Query<Vec<ContactSummary>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let work = Work {
        edited: RwSignal::new(None),
        editing: RwSignal::new(false),
        removed: RwSignal::new(None),
        removing: RwSignal::new(false),
    };
    let is_organisation = Memo::new(move |_| may_have_contacts(kind.get()));
    let may_edit = Memo::new(move |_| session.may(Permission::EditCustomers));
    let may_add = Memo::new(move |_| is_organisation.get() && may_edit.get());
    let add = move || {
        view! {
            <Show when=move || may_add.get()>
                <Button
                    icon=IconName::Plus
                    on_click=move || work.edit(None)
                    testid="contact-add"
                >
                    {t!(i18n, customers.contact.add)}
                </Button>
            </Show>
        }
    };
    let empty = move || {
        view! {
            <EmptyState
                icon=IconName::People
                title=Signal::derive(move || if is_organisation.get() {
                    t_string!(i18n, customers.contact.none).to_owned()
                } else {
                    t_string!(i18n, customers.contact.none_of).to_owned()
                })
                text=Signal::derive(move || if is_organisation.get() {
                    t_string!(i18n, customers.contact.none_text).to_owned()
                } else {
                    t_string!(i18n, customers.contact.none_of_text).to_owned()
                })
            >
                {add()}
            </EmptyState>
        }
    };
    let list = move || {
        contacts.get().map(|rows| {
            if rows.is_empty() {
                return empty().into_any();
            }
            let by_organisation = is_organisation.get();
            let rows = rows
                .into_iter()
                .map(|contact| view! { <Row contact by_organisation may_edit work/> });
            view! {
                <ul class="contacts" data-testid="contacts">{rows.collect_view()}</ul>
                <div class="contacts-foot">{add()}</div>
            }
            .into_any()
        })
    };
    view! {
        <section class="panel" aria-label=move || if is_organisation.get() {
            t_string!(i18n, customers.contact.tab)
        } else {
            t_string!(i18n, customers.contact.tab_of)
        }>
            {move || contacts.error().map(|error| view! {
                <ErrorState error on_retry=move || contacts.reload()/>
            })}
            <Show when=move || contacts.error().is_none() && contacts.with(|it| it.is_none())>
                <Skeleton lines=4/>
            </Show>
            {list}
        </section>
        <ContactDialog
            organisation=id
            edited=work.edited
            open=work.editing
            on_done=move || contacts.reload()
        />
        <RemoveContact
            contact=work.removed
            open=work.removing
            on_done=move || contacts.reload()
        />
    }
}

/// One contact: whom it leads to, in which role, how to reach it, and what can be done with it.
#[component]
fn Row(
    contact: ContactSummary,
    /// On the page of the organisation; else on that of the person.
    by_organisation: bool,
    may_edit: Memo<bool>,
    work: Work,
) -> impl IntoView {
    let i18n = use_i18n();
    let directory = use_directory();
    let preferences = use_preferences();
    let other = if by_organisation {
        contact.person.clone()
    } else {
        contact.customer.clone()
    };
    let name = other.name.as_str().to_owned();
    let role = contact.role.as_ref().map(|it| it.as_str().to_owned());
    let note = contact.note.as_ref().map(|it| it.as_str().to_owned());
    let channel = contact.preferred_channel.clone();
    // On the page of the organisation; a person's own page shows them already.
    let reach = by_organisation.then(|| view! { <Reach contact=contact.clone()/> });
    // A person outside the reader's scope has no page to lead to.
    let is_linked = !by_organisation || contact.reach.is_some();
    let shown = name.clone();
    let (edited, removed) = (contact.clone(), contact.clone());
    let label = StoredValue::new(name.clone());
    view! {
        <li class="contact" data-testid="contact">
            <Avatar name=name/>
            <div class="contact-who">
                <p class="contact-line">
                    {if is_linked {
                        view! { <a class="contact-name" href=links::customer(other.id)>{shown}</a> }
                            .into_any()
                    } else {
                        view! { <span class="contact-name">{shown}</span> }.into_any()
                    }}
                    <span class="quiet small">{format!("C-{}", other.number)}</span>
                    {role.map(|role| view! { <span class="badge badge-plain badge-quiet">{role}</span> })}
                    {contact.is_primary.then(|| view! {
                        <span class="badge badge-info" data-testid="contact-primary">
                            <Icon name=IconName::Star/>
                            <span>{t!(i18n, customers.contact.primary)}</span>
                        </span>
                    })}
                </p>
                {reach}
                {channel.map(|code| view! {
                    <p class="small quiet">
                        {move || t_string!(
                            i18n,
                            customers.contact.prefers,
                            channel = directory.channel_name(code.as_str(), preferences.locale())
                        )}
                    </p>
                })}
                {note.map(|note| view! { <p class="small">{note}</p> })}
            </div>
            <Show when=move || may_edit.get()>
                <div class="contact-actions no-print">
                    <IconButton
                        icon=IconName::Edit
                        label=Signal::derive(move || {
                            t_string!(i18n, customers.contact.edit_of, name = label.get_value())
                        })
                        on_click={
                            let edited = edited.clone();
                            move || work.edit(Some(edited.clone()))
                        }
                    />
                    <IconButton
                        icon=IconName::Close
                        label=Signal::derive(move || {
                            t_string!(i18n, customers.contact.remove_of, name = label.get_value())
                        })
                        on_click={
                            let removed = removed.clone();
                            move || work.remove(removed.clone())
                        }
                    />
                </div>
            </Show>
        </li>
    }
}

/// How to reach the person, each to copy; or that its record lies outside what the reader sees.
#[component]
fn Reach(contact: ContactSummary) -> impl IntoView {
    let i18n = use_i18n();
    let Some(reach) = contact.reach else {
        return view! {
            <p class="quiet small contact-outside">
                <Icon name=IconName::Lock/>
                <span>{t!(i18n, customers.contact.outside)}</span>
            </p>
        }
        .into_any();
    };
    let phones = reach
        .phones
        .iter()
        .map(|phone| (IconName::Phone, phone.as_str().to_owned()));
    let emails = reach
        .emails
        .iter()
        .map(|email| (IconName::Mail, email.as_str().to_owned()));
    let ways = phones
        .chain(emails)
        .map(|(icon, text)| view! { <li><Icon name=icon/><CopyText text/></li> })
        .collect_view();
    view! { <ul class="customer-reach">{ways}</ul> }.into_any()
}
