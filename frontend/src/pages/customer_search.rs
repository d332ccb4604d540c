//! Finding a customer by a few characters, for a [`Combobox`](crate::components::combobox::Combobox).

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use rapport_types::customers::CustomerSummary;

use crate::api::{self, ApiError};
use crate::components::select::Choice;
use crate::i18n::*;
use crate::preferences::use_preferences;

/// How long typing rests before the question is sent.
const REST: Duration = Duration::from_millis(180);
/// Matches shown.
const LIMIT: u32 = 12;

/// How the question for the text that stands there stands.
#[derive(Debug, Clone, PartialEq)]
enum Standing {
    /// Nothing has been asked.
    Idle,
    /// The answer is awaited.
    Asked,
    /// It is there.
    Answered,
    /// It did not come.
    Failed(ApiError),
}

/// A search under way.
#[derive(Clone, Copy)]
pub struct CustomerSearch {
    /// What was found for the text that stands there.
    pub found: RwSignal<Vec<Choice>>,
    /// The text.
    pub typed: RwSignal<String>,
    /// What is said where the choices will be.
    pub note_instead: Signal<Option<String>>,
    standing: RwSignal<Standing>,
    ask: StoredValue<Box<dyn FnMut(String)>, LocalStorage>,
}

/// A search for customers, those among them that `fits` lets pass.
pub fn use_customer_search(fits: fn(&CustomerSummary) -> bool) -> CustomerSearch {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let found = RwSignal::new(Vec::<Choice>::new());
    let typed = RwSignal::new(String::new());
    let standing = RwSignal::new(Standing::Idle);
    let ask = leptos::leptos_dom::helpers::debounce(REST, move |text: String| {
        if text.trim().is_empty() || typed.try_get_untracked().as_ref() != Some(&text) {
            return;
        }
        spawn_local(async move {
            let answer = api::search::search(text.trim(), LIMIT).await;
            // Only the answer to what stands there now counts.
            if typed.try_get_untracked().as_ref() != Some(&text) {
                return;
            }
            let results = match answer {
                Ok(results) => results,
                Err(error) => return standing.set(Standing::Failed(error)),
            };
            standing.set(Standing::Answered);
            let fitting = results.customers.iter().filter(|it| fits(it));
            found.set(fitting.map(choice).collect());
        });
    });
    let note_instead = Signal::derive(move || match standing.get() {
        Standing::Idle => Some(t_string!(i18n, tickets.form.find_customer).to_owned()),
        Standing::Asked => Some(t_string!(i18n, frame.search.asking).to_owned()),
        Standing::Failed(error) => Some(error.title(preferences.locale())),
        Standing::Answered => None,
    });
    CustomerSearch {
        found,
        typed,
        note_instead,
        standing,
        ask: StoredValue::new_local(Box::new(ask)),
    }
}

impl CustomerSearch {
    /// Another text stands there.
    pub fn on_type(self, text: String) {
        // What was found for another text is no choice for this one.
        self.found.set(Vec::new());
        self.standing.set(if text.trim().is_empty() {
            Standing::Idle
        } else {
            Standing::Asked
        });
        self.typed.set(text.clone());
        self.ask.update_value(|ask| ask(text));
    }

    /// The name of one that was found.
    pub fn name_of(self, id: &str) -> Option<String> {
        self.found.with_untracked(|all| {
            all.iter()
                .find(|it| it.value == id)
                .map(|it| it.label.clone())
        })
    }
}

fn choice(customer: &CustomerSummary) -> Choice {
    let reach = customer
        .phone
        .as_ref()
        .map(|phone| phone.as_str())
        .or_else(|| customer.email.as_ref().map(|email| email.as_str()));
    let number = format!("C-{}", customer.number);
    let detail = reach.map_or(number.clone(), |reach| format!("{number} · {reach}"));
    Choice::new(customer.id.to_string(), customer.name.as_str()).with_detail(detail)
}
