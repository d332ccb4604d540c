//! A customer as a row.

use rapport_types::customers::{Customer, CustomerKind, Lifecycle, Nature};
use rapport_types::ids::{CustomerId, ImportId, TeamId, UserId};
use rapport_types::records::{Entity, micros};
use rapport_types::text::Code;
use sea_orm::Set;
use sea_orm::sea_query::{Condition, Expr, ExprTrait};

use crate::entities::customer::{self, ActiveModel, Model};
use crate::error::StoreError;
use crate::scope::ScopeKeys;
use crate::values::{instant, json_text, text};
use crate::writes::{Record, from_json};

impl Record for Customer {
    const ENTITY: Entity = Entity::Customer;
    type Table = customer::Entity;
    type Row = ActiveModel;

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn set_version(&mut self, version: i64) {
        self.version = version;
    }

    fn scope_keys(&self) -> ScopeKeys {
        ScopeKeys::new(self.team_id, [self.owner_id])
    }

    fn row(&self) -> ActiveModel {
        let own = |text: Option<&str>| Set(text.map(str::to_owned));
        ActiveModel {
            id: Set(self.id.uuid()),
            number: Set(self.number),
            version: Set(self.version),
            kind: Set(self.kind.code().to_owned()),
            name: Set(self.name.as_str().to_owned()),
            nature: own(self.nature.map(Nature::code)),
            industry: own(self.industry.as_ref().map(|t| t.as_str())),
            job_title: own(self.job_title.as_ref().map(|t| t.as_str())),
            phones: Set(json_text(&self.phones)),
            emails: Set(json_text(&self.emails)),
            address: own(self.address.as_ref().map(|t| t.as_str())),
            region: own(self.region.as_ref().map(|t| t.as_str())),
            birthday_on: Set(self.birthday_on.map(|day| day.to_string())),
            source_channel: own(self.source_channel.as_ref().map(Code::as_str)),
            owner_id: Set(self.owner_id.map(UserId::uuid)),
            team_id: Set(self.team_id.uuid()),
            lifecycle: Set(self.lifecycle.code().to_owned()),
            tags: Set(json_text(&self.tags)),
            note: own(self.note.as_ref().map(|t| t.as_str())),
            external_ids: Set(json_text(&self.external_ids)),
            import_id: Set(self.import_id.map(ImportId::uuid)),
            created_at: Set(micros(self.created_at)),
            updated_at: Set(micros(self.updated_at)),
        }
    }

    fn filter(&self) -> Condition {
        Condition::all().add(Expr::col("id").eq(self.id.uuid()))
    }
}

impl Model {
    /// The row as the wire shows it.
    pub(crate) fn into_wire(self) -> Result<Customer, StoreError> {
        let unknown =
            |what: &str| StoreError::Failed(format!("customer {}: unknown {what}", self.number));
        Ok(Customer {
            id: CustomerId::from_uuid(self.id),
            number: self.number,
            version: self.version,
            kind: CustomerKind::from_code(&self.kind).ok_or_else(|| unknown("kind"))?,
            name: text(self.name)?,
            nature: self.nature.as_deref().and_then(Nature::from_code),
            industry: self.industry.map(text).transpose()?,
            job_title: self.job_title.map(text).transpose()?,
            phones: from_json(&self.phones)?,
            emails: from_json(&self.emails)?,
            address: self.address.map(text).transpose()?,
            region: self.region.map(text).transpose()?,
            birthday_on: self.birthday_on.and_then(|day| day.parse().ok()),
            source_channel: self.source_channel.map(text).transpose()?,
            owner_id: self.owner_id.map(UserId::from_uuid),
            team_id: TeamId::from_uuid(self.team_id),
            lifecycle: Lifecycle::from_code(&self.lifecycle).ok_or_else(|| {
                StoreError::Failed(format!("unknown lifecycle {}", self.lifecycle))
            })?,
            tags: from_json(&self.tags)?,
            note: self.note.map(text).transpose()?,
            external_ids: from_json(&self.external_ids)?,
            import_id: self.import_id.map(ImportId::from_uuid),
            created_at: instant(self.created_at),
            updated_at: instant(self.updated_at),
        })
    }
}
