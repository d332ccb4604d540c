//! Calendars: the list, and the editor of one with the preview of a month beside it.

mod conflict;
mod day_panel;
mod draft;
mod editor;
mod file;
mod holidays;
mod list;
mod month;
mod name_and_zone;
mod save_bar;
mod slots;
mod usage;
mod versions;
mod week;
mod words;
mod year;
mod zone;

pub use editor::CalendarEditor;
pub use list::CalendarList;
