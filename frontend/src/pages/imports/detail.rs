//! One import: a dry run and its result, or the import itself, under way or over.

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_params_map};
use rapport_types::ids::ImportId;
use rapport_types::imports::{Import, ImportEntity, ImportState, NewImport};

use super::numbers::Numbers;
use super::problems::Problems;
use super::progress::Progress;
use super::steps::{Step, Steps};
use super::words::{StateBadge, entity_text};
use crate::api;
use crate::api::query::{Query, use_query};
use crate::api::submission::use_submission;
use crate::components::button::{Button, ButtonKind, LinkButton};
use crate::components::form_error::FormError;
use crate::components::icon::{Icon, IconName};
use crate::components::instant::Instant;
use crate::components::states::{Loaded, Skeleton};
use crate::format;
use crate::i18n::*;
use crate::links;
use crate::pages::not_found::NotFound;
use crate::preferences::use_preferences;
use crate::shell::{Crumb, use_place};

/// How often an import that is under way is asked for.
const PACE: Duration = Duration::from_secs(1);

/// One import.
#[component]
pub fn ImportDetail() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| {
        params.with(|params| params.get("id").and_then(|id| id.parse::<ImportId>().ok()))
    });
    move || match id.get() {
        Some(id) => view! { <ImportPage id/> }.into_any(),
        None => view! { <NotFound/> }.into_any(),
    }
}

#[component]
fn ImportPage(id: ImportId) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let query = use_query(
        // The words are the server's: another language is another question.
        move || (id, preferences.locale()),
        |(id, _)| async move { api::imports::import(id).await },
    );
    follow(query);
    use_place(move || {
        let name = query.with(|it| it.map(|it| it.summary.file_name.clone()));
        vec![
            Crumb::link(t_string!(i18n, imports.title), links::imports()),
            Crumb::here(name.unwrap_or_else(|| "…".to_owned())),
        ]
    });
    view! {
        <Loaded query skeleton=|| view! { <Skeleton lines=8/> } let:import>
            <Shown import query/>
        </Loaded>
    }
}

/// Asks again every second until the import is over.
fn follow(query: Query<Import>) {
    let timer = set_interval_with_handle(
        move || {
            let is_over = query
                .get_untracked()
                .is_none_or(|it| it.summary.state.is_over());
            if !is_over && !document().hidden() {
                query.reload_unless_asked();
            }
        },
        PACE,
    );
    on_cleanup(move || {
        if let Ok(timer) = timer {
            timer.clear();
        }
    });
}

#[component]
fn Shown(import: Signal<Import>, query: Query<Import>) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let dry_run = untrack(|| import.with(|it| it.summary.dry_run));
    let state = Memo::new(move |_| import.with(|it| it.summary.state));
    let step = if dry_run { Step::Check } else { Step::Import };
    let way = move |step: Step| {
        import.with(|it| {
            let file = it.summary.file_id?;
            let back = links::new_import(Some(file), Some(it.summary.id));
            (dry_run && step == Step::Mapping).then_some(back)
        })
    };
    let facts = move || {
        let locale = preferences.locale();
        import.with(|it| {
            let team = it
                .team
                .as_ref()
                .map(|team| team.names.get(locale).to_owned());
            let who = it
                .summary
                .started_by
                .as_ref()
                .map(|who| who.name.as_str().to_owned());
            let entity = entity_text(it.summary.entity, locale).to_owned();
            [Some(entity), team, who]
                .into_iter()
                .flatten()
                .map(|fact| view! { <li>{fact}</li> })
                .collect_view()
        })
    };
    let created_at = untrack(|| import.with(|it| it.summary.created_at));
    view! {
        <div class="page-head">
            <h1>{move || import.with(|it| it.summary.file_name.clone())}</h1>
        </div>
        <Steps at=Signal::stored(step) way/>
        <div class="import-head">
            <StateBadge state/>
            {dry_run.then(|| view! { <span class="tag">{t!(i18n, imports.dry_run)}</span> })}
            <ul class="import-facts quiet small">{facts}<li><Instant at=Some(created_at)/></li></ul>
        </div>
        <Show
            when=move || state.get().is_over()
            fallback=move || view! { <Progress import on_change=move |import| query.set(import)/> }
        >
            <Ending import dry_run state/>
        </Show>
        <div class="panel import-result">
            <Numbers
                numbers=Signal::derive(move || import.with(|it| it.summary.numbers))
                dry_run
            />
        </div>
        <Show when=move || state.get().is_over()>
            <Problems import/>
        </Show>
    }
}

