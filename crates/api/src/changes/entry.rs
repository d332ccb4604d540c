//! An entry of the log as those who follow it share it, and how it looks on the wire.

use std::sync::OnceLock;

use actix_web::web::Bytes;
use rapport_types::changes::{Change, Logged, Reader, Sight, show, sight};
use rapport_types::records::Entity;

/// Said once when the number has not moved: proxies close what is silent.
pub(super) const BEAT: Bytes = Bytes::from_static(b":\n\n");
/// The last event of a reader whose sight has moved.
pub(super) const SCOPE_CHANGED: Bytes =
    Bytes::from_static(b"event: scope_changed\ndata: {\"code\":\"scope_changed\"}\n\n");

/// An entry with the frames that were made of it: nearly all readers see one of the same few.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) logged: Logged,
    whole: OnceLock<Option<Bytes>>,
    entered: OnceLock<Option<Bytes>>,
    gone: OnceLock<Option<Bytes>>,
    left: OnceLock<Option<Bytes>>,
}

impl Entry {
    pub(super) fn new(logged: Logged) -> Self {
        Self {
            logged,
            whole: OnceLock::new(),
            entered: OnceLock::new(),
            gone: OnceLock::new(),
            left: OnceLock::new(),
        }
    }

    /// What goes out to the reader; none when it may not see it.
    pub(super) fn frame(&self, reader: &Reader) -> Option<Bytes> {
        let logged = &self.logged;
        let (before, after) = (logged.scope_before.as_ref(), logged.scope_after.as_ref());
        let made = || show(logged, reader).map(|change| frame(&change));
        if logged.entity == Entity::User {
            // What is shown of a user depends on the reader's rights.
            return made();
        }
        let kept = match sight(reader, logged.entity, before, after)? {
            Sight::Whole | Sight::New => &self.whole,
            Sight::Entered => &self.entered,
            Sight::Gone => &self.gone,
            Sight::Left => &self.left,
        };
        kept.get_or_init(made).clone()
    }
}

/// A change as an event.
pub(super) fn frame(change: &Change) -> Bytes {
    // JSON has no line breaks; writing members that were read from JSON cannot fail.
    let data = serde_json::to_string(change).unwrap_or_default();
    format!("id: {}\nevent: change\ndata: {data}\n\n", change.seq).into()
}

/// Moves the reader's number on without an event.
pub(super) fn mark(number: i64) -> Bytes {
    format!("id: {number}\n\n").into()
}

/// The beginning: how long to wait before the stream is opened again, and where it begins.
pub(super) fn beginning(number: i64) -> Bytes {
    format!("retry: 2000\nid: {number}\n\n").into()
}
