//! The fixed views beside the list: each is a link to its filters.

use leptos::prelude::*;

use super::list_url::ListUrl;
use crate::components::icon::{Icon, IconName};
use crate::i18n::*;
use crate::links;

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
            Self::NearBreach => &[("status", UNRESOLVED), ("sort", "next_due_at")],
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
    fn is_open(self, url: ListUrl) -> bool {
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

/// The views.
#[component]
pub(super) fn Views(url: ListUrl) -> impl IntoView {
    let i18n = use_i18n();
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
                </a>
            })}
        </nav>
    }
}
