//! A mapping of customers.

use super::super::files::{ColumnKind, FileColumn};
use super::super::mapping::{
    KeyKind, Mapping, ProfileSource, RowPer, Source, TextSource, TextStyle,
};
use super::values::{self, translated, translated_to};
use super::{Known, Left, agent, frame, instant, is_text, team, words};

pub(super) fn propose(left: &mut Left<'_>, known: &Known) -> Mapping {
    let (by, key) = key(left);
    let mut mapping = frame(left.all, known, RowPer::Customer, &key);
    let name = left.take(&words::CUSTOMER_NAME, is_text);
    // Struck after the name was looked for: a customer known by its name is called by it, too.
    left.strike(&key);
    let emails = left.take_all(&words::EMAIL, |column| column.kind == ColumnKind::Email);
    let phones = left.take_all(&words::PHONE, |column| column.kind == ColumnKind::Phone);
    let usual = known.channels.first().map_or("phone", |code| code.as_str());
    let profile = ProfileSource {
        by,
        kind: left.closed_set(&words::KIND, |column| {
            translated(column, values::KINDS, &[], "person")
        }),
        name: name.map(|column| column.name.clone()),
        phones: names(&phones),
        emails: names(&emails),
        address: texts(left.take_all(&words::ADDRESS, is_text)),
        region: texts(left.take_all(&words::REGION, is_label)),
        nature: left.closed_set(&words::NATURE, |column| {
            let source = translated(column, values::NATURES, &[], "ordinary_enterprise")?;
            Some(Source {
                default: None,
                ..source
            })
        }),
        industry: label(left, &words::INDUSTRY),
        job_title: left
            .take(&words::JOB_TITLE, is_text)
            .map(|column| column.name.clone()),
        birthday_on: left
            .take(&words::BIRTHDAY, |column| column.kind == ColumnKind::Day)
            .map(|column| instant(column, &known.zone)),
        lifecycle: left.closed_set(&words::LIFECYCLE, |column| {
            translated(column, values::LIFECYCLES, &[], "potential")
        }),
        source_channel: left.closed_set(&words::CHANNEL, |column| {
            let source = translated_to(column, values::CHANNELS, &known.channels, usual)?;
            Some(Source {
                default: None,
                ..source
            })
        }),
        tags: names(&left.take_all(&words::TAGS, is_label)),
        note: None,
    };
    mapping.agent = agent(left);
    mapping.team = team(left);
    let (filled, empty) = left.rest();
    let note = Some(filled)
        .filter(|columns| !columns.is_empty())
        .map(|columns| TextSource {
            columns,
            style: TextStyle::Labelled,
            default: None,
        });
    mapping.profile = Some(ProfileSource { note, ..profile });
    mapping.ignore = empty;
    mapping
}

/// By what customers are recognised: their own key, else their address, else their name.
fn key(left: &Left<'_>) -> (KeyKind, String) {
    let most = left.all.iter().map(|column| column.filled).max();
    let is_full = |column: &FileColumn| column.filled > 0 && Some(column.filled) == most;
    let name_of = |place: usize| left.all[place].name.clone();
    let own = left
        .find(&words::CUSTOMER_KEY, |column| left.is_nearly_full(column))
        .or_else(|| left.find(&words::ROW_KEY, |column| left.is_nearly_full(column)));
    if let Some(place) = own {
        return (KeyKind::ExternalId, name_of(place));
    }
    let by_email = left.find(&words::EMAIL, |column| {
        column.kind == ColumnKind::Email && is_full(column)
    });
    if let Some(place) = by_email {
        return (KeyKind::Email, name_of(place));
    }
    if let Some(place) = left.find(&words::CUSTOMER_NAME, is_full) {
        return (KeyKind::Name, name_of(place));
    }
    let key = left.key(&words::CUSTOMER_KEY);
    let name = key.map_or_else(String::new, |column| column.name.clone());
    (KeyKind::ExternalId, name)
}

fn names(columns: &[&FileColumn]) -> Vec<String> {
    columns.iter().map(|column| column.name.clone()).collect()
}

fn texts(columns: Vec<&FileColumn>) -> Option<TextSource> {
    (!columns.is_empty()).then(|| TextSource {
        columns: names(&columns),
        style: TextStyle::Joined,
        default: None,
    })
}

/// Whether its values are as short as labels are.
fn is_label(column: &FileColumn) -> bool {
    is_text(column)
        && column
            .samples
            .iter()
            .all(|sample| sample.chars().count() <= 20)
}

fn label(left: &mut Left<'_>, names: &words::Names) -> Option<String> {
    left.take(names, is_label).map(|column| column.name.clone())
}
