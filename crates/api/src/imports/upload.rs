//! A file on its way from a request to the folder: bounded, and looked at before it is kept.

use std::collections::BTreeMap;
use std::io::Write;
use std::time::Duration;

use actix_multipart::{Field, Multipart};
use actix_web::http::header::{self, CONTENT_TYPE};
use actix_web::{HttpRequest, dev};
use futures_util::TryStreamExt;
use rapport_types::ids::ImportFileId;
use rapport_types::problem::{ErrorCode, Fault, FieldCode};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::folder::Arriving;
use super::run::blocking;
use crate::error::ApiError;
use crate::state::AppState;

/// How long the next piece of a body may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Pieces that may wait to be written.
const PIECES_AHEAD: usize = 8;
/// Most bytes of a part that is no file.
const LONGEST_PART: usize = 1 << 20;
/// Longest name of a file, in characters.
const LONGEST_NAME: usize = 200;

/// What a form brought.
#[derive(Debug)]
pub(super) struct Form {
    /// The file.
    pub(super) file: Uploaded,
    /// The other parts.
    pub(super) parts: BTreeMap<String, String>,
}

/// A file that has arrived.
#[derive(Debug)]
pub(super) struct Uploaded {
    pub(super) arriving: Arriving,
    pub(super) name: String,
    pub(super) size: u64,
}

/// Whether the body is a form with files.
pub(crate) fn is_form(request: &HttpRequest) -> bool {
    let media_type = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    media_type.is_some_and(|text| {
        let essence = text.split(';').next().unwrap_or_default().trim();
        essence.eq_ignore_ascii_case("multipart/form-data")
    })
}

/// Takes a form with the part `file` and those of `others`, in any order.
///
/// # Errors
/// 415 for another media type, 413 for a file above the limit, 503 while too many files arrive or
/// the folder is full, 422 for missing, unknown and repeated parts.
pub(super) async fn take(
    state: &AppState,
    request: &HttpRequest,
    payload: dev::Payload,
    others: &[&str],
) -> Result<Form, ApiError> {
    if !is_form(request) {
        return Err(ErrorCode::UnsupportedMediaType.into());
    }
    let _place =
        state.imports.arriving.try_acquire().map_err(|_| {
            ApiError::new(ErrorCode::Unavailable).with_header(header::RETRY_AFTER, "5")
        })?;
    let mut form = Multipart::new(request.headers(), payload);
    let (mut file, mut parts) = (None, BTreeMap::new());
    while let Some(mut field) = in_time(form.try_next()).await? {
        let name = field.name().unwrap_or_default().to_owned();
        let pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
        let is_known = name == "file" || others.contains(&&*name);
        if !is_known {
            return Err(Fault::at(pointer, FieldCode::UnknownField).into());
        }
        if (name == "file" && file.is_some()) || parts.contains_key(&name) {
            return Err(Fault::at(pointer, FieldCode::Duplicate).into());
        }
        if name == "file" {
            file = Some(take_file(state, &mut field).await?);
        } else {
            let text = take_text(&mut field).await?;
            let text = text.ok_or_else(|| Fault::at(pointer, FieldCode::InvalidText))?;
            parts.insert(name, text);
        }
    }
    let file = file.ok_or_else(|| Fault::at("/file", FieldCode::Required))?;
    Ok(Form { file, parts })
}

/// What comes next, unless it takes too long or the form is broken.
async fn in_time<T>(
    next: impl Future<Output = Result<T, actix_multipart::MultipartError>>,
) -> Result<T, ApiError> {
    let next = timeout(PATIENCE, next).await.map_err(|_| {
        ApiError::new(ErrorCode::BadRequest).detail("The body did not arrive in time.")
    })?;
    next.map_err(|error| ApiError::new(ErrorCode::BadRequest).because(error))
}

async fn take_text(field: &mut Field) -> Result<Option<String>, ApiError> {
    let mut bytes = Vec::new();
    while let Some(piece) = in_time(field.try_next()).await? {
        if bytes.len() + piece.len() > LONGEST_PART {
            return Err(ErrorCode::TooLarge.into());
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(String::from_utf8(bytes).ok())
}

/// Writes the file into the folder piece by piece, on a thread that may block.
async fn take_file(state: &AppState, field: &mut Field) -> Result<Uploaded, ApiError> {
    let given = field
        .content_disposition()
        .and_then(|about| about.get_filename());
    let name = file_name(given.unwrap_or_default());
    let (limit, most) = (state.config.upload_bytes, state.config.uploads_bytes);
    let folder = state.imports.folder.clone();
    let id = ImportFileId::from_uuid(state.ids.next());
    let used = {
        let folder = folder.clone();
        blocking(move || folder.used()).await?.map_err(full)?
    };
    let (sender, mut pieces) = mpsc::channel::<actix_web::web::Bytes>(PIECES_AHEAD);
    let writing = tokio::task::spawn_blocking(move || {
        let (arriving, mut file) = folder.begin(id)?;
        while let Some(piece) = pieces.blocking_recv() {
            file.write_all(&piece)?;
        }
        file.flush()?;
        Ok::<_, std::io::Error>(arriving)
    });
    let mut size = 0;
    let read = async {
        while let Some(piece) = in_time(field.try_next()).await? {
            size += piece.len() as u64;
            if size > limit {
                let about = format!("A file may have at most {limit} bytes.");
                return Err(ApiError::new(ErrorCode::TooLarge).detail(about));
            }
            if used + size > most {
                return Err(ErrorCode::UploadsFull.into());
            }
            if sender.send(piece).await.is_err() {
                // Writing failed: that is told below.
                break;
            }
        }
        Ok(())
    }
    .await;
    drop(sender);
    let arriving = writing.await.map_err(ApiError::internal)?.map_err(full);
    read?;
    Ok(Uploaded {
        arriving: arriving?,
        name,
        size,
    })
}

/// Why a file cannot be written.
fn full(error: std::io::Error) -> ApiError {
    let code = match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
            ErrorCode::UploadsFull
        }
        _ => ErrorCode::Internal,
    };
    ApiError::new(code).because(error)
}

/// The name without folders and without what no screen can show.
fn file_name(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last
        .chars()
        .filter(|c| !c.is_control())
        .take(LONGEST_NAME)
        .collect();
    let name = name.trim();
    if name.is_empty() { "file.csv" } else { name }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_lose_their_folders() {
        for (given, name) in [
            ("complaints.csv", "complaints.csv"),
            ("C:\\Users\\me\\投诉 2026.csv.gz", "投诉 2026.csv.gz"),
            ("../../etc/passwd", "passwd"),
            ("a\u{0}b\n.csv", "ab.csv"),
            ("", "file.csv"),
            ("dir/", "file.csv"),
        ] {
            assert_eq!(file_name(given), name);
        }
        assert_eq!(file_name(&"x".repeat(500)).len(), LONGEST_NAME);
    }
}
