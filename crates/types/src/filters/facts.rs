//! What a filter means in memory.

use chrono::{DateTime, NaiveDate, Utc};

use super::{Condition, Op};

/// The value of one field of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// Nothing.
    Null,
    /// A code, id or text.
    Text(String),
    /// Several texts, of which any may match: a team and its ancestors.
    Set(Vec<String>),
    /// A number.
    Integer(i64),
    /// An instant.
    Instant(DateTime<Utc>),
    /// True or false.
    Boolean(bool),
}

impl Fact {
    /// A text or nothing.
    pub fn text(value: Option<impl ToString>) -> Self {
        value.map_or(Self::Null, |value| Self::Text(value.to_string()))
    }

    /// An instant or nothing.
    pub fn instant(value: Option<DateTime<Utc>>) -> Self {
        value.map_or(Self::Null, Self::Instant)
    }

    /// A number or nothing.
    pub fn integer(value: Option<i64>) -> Self {
        value.map_or(Self::Null, Self::Integer)
    }
}

/// A record whose fields a filter can read.
pub trait Facts {
    /// The value of the field with this name; an unknown name is nothing.
    fn fact(&self, field: &str) -> Fact;
}

impl<F: Fn(&str) -> Fact> Facts for F {
    fn fact(&self, field: &str) -> Fact {
        self(field)
    }
}

/// Whether the condition holds for the value. As in SQL, nothing is neither before nor after
/// anything; unlike SQL, `not` holds for nothing, since people mean that.
pub(super) fn holds(condition: &Condition, fact: &Fact) -> bool {
    match condition.op {
        Op::Is => condition.values.iter().any(|value| equals(value, fact)),
        Op::Not => !condition.values.iter().any(|value| equals(value, fact)),
        Op::From => condition
            .values
            .first()
            .is_some_and(|v| order(fact, v).is_some_and(|o| o.is_ge())),
        Op::Before => condition
            .values
            .first()
            .is_some_and(|v| order(fact, v).is_some_and(|o| o.is_lt())),
    }
}

fn equals(value: &str, fact: &Fact) -> bool {
    match fact {
        Fact::Null => value == "none",
        Fact::Text(text) => text == value,
        Fact::Set(texts) => texts.iter().any(|text| text == value),
        Fact::Integer(number) => value.parse() == Ok(*number),
        Fact::Instant(at) => value.parse::<DateTime<Utc>>().is_ok_and(|v| v == *at),
        Fact::Boolean(flag) => value.parse() == Ok(*flag),
    }
}

fn order(fact: &Fact, value: &str) -> Option<std::cmp::Ordering> {
    match fact {
        Fact::Integer(number) => value.parse().ok().map(|v| number.cmp(&v)),
        Fact::Instant(at) => value.parse::<DateTime<Utc>>().ok().map(|v| at.cmp(&v)),
        // Days are texts; nothing else that is one is ordered.
        Fact::Text(text) => {
            let day: NaiveDate = text.parse().ok()?;
            value.parse().ok().map(|v| day.cmp(&v))
        }
        Fact::Null | Fact::Set(_) | Fact::Boolean(_) => None,
    }
}
