//! The endpoint of the search box.

use actix_web::{HttpRequest, HttpResponse, get, web};
use rapport_persistence::{customers, tickets};
use rapport_types::permissions::Permission;
use rapport_types::problem::{ErrorCode, FieldCode};
use rapport_types::search::SearchResults;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::error::ApiError;
use crate::extract::{RawPairs, SignedIn};
use crate::records::{q, scope_of};
use crate::state::AppState;

/// Most rows of each kind.
const MOST: u32 = 50;

/// The routes of this feature.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(search_records);
}

/// Search customers and tickets
///
/// The best matches in your scope: exact ones first, then the newest. Kinds that your role may
/// not read stay empty; a role that may read neither is refused.
#[utoipa::path(
    tag = "search",
    params(
        ("q" = String, Query, min_length = 1, max_length = 200, description = "Name, pinyin, initials, number, end of a telephone number, e-mail, words."),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 50, description = "Most rows of each kind; 10 by default.")
    ),
    responses((status = 200, description = "The matches.", body = SearchResults))
)]
#[get("/search")]
async fn search_records(
    state: web::Data<AppState>,
    caller: SignedIn,
    request: HttpRequest,
    mut pairs: RawPairs,
) -> Result<HttpResponse, ApiError> {
    let may = |permission| caller.permissions.contains(&permission);
    let (customers_too, tickets_too) =
        (may(Permission::ViewCustomers), may(Permission::ViewTickets));
    if !customers_too && !tickets_too {
        return Err(ErrorCode::NotAllowed.into());
    }
    let typed = q(&mut pairs);
    if typed.is_none() {
        pairs.fault("q", FieldCode::Required);
    }
    let limit = pairs
        .take_parsed("limit", FieldCode::WrongType)
        .unwrap_or(10);
    if !(1..=MOST).contains(&limit) {
        pairs.fault("limit", FieldCode::OutOfRange);
    }
    pairs.finish()?;
    let typed = typed.unwrap_or_default();
    let configuration = state.configuration().await?;
    let scope = scope_of(&caller, &configuration);
    let asked = (&scope, customers_too, tickets_too, configuration.version);
    let make = async || {
        let (customers, more_customers) = if customers_too {
            customers::search(&state.db, &configuration, &scope, &typed, limit).await?
        } else {
            (Vec::new(), false)
        };
        let (tickets, more_tickets) = if tickets_too {
            tickets::search(&state.db, &configuration, &scope, &typed, limit).await?
        } else {
            (Vec::new(), false)
        };
        Ok(HttpResponse::Ok().json(SearchResults {
            customers,
            more_customers,
            tickets,
            more_tickets,
        }))
    };
    state.answer(&request, asked, make).await
}
