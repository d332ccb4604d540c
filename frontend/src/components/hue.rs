//! Which of the eight chart series a record has: the same everywhere and for good.
//!
//! `<span class=hue_class(&team_id)>` sets `--series` for everything inside it.

use rapport_types::page::digest;

/// How many series there are.
const SERIES: u64 = 8;

/// The class that gives what is inside it the record's colour: `series-1` to `series-8`.
pub fn hue_class(id: &str) -> String {
    format!("series-{}", digest(&[id]) % SERIES + 1)
}
