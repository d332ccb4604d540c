//! A new ticket. What is typed is kept in this browser until it is opened.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::{use_location, use_navigate, use_query_map};
use rapport_types::ids::TicketId;
use rapport_types::problem::FieldCode;
use rapport_types::text::{Code, LineText, LongText};
use rapport_types::ticket_types::FieldsPatch;
use rapport_types::tickets::{NewTicket, Priority};
use serde::{Deserialize, Serialize};

use super::draft::{For, Reply, reply_place};
use super::form_contact::ContactField;
use super::form_customer::{CustomerField, load_name};
use super::list_url::last_list;
use crate::api;
use crate::api::configuration::use_directory;
use crate::api::submission::use_submission;
use crate::components::badge::priority_text;
use crate::components::button::{Button, ButtonKind, LinkButton};
use crate::components::combobox::Combobox;
use crate::components::effect::effect;
use crate::components::field::{TextArea, TextField};
use crate::components::focus::focus_fault;
use crate::components::form_error::{FormError, focus_refused};
use crate::components::select::{Choice, Select};
use crate::components::toast::use_toasts;
use crate::i18n::*;
use crate::links;
use crate::pages::draft::{Place, keep};
use crate::preferences::use_preferences;
use crate::session::use_session;
use crate::shell::{Crumb, use_place};

/// What is typed so far.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Draft {
    subject: String,
    description: String,
    customer: Option<String>,
    customer_name: Option<String>,
    contact: Option<String>,
    kind: String,
    priority: String,
    channel: String,
    category: Option<String>,
    team: Option<String>,
    assignee: Option<String>,
    answered_on_spot: bool,
}

/// Everything that the form asks for.
#[derive(Clone, Copy)]
struct Fields {
    subject: RwSignal<String>,
    description: RwSignal<String>,
    customer: RwSignal<Option<String>>,
    customer_name: RwSignal<Option<String>>,
    contact: RwSignal<Option<String>>,
    kind: RwSignal<String>,
    priority: RwSignal<String>,
    channel: RwSignal<String>,
    category: RwSignal<Option<String>>,
    team: RwSignal<Option<String>>,
    assignee: RwSignal<Option<String>>,
    answered_on_spot: RwSignal<bool>,
    follows: Option<TicketId>,
    /// It has been opened: there is nothing to keep any more.
    is_sent: RwSignal<bool>,
}

impl Fields {
    /// What stands there; tracked.
    fn draft(self) -> Draft {
        Draft {
            subject: self.subject.get(),
            description: self.description.get(),
            customer: self.customer.get(),
            customer_name: self.customer_name.get(),
            contact: self.contact.get(),
            kind: self.kind.get(),
            priority: self.priority.get(),
            channel: self.channel.get(),
            category: self.category.get(),
            team: self.team.get(),
            assignee: self.assignee.get(),
            answered_on_spot: self.answered_on_spot.get(),
        }
    }

    /// What stands there, as the API wants it.
    fn ticket(self) -> Result<NewTicket, [Option<FieldCode>; 2]> {
        let subject = LineText::try_from(self.subject.get_untracked());
        let text = self.description.get_untracked();
        let description = if text.trim().is_empty() {
            Ok(None)
        } else {
            LongText::try_from(text).map(Some)
        };
        let (subject, description) = match (subject, description) {
            (Ok(subject), Ok(description)) => (subject, description),
            (subject, description) => {
                return Err([
                    subject.err().map(FieldCode::from_code),
                    description.err().map(FieldCode::from_code),
                ]);
            }
        };
        fn id<T: std::str::FromStr>(value: RwSignal<Option<String>>) -> Option<T> {
            value.get_untracked()?.parse().ok()
        }
        Ok(NewTicket {
            fields: FieldsPatch::new(),
            subject,
            description,
            type_code: Code::try_from(self.kind.get_untracked()).ok(),
            priority: Priority::from_code(&self.priority.get_untracked()),
            channel: Code::try_from(self.channel.get_untracked()).ok(),
            category_id: id(self.category),
            customer_id: id(self.customer),
            contact_id: id(self.contact),
            team_id: id(self.team),
            assignee_id: id(self.assignee),
            follows_ticket_id: self.follows,
            opened_at: None,
            answered_on_spot: self.answered_on_spot.get_untracked(),
            external_ids: Vec::new(),
        })
    }
}

