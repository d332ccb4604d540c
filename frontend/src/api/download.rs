//! Files of the API. A plain link would do while the session is fresh; this renews the session
//! first and tells a refusal in the reader's words instead of leaving the page.

use js_sys::{Array, Uint8Array};
use leptos::prelude::{Callable, Callback};
use wasm_bindgen::JsCast;
use web_sys::{Blob, HtmlAnchorElement, Url};

use super::{ApiError, Call, read, send, token};
use gloo_net::http::Method;

/// How long the browser has to take the file over.
const KEPT: std::time::Duration = std::time::Duration::from_secs(60);

/// Loads a file and hands it to the browser to be kept under `name`, as `arrange` makes it.
///
/// # Errors
/// As every read, and when the network is not there.
pub async fn save(
    path: &str,
    name: &str,
    arrange: Option<Callback<String, String>>,
) -> Result<(), ApiError> {
    let call = Call {
        method: Method::GET,
        path,
        body: None,
        etag: None,
        key: None,
    };
    let mut response = send(&call).await?;
    if response.status() == 401 && matches!(token::renew().await, token::Renewal::Renewed) {
        response = send(&call).await?;
    }
    if !response.ok() {
        return read(response).await.map(|_| ());
    }
    let unreadable = |detail: String| ApiError::Unreadable { detail };
    // As bytes: reading it as text would lose its byte order mark, which spreadsheets need.
    let mut bytes = response
        .binary()
        .await
        .map_err(|error| unreadable(error.to_string()))?;
    if let Some(arrange) = arrange {
        let text = String::from_utf8(bytes).map_err(|error| unreadable(error.to_string()))?;
        bytes = arrange.run(text).into_bytes();
    }
    keep(&bytes, name).map_err(|error| unreadable(format!("{error:?}")))
}

fn keep(bytes: &[u8], name: &str) -> Result<(), wasm_bindgen::JsValue> {
    let blob = Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes)))?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let link: HtmlAnchorElement = leptos::prelude::document()
        .create_element("a")?
        .unchecked_into();
    link.set_href(&url);
    link.set_download(name);
    link.click();
    // Some browsers read it only after the click is over.
    leptos::prelude::set_timeout(
        move || {
            let _ = Url::revoke_object_url(&url);
        },
        KEPT,
    );
    Ok(())
}
