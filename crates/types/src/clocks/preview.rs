//! What a list of clock policies would do, before it is put in force: the same tickets under the
//! version in force and under the draft.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{ClockPolicy, TicketClocks};
use crate::ids::TicketId;
use crate::text::{Code, LineText};
use crate::tickets::Priority;

/// Most open tickets that are looked at.
pub const MOST_SAMPLED: u32 = 500;
/// Most tickets that are shown one by one.
const MOST_SHOWN: usize = 100;

/// `POST /clock-policies/preview`: a list that is not in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PoliciesDraft {
    /// The policies, first the one that is asked first.
    pub policies: Vec<ClockPolicy>,
    /// How many of the newest open tickets are looked at; default 200.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(maximum = 500))]
    pub sample: Option<u32>,
}

/// What the draft would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PoliciesPreview {
    /// The version in force, which the draft is compared with.
    pub version: i64,
    /// When it was looked at.
    pub at: DateTime<Utc>,
    /// Open tickets in the caller's scope; null for a caller who may not view tickets.
    pub tickets: Option<TicketsPreview>,
    /// Invented tickets, opened now in the caller's team: each type in use with each priority.
    pub invented: Vec<InventedTicket>,
}

/// The newest open tickets under both lists, as if each had been opened under it: from its opening
/// on, with the calendars as they are now, its pauses kept. Saving changes no ticket that is open.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TicketsPreview {
    /// How many were looked at.
    pub ticket_count: u32,
    /// Whether there are more open tickets than these.
    pub has_more: bool,
    /// How many differ in policy or due times.
    pub differing_count: u32,
    /// How many have a clock that would be due earlier.
    pub earlier_count: u32,
    /// How many have a clock that would be due later.
    pub later_count: u32,
    /// How many have a clock past its due time under the version in force.
    pub overdue_before_count: u32,
    /// How many would have one under the draft.
    pub overdue_after_count: u32,
    /// How many tickets each policy is for.
    pub policies: Vec<PolicyCount>,
    /// What becomes of each clock.
    pub clocks: Vec<ClockCount>,
    /// Those that differ, newest first, at most 100.
    pub differing: Vec<SampledTicket>,
}

/// How many tickets a policy is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyCount {
    /// Its code; null for tickets that no policy is for.
    pub policy: Option<Code>,
    /// Under the version in force.
    pub before_count: u32,
    /// Under the draft.
    pub after_count: u32,
}

/// What becomes of a clock, counted over tickets on which it runs or pauses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClockCount {
    /// Its code.
    pub code: Code,
    /// Due earlier.
    pub earlier_count: u32,
    /// Due later.
    pub later_count: u32,
    /// Due at the same instant.
    pub same_count: u32,
    /// On tickets that do not have it under the version in force.
    pub gained_count: u32,
    /// On tickets that would no longer have it.
    pub lost_count: u32,
}

/// A ticket under one list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyOutcome {
    /// The policy that is for it; null when none is.
    pub policy: Option<Code>,
    /// Its clocks that run or pause.
    pub clocks: Vec<ClockDue>,
}

/// A clock that runs or pauses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClockDue {
    /// Its code.
    pub code: Code,
    /// When it is due, of a paused one when it would be if it went on at its last event; null when
    /// the calendar never gets there.
    pub due_at: Option<DateTime<Utc>>,
    /// Whether it pauses.
    pub is_paused: bool,
}

/// A ticket under both lists.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TicketOutcomes {
    /// Under the version in force.
    pub before: PolicyOutcome,
    /// Under the draft.
    pub after: PolicyOutcome,
}

/// An open ticket that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SampledTicket {
    /// The id.
    pub id: TicketId,
    /// The human number.
    pub number: i64,
    /// What it is about.
    pub subject: LineText,
    /// The code of its type.
    #[serde(rename = "type")]
    pub type_code: Code,
    /// How urgent it is.
    pub priority: Priority,
    /// When the customer asked.
    pub opened_at: DateTime<Utc>,
    /// What it has under both lists.
    pub outcomes: TicketOutcomes,
}

