//! The hours of one day as they are typed: one line per slot, what is wrong below it.

use std::cell::Cell;

use leptos::prelude::*;
use rapport_types::calendars::{LocalTime, Slot};
use serde::{Deserialize, Serialize};

use crate::components::button::IconButton;
use crate::components::element_id;
use crate::components::focus::focus_soon;
use crate::components::icon::IconName;
use crate::i18n::*;

thread_local! {
    static LINES: Cell<usize> = const { Cell::new(0) };
}

/// The hours of one day.
#[derive(Clone, Copy)]
pub(super) struct Slots(RwSignal<Vec<Line>>, StoredValue<Option<WeakOwner>>);

#[derive(Clone, Copy, PartialEq)]
struct Line {
    id: usize,
    from: RwSignal<String>,
    to: RwSignal<String>,
}

/// The same as it is kept and compared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TypedSlots(pub(super) Vec<(String, String)>);

impl TypedSlots {
    /// Slots as the editor shows them.
    pub(super) fn of(slots: &[Slot]) -> Self {
        Self(
            slots
                .iter()
                .map(|slot| (slot.from.to_string(), slot.to.to_string()))
                .collect(),
        )
    }
}

impl Line {
    fn new(from: &str, to: &str) -> Self {
        let id = LINES.get() + 1;
        LINES.set(id);
        Self {
            id,
            from: RwSignal::new(from.to_owned()),
            to: RwSignal::new(to.to_owned()),
        }
    }

    fn field(self) -> String {
        format!("slot-{}", self.id)
    }

    fn read(self) -> Option<Slot> {
        Some(Slot {
            from: self.from.with(|text| read_time(text))?,
            to: self.to.with(|text| read_time(text))?,
        })
    }
}

impl Slots {
    /// A closed day.
    pub(super) fn new() -> Self {
        Self(
            RwSignal::new(Vec::new()),
            StoredValue::new(Owner::current().map(|owner| owner.downgrade())),
        )
    }

    /// Makes a line that lives as long as the slots do: those that an effect makes would be gone
    /// when it runs again.
    fn line(self, from: &str, to: &str) -> Line {
        let owner = self.1.get_value().and_then(|owner| owner.upgrade());
        match owner {
            Some(owner) => owner.with(|| Line::new(from, to)),
            None => Line::new(from, to),
        }
    }

    /// Puts these there; lines that are there already keep their fields and so the focus.
    pub(super) fn fill(self, typed: &TypedSlots) {
        if untrack(|| self.typed()) == *typed {
            return;
        }
        let lines = typed.0.iter().map(|(from, to)| self.line(from, to));
        self.0.set(lines.collect());
    }

    /// What stands there; tracked.
    pub(super) fn typed(self) -> TypedSlots {
        let lines = self.0.read();
        let texts = lines.iter().map(|line| (line.from.get(), line.to.get()));
        TypedSlots(texts.collect())
    }

    /// The slots, or the lines that are none; tracked.
    pub(super) fn read(self) -> Result<Vec<Slot>, Vec<usize>> {
        let read: Vec<Option<Slot>> = self
            .0
            .with(|lines| lines.iter().map(|it| it.read()).collect());
        let bad = |(at, slot): (usize, &Option<Slot>)| slot.is_none().then_some(at);
        let unreadable: Vec<usize> = read.iter().enumerate().filter_map(bad).collect();
        if unreadable.is_empty() {
            Ok(read.into_iter().flatten().collect())
        } else {
            Err(unreadable)
        }
    }

    /// Open minutes, of what can be read; tracked.
    pub(super) fn minutes(self) -> i64 {
        let slots = self.read().unwrap_or_default();
        let length = |slot: &Slot| i64::from(slot.to.minutes()) - i64::from(slot.from.minutes());
        slots.iter().map(|slot| length(slot).max(0)).sum()
    }

    /// Whether it is closed; tracked.
    pub(super) fn is_empty(self) -> bool {
        self.0.read().is_empty()
    }

    /// When the last slot ends.
    fn end(self) -> Option<LocalTime> {
        let last = self.0.with_untracked(|lines| lines.last().copied())?;
        last.to.with_untracked(|text| read_time(text))
    }

