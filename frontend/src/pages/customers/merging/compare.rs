//! Both records side by side: which one stays, which values stand, what goes along.

use std::collections::HashMap;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use rapport_types::customers::{CustomerMerge, CustomerView, MergeError, merged};
use rapport_types::ids::CustomerId;
use rapport_types::locale::Locale as Language;
use rapport_types::problem::FieldCode;

use super::confirm::Confirm;
use super::heads::Head;
use super::moves::{Moves, use_moving};
use super::row::{RowView, Table};
use super::rows::{Choices, Line, Row, rows};
use super::{called, number};
use crate::api;
use crate::api::query::{Query, use_query};
use crate::api::submission::use_submission;
use crate::components::button::{Button, ButtonKind, LinkButton};
use crate::components::effect::effect;
use crate::components::icon::{Icon, IconName};
use crate::components::keys::{Key, use_shown_keys};
use crate::components::states::{EmptyState, Loaded, Skeleton};
use crate::components::toast::use_toasts;
use crate::i18n::*;
use crate::links;
use crate::pages::customers::list::last_list;
use crate::preferences::use_preferences;
use crate::recent::forget;
use crate::session::use_session;
use crate::shell::{Crumb, use_place};

/// Both records, in the order of their ids.
type Both = [CustomerView; 2];

/// The comparison of these two.
#[component]
pub(super) fn Compare(
    /// Both, in the order of their ids.
    pair: [CustomerId; 2],
    /// The one of them that stays, as the address says.
    survivor: Memo<Option<CustomerId>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let navigate = use_navigate();
    let stays = Memo::new(move |_| usize::from(survivor.get() == Some(pair[1])));
    let query = use_query(
        move || pair,
        |[one, two]| async move {
            let (one, two) = futures::future::try_join(
                api::customers::customer(one),
                api::customers::customer(two),
            )
            .await?;
            Ok([one.value, two.value])
        },
    );
    use_place(move || {
        let stays = stays.get();
        let name =
            query.with(|both| both.map(|both| both[stays].customer.name.as_str().to_owned()));
        vec![
            Crumb::link(t_string!(i18n, customers.title), last_list()),
            Crumb::link(
                name.unwrap_or_else(|| "…".to_owned()),
                links::customer(pair[stays]),
            ),
            Crumb::here(t_string!(i18n, merging.crumb)),
        ]
    });
    use_shown_keys(&[Key::Escape], move |key| {
        let back = key == Key::Escape;
        if back {
            navigate(
                &links::customer(pair[stays.get_untracked()]),
                Default::default(),
            );
        }
        back
    });
    view! {
        <div class="page-head"><h1>{t!(i18n, merging.compare_title)}</h1></div>
        <Loaded query skeleton=|| view! { <Skeleton lines=12/> } let:value>
            <Joinable pair value query stays/>
        </Loaded>
    }
}

/// The comparison, unless somebody has merged them in the meantime.
#[component]
fn Joinable(
    pair: [CustomerId; 2],
    value: Signal<Both>,
    query: Query<Both>,
    stays: Memo<usize>,
) -> impl IntoView {
    let i18n = use_i18n();
    let navigate = StoredValue::new_local(use_navigate());
    // A record that was merged is answered by the one that it became part of.
    let ids = Memo::new(move |_| value.with(|both| [0, 1].map(|at| both[at].customer.id)));
    effect(move || {
        let (ids, stays) = (ids.get(), stays.get());
        if ids != pair && ids[0] != ids[1] {
            let page = links::merge_customers(ids[stays], Some(ids[1 - stays]));
            let options = NavigateOptions {
                replace: true,
                ..Default::default()
            };
            navigate.with_value(|navigate| navigate(&page, options));
        }
    });
    let is_one = Memo::new(move |_| ids.with(|ids| ids[0] == ids[1]));
    move || {
        if !is_one.get() {
            return view! { <Comparison pair value query stays/> }.into_any();
        }
        view! {
            <EmptyState
                icon=IconName::Merge
                title=Signal::derive(move || t_string!(i18n, merging.one_already).to_owned())
                text=Signal::derive(move || t_string!(i18n, merging.one_already_text).to_owned())
            >
                <LinkButton
                    href=Signal::derive(move || links::customer(ids.get()[0]))
                    kind=ButtonKind::Primary
                >
                    {t!(i18n, merging.open)}
                </LinkButton>
            </EmptyState>
        }
        .into_any()
    }
}

/// Why two records cannot become one.
fn refusal(error: MergeError, locale: Language) -> &'static str {
    let code = match error {
        MergeError::Itself => FieldCode::Itself,
        MergeError::OtherKind => FieldCode::OtherKind,
        MergeError::NoteTooLong => FieldCode::TooLong,
    };
    code.message(locale)
}

