//! The one error of the API. Everything that refuses a request becomes an [`ApiError`], which
//! becomes a [`Problem`] in the caller's language.
//!
//! An error has two messages: `detail` and the faults go to the caller, the cause goes to the log.

use std::borrow::Cow;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use rapport_persistence::conflicts::WriteError;
use rapport_persistence::error::StoreError;
use rapport_types::ids::CustomerId;
use rapport_types::imports::ImportFault;
use rapport_types::locale::Locale;
use rapport_types::problem::{ErrorCode, Fault, FieldCode, FieldError, Problem};

/// Most faults of one answer.
pub const MOST_FAULTS: usize = 20;

/// The media type of a [`Problem`].
pub const PROBLEM_JSON: &str = "application/problem+json";

/// Why a request is refused.
#[derive(Debug)]
pub struct ApiError(Box<Inner>);

#[derive(Debug)]
struct Inner {
    code: ErrorCode,
    detail: Option<Cow<'static, str>>,
    faults: Vec<Fault>,
    /// Faults of imports with their pointers.
    import_faults: Vec<(String, ImportFault)>,
    /// Faults in the caller's language already.
    told: Vec<FieldError>,
    current_version: Option<i64>,
    merged_into: Option<CustomerId>,
    headers: Vec<(HeaderName, HeaderValue)>,
    cause: Option<String>,
    is_conflict: bool,
}

