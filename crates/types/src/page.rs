//! Paging of lists.

use serde::{Deserialize, Serialize};

/// Rows of a page when the caller names no limit.
pub const DEFAULT_LIMIT: u32 = 50;
/// Most rows of a page.
pub const MAX_LIMIT: u32 = 500;
/// Where a capped total stops counting.
pub const TOTAL_CAP: u64 = 1000;
/// Most rows of a list as CSV.
pub const CSV_CAP: u64 = 10_000;

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
    /// The row's human number, which breaks ties.
    pub number: i64,
}

/// A value of an order's field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CursorKey {
    /// A number, or an instant in microseconds.
    Integer(i64),
    /// A text.
    Text(String),
}

impl Cursor {
    /// The opaque text on the wire.
    pub fn encode(&self) -> String {
        let key = match &self.key {
            None => "n".to_owned(),
            Some(CursorKey::Integer(value)) => format!("i{value}"),
            Some(CursorKey::Text(text)) => format!("t{text}"),
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

    /// Reads the text back; none when it is no cursor.
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
        let number = parts.next()?.parse().ok()?;
        let key = parts.next()?;
        let key = match key.split_at_checked(1)? {
            ("n", "") => None,
            ("i", value) => Some(CursorKey::Integer(value.parse().ok()?)),
            ("t", value) => Some(CursorKey::Text(value.to_owned())),
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
        fn a_cursor_reads_back(digest: u64, number: i64, integer: Option<i64>, text in ".*") {
            for key in [integer.map(CursorKey::Integer), Some(CursorKey::Text(text.clone()))] {
                let cursor = Cursor { digest, key, number };
                prop_assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
            }
        }

        #[test]
        fn any_other_text_is_refused_and_never_panics(text in ".*") {
            let _ = Cursor::decode(&text);
        }
    }
}
