//! What stands below the field: what was opened last, the commands that fit, the records that the
//! server finds. Arrows and enter choose, escape leaves; nothing while an input method composes.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::{use_location, use_navigate};
use rapport_types::permissions::Permission;
use rapport_types::search::SearchResults;
use web_sys::KeyboardEvent;

use super::hit::{HitRow, hit_id};
use super::hits::{Group, Hit, hits};
use super::{LIST, Palette};
use crate::api::ApiError;
use crate::api::search::search;
use crate::components::button::{Button, ButtonKind};
use crate::components::commands::all_commands;
use crate::components::effect::effect;
use crate::components::focus::reveal_id;
use crate::components::icon::{Icon, IconName};
use crate::components::keys::composes;
use crate::i18n::*;
use crate::preferences::use_preferences;
use crate::recent::visits;
use crate::session::use_session;

/// How long typing rests before the question is sent.
const REST: Duration = Duration::from_millis(150);
/// Records of each kind.
const LIMIT: u32 = 6;

type Answer = Result<SearchResults, ApiError>;

/// The records for what was typed.
#[derive(Clone, Copy)]
struct Records {
    /// The question, and its answer.
    answer: RwSignal<Option<(String, Answer)>>,
    asked: Memo<String>,
}

impl Records {
    /// Asks whenever the text changes and rests. Only the answer to what stands there now counts.
    fn new(palette: Palette, may_search: bool) -> Self {
        let answer = RwSignal::new(None::<(String, Answer)>);
        let asked = Memo::new(move |_| palette.text.read().trim().to_owned());
        let records = Self { answer, asked };
        let mut ask_later = leptos::leptos_dom::helpers::debounce(REST, move |text: String| {
            records.ask(text);
        });
        effect(move || {
            let text = asked.get();
            if text.is_empty() {
                answer.set(None);
            } else if may_search {
                ask_later(text);
            }
        });
        records
    }

    fn ask(self, text: String) {
        let is_asked = move |text: &String| self.asked.try_get_untracked().as_ref() == Some(text);
        if !is_asked(&text) {
            return;
        }
        spawn_local(async move {
            let answer = search(&text, LIMIT).await;
            if is_asked(&text) {
                self.answer.set(Some((text, answer)));
            }
        });
    }

    /// Whether the answer is one to what stands there now.
    fn is_fresh(self) -> bool {
        let asked = self.asked.read();
        self.answer
            .with(|answer| answer.as_ref().is_some_and(|(text, _)| *text == *asked))
    }
}

/// The list.
pub(super) fn results(palette: Palette) -> AnyView {
    let session = use_session();
    let commands = all_commands();
    let navigate = use_navigate();
    let here = use_location().pathname.get_untracked();
    let (offered, me) = (commands.offered(), session.me());
    let visits = me.map_or_else(Vec::new, |me| {
        let mut visits = visits(me.id);
        // What is open already.
        visits.retain(|visit| visit.path != here);
        visits
    });
    let may_search = session.may(Permission::ViewTickets) || session.may(Permission::ViewCustomers);
    let records = Records::new(palette, may_search);
    let cursor = RwSignal::new(0_usize);
    // Whether the reader has gone to the marked entry; else it is only the first one.
    let is_chosen = StoredValue::new(false);
    // Enter was pressed before the answer was there.
    let is_eager = StoredValue::new(false);
    let groups = Memo::new(move |_| {
        records.answer.with(|answer| {
            let found = answer.as_ref().and_then(|(_, answer)| answer.as_ref().ok());
            hits(&records.asked.read(), visits.clone(), &offered, found)
        })
    });
    let at = move |place: usize| {
        groups.with_untracked(|groups| {
            let mut all = groups.iter().flat_map(|(_, hits)| hits);
            all.nth(place).cloned()
        })
    };
    let take = move |hit: Hit| {
        palette.close();
        match (hit.href(), hit) {
            (Some(href), _) => navigate(&href, Default::default()),
            // Once the dialog is gone, and the focus is back where it was.
            (None, Hit::Command(command)) => request_animation_frame(move || {
                commands.run(command);
            }),
            _ => {}
        }
    };
    let take = Callback::new(take);
    Effect::new(move |before: Option<()>| {
        records.asked.track();
        if before.is_some() {
            cursor.set(0);
            is_chosen.set_value(false);
            is_eager.set_value(false);
        }
    });
    effect(move || {
        records.answer.track();
        if is_eager.get_value()
            && untrack(|| records.is_fresh())
            && let Some(hit) = at(0)
        {
            take.run(hit);
        }
    });
    effect(move || {
        let is_empty = groups.read().is_empty();
        palette
            .marked
            .set((!is_empty).then(|| hit_id(cursor.get())));
    });
    let step_to = move |place: usize| {
        is_chosen.set_value(true);
        cursor.set(place);
        reveal_id(&hit_id(place));
    };
    let on_key = move |event: KeyboardEvent| {
        if composes(&event) {
            return;
        }
        let count: usize =
            groups.with_untracked(|groups| groups.iter().map(|(_, hits)| hits.len()).sum());
        let place = cursor.get_untracked();
        let held = event.ctrl_key() || event.meta_key();
        match event.key().as_str() {
            "ArrowDown" if count > 0 => step_to((place + 1) % count),
            "ArrowUp" if count > 0 => step_to((place + count - 1) % count),
            "Enter" => {
                let hit = at(place);
                let waits = !untrack(|| records.is_fresh())
                    && !is_chosen.get_value()
                    && hit.as_ref().is_none_or(Hit::is_found);
                if waits {
                    is_eager.set_value(true);
                } else if let Some(hit) = hit {
                    take.run(hit);
                }
            }
            // The same chord closes it.
            "k" | "K" if held => palette.close(),
            _ => return,
        }
        event.prevent_default();
    };
    let is_old = Signal::derive(move || records.answer.read().is_some() && !records.is_fresh());
    palette.on_key.set_value(Some(Callback::new(on_key)));
    on_cleanup(move || {
        palette.on_key.try_set_value(None);
        palette.marked.try_set(None);
    });
    view! {
        <div class="palette-list">
            <Groups groups cursor is_old take=Callback::new(move |hit: Hit| match hit {
                Hit::Command(_) => take.run(hit),
                // The browser follows the link.
                _ => palette.close(),
            })/>
            <Note records is_empty=Signal::derive(move || groups.read().is_empty()) may_search/>
        </div>
        <Foot/>
    }
    .into_any()
}

