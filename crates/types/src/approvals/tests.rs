use chrono::DateTime;
use chrono_tz::Tz;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::filters::{Filter, Op};
use crate::ids::{CategoryId, TeamId, TicketEventId};
use crate::problem::{ErrorCode, Fault, FieldCode};
use crate::records::Actor;
use crate::tickets::{EventKind, FIELDS, Ticket, TicketEvent, TicketFacts};

fn uuid(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn user(n: u128) -> UserId {
    UserId::from_uuid(uuid(n))
}

fn code(text: &str) -> Code {
    text.try_into().unwrap()
}

fn reason() -> ReasonText {
    "why".try_into().unwrap()
}

fn ticket() -> Ticket {
    serde_json::from_value(json!({
        "id": TicketId::from_uuid(uuid(1)), "number": 1, "version": 1, "subject": "空调不制冷",
        "description": null, "type": "complaint", "definition_version": 0, "pipeline": null,
        "stage": null, "stage_entered_at": null, "status": "new", "priority": "normal",
        "channel": "phone", "category_id": null, "customer_id": null, "contact_id": null,
        "team_id": TeamId::from_uuid(uuid(7)), "assignee_id": null, "first_responder_id": null,
        "duty_holder_id": null, "resolver_id": null, "follows_ticket_id": null,
        "answered_on_spot": false, "precision": "instant", "opened_at": "2026-05-01T08:00:00Z",
        "created_at": "2026-05-01T08:00:00Z", "updated_at": "2026-05-01T08:00:00Z",
        "first_responded_at": null, "first_resolved_at": null, "resolved_at": null,
        "closed_at": null, "reopened_count": 0, "first_response_seconds": null,
        "resolution_seconds": null, "public_reply_count": 0, "satisfaction_score": null,
        "next_due_at": null, "import_id": null, "external_ids": [], "clocks": []
    }))
    .unwrap()
}

fn rule(name: &str, covers: &[&str], deciders: &[&str]) -> ApprovalRule {
    ApprovalRule {
        code: code(name),
        version: 1,
        names: Names::both("Compensation", "赔偿"),
        position: 0,
        active: true,
        filter: Filter::default(),
        covers: covers.iter().map(|name| (*name).to_owned()).collect(),
        deciders: deciders.iter().map(|role| code(role)).collect(),
    }
}

fn event(n: u128, by: Option<UserId>, kind: EventKind, before: Value, after: Value) -> TicketEvent {
    let side = |value: Value| Some(value).filter(|value| !value.is_null());
    TicketEvent {
        id: TicketEventId::from_uuid(uuid(n)),
        ticket_id: TicketId::from_uuid(uuid(1)),
        at: DateTime::UNIX_EPOCH,
        actor: by.map_or(Actor::System, Actor::User),
        kind,
        before: side(before),
        after: side(after),
        reason: None,
    }
}

fn asked(rule: &ApprovalRule, by: UserId, ticket: &Ticket, history: &[TicketEvent]) -> Approval {
    Approval {
        id: ApprovalId::from_uuid(uuid(9)),
        version: 1,
        ticket_id: ticket.id,
        rule: rule.code.clone(),
        state: ApprovalState::Pending,
        asked_by: by,
        asked_at: DateTime::UNIX_EPOCH,
        reason: reason(),
        facts: facts_of(ticket, &rule.covers),
        authors: authors(by, &rule.covers, history),
        decided_by: None,
        decided_at: None,
        decision_reason: None,
    }
}

#[test]
fn every_fact_that_can_be_covered_is_a_field_of_tickets() {
    for fact in COVERED {
        assert!(
            FIELDS.iter().any(|field| field.name == fact.name),
            "{fact:?}"
        );
        assert_eq!(covered(fact.name), Some(*fact));
    }
    for name in ["updated", "next_due", "number", "subject", "", "Status"] {
        assert_eq!(covered(name), None, "{name}");
    }
}

#[test]
fn the_authors_are_who_asks_and_who_set_each_covered_fact_last() {
    let (opener, anna, ben, cara) = (user(1), user(2), user(3), user(4));
    let category = |n: u128| json!(CategoryId::from_uuid(uuid(n)));
    let history = [
        event(1, Some(opener), EventKind::Opened, Value::Null, Value::Null),
        event(
            2,
            Some(anna),
            EventKind::Edited,
            json!({"category_id": null, "priority": "normal"}),
            json!({"category_id": category(1), "priority": "high"}),
        ),
        event(
            3,
            Some(ben),
            EventKind::Edited,
            json!({"category_id": category(1)}),
            json!({"category_id": category(2)}),
        ),
        // Tells of both, changes the person alone.
        event(
            4,
            Some(cara),
            EventKind::Assignment,
            json!({"team_id": "a", "assignee_id": null}),
            json!({"team_id": "a", "assignee_id": cara}),
        ),
        event(
            5,
            Some(anna),
            EventKind::Status,
            json!("new"),
            json!("open"),
        ),
        event(6, None, EventKind::Status, json!("open"), json!("on_hold")),
        event(
            7,
            Some(cara),
            EventKind::Approval,
            Value::Null,
            json!({"state": "pending"}),
        ),
    ];
    let asker = user(9);
    for (covers, expected) in [
        (&[][..], vec![asker]),
        (&["channel"], vec![opener, asker]),
        (&["priority"], vec![anna, asker]),
        (&["category"], vec![ben, asker]),
        (&["team"], vec![opener, asker]),
        (&["assignee"], vec![cara, asker]),
        (&["status"], vec![asker]),
        (&["priority", "category"], vec![anna, ben, asker]),
        (&["type", "channel", "team"], vec![opener, asker]),
        (&["unheard_of"], vec![asker]),
    ] {
        let covers: Vec<String> = covers.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(authors(asker, &covers, &history), expected, "{covers:?}");
    }
    let own = authors(anna, &["priority".to_owned()], &history);
    assert_eq!(own, [anna], "each is named once");
}

#[test]
fn a_decision_is_refused_with_the_reason_that_lies_nearest() {
    let asker = user(2);
    let by = rule("compensation", &["category"], &["manager", "admin"]);
    let history = [event(
        1,
        Some(user(3)),
        EventKind::Opened,
        Value::Null,
        Value::Null,
    )];
    let pending = asked(&by, asker, &ticket(), &history);
    let manager = [code("agent"), code("manager")];
    let agent = [code("agent")];
    let (yes, own) = (Ok(()), Err(ApprovalError::Own));
    let no_role = Err(ApprovalError::NotADecider);
    let by_key = Err(ApprovalError::NotByApiKey);
    for (who, roles, is_person, expected) in [
        (user(5), &manager[..], true, yes),
        (user(5), &agent[..], true, no_role),
        (user(5), &[], true, no_role),
        (user(5), &manager[..], false, by_key),
        (asker, &manager[..], true, own),
        (asker, &agent[..], true, no_role),
        (user(3), &manager[..], true, own),
    ] {
        let decider = Decider {
            user: who,
            roles,
            is_person,
        };
        assert_eq!(decide(&pending, &by, &decider), expected, "{who} {roles:?}");
        for state in ApprovalState::ALL {
            let over = Approval {
                state,
                ..pending.clone()
            };
            let expected = match (expected, state) {
                (Ok(()), ApprovalState::Pending) => Ok(()),
                (Ok(()), _) => Err(ApprovalError::Over),
                (refused, _) => refused,
            };
            assert_eq!(decide(&over, &by, &decider), expected, "{who} {state:?}");
            let withdrawn = match state {
                _ if who != asker => Err(ApprovalError::NotTheAsker),
                ApprovalState::Pending => Ok(()),
                _ => Err(ApprovalError::Over),
            };
            assert_eq!(decide_withdrawal(&over, who), withdrawn, "{who} {state:?}");
            let again = match state {
                ApprovalState::Pending => Err(ApprovalError::Pending),
                _ => Ok(()),
            };
            assert_eq!(
                decide_ask(&by.code, std::slice::from_ref(&over)),
                again,
                "{state:?}"
            );
            assert_eq!(decide_ask(&code("discount"), &[over]), Ok(()));
        }
    }
}

#[test]
fn each_refusal_has_a_code_of_its_own() {
    let all = [
        (ApprovalError::Pending, ErrorCode::ApprovalPending),
        (ApprovalError::Over, ErrorCode::ApprovalOver),
        (ApprovalError::NotByApiKey, ErrorCode::NotByApiKey),
        (ApprovalError::NotADecider, ErrorCode::NotADecider),
        (ApprovalError::Own, ErrorCode::OwnApproval),
        (ApprovalError::NotTheAsker, ErrorCode::NotTheAsker),
    ];
    for (error, code) in all {
        assert_eq!(error.code(), code);
    }
}

#[test]
fn what_a_ticket_lacks_follows_from_the_rules_that_it_needs_and_what_was_granted() {
    let ticket = ticket();
    let teams = [ticket.team_id];
    let facts = TicketFacts {
        ticket: &ticket,
        teams: &teams,
        categories: &[],
    };
    let lacks = |rules: &[ApprovalRule], approvals: &[Approval]| {
        let lacking = missing(rules, &facts, Tz::UTC, approvals);
        lacking.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let plain = rule("plain", &["priority"], &["manager"]);
    let only = |field: &str, value: &str| ApprovalRule {
        filter: Filter::of(field, Op::Is, &[value]),
        ..rule("only", &[], &["manager"])
    };
    let idle = ApprovalRule {
        active: false,
        ..plain.clone()
    };
    assert_eq!(lacks(std::slice::from_ref(&plain), &[]), ["plain"]);
    assert_eq!(lacks(&[idle], &[]), [""; 0]);
    assert_eq!(lacks(&[only("type", "complaint")], &[]), ["only"]);
    assert_eq!(lacks(&[only("type", "repair")], &[]), [""; 0]);
    let relative = ApprovalRule {
        filter: Filter::of("opened", Op::From, &["today"]),
        ..rule("only", &[], &["manager"])
    };
    assert_eq!(
        lacks(&[relative], &[]),
        ["only"],
        "days count from the opening"
    );
    let granted = Approval {
        state: ApprovalState::Granted,
        ..asked(&plain, user(2), &ticket, &[])
    };
    let both = [only("type", "complaint"), plain.clone()];
    assert_eq!(lacks(&both, std::slice::from_ref(&granted)), ["only"]);
    for state in ApprovalState::ALL {
        let one = Approval {
            state,
            ..granted.clone()
        };
        let expected = state != ApprovalState::Granted;
        assert_eq!(lacks(&both[1..], &[one]).len(), usize::from(expected));
    }
    let mut other = granted.clone();
    other.facts.insert("priority".into(), json!("urgent"));
    assert_eq!(lacks(&both[1..], &[other]), ["plain"], "another fact");
    let wider = rule("plain", &["priority", "type"], &["manager"]);
    assert_eq!(lacks(&[wider], &[granted]), ["plain"], "covers less");
}

#[test]
fn a_rule_names_facts_that_can_be_covered_and_somebody_who_decides() {
    let written = json!({"names": {"en": "Compensation"}, "active": true,
        "covers": ["category", "colour", "category", "updated"], "deciders": ["manager", "manager"]});
    let new: NewApprovalRule = serde_json::from_value(written).unwrap();
    assert_eq!(
        new.faults(),
        [
            Fault::at("/covers/1", FieldCode::UnknownCode),
            Fault::at("/covers/2", FieldCode::Duplicate),
            Fault::at("/covers/3", FieldCode::UnknownCode),
            Fault::at("/deciders/1", FieldCode::Duplicate),
        ]
    );
    let written = json!({"names": {"en": "Any"}, "active": true, "deciders": []});
    let new: NewApprovalRule = serde_json::from_value(written).unwrap();
    assert_eq!(new.faults(), [Fault::at("/deciders", FieldCode::Required)]);
}

/// A step of a story: somebody sets a fact, asks, decides or is given roles.
#[derive(Debug, Clone, Copy)]
enum Step {
    SetPriority(u8, u8),
    SetChannel(u8, u8),
    Ask(u8),
    Decide(u8, bool),
    Withdraw(u8),
    GiveRole(u8, bool),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let who = 0..4u8;
    vec(
        prop_oneof![
            (who.clone(), 0..3u8).prop_map(|(by, to)| Step::SetPriority(by, to)),
            (who.clone(), 0..3u8).prop_map(|(by, to)| Step::SetChannel(by, to)),
            who.clone().prop_map(Step::Ask),
            (who.clone(), any::<bool>()).prop_map(|(by, yes)| Step::Decide(by, yes)),
            who.clone().prop_map(Step::Withdraw),
            (who, any::<bool>()).prop_map(|(to, yes)| Step::GiveRole(to, yes)),
        ],
        0..60,
    )
}

/// The story of one ticket, told by the rules, beside who set what last, kept by itself.
struct Story {
    rule: ApprovalRule,
    ticket: Ticket,
    history: Vec<TicketEvent>,
    approvals: Vec<Approval>,
    decides: [bool; 4],
    priority_by: u8,
    channel_by: u8,
}

impl Story {
    fn set(&mut self, by: u8, member: &str, value: &str) -> bool {
        let mut after = serde_json::to_value(&self.ticket).unwrap();
        let old = std::mem::replace(&mut after[member], json!(value));
        if old == json!(value) {
            return false;
        }
        self.ticket = serde_json::from_value(after).unwrap();
        let number = self.history.len() as u128;
        let sides = (json!({ member: old }), json!({ member: value }));
        let edited = event(
            number,
            Some(user(by.into())),
            EventKind::Edited,
            sides.0,
            sides.1,
        );
        self.history.push(edited);
        for approval in &mut self.approvals {
            if ApprovalState::LIVE.contains(&approval.state) && outdated(approval, &self.ticket) {
                approval.state = ApprovalState::Outdated;
            }
        }
        true
    }

    fn take(&mut self, step: Step) -> Result<(), TestCaseError> {
        let values = ["low", "high", "urgent"];
        let channels = ["phone", "web", "email"];
        match step {
            Step::SetPriority(by, to) => {
                if self.set(by, "priority", values[usize::from(to)]) {
                    self.priority_by = by;
                }
            }
            Step::SetChannel(by, to) => {
                if self.set(by, "channel", channels[usize::from(to)]) {
                    self.channel_by = by;
                }
            }
            Step::Ask(by) => {
                if decide_ask(&self.rule.code, &self.approvals).is_ok() {
                    let new = asked(&self.rule, user(by.into()), &self.ticket, &self.history);
                    self.approvals.push(new);
                }
            }
            Step::Decide(by, yes) => {
                let roles = if self.decides[usize::from(by)] {
                    vec![code("manager")]
                } else {
                    vec![code("agent")]
                };
                let decider = Decider {
                    user: user(by.into()),
                    roles: &roles,
                    is_person: true,
                };
                let Some(last) = self.approvals.last_mut() else {
                    return Ok(());
                };
                if decide(last, &self.rule, &decider).is_ok() {
                    prop_assert!(self.decides[usize::from(by)]);
                    prop_assert_ne!(last.asked_by, decider.user);
                    prop_assert_ne!(self.priority_by, by);
                    prop_assert_ne!(self.channel_by, by);
                    last.state = if yes {
                        ApprovalState::Granted
                    } else {
                        ApprovalState::Refused
                    };
                    last.decided_by = Some(decider.user);
                }
            }
            Step::Withdraw(by) => {
                if let Some(last) = self.approvals.last_mut()
                    && decide_withdrawal(last, user(by.into())).is_ok()
                {
                    last.state = ApprovalState::Withdrawn;
                }
            }
            Step::GiveRole(to, yes) => self.decides[usize::from(to)] = yes,
        }
        Ok(())
    }
}

proptest! {
    #[test]
    fn nobody_ever_approves_his_own_in_any_order_of_edits_asks_and_changes_of_roles(
        steps in steps(), decides in any::<[bool; 4]>(),
    ) {
        let opened = event(0, Some(user(0)), EventKind::Opened, Value::Null, Value::Null);
        let mut story = Story {
            rule: rule("compensation", &["priority", "channel"], &["manager"]),
            ticket: ticket(),
            history: vec![opened],
            approvals: Vec::new(),
            decides,
            priority_by: 0,
            channel_by: 0,
        };
        for step in steps {
            story.take(step)?;
            let teams = [story.ticket.team_id];
            let facts = TicketFacts { ticket: &story.ticket, teams: &teams, categories: &[] };
            let lacking = missing([&story.rule], &facts, Tz::UTC, &story.approvals);
            let setters = [user(story.priority_by.into()), user(story.channel_by.into())];
            // What is granted was granted by somebody who set nothing of what is there now.
            let by_another = story.approvals.iter().any(|it| {
                it.state == ApprovalState::Granted
                    && it.decided_by.is_some_and(|by| by != it.asked_by && !setters.contains(&by))
            });
            prop_assert_eq!(lacking.is_empty(), by_another);
            let pending = |it: &&Approval| it.state == ApprovalState::Pending;
            prop_assert!(story.approvals.iter().filter(pending).count() <= 1);
        }
    }
}
