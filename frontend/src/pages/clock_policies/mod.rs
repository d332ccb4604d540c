//! Clock policies: the ordered list, what a draft of it would do, and its versions.

mod amount;
mod card;
mod clock_row;
mod condition;
mod conflict;
mod draft;
mod merge;
mod outcomes;
mod page;
mod preview;
mod summary;
mod versions;
mod words;

pub(super) use condition::ConditionChips;
pub use page::ClockPolicyList;
