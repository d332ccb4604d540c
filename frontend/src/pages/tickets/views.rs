//! The fixed views beside the list: each is a link to its filters.

use leptos::prelude::*;
use rapport_types::bulk_changes::BulkEntity;
use rapport_types::page::Total;

use crate::api;
use crate::api::query::{Query, use_query};
use crate::components::icon::{Icon, IconName};
use crate::format;
use crate::i18n::*;
use crate::links;
use crate::pages::address::Address;
use crate::preferences::use_preferences;
use crate::session::use_session;

/// The statuses of a ticket that is not over.
pub(super) const UNRESOLVED: &str = "new,open,waiting_on_customer,on_hold";

/// A view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    Mine,
    Unassigned,
    Open,
    NearBreach,
    All,
}

impl View {
    const ALL: [Self; 5] = [
        Self::Mine,
        Self::Unassigned,
        Self::Open,
        Self::NearBreach,
        Self::All,
    ];

    /// Its parameters.
    const fn pairs(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Mine => &[
                ("assignee", "me"),
                ("status", UNRESOLVED),
                ("sort", "next_due_at"),
            ],
            Self::Unassigned => &[("assignee", "none"), ("status", UNRESOLVED)],
            Self::Open => &[("status", UNRESOLVED)],
            // What is overdue, and what is due before the day is over.
            Self::NearBreach => &[
                ("status", UNRESOLVED),
                ("next_due_before", "+1d"),
                ("sort", "next_due_at"),
            ],
            Self::All => &[],
        }
    }

    const fn icon(self) -> IconName {
        match self {
            Self::Mine => IconName::Person,
            Self::Unassigned => IconName::CircleDashed,
            Self::Open => IconName::Inbox,
            Self::NearBreach => IconName::ClockAlert,
            Self::All => IconName::Ticket,
        }
    }

    /// Whether the URL asks for exactly this.
    fn is_open(self, url: Address) -> bool {
        let pairs = url.pairs();
        let mut asked: Vec<_> = pairs
            .iter()
            .filter(|(name, _)| name != "cursor")
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let mut own = self.pairs().to_vec();
        asked.sort_unstable();
        own.sort_unstable();
        asked == own
    }
}

/// How many tickets each view has, in the order of the views.
pub(super) type Counts = Query<Vec<Option<Total>>>;

/// Counts the tickets of each view.
pub(super) fn use_counts() -> Counts {
    use_query(
        || (),
        |()| async {
            let asked = View::ALL.map(|view| {
                // The order changes nothing about the number.
                let pairs = view.pairs().iter().filter(|(name, _)| *name != "sort");
                let pairs: Vec<_> = pairs.copied().collect();
                async move { api::tickets::count(&pairs).await }
            });
            Ok(futures::future::join_all(asked).await)
        },
    )
}

/// The views.
#[component]
pub(super) fn Views(url: Address, counts: Counts) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let preferences = use_preferences();
    let count = move |view: View| {
        let at = View::ALL.iter().position(|it| *it == view)?;
        let total = counts.with(|counts| *counts?.get(at)?)?;
        let number = format::integer(total.count.cast_signed(), preferences.locale());
        Some(if total.exact {
            number
        } else {
            format!("{number}+")
        })
    };
    let name = move |view| match view {
        View::Mine => t_string!(i18n, tickets.view.mine),
        View::Unassigned => t_string!(i18n, tickets.view.unassigned),
        View::Open => t_string!(i18n, tickets.view.open),
        View::NearBreach => t_string!(i18n, tickets.view.near_breach),
        View::All => t_string!(i18n, tickets.view.all),
    };
    view! {
        <nav class="views" aria-label=move || t_string!(i18n, tickets.view.label)>
            {View::ALL.map(|view| view! {
                <a
                    class="view-link"
                    href=links::tickets(view.pairs())
                    aria-current=move || view.is_open(url).then_some("page")
                >
                    <Icon name=view.icon()/>
                    <span>{move || name(view)}</span>
                    <span class="view-count">{move || count(view)}</span>
                </a>
            })}
            <Show when=move || session.may(BulkEntity::Tickets.right())>
                <a
                    class="view-link view-apart"
                    href=links::bulk_changes(&[("entity", BulkEntity::Tickets.code())])
                >
                    <Icon name=IconName::Stack/>
                    <span>{t!(i18n, bulk.link)}</span>
                </a>
            </Show>
        </nav>
    }
}