impl ApiError {
    /// A refusal with the status and the text of its code.
    pub fn new(code: ErrorCode) -> Self {
        let mut headers = Vec::new();
        if code.status() == 401 {
            headers.push((
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"rapport\""),
            ));
        }
        Self(Box::new(Inner {
            code,
            detail: None,
            faults: Vec::new(),
            import_faults: Vec::new(),
            told: Vec::new(),
            current_version: None,
            merged_into: None,
            headers,
            cause: None,
            is_conflict: false,
        }))
    }

    /// A fault of ours; the cause is for the log alone.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::new(ErrorCode::Internal).because(cause)
    }

    /// 422 with these faults, of which the caller sees the first [`MOST_FAULTS`].
    pub fn invalid(mut faults: Vec<Fault>) -> Self {
        faults.truncate(MOST_FAULTS);
        let mut error = Self::new(ErrorCode::Invalid);
        error.0.faults = faults;
        error
    }

    /// The same refusal with these faults.
    #[must_use]
    pub fn with_faults(mut self, faults: Vec<Fault>) -> Self {
        self.0.faults = faults;
        self
    }

    /// The same refusal with these faults of a file or mapping, each with its JSON pointer, of which
    /// the caller sees the first [`MOST_FAULTS`].
    #[must_use]
    pub fn with_import_faults(mut self, mut faults: Vec<(String, ImportFault)>) -> Self {
        faults.truncate(MOST_FAULTS);
        self.0.import_faults = faults;
        self
    }

    /// The same refusal with these faults, which are in the caller's language already and of which
    /// the caller sees the first [`MOST_FAULTS`].
    #[must_use]
    pub fn with_told(mut self, mut faults: Vec<FieldError>) -> Self {
        faults.truncate(MOST_FAULTS);
        self.0.told = faults;
        self
    }

    /// 429, to be tried again after so many seconds.
    pub fn too_many_attempts(retry_after_seconds: u64) -> Self {
        Self::new(ErrorCode::TooManyAttempts)
            .with_header(header::RETRY_AFTER, &retry_after_seconds.to_string())
    }

    /// 409: the customer has become part of this one.
    pub fn merged(into: CustomerId) -> Self {
        let mut error = Self::new(ErrorCode::Merged);
        error.0.merged_into = Some(into);
        error
    }

    /// 429: the credential has sent too many requests; more are let in after so many seconds.
    pub fn too_many_requests(retry_after_seconds: u32) -> Self {
        Self::new(ErrorCode::TooManyRequests)
            .with_header(header::RETRY_AFTER, &retry_after_seconds.to_string())
    }

    /// 503: the server has more to do than it can.
    pub fn overloaded(cause: &'static str) -> Self {
        Self::new(ErrorCode::Overloaded)
            .because(cause)
            .with_header(header::RETRY_AFTER, "1")
    }

    /// More about this occurrence, for the caller; never a value that may be a secret.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// What happened, for the log.
    #[must_use]
    pub fn because(mut self, cause: impl std::fmt::Display) -> Self {
        self.0.cause = Some(cause.to_string());
        self
    }

    /// A header of the answer; a value that no header can hold is left out.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.0.headers.push((name, value));
        }
        self
    }

    /// 405 with the methods that the path knows instead.
    pub fn method_not_allowed<'m>(methods: impl Iterator<Item = &'m str>) -> Self {
        let mut allowed: Vec<&str> = methods.collect();
        if allowed.contains(&"GET") && !allowed.contains(&"HEAD") {
            allowed.push("HEAD");
        }
        Self::new(ErrorCode::MethodNotAllowed).with_header(header::ALLOW, &allowed.join(", "))
    }

    /// The code.
    pub fn code(&self) -> ErrorCode {
        self.0.code
    }

    /// The faults.
    pub fn faults(&self) -> &[Fault] {
        &self.0.faults
    }

    /// What happened, for the log.
    pub fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }

    /// The body of the answer in the caller's language.
    pub fn to_problem(&self, locale: Locale, request_id: &str) -> Problem {
        let mut problem = Problem::new(self.0.code, locale, request_id);
        problem.detail = self.0.detail.as_ref().map(ToString::to_string);
        problem.current_version = self.0.current_version;
        problem.merged_into = self.0.merged_into;
        problem.errors = self
            .0
            .faults
            .iter()
            .map(|fault| fault.to_error(locale))
            .collect();
        problem.errors.extend(
            self.0
                .import_faults
                .iter()
                .map(|(pointer, fault)| FieldError {
                    pointer: Some(pointer.clone()),
                    parameter: None,
                    code: Cow::Borrowed(fault.code.code()),
                    message: Cow::Owned(fault.message(locale)),
                }),
        );
        problem.errors.extend(self.0.told.iter().cloned());
        problem
    }

    /// The answer in the caller's language.
    pub fn to_response(&self, locale: Locale, request_id: &str) -> HttpResponse {
        let problem = self.to_problem(locale, request_id);
        let mut response = HttpResponse::build(self.status_code());
        for header in &self.0.headers {
            response.append_header((header.0.clone(), header.1.clone()));
        }
        response
            .insert_header((header::CONTENT_LANGUAGE, locale.tag()))
            .content_type(PROBLEM_JSON)
            .json(problem)
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.code.code())?;
        for fault in &self.0.faults {
            write!(f, " {:?}={}", fault.place, fault.code.code())?;
        }
        for (pointer, fault) in &self.0.import_faults {
            write!(f, " {pointer}={}", fault.code.code())?;
        }
        match &self.0.cause {
            Some(cause) => write!(f, ": {cause}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ApiError {}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.0.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Written again in the caller's language by the middleware, which knows the request.
    fn error_response(&self) -> HttpResponse {
        self.to_response(Locale::En, "")
    }
}

impl From<ErrorCode> for ApiError {
    fn from(code: ErrorCode) -> Self {
        Self::new(code)
    }
}

impl From<Fault> for ApiError {
    fn from(fault: Fault) -> Self {
        Self::invalid(vec![fault])
    }
}

impl From<Vec<Fault>> for ApiError {
    fn from(faults: Vec<Fault>) -> Self {
        Self::invalid(faults)
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::new(ErrorCode::NotFound),
            StoreError::Taken(member) => {
                let mut error = Self::new(ErrorCode::Taken);
                error.0.faults = vec![Fault::at(format!("/{member}"), FieldCode::Taken)];
                error
            }
            StoreError::Unknown(member) => {
                let pointer = member.map_or_else(String::new, |member| format!("/{member}"));
                Fault::at(pointer, FieldCode::UnknownRecord).into()
            }
            StoreError::InUse => Self::new(ErrorCode::InUse),
            StoreError::Stale { current_version } => {
                let mut error = Self::new(ErrorCode::Stale);
                error.0.current_version = Some(current_version);
                error
            }
            StoreError::OtherBody => Self::new(ErrorCode::IdempotencyKeyReused),
            StoreError::InProgress => {
                Self::new(ErrorCode::RequestInProgress).with_header(header::RETRY_AFTER, "1")
            }
            StoreError::Busy(cause) | StoreError::Locked(cause) => {
                Self::new(ErrorCode::Unavailable)
                    .because(cause)
                    .with_header(header::RETRY_AFTER, "1")
            }
            // Met again with every further try.
            StoreError::Conflict(cause) => {
                let mut error = Self::new(ErrorCode::Unavailable)
                    .because(cause)
                    .with_header(header::RETRY_AFTER, "1");
                error.0.is_conflict = true;
                error
            }
            StoreError::Full(cause) => Self::new(ErrorCode::StorageFull).because(cause),
            StoreError::Failed(cause) => Self::internal(cause),
        }
    }
}

