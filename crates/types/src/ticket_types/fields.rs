//! Fields that a type's tickets have beside those of every ticket, and what may stand in them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::ids::{CustomerId, UserId};
use crate::instants::given_day;
use crate::names::Names;
use crate::problem::FieldCode;
use crate::text::{Code, CurrencyCode, LongText};

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ValueKind {
    /// Words; found by search.
    Text,
    /// A whole number, in the field's `unit`.
    Number,
    /// An amount of money in the field's `currency`.
    Money,
    /// A day.
    Day,
    /// One of the field's `options`.
    Choice,
    /// Somebody who works here.
    Person,
    /// A customer.
    Customer,
    /// Yes or no.
    YesNo,
}

/// A field of a ticket type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldDefinition {
    /// Its code; the ticket's value is `fields.<code>`, also in filters. It does not end in `_from`,
    /// `_before` or `_not`, with which a filter compares.
    pub code: Code,
    /// Its names.
    pub names: Names,
    /// What it holds.
    pub kind: ValueKind,
    /// What to write there, for the people who fill it in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<Names>,
    /// What there is to choose from, with `choice`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<FieldOption>,
    /// The least number or amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<i64>,
    /// The greatest number or amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<i64>,
    /// What a number counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Names>,
    /// The currency of an amount, with `money`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<CurrencyCode>,
}

/// Something to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldOption {
    /// Its code, which the ticket holds.
    pub code: Code,
    /// Its names.
    pub names: Names,
}

/// An amount of money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Money {
    /// In the smallest unit of the currency: 1250 for 12.50 yuan.
    pub amount: i64,
    /// The currency (ISO 4217).
    pub currency: CurrencyCode,
}

/// What stands in a field: a text for words, days (`2026-05-31`), choices (the option's code),
/// people and customers (their ids).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum FieldValue {
    /// Yes or no.
    YesNo(bool),
    /// A number.
    Number(i64),
    /// An amount.
    Money(Money),
    /// Anything that is written.
    Text(LongText),
}

/// What stands in the fields of a ticket.
pub type FieldValues = BTreeMap<Code, FieldValue>;
/// What a change says of the fields: a value sets, null clears, what is left out stays.
pub type FieldsPatch = BTreeMap<Code, Option<FieldValue>>;

impl FieldValue {
    /// The text.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text.as_str()),
            Self::YesNo(_) | Self::Number(_) | Self::Money(_) => None,
        }
    }

    /// The text, read as something else.
    fn read<T: std::str::FromStr>(&self) -> Option<T> {
        self.as_text()?.parse().ok()
    }

    /// The person that it names.
    pub fn as_person(&self) -> Option<UserId> {
        self.read()
    }

    /// The customer that it names.
    pub fn as_customer(&self) -> Option<CustomerId> {
        self.read()
    }

    /// The day that it names, in the one way of writing it.
    pub fn as_day(&self) -> Option<NaiveDate> {
        let day: NaiveDate = self.read()?;
        (self.as_text()? == day.to_string()).then_some(day)
    }
}

impl FieldDefinition {
    /// Why the value may not stand in this field. Whether there is such a person or customer is
    /// not asked here.
    pub fn fault(&self, value: &FieldValue) -> Option<FieldCode> {
        let within = |number: i64| {
            let low = self.minimum.is_some_and(|least| number < least);
            let high = self.maximum.is_some_and(|most| number > most);
            (low || high).then_some(FieldCode::OutOfRange)
        };
        match (self.kind, value) {
            (ValueKind::YesNo, FieldValue::YesNo(_)) | (ValueKind::Text, FieldValue::Text(_)) => {
                None
            }
            (ValueKind::Number, FieldValue::Number(number)) => within(*number),
            (ValueKind::Money, FieldValue::Money(money)) => {
                if self.currency.as_ref() == Some(&money.currency) {
                    within(money.amount)
                } else {
                    Some(FieldCode::OtherCurrency)
                }
            }
            (ValueKind::Day, FieldValue::Text(_)) => match value.as_day() {
                Some(day) => given_day(day).err(),
                None => Some(FieldCode::InvalidDay),
            },
            (ValueKind::Choice, FieldValue::Text(code)) => {
                let known = self
                    .options
                    .iter()
                    .any(|option| option.code.as_str() == code.as_str());
                (!known).then_some(FieldCode::NotAnOption)
            }
            (ValueKind::Person, FieldValue::Text(_)) => {
                value.as_person().is_none().then_some(FieldCode::InvalidId)
            }
            (ValueKind::Customer, FieldValue::Text(_)) => value
                .as_customer()
                .is_none()
                .then_some(FieldCode::InvalidId),
            _ => Some(FieldCode::WrongType),
        }
    }
}

#[cfg(feature = "openapi")]
pub use document::{ChangedFields, FilledFields};

/// How the document describes the two maps: their keys are the codes of a type's fields.
#[cfg(feature = "openapi")]
mod document {
    use utoipa::openapi::schema::{
        AdditionalProperties, ObjectBuilder, OneOfBuilder, Schema, Type,
    };
    use utoipa::openapi::{Ref, RefOr};
    use utoipa::{PartialSchema, ToSchema};

