//! The list of the policies with its draft.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use rapport_types::clocks::{
    ClockPolicies, ClockPolicy, NewClockPolicies, PoliciesDraft, PoliciesPreview,
};
use serde::{Deserialize, Serialize};

use super::card::PolicyCard;
use super::conflict::Conflict;
use super::draft::{Draft, TypedPolicy};
use super::merge::{merged, theirs_since};
use super::outcomes::PolicyNames;
use super::preview::PreviewPanel;
use super::versions::{VersionView, VersionsPanel};
use crate::api;
use crate::api::query::{Query, use_query};
use crate::api::submission::use_submission;
use crate::api::{ApiError, Reply};
use crate::components::button::{Button, ButtonKind};
use crate::components::effect::effect;
use crate::components::focus::reveal_id;
use crate::components::form_error::FormError;
use crate::components::icon::{Icon, IconName};
use crate::components::select::Choice;
use crate::components::states::{Loaded, Skeleton};
use crate::components::toast::use_toasts;
use crate::i18n::*;
use crate::links;
use crate::pages::address::use_address;
use crate::pages::administration::{Section, SectionName};
use crate::pages::draft::{Place, keep};
use crate::preferences::use_preferences;
use crate::session::use_session;

/// The clock policies.
#[component]
pub fn ClockPolicyList() -> impl IntoView {
    view! {
        <Section at=SectionName::ClockPolicies>
            <Policies/>
        </Section>
    }
}

#[component]
fn Policies() -> impl IntoView {
    let policies = use_query(|| (), |()| api::clock_policies::policies());
    policies.keep_fresh();
    view! {
        <Loaded query=policies skeleton=|| view! { <Skeleton lines=10/> } let:reply>
            <Editor query=policies reply/>
        </Loaded>
    }
}

/// What is kept of a draft: also what it began with, so that somebody else's change is noticed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Kept {
    from: Vec<TypedPolicy>,
    etag: Option<String>,
    typed: Vec<TypedPolicy>,
}

