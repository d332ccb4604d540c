//! The form for a new customer. Only the name is required; what the API finds wrong stands at its
//! field.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use rapport_types::customers::{CustomerKind, Lifecycle};
use serde_json::{Map, Value};

use super::draft::{Draft, DraftField};
use super::facts::Fact;
use super::list::last_list;
use super::words::{kind_icon, kind_text};
use crate::api;
use crate::api::submission::use_submission;
use crate::components::button::{Button, ButtonKind, LinkButton};
use crate::components::form_error::{FormError, focus_refused};
use crate::components::icon::Icon;
use crate::components::toast::use_toasts;
use crate::i18n::*;
use crate::links;
use crate::pages::address::use_address;
use crate::pages::draft::{Place, keep};
use crate::preferences::use_preferences;
use crate::session::use_session;
use crate::shell::{Crumb, use_place};

/// How many facts there are.
const FACTS: usize = Fact::ALL.len();

/// The facts of each part of the form.
const WHO: [Fact; 7] = [
    Fact::Name,
    Fact::Phones,
    Fact::Emails,
    Fact::JobTitle,
    Fact::Birthday,
    Fact::Nature,
    Fact::Industry,
];
const WHERE: [Fact; 2] = [Fact::Region, Fact::Address];
const WITH_US: [Fact; 6] = [
    Fact::Lifecycle,
    Fact::SourceChannel,
    Fact::Owner,
    Fact::Team,
    Fact::Tags,
    Fact::Note,
];