/// The entries under their headings.
#[component]
fn Groups(
    groups: Memo<Vec<(Group, Vec<Hit>)>>,
    cursor: RwSignal<usize>,
    is_old: Signal<bool>,
    take: Callback<Hit>,
) -> impl IntoView {
    let i18n = use_i18n();
    let heading = move |group: Group| match group {
        Group::Recent => t_string!(i18n, palette.group.recent),
        Group::Record => t_string!(i18n, palette.group.record),
        Group::Commands => t_string!(i18n, palette.group.commands),
        Group::Customers => t_string!(i18n, frame.nav.customers),
        Group::Tickets => t_string!(i18n, frame.nav.tickets),
    };
    let list = move || {
        let mut place = 0;
        let rows = |(group, hits): (Group, Vec<Hit>)| {
            let rows = hits
                .into_iter()
                .map(|hit| {
                    let at = place;
                    place += 1;
                    view! { <HitRow hit at cursor is_old on_click=take/> }
                })
                .collect_view();
            view! {
                <div role="group" aria-label=move || heading(group)>
                    <p class="search-group" aria-hidden="true">{move || heading(group)}</p>
                    {rows}
                </div>
            }
        };
        groups.get().into_iter().map(rows).collect_view()
    };
    view! {
        <div
            id=LIST
            role="listbox"
            aria-label=move || t_string!(i18n, palette.results)
            // A press on an entry must not take the focus away before its click.
            on:mousedown=|event| event.prevent_default()
        >
            {list}
        </div>
    }
}

/// Nothing found, why not, or that it is being searched.
#[component]
fn Note(records: Records, #[prop(into)] is_empty: Signal<bool>, may_search: bool) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let note = move || {
        let text = records.asked.get();
        if text.is_empty() {
            return None;
        }
        let failure = records
            .answer
            .with(|answer| answer.as_ref().and_then(|(_, answer)| answer.clone().err()));
        let is_fresh = records.is_fresh();
        match failure.filter(|_| is_fresh) {
            Some(error) => Some(
                view! {
                    <div class="search-note note-failed">
                        <Icon name=IconName::Warning/>
                        <span>{move || error.title(preferences.locale())}</span>
                        <Button kind=ButtonKind::Ghost on_click=move || records.ask(text.clone())>
                            {t!(i18n, frame.error.retry)}
                        </Button>
                    </div>
                }
                .into_any(),
            ),
            // Unless an earlier answer stands there meanwhile.
            None if may_search && !is_fresh => {
                let is_bare = is_empty.get() || records.answer.read().is_none();
                is_bare.then(|| {
                    view! { <p class="search-note">{t!(i18n, frame.search.asking)}</p> }.into_any()
                })
            }
            None if is_empty.get() => {
                Some(view! { <p class="search-note">{t!(i18n, palette.nothing)}</p> }.into_any())
            }
            None => None,
        }
    };
    view! { <div role="status">{note}</div> }
}

/// The keys, for those who have them.
#[component]
fn Foot() -> impl IntoView {
    let i18n = use_i18n();
    let key = |cap: &'static str| view! { <kbd class="key-hint">{cap}</kbd> };
    view! {
        <footer class="palette-foot" aria-hidden="true">
            <span>{key("↑")} {key("↓")} {t!(i18n, palette.foot.choose)}</span>
            <span>{key("enter")} {t!(i18n, palette.foot.take)}</span>
            <span>{key("esc")} {t!(i18n, palette.foot.leave)}</span>
        </footer>
    }
}