impl WriteError for ApiError {
    fn is_conflict(&self) -> bool {
        self.0.is_conflict
    }
}

/// The code for a refusal that some other layer made with nothing but a status.
pub fn code_for_status(status: StatusCode) -> ErrorCode {
    match status.as_u16() {
        401 => ErrorCode::NotSignedIn,
        403 => ErrorCode::NotAllowed,
        404 => ErrorCode::NoSuchRoute,
        405 => ErrorCode::MethodNotAllowed,
        408 => ErrorCode::RequestTimeout,
        413 => ErrorCode::TooLarge,
        415 => ErrorCode::UnsupportedMediaType,
        422 => ErrorCode::Invalid,
        429 => ErrorCode::TooManyAttempts,
        503 => ErrorCode::Unavailable,
        400..500 => ErrorCode::BadRequest,
        _ => ErrorCode::Internal,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::MessageBody;

    use super::*;

    fn problem(error: &ApiError, locale: Locale) -> (HttpResponse, Problem) {
        let response = error.to_response(locale, "r-1");
        let (head, body) = response.into_parts();
        let bytes = body.try_into_bytes().unwrap();
        (
            head.set_body(actix_web::body::BoxBody::new(())),
            serde_json::from_slice(&bytes).unwrap(),
        )
    }

    #[test]
    fn a_failed_statement_says_nothing_of_itself_to_the_caller() {
        let error = ApiError::from(StoreError::Failed("no such column: secret".into()));
        assert_eq!(error.cause(), Some("no such column: secret"));
        let (response, problem) = problem(&error, Locale::En);
        assert_eq!(response.status(), 500);
        assert_eq!(problem.code, "internal");
        assert!(!format!("{problem:?}").contains("column"));
        assert_eq!(problem.request_id, "r-1");
    }

    #[test]
    fn store_errors_have_their_statuses() {
        for (error, status) in [
            (StoreError::NotFound, 404),
            (StoreError::Taken("username".into()), 409),
            (StoreError::Unknown(None), 422),
            (StoreError::InUse, 409),
            (StoreError::Stale { current_version: 4 }, 412),
            (StoreError::OtherBody, 422),
            (StoreError::InProgress, 409),
            (StoreError::Busy("locked".into()), 503),
            (StoreError::Conflict("deadlock".into()), 503),
            (StoreError::Full("disk".into()), 503),
        ] {
            assert_eq!(ApiError::from(error).status_code(), status);
        }
        let stale = ApiError::from(StoreError::Stale { current_version: 4 });
        assert_eq!(problem(&stale, Locale::En).1.current_version, Some(4));
        let unknown = StoreError::Unknown(Some("customer_id".into())).into();
        let unknown = problem(&unknown, Locale::En).1;
        assert_eq!(unknown.errors[0].pointer.as_deref(), Some("/customer_id"));
        assert_eq!(unknown.errors[0].code, FieldCode::UnknownRecord.code());
        let taken = problem(&StoreError::Taken("username".into()).into(), Locale::ZhCn).1;
        assert_eq!(taken.errors[0].pointer.as_deref(), Some("/username"));
        assert_eq!(taken.title, ErrorCode::Taken.title(Locale::ZhCn));
    }

    #[test]
    fn at_most_twenty_faults_are_told_and_refusals_carry_their_headers() {
        let faults = (0..30)
            .map(|i| Fault::at(format!("/{i}"), FieldCode::Required))
            .collect();
        assert_eq!(
            problem(&ApiError::invalid(faults), Locale::En)
                .1
                .errors
                .len(),
            20
        );
        let (limited, _) = problem(&ApiError::too_many_attempts(7), Locale::En);
        assert_eq!(limited.headers().get(header::RETRY_AFTER).unwrap(), "7");
        let (anonymous, _) = problem(&ErrorCode::NotSignedIn.into(), Locale::En);
        assert!(anonymous.headers().contains_key(header::WWW_AUTHENTICATE));
    }
}
