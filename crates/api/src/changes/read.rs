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
/// Entries that are looked through at a time: who sees most of them needs no more.
const STEP: i64 = 100;
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

impl Told {
    const fn at(next_after: i64, head: i64) -> Self {
        Self { next_after, head }
    }
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
    let last = head.min(after.saturating_add(LOOKED_THROUGH));
    let step = STEP.max(asked.limit as i64);
    let (mut numbers, mut room, mut looked) = (Vec::new(), ROOM, after);
    'log: while looked < last && numbers.len() < asked.limit {
        let stretch = Stretch {
            after: looked,
            last: last.min(looked + step),
        };
        for sketch in changes::sketches(db, stretch, asked.entities).await? {
            let (before, after) = (sketch.scope_before.as_ref(), sketch.scope_after.as_ref());
            if sight(reader, sketch.entity, before, after).is_none() {
                continue;
            }
            room -= sketch.size;
            if numbers.len() == asked.limit || (room < 0 && !numbers.is_empty()) {
                looked = sketch.seq - 1;
                break 'log;
            }
            numbers.push(sketch.seq);
        }
        looked = stretch.last;
    }
    if looked == after {
        return Ok((Vec::new(), Told::at(looked, head)));
    }
    let entries = changes::entries(db, &numbers).await?;
    // Asked last: what is committed after this look comes after everything that was read.
    if changes::moves_one_of(db, reader.keys(), after).await? {
        return Err(scope_changed());
    }
    let shown = entries.iter().filter_map(|entry| show(entry, reader));
    Ok((shown.collect(), Told::at(looked, head)))
}
