//! `GET /metrics`.

use actix_web::http::header::AUTHORIZATION;
use actix_web::{HttpRequest, HttpResponse, web};
use prometheus::{Encoder, TextEncoder};
use rapport_types::problem::ErrorCode;
use subtle::ConstantTimeEq;

use super::sample::sample;
use crate::auth::tokens::digest;
use crate::error::ApiError;
use crate::state::AppState;

/// Headers by which a proxy tells that it stands between.
const PROXIED: [&str; 3] = ["x-forwarded-for", "forwarded", "via"];

/// The route. It is no part of the API's document: its reader is a program that knows the format.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/metrics", web::get().to(show));
}

async fn show(state: web::Data<AppState>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    if !may_see(&state, &request) {
        return Err(ErrorCode::NotSignedIn.into());
    }
    let sampled = sample(&state).await.map_err(ApiError::internal)?;
    let mut families = state.metrics.registry.gather();
    families.extend(sampled.gather());
    let encoder = TextEncoder::new();
    let mut page = Vec::new();
    encoder
        .encode(&families, &mut page)
        .map_err(ApiError::internal)?;
    Ok(HttpResponse::Ok()
        .content_type(encoder.format_type())
        .body(page))
}

/// Whoever holds the token, and whoever calls from this machine itself: not through a proxy on it,
/// whose callers may be anywhere.
fn may_see(state: &AppState, request: &HttpRequest) -> bool {
    let given = request
        .headers()
        .get(AUTHORIZATION)
        .and_then(|header| header.to_str().ok()?.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    if let (Some((_, given)), Some(token)) = (given, &state.config.metrics_token) {
        return digest(given.trim()).0.ct_eq(&digest(token).0).into();
    }
    let is_direct = !PROXIED
        .iter()
        .any(|header| request.headers().contains_key(*header));
    is_direct
        && request
            .peer_addr()
            .is_some_and(|peer| peer.ip().to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use actix_web::test::{TestRequest, call_service, init_service, read_body};

    use crate::tests::state;

    const TOKEN: &str = "0123456789abcdef";

    #[actix_web::test]
    async fn the_token_or_a_direct_caller_from_this_machine_sees_the_figures() {
        let (state, _folder) = state(&[("RAPPORT_METRICS_TOKEN", TOKEN)]).await;
        let app = init_service(crate::app(state)).await;
        let from = |peer: &str| {
            TestRequest::get()
                .uri("/metrics")
                .peer_addr(peer.parse().unwrap())
        };
        let bearer = |token: &str| ("authorization", format!("Bearer {token}"));
        for (request, status) in [
            (from("192.0.2.1:9"), 401),
            (from("192.0.2.1:9").insert_header(bearer(TOKEN)), 200),
            (
                from("192.0.2.1:9").insert_header(bearer("another one")),
                401,
            ),
            (from("127.0.0.1:9"), 200),
            (from("[::1]:9"), 200),
            (from("[::ffff:127.0.0.1]:9"), 200),
            (
                from("127.0.0.1:9").insert_header(bearer("another one")),
                401,
            ),
            (
                from("127.0.0.1:9").insert_header(("x-forwarded-for", "192.0.2.1")),
                401,
            ),
            (TestRequest::get().uri("/metrics"), 401),
            (TestRequest::post().uri("/metrics"), 405),
        ] {
            let request = request.to_request();
            let what = format!("{request:?}");
            assert_eq!(call_service(&app, request).await.status(), status, "{what}");
        }
    }

    #[actix_web::test]
    async fn requests_are_counted_by_method_pattern_and_class() {
        let (state, _folder) = state(&[]).await;
        let app = init_service(crate::app(state)).await;
        for path in ["/healthz", "/api/v1/tickets/none", "/api/v1/tickets/other"] {
            call_service(&app, TestRequest::get().uri(path).to_request()).await;
        }
        let asked = TestRequest::get()
            .uri("/metrics")
            .peer_addr("127.0.0.1:9".parse().unwrap())
            .to_request();
        let answer = call_service(&app, asked).await;
        let format = answer.headers().get("content-type").unwrap();
        assert_eq!(format, "text/plain; version=0.0.4");
        let page = String::from_utf8(read_body(answer).await.to_vec()).unwrap();
        for line in [
            "# TYPE rapport_http_requests_total counter",
            "rapport_http_requests_total{method=\"GET\",route=\"/healthz\",status=\"2xx\"} 1",
            "rapport_http_requests_total{method=\"GET\",route=\"/api/v1/tickets/{id}\",status=\"4xx\"} 2",
            "rapport_http_request_duration_seconds_count{method=\"GET\",route=\"/healthz\"} 1",
            "rapport_http_requests_in_flight 1",
            "rapport_http_requests_refused_total{reason=\"line_full\"} 0",
            "rapport_database_up 1",
            "rapport_database_connections_max{pool=\"writer\"} 1",
            "rapport_clock_detection_lag_seconds 0",
            "rapport_imports_running 0",
            "rapport_bulk_changes_running 0",
        ] {
            assert!(page.lines().any(|shown| shown == line), "{line} in\n{page}");
        }
        // Each line is a comment or `name{labels} number`, and each name has its help and type.
        for line in page.lines().filter(|line| !line.starts_with('#')) {
            let (sample, value) = line.rsplit_once(' ').unwrap();
            let name = sample.split('{').next().unwrap();
            let family = ["_bucket", "_sum", "_count"]
                .iter()
                .find_map(|part| name.strip_suffix(part))
                .filter(|family| page.contains(&format!("# TYPE {family} histogram\n")))
                .unwrap_or(name);
            assert!(value.parse::<f64>().is_ok(), "{line}");
            assert!(page.contains(&format!("# TYPE {family} ")), "{line}");
            assert!(page.contains(&format!("# HELP {family} ")), "{line}");
        }
    }
}
