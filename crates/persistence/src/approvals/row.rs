//! An approval as a row.

use rapport_types::approvals::{Approval, ApprovalState};
use rapport_types::ids::{ApprovalId, TicketId, UserId};
use rapport_types::records::{Entity, micros};
use rapport_types::tickets::Ticket;
use sea_orm::Set;
use sea_orm::sea_query::{Condition, Expr, ExprTrait};
use serde::Serialize;

use crate::entities::approval::{self, ActiveModel, Model};
use crate::error::StoreError;
use crate::scope::ScopeKeys;
use crate::values::{instant, json_text, text};
use crate::writes::{Record, from_json};

/// An approval with what its ticket is seen through: the change log shows it to the same readers.
#[derive(Serialize)]
#[serde(transparent)]
pub(super) struct Held {
    pub(super) approval: Approval,
    #[serde(skip)]
    keys: ScopeKeys,
}

impl Held {
    /// The approval of this ticket.
    pub(super) fn of(approval: Approval, ticket: &Ticket) -> Self {
        Self {
            approval,
            keys: ticket.scope_keys(),
        }
    }
}

impl Record for Held {
    const ENTITY: Entity = Entity::Approval;
    type Table = approval::Entity;
    type Row = ActiveModel;

    fn key(&self) -> String {
        self.approval.id.to_string()
    }

    fn version(&self) -> i64 {
        self.approval.version
    }

    fn set_version(&mut self, version: i64) {
        self.approval.version = version;
    }

    fn scope_keys(&self) -> ScopeKeys {
        self.keys.clone()
    }

    fn row(&self) -> ActiveModel {
        let it = &self.approval;
        ActiveModel {
            id: Set(it.id.uuid()),
            version: Set(it.version),
            ticket_id: Set(it.ticket_id.uuid()),
            rule_code: Set(it.rule.to_string()),
            state: Set(it.state.code().to_owned()),
            asked_by: Set(it.asked_by.uuid()),
            asked_at: Set(micros(it.asked_at)),
            reason: Set(it.reason.as_str().to_owned()),
            facts: Set(json_text(&it.facts)),
            authors: Set(json_text(&it.authors)),
            decided_by: Set(it.decided_by.map(UserId::uuid)),
            decided_at: Set(it.decided_at.map(micros)),
            decision_reason: Set(it
                .decision_reason
                .as_ref()
                .map(|reason| reason.as_str().to_owned())),
        }
    }

    fn filter(&self) -> Condition {
        Condition::all().add(Expr::col("id").eq(self.approval.id.uuid()))
    }
}

impl Model {
    /// The row as the wire shows it.
    pub(crate) fn into_wire(self) -> Result<Approval, StoreError> {
        Ok(Approval {
            id: ApprovalId::from_uuid(self.id),
            version: self.version,
            ticket_id: TicketId::from_uuid(self.ticket_id),
            rule: text(self.rule_code)?,
            state: ApprovalState::from_code(&self.state)
                .ok_or_else(|| StoreError::Failed(format!("unknown state {}", self.state)))?,
            asked_by: UserId::from_uuid(self.asked_by),
            asked_at: instant(self.asked_at),
            reason: text(self.reason)?,
            facts: from_json(&self.facts)?,
            authors: from_json(&self.authors)?,
            decided_by: self.decided_by.map(UserId::from_uuid),
            decided_at: self.decided_at.map(instant),
            decision_reason: self.decision_reason.map(text).transpose()?,
        })
    }
}