/// An invented ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InventedTicket {
    /// The code of its type.
    #[serde(rename = "type")]
    pub type_code: Code,
    /// How urgent it is.
    pub priority: Priority,
    /// What it has under both lists.
    pub outcomes: TicketOutcomes,
}

impl PolicyOutcome {
    /// What a ticket has whose clocks follow from its events.
    pub fn of(clocks: &TicketClocks) -> Self {
        let open = clocks
            .runs
            .iter()
            .filter(|run| run.clock.fulfilled_at.is_none());
        Self {
            policy: clocks.basis.as_ref().map(|basis| basis.policy_code.clone()),
            clocks: open
                .map(|run| ClockDue {
                    code: run.clock.code.clone(),
                    due_at: run.clock.due_at.or(run.memory.held_due_at),
                    is_paused: run.clock.paused_at.is_some(),
                })
                .collect(),
        }
    }

    /// The clock with this code.
    pub fn clock(&self, code: &Code) -> Option<&ClockDue> {
        self.clocks.iter().find(|clock| clock.code == *code)
    }

    /// Whether one of its clocks is past its due time. A paused one is not: time stands still.
    fn is_overdue(&self, at: DateTime<Utc>) -> bool {
        let mut running = self.clocks.iter().filter(|clock| !clock.is_paused);
        running.any(|clock| clock.due_at.is_some_and(|due| due < at))
    }
}

impl TicketOutcomes {
    /// Whether policy or due times differ.
    pub fn differ(&self) -> bool {
        self.before != self.after
    }

    /// The codes of the clocks of either, each once.
    pub fn codes(&self) -> Vec<&Code> {
        let both = self.before.clocks.iter().chain(&self.after.clocks);
        let mut codes: Vec<&Code> = both.map(|clock| &clock.code).collect();
        codes.sort();
        codes.dedup();
        codes
    }
}

impl ClockCount {
    fn new(code: &Code) -> Self {
        Self {
            code: code.clone(),
            earlier_count: 0,
            later_count: 0,
            same_count: 0,
            gained_count: 0,
            lost_count: 0,
        }
    }
}

