//! Which clocks a ticket gets.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::{ClockDefinition, DefinitionFault};
use crate::filters::Filter;
use crate::ids::CalendarId;
use crate::names::Names;
use crate::problem::{Fault, FieldCode};
use crate::text::Code;

/// Most policies in the list.
const MOST_POLICIES: usize = 200;
/// Most clocks of a policy.
const MOST_CLOCKS: usize = 20;

/// The clock policies, in order: the first that matches a ticket holds. Tickets keep the version
/// in force when they were opened, or when their type or priority changed last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClockPolicies {
    /// Raised by every change.
    pub version: i64,
    /// The policies, first the one that is asked first.
    pub policies: Vec<ClockPolicy>,
}

/// `PUT /clock-policies`: replaces the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewClockPolicies {
    /// The policies, first the one that is asked first.
    pub policies: Vec<ClockPolicy>,
}

/// The clocks of those tickets that its filter matches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClockPolicy {
    /// Its code.
    pub code: Code,
    /// Its names.
    pub names: Names,
    /// Which tickets it is for; all when empty.
    #[serde(rename = "where", default)]
    pub filter: Filter,
    /// The calendar of its clocks; null takes that of the ticket's team.
    #[serde(default)]
    pub calendar: Option<CalendarId>,
    /// Its clocks.
    pub clocks: Vec<ClockDefinition>,
}

impl ClockPolicies {
    /// The first policy whose filter `matches` the ticket.
    pub fn select(&self, matches: impl Fn(&Filter) -> bool) -> Option<&ClockPolicy> {
        self.policies.iter().find(|policy| matches(&policy.filter))
    }

    /// The policy with this code.
    pub fn policy(&self, code: &str) -> Option<&ClockPolicy> {
        self.policies
            .iter()
            .find(|policy| policy.code.as_str() == code)
    }
}

impl ClockPolicy {
    /// The clock with this code.
    pub fn clock(&self, code: &str) -> Option<&ClockDefinition> {
        self.clocks.iter().find(|clock| clock.code.as_str() == code)
    }
}

impl NewClockPolicies {
    /// Everything that is wrong with the list; see [`policy_faults`].
    pub fn faults(&self) -> Vec<Fault> {
        policy_faults(&self.policies)
    }
}

/// Everything that is wrong with a list of policies, except for the fields of the filters; empty
/// when it is good.
pub fn policy_faults(policies: &[ClockPolicy]) -> Vec<Fault> {
    if policies.len() > MOST_POLICIES {
        return vec![Fault::at("/policies", FieldCode::TooMany)];
    }
    let mut faults = Vec::new();
    let mut codes = HashSet::new();
    for (index, policy) in policies.iter().enumerate() {
        if !codes.insert(&policy.code) {
            faults.push(Fault::at(
                format!("/policies/{index}/code"),
                FieldCode::Duplicate,
            ));
        }
        policy.add_faults(&format!("/policies/{index}/clocks"), &mut faults);
    }
    faults
}

