//! Stages and fields together: a stage is left when what it asks for is filled in, and both go in
//! one step.

use leptos::prelude::*;
use rapport_types::filters::{Fact, Facts, Filter};
use rapport_types::text::ReasonText;
use rapport_types::ticket_types::{
    FIELD_PREFIX, FieldDefinition, FieldsPatch, Pipeline, TypeDefinition,
};
use rapport_types::tickets::{
    StageChange, StageError, StageView, Ticket, TicketFacts, TicketPatch, decide_stage,
    merge_fields, missing,
};

use super::input::{FieldInput, Input};
use super::rail::Rail;
use crate::api;
use crate::api::query::use_query;
use crate::api::submission::use_submission;
use crate::api::tickets::Change;
use crate::components::button::{Button, ButtonKind};
use crate::components::form_error::FormError;
use crate::components::states::{Loaded, Skeleton};
use crate::i18n::*;
use crate::pages::tickets::open_ticket::OpenTicket;
use crate::pages::tickets::reason_dialog::ReasonDialog;
use crate::preferences::use_preferences;
use crate::session::use_session;

/// The panel, once the definition that the ticket goes by is there.
#[component]
pub(super) fn Panel(
    /// The ticket.
    open: OpenTicket,
) -> impl IntoView {
    provide_context(open);
    let definition = use_query(
        move || {
            let ticket = open.ticket.read();
            (ticket.type_code.clone(), ticket.definition_version)
        },
        |(code, version)| async move { api::configuration::definition(&code, version).await },
    );
    view! {
        <section class="stages" data-testid="stages">
            <Loaded query=definition skeleton=|| view! { <Skeleton lines=1/> } let:definition>
                {move || view! { <Form open definition=definition.get()/> }}
            </Loaded>
        </section>
    }
}

/// What a filter reads from the ticket. The page knows no trees: a rule about a team above is the
/// server's to apply.
fn with_facts<T>(
    ticket: &Ticket,
    judge: impl FnOnce(&dyn Fn(&str) -> Fact, &dyn Fn(&Filter) -> bool) -> T,
) -> T {
    let (teams, categories): (Vec<_>, Vec<_>) = (
        vec![ticket.team_id],
        ticket.category_id.into_iter().collect(),
    );
    let facts = TicketFacts {
        ticket,
        teams: &teams,
        categories: &categories,
    };
    judge(&|name| facts.fact(name), &|filter| filter.matches(&facts))
}

/// Where the ticket is in its pipeline.
fn place(definition: &TypeDefinition, ticket: &Ticket) -> Option<(Pipeline, usize)> {
    let pipeline = definition.pipeline(ticket.pipeline.as_ref()?.as_str())?;
    let at = pipeline.position(ticket.stage.as_ref()?.as_str())?;
    Some((pipeline.clone(), at))
}

