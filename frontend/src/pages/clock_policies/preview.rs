//! What the draft would do: counts first, then the tickets that differ, then invented ones.

use leptos::prelude::*;
use rapport_types::clocks::{InventedTicket, PoliciesPreview, SampledTicket, TicketsPreview};

use super::outcomes::{OutcomeCells, OutcomeHead, PolicyNames, policy_name};
use super::words;
use crate::api::configuration::use_directory;
use crate::components::badge::priority_text;
use crate::format;
use crate::i18n::*;
use crate::links;
use crate::preferences::use_preferences;

/// The preview.
#[component]
pub(super) fn PreviewPanel(
    preview: PoliciesPreview,
    names: PolicyNames,
    /// Whether the draft has changed since.
    #[prop(into)]
    is_outdated: Signal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let names = StoredValue::new(names);
    let at = preview.at;
    let at = move || format::date_time(at, preferences.locale());
    view! {
        <section
            class="panel policy-preview"
            class:is-outdated=is_outdated
            data-testid="policy-preview"
            aria-label=move || t_string!(i18n, clock_policies.preview.title)
        >
            <div class="panel-head">
                <h2>{t!(i18n, clock_policies.preview.title)}</h2>
                <span class="quiet">
                    {move || if is_outdated.get() {
                        t_string!(i18n, clock_policies.preview.outdated).to_owned()
                    } else {
                        t_string!(i18n, clock_policies.preview.at, at = at())
                    }}
                </span>
            </div>
            <div class="panel-body">
                {match preview.tickets {
                    Some(tickets) => view! { <Tickets tickets names/> }.into_any(),
                    None => view! { <p class="quiet">{t!(i18n, clock_policies.preview.no_right)}</p> }.into_any(),
                }}
                <Invented tickets=preview.invented names/>
            </div>
        </section>
    }
}

#[component]
fn Tickets(tickets: TicketsPreview, names: StoredValue<PolicyNames>) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let TicketsPreview {
        ticket_count,
        has_more,
        differing_count,
        earlier_count,
        later_count,
        overdue_before_count,
        overdue_after_count,
        policies,
        clocks,
        differing,
    } = tickets;
    if ticket_count == 0 {
        return view! {
            <p data-testid="preview-counts">{t!(i18n, clock_policies.preview.none_open)}</p>
        }
        .into_any();
    }
    let shown_count = differing.len();
    let is_cut = (shown_count as u32) < differing_count;
    let policies = policies.into_iter().map(|count| {
        let policy = count.policy;
        let name = move || {
            names.with_value(|names| policy_name(policy.as_ref(), names, preferences.locale()))
        };
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td class="cell-number">{count.before_count}</td>
                <td class="cell-number">{count.after_count}</td>
            </tr>
        }
    });
    let clocks = clocks.into_iter().map(|count| {
        let code = count.code;
        view! {
            <tr>
                <th scope="row">{move || words::clock_name(code.as_str(), preferences.locale())}</th>
                <td class="cell-number">{count.earlier_count}</td>
                <td class="cell-number">{count.later_count}</td>
                <td class="cell-number">{count.same_count}</td>
                <td class="cell-number">{count.gained_count}</td>
                <td class="cell-number">{count.lost_count}</td>
            </tr>
        }
    });
    let (policies, clocks) = (policies.collect_view(), clocks.collect_view());
    let rows = differing
        .into_iter()
        .map(|ticket| view! { <TicketRow ticket names/> });
    let rows = rows.collect_view();
    view! {
        <p data-testid="preview-counts">
            {move || if has_more {
                t_string!(i18n, clock_policies.preview.newest, count = ticket_count)
            } else {
                t_string!(i18n, clock_policies.preview.all_open, count = ticket_count)
            }}
            " "
            <strong>{t!(
                i18n, clock_policies.preview.differ,
                count = differing_count, earlier = earlier_count, later = later_count
            )}</strong>
            " "
            {t!(
                i18n, clock_policies.preview.overdue,
                before = overdue_before_count, after = overdue_after_count
            )}
        </p>
        <p class="quiet small">{t!(i18n, clock_policies.preview.about)}</p>
        <div class="preview-counts">
            <table class="table table-stays">
                <thead><tr>
                    <th scope="col">{t!(i18n, clock_policies.preview.tickets_by_policy)}</th>
                    <th scope="col" class="cell-number">{t!(i18n, clock_policies.preview.before)}</th>
                    <th scope="col" class="cell-number">{t!(i18n, clock_policies.preview.after)}</th>
                </tr></thead>
                <tbody>{policies}</tbody>
            </table>
            <table class="table table-stays">
                <thead><tr>
                    <th scope="col">{t!(i18n, clock_policies.preview.clocks)}</th>
                    <th scope="col" class="cell-number">{t!(i18n, clock_policies.preview.earlier)}</th>
                    <th scope="col" class="cell-number">{t!(i18n, clock_policies.preview.later)}</th>
                    <th scope="col" class="cell-number">{t!(i18n, clock_policies.preview.same)}</th>
                    <th scope="col" class="cell-number">{t!(i18n, clock_policies.preview.gained)}</th>
                    <th scope="col" class="cell-number">{t!(i18n, clock_policies.preview.lost)}</th>
                </tr></thead>
                <tbody>{clocks}</tbody>
            </table>
        </div>
        {(shown_count > 0).then(|| view! {
            <h3>
                {move || if is_cut {
                    t_string!(i18n, clock_policies.preview.first_tickets, count = shown_count)
                } else {
                    t_string!(i18n, clock_policies.preview.tickets).to_owned()
                }}
            </h3>
            <div class="preview-rows">
                <table class="table outcomes">
                    <thead><tr>
                        <th scope="col">{t!(i18n, clock_policies.preview.ticket)}</th>
                        <OutcomeHead/>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        })}
    }
    .into_any()
}

