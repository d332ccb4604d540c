//! One line per request, and its id in whatever else is told on the way to its answer.
//! No query strings, no bodies, no tokens: what people search for is theirs.

use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage};
use rapport_types::ids::{ApiKeyId, UserId};
use rapport_types::problem::ErrorCode;
use tracing::Instrument;

use super::RequestId;
use crate::admission::Refusal;
use crate::error::ApiError;

/// Writes the line; for a fault of ours with its cause, once.
///
/// # Errors
/// None of its own.
pub async fn log<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let started = Instant::now();
    let method = request.method().clone();
    let request_id = RequestId::of(request.request());
    // Of the highest level: a log of errors alone names the requests, too.
    let span = tracing::error_span!("request", request_id);
    let response = next.call(request).instrument(span).await?;
    let status = response.status().as_u16();
    // The pattern, not the path: lines of one endpoint belong together.
    let path = response.request().match_pattern();
    let path = path.as_deref().unwrap_or("unmatched");
    let user = response
        .request()
        .extensions()
        .get::<UserId>()
        .map(ToString::to_string);
    let key = response
        .request()
        .extensions()
        .get::<ApiKeyId>()
        .map(ToString::to_string);
    let milliseconds = started.elapsed().as_millis();
    let cause = response
        .response()
        .error()
        .map(|error| match error.as_error::<ApiError>() {
            Some(error) => error.cause().unwrap_or_default().to_owned(),
            None => error.to_string(),
        })
        .unwrap_or_default();
    let code = response
        .response()
        .error()
        .and_then(|error| Some(error.as_error::<ApiError>()?.code()));
    let is_refused = Refusal::ALL.iter().any(|why| cause == why.name());
    let is_too_much = matches!(
        code,
        Some(ErrorCode::Overloaded | ErrorCode::TooManyRequests)
    );
    if is_too_much || is_refused {
        // There may be thousands a second; who refuses them tells about it now and then.
        tracing::debug!(%method, path, status, milliseconds, request_id, cause, "request");
    } else if status == 503 {
        // The database's fault or a server that stops, not one of the code.
        tracing::warn!(%method, path, status, milliseconds, request_id, user, key, cause, "request");
    } else if status >= 500 {
        tracing::error!(%method, path, status, milliseconds, request_id, user, key, cause, "request");
    } else if cause.is_empty() {
        tracing::info!(%method, path, status, milliseconds, request_id, user, key, "request");
    } else {
        tracing::info!(%method, path, status, milliseconds, request_id, user, key, cause, "request");
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use actix_web::http::StatusCode;
    use actix_web::middleware::from_fn;
    use actix_web::test::{TestRequest, call_service, init_service};
    use actix_web::{App, HttpResponse, web};

    use super::super::identify;
    use super::*;

    /// Where lines go.
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[actix_web::test]
    async fn whatever_is_told_on_the_way_names_the_request() {
        async fn tells() -> HttpResponse {
            tracing::warn!("aside");
            HttpResponse::new(StatusCode::SERVICE_UNAVAILABLE)
        }
        let lines = Lines::default();
        let sink = lines.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::WARN)
            .with_ansi(false)
            .with_writer(move || sink.clone())
            .finish();
        let _guard = tracing::subscriber::set_default(subscriber);
        let app = App::new()
            .route("/", web::get().to(tells))
            .wrap(from_fn(log))
            .wrap(from_fn(identify));
        let app = init_service(app).await;
        let request = TestRequest::get().insert_header(("x-request-id", "call-7"));
        call_service(&app, request.to_request()).await;
        let told = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        let told: Vec<&str> = told.lines().collect();
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[0].contains("request_id=\"call-7\"") && told[0].ends_with("aside"));
        assert!(told[1].contains("request_id=\"call-7\"") && told[1].contains("status=503"));
    }
}
