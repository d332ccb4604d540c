//! The facts that an approval can cover: those that people set.

use serde_json::Value;

use super::{Approval, CoveredFacts};
use crate::filters::{Fact, Facts};
use crate::ticket_types::FIELD_PREFIX;
use crate::tickets::{EventKind, Ticket, TicketEvent, TicketFacts};

/// A fact of a ticket that people set and that an approval can cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CoveredFact<'n> {
    /// The name of its field, as in filters.
    pub name: &'n str,
    /// The member of `before` and `after` in the ticket's history that tells of its changes; none
    /// where these are the value itself.
    member: Option<&'static str>,
}

const fn set_as(name: &'static str, member: &'static str) -> CoveredFact<'static> {
    CoveredFact {
        name,
        member: Some(member),
    }
}

/// Every fact that an approval can cover. What follows from other facts or from time (counts,
/// durations, due times) is nobody's to approve.
pub const COVERED: &[CoveredFact<'static>] = &[
    CoveredFact {
        name: "status",
        member: None,
    },
    set_as("priority", "priority"),
    set_as("type", "type"),
    set_as("channel", "channel"),
    set_as("category", "category_id"),
    set_as("customer", "customer_id"),
    set_as("contact", "contact_id"),
    set_as("team", "team_id"),
    set_as("assignee", "assignee_id"),
];

/// The fact of this name, if an approval can cover it: the one place where names are looked up.
/// Whether some ticket type has the field of a name that begins with [`FIELD_PREFIX`] is not known
/// here.
pub fn covered(name: &str) -> Option<CoveredFact<'_>> {
    if name.starts_with(FIELD_PREFIX) {
        let member = Some("fields");
        return Some(CoveredFact { name, member });
    }
    COVERED.iter().copied().find(|fact| fact.name == name)
}

impl CoveredFact<'_> {
    /// Whether an entry of the history tells that the fact was changed.
    pub(super) fn is_changed_by(self, event: &TicketEvent) -> bool {
        let Some(member) = self.member else {
            return event.kind == EventKind::Status && event.before != event.after;
        };
        let own = self.name.strip_prefix(FIELD_PREFIX);
        let told = |side: &Option<Value>| {
            let told = side.as_ref()?.get(member)?;
            own.map_or(Some(told), |code| told.get(code)).cloned()
        };
        let (before, after) = (told(&event.before), told(&event.after));
        after.is_some() && before != after
    }
}

/// A fact of a ticket as approvals keep it; null for nothing and for an unknown name. A team or
/// category is itself alone here, not what lies above it.
pub fn fact_of(ticket: &Ticket, name: &str) -> Value {
    let category: Vec<_> = ticket.category_id.into_iter().collect();
    let facts = TicketFacts {
        ticket,
        teams: &[ticket.team_id],
        categories: &category,
    };
    match facts.fact(name) {
        Fact::Null => Value::Null,
        Fact::Text(text) => text.into(),
        Fact::Set(texts) => texts.into_iter().next().map_or(Value::Null, Value::from),
        Fact::Integer(number) => number.into(),
        Fact::Instant(at) => at.to_rfc3339().into(),
        Fact::Boolean(flag) => flag.into(),
    }
}

/// The named facts of a ticket as they are.
pub fn facts_of<'n>(ticket: &Ticket, names: impl IntoIterator<Item = &'n String>) -> CoveredFacts {
    let pair = |name: &String| (name.clone(), fact_of(ticket, name));
    names.into_iter().map(pair).collect()
}

/// Whether something that the approval covers is not what was asked for.
pub fn outdated(approval: &Approval, ticket: &Ticket) -> bool {
    let differs = |(name, asked): (&String, &Value)| fact_of(ticket, name) != *asked;
    approval.facts.iter().any(differs)
}
