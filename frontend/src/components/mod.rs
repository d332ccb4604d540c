//! What pages are made of. Third-party components, should there ever be any, stay behind this
//! folder. Each file has one component or one family; the rustdoc at its top shows how to use it.
//!
//! | need | component |
//! |---|---|
//! | act | [`button`]: `Button`, `LinkButton`, `IconButton` |
//! | type | [`field`]: `TextField`, `TextArea`; [`list_field`]: `ListField`; [`form_error`]: `FormError` |
//! | choose | [`select`]: `Select`; [`combobox`]: `Combobox`; [`checkbox`]: `Checkbox`; [`tabs`]: `Tabs`; [`chip`]: `FilterChip`; [`pick_list`]: `PickList` |
//! | list | [`table`]: `DataTable`; [`pager`]: `Pager`; [`bar_cell`]: `BarCell` |
//! | say | [`badge`]: `StatusBadge`, `PriorityMark`; [`clock_chip`]: `ClockChip`; [`avatar`]: `Avatar` |
//! | time | [`instant`]: `Instant` |
//! | wait, fail, nothing | [`states`]: `Loaded`, `Skeleton`, `ErrorState`, `EmptyState`; [`late`]: `late` |
//! | over the page | [`dialog`]: `Dialog`; [`popover`]: `Popover`, `MenuItem`; [`toast`]: `use_toasts` |
//! | figures | [`sparkline`]: `Sparkline`; [`trend_chart`]: `TrendChart`; [`definition`]: `Definition`; [`csv_link`]: `CsvLink`; [`hue`]: `hue_class` |
//! | two wrote at once | [`conflict`]: `Conflict` |
//! | follow | [`effect`]: `effect` |
//! | keyboard | [`keys`]: `use_keys`, `composes`; [`commands`]: `use_commands`; [`focus`]: `focus_soon`; [`key_hint`]: `KeyHint` |
//! | pictures | [`icon`]: `Icon` |

pub mod avatar;
pub mod badge;
pub mod bar_cell;
pub mod button;
mod chart_scale;
pub mod checkbox;
pub mod chip;
pub mod clock_chip;
pub mod combobox;
pub mod commands;
pub mod conflict;
pub mod copy_text;
pub mod csv_link;
pub mod definition;
pub mod dialog;
pub mod effect;
pub mod field;
pub mod focus;
pub mod form_error;
pub mod hue;
pub mod icon;
pub mod instant;
pub mod key_hint;
pub mod keyboard;
pub mod keys;
pub mod late;
pub mod list_field;
pub mod pager;
pub mod pick_list;
mod picked;
pub mod popover;
pub mod select;
pub mod selection;
pub mod sparkline;
pub mod states;
pub mod table;
pub mod tabs;
pub mod toast;
pub mod trend_chart;

use std::cell::Cell;

thread_local! {
    static IDS: Cell<u32> = const { Cell::new(0) };
}

/// An element id that is unique on the page, to tie labels and panels to what they belong to.
pub fn element_id(prefix: &str) -> String {
    let number = IDS.get() + 1;
    IDS.set(number);
    format!("{prefix}-{number}")
}