/// The fields as the URL and what was typed before fill them in.
fn use_fields(about: For, place: Place) -> Fields {
    let me = untrack(|| use_session().me());
    let For { customer, follows } = about;
    let kept = place.read::<Draft>();
    let is_kept = kept.is_some();
    let draft = kept.unwrap_or_else(|| Draft {
        customer: customer.map(|id| id.to_string()),
        priority: Priority::Normal.code().to_owned(),
        team: me.as_ref().map(|me| me.team_id.to_string()),
        ..Draft::default()
    });
    let fields = Fields {
        subject: RwSignal::new(draft.subject),
        description: RwSignal::new(draft.description),
        customer: RwSignal::new(draft.customer),
        customer_name: RwSignal::new(draft.customer_name),
        contact: RwSignal::new(draft.contact),
        kind: RwSignal::new(draft.kind),
        priority: RwSignal::new(draft.priority),
        channel: RwSignal::new(draft.channel),
        category: RwSignal::new(draft.category),
        team: RwSignal::new(draft.team),
        assignee: RwSignal::new(draft.assignee),
        answered_on_spot: RwSignal::new(draft.answered_on_spot),
        follows,
        is_sent: RwSignal::new(false),
    };
    keep(place, move || {
        let draft = fields.draft();
        let from_url = customer.map(|id| id.to_string());
        // Choices alone are quickly made again; they are kept with what was typed.
        let is_typed = !draft.subject.trim().is_empty()
            || !draft.description.trim().is_empty()
            || (follows.is_none() && draft.customer != from_url);
        (is_typed && !fields.is_sent.get()).then_some(draft)
    });
    if let (Some(id), None) = (customer, fields.customer_name.get_untracked()) {
        load_name(id, fields.customer_name);
    }
    if let Some(id) = follows {
        // What was being written on the closed ticket is carried on here.
        if !is_kept && let Some(answer) = reply_place(me.map(|me| me.id), id).read::<Reply>() {
            fields.description.set(answer.text);
        }
        // Also when the form was left before this had come.
        if fields.customer.with_untracked(Option::is_none) {
            follow(id, fields);
        }
    }
    fields
}

/// Takes over what the ticket before says about customer and kind.
fn follow(id: TicketId, fields: Fields) {
    spawn_local(async move {
        let Ok(reply) = api::tickets::ticket(id).await else {
            return;
        };
        let ticket = reply.value.ticket;
        if fields
            .subject
            .try_get_untracked()
            .is_some_and(|subject| subject.is_empty())
        {
            fields.subject.set(ticket.subject.as_str().to_owned());
        }
        fields.kind.try_set(ticket.type_code.as_str().to_owned());
        fields
            .category
            .try_set(ticket.category_id.map(|id| id.to_string()));
        fields
            .customer
            .try_set(ticket.customer_id.map(|id| id.to_string()));
        fields
            .contact
            .try_set(ticket.contact_id.map(|id| id.to_string()));
        let customer = reply.value.included.and_then(|names| names.customer);
        fields
            .customer_name
            .try_set(customer.map(|it| it.name.as_str().to_owned()));
    });
}

/// The form for a new ticket; opened for somebody else it is another form.
#[component]
pub fn TicketForm() -> impl IntoView {
    let query = use_query_map();
    let pathname = use_location().pathname;
    let about = Memo::new(move |before: Option<&For>| {
        let query = query.read();
        // On the way to another page the URL has that page's parameters already.
        if let Some(before) = before
            && pathname.read().trim_end_matches('/') != links::new_ticket(None)
        {
            return *before;
        }
        For {
            customer: query.get("customer").and_then(|id| id.parse().ok()),
            follows: query.get("follows").and_then(|id| id.parse().ok()),
        }
    });
    move || view! { <FormFor about=about.get()/> }
}

