//! What a ticket still lacks.

use chrono_tz::Tz;

use super::{Approval, ApprovalRule, ApprovalState, fact_of, outdated};
use crate::filters::Context;
use crate::text::Code;
use crate::tickets::{FIELDS, Ticket, TicketFacts};

/// Whether a ticket with these facts needs an approval by the rule. Days of its filter are those of
/// the organisation (`zone`), counted from the ticket's opening, as in clock policies.
pub fn is_needed(rule: &ApprovalRule, facts: &TicketFacts<'_>, zone: Tz) -> bool {
    let context = Context {
        me: None,
        now: facts.ticket.opened_at,
        zone,
    };
    rule.active && context.resolve(FIELDS, &rule.filter).matches(facts)
}

/// Whether the approval is one by the rule that holds now: granted, and everything that the rule
/// covers is what was asked for. One that was asked for when the rule covered less does not count.
pub fn counts(rule: &ApprovalRule, ticket: &Ticket, approval: &Approval) -> bool {
    let covers = |name: &String| approval.facts.get(name) == Some(&fact_of(ticket, name));
    approval.rule == rule.code
        && approval.state == ApprovalState::Granted
        && rule.covers.iter().all(covers)
        && !outdated(approval, ticket)
}

/// The codes of those of the rules that the ticket needs and has no approval for that counts, in
/// the order of the rules. For guards: `rules` are the ones to be kept, all of them or those that a
/// step names; `approvals` are the ticket's.
pub fn missing<'r>(
    rules: impl IntoIterator<Item = &'r ApprovalRule>,
    facts: &TicketFacts<'_>,
    zone: Tz,
    approvals: &[Approval],
) -> Vec<Code> {
    let is_missing = |rule: &&ApprovalRule| {
        let granted = approvals
            .iter()
            .any(|approval| counts(rule, facts.ticket, approval));
        is_needed(rule, facts, zone) && !granted
    };
    let lacking = rules.into_iter().filter(is_missing);
    lacking.map(|rule| rule.code.clone()).collect()
}
