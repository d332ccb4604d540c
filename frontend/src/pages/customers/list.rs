//! The list of customers: filters, search, order and page, all of it in the URL.

use std::cell::RefCell;
use std::time::Duration;

use leptos::prelude::*;
use rapport_types::bulk_changes::BulkEntity;
use rapport_types::customers::CustomerSummary;
use rapport_types::permissions::Permission;

use super::bulk::CustomerSelection;
use super::filters::Filters;
use super::words::{LifecycleBadge, kind_icon};
use crate::api;
use crate::api::query::use_query;
use crate::components::button::{ButtonKind, LinkButton};
use crate::components::commands::{Command, use_commands};
use crate::components::csv_link::CsvLink;
use crate::components::effect::effect;
use crate::components::icon::{Icon, IconName};
use crate::components::instant::Instant;
use crate::components::keys::is_half_typed;
use crate::components::pager::Pager;
use crate::components::selection::{Selecting, Selection};
use crate::components::states::{EmptyState, ErrorState};
use crate::components::table::{Column, DataTable, Narrow};
use crate::i18n::*;
use crate::links;
use crate::pages::address::{Address, Pairs, borrowed, use_address};
use crate::pages::bulk_changes::BulkLink;
use crate::pages::imports::ImportLink;
use crate::preferences::use_preferences;
use crate::session::use_session;
use crate::shell::{Crumb, use_place};

/// The order when the URL names none.
const ORDER: &str = "-updated_at";
/// How long typing rests before the list follows.
const REST: Duration = Duration::from_millis(250);
/// Labels shown behind a name.
const TAGS: usize = 3;

thread_local! {
    // Where the list stood last, for the way back from a customer.
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The list as it stood last.
pub(in crate::pages) fn last_list() -> String {
    LAST.with_borrow(|last| last.clone())
        .unwrap_or_else(|| links::customers(&[]))
}

/// What the API is asked: what somebody typed to find decides the order by itself.
fn question(mut pairs: Pairs) -> Pairs {
    let searched = pairs.iter().any(|(name, _)| name == "q");
    if searched {
        pairs.retain(|(name, _)| name != "sort");
    } else if !pairs.iter().any(|(name, _)| name == "sort") {
        pairs.push(("sort".to_owned(), ORDER.to_owned()));
    }
    pairs
}

/// The list of customers.
#[component]
pub fn CustomerList() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let address = use_address(links::customers(&[]));
    use_place(move || vec![Crumb::here(t_string!(i18n, customers.title))]);
    effect(move || {
        let here = links::customers(&borrowed(&address.pairs()));
        LAST.set(Some(here));
    });
    let customers = use_query(
        move || {
            let mut pairs = question(address.pairs());
            pairs.push(("limit".to_owned(), "50".to_owned()));
            api::customers::list_path(&borrowed(&pairs))
        },
        |path| async move { api::customers::list(&path).await },
    );
    customers.keep_up(api::live::CUSTOMERS);
    let csv = Signal::derive(move || {
        let mut pairs = question(address.pairs());
        pairs.retain(|(name, _)| name != "cursor");
        api::customers::list_path(&borrowed(&pairs))
    });
    let sort = Signal::derive(move || {
        let pairs = question(address.pairs());
        pairs
            .into_iter()
            .find(|(name, _)| name == "sort")
            .map(|(_, it)| it)
            .unwrap_or_default()
    });
    let columns = columns(i18n);
    let may_change = untrack(|| session.may(BulkEntity::Customers.right()));
    let selecting = may_change.then(|| Selecting {
        selection: Selection::new(),
        key: |row: &CustomerSummary| row.id.to_string(),
        name: |row: &CustomerSummary| format!("C-{} {}", row.number, row.name.as_str()),
    });
    view! {
        <div class="page-head">
            <h1>{t!(i18n, customers.title)}</h1>
            <BulkLink entity=BulkEntity::Customers/>
            <ImportLink/>
            <CsvLink path=csv name="customers.csv" testid="csv-customers"/>
            <Show when=move || session.may(Permission::EditCustomers)>
                <LinkButton
                    href=links::new_customer()
                    kind=ButtonKind::Primary
                    icon=IconName::Plus
                >
                    {t!(i18n, customers.new)}
                </LinkButton>
            </Show>
        </div>
        <div class="customer-tools">
            <Search address/>
            <Filters address/>
        </div>
        <div class="panel customer-list">
            {move || customers.error().map(|error| view! {
                <ErrorState error on_retry=move || customers.reload()/>
            })}
            <Show when=move || customers.error().is_none() || customers.with(|page| page.is_some())>
                <DataTable
                    label=Signal::derive(move || t_string!(i18n, customers.title).to_owned())
                    columns=columns.clone()
                    rows=Signal::derive(move || customers.with(|page| page.map(|page| page.data.clone())))
                    href=|row: &CustomerSummary| links::customer(row.id)
                    sort=sort
                    on_sort=move |sort: String| address.set(&[("sort", &sort), ("q", "")])
                    loading=Signal::derive(move || customers.is_loading())
                    skeleton_rows=12
                    selecting=selecting
                    row_testid="customer-row"
                    empty=move || view! { <Nothing address/> }
                />
            </Show>
        </div>
        <Pager
            total=Signal::derive(move || customers.with(|page| page.and_then(|page| page.total)))
            next=Signal::derive(move || customers.with(|page| page.and_then(|page| page.next_cursor.clone())))
            at_start=Signal::derive(move || address.get("cursor").is_empty())
            on_next=move |cursor: String| address.open_page(&cursor)
            on_start=move || address.open_page("")
        />
        {selecting.map(|it| view! {
            <CustomerSelection
                selection=it.selection
                address
                total=Signal::derive(move || customers.with(|page| page.and_then(|page| page.total)))
            />
        })}
    }
}

