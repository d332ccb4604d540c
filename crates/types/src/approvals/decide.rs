//! Who may ask, decide and withdraw.

use super::{Approval, ApprovalRule, ApprovalState};
use crate::ids::UserId;
use crate::problem::ErrorCode;
use crate::text::Code;

/// Why a step of an approval is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApprovalError {
    /// One of the rule is pending already.
    Pending,
    /// It is not pending any more.
    Over,
    /// A program asks, by whichever key and on whosever behalf.
    NotByApiKey,
    /// Has none of the roles that decide.
    NotADecider,
    /// Asked for it or set what it covers.
    Own,
    /// Did not ask for it.
    NotTheAsker,
}

impl ApprovalError {
    /// The code that the caller hears.
    pub const fn code(self) -> ErrorCode {
        match self {
            Self::Pending => ErrorCode::ApprovalPending,
            Self::Over => ErrorCode::ApprovalOver,
            Self::NotByApiKey => ErrorCode::NotByApiKey,
            Self::NotADecider => ErrorCode::NotADecider,
            Self::Own => ErrorCode::OwnApproval,
            Self::NotTheAsker => ErrorCode::NotTheAsker,
        }
    }
}

/// Somebody who wants to decide.
#[derive(Debug, Clone, Copy)]
pub struct Decider<'a> {
    /// Who.
    pub user: UserId,
    /// The codes of the roles.
    pub roles: &'a [Code],
    /// Whether it is a person who has signed in, no service and no key.
    pub is_person: bool,
}

/// Whether an approval by this rule may be asked for beside those that the ticket has.
///
/// # Errors
/// [`ApprovalError::Pending`].
pub fn decide_ask(rule: &Code, existing: &[Approval]) -> Result<(), ApprovalError> {
    let is_pending = |it: &Approval| it.rule == *rule && it.state == ApprovalState::Pending;
    if existing.iter().any(is_pending) {
        return Err(ApprovalError::Pending);
    }
    Ok(())
}

/// Whether somebody may decide. That the decider sees the ticket is known by then. Who may never
/// decide hears that, whether or not it is over.
///
/// # Errors
/// Why not.
pub fn decide(
    approval: &Approval,
    rule: &ApprovalRule,
    decider: &Decider<'_>,
) -> Result<(), ApprovalError> {
    if !decider.is_person {
        return Err(ApprovalError::NotByApiKey);
    }
    if !decider
        .roles
        .iter()
        .any(|role| rule.deciders.contains(role))
    {
        return Err(ApprovalError::NotADecider);
    }
    if approval.asked_by == decider.user || approval.authors.contains(&decider.user) {
        return Err(ApprovalError::Own);
    }
    if approval.state != ApprovalState::Pending {
        return Err(ApprovalError::Over);
    }
    Ok(())
}

/// Whether somebody may take an approval back: who asked for it, until it is decided.
///
/// # Errors
/// Why not.
pub fn decide_withdrawal(approval: &Approval, user: UserId) -> Result<(), ApprovalError> {
    if approval.asked_by != user {
        return Err(ApprovalError::NotTheAsker);
    }
    if approval.state != ApprovalState::Pending {
        return Err(ApprovalError::Over);
    }
    Ok(())
}
