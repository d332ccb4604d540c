//! Bulk changes: the bar below a list with rows selected, one bulk change from its draft to its
//! result, and the list of them.

mod bar;
mod detail;
mod draft;
mod ending;
mod labels_action;
mod link;
mod list;
mod numbers;
mod progress;
mod watch;
mod words;

pub(super) use bar::{Action, SelectionBar};
pub use detail::BulkChangeDetail;
pub(super) use labels_action::LabelsAction;
pub use link::BulkLink;
pub use list::BulkChangeList;
