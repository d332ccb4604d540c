//! What answers tell about what comes next: how many more requests the credential may send, and that
//! an operation goes away.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue, LINK};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};
use rapport_types::limits::Standing;

use crate::deprecations::Deprecation;
use crate::state::AppState;

const DEPRECATION: HeaderName = HeaderName::from_static("deprecation");
const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const SUNSET: HeaderName = HeaderName::from_static("sunset");

/// Adds the headers: of the quota where the request was counted, of the end where there is one.
///
/// # Errors
/// None of its own.
pub async fn announce<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let state = request.app_data::<web::Data<AppState>>();
    let deprecations = state.map_or(&[][..], |state| state.deprecations);
    let mut response = next.call(request).await?;
    let standing = response.request().extensions().get::<Standing>().copied();
    if let Some(standing) = standing {
        tell(&mut response, RATE_LIMIT_POLICY, &standing.quota.policy());
        tell(&mut response, RATE_LIMIT, &standing.limit());
    }
    if let Some(entry) = find(deprecations, &response) {
        tell(&mut response, DEPRECATION, &entry.deprecation());
        tell(&mut response, SUNSET, &entry.sunset());
        tell(&mut response, LINK, &entry.link());
    }
    Ok(response)
}

/// The entry of the operation that has answered.
fn find<'t, B>(
    deprecations: &'t [Deprecation],
    response: &ServiceResponse<B>,
) -> Option<&'t Deprecation> {
    if deprecations.is_empty() {
        return None;
    }
    let path = response.request().match_pattern()?;
    Deprecation::find(deprecations, response.request().method(), &path)
}

/// Lists have links already, which stay.
fn tell<B>(response: &mut ServiceResponse<B>, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().append(name, value);
    }
}
