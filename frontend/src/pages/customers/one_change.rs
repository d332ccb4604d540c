//! One fact that is chosen on the spot and saved at once. When somebody else was faster, both
//! versions are shown and the reader chooses.

use leptos::prelude::*;
use rapport_types::customers::{Customer, CustomerView};
use serde_json::Value;

use super::facts::Fact;
use super::record::Record;
use crate::api::configuration::use_directory;
use crate::api::submission::{Submission, use_submission};
use crate::api::{self, Reply};
use crate::components::conflict::{Conflict, Differing};
use crate::components::dialog::Dialog;
use crate::components::effect::effect;
use crate::components::toast::use_toasts;
use crate::i18n::*;
use crate::preferences::use_preferences;

/// The change of a fact.
#[derive(Clone, Copy)]
pub(super) struct OneChange {
    record: Record,
    fact: Fact,
    save: Submission<Value, Reply<Customer>>,
    load: Submission<(), Reply<CustomerView>>,
    /// What the reader chose.
    wanted: RwSignal<Vec<String>>,
    /// Whether the reader is asked which version shall be.
    asks: RwSignal<bool>,
    done: Callback<()>,
}

/// Prepares changes of a fact; show [`OneConflict`] beside what changes it.
pub(super) fn use_one_change(record: Record, fact: Fact) -> OneChange {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let toasts = use_toasts();
    let change = OneChange {
        record,
        fact,
        save: use_submission(move |value| record.change(fact.member(), value)),
        load: use_submission(move |()| api::customers::customer(record.id)),
        wanted: RwSignal::new(Vec::new()),
        asks: RwSignal::new(false),
        done: Callback::new(move |()| {
            let label = fact.label(preferences.locale_untracked());
            toasts.done(untrack(|| t_string!(i18n, customers.saved, name = label)));
        }),
    };
    effect(move || {
        let Some(error) = change.save.error() else {
            return;
        };
        if error.is_stale() {
            change.load.send_then((), move |reply| {
                record.replace(reply);
                change.asks.set(true);
            });
        } else {
            toasts.failed(error.title(preferences.locale_untracked()));
        }
    });
    effect(move || {
        if let Some(error) = change.load.error() {
            toasts.failed(error.title(preferences.locale_untracked()));
        }
    });
    change
}

impl OneChange {
    /// Saves these values.
    pub(super) fn run(self, values: Vec<String>) {
        self.wanted.set(values);
        self.send();
    }

    fn send(self) {
        let value = self.fact.sent(self.wanted.get_untracked());
        self.save.send_then(value, move |reply| {
            self.record.accept(reply);
            self.asks.set(false);
            self.done.run(());
        });
    }
}

/// The question which version shall be; nothing until there are two.
#[component]
pub(super) fn OneConflict(change: OneChange) -> impl IntoView {
    let preferences = use_preferences();
    let directory = use_directory();
    let OneChange { record, fact, .. } = change;
    let fields = Signal::derive(move || {
        let locale = preferences.locale();
        let words = |values: &[String]| fact.words(values, directory, locale);
        vec![Differing::new(
            fact.member(),
            fact.label(locale),
            words(&change.wanted.get()),
            words(&record.with(|customer| fact.stored(customer))),
        )]
    });
    let latest = Signal::derive(move || Some((String::new(), record.with(|it| it.updated_at))));
    view! {
        <Dialog
            open=change.asks
            title=Signal::derive(move || fact.label(preferences.locale()).to_owned())
        >
            <Conflict
                fields
                latest
                busy=change.save.busy()
                on_save=move |_| change.send()
                on_drop=move || change.asks.set(false)
            />
        </Dialog>
    }
}
