//! The sheet of keys: those that mean something on this page.

use leptos::prelude::*;

use super::Palette;
use super::hit::KeyCaps;
use super::names::{is_of_record, name};
use crate::components::commands::{Command, all_commands};
use crate::components::dialog::Dialog;
use crate::components::keyboard::{KEYS, Key};
use crate::components::keys::{all_keys, is_mac};
use crate::i18n::*;
use crate::preferences::use_preferences;

/// The parts of the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Everywhere,
    Go,
    List,
    Record,
}

impl Part {
    const ALL: [Self; 4] = [Self::Record, Self::List, Self::Go, Self::Everywhere];

    fn of(keys: &str, key: Key) -> Self {
        match key {
            Key::Act(command) if is_of_record(command) => Self::Record,
            // A chord, no sequence.
            Key::Act(Command::Palette) => Self::Everywhere,
            Key::Act(_) if keys.contains(' ') => Self::Go,
            Key::Act(_) => Self::Everywhere,
            Key::Escape => Self::Record,
            Key::Down | Key::Up | Key::Enter | Key::Select | Key::SelectRange => Self::List,
        }
    }
}

/// Keys, and what they are for.
type Row = (&'static str, Key);

/// The keys that mean something.
fn valid(offered: &[Command], shown: &[Key]) -> Vec<Row> {
    let chord = if is_mac() { "⌘ K" } else { "Ctrl K" };
    let palette = (chord, Key::Act(Command::Palette));
    std::iter::once(palette)
        .chain(KEYS)
        .filter(|(_, key)| match key {
            Key::Act(command) => offered.contains(command),
            other => shown.contains(other),
        })
        .collect()
}

/// The sheet.
pub(super) fn sheet(palette: Palette) -> AnyView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let words = move |key: Key| match key {
        Key::Down => t_string!(i18n, palette.key.down).to_owned(),
        Key::Up => t_string!(i18n, palette.key.up).to_owned(),
        Key::Enter => t_string!(i18n, palette.key.enter).to_owned(),
        Key::Select => t_string!(i18n, palette.key.select).to_owned(),
        Key::SelectRange => t_string!(i18n, palette.key.select_range).to_owned(),
        Key::Escape => t_string!(i18n, palette.key.back).to_owned(),
        Key::Act(command) => name(command, preferences.locale()),
    };
    let heading = move |part: Part| match part {
        Part::Everywhere => t_string!(i18n, palette.part.everywhere),
        Part::Go => t_string!(i18n, palette.part.go),
        Part::List => t_string!(i18n, palette.part.list),
        Part::Record => t_string!(i18n, palette.part.record),
    };
    let commands = all_commands();
    let shown = all_keys();
    let part = move |part: Part, rows: Vec<Row>| {
        let rows = rows.into_iter().map(|(keys, key)| {
            view! {
                <div class="key-row" data-testid="key-row">
                    <dt><KeyCaps keys/></dt>
                    <dd>{move || words(key)}</dd>
                </div>
            }
        });
        view! {
            <section>
                <h3>{move || heading(part)}</h3>
                <dl>{rows.collect_view()}</dl>
            </section>
        }
    };
    // Made whenever it opens: the page may be another one.
    let content = move || {
        let (offered, shown) = (commands.offered(), shown.shown());
        let rows = valid(&offered, &shown);
        let parts = Part::ALL.into_iter().filter_map(|own| {
            let mut rows = rows.clone();
            rows.retain(|(keys, key)| Part::of(keys, *key) == own);
            (!rows.is_empty()).then(|| part(own, rows))
        });
        parts.collect_view()
    };
    view! {
        <Dialog
            open=palette.shows_keys
            title=Signal::derive(move || t_string!(i18n, palette.command.keys).to_owned())
        >
            <div class="key-sheet" data-testid="key-sheet">{content()}</div>
            <p class="quiet small">{t!(i18n, palette.key.when)}</p>
        </Dialog>
    }
    .into_any()
}
