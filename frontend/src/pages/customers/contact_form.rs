//! The form of a contact: an existing person or a new one, the role, the preferred channel, whether
//! it is the one to ask first.

use leptos::prelude::*;
use rapport_types::contacts::ContactSummary;
use rapport_types::customers::{CustomerKind, CustomerSummary};
use rapport_types::ids::CustomerId;
use serde_json::{Map, Value, json};

use crate::api;
use crate::api::configuration::use_directory;
use crate::api::submission::use_submission;
use crate::components::button::{Button, ButtonKind};
use crate::components::combobox::Combobox;
use crate::components::dialog::Dialog;
use crate::components::effect::effect;
use crate::components::field::TextField;
use crate::components::form_error::{FormError, focus_refused};
use crate::components::select::{Choice, Select};
use crate::components::toast::use_toasts;
use crate::i18n::*;
use crate::pages::customer_search::use_customer_search;
use crate::preferences::use_preferences;

/// The form over the page, for a new contact or for one that is there.
#[component]
pub(super) fn ContactDialog(
    /// The organisation of a new one.
    organisation: CustomerId,
    /// The one that is edited; none for a new one.
    edited: RwSignal<Option<ContactSummary>>,
    /// Whether the form is open.
    open: RwSignal<bool>,
    /// Told when there is something new.
    #[prop(into)]
    on_done: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let title = Signal::derive(move || {
        edited.with(|contact| match contact {
            Some(contact) => t_string!(
                i18n,
                customers.contact.edit_of,
                name = contact.person.name.as_str().to_owned()
            ),
            None => t_string!(i18n, customers.contact.add).to_owned(),
        })
    });
    view! {
        <Dialog open title>
            <Form organisation contact=edited.get_untracked() open on_done/>
        </Dialog>
    }
}

/// What stands in the form.
#[derive(Clone, Copy)]
struct Fields {
    person: RwSignal<Option<String>>,
    is_new: RwSignal<bool>,
    name: RwSignal<String>,
    phone: RwSignal<String>,
    email: RwSignal<String>,
    role: RwSignal<String>,
    channel: RwSignal<String>,
    is_primary: RwSignal<bool>,
    note: RwSignal<String>,
}

impl Fields {
    fn of(contact: Option<&ContactSummary>) -> Self {
        let text = |text: Option<&str>| RwSignal::new(text.unwrap_or_default().to_owned());
        let role = contact.and_then(|it| it.role.as_ref());
        let channel = contact.and_then(|it| it.preferred_channel.as_ref());
        let note = contact.and_then(|it| it.note.as_ref());
        Self {
            person: RwSignal::new(None),
            is_new: RwSignal::new(false),
            name: text(None),
            phone: text(None),
            email: text(None),
            role: text(role.map(|it| it.as_str())),
            channel: text(channel.map(|it| it.as_str())),
            is_primary: RwSignal::new(contact.is_some_and(|it| it.is_primary)),
            note: text(note.map(|it| it.as_str())),
        }
    }

    /// What the API is told. What was left empty is not said of a new one, and cleared on one that
    /// is there.
    fn members(self, is_there: bool) -> Map<String, Value> {
        let mut members = Map::new();
        for (name, text) in [
            ("role", self.role),
            ("preferred_channel", self.channel),
            ("note", self.note),
        ] {
            let text = text.get_untracked();
            let text = text.trim();
            if !text.is_empty() {
                members.insert(name.to_owned(), json!(text));
            } else if is_there {
                members.insert(name.to_owned(), Value::Null);
            }
        }
        // Left out, the first contact of an organisation is the one to ask first.
        if is_there || self.is_primary.get_untracked() {
            members.insert(
                "is_primary".to_owned(),
                json!(self.is_primary.get_untracked()),
            );
        }
        if is_there {
            return members;
        }
        if self.is_new.get_untracked() {
            let several = |text: RwSignal<String>| {
                let text = text.get_untracked();
                let text = text.trim();
                if text.is_empty() {
                    json!([])
                } else {
                    json!([text])
                }
            };
            let person = json!({
                "name": self.name.get_untracked(),
                "phones": several(self.phone),
                "emails": several(self.email),
            });
            members.insert("person".to_owned(), person);
        } else if let Some(id) = self.person.get_untracked() {
            members.insert("person_id".to_owned(), json!(id));
        }
        members
    }
}

