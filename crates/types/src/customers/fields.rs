//! The fields that customers can be filtered by, and what they read from a customer.

use super::Customer;
use crate::filters::{Fact, Facts, Field, FieldKind};
use crate::ids::TeamId;

const fn field(name: &'static str, kind: FieldKind, about: &'static str) -> Field {
    Field::new(name, kind, about)
}

/// Every field of a customer filter.
pub const FIELDS: &[Field] = &[
    field("kind", FieldKind::Code, "person or organisation"),
    field("nature", FieldKind::Code, "the nature of an organisation"),
    field("industry", FieldKind::Text, "the industry"),
    field("region", FieldKind::Text, "the region"),
    field(
        "lifecycle",
        FieldKind::Code,
        "where it stands in its life with us",
    ),
    field(
        "source_channel",
        FieldKind::Code,
        "the channel through which we came to know it",
    ),
    field(
        "team",
        FieldKind::Team,
        "the team it belongs to, subtree included",
    ),
    field("owner", FieldKind::User, "who looks after it"),
    field("tag", FieldKind::Text, "one of its labels"),
    field("email", FieldKind::Text, "one of its e-mail addresses"),
    field(
        "phone",
        FieldKind::Text,
        "one of its numbers, in E.164 form",
    ),
    field("number", FieldKind::Integer, "its number"),
    field("created", FieldKind::Instant, "when the record was made"),
    field("updated", FieldKind::Instant, "when it changed last"),
    field("import", FieldKind::Import, "the import that made it"),
];

/// A customer as the filter reads it, with the tree it lies in.
#[derive(Debug, Clone, Copy)]
pub struct CustomerFacts<'a> {
    /// The customer.
    pub customer: &'a Customer,
    /// Its team and that team's ancestors.
    pub teams: &'a [TeamId],
}

/// Several values of a field; none of them is nothing.
fn several(values: Vec<String>) -> Fact {
    if values.is_empty() {
        Fact::Null
    } else {
        Fact::Set(values)
    }
}

impl Facts for CustomerFacts<'_> {
    fn fact(&self, field: &str) -> Fact {
        let c = self.customer;
        match field {
            "kind" => Fact::text(Some(c.kind.code())),
            "nature" => Fact::text(c.nature.map(super::Nature::code)),
            "industry" => Fact::text(c.industry.as_ref()),
            "region" => Fact::text(c.region.as_ref()),
            "lifecycle" => Fact::text(Some(c.lifecycle.code())),
            "source_channel" => Fact::text(c.source_channel.as_ref()),
            "team" => several(self.teams.iter().map(ToString::to_string).collect()),
            "owner" => Fact::text(c.owner_id),
            "tag" => several(c.tags.iter().map(ToString::to_string).collect()),
            "email" => several(c.emails.iter().map(|e| e.as_str().to_owned()).collect()),
            "phone" => several(c.phones.iter().map(|p| p.as_str().to_owned()).collect()),
            "number" => Fact::Integer(c.number),
            "created" => Fact::Instant(c.created_at),
            "updated" => Fact::Instant(c.updated_at),
            "import" => Fact::text(c.import_id),
            _ => Fact::Null,
        }
    }
}
