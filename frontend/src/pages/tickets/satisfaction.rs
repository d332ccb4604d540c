//! What the customer thought of it: one to five stars, once the ticket is resolved.

use leptos::prelude::*;
use leptos::wasm_split::SplitLoaderError;
use rapport_types::problem::FieldCode;
use rapport_types::text::ReasonText;
use rapport_types::tickets::{NewRating, Rating, RatingSource};

use super::open_ticket::use_open_ticket;
use crate::api::tickets::Change;
use crate::components::button::{Button, ButtonKind};
use crate::components::element_id;
use crate::components::field::TextArea;
use crate::components::icon::{Icon, IconName};
use crate::components::instant::Instant;
use crate::components::keys::hold_escape;
use crate::components::late::late;
use crate::components::select::{Choice, Select};
use crate::components::states::Pending;
use crate::i18n::*;
use crate::preferences::use_preferences;

/// The ratings, and once the ticket is resolved a new one. Nothing before.
#[component]
pub(super) fn SatisfactionPanel() -> impl IntoView {
    let i18n = use_i18n();
    let open = use_open_ticket();
    let is_over = Memo::new(move |_| open.ticket.read().status.is_over());
    let rows = move || {
        let ratings = open.ratings.get().unwrap_or_default();
        ratings
            .into_iter()
            .map(|rating| view! { <RatingRow rating/> })
            .collect_view()
    };
    let is_rated = Memo::new(move |_| {
        open.ratings
            .with(|ratings| ratings.is_some_and(|all| !all.is_empty()))
    });
    view! {
        <Show when=move || is_over.get() || is_rated.get()>
            <section class="side-panel" aria-labelledby="satisfaction" data-testid="satisfaction">
                <h2 id="satisfaction">{t!(i18n, tickets.field.satisfaction)}</h2>
                <Pending query=open.ratings/>
                <ul class="ratings">{rows}</ul>
                <Show when=move || is_over.get() && open.may_work()>{late(Box::pin(rating_form()))}</Show>
            </section>
        </Show>
    }
}

/// Stars in a row, so many of them full.
#[component]
fn Stars(score: i64) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <span class="stars" role="img" aria-label=move || t_string!(i18n, tickets.rating.of_five, score = score)>
            {(1..=5).map(|star| view! {
                <span class="star" class:star-on=star <= score><Icon name=IconName::Star/></span>
            }).collect_view()}
        </span>
    }
}

/// One rating that was given.
#[component]
fn RatingRow(rating: Rating) -> impl IntoView {
    let i18n = use_i18n();
    let source = move || match rating.source {
        RatingSource::Customer => t_string!(i18n, tickets.rating.by_customer),
        RatingSource::Agent => t_string!(i18n, tickets.rating.by_agent),
        RatingSource::Import => t_string!(i18n, tickets.rating.by_import),
    };
    view! {
        <li class="rating" data-testid="rating">
            <p class="side-line">
                <Stars score=rating.score/>
                <span class="quiet small">{source} " · " <Instant at=Some(rating.rated_at)/></span>
            </p>
            {rating.comment.map(|comment| view! {
                <p class="small side-quote">{comment.as_str().to_owned()}</p>
            })}
        </li>
    }
}

// With the forms, whose fields it needs: few tickets that are looked at are resolved.
#[leptos::wasm_split::wasm_split(
    forms,
    wasm_split_path = ::leptos::wasm_split,
    fallible
)]
fn rating_form() -> Result<AnyView, SplitLoaderError> {
    Ok(view! { <RatingForm/> }.into_any())
}

/// A new rating. Each is kept; the latest counts.
#[component]
fn RatingForm() -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let open = use_open_ticket();
    let score = RwSignal::new(None::<i64>);
    let comment = RwSignal::new(String::new());
    let source = RwSignal::new(RatingSource::Agent.code().to_owned());
    let fault = RwSignal::new(None::<FieldCode>);
    // What was typed goes only when it has arrived; a rating of somebody else's leaves it alone.
    Effect::new(move |before: Option<u32>| {
        let now = open.own_ratings();
        if before.is_some_and(|before| before < now) {
            score.set(None);
            comment.set(String::new());
        }
        now
    });
    let form_id = element_id("rating");
    hold_escape(
        move || {
            score.with_untracked(Option::is_some)
                && comment.with_untracked(|text| !text.trim().is_empty())
        },
        format!("{form_id}-comment"),
    );
    let comment_id = format!("{form_id}-comment");
    let submit = move || {
        let Some(score) = score.get_untracked() else {
            return;
        };
        let text = comment.get_untracked();
        let comment = if text.trim().is_empty() {
            None
        } else {
            match ReasonText::try_from(text) {
                Ok(text) => Some(text),
                Err(code) => return fault.set(Some(FieldCode::from_code(code))),
            }
        };
        fault.set(None);
        let source = if source.get_untracked() == RatingSource::Customer.code() {
            RatingSource::Customer
        } else {
            RatingSource::Agent
        };
        open.apply(Change::Rating(NewRating {
            score,
            comment,
            rated_at: None,
            source,
        }));
    };
    let sources = Signal::derive(move || {
        vec![
            Choice::new(
                RatingSource::Agent.code(),
                t_string!(i18n, tickets.rating.by_agent),
            ),
            Choice::new(
                RatingSource::Customer.code(),
                t_string!(i18n, tickets.rating.by_customer),
            ),
        ]
    });
    view! {
        <div class="rating-form">
            <div class="star-buttons" role="group" aria-label=move || t_string!(i18n, tickets.rating.label)>
                {(1..=5_i64).map(|star| view! {
                    <button
                        class="star-button"
                        class:star-on=move || score.get().is_some_and(|score| star <= score)
                        type="button"
                        data-testid=format!("rate-{star}")
                        aria-label=move || t_string!(i18n, tickets.rating.of_five, score = star)
                        title=move || t_string!(i18n, tickets.rating.of_five, score = star)
                        aria-pressed=move || if score.get() == Some(star) { "true" } else { "false" }
                        on:click=move |_| score.set(Some(star))
                    >
                        <Icon name=IconName::Star/>
                    </button>
                }).collect_view()}
            </div>
            <Show when=move || score.get().is_some()>
                <Select
                    label=Signal::derive(move || t_string!(i18n, tickets.rating.source).to_owned())
                    value=source
                    options=sources
                />
                <div id=comment_id.clone()>
                    <TextArea
                        label=Signal::derive(move || t_string!(i18n, tickets.rating.comment).to_owned())
                        value=comment
                        rows=2
                        error=Signal::derive(move || {
                            fault.get().map(|code| code.message(preferences.locale()).to_owned())
                        })
                        on_submit=submit
                        testid="rate-comment"
                    />
                </div>
                <div class="form-actions">
                    <Button kind=ButtonKind::Primary busy=open.busy() disabled=open.blocked() on_click=submit testid="rate-send">
                        {t!(i18n, tickets.rating.save)}
                    </Button>
                    <Button kind=ButtonKind::Ghost on_click=move || score.set(None)>
                        {t!(i18n, tickets.cancel)}
                    </Button>
                </div>
            </Show>
        </div>
    }
}
