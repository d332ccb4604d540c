//! Whether what a list of policies names exists.

use rapport_persistence::configuration::Configuration;
use rapport_types::clocks::ClockPolicy;
use rapport_types::filters::{Condition, FieldKind, Filter, parse_pairs};
use rapport_types::problem::{Fault, FieldCode};
use rapport_types::text::Code;
use rapport_types::tickets::{FIELDS, Priority, Status};

use crate::configuring::Faults;
use crate::error::ApiError;

/// The filters must be filters of tickets, and what they and the calendars name must exist.
pub(super) fn references(
    policies: &[ClockPolicy],
    current: &Configuration,
) -> Result<(), ApiError> {
    let mut faults = Faults::default();
    for (index, policy) in policies.iter().enumerate() {
        if let Some(calendar) = policy.calendar {
            let active = current
                .calendars
                .get(&calendar)
                .map(|calendar| calendar.active);
            faults.refers(&format!("/policies/{index}/calendar"), active);
        }
        for condition in &policy.filter.conditions {
            let name = format!("{}{}", condition.field, condition.op.suffix());
            if let Err(code) = check_condition(condition, &name, current) {
                // RFC 6901: the name is the caller's own.
                let name = name.replace('~', "~0").replace('/', "~1");
                faults.extend([Fault::at(format!("/policies/{index}/where/{name}"), code)]);
            }
        }
    }
    faults.finish()
}

/// Reads the condition as if it stood in a query string, and looks up what it names.
fn check_condition(
    condition: &Condition,
    name: &str,
    current: &Configuration,
) -> Result<(), FieldCode> {
    let mut pairs = vec![(name.to_owned(), condition.values.join(","))];
    let read = parse_pairs(FIELDS, &mut pairs);
    let read = read.map_err(|faults| {
        faults
            .first()
            .map_or(FieldCode::InvalidValue, |fault| fault.code)
    })?;
    let Some(field) = FIELDS
        .iter()
        .find(|field| pairs.is_empty() && field.name == condition.field)
    else {
        return Err(FieldCode::UnknownField);
    };
    let written = Filter {
        conditions: vec![condition.clone()],
    };
    if read.canonical() != written.canonical() || condition.values.iter().any(|value| value == "me")
    {
        return Err(FieldCode::InvalidValue);
    }
    let is_known = |value: &String| {
        let code = || Code::try_from(value.as_str()).ok();
        match (field.name, field.kind) {
            ("type", _) => code().is_some_and(|code| current.ticket_types.contains_key(&code)),
            ("channel", _) => code().is_some_and(|code| current.channels.contains_key(&code)),
            ("status", _) => Status::from_code(value).is_some(),
            ("priority", _) => Priority::from_code(value).is_some(),
            (_, FieldKind::Team) => value
                .parse()
                .is_ok_and(|id| current.teams.contains_key(&id)),
            (_, FieldKind::Category) => value
                .parse()
                .is_ok_and(|id| current.categories.contains_key(&id)),
            (_, FieldKind::User) => value
                .parse()
                .is_ok_and(|id| current.users.contains_key(&id)),
            _ => true,
        }
    };
    match condition
        .values
        .iter()
        .all(|value| value == "none" || is_known(value))
    {
        true => Ok(()),
        false if field.kind == FieldKind::Code => Err(FieldCode::UnknownCode),
        false => Err(FieldCode::UnknownRecord),
    }
}
