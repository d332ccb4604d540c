//! The table of contents of the API: one line per feature.

use utoipa_actix_web::scope;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    api_keys, approval_rules, approvals, auth, bulk_changes, calendars, categories, changes,
    channels, clock_policies, contacts, customers, health, imports, me, reports, roles, search,
    settings, teams, ticket_types, tickets, users,
};

/// All routes of the API.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.service(scope("/api/v1").configure(|v1| {
        auth::routes(v1);
        me::routes(v1);
        customers::routes(v1);
        contacts::routes(v1);
        tickets::routes(v1);
        approvals::routes(v1);
        search::routes(v1);
        reports::routes(v1);
        teams::routes(v1);
        users::routes(v1);
        api_keys::routes(v1);
        roles::routes(v1);
        categories::routes(v1);
        ticket_types::routes(v1);
        approval_rules::routes(v1);
        channels::routes(v1);
        calendars::routes(v1);
        clock_policies::routes(v1);
        settings::routes(v1);
        bulk_changes::routes(v1);
        imports::routes(v1);
        changes::routes(v1);
    }));
    health::routes(cfg);
}
