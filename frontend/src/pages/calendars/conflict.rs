//! Somebody else has saved while this draft was being written: what each of the two changed, and
//! whose is taken. Nothing typed is lost.

use leptos::prelude::*;

use super::draft::{Part, Typed};
use super::words;
use crate::components::button::{Button, ButtonKind};
use crate::components::icon::{Icon, IconName};
use crate::i18n::*;
use crate::preferences::use_preferences;

/// The question.
#[component]
pub(super) fn ConflictNote(
    /// What the draft began with.
    #[prop(into)]
    from: Signal<Typed>,
    /// What stands there by now.
    #[prop(into)]
    theirs: Signal<Typed>,
    /// The draft.
    #[prop(into)]
    mine: Signal<Typed>,
    /// Gives the draft up.
    #[prop(into)]
    on_theirs: Callback<()>,
    /// Goes on with the draft: what only the other has changed is taken from there.
    #[prop(into)]
    on_mine: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let row = move |part: Part| {
        let (from, theirs, mine) = (from.get(), theirs.get(), mine.get());
        let said = match (from.differs(&theirs, part), from.differs(&mine, part)) {
            (false, false) => return None,
            (true, true) if theirs.differs(&mine, part) => t_string!(i18n, calendars.conflict.both),
            (true, true) => t_string!(i18n, calendars.conflict.same),
            (true, false) => t_string!(i18n, calendars.conflict.theirs),
            (false, true) => t_string!(i18n, calendars.conflict.mine),
        };
        let part = words::part(part, preferences.locale());
        Some(view! { <li><strong>{part}</strong> " " {said}</li> })
    };
    view! {
        <div class="notice" role="alert" data-testid="conflict">
            <Icon name=IconName::Warning/>
            <div>
                <p>{t!(i18n, calendars.conflict.text)}</p>
                <ul>{move || Part::ALL.map(row)}</ul>
                <div class="form-actions">
                    <Button on_click=move || on_mine.run(())>{t!(i18n, calendars.conflict.keep_mine)}</Button>
                    <Button kind=ButtonKind::Ghost on_click=move || on_theirs.run(())>
                        {t!(i18n, calendars.conflict.take_theirs)}
                    </Button>
                </div>
            </div>
        </div>
    }
}
