//! What becomes of each record.

use serde::{Deserialize, Serialize};

use crate::customers::{Customer, CustomerPatch, Lifecycle};
use crate::ids::{CategoryId, TeamId, UserId};
use crate::patch::{Patch, not_null};
use crate::problem::{Fault, FieldCode};
use crate::text::{Code, LabelText, ReasonText};
use crate::tickets::{AssignmentChange, Priority, Status, StatusChange, Ticket, TicketPatch};

/// Most labels of a customer.
const MOST_TAGS: usize = 20;

/// What becomes of each ticket; members that are left out stay as they are.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TicketChange {
    /// Where it shall stand.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub status: Option<Status>,
    /// Who shall work on it; null for nobody.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub assignee_id: Patch<UserId>,
    /// The team it shall lie with.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub team_id: Option<TeamId>,
    /// How urgent it is.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub priority: Option<Priority>,
    /// The code of its type.
    #[serde(
        rename = "type",
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub type_code: Option<Code>,
    /// The code of the channel it came by.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub channel: Option<Code>,
    /// Its category.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub category_id: Patch<CategoryId>,
    /// Why, for status and assignment; needed to open closed tickets again.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub reason: Option<ReasonText>,
}

impl TicketChange {
    /// What is wrong with it whatever the ticket.
    pub fn faults(&self) -> Vec<Fault> {
        let changes_nothing = Self {
            reason: None,
            ..self.clone()
        } == Self::default();
        if changes_nothing {
            return vec![Fault::at("", FieldCode::Required)];
        }
        // A reason is kept with the status and the assignment alone.
        if self.reason.is_some() && self.status.is_none() && !self.assigns() {
            return vec![Fault::at("/reason", FieldCode::InvalidValue)];
        }
        Vec::new()
    }

    const fn assigns(&self) -> bool {
        self.team_id.is_some() || !self.assignee_id.is_absent()
    }

    /// Whether it may choose another clock policy.
    pub const fn chooses_clocks(&self) -> bool {
        self.type_code.is_some() || self.priority.is_some()
    }

    /// What it does that PATCH does.
    pub fn patch(&self) -> TicketPatch {
        TicketPatch {
            type_code: self.type_code.clone(),
            priority: self.priority,
            channel: self.channel.clone(),
            category_id: self.category_id.clone(),
            ..TicketPatch::default()
        }
    }

    /// The assignment of this ticket, when it has to do with that.
    pub fn assignment(&self, ticket: &Ticket) -> Option<AssignmentChange> {
        self.assigns().then(|| AssignmentChange {
            team_id: self.team_id,
            assignee_id: self.assignee_id.clone().apply(ticket.assignee_id),
            reason: self.reason.clone(),
        })
    }

    /// The move of this ticket; none where it stands there already.
    pub fn status_change(&self, ticket: &Ticket) -> Option<StatusChange> {
        let status = self.status.filter(|status| *status != ticket.status)?;
        Some(StatusChange {
            status,
            reason: self.reason.clone(),
        })
    }
}

/// What becomes of each customer; members that are left out stay as they are.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CustomerChange {
    /// Who looks after the customer; null for nobody.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub owner_id: Patch<UserId>,
    /// The team the customer belongs to.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub team_id: Option<TeamId>,
    /// Where it stands in its life with us.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub lifecycle: Option<Lifecycle>,
    /// Labels that it shall have besides its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add_tags: Vec<LabelText>,
    /// Labels that it shall not have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove_tags: Vec<LabelText>,
}

impl CustomerChange {
    /// What is wrong with it whatever the customer.
    pub fn faults(&self) -> Vec<Fault> {
        if *self == Self::default() {
            return vec![Fault::at("", FieldCode::Required)];
        }
        let mut faults = Vec::new();
        for (place, tags) in [
            ("/add_tags", &self.add_tags),
            ("/remove_tags", &self.remove_tags),
        ] {
            if tags.len() > MOST_TAGS {
                faults.push(Fault::at(place, FieldCode::TooMany));
            }
        }
        if self
            .add_tags
            .iter()
            .any(|tag| self.remove_tags.contains(tag))
        {
            faults.push(Fault::at("/remove_tags", FieldCode::Duplicate));
        }
        faults
    }

    /// The same as a PATCH of this customer.
    pub fn patch(&self, customer: &Customer) -> CustomerPatch {
        let changes_tags = !self.add_tags.is_empty() || !self.remove_tags.is_empty();
        CustomerPatch {
            owner_id: self.owner_id.clone(),
            team_id: self.team_id,
            lifecycle: self.lifecycle,
            tags: changes_tags.then(|| self.tags(&customer.tags)),
            ..CustomerPatch::default()
        }
    }

    /// The labels after it: its own in their order, then the added ones.
    fn tags(&self, own: &[LabelText]) -> Vec<LabelText> {
        let kept = own.iter().filter(|tag| !self.remove_tags.contains(tag));
        let mut tags: Vec<LabelText> = kept.cloned().collect();
        for tag in &self.add_tags {
            if !tags.contains(tag) {
                tags.push(tag.clone());
            }
        }
        tags
    }
}

/// What becomes of each record, for the document: that of a ticket or of a customer.
#[cfg(feature = "openapi")]
#[derive(Debug)]
pub enum RecordChange {}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for RecordChange {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::ToSchema;
        use utoipa::openapi::Ref;
        use utoipa::openapi::schema::AnyOfBuilder;
        AnyOfBuilder::new()
            .item(Ref::from_schema_name(TicketChange::name()))
            .item(Ref::from_schema_name(CustomerChange::name()))
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for RecordChange {
    fn schemas(
        schemas: &mut Vec<(
            String,
            utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>,
        )>,
    ) {
        use utoipa::PartialSchema;
        schemas.push((TicketChange::name().into_owned(), TicketChange::schema()));
        schemas.push((
            CustomerChange::name().into_owned(),
            CustomerChange::schema(),
        ));
        TicketChange::schemas(schemas);
        CustomerChange::schemas(schemas);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tags(change: serde_json::Value, own: &[&str]) -> Vec<String> {
        let change: CustomerChange = serde_json::from_value(change).unwrap();
        let own: Vec<LabelText> = own.iter().map(|tag| (*tag).try_into().unwrap()).collect();
        change.tags(&own).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn labels_are_added_once_and_removed_where_they_are() {
        let change = json!({"add_tags": ["大客户", "vip", "vip"], "remove_tags": ["old"]});
        assert_eq!(
            tags(change.clone(), &["old", "vip", "b"]),
            ["vip", "b", "大客户"]
        );
        assert_eq!(tags(change, &[]), ["大客户", "vip"]);
    }

    #[test]
    fn what_would_change_nothing_or_contradicts_itself_is_refused() {
        let reason: TicketChange = serde_json::from_value(json!({"reason": "why"})).unwrap();
        assert_eq!(reason.faults(), [Fault::at("", FieldCode::Required)]);
        let nobody: TicketChange = serde_json::from_value(json!({"assignee_id": null})).unwrap();
        assert_eq!(nobody.faults(), []);
        let idle = json!({"priority": "low", "reason": "why"});
        let idle: TicketChange = serde_json::from_value(idle).unwrap();
        assert_eq!(
            idle.faults(),
            [Fault::at("/reason", FieldCode::InvalidValue)]
        );
        let both = json!({"add_tags": ["a"], "remove_tags": ["a"]});
        let both: CustomerChange = serde_json::from_value(both).unwrap();
        assert_eq!(
            both.faults(),
            [Fault::at("/remove_tags", FieldCode::Duplicate)]
        );
    }
}