impl ClockPolicy {
    fn add_faults(&self, place: &str, faults: &mut Vec<Fault>) {
        if self.clocks.len() > MOST_CLOCKS {
            faults.push(Fault::at(place, FieldCode::TooMany));
            return;
        }
        let mut codes = HashSet::new();
        for (index, clock) in self.clocks.iter().enumerate() {
            if !codes.insert(&clock.code) {
                faults.push(Fault::at(
                    format!("{place}/{index}/code"),
                    FieldCode::Duplicate,
                ));
            }
            for fault in clock.faults() {
                let code = match fault {
                    DefinitionFault::NeverStarts | DefinitionFault::NeverStops => {
                        FieldCode::Required
                    }
                    DefinitionFault::WorkingDaysElapsed => FieldCode::InvalidValue,
                    DefinitionFault::StatusTwice => FieldCode::Duplicate,
                };
                faults.push(Fault::at(
                    format!("{place}/{index}{}", fault.pointer()),
                    code,
                ));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::filters::Op;

    fn clock(code: &str) -> serde_json::Value {
        json!({
            "code": code,
            "target": {"seconds": 86_400},
            "time": "elapsed",
            "start": {"moments": ["opened"]},
            "pause": ["on_hold"],
            "stop": {"statuses": ["resolved", "closed"]}
        })
    }

    fn policy(code: &str, filter: serde_json::Value) -> serde_json::Value {
        json!({
            "code": code,
            "names": {"en": code},
            "where": filter,
            "clocks": [clock("resolution")]
        })
    }

    fn list(policies: serde_json::Value) -> Result<NewClockPolicies, serde_json::Error> {
        serde_json::from_value(json!({ "policies": policies }))
    }

    #[test]
    fn the_first_policy_that_matches_holds() {
        let new = list(json!([
            policy("urgent", json!({"priority": ["urgent"]})),
            policy("complaints", json!({"type": ["complaint"]})),
            policy("rest", json!({})),
        ]))
        .unwrap();
        assert!(new.faults().is_empty());
        let policies = ClockPolicies {
            version: 3,
            policies: new.policies,
        };
        let chosen = |filter: &Filter| {
            let found = policies.select(|candidate| candidate == filter);
            found.map(|policy| policy.code.as_str().to_owned())
        };
        assert_eq!(
            chosen(&Filter::of("type", Op::Is, &["complaint"])).as_deref(),
            Some("complaints")
        );
        assert_eq!(chosen(&Filter::default()).as_deref(), Some("rest"));
        assert_eq!(chosen(&Filter::of("type", Op::Is, &["repair"])), None);
        assert_eq!(policies.select(|_| true).unwrap().code.as_str(), "urgent");
    }

    #[test]
    fn a_policy_reads_back_as_it_was_written() {
        let written = policy("urgent", json!({"priority": ["urgent"]}));
        let read: ClockPolicy = serde_json::from_value(written.clone()).unwrap();
        let mut expected = written;
        expected["calendar"] = json!(null);
        assert_eq!(serde_json::to_value(read).unwrap(), expected);
    }

    #[test]
    fn faults_name_the_member() {
        let mut elapsed_days = clock("answer");
        elapsed_days["target"] = json!({"working_days": 1});
        let mut endless = clock("endless");
        endless["start"] = json!({});
        endless["stop"] = json!({});
        let mut stuck = clock("stuck");
        stuck["pause"] = json!(["resolved"]);
        let mut twice = policy("a", json!({}));
        twice["clocks"] = json!([elapsed_days, endless, stuck, clock("stuck")]);
        let faults = list(json!([policy("a", json!({})), twice]))
            .unwrap()
            .faults();
        let expected = [
            ("/policies/1/code", FieldCode::Duplicate),
            ("/policies/1/clocks/0/time", FieldCode::InvalidValue),
            ("/policies/1/clocks/1/start", FieldCode::Required),
            ("/policies/1/clocks/1/stop", FieldCode::Required),
            ("/policies/1/clocks/2/pause", FieldCode::Duplicate),
            ("/policies/1/clocks/3/code", FieldCode::Duplicate),
        ];
        assert_eq!(
            faults,
            expected.map(|(pointer, code)| Fault::at(pointer, code))
        );
    }

    #[test]
    fn unknown_members_and_impossible_targets_are_refused() {
        for (member, value) in [
            ("target", json!({"seconds": 0})),
            ("target", json!({"seconds": 31_622_401})),
            ("target", json!({"working_days": 367})),
            ("target", json!({"days": 1})),
            ("target", json!({"seconds": 1, "working_days": 1})),
            ("time", json!("calendar")),
            ("start", json!({"events": ["opened"]})),
            ("pause", json!(["sleeping"])),
            ("restart", json!(true)),
        ] {
            let mut definition = clock("resolution");
            definition[member] = value.clone();
            let mut policy = policy("a", json!({}));
            policy["clocks"] = json!([definition]);
            assert!(list(json!([policy])).is_err(), "{member}: {value}");
        }
    }
}
