//! The tree of teams: who works where, in which zone and by which calendar, moved by dragging or
//! through a menu.

mod context;
mod form;
mod list;

pub use list::Teams;
