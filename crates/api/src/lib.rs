//! HTTP, identity, time and jobs: the server of Rapport.

pub mod admission;
pub mod answers;
pub mod api_browser;
pub mod api_keys;
pub mod approval_rules;
pub mod approvals;
pub mod assets;
pub mod auth;
pub(crate) mod batches;
pub mod bulk_changes;
pub mod calendars;
pub mod categories;
pub mod changes;
pub mod channels;
pub mod cli;
pub mod clock;
pub mod clock_policies;
mod conditions;
pub mod config;
pub mod configuration;
pub mod configuring;
pub mod connections;
pub mod contacts;
pub mod csv;
pub mod customers;
pub mod deprecations;
mod descriptors;
pub mod error;
pub mod extract;
pub mod health;
pub mod ids;
pub mod imports;
pub mod jobs;
pub mod lists;
pub mod me;
pub mod metrics;
pub mod middleware;
pub mod openapi;
pub mod pulse;
pub mod records;
pub mod replies;
pub mod reports;
pub mod request_limits;
pub mod roles;
pub mod routes;
pub mod search;
pub mod server;
pub mod settings;
pub mod state;
pub mod teams;
#[cfg(test)]
mod tests;
pub mod ticket_types;
pub mod tickets;
pub mod users;
pub mod versions;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::from_fn;
use actix_web::{App, Error, web};
use rapport_types::problem::{ErrorCode, Fault, FieldCode};
use utoipa_actix_web::AppExt;

use crate::error::ApiError;
use crate::state::AppState;

/// The whole server as a service: what `rapport serve` runs and what tests call.
pub fn app(
    state: web::Data<AppState>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    let (app, _) = App::new()
        .into_utoipa_app()
        .configure(routes::configure)
        .split_for_parts();
    app.app_data(state)
        // What is no id names no record.
        .app_data(
            web::PathConfig::default()
                .error_handler(|error, _| ApiError::new(ErrorCode::NotFound).because(error).into()),
        )
        .app_data(web::QueryConfig::default().error_handler(|error, _| {
            let fault = Fault::in_parameter("?", FieldCode::InvalidValue);
            ApiError::from(fault).because(error).into()
        }))
        .app_data(
            web::JsonConfig::default().error_handler(|error, _| {
                ApiError::new(ErrorCode::InvalidJson).because(error).into()
            }),
        )
        .configure(api_browser::routes)
        .configure(metrics::routes)
        .default_service(web::to(assets::fallback))
        // The last one is the outermost.
        .wrap(from_fn(middleware::admit))
        .wrap(from_fn(middleware::announce))
        .wrap(from_fn(middleware::limit))
        .wrap(from_fn(middleware::explain))
        .wrap(from_fn(middleware::secure))
        .wrap(from_fn(middleware::log))
        .wrap(from_fn(middleware::measure))
        .wrap(from_fn(middleware::identify))
}
