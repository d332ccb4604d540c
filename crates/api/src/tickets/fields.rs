//! The fields of a ticket's type: what may stand in them, and what an edit does to them.

use chrono::{DateTime, Utc};
use rapport_persistence::configuration::Configuration;
use rapport_types::ids::CustomerId;
use rapport_types::problem::{Fault, FieldCode};
use rapport_types::text::Code;
use rapport_types::ticket_types::{
    DefinitionBook, FieldDefinition, FieldValue, TypeDefinition, ValueKind,
};
use rapport_types::tickets::{Ticket, lost, lost_faults};
use serde_json::Value;

use crate::customers::user_fault;

/// A ticket begins with the latest definition of its type, in the pipeline that is for it.
pub(super) fn begin(ticket: &mut Ticket, configuration: &Configuration, at: DateTime<Utc>) {
    let Some(kind) = configuration.ticket_types.get(&ticket.type_code) else {
        return;
    };
    ticket.definition_version = kind.definition_version;
    (ticket.pipeline, ticket.stage, ticket.stage_entered_at) = (None, None, None);
    let Some(definition) = configuration.definition_of(ticket) else {
        return;
    };
    let chosen = configuration.with_facts(ticket, |_, matches| definition.select(matches));
    let Some(pipeline) = chosen else { return };
    ticket.pipeline = Some(pipeline.code.clone());
    if let Some(stage) = pipeline.entered_with(ticket.status) {
        ticket.enter(&stage.code, at);
    }
}

/// The values that are new, each with its field where the type has one.
fn new_values<'t>(
    before: Option<&Ticket>,
    after: &'t Ticket,
    definition: &'t TypeDefinition,
) -> impl Iterator<Item = (&'t Code, &'t FieldValue, Option<&'t FieldDefinition>)> {
    // Under another type everything is new.
    let known = before.filter(|before| before.type_code == after.type_code);
    let known = known
        .map(|before| before.fields.clone())
        .unwrap_or_default();
    after
        .fields
        .iter()
        .filter(move |(code, value)| known.get(*code) != Some(value))
        .map(|(code, value)| (code, value, definition.field(code.as_str())))
}

fn pointer(code: &Code) -> String {
    format!("/fields/{code}")
}

/// What is wrong with the fields of a ticket as an edit leaves them: values that do not fit, people
/// that are not there, and what the stages that it has passed require and was taken away.
pub(super) fn faults(
    before: Option<&Ticket>,
    after: &Ticket,
    configuration: &Configuration,
) -> Vec<Fault> {
    // A type that is not there is a fault of its own.
    let Some(definition) = configuration.definition_of(after) else {
        return Vec::new();
    };
    let fault = |(code, value, field): (&Code, &FieldValue, Option<&FieldDefinition>)| {
        let Some(field) = field else {
            return Some(Fault::at(pointer(code), FieldCode::NotInType));
        };
        if let Some(wrong) = field.fault(value) {
            return Some(Fault::at(pointer(code), wrong));
        }
        let person = value
            .as_person()
            .filter(|_| field.kind == ValueKind::Person);
        person.and_then(|person| user_fault(&pointer(code), person, configuration))
    };
    let mut faults: Vec<Fault> = new_values(before, after, definition)
        .filter_map(fault)
        .collect();
    if let Some(before) = before
        && before.pipeline == after.pipeline
        && let Some((pipeline, at)) = configuration.pipeline_of(after)
    {
        let taken = configuration.with_facts(before, |was, _| {
            configuration.with_facts(after, |is, matches| lost(pipeline, at, was, is, matches))
        });
        faults.extend(lost_faults(&taken));
    }
    faults
}

/// Fields that name a customer whom the caller does not see.
pub(super) fn unknown_customers(
    before: Option<&Ticket>,
    after: &Ticket,
    configuration: &Configuration,
    is_known: impl Fn(CustomerId) -> bool,
) -> Vec<Fault> {
    let Some(definition) = configuration.definition_of(after) else {
        return Vec::new();
    };
    new_values(before, after, definition)
        .filter(|(_, _, field)| field.is_some_and(|field| field.kind == ValueKind::Customer))
        .filter(|(_, value, _)| value.as_customer().is_some_and(|id| !is_known(id)))
        .map(|(code, _, _)| Fault::at(pointer(code), FieldCode::UnknownRecord))
        .collect()
}

/// The fields that differ, as they were and as they are; null where there is none.
pub(super) fn differences(before: &Value, after: &Value) -> (Value, Value) {
    let (mut old, mut new) = (serde_json::Map::new(), serde_json::Map::new());
    let members = [before, after];
    let names = members
        .into_iter()
        .filter_map(Value::as_object)
        .flat_map(|members| members.keys());
    for name in names.filter(|name| before[*name] != after[*name]) {
        old.insert(name.clone(), before[name].clone());
        new.insert(name.clone(), after[name].clone());
    }
    (old.into(), new.into())
}
