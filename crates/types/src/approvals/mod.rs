//! Approvals (who asks, who may decide, why): nobody ever approves his own.
//!
//! An [`ApprovalRule`] says for which tickets an approval is needed, by whom and what it covers. An
//! [`Approval`] is one asking: it keeps the covered facts as they were then. It counts for as long
//! as they are what was asked for. The moment one of them changes, pending and granted approvals
//! that cover it become [`ApprovalState::Outdated`], in the transaction that changes the ticket:
//! so lists, totals and the log of changes say what is true without looking at tickets, and a fact
//! that is changed and changed back revives nothing.
//!
//! Guards ask [`missing`] what a ticket still lacks.

mod authors;
mod decide;
mod facts;
mod missing;
mod rules;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::customers::CustomerRef;
use crate::filters::{Field, FieldKind};
use crate::ids::{ApprovalId, TicketId, UserId};
use crate::names::Names;
use crate::text::{Code, LineText, ReasonText};
use crate::users::UserRef;

pub use authors::authors;
pub use decide::{ApprovalError, Decider, decide, decide_ask, decide_withdrawal};
pub use facts::{COVERED, CoveredFact, covered, fact_of, facts_of, outdated};
pub use missing::{counts, is_needed, missing};
pub use rules::{ApprovalRule, NewApprovalRule};

/// The facts that an approval covers, by the names of the ticket's fields, each as it was when the
/// approval was asked for; null for nothing.
pub type CoveredFacts = BTreeMap<String, Value>;

/// What a list of approvals can be filtered by.
pub const FIELDS: &[Field] = &[
    Field::new("state", FieldKind::Code, "how it stands"),
    Field::new("rule", FieldKind::Code, "the code of its rule"),
    Field::new("asked_by", FieldKind::User, "who asked"),
    Field::new("decided_by", FieldKind::User, "who granted or refused it"),
    Field::new("asked", FieldKind::Instant, "when it was asked for"),
    Field::new(
        "decided",
        FieldKind::Instant,
        "when it was granted or refused",
    ),
    Field::new(
        "team",
        FieldKind::Team,
        "the team that its ticket lies with, subtree included",
    ),
];

/// How an approval stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ApprovalState {
    /// Asked for, not decided.
    Pending,
    /// Somebody granted it, and what it covers is what was asked for.
    Granted,
    /// Somebody refused it.
    Refused,
    /// Who asked took it back.
    Withdrawn,
    /// Something that it covers has changed since.
    Outdated,
}

impl ApprovalState {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Pending,
        Self::Granted,
        Self::Refused,
        Self::Withdrawn,
        Self::Outdated,
    ];

    /// Those that a change of what it covers ends.
    pub const LIVE: [Self; 2] = [Self::Pending, Self::Granted];

    /// The name on the wire and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Granted => "granted",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Outdated => "outdated",
        }
    }

    /// The state with this name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// An approval of something about a ticket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Approval {
    /// The id.
    pub id: ApprovalId,
    /// Raised by every change.
    pub version: i64,
    /// The ticket.
    pub ticket_id: TicketId,
    /// The code of the rule that it was asked for by.
    pub rule: Code,
    /// How it stands.
    pub state: ApprovalState,
    /// Who asked.
    pub asked_by: UserId,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// Why.
    pub reason: ReasonText,
    /// The covered facts as they were then, by the names of the ticket's fields; null for nothing.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub facts: CoveredFacts,
    /// Who may not decide it: who asked, and whoever had set one of the covered facts last.
    pub authors: Vec<UserId>,
    /// Who granted or refused it.
    pub decided_by: Option<UserId>,
    /// When.
    pub decided_at: Option<DateTime<Utc>>,
    /// Why.
    pub decision_reason: Option<ReasonText>,
}

/// The ticket of an approval in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApprovalTicket {
    /// The id.
    pub id: TicketId,
    /// The human number.
    pub number: i64,
    /// What it is about.
    pub subject: LineText,
    /// Its customer.
    pub customer: Option<CustomerRef>,
}

/// An approval in a list, with the names of what it refers to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApprovalSummary {
    /// The approval.
    #[serde(flatten)]
    pub approval: Approval,
    /// Its ticket.
    pub ticket: ApprovalTicket,
    /// The names of its rule.
    pub rule_names: Names,
    /// Who asked.
    pub asker: Option<UserRef>,
    /// Who granted or refused it.
    pub decider: Option<UserRef>,
}

/// `POST /tickets/{id}/approvals`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewApproval {
    /// The code of the rule to ask by.
    pub rule: Code,
    /// Why it is asked for.
    pub reason: ReasonText,
}

/// `PUT /approvals/{id}/decision`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApprovalDecision {
    /// Whether it is granted; else it is refused.
    pub granted: bool,
    /// Why.
    pub reason: ReasonText,
}

/// `PUT /approvals/{id}/withdrawal`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApprovalWithdrawal {
    /// Why it is taken back.
    #[serde(default)]
    pub reason: Option<ReasonText>,
}

/// What the history of a ticket tells of a step of an approval: `after` of an event of the kind
/// `approval`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalStep {
    /// The approval.
    pub approval_id: ApprovalId,
    /// The code of its rule.
    pub rule: Code,
    /// The names that the rule had then.
    pub rule_names: Names,
    /// How it stands from then on.
    pub state: ApprovalState,
}

impl Approval {
    /// What the history tells of it as it stands.
    pub fn step(&self, rule_names: &Names) -> Value {
        let step = ApprovalStep {
            approval_id: self.id,
            rule: self.rule.clone(),
            rule_names: rule_names.clone(),
            state: self.state,
        };
        // An object of texts can always be written.
        serde_json::to_value(step).unwrap_or_default()
    }
}
