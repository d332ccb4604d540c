//! Contacts: the people through whom an organisation speaks.
//!
//! A contact is a **link between two customers**, an organisation and a person, that carries what
//! holds between these two alone: the role, the channel the person wants to be asked by, whether it
//! is the first to ask, a note. It is no table of people of its own, because the person is a
//! customer already: it has one name, one set of telephone numbers, one timeline, also when it is a
//! contact of several organisations, changes its employer or asks in its own name. A ticket's
//! `contact_id` names the *person*, so that it still tells who asked after the link is gone.

mod rules;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::customers::{CustomerKind, CustomerRef, NewCustomer};
use crate::ids::{ContactId, CustomerId};
use crate::patch::{Patch, not_null};
use crate::problem::{Fault, FieldCode};
use crate::text::{Code, Email, LabelText, LineText, Phone};

pub use rules::{ContactError, MOST, decide_new, displaced, may_have_contacts};

/// A contact, as `GET /contacts/{id}` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Contact {
    /// The id.
    pub id: ContactId,
    /// Raised by every change.
    pub version: i64,
    /// The organisation.
    pub customer_id: CustomerId,
    /// The person, a customer too.
    pub person_id: CustomerId,
    /// What the person is to the organisation: 采购, purchasing.
    pub role: Option<LabelText>,
    /// The code of the channel by which the person wants to be asked.
    pub preferred_channel: Option<Code>,
    /// Whether it is the one to ask first; at most one of an organisation's contacts is.
    pub is_primary: bool,
    /// A short note.
    pub note: Option<LineText>,
    /// When the record was made.
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}

/// How a person can be reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContactReach {
    /// The person's job title.
    pub job_title: Option<LineText>,
    /// Telephone numbers, the preferred one first.
    pub phones: Vec<Phone>,
    /// E-mail addresses, the preferred one first.
    pub emails: Vec<Email>,
}

/// A contact in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContactSummary {
    /// The id.
    pub id: ContactId,
    /// The version.
    pub version: i64,
    /// The organisation.
    pub customer: CustomerRef,
    /// The person.
    pub person: CustomerRef,
    /// How to reach the person; null when the person's own record lies outside what you may see.
    pub reach: Option<ContactReach>,
    /// What the person is to the organisation.
    pub role: Option<LabelText>,
    /// The code of the channel by which the person wants to be asked.
    pub preferred_channel: Option<Code>,
    /// Whether it is the one to ask first.
    pub is_primary: bool,
    /// A short note.
    pub note: Option<LineText>,
    /// When the record was made.
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}

/// What a caller says to add a contact: a person who is a customer already, or a new one, who is
/// added with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewContact {
    /// The person, when it is a customer already.
    #[serde(default)]
    pub person_id: Option<CustomerId>,
    /// The person, when it is new; its team is the organisation's, unless it names another.
    #[serde(default)]
    pub person: Option<NewCustomer>,
    /// What the person is to the organisation.
    #[serde(default)]
    pub role: Option<LabelText>,
    /// The code of the channel by which the person wants to be asked.
    #[serde(default)]
    pub preferred_channel: Option<Code>,
    /// Whether it is the one to ask first; the other one no longer is. Default: whether it is the
    /// organisation's first contact.
    #[serde(default)]
    pub is_primary: Option<bool>,
    /// A short note.
    #[serde(default)]
    pub note: Option<LineText>,
}

impl NewContact {
    /// Names the person in exactly one way, and a new one is no organisation.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        match (&self.person_id, &self.person) {
            (None, None) => faults.push(Fault::at("/person_id", FieldCode::Required)),
            (Some(_), Some(_)) => faults.push(Fault::at("/person", FieldCode::Duplicate)),
            (None, Some(person)) if person.kind == Some(CustomerKind::Organisation) => {
                faults.push(Fault::at("/person/kind", FieldCode::NotAPerson));
            }
            _ => {}
        }
        faults
    }
}

/// What PATCH may change. Another person is another contact.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContactPatch {
    /// What the person is to the organisation.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub role: Patch<LabelText>,
    /// The code of the channel by which the person wants to be asked.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub preferred_channel: Patch<Code>,
    /// Whether it is the one to ask first; the other one no longer is.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub is_primary: Option<bool>,
    /// A short note.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub note: Patch<LineText>,
}

impl ContactPatch {
    /// The contact after the change.
    #[must_use]
    pub fn apply(self, contact: Contact) -> Contact {
        Contact {
            role: self.role.apply(contact.role),
            preferred_channel: self.preferred_channel.apply(contact.preferred_channel),
            is_primary: self.is_primary.unwrap_or(contact.is_primary),
            note: self.note.apply(contact.note),
            ..contact
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    /// A contact with nothing but its two ends.
    pub(super) fn contact(id: u128, person: u128, is_primary: bool) -> Contact {
        Contact {
            id: ContactId::from_uuid(Uuid::from_u128(id)),
            version: 1,
            customer_id: CustomerId::from_uuid(Uuid::from_u128(1)),
            person_id: CustomerId::from_uuid(Uuid::from_u128(person)),
            role: None,
            preferred_channel: None,
            is_primary,
            note: None,
            created_at: DateTime::UNIX_EPOCH,
            updated_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_person_is_named_in_exactly_one_way() {
        for (body, expected) in [
            (r#"{}"#, Some(("/person_id", FieldCode::Required))),
            (r#"{"person": {"name": "王芳"}}"#, None),
            (r#"{"person": {"name": "王芳", "kind": "person"}}"#, None),
            (
                r#"{"person": {"name": "华远", "kind": "organisation"}}"#,
                Some(("/person/kind", FieldCode::NotAPerson)),
            ),
            (
                r#"{"person_id": "customer_01h455vb4pex5vsknk084sn02q"}"#,
                None,
            ),
            (
                r#"{"person_id": "customer_01h455vb4pex5vsknk084sn02q", "person": {"name": "王芳"}}"#,
                Some(("/person", FieldCode::Duplicate)),
            ),
        ] {
            let new: NewContact = serde_json::from_str(body).unwrap();
            let expected: Vec<_> = expected
                .map(|(pointer, code)| Fault::at(pointer, code))
                .into_iter()
                .collect();
            assert_eq!(new.faults(), expected, "{body}");
        }
    }

    #[test]
    fn a_patch_changes_what_it_names() {
        let before = Contact {
            role: Some("采购".try_into().unwrap()),
            note: Some("只在上午".try_into().unwrap()),
            ..contact(1, 2, false)
        };
        let patch: ContactPatch =
            serde_json::from_str(r#"{"role": null, "preferred_channel": "wechat"}"#).unwrap();
        let after = patch.apply(before.clone());
        assert_eq!(
            after,
            Contact {
                role: None,
                preferred_channel: Some("wechat".try_into().unwrap()),
                ..before
            }
        );
        assert!(serde_json::from_str::<ContactPatch>(r#"{"is_primary": null}"#).is_err());
        assert!(serde_json::from_str::<ContactPatch>(r#"{"person_id": null}"#).is_err());
    }
}
