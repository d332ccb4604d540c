//! What is wrong with the definition of a ticket type.

use std::borrow::Cow;
use std::collections::HashSet;

use super::{FieldDefinition, Pipeline, Requirement, Stage, TypeDefinition, ValueKind};
use crate::filters::{Field, FieldKind, Filter, check_written, split_name};
use crate::problem::{Fault, FieldCode};
use crate::text::Code;
use crate::tickets::{FIELDS, Status};

/// Most fields of a type.
const MOST_FIELDS: usize = 100;
/// Most options of a field.
const MOST_OPTIONS: usize = 200;
/// Most pipelines of a type.
const MOST_PIPELINES: usize = 20;
/// Most stages of a pipeline.
const MOST_STAGES: usize = 30;
/// Most requirements, and most roles, of a stage.
const MOST_OF_A_STAGE: usize = 50;

/// What stands before the code of a type's own field in the name by which filters know it.
pub const FIELD_PREFIX: &str = "fields.";

/// What the rest of the installation says to a definition.
pub struct DefinitionRules<'a> {
    /// Whether there is a role of this code.
    pub is_role: &'a dyn Fn(&Code) -> bool,
    /// What another type's field of this code holds: a filter reads a code in one way.
    pub elsewhere: &'a dyn Fn(&Code) -> Option<ValueKind>,
}

/// A type's own field as filters know it.
pub fn own_field(field: &FieldDefinition) -> Field {
    let kind = match field.kind {
        ValueKind::Text => FieldKind::Text,
        ValueKind::Number | ValueKind::Money => FieldKind::Integer,
        ValueKind::Day => FieldKind::Day,
        ValueKind::Choice => FieldKind::Code,
        ValueKind::Person => FieldKind::User,
        ValueKind::Customer => FieldKind::Customer,
        ValueKind::YesNo => FieldKind::Boolean,
    };
    Field {
        name: Cow::Owned(format!("{FIELD_PREFIX}{}", field.code)),
        kind,
        about: Cow::Borrowed("a field of its type"),
    }
}

impl TypeDefinition {
    /// The fields that a ticket of this type can be filtered by: those of every ticket and its own.
    pub fn filter_fields(&self) -> Vec<Field> {
        let own = self.fields.iter().map(own_field);
        FIELDS.iter().cloned().chain(own).collect()
    }

    /// Everything that is wrong with it; empty when it is good.
    pub fn faults(&self, rules: &DefinitionRules<'_>) -> Vec<Fault> {
        if self.fields.len() > MOST_FIELDS {
            return vec![Fault::at("/fields", FieldCode::TooMany)];
        }
        if self.pipelines.len() > MOST_PIPELINES {
            return vec![Fault::at("/pipelines", FieldCode::TooMany)];
        }
        let mut faults = Vec::new();
        let mut codes = HashSet::new();
        for (index, field) in self.fields.iter().enumerate() {
            let place = format!("/fields/{index}");
            if !codes.insert(&field.code) {
                faults.push(Fault::at(format!("{place}/code"), FieldCode::Duplicate));
            }
            field.add_faults(&place, rules, &mut faults);
        }
        let known = self.filter_fields();
        let mut codes = HashSet::new();
        for (index, pipeline) in self.pipelines.iter().enumerate() {
            let place = format!("/pipelines/{index}");
            if !codes.insert(&pipeline.code) {
                faults.push(Fault::at(format!("{place}/code"), FieldCode::Duplicate));
            }
            pipeline.add_faults(&place, &known, rules, &mut faults);
        }
        faults
    }
}

