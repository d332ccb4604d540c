//! Approvals of tickets, and the rules by which they are asked for.

use rapport_types::approvals::{
    Approval, ApprovalDecision, ApprovalRule, ApprovalSummary, ApprovalWithdrawal, NewApproval,
};
use rapport_types::ids::{ApprovalId, TicketId};
use rapport_types::page::Page;

use super::ApiError;
use super::tickets::whole;
use crate::links::with_query;

/// A page of the approvals that the reader sees.
///
/// # Errors
/// As every read.
pub async fn list(pairs: &[(&str, &str)]) -> Result<Page<ApprovalSummary>, ApiError> {
    let reply = super::get(&with_query("/approvals", pairs)).await?;
    Ok(reply.value)
}

/// The approvals of a ticket, oldest first.
///
/// # Errors
/// As every read.
pub async fn of_ticket(id: TicketId) -> Result<Vec<ApprovalSummary>, ApiError> {
    whole(&format!("/tickets/{id}/approvals")).await
}

/// All rules.
///
/// # Errors
/// As every read.
pub async fn rules() -> Result<Vec<ApprovalRule>, ApiError> {
    whole("/approval-rules").await
}

/// Asks for an approval.
///
/// # Errors
/// As every write; one by the rule may be pending already.
pub async fn ask(ticket: TicketId, new: &NewApproval) -> Result<Approval, ApiError> {
    let reply = super::post(&format!("/tickets/{ticket}/approvals"), new).await?;
    Ok(reply.value)
}

/// Grants or refuses an approval of this version.
///
/// # Errors
/// As every write; it may be over by then.
pub async fn decide(
    (id, version): (ApprovalId, i64),
    decision: &ApprovalDecision,
) -> Result<Approval, ApiError> {
    let path = format!("/approvals/{id}/decision");
    let reply = super::put(&path, decision, Some(&format!("\"{version}\""))).await?;
    Ok(reply.value)
}

/// Takes an approval of this version back.
///
/// # Errors
/// As every write; it may be over by then.
pub async fn withdraw((id, version): (ApprovalId, i64)) -> Result<Approval, ApiError> {
    let path = format!("/approvals/{id}/withdrawal");
    let body = ApprovalWithdrawal::default();
    let reply = super::put(&path, &body, Some(&format!("\"{version}\""))).await?;
    Ok(reply.value)
}
