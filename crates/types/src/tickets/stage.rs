//! Which stage of its pipeline a ticket may go to, and what a pipeline says to its status.
//!
//! A ticket leaves a stage forwards when what the stage requires is filled in; it goes to the next
//! stage and never past one. Back it goes with a reason. Within a stage in which work is done it may
//! wait or be on hold; resolved and closed it becomes by its stages, or by leaving the last one.

use super::{Status, Ticket, decide_move};
use crate::filters::{Fact, Filter};
use crate::problem::{ErrorCode, Fault, FieldCode};
use crate::text::Code;
use crate::ticket_types::{FIELD_PREFIX, FieldValues, FieldsPatch, Pipeline, Stage};

/// A ticket as its pipeline judges it.
pub struct StageView<'p, 'f> {
    /// Its pipeline.
    pub pipeline: &'p Pipeline,
    /// The place of its stage.
    pub at: usize,
    /// The roles of who moves it.
    pub roles: &'f [Code],
    /// The value of a field by its name in filters.
    pub fact: &'f dyn Fn(&str) -> Fact,
    /// Whether a filter matches it.
    pub matches: &'f dyn Fn(&Filter) -> bool,
}

/// Why a ticket may not go to a stage or status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StageError {
    /// The pipeline has no such stage.
    Unknown,
    /// It is in this stage.
    AlreadyThere,
    /// There are stages between; with the names of the fields that are missing on the way.
    Skipped(Vec<String>),
    /// On the way back a reason is needed.
    ReasonRequired,
    /// None of the caller's roles may move it on.
    NotMover,
    /// These fields are missing.
    Incomplete(Vec<String>),
    /// This status follows from a stage.
    StageDecides,
    /// That status does not follow this one.
    NotReachable,
}

impl StageError {
    /// The error code that the caller gets.
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Unknown => ErrorCode::Invalid,
            Self::AlreadyThere | Self::NotReachable => ErrorCode::InvalidTransition,
            Self::Skipped(_) => ErrorCode::StageSkipped,
            Self::ReasonRequired => ErrorCode::ReasonRequired,
            Self::NotMover => ErrorCode::NotMover,
            Self::Incomplete(_) => ErrorCode::StageIncomplete,
            Self::StageDecides => ErrorCode::StageDecides,
        }
    }

    /// The single faults, each at the member that would mend it.
    pub fn faults(&self) -> Vec<Fault> {
        let required = |name: &String| Fault::at(pointer(name), FieldCode::Required);
        match self {
            Self::Unknown => vec![Fault::at("/stage", FieldCode::UnknownCode)],
            Self::ReasonRequired => vec![Fault::at("/reason", FieldCode::Required)],
            Self::Skipped(missing) => std::iter::once(Fault::at("/stage", FieldCode::StageNotNext))
                .chain(missing.iter().map(required))
                .collect(),
            Self::Incomplete(missing) => missing.iter().map(required).collect(),
            Self::AlreadyThere | Self::NotMover | Self::StageDecides | Self::NotReachable => {
                Vec::new()
            }
        }
    }
}

/// The member of a ticket that a field of filters reads.
fn pointer(field: &str) -> String {
    if let Some(own) = field.strip_prefix(FIELD_PREFIX) {
        return format!("/fields/{own}");
    }
    match field {
        "category" | "customer" | "contact" | "team" | "assignee" | "duty_holder"
        | "first_responder" | "resolver" => format!("/{field}_id"),
        other => format!("/{other}"),
    }
}

/// The names of the fields that a stage requires of this ticket and that are not filled in.
pub fn missing(
    stage: &Stage,
    fact: &dyn Fn(&str) -> Fact,
    matches: &dyn Fn(&Filter) -> bool,
) -> Vec<String> {
    let mut missing: Vec<String> = Vec::new();
    for requirement in &stage.requires {
        let name = requirement.field.as_str();
        let is_empty = fact(name) == Fact::Null;
        if is_empty && matches(&requirement.filter) && !missing.iter().any(|known| known == name) {
            missing.push(name.to_owned());
        }
    }
    missing
}