#[component]
fn Comparison(
    pair: [CustomerId; 2],
    value: Signal<Both>,
    query: Query<Both>,
    stays: Memo<usize>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let (session, toasts) = (use_session(), use_toasts());
    let navigate = StoredValue::new_local(use_navigate());
    let survivor = Memo::new(move |_| value.with(|both| both[stays.get()].customer.clone()));
    let other = Memo::new(move |_| value.with(|both| both[1 - stays.get()].customer.clone()));
    let choices = RwSignal::new(Choices::default());
    let lines = Memo::new(move |_| survivor.with(|own| other.with(|other| rows(own, other))));
    let taken = Memo::new(move |_| {
        let given_up = other.with(|other| other.id);
        lines.with(|lines| {
            let lines = lines.as_deref().unwrap_or_default();
            choices.with(|choices| choices.taken(lines, given_up))
        })
    });
    // What the API would say: both notes together may be too long.
    let blocked = Memo::new(move |_| {
        let take: Vec<_> = taken.with(|all| all.iter().map(|(_, member)| *member).collect());
        survivor.with(|own| other.with(|other| merged(own, other, &take).err()))
    });
    let moving = use_moving(Memo::new(move |_| other.with(|it| (it.id, it.kind))));

    let open = RwSignal::new(false);
    let is_stale = RwSignal::new(false);
    let merge = use_submission(move |()| async move {
        let (id, version) = survivor.with_untracked(|it| (it.id, it.version));
        let body = other.with_untracked(|other| CustomerMerge {
            other_id: other.id,
            other_version: other.version,
            take: taken.with_untracked(|all| all.iter().map(|(_, member)| *member).collect()),
        });
        api::merges::merge(id, version, &body).await
    });
    effect(move || {
        let Some(error) = merge.error() else { return };
        if error.is_stale() {
            is_stale.set(true);
            query.reload();
        }
        // What concerns single facts stands beside them.
        if error.is_stale() || error.names_fields() {
            open.set(false);
        }
    });
    let run = move || {
        let (gone, done) = untrack(|| {
            let words = t_string!(
                i18n,
                merging.done,
                other = other.with(|it| called(it, i18n)),
                survivor = survivor.with(|it| called(it, i18n))
            );
            (other.with(|it| it.id), words)
        });
        merge.send_then((), move |reply| {
            if let Some(me) = untrack(|| session.me()) {
                forget(me.id, &links::customer(gone));
            }
            toasts.done(done);
            // There is nothing to come back to.
            let options = NavigateOptions {
                replace: true,
                ..Default::default()
            };
            navigate.with_value(|go| go(&links::customer(reply.value.id), options));
        });
    };
    let people = Memo::new(move |_| {
        value.with(|both| {
            let owners = both
                .iter()
                .filter_map(|it| it.included.as_ref()?.owner.as_ref());
            let named = owners.map(|it| (it.id.to_string(), it.name.as_str().to_owned()));
            named.collect::<HashMap<_, _>>()
        })
    });
    let table = Table {
        survivor: Signal::derive(move || survivor.with(|it| (it.id, number(it)))),
        other: Signal::derive(move || other.with(|it| (it.id, number(it)))),
        people,
        choices,
        error: merge.error_signal(),
    };
    let swapped = move || {
        let stays = stays.get();
        links::merge_customers(pair[1 - stays], Some(pair[stays]))
    };
    let swap = move |event: web_sys::MouseEvent| {
        // No step of the history: back leads to where the reader came from.
        event.prevent_default();
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..Default::default()
        };
        navigate.with_value(|go| go(&untrack(swapped), options));
    };
    let view_rows = move || match lines.get() {
        Ok(rows) => {
            let row = |row: Row| view! { <RowView row table/> };
            rows.into_iter().map(row).collect_view().into_any()
        }
        Err(_) => ().into_any(),
    };
    let verdict = move || {
        let error = blocked.get()?;
        let why = refusal(error, preferences.locale());
        Some(view! {
            <span class="merge-fault" data-testid="merge-blocked">
                {t!(i18n, merging.blocked)} " " {why}
            </span>
        })
    };
    let lines_taken = Signal::derive(move || {
        taken.with(|all| all.iter().map(|(line, _)| *line).collect::<Vec<Line>>())
    });
    view! {
        <Show when=move || is_stale.get()>
            <p class="customer-note merge-stale" role="alert" data-testid="merge-stale">
                <Icon name=IconName::Warning/>
                <span>{t!(i18n, merging.stale)}</span>
            </p>
        </Show>
        <div class="panel merge-table" class:is-loading=move || query.is_loading()>
            <div class="merge-heads">
                <a
                    class="button button-ghost merge-swap"
                    href=swapped
                    on:click=swap
                    data-testid="merge-swap"
                >
                    <Icon name=IconName::Swap/>
                    <span class="button-text">
                        {move || t_string!(i18n, merging.keep_other, number = other.with(number))}
                    </span>
                </a>
                <Head customer=survivor stays=true/>
                <Head customer=other stays=false/>
            </div>
            {view_rows}
            <div class="merge-row" role="group" data-testid="merge-moves">
                <span class="merge-label">
                    {move || t_string!(i18n, merging.goes_along, number = survivor.with(number))}
                </span>
                <div class="merge-settled"><Moves moving/></div>
            </div>
        </div>
        <div class="save-bar merge-bar" role="group">
            <p class="save-bar-text" role="status">{verdict}</p>
            <LinkButton
                href=Signal::derive(move || links::customer(pair[stays.get()]))
                kind=ButtonKind::Ghost
            >
                {t!(i18n, merging.cancel)}
            </LinkButton>
            <Button
                kind=ButtonKind::Primary
                icon=IconName::Merge
                disabled=Signal::derive(move || blocked.read().is_some() || query.is_loading())
                testid="merge-open"
                on_click=move || {
                    merge.clear();
                    is_stale.set(false);
                    open.set(true);
                }
            >
                {t!(i18n, merging.merge)}
            </Button>
        </div>
        <Confirm
            open
            survivor
            other
            taken=lines_taken
            moving
            busy=merge.busy()
            error=Signal::derive(move || {
                merge.error().filter(|error| !error.is_stale() && !error.names_fields())
            })
            on_run=run
        />
    }
}
