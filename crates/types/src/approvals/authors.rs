//! Who may not decide: the authors of what is to be approved.

use super::{CoveredFact, covered};
use crate::ids::UserId;
use crate::tickets::{EventKind, TicketEvent};

/// Who may not decide on an approval that covers these facts: who asks, and for each fact whoever
/// set it last according to the ticket's history, who opened the ticket for those that nobody has
/// changed since. The history comes oldest first. What the product itself set has no author.
pub fn authors(asker: UserId, covers: &[String], history: &[TicketEvent]) -> Vec<UserId> {
    let setter = |fact: CoveredFact| {
        let sets =
            |event: &&TicketEvent| event.kind == EventKind::Opened || fact.is_changed_by(event);
        history.iter().rev().find(sets)?.actor.user()
    };
    let setters = covers.iter().filter_map(|name| setter(covered(name)?));
    let mut all: Vec<UserId> = setters.chain([asker]).collect();
    all.sort_unstable();
    all.dedup();
    all
}
