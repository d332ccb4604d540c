//! The import pages: the list of imports, and one import in its four steps.
//!
//! ```text
//! /imports/new            1 file
//! /imports/new?file=ID    2 mapping, with the preview     (the draft is kept in this browser)
//! /imports/ID             3 a dry run and its result, 4 the import itself
//! ```
//!
//! What is picked is a `Mapping` of crates/types from the first moment on; `editor.rs` holds it.

mod choices;
mod column;
mod columns;
mod detail;
mod earlier;
mod editor;
mod file_step;
mod form;
mod link;
mod list;
mod meanings;
mod numbers;
mod preview;
mod problems;
mod progress;
mod rules;
mod steps;
mod words;

pub use detail::ImportDetail;
pub use form::ImportForm;
pub use link::ImportLink;
pub use list::ImportList;
