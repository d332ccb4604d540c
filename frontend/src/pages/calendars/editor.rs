//! One calendar: the editor, and beside it the month as it would be.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map};
use rapport_types::calendars::Calendar;
use rapport_types::ids::CalendarId;
use serde::{Deserialize, Serialize};

use super::conflict::ConflictNote;
use super::day_panel::DayPanel;
use super::draft::{Draft, Part, Typed};
use super::holidays::ImportDialog;
use super::month::{Chosen, MonthPreview};
use super::name_and_zone::NameAndZone;
use super::save_bar::SaveBar;
use super::usage::UsagePanel;
use super::versions::VersionsPanel;
use super::week::WeekEditor;
use super::year::YearView;
use crate::api;
use crate::api::query::{Query, use_query};
use crate::api::submission::use_submission;
use crate::api::{ApiError, Reply};
use crate::components::effect::effect;
use crate::components::states::{Loaded, Skeleton};
use crate::components::toast::use_toasts;
use crate::format;
use crate::i18n::*;
use crate::links;
use crate::pages::administration::{Section, SectionName};
use crate::pages::draft::{Place, keep};
use crate::pages::not_found::NotFound;
use crate::preferences::use_preferences;
use crate::session::use_session;

/// Which calendar the address names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    New,
    One(CalendarId),
    Nothing,
}

/// One calendar.
#[component]
pub fn CalendarEditor() -> impl IntoView {
    let i18n = use_i18n();
    let params = use_params_map();
    let asked = Memo::new(move |_| match params.read().get("id").as_deref() {
        Some("new") => Asked::New,
        Some(id) => id.parse().map_or(Asked::Nothing, Asked::One),
        None => Asked::Nothing,
    });
    let name = RwSignal::new(None::<String>);
    view! {
        <Section at=SectionName::Calendars record=name>
            {move || match asked.get() {
                Asked::New => {
                    name.set(Some(untrack(|| t_string!(i18n, calendars.new).to_owned())));
                    view! { <Editor calendar=None/> }.into_any()
                }
                Asked::One(id) => view! { <CalendarOf id name/> }.into_any(),
                Asked::Nothing => view! { <NotFound/> }.into_any(),
            }}
        </Section>
    }
}

#[component]
fn CalendarOf(id: CalendarId, name: RwSignal<Option<String>>) -> impl IntoView {
    let preferences = use_preferences();
    let calendar = use_query(move || id, api::calendars::calendar);
    calendar.keep_fresh();
    effect(move || {
        let known =
            calendar.with(|reply| Some(reply?.value.names.get(preferences.locale()).to_owned()));
        name.set(Some(known.unwrap_or_else(|| "…".to_owned())));
    });
    view! {
        <Loaded query=calendar skeleton=|| view! { <Skeleton lines=10/> } let:reply>
            <Editor calendar=Some((id, calendar, reply))/>
        </Loaded>
    }
}

/// What is kept of a draft: also what it began with, so that somebody else's change is noticed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Kept {
    from: Typed,
    etag: Option<String>,
    typed: Typed,
}

type Stored = (CalendarId, Query<Reply<Calendar>>, Signal<Reply<Calendar>>);

