//! The document of the API, and a page that shows it.

use std::sync::Arc;

use actix_web::http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderValue, LOCATION};
use actix_web::{HttpResponse, web};
use rapport_types::problem::ErrorCode;
use utoipa_swagger_ui::Config;

use crate::error::ApiError;
use crate::openapi;

/// The routes. They are not in the document that they show.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(openapi::PATH, web::get().to(document))
        .route("/api/docs", web::get().to(redirect))
        .route("/api/docs/{file:.*}", web::get().to(file));
}

async fn document() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .body(openapi::json())
}

async fn redirect() -> HttpResponse {
    HttpResponse::PermanentRedirect()
        .insert_header((LOCATION, "/api/docs/"))
        .finish()
}

/// The files of the page: scripts and styles are files of their own, so that the policy of the
/// whole server holds for it too.
async fn file(path: web::Path<String>) -> Result<HttpResponse, ApiError> {
    let config = Config::from(openapi::PATH)
        .validator_url("none")
        .persist_authorization(false);
    let file = utoipa_swagger_ui::serve(&path, Arc::new(config)).map_err(ApiError::internal)?;
    let file = file.ok_or(ErrorCode::NoSuchRoute)?;
    let mut response = HttpResponse::Ok();
    if file.gzpipped {
        response.insert_header((CONTENT_ENCODING, HeaderValue::from_static("gzip")));
    }
    response.insert_header((CONTENT_TYPE, file.content_type));
    Ok(response.body(file.bytes.into_owned()))
}
