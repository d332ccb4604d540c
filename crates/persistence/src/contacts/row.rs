//! A contact as a row.

use rapport_types::contacts::Contact;
use rapport_types::customers::Customer;
use rapport_types::ids::{ContactId, CustomerId};
use rapport_types::records::{Entity, micros};
use rapport_types::text::Code;
use sea_orm::Set;
use sea_orm::sea_query::{Condition, Expr, ExprTrait};
use serde::Serialize;

use crate::entities::contact::{self, ActiveModel, Model};
use crate::error::StoreError;
use crate::scope::ScopeKeys;
use crate::values::{instant, text};
use crate::writes::Record;

/// A contact with what its organisation is seen through: the change log shows it to the same
/// readers.
#[derive(Serialize)]
#[serde(transparent)]
pub(super) struct Held {
    contact: Contact,
    #[serde(skip)]
    keys: ScopeKeys,
}

impl Held {
    /// The contact of this organisation.
    pub(super) fn of(contact: Contact, organisation: &Customer) -> Self {
        Self {
            contact,
            keys: organisation.scope_keys(),
        }
    }

    /// The contact alone.
    pub(super) fn into_contact(self) -> Contact {
        self.contact
    }
}

impl Record for Held {
    const ENTITY: Entity = Entity::Contact;
    type Table = contact::Entity;
    type Row = ActiveModel;

    fn key(&self) -> String {
        self.contact.id.to_string()
    }

    fn version(&self) -> i64 {
        self.contact.version
    }

    fn set_version(&mut self, version: i64) {
        self.contact.version = version;
    }

    fn scope_keys(&self) -> ScopeKeys {
        self.keys.clone()
    }

    fn row(&self) -> ActiveModel {
        let own = |text: Option<&str>| Set(text.map(str::to_owned));
        let contact = &self.contact;
        ActiveModel {
            id: Set(contact.id.uuid()),
            version: Set(contact.version),
            customer_id: Set(contact.customer_id.uuid()),
            person_id: Set(contact.person_id.uuid()),
            role: own(contact.role.as_ref().map(|role| role.as_str())),
            preferred_channel: own(contact.preferred_channel.as_ref().map(Code::as_str)),
            is_primary: Set(contact.is_primary),
            note: own(contact.note.as_ref().map(|note| note.as_str())),
            created_at: Set(micros(contact.created_at)),
            updated_at: Set(micros(contact.updated_at)),
        }
    }

    fn filter(&self) -> Condition {
        Condition::all().add(Expr::col("id").eq(self.contact.id.uuid()))
    }
}

impl Model {
    /// The row as the wire shows it.
    pub(crate) fn into_wire(self) -> Result<Contact, StoreError> {
        Ok(Contact {
            id: ContactId::from_uuid(self.id),
            version: self.version,
            customer_id: CustomerId::from_uuid(self.customer_id),
            person_id: CustomerId::from_uuid(self.person_id),
            role: self.role.map(text).transpose()?,
            preferred_channel: self.preferred_channel.map(text).transpose()?,
            is_primary: self.is_primary,
            note: self.note.map(text).transpose()?,
            created_at: instant(self.created_at),
            updated_at: instant(self.updated_at),
        })
    }
}
