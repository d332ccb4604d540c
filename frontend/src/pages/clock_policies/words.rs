//! What policies say, in words.

use rapport_types::clocks::{
    ClockDefinition, FIRST_RESPONSE, Moment, RESOLUTION, Target, Time, Trigger,
};
use rapport_types::filters::{Condition, Filter, Op};
use rapport_types::locale::Locale as Language;

use super::amount;
use crate::api::configuration::Directory;
use crate::components::badge::status_text;
use crate::format;
use crate::i18n::td_string;
use crate::pages::tickets::{By, either};
use crate::preferences::text_locale;

/// The fields that conditions are made of here, in the order of the sentence.
pub(super) const FIELDS: [By; 5] = [By::Type, By::Priority, By::Channel, By::Category, By::Team];

/// The name of a clock; its code for those that came by the API.
pub(super) fn clock_name(code: &str, locale: Language) -> String {
    let text = text_locale(locale);
    match code {
        FIRST_RESPONSE => td_string!(text, tickets.clock.first_response).to_owned(),
        RESOLUTION => td_string!(text, tickets.clock.resolution).to_owned(),
        code => code.to_owned(),
    }
}

/// "4 hours", "1 working day".
pub(super) fn amount_of(target: Target, time: Time, locale: Language) -> String {
    let text = text_locale(locale);
    let (number, unit) = amount::shown(target, time);
    td_string!(
        text,
        clock_policies.unit.amount,
        number = number,
        unit = unit.name(locale)
    )
}

/// The name of a condition's field with how it compares: "Type is".
pub(super) fn compared(name: &str, op: Op, locale: Language) -> String {
    let text = text_locale(locale);
    match op {
        Op::Is => td_string!(text, tickets.filter.is, name = name),
        Op::Not => td_string!(text, clock_policies.condition.is_not, name = name),
        Op::From => td_string!(text, tickets.filter.from, name = name),
        Op::Before => td_string!(text, tickets.filter.before, name = name),
    }
}

/// Field and values of a condition; what this page has no words for stands there as the API spells
/// it.
pub(super) fn condition(
    condition: &Condition,
    directory: Directory,
    locale: Language,
) -> (String, String) {
    let by = FIELDS
        .into_iter()
        .find(|by| by.parameter() == condition.field);
    let name = by.map_or(condition.field.as_str(), |by| by.name(locale));
    let word = |value: &String| match by {
        Some(by) => by.word(value, directory, locale),
        None => value.clone(),
    };
    let values = condition.values.iter().map(word).collect();
    (compared(name, condition.op, locale), either(values, locale))
}

/// The tickets that a policy is for, as a sentence.
pub(super) fn tickets_of(filter: &Filter, directory: Directory, locale: Language) -> String {
    let text = text_locale(locale);
    if filter.conditions.is_empty() {
        return td_string!(text, clock_policies.condition.all).to_owned();
    }
    let said = filter.conditions.iter().map(|it| {
        let (name, value) = condition(it, directory, locale);
        td_string!(
            text,
            clock_policies.condition.one,
            name = name,
            value = value
        )
    });
    let said: Vec<String> = said.collect();
    td_string!(
        text,
        clock_policies.condition.those,
        conditions = said.join(td_string!(text, clock_policies.condition.and))
    )
}

/// When a clock starts, pauses and stops.
pub(super) fn course(clock: &ClockDefinition, locale: Language) -> String {
    let text = text_locale(locale);
    let course = td_string!(
        text,
        clock_policies.clock.course,
        start = trigger(&clock.start, locale),
        stop = trigger(&clock.stop, locale)
    );
    if clock.pause.is_empty() {
        return course;
    }
    let pauses: Vec<String> = clock
        .pause
        .iter()
        .map(|status| status_text(*status, locale).to_owned())
        .collect();
    let statuses = either(pauses, locale);
    let pause = td_string!(text, clock_policies.clock.pauses, statuses = statuses);
    format!("{course}{pause}")
}

fn trigger(trigger: &Trigger, locale: Language) -> String {
    let text = text_locale(locale);
    let moments = trigger.moments.iter().map(|moment| {
        match moment {
            Moment::Opened => td_string!(text, clock_policies.moment.opened),
            Moment::FirstResponded => td_string!(text, clock_policies.moment.first_responded),
            Moment::Resolved => td_string!(text, clock_policies.moment.resolved),
            Moment::Reopened => td_string!(text, clock_policies.moment.reopened),
        }
        .to_owned()
    });
    let statuses = trigger.statuses.iter().map(|status| {
        td_string!(
            text,
            clock_policies.moment.status,
            status = status_text(*status, locale)
        )
    });
    either(moments.chain(statuses).collect(), locale)
}

/// When a clock warns: at 80 % of its time. None for working days, whose length the calendar
/// decides.
pub(super) fn warning(target: Target, locale: Language) -> String {
    let text = text_locale(locale);
    match target {
        Target::Seconds(seconds) => {
            let after = format::duration(i64::from(seconds.get()) * 4 / 5, locale);
            td_string!(text, clock_policies.clock.warns_after, after = after)
        }
        Target::WorkingDays(_) => td_string!(text, clock_policies.clock.warns).to_owned(),
    }
}
