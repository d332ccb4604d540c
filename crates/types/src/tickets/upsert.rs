//! Making or changing a ticket by what another system knows of it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{NewTicket, Priority, TicketPatch};
use crate::ids::{CategoryId, CustomerId, TeamId, TicketId, UserId};
use crate::instants::read_instant;
use crate::patch::{Patch, not_null};
use crate::records::ExternalId;
use crate::text::{Code, LineText, LongText};
#[cfg(feature = "openapi")]
use crate::ticket_types::ChangedFields;
use crate::ticket_types::FieldsPatch;

/// What another system says of a ticket, which is made or changed by it. Members that are left out
/// stay as they are; a new ticket needs its subject.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TicketUpsert {
    /// What it is about, in one line.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub subject: Option<LineText>,
    /// What it is about, in full.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub description: Patch<LongText>,
    /// The code of its type; of a new ticket `enquiry` by default.
    #[serde(
        rename = "type",
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub type_code: Option<Code>,
    /// How urgent it is; of a new ticket `normal` by default.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub priority: Option<Priority>,
    /// The code of the channel it came by; of a new ticket `api` by default.
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
    /// Its customer.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub customer_id: Patch<CustomerId>,
    /// The person who asks for an organisation: one of its contacts.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub contact_id: Patch<CustomerId>,
    /// Changes of the fields of its type: null clears one, what is left out stays.
    #[serde(default, skip_serializing_if = "FieldsPatch::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = ChangedFields))]
    pub fields: FieldsPatch,
    /// Its keys in other systems, all of them.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub external_ids: Option<Vec<ExternalId>>,
    /// What a new ticket begins with; a ticket that is there keeps what it has become since.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub initial: Option<InitialTicket>,
}

/// What a ticket begins with and what has operations of its own afterwards.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InitialTicket {
    /// The team it lies with; default the caller's.
    #[serde(default)]
    pub team_id: Option<TeamId>,
    /// Who works on it.
    #[serde(default)]
    pub assignee_id: Option<UserId>,
    /// The ticket that it follows up.
    #[serde(default)]
    pub follows_ticket_id: Option<TicketId>,
    /// When the customer asked; default now. Not in the future.
    #[serde(default, deserialize_with = "read_instant")]
    pub opened_at: Option<DateTime<Utc>>,
    /// Whether the question was answered in the moment it was asked.
    #[serde(default)]
    pub answered_on_spot: bool,
}

impl TicketUpsert {
    /// The change of a ticket that is there.
    pub fn into_patch(self) -> TicketPatch {
        TicketPatch {
            subject: self.subject,
            description: self.description,
            type_code: self.type_code,
            priority: self.priority,
            channel: self.channel,
            category_id: self.category_id,
            customer_id: self.customer_id,
            contact_id: self.contact_id,
            fields: self.fields,
            external_ids: self.external_ids,
        }
    }

    /// The new ticket that this describes; none without a subject. A member that is null is left
    /// out.
    pub fn into_new(self) -> Option<NewTicket> {
        let initial = self.initial.unwrap_or_default();
        Some(NewTicket {
            subject: self.subject?,
            description: self.description.apply(None),
            type_code: self.type_code,
            priority: self.priority,
            channel: self.channel,
            category_id: self.category_id.apply(None),
            customer_id: self.customer_id.apply(None),
            contact_id: self.contact_id.apply(None),
            team_id: initial.team_id,
            assignee_id: initial.assignee_id,
            follows_ticket_id: initial.follows_ticket_id,
            opened_at: initial.opened_at,
            answered_on_spot: initial.answered_on_spot,
            fields: self.fields,
            external_ids: self.external_ids.unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn it_makes_or_changes_what_the_same_members_would_have() {
        let members = json!({"subject": "空调不制冷", "description": "三天了", "type": "repair",
            "priority": "high", "channel": "phone",
            "category_id": "category_01h455vb4pex5vsknk084sn02q",
            "customer_id": "customer_01h455vb4pex5vsknk084sn02q",
            "contact_id": "customer_01h455vb4pex5vsknk084sn02r",
            "fields": {"findings": "滤网堵塞"},
            "external_ids": [{"source": "crm", "id": "7"}]});
        let initial = json!({"team_id": "team_01h455vb4pex5vsknk084sn02q",
            "assignee_id": "user_01h455vb4pex5vsknk084sn02q",
            "follows_ticket_id": "ticket_01h455vb4pex5vsknk084sn02q",
            "opened_at": "2026-05-31T08:00:00Z", "answered_on_spot": true});
        let mut whole = members.clone();
        whole["initial"] = initial.clone();
        let upsert: TicketUpsert = serde_json::from_value(whole).unwrap();
        let patch: TicketPatch = serde_json::from_value(members.clone()).unwrap();
        assert_eq!(upsert.clone().into_patch(), patch);
        let mut new = members;
        for (name, value) in initial.as_object().unwrap() {
            new[name] = value.clone();
        }
        let new: NewTicket = serde_json::from_value(new).unwrap();
        assert_eq!(upsert.into_new(), Some(new));
        assert_eq!(TicketUpsert::default().into_new(), None);
    }
}