/// How it ended, and the next step.
#[component]
fn Ending(import: Signal<Import>, dry_run: bool, state: Memo<ImportState>) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let navigate = StoredValue::new_local(use_navigate());
    let start =
        use_submission(|import: NewImport| async move { api::imports::start(&import).await });
    let taken =
        move || import.with(|it| it.summary.numbers.imported + it.summary.numbers.with_warnings);
    let count = move |count: u64| format::integer(count.cast_signed(), preferences.locale());
    let sentence = move || {
        let rejected = import.with(|it| it.summary.numbers.rejected);
        match (state.get(), dry_run) {
            (ImportState::Done, true) if rejected == 0 => {
                t_string!(i18n, imports.ending.good, count = count(taken()))
            }
            (ImportState::Done, true) if taken() == 0 => {
                t_string!(i18n, imports.ending.nothing, rejected = count(rejected))
            }
            (ImportState::Done, true) => t_string!(
                i18n,
                imports.ending.some,
                count = count(taken()),
                rejected = count(rejected)
            ),
            (ImportState::Done, false) if rejected == 0 => {
                t_string!(i18n, imports.ending.done, count = count(taken()))
            }
            (ImportState::Done, false) => t_string!(
                i18n,
                imports.ending.done_some,
                count = count(taken()),
                rejected = count(rejected)
            ),
            (ImportState::Cancelled, true) => {
                t_string!(i18n, imports.ending.check_stopped).to_owned()
            }
            (ImportState::Cancelled, false) => t_string!(i18n, imports.ending.stopped).to_owned(),
            _ => t_string!(i18n, imports.ending.failed).to_owned(),
        }
    };
    let known = move || {
        let known = import.with(|it| it.known_count);
        (known > 0).then(|| t_string!(i18n, imports.ending.known, count = count(known)))
    };
    // How far an import came that did not come to its end.
    let how_far = move || {
        let rows = import.with(|it| it.summary.rows)?;
        let done = import.with(|it| it.summary.rows_done);
        (state.get() != ImportState::Done && done < rows).then(|| {
            t_string!(
                i18n,
                imports.progress.rows_of,
                done = count(done),
                of = count(rows)
            )
        })
    };
    let refusals = move || {
        import.with(|it| {
            let refusals = it.refusals.iter();
            refusals
                .map(|it| view! { <li>{it.message.clone()}</li> })
                .collect_view()
        })
    };
    // The same again: a dry run becomes the import, one that broke off goes on.
    let again = move || {
        let Some(new) = untrack(|| {
            import.with(|it| {
                Some(NewImport {
                    file_id: it.summary.file_id?,
                    mapping: it.mapping.clone(),
                    team_id: it.team.as_ref().map(|team| team.id),
                    dry_run: false,
                })
            })
        }) else {
            return;
        };
        start.send_then(new, move |import| {
            let page = links::import(import.summary.id);
            navigate.with_value(|navigate| navigate(&page, Default::default()));
        });
    };
    let has_file = Memo::new(move |_| import.with(|it| it.summary.file_id.is_some()));
    let goes_on = Memo::new(move |_| match (dry_run, state.get()) {
        (true, state) => state == ImportState::Done && taken() > 0,
        (false, state) => state != ImportState::Done,
    });
    let back = Signal::derive(move || {
        import.with(|it| links::new_import(it.summary.file_id, Some(it.summary.id)))
    });
    let records = Signal::derive(move || {
        import.with(|it| {
            let id = it.summary.id.to_string();
            match it.summary.entity {
                ImportEntity::Tickets => links::tickets(&[("import", &id)]),
                ImportEntity::Customers => links::customers(&[("import", &id)]),
            }
        })
    });
    let show_records = move || {
        import.with(|it| match it.summary.entity {
            ImportEntity::Tickets => t_string!(i18n, imports.ending.show_tickets),
            ImportEntity::Customers => t_string!(i18n, imports.ending.show_customers),
        })
    };
    let has_records = Memo::new(move |_| !dry_run && taken() > import.with(|it| it.known_count));
    let is_good = move || state.get() == ImportState::Done && taken() > 0;
    view! {
        <section class="panel import-ending" data-testid="import-ending">
            <p class="import-ending-text" class:is-good=is_good role="status">
                {move || view! {
                    <Icon name=if is_good() { IconName::CircleCheck } else { IconName::Warning }/>
                }}
                <span>{sentence}</span>
            </p>
            <ul class="import-refusals">{refusals}</ul>
            <p class="quiet">{how_far}</p>
            <p class="quiet">{known}</p>
            <FormError error=start.error_signal()/>
            <div class="form-actions">
                <Show when=move || goes_on.get() && has_file.get()>
                    <Button
                        kind=ButtonKind::Primary
                        busy=start.busy()
                        on_click=again
                        testid="import-start"
                    >
                        {move || if dry_run {
                            t_string!(i18n, imports.ending.import, count = count(taken()))
                        } else {
                            t_string!(i18n, imports.ending.go_on).to_owned()
                        }}
                    </Button>
                </Show>
                <Show when=move || has_records.get()>
                    {move || {
                        // One next step stands out.
                        let kind = if goes_on.get() { ButtonKind::Plain } else { ButtonKind::Primary };
                        view! { <LinkButton href=records kind>{show_records}</LinkButton> }
                    }}
                </Show>
                <Show when=move || has_file.get()>
                    {move || {
                        let kind = if dry_run && !goes_on.get() { ButtonKind::Primary } else { ButtonKind::Plain };
                        view! {
                            <LinkButton href=back kind>
                                {move || if dry_run {
                                    t_string!(i18n, imports.ending.back)
                                } else {
                                    t_string!(i18n, imports.ending.mapping)
                                }}
                            </LinkButton>
                        }
                    }}
                </Show>
                <Show when=move || !has_file.get() && goes_on.get()>
                    <LinkButton href=links::new_import(None, None) kind=ButtonKind::Primary>
                        {t!(i18n, imports.file.again)}
                    </LinkButton>
                </Show>
            </div>
        </section>
    }
}
