//! CSV of lists and reports: UTF-8 with a byte order mark, so that spreadsheets read Chinese, and
//! no cell that a spreadsheet would take for a formula.

use std::future::ready;

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;
use futures_util::{Stream, StreamExt, stream};

use crate::error::ApiError;

/// The media type.
pub const MEDIA_TYPE: &str = "text/csv; charset=utf-8";
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// What somebody typed: beginning with `=`, `+`, `-` or `@` it gets an apostrophe before it.
    Text(String),
    /// What this program writes (numbers, instants, ids, codes), as it is.
    Plain(String),
}

impl Cell {
    /// What somebody typed.
    pub fn text(text: impl ToString) -> Self {
        Self::Text(text.to_string())
    }

    /// What this program writes; nothing is an empty cell.
    pub fn plain(value: Option<impl ToString>) -> Self {
        value.map_or(Self::Empty, |value| Self::Plain(value.to_string()))
    }

    /// An instant to the second with the offset of the zone; nothing is an empty cell.
    pub fn instant(at: Option<DateTime<Utc>>, zone: Tz) -> Self {
        Self::plain(at.map(|at| {
            at.with_timezone(&zone)
                .to_rfc3339_opts(SecondsFormat::Secs, false)
        }))
    }

    fn into_field(self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Plain(text) => text,
            Self::Text(text) if text.starts_with(['=', '+', '-', '@']) => format!("'{text}"),
            Self::Text(text) => text,
        }
    }
}

/// The file `<name>.csv` with these columns and rows.
///
/// # Errors
/// A fault of ours: a row with another number of cells than the header.
pub fn reply(
    name: &str,
    header: &[&str],
    rows: impl IntoIterator<Item = Vec<Cell>>,
) -> Result<HttpResponse, ApiError> {
    let bytes = write(header, rows)?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, MEDIA_TYPE))
        .insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}.csv\""),
        ))
        .body(bytes))
}

/// The file `<name>.csv` whose first part is there already and whose rest comes while it is sent.
pub fn streamed(
    name: &str,
    first: Vec<u8>,
    rest: impl Stream<Item = Result<Bytes, ApiError>> + 'static,
) -> HttpResponse {
    let first = stream::once(ready(Ok(Bytes::from(first))));
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, MEDIA_TYPE))
        .insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}.csv\""),
        ))
        .streaming(first.chain(rest))
}

/// The bytes of further rows, to follow those of [`write`].
///
/// # Errors
/// See [`reply`].
pub fn write_rows(rows: impl IntoIterator<Item = Vec<Cell>>) -> Result<Vec<u8>, ApiError> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer
            .write_record(row.into_iter().map(Cell::into_field))
            .map_err(ApiError::internal)?;
    }
    writer.into_inner().map_err(ApiError::internal)
}

/// The file's bytes.
///
/// # Errors
/// See [`reply`].
pub fn write(
    header: &[&str],
    rows: impl IntoIterator<Item = Vec<Cell>>,
) -> Result<Vec<u8>, ApiError> {
    let builder = ::csv::WriterBuilder::new();
    let mut writer = builder.from_writer(BYTE_ORDER_MARK.as_bytes().to_vec());
    writer.write_record(header).map_err(ApiError::internal)?;
    for row in rows {
        writer
            .write_record(row.into_iter().map(Cell::into_field))
            .map_err(ApiError::internal)?;
    }
    writer.into_inner().map_err(ApiError::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_never_become_formulas_and_numbers_stay_numbers() {
        let rows = ["=1+1", "+86", "-x", "@me", "a, \"b\"", "王芳"]
            .map(|text| vec![Cell::text(text), Cell::plain(Some(-5))]);
        let bytes = write(&["name", "seconds"], rows).unwrap();
        let expected = "\u{feff}name,seconds\n'=1+1,-5\n'+86,-5\n'-x,-5\n'@me,-5\n\"a, \"\"b\"\"\",-5\n王芳,-5\n";
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
    }

    #[test]
    fn instants_carry_the_offset_of_the_zone() {
        let at = "2026-05-31T08:00:00.5Z".parse().ok();
        assert_eq!(
            Cell::instant(at, Tz::Asia__Shanghai),
            Cell::Plain("2026-05-31T16:00:00+08:00".into())
        );
        assert_eq!(Cell::instant(None, Tz::UTC), Cell::Empty);
    }

    #[test]
    fn a_row_of_another_length_is_our_fault() {
        assert!(write(&["one"], [vec![Cell::Empty, Cell::Empty]]).is_err());
    }
}