#[component]
fn TicketRow(ticket: SampledTicket, names: StoredValue<PolicyNames>) -> impl IntoView {
    let directory = use_directory();
    let preferences = use_preferences();
    let (code, priority) = (ticket.type_code, ticket.priority);
    let kind = move || {
        let locale = preferences.locale();
        format!(
            "{} · {}",
            directory.type_name(code.as_str(), locale),
            priority_text(priority, locale)
        )
    };
    view! {
        <tr>
            <th scope="row">
                <a href=links::ticket(ticket.id)>{format!("T-{}", ticket.number)}</a>
                " " {ticket.subject.to_string()}
                <p class="quiet">{kind}</p>
            </th>
            <OutcomeCells outcomes=ticket.outcomes names/>
        </tr>
    }
}

/// Invented tickets; those that do not differ on request.
#[component]
fn Invented(tickets: Vec<InventedTicket>, names: StoredValue<PolicyNames>) -> impl IntoView {
    let i18n = use_i18n();
    let directory = use_directory();
    let preferences = use_preferences();
    let all = RwSignal::new(false);
    let differing = tickets.iter().filter(|it| it.outcomes.differ()).count();
    let has_same = differing < tickets.len();
    let tickets = StoredValue::new(tickets);
    let rows = move || {
        let shown = tickets.with_value(|tickets| {
            let wanted = |it: &&InventedTicket| all.get() || it.outcomes.differ();
            tickets.iter().filter(wanted).cloned().collect::<Vec<_>>()
        });
        let rows = shown.into_iter().map(|ticket| {
            let (code, priority) = (ticket.type_code, ticket.priority);
            let kind = move || directory.type_name(code.as_str(), preferences.locale());
            view! {
                <tr>
                    <th scope="row">
                        {kind}
                        <p class="quiet">{move || priority_text(priority, preferences.locale())}</p>
                    </th>
                    <OutcomeCells outcomes=ticket.outcomes names/>
                </tr>
            }
        });
        rows.collect_view()
    };
    view! {
        <h3>{t!(i18n, clock_policies.preview.invented)}</h3>
        <p class="quiet small">
            {move || if differing == 0 {
                t_string!(i18n, clock_policies.preview.invented_same).to_owned()
            } else {
                t_string!(i18n, clock_policies.preview.invented_about, count = differing)
            }}
            {has_same.then(|| view! {
                " "
                <button
                    class="link-button"
                    type="button"
                    aria-expanded=move || if all.get() { "true" } else { "false" }
                    on:click=move |_| all.update(|all| *all = !*all)
                >
                    {move || if all.get() {
                        t_string!(i18n, clock_policies.preview.show_differing)
                    } else {
                        t_string!(i18n, clock_policies.preview.show_all)
                    }}
                </button>
            })}
        </p>
        <div class="preview-rows" hidden=move || differing == 0 && !all.get()>
            <table class="table outcomes">
                <thead><tr>
                    <th scope="col">{t!(i18n, clock_policies.preview.case)}</th>
                    <OutcomeHead/>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
