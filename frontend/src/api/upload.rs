//! A file on its way to the server, with how far it has come. The browser's own request, since
//! `fetch` does not tell how much of a body has gone out.

use std::cell::RefCell;
use std::rc::Rc;

use futures::channel::oneshot;
use rapport_types::problem::Problem;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{File, FormData, ProgressEvent, XmlHttpRequest};

use super::{ApiError, ROOT, connection, decode, token};

/// How an exchange ended.
enum End {
    /// There is an answer.
    Answered,
    /// It did not come through.
    Lost,
    /// It was given up here.
    GivenUp,
}

/// Gives an upload up.
#[derive(Clone, Default)]
pub struct GiveUp(Rc<RefCell<Option<XmlHttpRequest>>>);

impl GiveUp {
    /// Stops what is on its way; nothing happens when nothing is.
    pub fn now(&self) {
        if let Some(request) = self.0.borrow().as_ref() {
            let _ = request.abort();
        }
    }
}

/// Sends a file as the part `file` of a form and reads what the server makes of it. `progress` is
/// told the bytes that have gone out, and of how many. None when it was given up.
///
/// # Errors
/// As every write.
pub async fn send<T: DeserializeOwned>(
    path: &str,
    file: &File,
    give_up: &GiveUp,
    progress: impl Fn(f64, f64) + Clone + 'static,
) -> Result<Option<T>, ApiError> {
    let used = token::current();
    let mut request = exchange(path, file, give_up, progress.clone()).await?;
    let is_refused = matches!(&request, Some(it) if it.status() == Ok(401));
    if is_refused
        && (token::current() != used || matches!(token::renew().await, token::Renewal::Renewed))
    {
        request = exchange(path, file, give_up, progress).await?;
    }
    let Some(request) = request else {
        return Ok(None);
    };
    let text = request.response_text().ok().flatten().unwrap_or_default();
    let status = request.status().unwrap_or_default();
    if (200..300).contains(&status) {
        return decode(&text).map(Some);
    }
    Err(match serde_json::from_str::<Problem>(&text) {
        Ok(problem) => ApiError::Problem(Box::new(problem)),
        Err(_) => ApiError::Unreadable {
            detail: format!("HTTP {status}"),
        },
    })
}

/// Sends exactly once; none when it was given up.
async fn exchange(
    path: &str,
    file: &File,
    give_up: &GiveUp,
    progress: impl Fn(f64, f64) + 'static,
) -> Result<Option<XmlHttpRequest>, ApiError> {
    let broken = |error: wasm_bindgen::JsValue| ApiError::Unreadable {
        detail: format!("{error:?}"),
    };
    let request = XmlHttpRequest::new().map_err(broken)?;
    request
        .open("POST", &format!("{ROOT}{path}"))
        .map_err(broken)?;
    let header = |name: &str, value: &str| request.set_request_header(name, value).map_err(broken);
    header("Accept", "application/json")?;
    header("Accept-Language", &token::language())?;
    if let Some(token) = token::current() {
        header("Authorization", &format!("Bearer {token}"))?;
    }
    let (sender, ended) = oneshot::channel();
    let sender = Rc::new(RefCell::new(Some(sender)));
    let listen = |end: fn() -> End| {
        let sender = sender.clone();
        Closure::<dyn FnMut()>::new(move || {
            if let Some(sender) = sender.borrow_mut().take() {
                let _ = sender.send(end());
            }
        })
    };
    let (loaded, failed, aborted) = (
        listen(|| End::Answered),
        listen(|| End::Lost),
        listen(|| End::GivenUp),
    );
    request.set_onload(Some(loaded.as_ref().unchecked_ref()));
    request.set_onerror(Some(failed.as_ref().unchecked_ref()));
    request.set_onabort(Some(aborted.as_ref().unchecked_ref()));
    let told = Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
        progress(event.loaded(), event.total());
    });
    if let Ok(upload) = request.upload() {
        upload.set_onprogress(Some(told.as_ref().unchecked_ref()));
    }
    let form = FormData::new().map_err(broken)?;
    form.append_with_blob_and_filename("file", file, &file.name())
        .map_err(broken)?;
    request
        .send_with_opt_form_data(Some(&form))
        .map_err(broken)?;
    give_up.0.replace(Some(request.clone()));
    // The listeners live until here.
    let end = ended.await.unwrap_or(End::Lost);
    give_up.0.replace(None);
    match end {
        End::Answered => {
            connection::reached();
            Ok(Some(request))
        }
        End::GivenUp => Ok(None),
        End::Lost => {
            connection::lost();
            Err(ApiError::Offline)
        }
    }
}