    /// One slot more, after the last one; the keyboard goes there.
    fn add(self) {
        let line = match self.end() {
            None if self.0.with_untracked(Vec::is_empty) => self.line("09:00", "18:00"),
            None => self.line("", ""),
            Some(end) => {
                let hours_later = |hours: u16| {
                    let minutes = (end.minutes() + hours * 60).min(LocalTime::MIDNIGHT.minutes());
                    LocalTime::from_minutes(minutes).map_or_else(String::new, |it| it.to_string())
                };
                self.line(&hours_later(1), &hours_later(4))
            }
        };
        self.0.update(|lines| lines.push(line));
        focus_soon(line.field());
    }

    fn remove(self, line: Line) {
        self.0.update(|lines| lines.retain(|it| it.id != line.id));
    }
}

/// `09:00`, also as `9`, `900`, `9:00` or with a full-width colon; up to `24:00`.
fn read_time(text: &str) -> Option<LocalTime> {
    let text = text.trim().replace('：', ":");
    let (hours, minutes) = match text.split_once(':') {
        Some(parts) => parts,
        None if !text.is_ascii() => return None,
        None if text.len() <= 2 => (text.as_str(), "00"),
        None => text.split_at(text.len() - 2),
    };
    let number = |digits: &str| {
        let is_number =
            (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| digits.parse::<u16>().ok())?
    };
    let minutes = number(minutes).filter(|_| minutes.len() == 2)?;
    LocalTime::from_minutes(number(hours)? * 60 + minutes).filter(|_| minutes < 60)
}

/// The hours of one day.
#[component]
pub(super) fn SlotsEditor(
    /// The hours.
    slots: Slots,
    /// The day in words.
    #[prop(into)]
    day: Signal<String>,
    /// What is wrong with the n-th slot.
    #[prop(into)]
    fault: Callback<usize, Option<String>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let group = element_id("slots");
    let own = group.clone();
    let place = move |line: Line| {
        slots
            .0
            .with(|lines| lines.iter().position(|it| *it == line))
            .unwrap_or_default()
    };
    let remove = StoredValue::new(move |line: Line| {
        slots.remove(line);
        focus_soon(own.clone());
    });
    view! {
        <div class="slots" role="group" id=group aria-label=day>
            <For each=move || slots.0.get() key=|line| line.id let:line>
                {
                    let note = format!("{}-note", line.field());
                    let described = note.clone();
                    let wrong = Signal::derive(move || fault.run(place(line)));
                    let field = move |text: RwSignal<String>, id: Option<String>, label: Signal<String>| {
                        let described = described.clone();
                        view! {
                            <input
                                class="input slot-time"
                                id=id
                                type="text"
                                inputmode="numeric"
                                autocomplete="off"
                                maxlength="5"
                                aria-label=label
                                aria-invalid=move || wrong.read().is_some().then_some("true")
                                aria-describedby=described
                                prop:value=text
                                on:input:target=move |event| text.set(event.target().value())
                                on:focus:target=move |event| event.target().select()
                                on:blur=move |_| {
                                    if let Some(time) = text.with_untracked(|text| read_time(text)) {
                                        text.set(time.to_string());
                                    }
                                }
                            />
                        }
                    };
                    view! {
                        <div class="slot" class:has-error=move || wrong.read().is_some()>
                            {field(
                                line.from,
                                Some(line.field()),
                                Signal::derive(move || t_string!(i18n, calendars.slot.from, day = day.get())),
                            )}
                            <span aria-hidden="true">"–"</span>
                            {field(
                                line.to,
                                None,
                                Signal::derive(move || t_string!(i18n, calendars.slot.to, day = day.get())),
                            )}
                            <IconButton
                                icon=IconName::Close
                                label=Signal::derive(move || t_string!(
                                    i18n,
                                    calendars.slot.remove,
                                    slot = format!("{}–{}", line.from.get(), line.to.get())
                                ))
                                on_click=move || remove.with_value(|remove| remove(line))
                            />
                            <p class="slot-fault" id=note role="alert">{move || wrong.get()}</p>
                        </div>
                    }
                }
            </For>
            <Show when=move || slots.is_empty()>
                <span class="quiet">{t!(i18n, calendars.closed)}</span>
            </Show>
            <IconButton
                icon=IconName::Plus
                label=Signal::derive(move || t_string!(i18n, calendars.slot.add, day = day.get()))
                on_click=move || slots.add()
                testid="slot-add"
            />
        </div>
    }
}
