//! Counts requests and how long they take, and lets their answers out.

use std::sync::Arc;
use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, web};

use super::pace::{Paced, pace};
use crate::connections::Connection;
use crate::state::AppState;

/// Counts the request. Lines of one endpoint belong together: its pattern is told, not its path.
///
/// # Errors
/// None of its own.
pub async fn measure<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<Paced>, Error> {
    let started = Instant::now();
    if let Some(connection) = request.conn_data::<Arc<Connection>>() {
        connection.works();
    }
    let state = request.app_data::<web::Data<AppState>>().cloned();
    let _in_flight = state.as_ref().map(|state| state.metrics.begin_request());
    let method = request.method().clone();
    let response = next.call(request).await?.map_into_boxed_body();
    if let Some(state) = &state {
        let pattern = response.request().match_pattern();
        state.metrics.end_request(
            &method,
            pattern.as_deref().unwrap_or("unmatched"),
            response.status(),
            started.elapsed(),
        );
    }
    let (request, response) = response.into_parts();
    let response = response.map_body(|_, body| pace(&request, body));
    Ok(ServiceResponse::new(request, response))
}