/// The form; made anew each time it opens.
#[component]
fn Form(
    organisation: CustomerId,
    contact: Option<ContactSummary>,
    open: RwSignal<bool>,
    on_done: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    let directory = use_directory();
    let preferences = use_preferences();
    let fields = Fields::of(contact.as_ref());
    let is_there = contact.is_some();
    let own = contact.as_ref().map(|it| (it.id, it.version));
    let save = use_submission(move |members: Map<String, Value>| async move {
        match own {
            Some((id, version)) => api::contacts::change(id, version, &members).await,
            None => api::contacts::add(organisation, &members).await,
        }
    });
    focus_refused(save.error_signal());
    // Somebody has changed it meanwhile: the list shows what it is now.
    effect(move || {
        if save.error().is_some_and(|error| error.is_stale()) {
            open.set(false);
            toasts.failed(untrack(|| t_string!(i18n, customers.contact.changed)));
            on_done.run(());
        }
    });
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        save.send_then(fields.members(is_there), move |()| {
            open.set(false);
            toasts.done(untrack(|| t_string!(i18n, customers.contact.saved)));
            on_done.run(());
        });
    };
    let fault = move |pointer: &'static str| {
        Signal::derive(move || save.error()?.field(pointer, preferences.locale()))
    };
    let channel = contact.and_then(|it| it.preferred_channel);
    let channels = Signal::derive(move || {
        let mut all = vec![Choice::new("", t_string!(i18n, customers.not_given))];
        all.extend(directory.channel_choices(preferences.locale(), channel.as_ref()));
        all
    });
    view! {
        <form class="form contact-form" novalidate on:submit=submit data-testid="contact-form">
            {(!is_there).then(|| view! { <Person fields fault=Callback::new(fault)/> })}
            <TextField
                label=Signal::derive(move || t_string!(i18n, customers.contact.role).to_owned())
                value=fields.role
                hint=Signal::derive(move || Some(t_string!(i18n, customers.contact.role_hint).to_owned()))
                error=fault("/role")
                autofocus=is_there
                testid="contact-role"
            />
            <Select
                label=Signal::derive(move || t_string!(i18n, customers.contact.channel).to_owned())
                value=fields.channel
                options=channels
                error=fault("/preferred_channel")
                testid="contact-channel"
            />
            <TextField
                label=Signal::derive(move || t_string!(i18n, customers.fact.note).to_owned())
                value=fields.note
                error=fault("/note")
            />
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=fields.is_primary
                    on:change:target=move |event| fields.is_primary.set(event.target().checked())
                />
                <span>{t!(i18n, customers.contact.primary)}</span>
                <span class="quiet small">{t!(i18n, customers.contact.primary_hint)}</span>
            </label>
            <FormError error=Signal::derive(move || {
                save.error().filter(|error| !error.names_fields() && !error.is_stale())
            })/>
            <div class="dialog-actions">
                <Button kind=ButtonKind::Ghost on_click=move || open.set(false)>
                    {t!(i18n, customers.cancel)}
                </Button>
                <Button kind=ButtonKind::Primary submit=true busy=save.busy() testid="contact-save">
                    {t!(i18n, customers.save)}
                </Button>
            </div>
        </form>
    }
}

/// Who it is: somebody who is a customer already, or somebody new.
#[component]
fn Person(
    fields: Fields,
    /// What is wrong with the member at a pointer.
    fault: Callback<&'static str, Signal<Option<String>>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let search = use_customer_search(is_person);
    let shown = RwSignal::new(None::<String>);
    let on_change = move |choice: Option<String>| {
        shown.set(choice.and_then(|id| search.name_of(&id)));
    };
    // What was searched for is often the name, or the number that called.
    let begin = move || {
        let typed = search.typed.get_untracked();
        let is_phone = typed.chars().filter(char::is_ascii_digit).count() >= 5;
        let field = if is_phone { fields.phone } else { fields.name };
        if field.with_untracked(String::is_empty) {
            field.set(typed);
        }
        fields.is_new.set(true);
    };
    let known = move || {
        view! {
            <Combobox
                label=Signal::derive(move || t_string!(i18n, customers.kind.person).to_owned())
                value=fields.person
                options=search.found
                on_type=move |text| search.on_type(text)
                note_instead=search.note_instead
                on_change
                shown
                placeholder=Signal::derive(move || t_string!(i18n, customers.search).to_owned())
                error=fault.run("/person_id")
                autofocus=true
                testid="contact-person"
            />
        }
    };
    let way = move |is_new: bool, testid: &'static str| {
        view! {
            <label class="segment">
                <input
                    type="radio"
                    name="contact-who"
                    data-testid=testid
                    prop:checked=move || fields.is_new.get() == is_new
                    on:change=move |_| if is_new { begin() } else { fields.is_new.set(false) }
                />
                <span>
                    {move || if is_new {
                        t_string!(i18n, customers.contact.new_person)
                    } else {
                        t_string!(i18n, customers.contact.known_person)
                    }}
                </span>
            </label>
        }
    };
    view! {
        <div
            class="segments"
            role="radiogroup"
            aria-label=move || t_string!(i18n, customers.kind.person)
        >
            {way(false, "contact-known-person")}
            {way(true, "contact-new-person")}
        </div>
        <Show when=move || fields.is_new.get() fallback=known>
            <TextField
                label=Signal::derive(move || t_string!(i18n, customers.fact.name).to_owned())
                value=fields.name
                required=true
                autofocus=true
                error=fault.run("/person/name")
                testid="contact-name"
            />
            <TextField
                label=Signal::derive(move || t_string!(i18n, customers.phone).to_owned())
                value=fields.phone
                kind="tel"
                error=fault.run("/person/phones/0")
                testid="contact-phone"
            />
            <TextField
                label=Signal::derive(move || t_string!(i18n, customers.email).to_owned())
                value=fields.email
                kind="email"
                error=fault.run("/person/emails/0")
            />
        </Show>
    }
}

fn is_person(customer: &CustomerSummary) -> bool {
    customer.kind == CustomerKind::Person
}
