//! Paging of lists.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Rows of a page when the caller names no limit.
pub const DEFAULT_LIMIT: u32 = 50;
/// Most rows of a page.
pub const MAX_LIMIT: u32 = 500;
/// Where a capped total stops counting.
pub const TOTAL_CAP: u64 = 1000;
/// Most rows of a list as CSV.
pub const CSV_CAP: u64 = 10_000;

/// The order of the human numbers, in which files are written.
pub const BY_NUMBER: &str = "number";

/// How many rows match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Total {
    /// The number counted.
    pub count: u64,
    /// False when counting stopped at the cap, so that there are at least so many.
    pub exact: bool,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The rows.
    pub data: Vec<T>,
    /// Where the next page starts; null on the last.
    pub next_cursor: Option<String>,
    /// Whether there is a next page.
    pub has_more: bool,
    /// How many rows match; left out with `total=none`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<Total>,
}

impl<T> Page<T> {
    /// A list that is never longer than a page.
    pub const fn whole(data: Vec<T>) -> Self {
        Self {
            data,
            next_cursor: None,
            has_more: false,
            total: None,
        }
    }

    /// The same page with other rows.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page {
            data: self.data.into_iter().map(f).collect(),
            next_cursor: self.next_cursor,
            has_more: self.has_more,
            total: self.total,
        }
    }
}

/// How far the total counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum TotalMode {
    /// Not at all.
    None,
    /// Up to 1,000.
    #[default]
    Capped,
    /// All of them.
    Exact,
}

/// Which page is wanted, of which order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    /// Rows of the page, 1 to 500.
    pub limit: u32,
    /// Where the page starts.
    pub after: Option<Cursor>,
    /// How far the total counts.
    pub total: TotalMode,
    /// The order.
    pub sort: Sort,
}

/// The order of a list: a name from the list's table of orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// The field.
    pub field: &'static str,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// The last row of the page before: its place in the order, bound to filter and order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// A digest of filter and order; another one refuses the cursor.
    pub digest: u64,
    /// The row's value of the order's field; none sorts last.
    pub key: Option<CursorKey>,
    /// What breaks ties: the row's human number, in a customer's timeline the rank of its kind.
    pub number: i64,
}

/// A value of an order's field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CursorKey {
    /// A number, or an instant in microseconds.
    Integer(i64),
    /// A text.
    Text(String),
    /// An instant in microseconds and the id of what happened then.
    Moment(i64, Uuid),
}

/// What the key of a list's cursors is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// [`CursorKey::Integer`].
    Integer,
    /// [`CursorKey::Text`].
    Text,
    /// [`CursorKey::Moment`].
    Moment,
}

impl Cursor {
    /// The opaque text on the wire.
    pub fn encode(&self) -> String {
        let key = match &self.key {
            None => "n".to_owned(),
            Some(CursorKey::Integer(value)) => format!("i{value}"),
            Some(CursorKey::Text(text)) => format!("t{text}"),
            Some(CursorKey::Moment(at, id)) => format!("m{at}.{id}"),
        };
        let plain = format!("{:x}.{}.{key}", self.digest, self.number);
        plain
            .bytes()
            .fold(String::with_capacity(plain.len() * 2), |mut hex, byte| {
                hex.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
                hex.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
                hex
            })
    }

    /// Whether it is a cursor of the list, filter and order of this digest, with such a key. The
    /// digest is no secret, so that a cursor may have been made by hand.
    pub const fn fits(&self, digest: u64, kind: KeyKind) -> bool {
        let is_kind = matches!(
            (&self.key, kind),
            (Some(CursorKey::Integer(_)), KeyKind::Integer)
                | (Some(CursorKey::Text(_)), KeyKind::Text)
                | (Some(CursorKey::Moment(..)), KeyKind::Moment)
        );
        is_kind && self.digest == digest
    }

    /// Reads the text back; none when it is no cursor. Numbers are never negative, and no text
    /// holds NUL, which PostgreSQL cannot store.
    pub fn decode(text: &str) -> Option<Self> {
        if !text.len().is_multiple_of(2) || !text.is_ascii() || text.len() > 2_000 {
            return None;
        }
        let bytes = (0..text.len())
            .step_by(2)
            .map(|i| u8::from_str_radix(&text[i..i + 2], 16).ok())
            .collect::<Option<Vec<u8>>>()?;
        let plain = String::from_utf8(bytes).ok()?;
        let mut parts = plain.splitn(3, '.');
        let digest = u64::from_str_radix(parts.next()?, 16).ok()?;
        let number = parts.next()?.parse().ok().filter(|number| *number >= 0)?;
        let key = parts.next()?;
        let key = match key.split_at_checked(1)? {
            ("n", "") => None,
            ("i", value) => Some(CursorKey::Integer(value.parse().ok()?)),
            ("t", value) if !value.contains('\0') => Some(CursorKey::Text(value.to_owned())),
            ("m", value) => {
                let (at, id) = value.split_once('.')?;
                Some(CursorKey::Moment(at.parse().ok()?, id.parse().ok()?))
            }
            _ => return None,
        };
        Some(Self {
            digest,
            key,
            number,
        })
    }
}

/// A digest that stays the same between processes and versions (FNV-1a, 64 bits).
pub fn digest(parts: &[&str]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for part in parts {
        for byte in part.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_cursor_reads_back(
            digest: u64,
            number in 0..i64::MAX,
            integer: Option<i64>,
            text in "[^\0]*",
            at: i64,
            id: u128,
        ) {
            let moment = CursorKey::Moment(at, Uuid::from_u128(id));
            for key in [integer.map(CursorKey::Integer), Some(CursorKey::Text(text)), Some(moment)] {
                let cursor = Cursor { digest, key, number };
                prop_assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
            }
        }

        #[test]
        fn negative_numbers_and_texts_with_nul_are_refused(digest: u64, number in i64::MIN..0) {
            let forged = |number, key| Cursor { digest, key: Some(key), number }.encode();
            prop_assert_eq!(Cursor::decode(&forged(number, CursorKey::Integer(1))), None);
            prop_assert_eq!(Cursor::decode(&forged(0, CursorKey::Text("a\0b".into()))), None);
        }

        #[test]
        fn any_other_text_is_refused_and_never_panics(text in ".*") {
            let _ = Cursor::decode(&text);
        }
    }

    #[test]
    fn a_cursor_fits_one_list_and_one_kind_of_key() {
        let cursor = |key| Cursor {
            digest: 7,
            key,
            number: 0,
        };
        let integer = cursor(Some(CursorKey::Integer(1)));
        assert!(integer.fits(7, KeyKind::Integer));
        assert!(!integer.fits(8, KeyKind::Integer));
        assert!(!integer.fits(7, KeyKind::Text));
        assert!(!integer.fits(7, KeyKind::Moment));
        assert!(!cursor(None).fits(7, KeyKind::Integer));
        assert!(cursor(Some(CursorKey::Moment(1, Uuid::nil()))).fits(7, KeyKind::Moment));
    }
}