impl TicketsPreview {
    /// Counts tickets, the newest first. One that is never due counts as due after all others.
    pub fn of(tickets: Vec<SampledTicket>, has_more: bool, at: DateTime<Utc>) -> Self {
        let mut preview = Self {
            has_more,
            ..Self::default()
        };
        let mut policies: BTreeMap<Option<Code>, (u32, u32)> = BTreeMap::new();
        let mut clocks: BTreeMap<Code, ClockCount> = BTreeMap::new();
        for ticket in tickets {
            let TicketOutcomes { before, after } = &ticket.outcomes;
            preview.ticket_count += 1;
            policies.entry(before.policy.clone()).or_default().0 += 1;
            policies.entry(after.policy.clone()).or_default().1 += 1;
            preview.overdue_before_count += u32::from(before.is_overdue(at));
            preview.overdue_after_count += u32::from(after.is_overdue(at));
            let (mut is_earlier, mut is_later) = (false, false);
            for code in ticket.outcomes.codes() {
                let count = clocks
                    .entry(code.clone())
                    .or_insert_with(|| ClockCount::new(code));
                let due = |clock: &ClockDue| clock.due_at.unwrap_or(DateTime::<Utc>::MAX_UTC);
                match (before.clock(code).map(due), after.clock(code).map(due)) {
                    (None, _) => count.gained_count += 1,
                    (_, None) => count.lost_count += 1,
                    (Some(before), Some(after)) if after < before => {
                        count.earlier_count += 1;
                        is_earlier = true;
                    }
                    (Some(before), Some(after)) if after > before => {
                        count.later_count += 1;
                        is_later = true;
                    }
                    (Some(_), Some(_)) => count.same_count += 1,
                }
            }
            preview.earlier_count += u32::from(is_earlier);
            preview.later_count += u32::from(is_later);
            if ticket.outcomes.differ() {
                preview.differing_count += 1;
                if preview.differing.len() < MOST_SHOWN {
                    preview.differing.push(ticket);
                }
            }
        }
        let policies = policies.into_iter();
        preview.policies = policies
            .map(|(policy, (before_count, after_count))| PolicyCount {
                policy,
                before_count,
                after_count,
            })
            .collect();
        preview.clocks = clocks.into_values().collect();
        preview
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Clocks as `(code, due hour of 1 June 2026, paused)`; hour 24 is never.
    fn outcome(policy: &str, clocks: &[(&str, u32, bool)]) -> PolicyOutcome {
        let clock = |(code, hour, is_paused): &(&str, u32, bool)| ClockDue {
            code: (*code).try_into().unwrap(),
            due_at: format!("2026-06-01T{hour:02}:00:00Z").parse().ok(),
            is_paused: *is_paused,
        };
        PolicyOutcome {
            policy: policy.try_into().ok(),
            clocks: clocks.iter().map(clock).collect(),
        }
    }

    fn ticket(number: i64, before: PolicyOutcome, after: PolicyOutcome) -> SampledTicket {
        SampledTicket {
            id: TicketId::from_uuid(uuid::Uuid::from_u128(number.unsigned_abs().into())),
            number,
            subject: "x".try_into().unwrap(),
            type_code: "repair".try_into().unwrap(),
            priority: Priority::Normal,
            opened_at: "2026-06-01T00:00:00Z".parse().unwrap(),
            outcomes: TicketOutcomes { before, after },
        }
    }

    #[test]
    fn tickets_are_counted_by_policy_clock_and_what_becomes_due_when() {
        let rest = |hour| outcome("rest", &[("answer", hour, false)]);
        let preview = TicketsPreview::of(
            vec![
                ticket(9, rest(10), rest(10)),
                ticket(8, rest(10), outcome("vip", &[("answer", 4, false)])),
                ticket(
                    7,
                    outcome("rest", &[("answer", 6, false), ("solution", 12, true)]),
                    outcome("rest", &[("answer", 5, false), ("solution", 24, true)]),
                ),
                ticket(6, rest(10), outcome("", &[])),
                ticket(5, outcome("", &[]), rest(4)),
                ticket(
                    4,
                    outcome("rest", &[("solution", 4, true)]),
                    outcome("rest", &[("solution", 4, true)]),
                ),
            ],
            true,
            "2026-06-01T08:00:00Z".parse().unwrap(),
        );
        let differing: Vec<_> = preview.differing.iter().map(|it| it.number).collect();
        assert_eq!(differing, [8, 7, 6, 5]);
        let mut told = serde_json::to_value(&preview).unwrap();
        told.as_object_mut().unwrap().remove("differing");
        assert_eq!(
            told,
            json!({
                "ticket_count": 6, "has_more": true, "differing_count": 4,
                "earlier_count": 2, "later_count": 1,
                "overdue_before_count": 1, "overdue_after_count": 3,
                "policies": [
                    {"policy": null, "before_count": 1, "after_count": 1},
                    {"policy": "rest", "before_count": 5, "after_count": 4},
                    {"policy": "vip", "before_count": 0, "after_count": 1},
                ],
                "clocks": [
                    {"code": "answer", "earlier_count": 2, "later_count": 0, "same_count": 1,
                        "gained_count": 1, "lost_count": 1},
                    {"code": "solution", "earlier_count": 0, "later_count": 1, "same_count": 1,
                        "gained_count": 0, "lost_count": 0},
                ],
            })
        );
    }

    #[test]
    fn no_more_than_a_hundred_are_shown_but_all_are_counted() {
        let moved = |number| {
            let (early, late) = ([("a", 1, false)], [("a", 2, false)]);
            ticket(number, outcome("p", &late), outcome("p", &early))
        };
        let at = "2026-06-01T00:00:00Z".parse().unwrap();
        let preview = TicketsPreview::of((0..120).map(moved).collect(), false, at);
        assert_eq!(
            (preview.differing_count, preview.differing.len()),
            (120, 100)
        );
    }
}
