//! Why a call failed, in the reader's words.

use crate::i18n::td_string;
use rapport_types::locale::Locale;
use rapport_types::problem::{ErrorCode, FieldCode, Problem};

use crate::preferences::text_locale;

/// Why a call failed.
#[derive(Debug, Clone, PartialEq)]
pub enum ApiError {
    /// The API refused.
    Problem(Box<Problem>),
    /// The server could not be reached; nothing was sent, or its answer never came.
    Offline,
    /// No answer within 30 s.
    Timeout,
    /// An answer that this page does not understand.
    Unreadable {
        /// What was wrong with it, for the person who repairs it.
        detail: String,
    },
}

impl ApiError {
    /// The refusal's code; none when the API did not answer.
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Problem(problem) => ErrorCode::from_code(&problem.code),
            Self::Offline | Self::Timeout | Self::Unreadable { .. } => None,
        }
    }

    /// What happened, in one sentence.
    pub fn title(&self, locale: Locale) -> String {
        let text = text_locale(locale);
        match self {
            Self::Problem(problem) => self.code().map_or_else(
                || problem.title.clone(),
                |code| code.title(locale).to_owned(),
            ),
            Self::Offline => td_string!(text, frame.error.offline).to_owned(),
            Self::Timeout => td_string!(text, frame.error.timeout).to_owned(),
            Self::Unreadable { .. } => td_string!(text, frame.error.unreadable).to_owned(),
        }
    }

    /// More about this occurrence, when there is more.
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::Problem(problem) => problem.detail.as_deref(),
            Self::Unreadable { detail } => Some(detail),
            Self::Offline | Self::Timeout => None,
        }
    }

    /// The id under which the server logged the request.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Problem(problem) => Some(&problem.request_id),
            Self::Offline | Self::Timeout | Self::Unreadable { .. } => None,
        }
    }

    /// What is wrong with the member at a JSON pointer such as `/name`, or with one inside it.
    pub fn field(&self, pointer: &str, locale: Locale) -> Option<String> {
        let Self::Problem(problem) = self else {
            return None;
        };
        problem.errors.iter().find_map(|error| {
            let rest = error.pointer.as_deref()?.strip_prefix(pointer)?;
            (rest.is_empty() || rest.starts_with('/'))
                .then(|| FieldCode::from_code(&error.code).message(locale).to_owned())
        })
    }

    /// What the API says of single things that are wrong, in the language of the call.
    pub fn messages(&self) -> Vec<String> {
        match self {
            Self::Problem(problem) => {
                let errors = problem.errors.iter();
                errors.map(|error| error.message.to_string()).collect()
            }
            Self::Offline | Self::Timeout | Self::Unreadable { .. } => Vec::new(),
        }
    }

    /// Whether the refusal names single fields, so that the form shows it in place.
    pub fn names_fields(&self) -> bool {
        matches!(self, Self::Problem(problem) if problem.errors.iter().any(|e| e.pointer.is_some()))
    }

    /// Whether somebody else changed the record first (412).
    pub fn is_stale(&self) -> bool {
        self.code() == Some(ErrorCode::Stale)
    }

    /// Whether the reader's role does not allow it (403): trying again changes nothing.
    pub fn is_refused(&self) -> bool {
        self.code() == Some(ErrorCode::NotAllowed)
    }

    /// Whether there is no such record, or the reader may not see it (404).
    pub fn is_not_found(&self) -> bool {
        self.code() == Some(ErrorCode::NotFound)
    }
}