#[component]
fn Editor(calendar: Option<Stored>) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let toasts = use_toasts();
    let navigate = StoredValue::new_local(use_navigate());
    let id = calendar.as_ref().map(|(id, ..)| *id);
    let query = calendar.as_ref().map(|(_, query, _)| *query);
    let reply = calendar.map(|(.., reply)| reply);

    // What is in force: its text and its version.
    let newest = Memo::new(move |_| {
        reply.map_or_else(
            || (Typed::office(format::time_zone()), None),
            |reply| reply.with(|it| (Typed::of(&it.value), it.etag.clone())),
        )
    });
    let me = untrack(|| session.me()).map(|me| me.id);
    let place = Place::new(
        me,
        &format!(
            "calendar.{}",
            id.map_or_else(|| "new".to_owned(), |id| id.to_string())
        ),
    );
    let kept = place.read::<Kept>();
    // What the draft began with.
    let from = RwSignal::new(match &kept {
        Some(kept) => (kept.from.clone(), kept.etag.clone()),
        None => newest.get_untracked(),
    });
    let draft = Draft::new(
        kept.as_ref()
            .map_or(&from.get_untracked().0, |kept| &kept.typed),
    );
    let checked = Memo::new(move |_| draft.checked());
    let is_dirty = Memo::new(move |_| from.with(|(from, _)| draft.typed() != *from));
    let is_overtaken = Memo::new(move |_| from.with(|from| from.1 != newest.read().1));
    // Without a draft the newest is shown by itself.
    effect(move || {
        let newest = newest.get();
        if !is_dirty.get_untracked() && from.get_untracked() != newest {
            draft.fill(&newest.0);
            from.set(newest);
        }
    });
    let is_done = RwSignal::new(false);
    keep(place.clone(), move || {
        let (from, etag) = from.get();
        let typed = draft.typed();
        (typed != from && !is_done.get()).then_some(Kept { from, etag, typed })
    });

    let save = use_submission(move |()| async move {
        match id {
            Some(id) => {
                let (began, etag) = from.get_untracked();
                let (Some(patch), Some(etag)) = (draft.to_change(&began), etag) else {
                    return Ok(None);
                };
                api::calendars::change(id, &patch, &etag).await.map(Some)
            }
            None => {
                let Some(new) = draft.to_add() else {
                    return Ok(None);
                };
                api::calendars::add(&new).await.map(Some)
            }
        }
    });
    let saved = move |reply: Option<Reply<Calendar>>| {
        let Some(reply) = reply else { return };
        let typed = Typed::of(&reply.value);
        // Times are written in full from now on.
        draft.fill(&typed);
        from.set((typed, reply.etag.clone()));
        toasts.done(untrack(|| t_string!(i18n, calendars.saved).to_owned()));
        match query {
            Some(query) => query.set(reply),
            None => {
                is_done.set(true);
                place.clear();
                let page = links::calendar(reply.value.id);
                let options = NavigateOptions {
                    replace: true,
                    ..NavigateOptions::default()
                };
                navigate.with_value(|navigate| navigate(&page, options));
            }
        }
    };
    let saved = StoredValue::new(saved);
    let on_save = move || save.send_then((), move |reply| saved.with_value(|saved| saved(reply)));
    // Somebody was faster: what they saved has to be looked at first.
    effect(move || {
        if save.error().as_ref().is_some_and(ApiError::is_stale)
            && let Some(query) = query
        {
            query.reload();
        }
    });
    let take_theirs = move || {
        let newest = newest.get_untracked();
        draft.fill(&newest.0);
        from.set(newest);
        save.clear();
    };
    let keep_mine = move || {
        let (began, _) = from.get_untracked();
        let (theirs, etag) = newest.get_untracked();
        let mut mine = untrack(|| draft.typed());
        for part in Part::ALL {
            if !began.differs(&mine, part) {
                mine.take(&theirs, part);
            }
        }
        draft.fill(&mine);
        from.set((theirs, etag));
        save.clear();
    };
    let chosen = Chosen(RwSignal::new(format::local_day(format::now())));
    let import_open = RwSignal::new(false);
    let has_conflict = Memo::new(move |_| is_overtaken.get() && is_dirty.get());
    view! {
        <div class="calendar-editor">
            <div class="calendar-main">
                <Show when=move || has_conflict.get()>
                    <ConflictNote
                        from=Signal::derive(move || from.get().0)
                        theirs=Signal::derive(move || newest.get().0)
                        mine=Signal::derive(move || draft.typed())
                        on_theirs=take_theirs
                        on_mine=keep_mine
                    />
                </Show>
                <NameAndZone draft error=save.error_signal()/>
                <WeekEditor draft checked/>
                <YearView draft chosen on_import=move || import_open.set(true)/>
                {query.zip(id).map(|(query, id)| view! {
                    <UsagePanel id calendar=query is_dirty/>
                    <VersionsPanel
                        id
                        current=Signal::derive(move || {
                            query.with(|reply| reply.map_or(0, |it| it.value.version))
                        })
                    />
                })}
            </div>
            <aside class="calendar-side" aria-label=move || t_string!(i18n, calendars.month.title)>
                <section class="panel panel-body">
                    <MonthPreview checked chosen/>
                    <DayPanel draft checked chosen/>
                </section>
            </aside>
        </div>
        <ImportDialog open=import_open draft chosen/>
        <SaveBar
            draft
            checked
            is_shown=Signal::derive(move || is_dirty.get() || id.is_none())
            blocked=has_conflict
            busy=save.busy()
            error=save.error_signal()
            on_save=on_save
            on_discard=move || {
                if id.is_some() {
                    take_theirs();
                } else {
                    is_done.set(true);
                    navigate.with_value(|navigate| {
                        navigate(&links::calendars(), NavigateOptions::default());
                    });
                }
            }
        />
    }
}
