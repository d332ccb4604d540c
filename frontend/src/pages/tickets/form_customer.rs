//! The customer of a new ticket: found by a few characters, or made on the spot.

use leptos::prelude::*;
use leptos::task::spawn_local;
use rapport_types::customers::{Customer, CustomerKind, NewCustomer};
use rapport_types::ids::CustomerId;
use rapport_types::permissions::Permission;
use rapport_types::problem::FieldCode;
use rapport_types::text::{Email, NameText, Phone};

use crate::api;
use crate::api::submission::use_submission;
use crate::components::button::{Button, ButtonKind};
use crate::components::combobox::Combobox;
use crate::components::field::TextField;
use crate::components::focus::focus_fault;
use crate::components::form_error::{FormError, focus_refused};
use crate::components::icon::IconName;
use crate::components::select::{Choice, Select};
use crate::i18n::*;
use crate::pages::customer_search::use_customer_search;
use crate::preferences::use_preferences;
use crate::session::use_session;

/// The choice of a customer.
#[component]
pub(super) fn CustomerField(
    /// The chosen one's id.
    value: RwSignal<Option<String>>,
    /// The chosen one's name, when it is known from elsewhere.
    name: RwSignal<Option<String>>,
    /// What is wrong with it.
    #[prop(into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let search = use_customer_search(|_| true);
    let making = RwSignal::new(false);
    let on_change = move |choice: Option<String>| {
        name.set(choice.and_then(|id| search.name_of(&id)));
    };
    let made = move |customer: Customer| {
        name.set(Some(customer.name.as_str().to_owned()));
        value.set(Some(customer.id.to_string()));
        making.set(false);
    };
    view! {
        <Combobox
            label=Signal::derive(move || t_string!(i18n, tickets.field.customer).to_owned())
            value
            options=search.found
            on_type=move |text| search.on_type(text)
            note_instead=search.note_instead
            on_change
            shown=name
            placeholder=Signal::derive(move || t_string!(i18n, tickets.form.find_customer).to_owned())
            error
            testid="ticket-customer"
        />
        <Show when=move || session.may(Permission::EditCustomers)>
            <Show
                when=move || making.get()
                fallback=move || view! {
                    <Show when=move || value.read().is_none()>
                        <div class="form-aside">
                            <Button
                                kind=ButtonKind::Ghost
                                icon=IconName::Plus
                                on_click=move || making.set(true)
                                testid="new-customer"
                            >
                                {t!(i18n, tickets.form.new_customer)}
                            </Button>
                        </div>
                    </Show>
                }
            >
                <NewCustomerFields
                    first_name=untrack(|| search.typed.get())
                    on_made=made
                    on_cancel=move || making.set(false)
                />
            </Show>
        </Show>
    }
}

/// Name and ways to reach; the rest is for the customer's own page.
#[component]
fn NewCustomerFields(
    /// What was searched for: often the name, or the number that called.
    first_name: String,
    #[prop(into)] on_made: Callback<Customer>,
    #[prop(into)] on_cancel: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let looks_like_phone = first_name.chars().filter(char::is_ascii_digit).count() >= 5;
    let (name, phone) = if looks_like_phone {
        (String::new(), first_name)
    } else {
        (first_name, String::new())
    };
    let (name, phone) = (RwSignal::new(name), RwSignal::new(phone));
    let email = RwSignal::new(String::new());
    let kind = RwSignal::new(CustomerKind::Person.code().to_owned());
    let faults = RwSignal::new([None::<FieldCode>; 3]);
    let save = use_submission(move |customer: NewCustomer| async move {
        api::tickets::new_customer(&customer).await
    });
    let submit = move || {
        fn optional<T>(
            text: String,
            parse: impl Fn(String) -> Result<T, &'static str>,
        ) -> Result<Vec<T>, FieldCode> {
            if text.trim().is_empty() {
                return Ok(Vec::new());
            }
            parse(text)
                .map(|value| vec![value])
                .map_err(FieldCode::from_code)
        }
        let parsed = (
            NameText::try_from(name.get_untracked()).map_err(FieldCode::from_code),
            optional(phone.get_untracked(), Phone::try_from),
            optional(email.get_untracked(), Email::try_from),
        );
        faults.set([
            parsed.0.as_ref().err().copied(),
            parsed.1.as_ref().err().copied(),
            parsed.2.as_ref().err().copied(),
        ]);
        let (Ok(name), Ok(phones), Ok(emails)) = parsed else {
            return focus_fault();
        };
        let customer = NewCustomer {
            name,
            kind: CustomerKind::from_code(&kind.get_untracked()),
            nature: None,
            industry: None,
            job_title: None,
            phones,
            emails,
            address: None,
            region: None,
            birthday_on: None,
            source_channel: None,
            owner_id: None,
            team_id: None,
            lifecycle: None,
            tags: Vec::new(),
            note: None,
            external_ids: Vec::new(),
        };
        save.send_then(customer, move |reply| on_made.run(reply.value));
    };
    focus_refused(save.error_signal());
    let fault = move |at: usize, pointer: &'static str| {
        Signal::derive(move || {
            let locale = preferences.locale();
            let own = faults.read()[at].map(|code| code.message(locale).to_owned());
            own.or_else(|| save.error()?.field(pointer, locale))
        })
    };
    let kinds = Signal::derive(move || {
        vec![
            Choice::new(
                CustomerKind::Person.code(),
                t_string!(i18n, tickets.form.person),
            ),
            Choice::new(
                CustomerKind::Organisation.code(),
                t_string!(i18n, tickets.form.organisation),
            ),
        ]
    });
    view! {
        <fieldset class="form-inset">
            <legend>{t!(i18n, tickets.form.new_customer)}</legend>
            <TextField
                label=Signal::derive(move || t_string!(i18n, tickets.form.name).to_owned())
                value=name
                required=true
                autofocus=true
                error=fault(0, "/name")
                testid="new-customer-name"
            />
            <Select
                label=Signal::derive(move || t_string!(i18n, tickets.form.kind).to_owned())
                value=kind
                options=kinds
            />
            <TextField
                label=Signal::derive(move || t_string!(i18n, tickets.form.phone).to_owned())
                value=phone
                kind="tel"
                error=fault(1, "/phones")
                testid="new-customer-phone"
            />
            <TextField
                label=Signal::derive(move || t_string!(i18n, tickets.form.email).to_owned())
                value=email
                kind="email"
                error=fault(2, "/emails")
            />
            <FormError error=Signal::derive(move || save.error().filter(|error| !error.names_fields()))/>
            <div class="form-actions">
                <Button busy=save.busy() on_click=submit testid="new-customer-save">
                    {t!(i18n, tickets.form.make_customer)}
                </Button>
                <Button kind=ButtonKind::Ghost on_click=move || on_cancel.run(())>
                    {t!(i18n, tickets.cancel)}
                </Button>
            </div>
        </fieldset>
    }
}

/// Fills in the name of a customer that the URL has chosen.
pub(super) fn load_name(id: CustomerId, name: RwSignal<Option<String>>) {
    spawn_local(async move {
        if let Ok(Some(view)) = api::tickets::customer(id).await {
            name.try_set(Some(view.customer.name.as_str().to_owned()));
        }
    });
}