#[component]
fn Form(open: OpenTicket, definition: TypeDefinition) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let session = use_session();
    let definition = StoredValue::new(definition);
    let inputs = StoredValue::new(untrack(|| {
        let ticket = open.ticket.read();
        let input = |field: &FieldDefinition| Input::new(field, ticket.fields.get(&field.code));
        definition.with_value(|it| it.fields.iter().map(input).collect::<Vec<_>>())
    }));
    let fields = Memo::new(move |_| open.ticket.read().fields.clone());
    Effect::new(
        move |before: Option<rapport_types::ticket_types::FieldValues>| {
            let after = fields.get();
            if let Some(before) = before {
                inputs.with_value(|inputs| {
                    for input in inputs {
                        let code = input.field.with_value(|field| field.code.clone());
                        input.follow(before.get(&code), after.get(&code));
                    }
                });
            }
            after
        },
    );
    // What the reader has changed, and whether all of it can be read.
    let changes = Memo::new(move |_| {
        let fields = fields.get();
        inputs.with_value(|inputs| {
            let mut patch = FieldsPatch::new();
            let mut is_good = true;
            for input in inputs {
                let code = input.field.with_value(|field| field.code.clone());
                match input.read() {
                    Ok(value) if value.as_ref() != fields.get(&code) => {
                        patch.insert(code, value);
                    }
                    Ok(_) => {}
                    Err(_) => is_good = false,
                }
            }
            (patch, is_good)
        })
    });
    let filled_in = move || {
        let mut ticket = open.ticket.get();
        ticket.fields = merge_fields(ticket.fields, &changes.read().0);
        ticket
    };
    let here = Memo::new(move |_| definition.with_value(|it| place(it, &open.ticket.read())));
    let lacking = Memo::new(move |_| {
        let (pipeline, at) = here.get()?;
        let stage = pipeline.stages.get(at)?.clone();
        let ticket = filled_in();
        Some(with_facts(&ticket, |fact, matches| {
            missing(&stage, fact, matches)
        }))
    });
    let refusal = RwSignal::new(None::<StageError>);
    let send = use_submission(move |(change, etag): (Change, String)| async move {
        api::tickets::change(open.id, &change, &etag).await
    });
    let show_faults = move || {
        inputs.with_value(|inputs| {
            for input in inputs {
                input.fault.set(untrack(|| input.read().err()));
            }
        });
        untrack(|| changes.read().1)
    };
    let submit = move |change: Change| {
        let etag = format!("\"{}\"", open.ticket.read_untracked().version);
        refusal.set(None);
        send.send_then((change, etag), move |reply| open.took(reply));
    };
    let save = move || {
        if show_faults() {
            let fields = untrack(|| changes.get().0);
            submit(Change::Facts(TicketPatch {
                fields,
                ..Default::default()
            }));
        }
    };
    let asks_why = RwSignal::new(false);
    let target = RwSignal::new(0_usize);
    let go = move |to: usize, reason: Option<ReasonText>| {
        if !show_faults() {
            return false;
        }
        let decided = untrack(|| {
            let (pipeline, at) = here.get()?;
            let code = pipeline.stages.get(to)?.code.clone();
            let roles = session.me().map(|me| me.roles).unwrap_or_default();
            let ticket = filled_in();
            let decided = with_facts(&ticket, |fact, matches| {
                let view = StageView {
                    pipeline: &pipeline,
                    at,
                    roles: &roles,
                    fact,
                    matches,
                };
                decide_stage(&view, &code, reason.is_some()).map(|_| ())
            });
            Some((code, decided))
        });
        match decided {
            None => false,
            Some((_, Err(StageError::ReasonRequired))) => {
                target.set(to);
                asks_why.set(true);
                false
            }
            Some((_, Err(error))) => {
                refusal.set(Some(error));
                false
            }
            Some((stage, Ok(()))) => {
                let fields = untrack(|| changes.get().0);
                submit(Change::Stage(StageChange {
                    stage,
                    fields,
                    reason,
                }));
                true
            }
        }
    };
    let disabled = Signal::derive(move || !open.may_work() || send.busy().get());
    let at = Signal::derive(move || here.read().as_ref().map_or(0, |(_, at)| *at));
    let is_asked = move |input: Input| {
        let name = input
            .field
            .with_value(|field| format!("{FIELD_PREFIX}{}", field.code));
        lacking
            .read()
            .as_ref()
            .is_some_and(|names| names.contains(&name))
    };
    let field_name = move |name: &String| {
        let locale = preferences.locale();
        definition.with_value(|it| {
            let own = name
                .strip_prefix(FIELD_PREFIX)
                .and_then(|code| it.field(code));
            match (own, name.as_str()) {
                (Some(field), _) => field.names.get(locale).to_owned(),
                (None, "assignee") => t_string!(i18n, tickets.field.assignee).to_owned(),
                (None, "category") => t_string!(i18n, tickets.field.category).to_owned(),
                (None, "customer") => t_string!(i18n, tickets.field.customer).to_owned(),
                (None, other) => other.to_owned(),
            }
        })
    };
    let said = move || {
        let error = refusal.get()?;
        let title = error.code().title(preferences.locale()).to_owned();
        let names = match &error {
            StageError::Skipped(names) | StageError::Incomplete(names) => names.clone(),
            _ => Vec::new(),
        };
        let names: Vec<String> = names.iter().map(field_name).collect();
        Some(view! {
            <div class="stage-refused" role="alert" data-testid="stage-refused">
                <p>{title}</p>
                {(!names.is_empty()).then(|| view! {
                    <ul>{names.into_iter().map(|name| view! { <li>{name}</li> }).collect_view()}</ul>
                })}
            </div>
        })
    };
    let guide = move || {
        let (pipeline, at) = here.get()?;
        let guide = pipeline.stages.get(at)?.guide.clone()?;
        Some(view! { <p class="quiet small">{guide.get(preferences.locale()).to_owned()}</p> })
    };
    let next = move || {
        let (pipeline, at) = here.get()?;
        let names = pipeline.stages.get(at + 1)?.names.clone();
        Some((at + 1, names.get(preferences.locale()).to_owned()))
    };
    let pipeline = Memo::new(move |_| here.get().map(|(pipeline, _)| pipeline));
    let is_changed = Signal::derive(move || {
        let changes = changes.read();
        !changes.0.is_empty() || !changes.1
    });
    let count = inputs.with_value(Vec::len);
    let filled = move || fields.read().len();
    let all = inputs.with_value(Clone::clone);
    view! {
        {move || pipeline.get().map(|pipeline| view! {
            <Rail pipeline at disabled on_ask=move |to| { go(to, None); }/>
        })}
        {guide}
        {said}
        <FormError error=send.error_signal()/>
        <details class="stage-fields" open=true data-testid="stage-fields">
            <summary>
                {move || t_string!(i18n, tickets.stages.fields, filled = filled(), count = count)}
            </summary>
            <div class="stage-grid">
                {all.into_iter().map(|input| view! {
                    <FieldInput
                        input
                        is_asked=Signal::derive(move || is_asked(input))
                        refused=send.error_signal()
                        disabled
                    />
                }).collect_view()}
            </div>
        </details>
        <Show when=move || open.may_work()>
            <div class="stage-actions">
                <Button
                    on_click=save
                    busy=send.busy()
                    disabled=Signal::derive(move || !is_changed.get())
                    testid="save-fields"
                >
                    {t!(i18n, tickets.save)}
                </Button>
                {move || next().map(|(to, name)| view! {
                    <Button
                        kind=ButtonKind::Primary
                        on_click=move || { go(to, None); }
                        busy=send.busy()
                        testid="next-stage"
                    >
                        {t_string!(i18n, tickets.stages.next, name = name)}
                    </Button>
                })}
            </div>
        </Show>
        <ReasonDialog
            open=asks_why
            title=Signal::derive(move || t_string!(i18n, tickets.stages.back_title).to_owned())
            confirm=Signal::derive(move || t_string!(i18n, tickets.stages.back).to_owned())
            on_confirm=move |reason: ReasonText| go(target.get_untracked(), Some(reason))
        />
    }
}
