//! Which status may follow which, by the hand of a person.

use super::Status;
use crate::problem::ErrorCode;

/// Why a ticket may not go where it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusError {
    /// That status does not follow this one.
    NotReachable,
    /// A closed ticket opens again only with a reason.
    ReasonRequired,
}

impl StatusError {
    /// The error code that the caller gets.
    pub const fn code(self) -> ErrorCode {
        match self {
            Self::NotReachable => ErrorCode::InvalidTransition,
            Self::ReasonRequired => ErrorCode::ReasonRequired,
        }
    }
}

/// Whether a person may send a ticket from one status to another.
///
/// Nothing becomes new again; from resolved and closed the way leads back to open only.
///
/// # Errors
/// [`StatusError`] says what is missing.
pub const fn decide_move(from: Status, to: Status, has_reason: bool) -> Result<(), StatusError> {
    use Status::{Closed, New, OnHold, Open, Resolved, WaitingOnCustomer};
    match (from, to) {
        (New, Open | WaitingOnCustomer | OnHold | Resolved | Closed)
        | (Open, WaitingOnCustomer | OnHold | Resolved | Closed)
        | (WaitingOnCustomer, Open | OnHold | Resolved | Closed)
        | (OnHold, Open | WaitingOnCustomer | Resolved | Closed)
        | (Resolved, Open | Closed) => Ok(()),
        (Closed, Open) if has_reason => Ok(()),
        (Closed, Open) => Err(StatusError::ReasonRequired),
        _ => Err(StatusError::NotReachable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_states_is_decided() {
        // Rows: from; columns: to, in the order of Status::ALL. r = only with a reason.
        let table = [".xxxxx", "..xxxx", ".x.xxx", ".xx.xx", ".x...x", ".r...."];
        for (from, row) in Status::ALL.into_iter().zip(table) {
            for (to, cell) in Status::ALL.into_iter().zip(row.chars()) {
                assert_eq!(
                    decide_move(from, to, true).is_ok(),
                    cell != '.',
                    "{from:?} {to:?}"
                );
                assert_eq!(
                    decide_move(from, to, false).is_ok(),
                    cell == 'x',
                    "{from:?} {to:?}"
                );
            }
        }
        let refused = decide_move(Status::Closed, Status::Open, false);
        assert_eq!(refused, Err(StatusError::ReasonRequired));
    }
}
