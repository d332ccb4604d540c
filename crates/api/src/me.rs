//! Who the caller is.

use actix_web::{HttpResponse, get};
use rapport_types::sessions::Me;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::extract::OnTheWayIn;

/// The routes of this feature.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(get_me);
}

/// Who am I?
///
/// The caller with its roles, what they allow and the team whose subtree it sees. Answers a caller who
/// has to change the password first, too.
#[utoipa::path(tag = "me", responses((status = 200, description = "The caller.", body = Me)))]
#[get("/me")]
async fn get_me(caller: OnTheWayIn) -> HttpResponse {
    HttpResponse::Ok().json(caller.me())
}
