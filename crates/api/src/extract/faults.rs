//! All faults of a body at once, from a parser that stops at the first.
//!
//! The parser names the place and the kind of its complaint. That member is then taken out, or
//! replaced by a stand-in where taking it out would only change the complaint, and the rest is
//! parsed again.

use std::collections::VecDeque;

use rapport_types::ids::{
    CalendarId, CategoryId, ClockPolicyId, CustomerId, ImportFileId, ImportId, MessageId, RatingId,
    SessionId, TeamId, TicketEventId, TicketId, UserId,
};
use rapport_types::problem::{Fault, FieldCode};
use serde_json::{Value, json};
use validator::{ValidationErrors, ValidationErrorsKind};

use super::json::{Body, unknown_member};
use crate::error::MOST_FAULTS;

/// A complaint of the parser.
struct Complaint {
    /// The keys and indexes on the way to the member.
    path: Vec<String>,
    code: FieldCode,
    /// The first value that an enumeration would accept.
    suggestion: Option<String>,
}

/// A member that was found bad, and what may still be tried in its place.
struct StandIn {
    path: Vec<String>,
    /// None stands for taking the member out.
    tries: VecDeque<Option<Value>>,
}

/// How often a body is parsed at most.
const MOST_TRIES: usize = 1_000;

/// Every fault that can be found in `value`, which `first` says does not fit `T`.
pub(super) fn all_faults<T: Body>(
    mut value: Value,
    first: &serde_path_to_error::Error<serde_json::Error>,
) -> Vec<Fault> {
    let mut faults: Vec<Fault> = Vec::new();
    let mut stand_ins: Vec<StandIn> = Vec::new();
    for _ in 0..MOST_TRIES {
        let Err(error) = serde_path_to_error::deserialize::<_, T>(&value) else {
            break;
        };
        let complaint = complaint_of(&error);
        let known = stand_ins.iter().position(|s| s.path == complaint.path);
        if let Some(known) = known {
            if let Some(suggestion) = complaint.suggestion {
                stand_ins[known]
                    .tries
                    .push_front(Some(Value::String(suggestion)));
            }
        } else {
            // Inside a stand-in only the stand-in is at fault.
            if !stand_ins
                .iter()
                .any(|s| complaint.path.starts_with(&s.path))
            {
                let pointer = pointer(&complaint.path);
                let code = match complaint.code {
                    FieldCode::UnknownField => unknown_member::<T>(&pointer),
                    code => code,
                };
                faults.push(Fault::at(pointer, code));
            }
            stand_ins.push(StandIn::new(complaint));
        }
        let at = known.unwrap_or(stand_ins.len() - 1);
        if faults.len() >= MOST_FAULTS || !advance(&mut stand_ins, at, &mut value) {
            break;
        }
    }
    if faults.is_empty() {
        // Two members of one name: the tree keeps one of them and fits.
        let complaint = complaint_of(first);
        faults.push(Fault::at(pointer(&complaint.path), complaint.code));
    }
    faults
}

/// Tries the next thing in the place of a stand-in; when there is none, in the place of the
/// stand-in around it. False when nothing is left to try.
fn advance(stand_ins: &mut Vec<StandIn>, mut at: usize, value: &mut Value) -> bool {
    while !stand_ins[at].next(value) {
        let path = stand_ins[at].path.clone();
        let around = stand_ins
            .iter()
            .enumerate()
            .filter(|(_, s)| s.path.len() < path.len() && path.starts_with(&s.path))
            .max_by_key(|(_, s)| s.path.len())
            .map(|(index, s)| (index, s.path.clone()));
        let Some((_, around)) = around else {
            return false;
        };
        stand_ins.retain(|s| s.path == around || !s.path.starts_with(&around));
        let Some(index) = stand_ins.iter().position(|s| s.path == around) else {
            return false;
        };
        at = index;
    }
    true
}

impl StandIn {
    fn new(complaint: Complaint) -> Self {
        let mut tries = VecDeque::from([None]);
        if complaint.code != FieldCode::UnknownField {
            tries.extend(
                complaint
                    .suggestion
                    .map(|suggestion| Some(Value::String(suggestion))),
            );
            tries.push_back(Some(Value::Null));
            tries.extend(candidates().into_iter().map(Some));
        }
        Self {
            path: complaint.path,
            tries,
        }
    }

    /// Puts the next stand-in into its place; false when there is none left.
    fn next(&mut self, value: &mut Value) -> bool {
        let Some((last, way)) = self.path.split_last() else {
            return false;
        };
        let Some(parent) = way.iter().try_fold(value, |value, key| match value {
            Value::Object(members) => members.get_mut(key),
            Value::Array(items) => items.get_mut(key.parse::<usize>().ok()?),
            _ => None,
        }) else {
            return false;
        };
        while let Some(candidate) = self.tries.pop_front() {
            match (&mut *parent, candidate) {
                (Value::Object(members), None) => {
                    let was_there = members.remove(last).is_some();
                    if was_there {
                        return true;
                    }
                }
                (Value::Object(members), Some(candidate)) => {
                    members.insert(last.clone(), candidate);
                    return true;
                }
                (Value::Array(items), Some(candidate)) => {
                    let Some(item) = last.parse().ok().and_then(|i: usize| items.get_mut(i)) else {
                        return false;
                    };
                    *item = candidate;
                    return true;
                }
                // Taking an item out would shift the places of the others.
                _ => {}
            }
        }
        false
    }
}