/// What a row shows.
fn columns(i18n: leptos_i18n::I18nContext<Locale>) -> Vec<Column<CustomerSummary>> {
    let preferences = use_preferences();
    let team = move |row: &CustomerSummary| {
        let names = row.team.names.clone();
        view! { <span class="cell-cut">{move || names.get(preferences.locale()).to_owned()}</span> }
    };
    vec![
        Column::new(
            move || t_string!(i18n, customers.fact.name),
            |row: &CustomerSummary| {
                let tags = row.tags.iter().take(TAGS).map(|tag| {
                    view! {
                        <span class="tag">{tag.as_str().to_owned()}</span>
                    }
                });
                view! {
                    <span class="customer-cell">
                        <Icon name=kind_icon(row.kind)/>
                        <span class="cell-cut">{row.name.as_str().to_owned()}</span>
                        <span class="wide-only">{tags.collect_view()}</span>
                    </span>
                }
            },
        )
        .sorted_by("name")
        .main(),
        Column::new(
            move || t_string!(i18n, frame.column.number),
            |row: &CustomerSummary| format!("C-{}", row.number),
        )
        .quiet(),
        Column::new(
            move || t_string!(i18n, customers.fact.lifecycle),
            |row: &CustomerSummary| view! { <LifecycleBadge lifecycle=row.lifecycle/> },
        )
        .narrow(Narrow::Side),
        Column::new(
            move || t_string!(i18n, customers.phone),
            |row: &CustomerSummary| row.phone.as_ref().map(|it| it.as_str().to_owned()),
        ),
        Column::new(
            move || t_string!(i18n, customers.email),
            |row: &CustomerSummary| {
                row.email.as_ref().map(|it| {
                    view! {
                        <span class="cell-cut">{it.as_str().to_owned()}</span>
                    }
                })
            },
        )
        .gives_way("cell-roomy")
        .narrow(Narrow::Hidden),
        Column::new(
            move || t_string!(i18n, customers.fact.region),
            |row: &CustomerSummary| {
                row.region.as_ref().map(|it| {
                    view! {
                        <span class="cell-cut">{it.as_str().to_owned()}</span>
                    }
                })
            },
        )
        .gives_way("cell-spare")
        .narrow(Narrow::Hidden),
        Column::new(move || t_string!(i18n, customers.fact.team), team)
            .gives_way("cell-spare")
            .narrow(Narrow::Hidden),
        Column::new(
            move || t_string!(i18n, customers.fact.owner),
            |row: &CustomerSummary| row.owner.as_ref().map(|it| it.name.as_str().to_owned()),
        ),
        Column::new(
            move || t_string!(i18n, customers.updated),
            |row: &CustomerSummary| view! { <Instant at=Some(row.updated_at)/> },
        )
        .sorted_by("updated_at")
        .quiet(),
    ]
}