impl FieldDefinition {
    fn add_faults(&self, place: &str, rules: &DefinitionRules<'_>, faults: &mut Vec<Fault>) {
        let mut add = |member: &str, code| faults.push(Fault::at(format!("{place}{member}"), code));
        if split_name(self.code.as_str()).0 != self.code.as_str() {
            add("/code", FieldCode::ReservedEnding);
        }
        if (rules.elsewhere)(&self.code).is_some_and(|kind| kind != self.kind) {
            add("/kind", FieldCode::OtherKindElsewhere);
        }
        let is_choice = self.kind == ValueKind::Choice;
        let is_counted = matches!(self.kind, ValueKind::Number | ValueKind::Money);
        let is_money = self.kind == ValueKind::Money;
        for (member, is_given, fits) in [
            ("/options", !self.options.is_empty(), is_choice),
            ("/minimum", self.minimum.is_some(), is_counted),
            ("/maximum", self.maximum.is_some(), is_counted),
            ("/unit", self.unit.is_some(), self.kind == ValueKind::Number),
            ("/currency", self.currency.is_some(), is_money),
        ] {
            if is_given && !fits {
                add(member, FieldCode::NotOfThisKind);
            }
        }
        if is_choice && self.options.is_empty() {
            add("/options", FieldCode::Required);
        }
        if is_money && self.currency.is_none() {
            add("/currency", FieldCode::Required);
        }
        if self.minimum.zip(self.maximum).is_some_and(|(a, b)| a > b) {
            add("/maximum", FieldCode::OutOfRange);
        }
        if self.options.len() > MOST_OPTIONS {
            add("/options", FieldCode::TooMany);
            return;
        }
        let mut codes = HashSet::new();
        for (index, option) in self.options.iter().enumerate() {
            let member = format!("/options/{index}/code");
            if !codes.insert(&option.code) {
                add(&member, FieldCode::Duplicate);
            }
            // A filter means by it that there is no value.
            if option.code.as_str() == "none" {
                add(&member, FieldCode::ReservedEnding);
            }
        }
    }
}

impl Pipeline {
    fn add_faults(
        &self,
        place: &str,
        known: &[Field],
        rules: &DefinitionRules<'_>,
        faults: &mut Vec<Fault>,
    ) {
        add_filter_faults(&format!("{place}/where"), &self.filter, known, faults);
        let stages = format!("{place}/stages");
        if self.stages.is_empty() {
            faults.push(Fault::at(stages, FieldCode::Required));
            return;
        }
        if self.stages.len() > MOST_STAGES {
            faults.push(Fault::at(stages, FieldCode::TooMany));
            return;
        }
        let mut codes = HashSet::new();
        let mut reached = phase(Status::New);
        for (index, stage) in self.stages.iter().enumerate() {
            let place = format!("{stages}/{index}");
            if !codes.insert(&stage.code) {
                faults.push(Fault::at(format!("{place}/code"), FieldCode::Duplicate));
            }
            let here = phase(stage.status);
            if (index == 0) != (here == 0) || here < reached {
                faults.push(Fault::at(format!("{place}/status"), FieldCode::OutOfOrder));
            }
            reached = reached.max(here);
            stage.add_faults(&place, known, rules, faults);
        }
    }
}

/// How far a ticket is that stands here; a pipeline never leads back.
const fn phase(status: Status) -> u8 {
    match status {
        Status::New => 0,
        Status::Open | Status::WaitingOnCustomer | Status::OnHold => 1,
        Status::Resolved => 2,
        Status::Closed => 3,
    }
}

impl Stage {
    fn add_faults(
        &self,
        place: &str,
        known: &[Field],
        rules: &DefinitionRules<'_>,
        faults: &mut Vec<Fault>,
    ) {
        for (member, count) in [
            ("requires", self.requires.len()),
            ("movers", self.movers.len()),
        ] {
            if count > MOST_OF_A_STAGE {
                faults.push(Fault::at(format!("{place}/{member}"), FieldCode::TooMany));
                return;
            }
        }
        for (index, requirement) in self.requires.iter().enumerate() {
            requirement.add_faults(&format!("{place}/requires/{index}"), known, faults);
        }
        for (index, role) in self.movers.iter().enumerate() {
            if !(rules.is_role)(role) {
                faults.push(Fault::at(
                    format!("{place}/movers/{index}"),
                    FieldCode::UnknownCode,
                ));
            }
        }
    }
}

impl Requirement {
    fn add_faults(&self, place: &str, known: &[Field], faults: &mut Vec<Fault>) {
        if !known.iter().any(|field| field.name == self.field.as_str()) {
            faults.push(Fault::at(format!("{place}/field"), FieldCode::UnknownField));
        }
        add_filter_faults(&format!("{place}/where"), &self.filter, known, faults);
    }
}

