//! Several short texts of a kind, one field each: phones, e-mail addresses.
//!
//! ```ignore
//! let phones = RwSignal::new(lines_of(&["138 0013 8000"]));
//! <ListField label=… lines=phones kind="tel" add=… error=move |at| save.error()?.field(&format!("/phones/{at}"), locale)/>
//! texts_of(phones)    // what was typed, without the empty ones
//! ```

use leptos::prelude::*;

use super::button::{Button, ButtonKind, IconButton};
use super::element_id;
use super::field::FieldNote;
use super::focus::focus_soon;
use super::icon::IconName;
use crate::i18n::*;

/// One of the texts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    id: usize,
    text: RwSignal<String>,
}

/// One line per text, at least one.
pub fn lines_of(texts: &[String]) -> Vec<Line> {
    let line = |(id, text): (usize, String)| Line {
        id,
        text: RwSignal::new(text),
    };
    let texts = if texts.is_empty() {
        vec![String::new()]
    } else {
        texts.to_vec()
    };
    texts.into_iter().enumerate().map(line).collect()
}

/// What was typed. Empty lines go, so that a fault at the n-th text belongs to the n-th line.
pub fn texts_of(lines: RwSignal<Vec<Line>>) -> Vec<String> {
    lines.update(|lines| {
        let all_empty = lines.iter().all(Line::is_empty);
        let mut first = true;
        lines.retain(|line| !line.is_empty() || (all_empty && std::mem::take(&mut first)));
    });
    lines.with_untracked(|lines| {
        let filled = lines.iter().filter(|line| !line.is_empty());
        filled
            .map(|line| line.text.get_untracked().trim().to_owned())
            .collect()
    })
}

/// What stands there so far, empty lines left out; tracked.
pub fn typed_of(lines: RwSignal<Vec<Line>>) -> Vec<String> {
    let mut texts: Vec<String> = lines.with(|lines| lines.iter().map(|it| it.text.get()).collect());
    texts.retain(|text| !text.trim().is_empty());
    texts
}

impl Line {
    fn is_empty(&self) -> bool {
        self.text.with_untracked(|text| text.trim().is_empty())
    }
}

/// Several short texts.
#[component]
pub fn ListField(
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// The texts.
    lines: RwSignal<Vec<Line>>,
    /// `text`, `email`, `tel`.
    #[prop(optional, default = "text")]
    kind: &'static str,
    /// What the button for one more says.
    #[prop(into)]
    add: Signal<String>,
    /// What is wrong with the n-th text.
    #[prop(into)]
    error: Callback<usize, Option<String>>,
    /// The first field takes the focus when it appears.
    #[prop(optional)]
    autofocus: bool,
    /// The `data-testid` of each field.
    #[prop(optional)]
    testid: Option<&'static str>,
) -> impl IntoView {
    let i18n = use_i18n();
    let group = element_id("list");
    let labelled = group.clone();
    let box_id = format!("{group}-lines");
    if autofocus {
        focus_soon(box_id.clone());
    }
    let place = move |line: Line| {
        lines
            .with(|lines| lines.iter().position(|it| it.id == line.id))
            .unwrap_or_default()
    };
    let one_more = move || {
        lines.update(|lines| {
            let id = lines
                .iter()
                .map(|line| line.id + 1)
                .max()
                .unwrap_or_default();
            lines.push(Line {
                id,
                text: RwSignal::new(String::new()),
            });
        });
    };
    view! {
        <div class="field list-field" role="group" id=box_id aria-labelledby=labelled>
            <span class="field-label" id=group>{label}</span>
            <For each=move || lines.get() key=|line| line.id let:line>
                {
                    let note = element_id("line-note");
                    let fault = Signal::derive(move || error.run(place(line)));
                    view! {
                        <div class="list-line" class:has-error=move || fault.read().is_some()>
                            <input
                                class="input"
                                type=kind
                                autocomplete="off"
                                data-testid=testid
                                aria-label=label
                                aria-describedby=note.clone()
                                aria-invalid=move || fault.read().is_some().then_some("true")
                                prop:value=line.text
                                on:input:target=move |event| line.text.set(event.target().value())
                            />
                            <IconButton
                                icon=IconName::Close
                                label=Signal::derive(move || t_string!(i18n, frame.clear).to_owned())
                                disabled=Signal::derive(move || lines.read().len() < 2)
                                on_click=move || lines.update(|lines| lines.retain(|it| it.id != line.id))
                            />
                            {move || fault.read().is_some().then(|| view! {
                                <FieldNote id=note.clone() error=fault hint=Signal::stored(None)/>
                            })}
                        </div>
                    }
                }
            </For>
            <span class="list-add">
                <Button kind=ButtonKind::Ghost icon=IconName::Plus on_click=one_more>{add}</Button>
            </span>
        </div>
    }
}
