//! A panic on the way to an answer ends that request, and nothing else.

use std::future::Future;
use std::panic::AssertUnwindSafe;

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::{Error, HttpResponse, ResponseError};
use futures_util::FutureExt;
use rapport_types::locale::Locale;
use rapport_types::problem::ErrorCode;

use super::request_id::X_REQUEST_ID;
use crate::error::ApiError;

/// What is answered then. The request is gone by that time, so that nothing can be added later.
#[derive(Debug)]
struct Panicked {
    request_id: String,
    locale: Locale,
}

impl std::fmt::Display for Panicked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the request ended in a panic")
    }
}

impl ResponseError for Panicked {
    fn status_code(&self) -> StatusCode {
        StatusCode::INTERNAL_SERVER_ERROR
    }

    fn error_response(&self) -> HttpResponse {
        let refusal = ApiError::new(ErrorCode::Internal);
        let mut response = refusal.to_response(self.locale, &self.request_id);
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Ok(id) = HeaderValue::from_str(&self.request_id) {
            headers.insert(X_REQUEST_ID, id);
        }
        response
    }
}

/// Waits for the answer to a request; a panic becomes an error that is a problem.
///
/// # Errors
/// Those of the answer, and the panic.
pub(super) async fn survive<T>(
    answer: impl Future<Output = Result<T, Error>>,
    request_id: &str,
    locale: Locale,
) -> Result<T, Error> {
    // What requests share is whole after every statement: locks are taken over from the dead.
    match AssertUnwindSafe(answer).catch_unwind().await {
        Ok(answer) => answer,
        Err(_) => {
            tracing::error!(request_id, "a request ended in a panic");
            let request_id = request_id.to_owned();
            Err(Panicked { request_id, locale }.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;
    use actix_web::middleware::from_fn;
    use actix_web::test::{TestRequest, init_service, try_call_service};
    use actix_web::{App, web};
    use rapport_types::problem::Problem;

    use super::super::identify;
    use super::*;

    #[actix_web::test]
    async fn a_panic_is_a_problem_with_the_id_of_the_request() {
        async fn panics() -> HttpResponse {
            panic!("of this test")
        }
        let app = App::new()
            .route("/", web::get().to(panics))
            .wrap(from_fn(identify));
        let app = init_service(app).await;
        for _ in 0..2 {
            let request = TestRequest::get()
                .insert_header(("x-request-id", "call-7"))
                .insert_header(("accept-language", "zh-CN"));
            let error = try_call_service(&app, request.to_request()).await.err();
            let response = error.unwrap().error_response();
            assert_eq!(response.status(), 500);
            assert_eq!(response.headers().get(X_REQUEST_ID).unwrap(), "call-7");
            let body = to_bytes(response.into_body()).await.unwrap();
            let problem: Problem = serde_json::from_slice(&body).unwrap();
            assert_eq!(
                (&*problem.code, &*problem.request_id),
                ("internal", "call-7")
            );
            assert_eq!(problem.title, ErrorCode::Internal.title(Locale::ZhCn));
        }
    }
}