#[component]
fn FormFor(about: For) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let toasts = use_toasts();
    let navigate = use_navigate();
    let preferences = use_preferences();
    let place = about.place(untrack(|| session.me()).map(|me| me.id));
    let fields = use_fields(about, place.clone());
    use_place(move || {
        vec![
            Crumb::link(t_string!(i18n, tickets.title), last_list()),
            Crumb::here(t_string!(i18n, frame.new_ticket)),
        ]
    });
    let faults = RwSignal::new([None::<FieldCode>; 2]);
    let save = use_submission(move |ticket: NewTicket| {
        let place = place.clone();
        async move {
            let answer = api::tickets::open(&ticket).await;
            // Even when the page is gone by now: what has been sent is no draft any more.
            if answer.is_ok() {
                place.clear();
                if let Some(followed) = ticket.follows_ticket_id {
                    reply_place(untrack(|| session.me()).map(|me| me.id), followed).clear();
                }
            }
            answer
        }
    });
    focus_refused(save.error_signal());
    let fault = move |own: Option<usize>, pointer: &'static str| {
        Signal::derive(move || {
            let locale = preferences.locale();
            let here = own
                .and_then(|at| faults.read()[at])
                .map(|code| code.message(locale).to_owned());
            here.or_else(|| save.error()?.field(pointer, locale))
        })
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let ticket = match fields.ticket() {
            Ok(ticket) => ticket,
            Err(found) => {
                faults.set(found);
                return focus_fault();
            }
        };
        faults.set([None; 2]);
        let navigate = navigate.clone();
        save.send_then(ticket, move |reply| {
            fields.is_sent.set(true);
            let number = format!("T-{}", reply.value.number);
            toasts.done(untrack(|| {
                t_string!(i18n, tickets.form.opened, number = number)
            }));
            navigate(
                &links::ticket(reply.value.id),
                leptos_router::NavigateOptions::default(),
            );
        });
    };
    view! {
        <div class="page-head"><h1>{t!(i18n, frame.new_ticket)}</h1></div>
        {fields.follows.map(|id| view! {
            <p class="form-follows"><a href=links::ticket(id)>{t!(i18n, tickets.follows)}</a></p>
        })}
        <form class="ticket-form" novalidate on:submit=submit data-testid="ticket-form">
            <div class="form">
                <CustomerField
                    value=fields.customer
                    name=fields.customer_name
                    error=fault(None, "/customer_id")
                />
                <ContactField
                    customer=fields.customer
                    value=fields.contact
                    error=fault(None, "/contact_id")
                />
                <TextField
                    label=Signal::derive(move || t_string!(i18n, tickets.field.subject).to_owned())
                    value=fields.subject
                    required=true
                    error=fault(Some(0), "/subject")
                    testid="ticket-subject-field"
                />
                <TextArea
                    label=Signal::derive(move || t_string!(i18n, tickets.field.description).to_owned())
                    value=fields.description
                    rows=6
                    error=fault(Some(1), "/description")
                    testid="ticket-description-field"
                />
            </div>
            <Placement fields fault=Callback::new(move |pointer| fault(None, pointer))/>
            <div class="ticket-form-foot">
                <label class="check">
                    <input
                        type="checkbox"
                        prop:checked=fields.answered_on_spot
                        on:change:target=move |event| fields.answered_on_spot.set(event.target().checked())
                    />
                    <span>{t!(i18n, tickets.form.on_spot)}</span>
                    <span class="quiet small">{t!(i18n, tickets.form.on_spot_hint)}</span>
                </label>
                <FormError error=save.error_signal()/>
                <div class="form-actions">
                    <Button kind=ButtonKind::Primary submit=true busy=save.busy() testid="ticket-open">
                        {t!(i18n, tickets.form.open)}
                    </Button>
                    // What is given up is not kept.
                    <span on:click=move |_| fields.is_sent.set(true)>
                        <LinkButton kind=ButtonKind::Ghost href=last_list()>{t!(i18n, tickets.cancel)}</LinkButton>
                    </span>
                </div>
            </div>
        </form>
    }
}

