//! A page of the log: of a bounded cost, however little of it the reader may see.

use rapport_persistence::changes::{self, Stretch};
use rapport_persistence::database::Database;
use rapport_types::changes::{Change, Reader, show, sight};
use rapport_types::problem::{Fault, FieldCode};
use rapport_types::records::Entity;

use super::scope_changed;
use crate::error::ApiError;

/// Most entries that are looked through for one page.
const LOOKED_THROUGH: i64 = 2_000;
/// About how many characters of changed members end a page early.
const ROOM: i64 = 1 << 20;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    /// After which number; none from now on.
    pub(super) after: Option<i64>,
    /// Most entries.
    pub(super) limit: usize,
    /// Only these kinds; all when there is none.
    pub(super) entities: &'a [Entity],
}

/// How far was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Told {
    /// From which number to go on.
    pub(super) next_after: i64,
    /// The newest number when it was read.
    pub(super) head: i64,
}

/// Reads a page.
///
/// # Errors
/// 422 for a number beyond the end, 410 `scope_changed` when what the reader may see has changed
/// after it.
pub(super) async fn read(
    db: &Database,
    reader: &Reader,
    asked: Asked<'_>,
) -> Result<(Vec<Change>, Told), ApiError> {
    let head = changes::head(db).await?;
    let after = asked.after.unwrap_or(head);
    if after > head {
        return Err(Fault::in_parameter("after", FieldCode::OutOfRange).into());
    }
    let is_all_shown = reader.sees_everything() && asked.entities.is_empty();
    let most = if is_all_shown {
        asked.limit as i64
    } else {
        LOOKED_THROUGH
    };
    let last = head.min(after.saturating_add(most));
    let mut told = Told {
        next_after: last,
        head,
    };
    if after == last {
        return Ok((Vec::new(), told));
    }
    let stretch = Stretch { after, last };
    let (mut numbers, mut room) = (Vec::new(), ROOM);
    for sketch in changes::sketches(db, stretch, asked.entities).await? {
        let (before, after) = (sketch.scope_before.as_ref(), sketch.scope_after.as_ref());
        if sight(reader, sketch.entity, before, after).is_none() {
            continue;
        }
        let is_first = numbers.is_empty();
        room -= sketch.size;
        if numbers.len() == asked.limit || (room < 0 && !is_first) {
            told.next_after = sketch.seq - 1;
            break;
        }
        numbers.push(sketch.seq);
    }
    let entries = changes::entries(db, &numbers).await?;
    // Asked last: what is committed after this look comes after everything that was read.
    if changes::moves_one_of(db, reader.keys(), after).await? {
        return Err(scope_changed());
    }
    let shown = entries.iter().filter_map(|entry| show(entry, reader));
    Ok((shown.collect(), told))
}
