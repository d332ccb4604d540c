//! Why records were refused, kept without a language.

use serde::{Deserialize, Serialize};

use crate::locale::Locale;
use crate::problem::{ErrorCode, Fault, FieldCode, FieldError, Place};

/// Why one record was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordFault {
    /// The record.
    pub id: String,
    /// Its human number.
    pub number: i64,
    /// The code that the single request would have been refused with.
    pub code: String,
    /// What is wrong with members of the change.
    pub errors: Vec<MemberFault>,
}

/// What is wrong with one member of the change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberFault {
    /// Where: a JSON pointer into the change.
    pub pointer: String,
    /// What is wrong.
    pub code: String,
}

/// Why one record was refused, in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecordFaultView {
    /// The record.
    pub id: String,
    /// Its human number.
    pub number: i64,
    /// The code that the single request would have been refused with.
    pub code: String,
    /// What it says, for people.
    pub message: String,
    /// What is wrong with members of the change.
    pub errors: Vec<FieldError>,
}

impl RecordFault {
    /// The refusal of a record with this code and these faults.
    pub fn new(id: String, number: i64, code: ErrorCode, faults: &[Fault]) -> Self {
        let error = |fault: &Fault| MemberFault {
            pointer: match &fault.place {
                Place::Pointer(place) | Place::Parameter(place) => place.clone(),
            },
            code: fault.code.code().to_owned(),
        };
        Self {
            id,
            number,
            code: code.code().to_owned(),
            errors: faults.iter().map(error).collect(),
        }
    }

    /// The refusal in the reader's language.
    pub fn view(&self, locale: Locale) -> RecordFaultView {
        let title = ErrorCode::from_code(&self.code).map(|code| code.title(locale));
        let error = |error: &MemberFault| {
            let code = FieldCode::from_code(&error.code);
            Fault::at(error.pointer.clone(), code).to_error(locale)
        };
        RecordFaultView {
            id: self.id.clone(),
            number: self.number,
            code: self.code.clone(),
            message: title.unwrap_or_default().to_owned(),
            errors: self.errors.iter().map(error).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_refusal_is_told_in_the_language_of_who_reads_it() {
        let faults = [Fault::at("/team_id", FieldCode::Inactive)];
        let kept = RecordFault::new("ticket_1".to_owned(), 7, ErrorCode::Invalid, &faults);
        let (english, chinese) = (kept.view(Locale::En), kept.view(Locale::ZhCn));
        assert_eq!(english.errors[0].pointer.as_deref(), Some("/team_id"));
        assert_ne!(english.message, chinese.message);
        assert_ne!(english.errors[0].message, chinese.errors[0].message);
    }
}
