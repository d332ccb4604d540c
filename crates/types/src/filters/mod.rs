//! The one filter: a checked list of conditions over a table of fields.
//!
//! A query string, a stored view, a metric's `where` and a policy's `where` are spellings of the
//! same [`Filter`]. It has one translation to SQL (in persistence) and one meaning in memory
//! ([`Filter::matches`]); tests hold the two equal.

mod facts;
mod parse;

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use facts::{Fact, Facts};
pub use parse::{Context, check_written, parse_pairs, start_of_day};

/// What a field holds, and so how its values are read and compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// A code of a closed set or of a configured thing.
    Code,
    /// A user; `me` and `none` are allowed.
    User,
    /// A team; means its whole subtree.
    Team,
    /// A category; means its whole subtree. `none` is allowed.
    Category,
    /// A customer.
    Customer,
    /// An import.
    Import,
    /// A whole number.
    Integer,
    /// An instant, with `_from` (inclusive) and `_before` (exclusive).
    Instant,
    /// A day such as `2026-05-31`, with `_from` (inclusive) and `_before` (exclusive).
    Day,
    /// `true` or `false`.
    Boolean,
    /// A text compared as a whole.
    Text,
}

/// A field that a list can be filtered by. Most are written in the program; those of ticket types
/// are configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The name of the parameter; an instant's has no `_at`: `created` for `created_from`.
    pub name: Cow<'static, str>,
    /// What it holds.
    pub kind: FieldKind,
    /// What it is, for the documentation.
    pub about: Cow<'static, str>,
}

impl Field {
    /// A field that the program knows.
    pub const fn new(name: &'static str, kind: FieldKind, about: &'static str) -> Self {
        Self {
            name: Cow::Borrowed(name),
            kind,
            about: Cow::Borrowed(about),
        }
    }
}

/// How a condition compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Op {
    /// Is one of the values.
    Is,
    /// Is none of the values.
    Not,
    /// Is at or after the value.
    From,
    /// Is before the value.
    Before,
}

impl Op {
    /// What follows the field's name in a parameter.
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::Is => "",
            Self::Not => "_not",
            Self::From => "_from",
            Self::Before => "_before",
        }
    }
}

/// One condition; its values are as written (`me`, `none` and relative days included).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Condition {
    /// The field's name.
    pub field: String,
    /// How it compares.
    pub op: Op,
    /// The values, joined by or.
    pub values: Vec<String>,
}

impl Condition {
    /// The name of its parameter.
    pub fn name(&self) -> String {
        format!("{}{}", self.field, self.op.suffix())
    }

    /// Its name in a JSON pointer (RFC 6901): written as JSON the name is the caller's own.
    pub fn pointer(&self) -> String {
        self.name().replace('~', "~0").replace('/', "~1")
    }
}

/// Conditions joined by and. As JSON an object: `{"status": ["new", "open"], "created_from": […]}`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(
    into = "BTreeMap<String, Vec<String>>",
    from = "BTreeMap<String, Vec<String>>"
)]
pub struct Filter {
    /// The conditions.
    pub conditions: Vec<Condition>,
}

impl Filter {
    /// A filter of one condition.
    pub fn of(field: &str, op: Op, values: &[&str]) -> Self {
        Self::default().and(field, op, values)
    }

    /// The filter with one condition more.
    #[must_use]
    pub fn and(mut self, field: &str, op: Op, values: &[&str]) -> Self {
        self.conditions.push(Condition {
            field: field.to_owned(),
            op,
            values: values.iter().map(|v| (*v).to_owned()).collect(),
        });
        self
    }

    /// Both filters together.
    #[must_use]
    pub fn joined(mut self, other: &Self) -> Self {
        self.conditions.extend(other.conditions.iter().cloned());
        self
    }

    /// Whether it asks for nothing.
    pub const fn is_empty(&self) -> bool {
        self.conditions.is_empty()
    }

    /// The first value that a field is asked to have; what it must not have chooses nothing.
    pub fn chosen(&self, field: &str) -> Option<&str> {
        let chosen = self
            .conditions
            .iter()
            .find(|condition| condition.field == field && condition.op == Op::Is)?;
        chosen.values.first().map(String::as_str)
    }

    /// A canonical text, for digests: the same conditions in any order give the same one.
    pub fn canonical(&self) -> String {
        let mut sorted = self.conditions.clone();
        sorted.sort();
        sorted
            .iter()
            .map(|c| format!("{}{}={}", c.field, c.op.suffix(), c.values.join(",")))
            .collect::<Vec<_>>()
            .join("&")
    }

    /// Whether a record with these facts matches. The filter must be resolved (no `me`, no
    /// relative days): an unresolved value matches nothing.
    pub fn matches(&self, facts: &impl Facts) -> bool {
        self.conditions
            .iter()
            .all(|condition| facts::holds(condition, &facts.fact(&condition.field)))
    }
}

impl From<Filter> for BTreeMap<String, Vec<String>> {
    fn from(filter: Filter) -> Self {
        filter
            .conditions
            .into_iter()
            .map(|c| (format!("{}{}", c.field, c.op.suffix()), c.values))
            .collect()
    }
}

impl From<BTreeMap<String, Vec<String>>> for Filter {
    fn from(map: BTreeMap<String, Vec<String>>) -> Self {
        let conditions = map
            .into_iter()
            .map(|(name, values)| {
                let (field, op) = split_name(&name);
                Condition {
                    field: field.to_owned(),
                    op,
                    values,
                }
            })
            .collect();
        Self { conditions }
    }
}

/// Splits `created_from` into the field's name and how it compares.
pub fn split_name(name: &str) -> (&str, Op) {
    [Op::Not, Op::From, Op::Before]
        .into_iter()
        .find_map(|op| name.strip_suffix(op.suffix()).map(|field| (field, op)))
        .unwrap_or((name, Op::Is))
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Filter {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        <BTreeMap<String, Vec<String>> as utoipa::PartialSchema>::schema()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Filter {}
