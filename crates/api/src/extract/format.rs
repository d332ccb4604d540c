//! JSON or CSV.

use actix_web::HttpRequest;
use actix_web::http::header::ACCEPT;

/// The form of a list's or report's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// `application/json`.
    #[default]
    Json,
    /// `text/csv`, by `?format=csv` or `Accept: text/csv`.
    Csv,
}

impl Format {
    /// The form that the header `Accept` asks for: CSV only where it is named and JSON is not.
    pub fn accepted(request: &HttpRequest) -> Self {
        let accepts = |media_type: &str| {
            request
                .headers()
                .get_all(ACCEPT)
                .filter_map(|value| value.to_str().ok())
                .flat_map(|value| value.split(','))
                .any(|range| range.split(';').next().unwrap_or_default().trim() == media_type)
        };
        if accepts("text/csv") && !accepts("application/json") {
            Self::Csv
        } else {
            Self::Json
        }
    }
}