/// No row: what to do next.
#[component]
fn Nothing(address: Address) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let asked = Memo::new(move |_| address.get("q"));
    let narrowed = Memo::new(move |_| {
        address
            .pairs()
            .iter()
            .any(|(name, _)| !["sort", "cursor"].contains(&name.as_str()))
    });
    // What was looked for is likely who is to be added.
    let new_one = move || links::with_query(&links::new_customer(), &[("name", &asked.get())]);
    view! {
        <EmptyState
            icon=IconName::People
            title=Signal::derive(move || if narrowed.get() {
                t_string!(i18n, customers.none_match).to_owned()
            } else {
                t_string!(i18n, customers.none).to_owned()
            })
            text=Signal::derive(move || if narrowed.get() {
                t_string!(i18n, customers.none_match_text).to_owned()
            } else {
                t_string!(i18n, customers.none_text).to_owned()
            })
        >
            <div class="chips">
                <Show when=move || narrowed.get()>
                    <LinkButton href=links::customers(&[])>{t!(i18n, customers.show_all)}</LinkButton>
                </Show>
                <Show when=move || session.may(Permission::EditCustomers)>
                    <LinkButton
                        href=Signal::derive(new_one)
                        kind=ButtonKind::Primary
                        icon=IconName::Plus
                    >
                        {t!(i18n, customers.new)}
                    </LinkButton>
                </Show>
            </div>
        </EmptyState>
    }
}

/// The search within the list. `/` leads here.
#[component]
fn Search(address: Address) -> impl IntoView {
    let i18n = use_i18n();
    let input = NodeRef::<leptos::html::Input>::new();
    let asked = Memo::new(move |_| address.get("q"));
    let text = RwSignal::new(asked.get_untracked());
    // Back changes the question, too.
    effect(move || {
        let asked = asked.get();
        if text.get_untracked().trim() != asked {
            text.set(asked);
        }
    });
    let ask = leptos::leptos_dom::helpers::debounce(REST, move |typed: String| {
        // The page may be gone by now.
        if text.try_get_untracked().is_some_and(|now| now == typed) {
            address.replace(&[("q", typed.trim())]);
        }
    });
    let ask = StoredValue::new_local(ask);
    let take = move |typed: String, composing: bool| {
        text.set(typed.clone());
        // Half a syllable of an input method is no question yet.
        if !composing {
            ask.update_value(|ask| ask(typed));
        }
    };
    use_commands(
        || vec![Command::Search],
        move |_| {
            if let Some(field) = input.get_untracked() {
                let _ = field.focus();
                field.select();
            }
        },
    );
    view! {
        <search class="customer-search">
            <Icon name=IconName::Search/>
            <input
                node_ref=input
                class="input"
                type="search"
                autocomplete="off"
                spellcheck="false"
                enterkeyhint="search"
                data-testid="customer-search"
                aria-label=move || t_string!(i18n, customers.search)
                placeholder=move || t_string!(i18n, customers.search)
                prop:value=text
                on:input:target=move |event| {
                    let composing = is_half_typed(&event);
                    take(event.target().value(), composing);
                }
                on:compositionend:target=move |event| take(event.target().value(), false)
            />
        </search>
    }
}
