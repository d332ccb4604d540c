//! A ticket as a row.

use rapport_types::clocks::TicketClocks;
use rapport_types::ids::{CategoryId, CustomerId, ImportId, TeamId, TicketId, UserId};
use rapport_types::records::{Entity, micros};
use rapport_types::tickets::{Precision, Priority, Status, Ticket};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Condition, Expr, ExprTrait};

use crate::entities::ticket::{self, ActiveModel, Model};
use crate::error::StoreError;
use crate::scope::ScopeKeys;
use crate::values::{instant, json_text, text};
use crate::writes::{Record, from_json};

impl Record for Ticket {
    const ENTITY: Entity = Entity::Ticket;
    type Table = ticket::Entity;
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
        ScopeKeys::new(
            self.team_id,
            [
                self.assignee_id,
                self.duty_holder_id,
                self.first_responder_id,
            ],
        )
    }

    fn row(&self) -> ActiveModel {
        let next_warn_at = self
            .clocks
            .iter()
            .filter(|clock| clock.is_running() && clock.due_at == self.next_due_at)
            .find_map(|clock| clock.warn_at);
        ActiveModel {
            id: Set(self.id.uuid()),
            number: Set(self.number),
            version: Set(self.version),
            subject: Set(self.subject.as_str().to_owned()),
            description: Set(self
                .description
                .as_ref()
                .map(|text| text.as_str().to_owned())),
            type_code: Set(self.type_code.as_str().to_owned()),
            status: Set(self.status.code().to_owned()),
            priority: Set(self.priority.code().to_owned()),
            channel: Set(self.channel.as_str().to_owned()),
            category_id: Set(self.category_id.map(CategoryId::uuid)),
            customer_id: Set(self.customer_id.map(CustomerId::uuid)),
            contact_id: Set(self.contact_id.map(CustomerId::uuid)),
            team_id: Set(self.team_id.uuid()),
            assignee_id: Set(self.assignee_id.map(UserId::uuid)),
            first_responder_id: Set(self.first_responder_id.map(UserId::uuid)),
            duty_holder_id: Set(self.duty_holder_id.map(UserId::uuid)),
            resolver_id: Set(self.resolver_id.map(UserId::uuid)),
            follows_ticket_id: Set(self.follows_ticket_id.map(TicketId::uuid)),
            answered_on_spot: Set(self.answered_on_spot),
            precision: Set(precision_code(self.precision).to_owned()),
            opened_at: Set(micros(self.opened_at)),
            created_at: Set(micros(self.created_at)),
            updated_at: Set(micros(self.updated_at)),
            first_responded_at: Set(self.first_responded_at.map(micros)),
            first_response_counted_at: Set(self.first_response_counted_at().map(micros)),
            first_resolved_at: Set(self.first_resolved_at.map(micros)),
            resolved_at: Set(self.resolved_at.map(micros)),
            closed_at: Set(self.closed_at.map(micros)),
            reopened_count: Set(self.reopened_count),
            first_response_seconds: Set(self.first_response_seconds),
            resolution_seconds: Set(self.resolution_seconds),
            public_reply_count: Set(self.public_reply_count),
            satisfaction_score: Set(self.satisfaction_score),
            next_due_at: Set(self.next_due_at.map(micros)),
            next_warn_at: Set(next_warn_at.map(micros)),
            due_order: Set(self.next_due_at.map_or(i64::MAX, micros)),
            import_id: Set(self.import_id.map(ImportId::uuid)),
            external_ids: Set(json_text(&self.external_ids)),
            // The wire does not show them: see `clocks::ticket_row`.
            clock_basis: NotSet,
            unknown_clocks: NotSet,
            definition_version: Set(self.definition_version),
            pipeline: Set(self.pipeline.as_ref().map(ToString::to_string)),
            stage: Set(self.stage.as_ref().map(ToString::to_string)),
            stage_entered_at: Set(self.stage_entered_at.map(micros)),
            fields: Set(json_text(&self.fields)),
        }
    }

    fn filter(&self) -> Condition {
        Condition::all().add(Expr::col("id").eq(self.id.uuid()))
    }
}

const fn precision_code(precision: Precision) -> &'static str {
    match precision {
        Precision::Instant => "instant",
        Precision::Day => "day",
    }
}

impl Model {
    /// The row as the wire shows it, with its clocks.
    pub(crate) fn into_wire(self, clocks: &TicketClocks) -> Result<Ticket, StoreError> {
        let status = Status::from_code(&self.status);
        let priority = Priority::from_code(&self.priority);
        let (Some(status), Some(priority)) = (status, priority) else {
            return Err(StoreError::Failed(format!(
                "ticket {}: unknown status or priority",
                self.number
            )));
        };
        Ok(Ticket {
            id: TicketId::from_uuid(self.id),
            number: self.number,
            version: self.version,
            subject: text(self.subject)?,
            description: self.description.map(text).transpose()?,
            type_code: text(self.type_code)?,
            definition_version: self.definition_version,
            pipeline: self.pipeline.map(text).transpose()?,
            stage: self.stage.map(text).transpose()?,
            stage_entered_at: self.stage_entered_at.map(instant),
            fields: from_json(&self.fields)?,
            status,
            priority,
            channel: text(self.channel)?,
            category_id: self.category_id.map(CategoryId::from_uuid),
            customer_id: self.customer_id.map(CustomerId::from_uuid),
            contact_id: self.contact_id.map(CustomerId::from_uuid),
            team_id: TeamId::from_uuid(self.team_id),
            assignee_id: self.assignee_id.map(UserId::from_uuid),
            first_responder_id: self.first_responder_id.map(UserId::from_uuid),
            duty_holder_id: self.duty_holder_id.map(UserId::from_uuid),
            resolver_id: self.resolver_id.map(UserId::from_uuid),
            follows_ticket_id: self.follows_ticket_id.map(TicketId::from_uuid),
            answered_on_spot: self.answered_on_spot,
            precision: if self.precision == "day" {
                Precision::Day
            } else {
                Precision::Instant
            },
            opened_at: instant(self.opened_at),
            created_at: instant(self.created_at),
            updated_at: instant(self.updated_at),
            first_responded_at: self.first_responded_at.map(instant),
            first_resolved_at: self.first_resolved_at.map(instant),
            resolved_at: self.resolved_at.map(instant),
            closed_at: self.closed_at.map(instant),
            reopened_count: self.reopened_count,
            first_response_seconds: self.first_response_seconds,
            resolution_seconds: self.resolution_seconds,
            public_reply_count: self.public_reply_count,
            satisfaction_score: self.satisfaction_score,
            next_due_at: self.next_due_at.map(instant),
            import_id: self.import_id.map(ImportId::from_uuid),
            external_ids: from_json(&self.external_ids)?,
            clocks: clocks.wire(),
        })
    }
}
