//! The text of a file that the reader chooses, in UTF-8 or GB18030.

use js_sys::Uint8Array;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, HtmlInputElement, TextDecoder};

/// Most bytes of a holiday file.
const MOST: f64 = 2_000_000.0;

/// Why there is no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileFault {
    /// Larger than two megabytes.
    TooLarge,
    /// The browser could not read it.
    Unreadable,
}

/// The file that was chosen.
pub(super) fn chosen(input: &HtmlInputElement) -> Option<File> {
    input.files()?.get(0)
}

/// Its text.
///
/// # Errors
/// What is said to the reader instead.
pub(super) async fn text(file: &File) -> Result<String, FileFault> {
    if file.size() > MOST {
        return Err(FileFault::TooLarge);
    }
    let buffer = JsFuture::from(file.array_buffer())
        .await
        .map_err(|_| FileFault::Unreadable)?;
    let bytes = Uint8Array::new(&buffer).to_vec();
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text),
        // What spreadsheets write in China.
        Err(other) => TextDecoder::new_with_label("gb18030")
            .and_then(|decoder| decoder.decode_with_u8_array(other.as_bytes()))
            .map_err(|_| FileFault::Unreadable),
    }
}