    use super::{Code, FieldValue};

    fn map(value: impl Into<RefOr<Schema>>) -> RefOr<Schema> {
        let keys = match Code::schema() {
            RefOr::T(keys) => Some(keys),
            RefOr::Ref(_) => None,
        };
        let value: RefOr<Schema> = value.into();
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .property_names(keys)
            .additional_properties(Some(AdditionalProperties::from(value)))
            .into()
    }

    fn value() -> RefOr<Schema> {
        Ref::from_schema_name(FieldValue::name()).into()
    }

    /// Of [`super::FieldValues`].
    #[derive(Debug)]
    pub struct FilledFields;

    impl PartialSchema for FilledFields {
        fn schema() -> RefOr<Schema> {
            map(value())
        }
    }

    impl ToSchema for FilledFields {
        fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
            schemas.push((FieldValue::name().into_owned(), FieldValue::schema()));
            FieldValue::schemas(schemas);
        }
    }

    /// Of [`super::FieldsPatch`].
    #[derive(Debug)]
    pub struct ChangedFields;

    impl PartialSchema for ChangedFields {
        fn schema() -> RefOr<Schema> {
            let null = ObjectBuilder::new().schema_type(Type::Null);
            let either: Schema = OneOfBuilder::new().item(value()).item(null).into();
            map(either)
        }
    }

    impl ToSchema for ChangedFields {
        fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
            FilledFields::schemas(schemas);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn field(definition: Value) -> FieldDefinition {
        serde_json::from_value(definition).unwrap()
    }

    #[test]
    fn a_field_takes_what_its_kind_means_and_nothing_else() {
        let yuan = json!({"amount": 1_250, "currency": "CNY"});
        let person = "user_01h455vb4pex5vsknk084sn02q";
        let customer = "customer_01h455vb4pex5vsknk084sn02q";
        let samples = [
            json!(true),
            json!(7),
            yuan,
            json!("2026-05-31"),
            json!("late"),
            json!(person),
            json!(customer),
            json!("空调不制冷"),
        ];
        // Rows: kinds; columns: the samples above. x = taken, T = wrong type, D = no day,
        // O = no such option, I = no id.
        let table = [
            ("text", "TTTxxxxx"),
            ("number", "TxTTTTTT"),
            ("money", "TTxTTTTT"),
            ("day", "TTTxDDDD"),
            ("choice", "TTTOxOOO"),
            ("person", "TTTIIxII"),
            ("customer", "TTTIIIxI"),
            ("yes_no", "xTTTTTTT"),
        ];
        for (kind, row) in table {
            let field = field(json!({"code": "a", "names": {"en": "A"}, "kind": kind,
                "options": [{"code": "late", "names": {"en": "Late"}}], "currency": "CNY"}));
            for (sample, cell) in samples.iter().zip(row.chars()) {
                let value: FieldValue = serde_json::from_value(sample.clone()).unwrap();
                let expected = match cell {
                    'x' => None,
                    'T' => Some(FieldCode::WrongType),
                    'D' => Some(FieldCode::InvalidDay),
                    'O' => Some(FieldCode::NotAnOption),
                    _ => Some(FieldCode::InvalidId),
                };
                assert_eq!(field.fault(&value), expected, "{kind} {sample}");
            }
        }
    }

    #[test]
    fn numbers_and_amounts_keep_to_their_range_and_amounts_to_their_currency() {
        let range = |kind: &str| {
            field(json!({"code": "a", "names": {"en": "A"}, "kind": kind,
                "minimum": 1, "maximum": 5, "currency": "CNY"}))
        };
        for (number, fits) in [(0, false), (1, true), (5, true), (6, false)] {
            let expected = (!fits).then_some(FieldCode::OutOfRange);
            let plain = FieldValue::Number(number);
            assert_eq!(range("number").fault(&plain), expected);
            let money = json!({"amount": number, "currency": "CNY"});
            let money: FieldValue = serde_json::from_value(money).unwrap();
            assert_eq!(range("money").fault(&money), expected);
        }
        let dollars: FieldValue =
            serde_json::from_value(json!({"amount": 3, "currency": "USD"})).unwrap();
        assert_eq!(
            range("money").fault(&dollars),
            Some(FieldCode::OtherCurrency)
        );
        let long_ago = FieldValue::Text(LongText::try_from("0001-01-01").unwrap());
        assert_eq!(range("day").fault(&long_ago), Some(FieldCode::OutOfRange));
    }

    #[test]
    fn what_no_field_can_hold_cannot_be_written() {
        for value in [
            json!(1.5),
            json!(null),
            json!([1]),
            json!(""),
            json!({"amount": 1}),
            json!({"amount": 1, "currency": "yuan"}),
            json!({"amount": 1, "currency": "CNY", "tax": 2}),
        ] {
            let read = serde_json::from_value::<FieldValue>(value.clone());
            assert!(read.is_err(), "{value}");
        }
    }
}
