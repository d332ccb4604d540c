//! The reports page: a sentence of pickers, tiles, a trend, a breakdown. All of it is in the URL.

mod breakdown;
mod change;
mod columns;
mod csv_order;
pub(super) mod days;
mod filters;
mod metrics;
mod page;
mod period;
mod question;
mod sentence;
mod tile;
mod trend;

pub(super) use days::all_zones;
pub use page::Reports;