impl<'p> StageView<'p, '_> {
    fn stage(&self) -> Option<&'p Stage> {
        self.pipeline.stages.get(self.at)
    }

    /// Whether it may go on from its stage.
    fn may_leave(&self) -> Result<(), StageError> {
        let Some(stage) = self.stage() else {
            return Ok(());
        };
        if !stage.movers.is_empty() && !self.roles.iter().any(|role| stage.movers.contains(role)) {
            return Err(StageError::NotMover);
        }
        let missing = missing(stage, self.fact, self.matches);
        if missing.is_empty() {
            Ok(())
        } else {
            Err(StageError::Incomplete(missing))
        }
    }
}

/// Whether a ticket may go to the stage `to`, and which one that is.
///
/// # Errors
/// [`StageError`] says what is in the way.
pub fn decide_stage<'p>(
    view: &StageView<'p, '_>,
    to: &Code,
    has_reason: bool,
) -> Result<&'p Stage, StageError> {
    let pipeline = view.pipeline;
    let target = pipeline.position(to.as_str()).ok_or(StageError::Unknown)?;
    let stage = pipeline.stages.get(target).ok_or(StageError::Unknown)?;
    if target == view.at {
        return Err(StageError::AlreadyThere);
    }
    if target < view.at {
        return if has_reason {
            Ok(stage)
        } else {
            Err(StageError::ReasonRequired)
        };
    }
    if target > view.at + 1 {
        let mut on_the_way = Vec::new();
        for passed in &pipeline.stages[view.at..target] {
            for name in missing(passed, view.fact, view.matches) {
                if !on_the_way.contains(&name) {
                    on_the_way.push(name);
                }
            }
        }
        return Err(StageError::Skipped(on_the_way));
    }
    view.may_leave()?;
    Ok(stage)
}

/// Whether a ticket in a pipeline may go from its status to another one by hand. One that is opened
/// again comes back into the stage that [`Pipeline::reopened`] names.
///
/// # Errors
/// [`StageError`] says what is in the way.
pub fn decide_status(
    view: &StageView<'_, '_>,
    from: Status,
    to: Status,
    has_reason: bool,
) -> Result<(), StageError> {
    decide_move(from, to, has_reason).map_err(|error| match error {
        super::StatusError::NotReachable => StageError::NotReachable,
        super::StatusError::ReasonRequired => StageError::ReasonRequired,
    })?;
    let is_last = view.at + 1 >= view.pipeline.stages.len();
    match (to.is_over(), is_last) {
        (false, _) => Ok(()),
        (true, false) => Err(StageError::StageDecides),
        (true, true) => view.may_leave(),
    }
}

/// The names of fields that the stages before this one required, that were filled in and are so no
/// longer: what a ticket has passed by cannot be taken away behind it.
pub fn lost(
    pipeline: &Pipeline,
    at: usize,
    before: &dyn Fn(&str) -> Fact,
    after: &dyn Fn(&str) -> Fact,
    matches: &dyn Fn(&Filter) -> bool,
) -> Vec<String> {
    let passed = pipeline.stages.iter().take(at);
    let mut lost: Vec<String> = passed
        .flat_map(|stage| missing(stage, after, matches))
        .filter(|name| before(name) != Fact::Null)
        .collect();
    lost.sort();
    lost.dedup();
    lost
}

/// The faults of what was [`lost`].
pub fn lost_faults(names: &[String]) -> Vec<Fault> {
    StageError::Incomplete(names.to_vec()).faults()
}

/// The fields after a change of some of them.
pub fn merge_fields(mut fields: FieldValues, patch: &FieldsPatch) -> FieldValues {
    for (code, value) in patch {
        match value {
            Some(value) => fields.insert(code.clone(), value.clone()),
            None => fields.remove(code),
        };
    }
    fields
}