/// The form for a new customer.
#[component]
pub fn CustomerForm() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let preferences = use_preferences();
    let toasts = use_toasts();
    let navigate = StoredValue::new_local(use_navigate());
    let address = use_address(links::new_customer());
    use_place(move || {
        vec![
            Crumb::link(t_string!(i18n, customers.title), last_list()),
            Crumb::here(t_string!(i18n, customers.new)),
        ]
    });

    let drafts = StoredValue::new(Fact::ALL.map(|fact| (fact, Draft::new(fact))));
    let draft = move |fact: Fact| {
        let found =
            drafts.with_value(|all| all.iter().find(|(it, _)| *it == fact).map(|(_, it)| *it));
        found.unwrap_or_else(|| Draft::new(fact))
    };
    let kind_draft = draft(Fact::Kind);
    kind_draft.fill(&[CustomerKind::Person.code().to_owned()]);
    draft(Fact::Lifecycle).fill(&[Lifecycle::Potential.code().to_owned()]);
    let asked_for = untrack(|| address.get("name"));
    fill_from_search(&asked_for, draft(Fact::Name), draft(Fact::Phones));
    if let Some(me) = untrack(|| session.me()) {
        draft(Fact::Team).fill(&[me.team_id.to_string()]);
    }
    let kind = Memo::new(move |_| kind_draft.kind());

    let place = Place::new(
        untrack(|| session.me()).map(|me| me.id),
        &format!("customer.{asked_for}"),
    );
    let is_sent = keep_form(drafts, place.clone());
    let add = use_submission(move |members: Map<String, Value>| {
        let place = place.clone();
        async move {
            let answer = api::customers::add(&members).await;
            // Even when the page is gone by now: what has been sent is no draft any more.
            if answer.is_ok() {
                place.clear();
            }
            answer
        }
    });
    focus_refused(add.error_signal());
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let kind = kind.get_untracked();
        let fitting = Fact::ALL.into_iter().filter(|fact| fact.fits(kind));
        let members = fitting.filter_map(|fact| {
            let values = draft(fact).values();
            // What was left empty is not said, but the name is always asked for.
            (!values.is_empty() || fact == Fact::Name)
                .then(|| (fact.member().to_owned(), fact.sent(values)))
        });
        add.send_then(members.collect(), move |reply| {
            is_sent.set(true);
            let customer = reply.value.clone();
            let number = format!("C-{}", customer.number);
            let name = untrack(|| {
                t_string!(
                    i18n,
                    customers.with_number,
                    name = customer.name.as_str(),
                    number = number
                )
            });
            toasts.done(untrack(|| t_string!(i18n, customers.added, name = name)));
            let page = links::customer(reply.value.id);
            navigate.with_value(|navigate| navigate(&page, Default::default()));
        });
    };
    // Faults of fields stand at the fields.
    let form_error = Signal::derive(move || add.error().filter(|error| !error.names_fields()));
    let fields = move |facts: &'static [Fact]| {
        facts
            .iter()
            .map(|fact| {
                let fact = *fact;
                view! {
                    <Show when=move || fact.fits(kind.get())>
                        <DraftField
                            draft=draft(fact)
                            error=add.error_signal()
                            autofocus=fact == Fact::Name
                        />
                    </Show>
                }
            })
            .collect_view()
    };
    let kind_choice = move |choice: CustomerKind| {
        view! {
            <label class="segment">
                <input
                    type="radio"
                    name="kind"
                    value=choice.code()
                    data-testid=format!("customer-kind-{}", choice.code())
                    prop:checked=move || kind.get() == choice
                    on:change=move |_| kind_draft.fill(&[choice.code().to_owned()])
                />
                <span>
                    <Icon name=kind_icon(choice)/>
                    {move || kind_text(choice, preferences.locale())}
                </span>
            </label>
        }
    };
    view! {
        <div class="page-head"><h1>{t!(i18n, customers.new)}</h1></div>
        <form class="panel customer-form" novalidate data-testid="customer-form" on:submit=submit>
            <fieldset class="form">
                <legend>{t!(i18n, customers.form.who)}</legend>
                <div class="segments" role="radiogroup" aria-label=move || Fact::Kind.label(preferences.locale())>
                    {CustomerKind::ALL.iter().map(|kind| kind_choice(*kind)).collect_view()}
                </div>
                {fields(&WHO)}
            </fieldset>
            <fieldset class="form">
                <legend>{t!(i18n, customers.form.place)}</legend>
                {fields(&WHERE)}
            </fieldset>
            <fieldset class="form">
                <legend>{t!(i18n, customers.form.with_us)}</legend>
                {fields(&WITH_US)}
            </fieldset>
            <div class="customer-form-end">
                <FormError error=form_error/>
                <div class="form-actions">
                    <Button
                        kind=ButtonKind::Primary
                        submit=true
                        busy=add.busy()
                        testid="customer-submit"
                    >
                        {t!(i18n, customers.add)}
                    </Button>
                    // What is given up is not kept.
                    <span on:click=move |_| is_sent.set(true)>
                        <LinkButton href=last_list() kind=ButtonKind::Ghost>
                            {t!(i18n, customers.cancel)}
                        </LinkButton>
                    </span>
                </div>
            </div>
        </form>
    }
}

/// Takes over what was typed here before, and keeps what differs from the form as it came. Set what
/// comes back once the customer is there.
fn keep_form(drafts: StoredValue<[(Fact, Draft); FACTS]>, place: Place) -> RwSignal<bool> {
    let typed = move || -> Vec<(String, Vec<String>)> {
        drafts.with_value(|all| {
            all.iter()
                .map(|(fact, draft)| (fact.member().to_owned(), draft.typed()))
                .collect()
        })
    };
    let as_it_came = untrack(typed);
    if let Some(kept) = place.read::<Vec<(String, Vec<String>)>>() {
        drafts.with_value(|all| {
            for (fact, draft) in all {
                if let Some((_, values)) = kept.iter().find(|(name, _)| name == fact.member()) {
                    draft.fill(values);
                }
            }
        });
    }
    let is_sent = RwSignal::new(false);
    keep(place, move || {
        let typed = typed();
        (typed != as_it_came && !is_sent.get()).then_some(typed)
    });
    is_sent
}

/// Puts what somebody looked for into the field it fits: digits are a phone.
fn fill_from_search(text: &str, name: Draft, phones: Draft) {
    if text.is_empty() {
        return;
    }
    let is_phone = text
        .chars()
        .all(|c| c.is_ascii_digit() || " +-()".contains(c));
    let field = if is_phone { phones } else { name };
    field.fill(&[text.to_owned()]);
}
