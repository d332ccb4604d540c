//! The fields of a ticket type as JSON Schema, for programs that write tickets.

use serde_json::{Map, Value, json};

use super::{FieldDefinition, ValueKind};
use crate::locale::Locale;
use crate::text::LongText;

/// The JSON Schema (2020-12) of the member `fields` of the tickets of a type; `null` in a change
/// clears a field. Titles are in the reader's language, `x-names` has both.
pub fn fields_schema(fields: &[FieldDefinition], locale: Locale) -> Value {
    let properties: Map<String, Value> = fields
        .iter()
        .map(|field| (field.code.to_string(), property(field, locale)))
        .collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    })
}

fn property(field: &FieldDefinition, locale: Locale) -> Value {
    let mut schema = match field.kind {
        ValueKind::Text => json!({"type": "string", "minLength": 1, "maxLength": LongText::MAX}),
        ValueKind::Number => number(field),
        ValueKind::Money => json!({
            "type": "object",
            "properties": {
                "amount": number(field),
                "currency": {"const": field.currency},
            },
            "required": ["amount", "currency"],
            "additionalProperties": false,
        }),
        ValueKind::Day => json!({"type": "string", "format": "date"}),
        ValueKind::Choice => {
            let choice = |option: &super::FieldOption| json!({"const": option.code, "title": option.names.get(locale), "x-names": option.names});
            json!({"oneOf": field.options.iter().map(choice).collect::<Vec<_>>()})
        }
        ValueKind::Person => json!({"type": "string", "pattern": "^user_[0-7][0-9a-z]{25}$"}),
        ValueKind::Customer => {
            json!({"type": "string", "pattern": "^customer_[0-7][0-9a-z]{25}$"})
        }
        ValueKind::YesNo => json!({"type": "boolean"}),
    };
    schema["title"] = field.names.get(locale).into();
    schema["x-kind"] = json!(field.kind);
    schema["x-names"] = json!(field.names);
    if let Some(help) = &field.help {
        schema["description"] = help.get(locale).into();
    }
    if let Some(unit) = &field.unit {
        schema["x-unit"] = json!(unit);
    }
    schema
}

fn number(field: &FieldDefinition) -> Value {
    let mut schema = json!({"type": "integer"});
    if let Some(least) = field.minimum {
        schema["minimum"] = least.into();
    }
    if let Some(most) = field.maximum {
        schema["maximum"] = most.into();
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_described_with_its_limits_and_names() {
        let fields: Vec<FieldDefinition> = serde_json::from_value(json!([
            {"code": "paid", "names": {"en": "Paid", "zh-CN": "赔付"}, "kind": "money",
                "currency": "CNY", "minimum": 0, "help": {"en": "In fen"}},
            {"code": "grade", "names": {"en": "Grade"}, "kind": "choice",
                "options": [{"code": "one", "names": {"en": "One", "zh-CN": "一级"}}]},
            {"code": "weight", "names": {"en": "Weight"}, "kind": "number", "maximum": 9,
                "unit": {"en": "g"}},
        ]))
        .unwrap();
        let schema = fields_schema(&fields, Locale::ZhCn);
        let expected = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "paid": {"type": "object", "required": ["amount", "currency"],
                    "additionalProperties": false, "title": "赔付", "description": "In fen",
                    "x-kind": "money", "x-names": {"en": "Paid", "zh-CN": "赔付"},
                    "properties": {"amount": {"type": "integer", "minimum": 0},
                        "currency": {"const": "CNY"}}},
                "grade": {"title": "Grade", "x-kind": "choice", "x-names": {"en": "Grade"},
                    "oneOf": [{"const": "one", "title": "一级",
                        "x-names": {"en": "One", "zh-CN": "一级"}}]},
                "weight": {"type": "integer", "maximum": 9, "title": "Weight",
                    "x-kind": "number", "x-names": {"en": "Weight"}, "x-unit": {"en": "g"}},
            },
        });
        assert_eq!(schema, expected);
    }
}