fn add_filter_faults(place: &str, filter: &Filter, known: &[Field], faults: &mut Vec<Fault>) {
    for condition in &filter.conditions {
        if let Err(code) = check_written(known, condition) {
            faults.push(Fault::at(format!("{place}/{}", condition.pointer()), code));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn faults(definition: Value) -> Vec<(String, FieldCode)> {
        let definition: TypeDefinition = serde_json::from_value(definition).unwrap();
        let rules = DefinitionRules {
            is_role: &|role| role.as_str() == "manager",
            elsewhere: &|code| (code.as_str() == "shared").then_some(ValueKind::Day),
        };
        let place = |fault: &Fault| match &fault.place {
            crate::problem::Place::Pointer(pointer) => pointer.clone(),
            crate::problem::Place::Parameter(name) => name.clone(),
        };
        let faults = definition.faults(&rules);
        faults.iter().map(|f| (place(f), f.code)).collect()
    }

    fn field(code: &str, kind: &str) -> Value {
        json!({"code": code, "names": {"en": code}, "kind": kind})
    }

    fn stage(code: &str, status: &str) -> Value {
        json!({"code": code, "names": {"en": code}, "status": status})
    }

    fn with_stages(stages: &Value) -> Value {
        json!({"fields": [field("findings", "text")],
            "pipelines": [{"code": "main", "names": {"en": "Main"}, "stages": stages}]})
    }

    #[test]
    fn a_good_definition_has_no_faults() {
        let mut checked = stage("check", "open");
        checked["requires"] = json!([{"field": "fields.findings"},
            {"field": "category", "where": {"priority": ["urgent"], "fields.findings": ["none"]}}]);
        checked["movers"] = json!(["manager"]);
        let stages = json!([
            stage("receive", "new"),
            checked,
            stage("wait", "on_hold"),
            stage("tell", "resolved"),
            stage("file", "closed")
        ]);
        assert_eq!(faults(with_stages(&stages)), []);
        assert_eq!(faults(json!({"fields": [], "pipelines": []})), []);
    }

    #[test]
    fn faults_of_fields_name_the_member() {
        let mut ranged = field("ranged", "number");
        ranged["minimum"] = json!(5);
        ranged["maximum"] = json!(4);
        let mut odd = field("odd", "text");
        odd["options"] = json!([{"code": "a", "names": {"en": "A"}}]);
        odd["currency"] = json!("CNY");
        let mut twice = field("twice", "choice");
        twice["options"] = json!([{"code": "a", "names": {"en": "A"}},
            {"code": "a", "names": {"en": "A"}}, {"code": "none", "names": {"en": "None"}}]);
        let fields = [
            field("sent_from", "day"),
            field("shared", "text"),
            field("shared", "day"),
            ranged,
            odd,
            twice,
            field("paid", "money"),
            field("grade", "choice"),
        ];
        let expected = [
            ("/fields/0/code", FieldCode::ReservedEnding),
            ("/fields/1/kind", FieldCode::OtherKindElsewhere),
            ("/fields/2/code", FieldCode::Duplicate),
            ("/fields/3/maximum", FieldCode::OutOfRange),
            ("/fields/4/options", FieldCode::NotOfThisKind),
            ("/fields/4/currency", FieldCode::NotOfThisKind),
            ("/fields/5/options/1/code", FieldCode::Duplicate),
            ("/fields/5/options/2/code", FieldCode::ReservedEnding),
            ("/fields/6/currency", FieldCode::Required),
            ("/fields/7/options", FieldCode::Required),
        ];
        let found = faults(json!({"fields": fields, "pipelines": []}));
        assert_eq!(
            found,
            expected.map(|(place, code)| (place.to_owned(), code))
        );
    }

    #[test]
    fn faults_of_pipelines_name_the_member() {
        let mut check = stage("check", "open");
        check["requires"] = json!([{"field": "fields.cause"},
            {"field": "category", "where": {"fields.cause": ["x"]}}]);
        check["movers"] = json!(["manager", "nobody"]);
        let stages = json!([
            stage("receive", "open"),
            check,
            stage("check", "resolved"),
            stage("back", "open"),
            stage("again", "new")
        ]);
        let at = "/pipelines/0/stages";
        let expected = [
            (format!("{at}/0/status"), FieldCode::OutOfOrder),
            (format!("{at}/1/requires/0/field"), FieldCode::UnknownField),
            (
                format!("{at}/1/requires/1/where/fields.cause"),
                FieldCode::UnknownField,
            ),
            (format!("{at}/1/movers/1"), FieldCode::UnknownCode),
            (format!("{at}/2/code"), FieldCode::Duplicate),
            (format!("{at}/3/status"), FieldCode::OutOfOrder),
            (format!("{at}/4/status"), FieldCode::OutOfOrder),
        ];
        assert_eq!(faults(with_stages(&stages)), expected);
        assert_eq!(
            faults(with_stages(&json!([]))),
            [(at.to_owned(), FieldCode::Required)]
        );
    }
}
