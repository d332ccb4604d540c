//! Whether the server lives, and whether it is ready for requests.

use actix_web::{HttpResponse, get, web};
use rapport_types::problem::ErrorCode;
use serde::Serialize;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::error::ApiError;
use crate::pulse::PATIENCE;
use crate::state::AppState;

/// The routes of this feature.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(is_alive).service(is_ready);
}

/// The state of the server.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Health {
    /// Always `ok`.
    #[schema(example = "ok")]
    status: &'static str,
}

const OK: Health = Health { status: "ok" };

/// Alive?
///
/// Answers as long as the process serves requests, whatever the database does.
#[utoipa::path(tag = "health", security(()), responses((status = 200, description = "Alive.", body = Health)))]
#[get("/healthz")]
async fn is_alive() -> HttpResponse {
    HttpResponse::Ok().json(OK)
}

/// Ready?
///
/// Answers 503 while the database does not answer within a second, and from the moment the server
/// is told to stop.
#[utoipa::path(tag = "health", security(()), responses((status = 200, description = "Ready.", body = Health)))]
#[get("/readyz")]
async fn is_ready(state: web::Data<AppState>) -> Result<HttpResponse, ApiError> {
    if state.is_stopping() {
        return Err(ApiError::new(ErrorCode::Unavailable).because("stopping"));
    }
    match tokio::time::timeout(PATIENCE, state.db.ping()).await {
        Ok(answer) => answer?,
        Err(_) => {
            return Err(ApiError::new(ErrorCode::Unavailable).because("no answer within a second"));
        }
    }
    Ok(HttpResponse::Ok().json(OK))
}