/// Values of which one fits most members.
fn candidates() -> Vec<Value> {
    let mut candidates = vec![
        json!("stand_in_ok"),
        json!(1),
        json!(true),
        json!([]),
        json!({}),
        json!("2026-01-01T00:00:00Z"),
        json!("2026-01-01"),
        json!("stand@in.example"),
        json!("1380013800"),
        json!("en"),
    ];
    let prefixes = [
        TeamId::PREFIX,
        UserId::PREFIX,
        CustomerId::PREFIX,
        TicketId::PREFIX,
        MessageId::PREFIX,
        TicketEventId::PREFIX,
        RatingId::PREFIX,
        CategoryId::PREFIX,
        CalendarId::PREFIX,
        ClockPolicyId::PREFIX,
        ImportId::PREFIX,
        ImportFileId::PREFIX,
        SessionId::PREFIX,
    ];
    candidates.extend(
        prefixes
            .iter()
            .map(|prefix| json!(format!("{prefix}_{}", "0".repeat(26)))),
    );
    candidates
}

/// Reads serde's message: it is the only place where the kind of the complaint is told.
fn complaint_of(error: &serde_path_to_error::Error<serde_json::Error>) -> Complaint {
    use serde_path_to_error::Segment;
    let mut path: Vec<String> = error
        .path()
        .iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(index.to_string()),
            Segment::Map { key } => Some(key.clone()),
            // The variant of an enumeration is no member.
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect();
    let message = error.inner().to_string();
    let message = message.split(" at line ").next().unwrap_or(&message);
    let (code, member) = code_of(message, path.last().map(String::as_str));
    if let Some(member) = member
        && (code == FieldCode::Required || path.last().map(String::as_str) != Some(member))
    {
        path.push(member.to_owned());
    }
    let suggestion = message
        .strip_prefix("unknown variant")
        .and_then(|rest| rest.split_once("expected"))
        .and_then(|(_, rest)| rest.split('`').nth(1))
        .map(str::to_owned);
    Complaint {
        path,
        code,
        suggestion,
    }
}

/// The code of a message, and the member where the message names one.
fn code_of<'m>(message: &'m str, member: Option<&str>) -> (FieldCode, Option<&'m str>) {
    let named = || message.split('`').nth(1);
    if message.starts_with("missing field") {
        return (FieldCode::Required, named());
    }
    if message.starts_with("unknown field") {
        return (FieldCode::UnknownField, named());
    }
    if message.starts_with("duplicate field") {
        return (FieldCode::Duplicate, named());
    }
    let code = if message.starts_with("invalid type: null") {
        FieldCode::NotNull
    } else if message.starts_with("invalid type") {
        FieldCode::WrongType
    } else if [
        "invalid value: integer",
        "invalid value: floating",
        "number out of range",
    ]
    .iter()
    .any(|start| message.starts_with(start))
    {
        FieldCode::OutOfRange
    } else if comes_from_chrono(message) {
        // Instants end `_at`, days do not.
        if member.is_some_and(|m| m.ends_with("_at")) {
            FieldCode::InvalidInstant
        } else {
            FieldCode::InvalidDay
        }
    } else {
        FieldCode::from_code(message)
    };
    (code, None)
}

/// Whether the message is one of chrono's, which does not tell what it tried to read.
fn comes_from_chrono(message: &str) -> bool {
    [
        "input is out of range",
        "no possible date and time matching input",
        "input is not enough for unique date and time",
        "input contains invalid characters",
        "premature end of input",
        "trailing input",
    ]
    .contains(&message)
}

/// A JSON pointer (RFC 6901).
fn pointer(path: &[String]) -> String {
    path.iter()
        .map(|key| format!("/{}", key.replace('~', "~0").replace('/', "~1")))
        .collect()
}

/// The faults that `validator` found. An error's code is one of [`FieldCode`]; a rule across
/// members names the member it blames in the parameter `member`.
pub fn validation_faults(errors: &ValidationErrors) -> Vec<Fault> {
    let mut faults = Vec::new();
    collect(errors, "", &mut faults);
    faults
}

fn collect(errors: &ValidationErrors, prefix: &str, faults: &mut Vec<Fault>) {
    for (member, kind) in errors.errors() {
        let place = if member == "__all__" {
            prefix.to_owned()
        } else {
            format!("{prefix}/{member}")
        };
        match kind {
            ValidationErrorsKind::Field(errors) => {
                for error in errors {
                    let blamed = error.params.get("member").and_then(Value::as_str);
                    let place =
                        blamed.map_or_else(|| place.clone(), |blamed| format!("{prefix}/{blamed}"));
                    faults.push(Fault::at(place, FieldCode::from_code(&error.code)));
                }
            }
            ValidationErrorsKind::Struct(errors) => collect(errors, &place, faults),
            ValidationErrorsKind::List(items) => {
                for (index, errors) in items {
                    collect(errors, &format!("{place}/{index}"), faults);
                }
            }
        }
    }
}