/// Chooses the usual one, or the first when that is no longer in use, as soon as the choices are
/// known and nothing that is among them is chosen.
fn choose_active(value: RwSignal<String>, choices: Signal<Vec<Choice>>, usual: &'static str) {
    effect(move || {
        let choices = choices.read();
        let now = value.get();
        let has = |code: &str| choices.iter().any(|choice| choice.value == code);
        if let (false, Some(first)) = (has(&now), choices.first()) {
            let code = if has(usual) { usual } else { &first.value };
            value.set(code.to_owned());
        }
    });
}

/// What kind of ticket it is and with whom it lies.
#[component]
fn Placement(
    fields: Fields,
    /// What is wrong with the member at a pointer.
    fault: Callback<&'static str, Signal<Option<String>>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let directory = use_directory();
    let preferences = use_preferences();
    let error = move |pointer| fault.run(pointer);
    let priorities = Signal::derive(move || {
        let locale = preferences.locale();
        Priority::ALL
            .iter()
            .map(|it| Choice::new(it.code(), priority_text(*it, locale)))
            .collect::<Vec<_>>()
    });
    let people = Signal::derive(move || {
        let team = fields.team.get().and_then(|id| id.parse().ok());
        directory.user_choices(team, preferences.locale())
    });
    let kinds = Signal::derive(move || directory.type_choices(preferences.locale(), None));
    let channels = Signal::derive(move || directory.channel_choices(preferences.locale(), None));
    choose_active(fields.kind, kinds, "enquiry");
    choose_active(fields.channel, channels, "phone");
    let to_me = move || {
        fields
            .assignee
            .set(untrack(|| session.me()).map(|me| me.id.to_string()));
    };
    view! {
        <div class="form">
            <div class="form-pair">
                <Select
                    label=Signal::derive(move || t_string!(i18n, tickets.field.kind).to_owned())
                    value=fields.kind
                    options=kinds
                    error=error("/type")
                    testid="ticket-type"
                />
                <Select
                    label=Signal::derive(move || t_string!(i18n, tickets.field.priority).to_owned())
                    value=fields.priority
                    options=priorities
                    error=error("/priority")
                    testid="ticket-priority"
                />
                <Select
                    label=Signal::derive(move || t_string!(i18n, tickets.field.channel).to_owned())
                    value=fields.channel
                    options=channels
                    error=error("/channel")
                    testid="ticket-channel"
                />
                <Combobox
                    label=Signal::derive(move || t_string!(i18n, tickets.field.category).to_owned())
                    value=fields.category
                    options=Signal::derive(move || directory.category_choices(preferences.locale()))
                    error=error("/category_id")
                    testid="ticket-category"
                />
                <Combobox
                    label=Signal::derive(move || t_string!(i18n, tickets.field.team).to_owned())
                    value=fields.team
                    options=Signal::derive(move || directory.team_choices(preferences.locale()))
                    error=error("/team_id")
                    required=true
                    testid="ticket-team"
                />
                <Combobox
                    label=Signal::derive(move || t_string!(i18n, tickets.field.assignee).to_owned())
                    value=fields.assignee
                    options=people
                    error=error("/assignee_id")
                    placeholder=Signal::derive(move || t_string!(i18n, tickets.nobody).to_owned())
                    testid="ticket-assignee"
                />
            </div>
            <div class="form-aside">
                <Button kind=ButtonKind::Ghost on_click=to_me testid="ticket-assign-me">
                    {t!(i18n, tickets.assign_me)}
                </Button>
            </div>
        </div>
    }
}
