//! Whether what a list of policies names exists.

use rapport_persistence::configuration::Configuration;
use rapport_types::clocks::ClockPolicy;
use rapport_types::filters::{Condition, FieldKind, check_written};
use rapport_types::problem::{Fault, FieldCode};
use rapport_types::text::Code;
use rapport_types::tickets::{Priority, Status};

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
            if let Err(code) = check_condition(condition, current) {
                let name = condition.pointer();
                faults.extend([Fault::at(format!("/policies/{index}/where/{name}"), code)]);
            }
        }
    }
    faults.finish()
}

/// Reads the condition as if it stood in a query string, and looks up what it names.
pub(crate) fn check_condition(
    condition: &Condition,
    current: &Configuration,
) -> Result<(), FieldCode> {
    let field = check_written(&current.ticket_fields, condition)?;
    if condition.values.iter().any(|value| value == "me") {
        return Err(FieldCode::InvalidValue);
    }
    let is_known = |value: &String| {
        let code = || Code::try_from(value.as_str()).ok();
        match (&*field.name, field.kind) {
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
