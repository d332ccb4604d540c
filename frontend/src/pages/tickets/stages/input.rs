//! A field of the ticket's type, filled in.

use leptos::prelude::*;
use rapport_types::problem::FieldCode;
use rapport_types::text::LongText;
use rapport_types::ticket_types::{FieldDefinition, FieldValue, Money, ValueKind};

use crate::api::ApiError;
use crate::api::configuration::use_directory;
use crate::components::combobox::Combobox;
use crate::components::field::{TextArea, TextField};
use crate::components::select::{Choice, Select};
use crate::i18n::*;
use crate::pages::customer_search::use_customer_search;
use crate::preferences::use_preferences;

/// What stands in a field of the form.
#[derive(Debug, Clone, Copy)]
pub(super) struct Input {
    /// The field.
    pub field: StoredValue<FieldDefinition>,
    /// What was typed or chosen.
    pub typed: RwSignal<String>,
    /// What is wrong with it.
    pub fault: RwSignal<Option<FieldCode>>,
}

/// Digits after the point of a currency: ISO 4217 gives most two.
fn decimals(currency: &str) -> usize {
    match currency {
        "JPY" | "KRW" | "VND" | "CLP" | "ISK" | "XAF" | "XOF" => 0,
        "BHD" | "JOD" | "KWD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// An amount as people write it.
fn amount_text(money: &Money) -> String {
    let decimals = decimals(money.currency.as_str());
    let digits = format!("{:0>width$}", money.amount.abs(), width = decimals + 1);
    let sign = if money.amount < 0 { "-" } else { "" };
    let (whole, rest) = digits.split_at(digits.len() - decimals);
    if rest.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{rest}")
    }
}

/// What people wrote as an amount in the smallest unit.
fn read_amount(text: &str, currency: &str) -> Option<i64> {
    let decimals = decimals(currency);
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    if rest.len() > decimals || (whole.is_empty() && rest.is_empty()) {
        return None;
    }
    format!("{whole}{rest:0<decimals$}").parse().ok()
}

/// A value as it stands in the form.
fn shown(value: &FieldValue) -> String {
    match value {
        FieldValue::YesNo(flag) => flag.to_string(),
        FieldValue::Number(number) => number.to_string(),
        FieldValue::Money(money) => amount_text(money),
        FieldValue::Text(text) => text.as_str().to_owned(),
    }
}

impl Input {
    /// A field with what the ticket holds.
    pub(super) fn new(field: &FieldDefinition, value: Option<&FieldValue>) -> Self {
        Self {
            field: StoredValue::new(field.clone()),
            typed: RwSignal::new(value.map(shown).unwrap_or_default()),
            fault: RwSignal::new(None),
        }
    }

    /// Somebody else has changed the field: it shows that, unless the reader is changing it too.
    pub(super) fn follow(self, before: Option<&FieldValue>, after: Option<&FieldValue>) {
        let was = before.map(shown).unwrap_or_default();
        if self.typed.get_untracked() == was {
            self.typed.set(after.map(shown).unwrap_or_default());
        }
    }

    /// What stands there as a value; nothing when it is empty.
    ///
    /// # Errors
    /// Why it is none; tracked.
    pub(super) fn read(self) -> Result<Option<FieldValue>, FieldCode> {
        let text = self.typed.get();
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        self.field.with_value(|field| {
            let value = match field.kind {
                ValueKind::YesNo => FieldValue::YesNo(text == "true"),
                ValueKind::Number => {
                    FieldValue::Number(text.parse().map_err(|_| FieldCode::WrongType)?)
                }
                ValueKind::Money => {
                    let currency = field.currency.clone().ok_or(FieldCode::OtherCurrency)?;
                    let amount =
                        read_amount(text, currency.as_str()).ok_or(FieldCode::WrongType)?;
                    FieldValue::Money(Money { amount, currency })
                }
                _ => FieldValue::Text(LongText::try_from(text).map_err(FieldCode::from_code)?),
            };
            match field.fault(&value) {
                Some(fault) => Err(fault),
                None => Ok(Some(value)),
            }
        })
    }
}

/// The field of the form.
#[component]
pub(super) fn FieldInput(
    /// What stands there.
    input: Input,
    /// Whether the stage asks for it.
    #[prop(into)]
    is_asked: Signal<bool>,
    /// Why the last change was refused.
    #[prop(into)]
    refused: Signal<Option<ApiError>>,
    /// Not changeable now.
    #[prop(into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let directory = use_directory();
    let Input {
        field,
        typed,
        fault,
    } = input;
    let definition = field.get_value();
    let names = definition.names.clone();
    let unit = definition
        .unit
        .clone()
        .map(|unit| move |locale| unit.get(locale).to_owned());
    let currency = definition
        .currency
        .as_ref()
        .map(|code| code.as_str().to_owned());
    let label = Signal::derive(move || {
        let name = names.get(preferences.locale()).to_owned();
        let of = unit
            .as_ref()
            .map(|unit| unit(preferences.locale()))
            .or_else(|| currency.clone());
        match of {
            Some(of) => t_string!(i18n, tickets.stages.in_unit, name = name, unit = of).to_owned(),
            None => name,
        }
    });
    let help = definition.help.clone();
    let hint = Signal::derive(move || {
        help.as_ref()
            .map(|help| help.get(preferences.locale()).to_owned())
    });
    let pointer = format!("/fields/{}", definition.code);
    let error = Signal::derive(move || {
        let locale = preferences.locale();
        let own = fault.get().map(|code| code.message(locale).to_owned());
        own.or_else(|| refused.get()?.field(&pointer, locale))
    });
    let chosen = RwSignal::new(None::<String>);
    Effect::new(move |_| {
        let text = typed.get();
        let now = (!text.is_empty()).then_some(text);
        if chosen.get_untracked() != now {
            chosen.set(now);
        }
    });
    let on_choice = move |choice: Option<String>| typed.set(choice.unwrap_or_default());
    let none = move || Choice::new("", t_string!(i18n, tickets.stages.not_filled));
    let part = match definition.kind {
        ValueKind::Text => {
            view! { <TextArea label value=typed rows=1 error hint disabled/> }.into_any()
        }
        ValueKind::Number | ValueKind::Money => {
            view! { <TextField label value=typed error hint disabled/> }.into_any()
        }
        ValueKind::Day => {
            view! { <TextField label value=typed kind="date" error hint disabled/> }.into_any()
        }
        ValueKind::Choice => {
            let listed = definition.options.clone();
            let options = Signal::derive(move || {
                let locale = preferences.locale();
                let choice = |option: &rapport_types::ticket_types::FieldOption| {
                    Choice::new(option.code.as_str(), option.names.get(locale))
                };
                std::iter::once(none())
                    .chain(listed.iter().map(choice))
                    .collect::<Vec<_>>()
            });
            view! { <Select label value=typed options error disabled/> }.into_any()
        }
        ValueKind::YesNo => {
            let options = Signal::derive(move || {
                vec![
                    none(),
                    Choice::new("true", t_string!(i18n, tickets.stages.yes)),
                    Choice::new("false", t_string!(i18n, tickets.stages.no)),
                ]
            });
            view! { <Select label value=typed options error disabled/> }.into_any()
        }
        ValueKind::Person => {
            let options =
                Signal::derive(move || directory.user_choices(None, preferences.locale()));
            view! {
                <Combobox label value=chosen options on_change=on_choice error disabled/>
            }
            .into_any()
        }
        ValueKind::Customer => {
            let search = use_customer_search(|_| true);
            let name = RwSignal::new(None::<String>);
            let picked = move |choice: Option<String>| {
                name.set(choice.as_ref().and_then(|id| search.name_of(id)));
                on_choice(choice);
            };
            let shown = Signal::derive(move || name.get().or_else(|| chosen.get()));
            view! {
                <Combobox
                    label
                    value=chosen
                    options=search.found
                    on_type=move |text| search.on_type(text)
                    note_instead=search.note_instead
                    on_change=picked
                    shown
                    error
                    disabled
                />
            }
            .into_any()
        }
    };
    view! {
        <div class="stage-field" class:asked=is_asked>
            {part}
            <Show when=move || is_asked.get()>
                <p class="small stage-asked">{t!(i18n, tickets.stages.asked)}</p>
            </Show>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_back_as_they_are_written() {
        for (currency, amount, text) in [
            ("CNY", 1_250, "12.50"),
            ("CNY", 5, "0.05"),
            ("CNY", -1_205, "-12.05"),
            ("JPY", 980, "980"),
            ("KWD", 1_500, "1.500"),
        ] {
            let money = Money {
                amount,
                currency: currency.try_into().unwrap(),
            };
            assert_eq!(amount_text(&money), text);
            assert_eq!(read_amount(text, currency), Some(amount), "{text}");
        }
        for (text, expected) in [
            ("12", Some(1_200)),
            ("12.5", Some(1_250)),
            (".5", Some(50)),
            ("1.234", None),
            ("", None),
            ("x", None),
        ] {
            assert_eq!(read_amount(text, "CNY"), expected, "{text}");
        }
    }
}
