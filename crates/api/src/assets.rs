//! The web app, embedded and compressed beforehand.
//!
//! A path that names no file is answered with `index.html`: the page has its own router. Files
//! whose paths carry a hash of their content are kept by browsers for ever.

use actix_web::http::Method;
use actix_web::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderValue,
    IF_NONE_MATCH, VARY,
};
use actix_web::{HttpRequest, HttpResponse};
use rapport_types::problem::ErrorCode;
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::error::ApiError;
use crate::openapi;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../frontend/dist"]
struct WebApp;

const PAGE: &str = "index.html";

/// Answers whatever no route does: a file or the page, 405 for a known path of the API, else 404.
///
/// # Errors
/// 404 `no_such_route`, 405 `method_not_allowed` with `Allow`.
pub async fn fallback(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let path = request.path();
    let methods = openapi::methods_of(path);
    if !methods.is_empty() {
        return Err(ApiError::method_not_allowed(
            methods.into_iter().map(Method::as_str),
        ));
    }
    if path == "/api" || path.starts_with("/api/") {
        return Err(ErrorCode::NoSuchRoute.into());
    }
    if *request.method() != Method::GET {
        return Err(ApiError::method_not_allowed(["GET", "HEAD"].into_iter()));
    }
    let name = path.trim_start_matches('/');
    let asked_for_file = name
        .rsplit('/')
        .next()
        .is_some_and(|last| last.contains('.'));
    let (name, found) = match WebApp::get(name) {
        Some(file) => (name, Some(file)),
        None if asked_for_file => (name, None),
        None => (PAGE, WebApp::get(PAGE)),
    };
    let file = found.ok_or(ErrorCode::NoSuchRoute)?;
    Ok(serve(&request, name, file))
}

fn serve(request: &HttpRequest, name: &str, plain: EmbeddedFile) -> HttpResponse {
    let accepted = request
        .headers()
        .get(ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok());
    let accepted = accepted.unwrap_or_default();
    let (encoding, file) = [("br", "br"), ("gzip", "gz")]
        .into_iter()
        .filter(|(encoding, _)| accepts(accepted, encoding))
        .find_map(|(encoding, suffix)| Some((encoding, WebApp::get(&format!("{name}.{suffix}"))?)))
        .map_or((None, plain), |(encoding, file)| (Some(encoding), file));
    let hash = file.metadata.sha256_hash();
    let tag: String = hash
        .iter()
        .take(12)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let tag = format!("\"{tag}\"");
    let caching = if is_hashed(name) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let held = request
        .headers()
        .get(IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    let mut response = if held.is_some_and(|held| held.contains(&tag)) {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response
        .insert_header((ETAG, tag.clone()))
        .insert_header((CACHE_CONTROL, HeaderValue::from_static(caching)))
        .insert_header((VARY, HeaderValue::from_static("Accept-Encoding")));
    if held.is_some_and(|held| held.contains(&tag)) {
        return response.finish();
    }
    if let Some(encoding) = encoding {
        response.insert_header((CONTENT_ENCODING, HeaderValue::from_static(encoding)));
    }
    response.insert_header((CONTENT_TYPE, HeaderValue::from_static(media_type(name))));
    match file.data {
        std::borrow::Cow::Borrowed(bytes) => response.body(bytes),
        std::borrow::Cow::Owned(bytes) => response.body(bytes),
    }
}

/// Whether an `Accept-Encoding` header names the encoding and does not refuse it.
fn accepts(header: &str, encoding: &str) -> bool {
    header.split(',').any(|part| {
        let mut pieces = part.split(';').map(str::trim);
        pieces.next() == Some(encoding)
            && !pieces.any(|q| matches!(q, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

/// Whether the path changes with the content: its file or its folder is named
/// `name-0123456789abcdef`.
fn is_hashed(path: &str) -> bool {
    path.split('/').any(|part| {
        let stem = part.split('.').next().unwrap_or(part);
        stem.rsplit_once('-').is_some_and(|(_, hash)| {
            hash.len() == 16
                && hash
                    .bytes()
                    .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        })
    })
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_hash_are_kept_for_ever() {
        for name in [
            "assets/styles-0123456789abcdef.css",
            "assets/app-0123456789abcdef/loader.js",
            "assets/app-0123456789abcdef/snippets/x-1/inline0.js",
        ] {
            assert!(is_hashed(name), "{name}");
        }
        for name in ["index.html", "app.js", "favicon-32x32.png", "a-1234567.js"] {
            assert!(!is_hashed(name), "{name}");
        }
    }

    #[test]
    fn an_encoding_must_be_named_and_not_refused() {
        assert!(accepts("gzip, deflate, br;q=0.9", "br"));
        assert!(!accepts("gzip, br;q=0", "br"));
        assert!(!accepts("*", "br"));
    }
}