impl Ticket {
    /// It is in this stage from `at` on.
    pub fn enter(&mut self, stage: &Code, at: chrono::DateTime<chrono::Utc>) {
        self.stage = Some(stage.clone());
        self.stage_entered_at = Some(at);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn pipeline() -> Pipeline {
        serde_json::from_value(json!({"code": "main", "names": {"en": "Main"}, "stages": [
            {"code": "receive", "names": {"en": "Receive"}, "status": "new"},
            {"code": "verify", "names": {"en": "Verify"}, "status": "open",
                "requires": [{"field": "fields.findings"}]},
            {"code": "solve", "names": {"en": "Solve"}, "status": "open", "movers": ["manager"],
                "requires": [{"field": "fields.solution"},
                    {"field": "fields.apology", "where": {"fields.fault": ["true"]}}]},
            {"code": "tell", "names": {"en": "Tell"}, "status": "resolved",
                "requires": [{"field": "assignee"}]},
        ]}))
        .unwrap()
    }

    /// What is filled in, by the names of filters; `true` stands for every value.
    type Filled<'a> = BTreeMap<&'a str, &'a str>;

    fn judge<T>(
        at: usize,
        roles: &[&str],
        filled: &Filled<'_>,
        judge: impl FnOnce(&StageView<'_, '_>, &Pipeline) -> T,
    ) -> T {
        let pipeline = pipeline();
        let roles: Vec<Code> = roles.iter().map(|r| Code::try_from(*r).unwrap()).collect();
        let fact = |name: &str| Fact::text(filled.get(name));
        let matches = |filter: &Filter| filter.matches(&fact);
        let view = StageView {
            pipeline: &pipeline,
            at,
            roles: &roles,
            fact: &fact,
            matches: &matches,
        };
        judge(&view, &pipeline)
    }

    fn go(at: usize, to: &str, reason: bool, filled: &Filled<'_>) -> Result<String, StageError> {
        judge(at, &["manager"], filled, |view, _| {
            let to = Code::try_from(to).unwrap();
            decide_stage(view, &to, reason).map(|stage| stage.code.to_string())
        })
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_ticket_goes_to_the_next_stage_when_nothing_is_missing() {
        let none = Filled::new();
        assert_eq!(go(0, "verify", false, &none), Ok("verify".to_owned()));
        assert_eq!(
            go(1, "solve", true, &none),
            Err(StageError::Incomplete(names(&["fields.findings"])))
        );
        let found = Filled::from([("fields.findings", "filter")]);
        assert_eq!(go(1, "solve", false, &found), Ok("solve".to_owned()));
        let ours = Filled::from([("fields.solution", "refund"), ("fields.fault", "true")]);
        assert_eq!(
            go(2, "tell", false, &ours),
            Err(StageError::Incomplete(names(&["fields.apology"])))
        );
        let theirs = Filled::from([("fields.solution", "refund"), ("fields.fault", "false")]);
        assert_eq!(go(2, "tell", false, &theirs), Ok("tell".to_owned()));
    }

    #[test]
    fn skipping_is_refused_with_everything_that_is_missing_on_the_way() {
        let found = Filled::from([("fields.findings", "filter")]);
        let refused = go(0, "tell", true, &Filled::new()).unwrap_err();
        let missing = names(&["fields.findings", "fields.solution"]);
        assert_eq!(refused, StageError::Skipped(missing));
        let faults = refused.faults();
        assert_eq!(
            faults,
            [
                Fault::at("/stage", FieldCode::StageNotNext),
                Fault::at("/fields/findings", FieldCode::Required),
                Fault::at("/fields/solution", FieldCode::Required)
            ]
        );
        assert_eq!(
            go(1, "tell", false, &found),
            Err(StageError::Skipped(names(&["fields.solution"])))
        );
    }

    #[test]
    fn back_it_goes_with_a_reason_and_unknown_or_same_stages_are_refused() {
        let none = Filled::new();
        assert_eq!(
            go(3, "verify", false, &none),
            Err(StageError::ReasonRequired)
        );
        assert_eq!(go(3, "verify", true, &none), Ok("verify".to_owned()));
        assert_eq!(go(2, "solve", true, &none), Err(StageError::AlreadyThere));
        assert_eq!(go(2, "elsewhere", true, &none), Err(StageError::Unknown));
    }

    #[test]
    fn only_the_roles_of_a_stage_move_on_from_it() {
        let filled = Filled::from([("fields.solution", "refund")]);
        for (roles, may) in [
            (&["agent", "manager"][..], true),
            (&["agent"], false),
            (&[], false),
        ] {
            let decided = judge(2, roles, &filled, |view, _| {
                decide_stage(view, &Code::try_from("tell").unwrap(), false).map(|_| ())
            });
            let expected = if may {
                Ok(())
            } else {
                Err(StageError::NotMover)
            };
            assert_eq!(decided, expected);
        }
    }

    #[test]
    fn a_pipeline_decides_on_resolved_and_closed() {
        use Status::{Closed, New, OnHold, Open, Resolved, WaitingOnCustomer};
        let mine = Filled::from([("assignee", "somebody")]);
        let none = Filled::new();
        let decides = Err(StageError::StageDecides);
        let unassigned = Err(StageError::Incomplete(names(&["assignee"])));
        for (at, from, to, filled, expected) in [
            (0, New, Open, &none, Ok(())),
            (1, Open, WaitingOnCustomer, &none, Ok(())),
            (1, OnHold, Open, &none, Ok(())),
            (1, Open, Resolved, &mine, decides.clone()),
            (2, Open, Closed, &mine, decides),
            (3, Resolved, Closed, &none, unassigned),
            (3, Resolved, Closed, &mine, Ok(())),
            (3, Resolved, Open, &none, Ok(())),
            (3, Closed, Open, &none, Ok(())),
            (1, Open, New, &none, Err(StageError::NotReachable)),
        ] {
            let decided = judge(at, &["manager"], filled, |view, _| {
                decide_status(view, from, to, true)
            });
            assert_eq!(decided, expected, "{at} {from:?} {to:?}");
        }
    }

    #[test]
    fn a_ticket_opened_again_comes_back_to_the_last_stage_with_work_in_it() {
        let pipeline = pipeline();
        for (from, back) in [(3, "solve"), (2, "solve"), (0, "receive")] {
            let stage = pipeline.reopened(from).unwrap();
            assert_eq!(stage.code.as_str(), back);
        }
        assert_eq!(
            pipeline.entered_with(Status::OnHold).unwrap().code.as_str(),
            "receive"
        );
        assert_eq!(
            pipeline.entered_with(Status::Closed).unwrap().code.as_str(),
            "tell"
        );
    }

    #[test]
    fn what_was_passed_by_cannot_be_taken_away() {
        let pipeline = pipeline();
        let all = |_: &str| Fact::Boolean(true);
        let none = |_: &str| Fact::Null;
        let always = |_: &Filter| true;
        assert_eq!(
            lost(&pipeline, 1, &all, &none, &always),
            Vec::<String>::new()
        );
        assert_eq!(
            lost(&pipeline, 2, &all, &none, &always),
            names(&["fields.findings"])
        );
        assert_eq!(
            lost(&pipeline, 2, &none, &none, &always),
            Vec::<String>::new()
        );
    }

    proptest! {
        /// Whatever is filled in and whoever asks, a ticket that goes forwards goes one stage, and
        /// everything that the stage asks of it is there.
        #[test]
        fn forwards_is_one_stage_with_nothing_missing(
            at in 0_usize..4, to in 0_usize..4, reason: bool, filled in 0_u8..32
        ) {
            let all = ["fields.findings", "fields.solution", "fields.apology", "assignee"];
            let mut given: Filled<'_> = all.into_iter().enumerate()
                .filter(|(bit, _)| filled & (1 << bit) != 0)
                .map(|(_, name)| (name, "x")).collect();
            let fault = filled & 16 != 0;
            given.insert("fields.fault", if fault { "true" } else { "false" });
            let codes = ["receive", "verify", "solve", "tell"];
            let decided = go(at, codes[to], reason, &given);
            let has = |name| given.contains_key(name);
            let complete = match at {
                1 => has("fields.findings"),
                2 => has("fields.solution") && (!fault || has("fields.apology")),
                3 => has("assignee"),
                _ => true,
            };
            let expected = to < at && reason || to == at + 1 && complete;
            prop_assert_eq!(decided.is_ok(), expected);
        }
    }
}
