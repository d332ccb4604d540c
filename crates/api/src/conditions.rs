//! Filters of tickets that stand in the configuration: whether what they name exists.

use rapport_persistence::configuration::Configuration;
use rapport_types::filters::{Condition, FieldKind, Filter, check_written};
use rapport_types::problem::{Fault, FieldCode};
use rapport_types::text::Code;
use rapport_types::tickets::{Priority, Status};

/// What is wrong with such a filter, which lies in the member at `place`.
pub(crate) fn faults(filter: &Filter, place: &str, current: &Configuration) -> Vec<Fault> {
    let fault = |condition: &Condition| {
        let code = check(condition, current).err()?;
        let name = condition.pointer();
        Some(Fault::at(format!("{place}/{name}"), code))
    };
    filter.conditions.iter().filter_map(fault).collect()
}

/// Reads the condition as if it stood in a query string, and looks up what it names.
fn check(condition: &Condition, current: &Configuration) -> Result<(), FieldCode> {
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
