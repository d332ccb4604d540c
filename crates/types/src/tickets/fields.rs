//! The fields that tickets can be filtered by, and what they read from a ticket.

use super::Ticket;
use crate::filters::{Fact, Facts, Field, FieldKind};
use crate::ids::{CategoryId, TeamId};
use crate::text::Code;
use crate::ticket_types::{FIELD_PREFIX, FieldValue};

const fn field(name: &'static str, kind: FieldKind, about: &'static str) -> Field {
    Field::new(name, kind, about)
}

/// Every field of a ticket filter.
pub const FIELDS: &[Field] = &[
    field("status", FieldKind::Code, "where it stands"),
    field("priority", FieldKind::Code, "how urgent it is"),
    field("type", FieldKind::Code, "the code of its type"),
    field("pipeline", FieldKind::Code, "the pipeline it goes through"),
    field("stage", FieldKind::Code, "the stage it is in"),
    field(
        "channel",
        FieldKind::Code,
        "the code of the channel it came by",
    ),
    field(
        "category",
        FieldKind::Category,
        "its category, subtree included",
    ),
    field("customer", FieldKind::Customer, "its customer"),
    field(
        "contact",
        FieldKind::Customer,
        "the person who asks for its customer",
    ),
    field(
        "team",
        FieldKind::Team,
        "the team it lies with, subtree included",
    ),
    field("assignee", FieldKind::User, "who works on it"),
    field(
        "first_responder",
        FieldKind::User,
        "who took or answered it first",
    ),
    field("duty_holder", FieldKind::User, "who answers for it"),
    field(
        "resolver",
        FieldKind::User,
        "who had it at its latest resolution",
    ),
    field("number", FieldKind::Integer, "its number"),
    field("opened", FieldKind::Instant, "when the customer asked"),
    field("created", FieldKind::Instant, "when the record was made"),
    field("updated", FieldKind::Instant, "when it changed last"),
    field("first_responded", FieldKind::Instant, "first public answer"),
    field("first_resolved", FieldKind::Instant, "first resolution"),
    field("resolved", FieldKind::Instant, "latest resolution"),
    field("closed", FieldKind::Instant, "when it was closed"),
    field(
        "next_due",
        FieldKind::Instant,
        "earliest due time of a running clock",
    ),
    field(
        "first_response_seconds",
        FieldKind::Integer,
        "opening to first response",
    ),
    field(
        "resolution_seconds",
        FieldKind::Integer,
        "opening to latest resolution",
    ),
    field(
        "reopened_count",
        FieldKind::Integer,
        "how often it was reopened",
    ),
    field(
        "public_reply_count",
        FieldKind::Integer,
        "public messages of the staff",
    ),
    field("satisfaction", FieldKind::Integer, "latest rating"),
    field(
        "answered_on_spot",
        FieldKind::Boolean,
        "answered in the moment it was asked",
    ),
    field(
        "precision",
        FieldKind::Code,
        "how exactly its instants are known",
    ),
    field("import", FieldKind::Import, "the import that made it"),
];

/// A ticket as the filter reads it, with the trees it lies in.
#[derive(Debug, Clone, Copy)]
pub struct TicketFacts<'a> {
    /// The ticket.
    pub ticket: &'a Ticket,
    /// Its team and that team's ancestors.
    pub teams: &'a [TeamId],
    /// Its category and that category's ancestors.
    pub categories: &'a [CategoryId],
}

impl Facts for TicketFacts<'_> {
    fn fact(&self, field: &str) -> Fact {
        let t = self.ticket;
        match field {
            "status" => Fact::text(Some(t.status.code())),
            "priority" => Fact::text(Some(t.priority.code())),
            "type" => Fact::text(Some(&t.type_code)),
            "pipeline" => Fact::text(t.pipeline.as_ref()),
            "stage" => Fact::text(t.stage.as_ref()),
            "channel" => Fact::text(Some(&t.channel)),
            "category" if self.categories.is_empty() => Fact::Null,
            "category" => Fact::Set(self.categories.iter().map(ToString::to_string).collect()),
            "customer" => Fact::text(t.customer_id),
            "contact" => Fact::text(t.contact_id),
            "team" => Fact::Set(self.teams.iter().map(ToString::to_string).collect()),
            "assignee" => Fact::text(t.assignee_id),
            "first_responder" => Fact::text(t.first_responder_id),
            "duty_holder" => Fact::text(t.duty_holder_id),
            "resolver" => Fact::text(t.resolver_id),
            "number" => Fact::Integer(t.number),
            "opened" => Fact::Instant(t.opened_at),
            "created" => Fact::Instant(t.created_at),
            "updated" => Fact::Instant(t.updated_at),
            "first_responded" => Fact::instant(t.first_responded_at),
            "first_resolved" => Fact::instant(t.first_resolved_at),
            "resolved" => Fact::instant(t.resolved_at),
            "closed" => Fact::instant(t.closed_at),
            "next_due" => Fact::instant(t.next_due_at),
            "first_response_seconds" => Fact::integer(t.first_response_seconds),
            "resolution_seconds" => Fact::integer(t.resolution_seconds),
            "reopened_count" => Fact::Integer(t.reopened_count),
            "public_reply_count" => Fact::integer(t.public_reply_count),
            "satisfaction" => Fact::integer(t.satisfaction_score),
            "answered_on_spot" => Fact::Boolean(t.answered_on_spot),
            "precision" => Fact::text(Some(match t.precision {
                super::Precision::Instant => "instant",
                super::Precision::Day => "day",
            })),
            "import" => Fact::text(t.import_id),
            own => own
                .strip_prefix(FIELD_PREFIX)
                .and_then(|code| own_value(t, code))
                .map_or(Fact::Null, own_fact),
        }
    }
}

fn own_value<'t>(ticket: &'t Ticket, code: &str) -> Option<&'t FieldValue> {
    let own = |(name, value): (&Code, &'t FieldValue)| (name.as_str() == code).then_some(value);
    ticket.fields.iter().find_map(own)
}

/// What a filter reads from a field of the ticket's type.
fn own_fact(value: &FieldValue) -> Fact {
    match value {
        FieldValue::YesNo(flag) => Fact::Boolean(*flag),
        FieldValue::Number(number) => Fact::Integer(*number),
        FieldValue::Money(money) => Fact::Integer(money.amount),
        FieldValue::Text(text) => Fact::Text(text.to_string()),
    }
}
