//! The tree of categories.

mod form;
mod list;

pub use list::Categories;
