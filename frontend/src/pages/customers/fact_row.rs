//! One fact of the profile: read, and on a click typed over in place. It is saved by itself. When
//! somebody else was faster, what was typed stays, and both versions stand side by side.

use leptos::prelude::*;

use super::draft::{Draft, DraftField};
use super::facts::{Fact, split_words};
use super::record::Record;
use crate::api;
use crate::api::configuration::use_directory;
use crate::api::submission::use_submission;
use crate::components::button::{Button, ButtonKind};
use crate::components::conflict::{Conflict, Differing};
use crate::components::effect::effect;
use crate::components::element_id;
use crate::components::focus::focus_soon;
use crate::components::form_error::{FormError, focus_refused};
use crate::components::icon::{Icon, IconName};
use crate::components::keys::{composes, hold_escape};
use crate::components::toast::use_toasts;
use crate::format::NOTHING;
use crate::i18n::*;
use crate::preferences::use_preferences;

/// One fact.
#[component]
pub(super) fn FactRow(
    record: Record,
    fact: Fact,
    /// Whether the reader may change it.
    #[prop(into)]
    may_edit: Signal<bool>,
) -> impl IntoView {
    let directory = use_directory();
    let preferences = use_preferences();
    let open = RwSignal::new(false);
    let draft = Draft::new(fact);
    let words = Memo::new(move |_| {
        let locale = preferences.locale();
        let stored = record.with(|customer| fact.stored(customer));
        let owner = (fact == Fact::Owner).then(|| record.owner_name()).flatten();
        let word = |value: &String| {
            owner
                .clone()
                .unwrap_or_else(|| fact.word(value, directory, locale))
        };
        stored
            .iter()
            .map(word)
            .collect::<Vec<_>>()
            .join(fact.between(locale))
    });
    let begin = move |_| {
        draft.fill(&untrack(|| record.with(|customer| fact.stored(customer))));
        open.set(true);
    };
    let place = element_id("fact");
    hold_escape(move || open.get_untracked(), place.clone());
    let here = place.clone();
    // Afterwards back to the button that led there.
    Effect::new(move |before: Option<bool>| {
        let now = open.get();
        if before == Some(true) && !now {
            focus_soon(here.clone());
        }
        now
    });
    view! {
        <div class="fact" class:is-open=open id=place>
            <dt>{move || fact.label(preferences.locale())}</dt>
            <dd>
                {move || if open.get() {
                    view! { <FactForm record fact draft open words/> }.into_any()
                } else if may_edit.get() {
                    view! {
                        <button
                            class="fact-value"
                            type="button"
                            data-testid=format!("profile-{}", fact.member())
                            on:click=begin
                        >
                            <Value words/>
                            <Icon name=IconName::Edit/>
                        </button>
                    }
                    .into_any()
                } else {
                    view! {
                        <span class="fact-value" data-testid=format!("profile-{}", fact.member())>
                            <Value words/>
                        </span>
                    }
                    .into_any()
                }}
            </dd>
        </div>
    }
}

/// The stored value in words.
#[component]
fn Value(words: Memo<String>) -> impl IntoView {
    move || match words.get() {
        words if words.is_empty() => view! { <span class="quiet">{NOTHING}</span> }.into_any(),
        words => view! { <span class="fact-words">{words}</span> }.into_any(),
    }
}

/// The field, and what became of the attempt to save it.
#[component]
fn FactForm(
    record: Record,
    fact: Fact,
    draft: Draft,
    open: RwSignal<bool>,
    words: Memo<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let directory = use_directory();
    let preferences = use_preferences();
    let toasts = use_toasts();
    // Set once the newer version is on the page, beside what was typed.
    let side_by_side = RwSignal::new(false);
    let save = use_submission(move |value| record.change(fact.member(), value));
    let reload = use_submission(move |()| api::customers::customer(record.id));
    let is_stale = Memo::new(move |_| save.error().is_some_and(|error| error.is_stale()));
    let form_error = Signal::derive(move || {
        let at_field = |error: &api::ApiError| {
            error.field(&format!("/{}", fact.member()), preferences.locale())
        };
        save.error()
            .filter(|error| !error.is_stale() && at_field(error).is_none())
            .or_else(|| reload.error())
    });
    let send = move || {
        if is_stale.get_untracked() {
            return;
        }
        save.send_then(fact.sent(draft.values()), move |reply| {
            record.accept(reply);
            open.set(false);
            let label = fact.label(preferences.locale_untracked());
            toasts.done(untrack(|| t_string!(i18n, customers.saved, name = label)));
        });
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        send();
    };
    focus_refused(save.error_signal());
    let load_theirs = move || {
        reload.send_then((), move |reply| {
            record.replace(reply);
            save.clear();
            side_by_side.set(true);
        })
    };
    effect(move || {
        if is_stale.get() {
            load_theirs();
        }
    });
    let fields = Signal::derive(move || {
        let locale = preferences.locale();
        let typed = match fact {
            Fact::Tags => split_words(&draft.typed().concat()),
            _ => draft.typed(),
        };
        let mine = fact.words(&typed, directory, locale);
        vec![Differing::new(
            fact.member(),
            fact.label(locale),
            mine,
            words.get(),
        )]
    });
    let latest = Signal::derive(move || Some((String::new(), record.with(|it| it.updated_at))));
    let on_key = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape" && !composes(&event) {
            event.prevent_default();
            open.set(false);
        }
    };
    view! {
        <form
            class="fact-form"
            novalidate
            data-testid=format!("profile-{}-form", fact.member())
            on:submit=submit
            on:keydown=on_key
        >
            <Show when=move || is_stale.get()>
                <div class="conflict" role="alert">
                    <Icon name=IconName::Warning/>
                    <div class="conflict-body">
                        <p>{t!(i18n, customers.conflict.happened)}</p>
                        <div class="form-actions">
                            <Button icon=IconName::Reload busy=reload.busy() on_click=load_theirs>
                                {t!(i18n, customers.conflict.load)}
                            </Button>
                        </div>
                    </div>
                </div>
            </Show>
            <DraftField draft error=save.error_signal() autofocus=true/>
            <FormError error=form_error/>
            <Show
                when=move || side_by_side.get() && !is_stale.get()
                fallback=move || view! {
                    <div class="form-actions">
                        <Button
                            kind=ButtonKind::Primary
                            submit=true
                            busy=save.busy()
                            disabled=is_stale
                            testid="profile-save"
                        >
                            {t!(i18n, customers.save)}
                        </Button>
                        <Button
                            kind=ButtonKind::Ghost
                            testid="profile-cancel"
                            on_click=move || open.set(false)
                        >
                            {t!(i18n, customers.cancel)}
                        </Button>
                    </div>
                }
            >
                <Conflict
                    fields
                    latest
                    busy=save.busy()
                    autofocus=true
                    on_save=move |_| send()
                    on_drop=move || open.set(false)
                />
            </Show>
        </form>
    }
}