#[component]
fn Editor(
    query: Query<Reply<ClockPolicies>>,
    reply: Signal<Reply<ClockPolicies>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let preferences = use_preferences();
    let toasts = use_toasts();
    let navigate = StoredValue::new_local(use_navigate());
    let address = use_address(links::clock_policies());

    let newest = Memo::new(move |_| {
        reply.with(|it| {
            let typed: Vec<TypedPolicy> = it.value.policies.iter().map(TypedPolicy::of).collect();
            (typed, it.etag.clone())
        })
    });
    let place = Place::new(untrack(|| session.me()).map(|me| me.id), "clock_policies");
    let kept = place.read::<Kept>();
    let from = RwSignal::new(match &kept {
        Some(kept) => (kept.from.clone(), kept.etag.clone()),
        None => newest.get_untracked(),
    });
    let draft = Draft::new(&kept.map_or_else(|| from.get_untracked().0, |kept| kept.typed));
    let is_dirty = Memo::new(move |_| from.with(|(from, _)| draft.typed() != *from));
    let has_conflict =
        Memo::new(move |_| is_dirty.get() && from.with(|from| from.1 != newest.read().1));
    effect(move || {
        let newest = newest.get();
        if !is_dirty.get_untracked() && from.get_untracked() != newest {
            draft.fill(&newest.0);
            from.set(newest);
        }
    });
    keep(place, move || {
        let (from, etag) = from.get();
        let typed = draft.typed();
        (typed != from).then_some(Kept { from, etag, typed })
    });
    let list = Memo::new(move |_| draft.read());

    let calendars = use_query(|| (), |()| api::calendars::list());
    let calendars = Signal::derive(move || {
        let all = calendars.get().unwrap_or_default();
        let name = |it: &rapport_types::calendars::Calendar| {
            Choice::new(it.id.to_string(), it.names.get(preferences.locale()))
        };
        all.iter()
            .filter(|it| it.active)
            .map(name)
            .collect::<Vec<_>>()
    });

    let preview = use_submission(|policies: Vec<ClockPolicy>| async move {
        let draft = PoliciesDraft {
            policies,
            sample: None,
        };
        api::clock_policies::preview(&draft).await
    });
    let previewed = RwSignal::new(None::<(Vec<ClockPolicy>, PoliciesPreview)>);
    let on_preview = move || {
        if let Some(policies) = list.get_untracked() {
            let asked = policies.clone();
            preview.send_then(policies, move |reply| {
                previewed.set(Some((asked, reply.value)));
                // Once it is there.
                request_animation_frame(|| reveal_id(PREVIEW));
            });
        }
    };
    let names = move |asked: &[ClockPolicy]| -> PolicyNames {
        let in_force = reply.get_untracked().value.policies;
        let both = in_force.iter().chain(asked);
        both.map(|it| (it.code.to_string(), it.names.clone()))
            .collect()
    };

    let save = use_submission(move |policies: Vec<ClockPolicy>| async move {
        let etag = from.get_untracked().1.unwrap_or_default();
        api::clock_policies::replace(&NewClockPolicies { policies }, &etag).await
    });
    let on_save = move || {
        let Some(policies) = list.get_untracked() else {
            return;
        };
        save.send_then(policies, move |reply| {
            let typed: Vec<_> = reply.value.policies.iter().map(TypedPolicy::of).collect();
            draft.fill(&typed);
            from.set((typed, reply.etag.clone()));
            query.set(reply);
            previewed.set(None);
            toasts.done(untrack(|| t_string!(i18n, clock_policies.saved).to_owned()));
        });
    };
    effect(move || {
        if save.error().as_ref().is_some_and(ApiError::is_stale) {
            query.reload();
        }
    });
    let take_theirs = move || {
        let newest = newest.get_untracked();
        draft.fill(&newest.0);
        from.set(newest);
        save.clear();
        previewed.set(None);
    };
    let keep_mine = move || {
        let (began, _) = from.get_untracked();
        let newest = newest.get_untracked();
        let mine = untrack(|| draft.typed());
        draft.fill(&merged(&began, &newest.0, mine));
        from.set(newest);
        save.clear();
    };
    let take_version = move |policies: Vec<ClockPolicy>| {
        let typed: Vec<_> = policies.iter().map(TypedPolicy::of).collect();
        draft.fill(&typed);
        let page = links::clock_policies();
        navigate.with_value(|navigate| navigate(&page, NavigateOptions::default()));
    };
    let version = Memo::new(move |_| address.find("version")?.parse::<i64>().ok());
    let current = Signal::derive(move || reply.with(|it| it.value.version));
    let dragged = RwSignal::new(None::<usize>);
    let has_rest = Memo::new(move |_| {
        draft.0.with(|all| {
            all.last()
                .is_some_and(|it| it.filter.read().conditions.is_empty())
        })
    });
    let edit = move || {
        view! {
            <Show when=move || has_conflict.get()>
                <Conflict
                    since=Signal::derive(move || {
                        let (began, _) = from.get();
                        theirs_since(&began, &newest.read().0, &draft.typed())
                    })
                    on_theirs=take_theirs
                    on_mine=keep_mine
                />
            </Show>
            <p class="quiet">{t!(i18n, clock_policies.about)}</p>
            <ol class="policies">
                <For each=move || draft.0.get() key=|policy| policy.id let:policy>
                    <PolicyCard draft policy calendars error=save.error_signal() dragged/>
                </For>
            </ol>
            <Show when=move || !has_rest.get()>
                <p class="policy-warning">
                    <Icon name=IconName::Info/>
                    {t!(i18n, clock_policies.no_rest)}
                </p>
            </Show>
            <div class="form-actions">
                <Button icon=IconName::Plus testid="add-policy" on_click=move || draft.add()>
                    {t!(i18n, clock_policies.add)}
                </Button>
            </div>
            <div id=PREVIEW>
                {move || previewed.get().map(|(asked, preview)| {
                    let names = names(&asked);
                    let is_outdated = Signal::derive(move || list.read().as_ref() != Some(&asked));
                    view! { <PreviewPanel preview names is_outdated/> }
                })}
            </div>
            <VersionsPanel current/>
            <SaveBar
                is_dirty
                is_good=Signal::derive(move || list.read().is_some())
                blocked=has_conflict
                previewing=preview.busy()
                saving=save.busy()
                error=Signal::derive(move || {
                    let refused = save.error().filter(|error| !error.is_stale());
                    refused.or_else(|| preview.error())
                })
                on_preview=on_preview
                on_save=on_save
                on_discard=take_theirs
            />
        }
    };
    view! {
        <div class="policy-page">
            {move || match version.get() {
                Some(version) => view! {
                    <VersionView version calendars on_take=take_version/>
                    <VersionsPanel current/>
                }.into_any(),
                None => edit().into_any(),
            }}
        </div>
    }
}

/// The id of the place of the preview.
const PREVIEW: &str = "policy-preview";

/// What can be done with the draft.
#[component]
fn SaveBar(
    #[prop(into)] is_dirty: Signal<bool>,
    #[prop(into)] is_good: Signal<bool>,
    #[prop(into)] blocked: Signal<bool>,
    #[prop(into)] previewing: Signal<bool>,
    #[prop(into)] saving: Signal<bool>,
    #[prop(into)] error: Signal<Option<ApiError>>,
    #[prop(into)] on_preview: Callback<()>,
    #[prop(into)] on_save: Callback<()>,
    #[prop(into)] on_discard: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Show when=move || is_dirty.get()>
            <div class="save-bar" role="region" aria-label=move || t_string!(i18n, calendars.unsaved)>
                <FormError error/>
                <p class="save-bar-text" role="status">
                    {move || if is_good.get() {
                        t_string!(i18n, calendars.unsaved)
                    } else {
                        t_string!(i18n, clock_policies.incomplete_list)
                    }}
                </p>
                <Button kind=ButtonKind::Ghost on_click=move || on_discard.run(())>
                    {t!(i18n, calendars.discard)}
                </Button>
                <Button
                    testid="preview-policies"
                    busy=previewing
                    disabled=Signal::derive(move || !is_good.get())
                    on_click=move || on_preview.run(())
                >
                    {t!(i18n, clock_policies.preview.show)}
                </Button>
                <Button
                    kind=ButtonKind::Primary
                    testid="save-policies"
                    busy=saving
                    disabled=Signal::derive(move || blocked.get() || !is_good.get())
                    on_click=move || on_save.run(())
                >
                    {t!(i18n, calendars.save)}
                </Button>
            </div>
        </Show>
    }
}
