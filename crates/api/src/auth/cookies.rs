//! The two cookies of the page. Both are HttpOnly and SameSite=Strict; Secure where the public
//! address is https.

use actix_web::HttpRequest;
use actix_web::http::header::{COOKIE, HeaderValue};
use chrono::TimeDelta;

use crate::error::ApiError;

/// Holds the access token.
pub const ACCESS: &str = "rapport_access";
/// Holds the refresh token; sent to `/api/v1/auth` only.
pub const REFRESH: &str = "rapport_refresh";

/// Where a cookie is sent.
fn path(name: &str) -> &'static str {
    if name == REFRESH {
        "/api/v1/auth"
    } else {
        "/api"
    }
}

/// A `Set-Cookie` value. The value must be of characters that cookies may hold, as tokens are.
///
/// # Errors
/// A fault of ours when it is not.
pub fn set(
    name: &str,
    value: &str,
    life: TimeDelta,
    secure: bool,
) -> Result<HeaderValue, ApiError> {
    let secure = if secure { "; Secure" } else { "" };
    let text = format!(
        "{name}={value}; Path={}; Max-Age={}; HttpOnly; SameSite=Strict{secure}",
        path(name),
        life.num_seconds()
    );
    HeaderValue::from_str(&text).map_err(ApiError::internal)
}

/// A `Set-Cookie` value that removes the cookie.
///
/// # Errors
/// Never in practice; see [`set`].
pub fn clear(name: &str, secure: bool) -> Result<HeaderValue, ApiError> {
    set(name, "", TimeDelta::zero(), secure)
}

/// The value of a cookie of the request.
pub fn find(request: &HttpRequest, name: &str) -> Option<String> {
    request
        .headers()
        .get_all(COOKIE)
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, value)| *key == name && !value.is_empty())
        .map(|(_, value)| value.to_owned())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn cookies_are_out_of_reach_of_scripts_and_other_sites() {
        let cookie = set(REFRESH, "abc", TimeDelta::days(30), true).unwrap();
        assert_eq!(
            cookie,
            "rapport_refresh=abc; Path=/api/v1/auth; Max-Age=2592000; HttpOnly; SameSite=Strict; Secure"
        );
        let plain = set(ACCESS, "abc", TimeDelta::minutes(10), false).unwrap();
        assert_eq!(
            plain,
            "rapport_access=abc; Path=/api; Max-Age=600; HttpOnly; SameSite=Strict"
        );
        assert_eq!(
            clear(ACCESS, false).unwrap(),
            "rapport_access=; Path=/api; Max-Age=0; HttpOnly; SameSite=Strict"
        );
    }

    #[test]
    fn cookies_are_found_by_their_whole_name() {
        let request = TestRequest::default()
            .insert_header((
                "cookie",
                "x_rapport_access=no; theme=dark;rapport_access=yes==",
            ))
            .to_http_request();
        assert_eq!(find(&request, ACCESS).as_deref(), Some("yes=="));
        assert_eq!(find(&request, REFRESH), None);
    }
}
