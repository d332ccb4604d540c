//! What a merge makes of each fact. The rules answer: each row is what they say of both records with
//! the other's value taken and without.

use std::collections::HashMap;

use rapport_types::customers::{Customer, MergeError, MergeMember, merged};
use rapport_types::ids::CustomerId;
use rapport_types::locale::Locale as Language;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, StrDeserializer};

use crate::api::configuration::Directory;
use crate::i18n::td_string;
use crate::pages::customers::facts::Fact;
use crate::preferences::text_locale;

/// A line of the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// A fact that people edit.
    Fact(Fact),
    /// The keys in other systems.
    Keys,
}

impl Line {
    /// All of them, in the order of the profile.
    fn all() -> impl Iterator<Item = Self> {
        Fact::ALL.into_iter().map(Self::Fact).chain([Self::Keys])
    }

    /// The member of the record.
    pub(super) const fn member(self) -> &'static str {
        match self {
            Self::Fact(fact) => fact.member(),
            Self::Keys => "external_ids",
        }
    }

    /// The member as the merge names it, if there is a choice to make.
    fn chosen(self) -> Option<MergeMember> {
        let name: StrDeserializer<'_, Error> = self.member().into_deserializer();
        MergeMember::deserialize(name).ok()
    }

    /// What it is called.
    pub(super) fn label(self, locale: Language) -> &'static str {
        match self {
            Self::Fact(fact) => fact.label(locale),
            Self::Keys => td_string!(text_locale(locale), merging.keys),
        }
    }

    fn stored(self, customer: &Customer) -> Vec<String> {
        match self {
            Self::Fact(fact) => fact.stored(customer),
            Self::Keys => {
                let keys = customer.external_ids.iter();
                keys.map(|key| format!("{} {}", key.source.as_str(), key.id.as_str()))
                    .collect()
            }
        }
    }

    /// A stored value in the reader's words; tracked.
    pub(super) fn word(
        self,
        value: &str,
        people: &HashMap<String, String>,
        directory: Directory,
        locale: Language,
    ) -> String {
        match self {
            // Whoever left is in no list, but was named with the record.
            Self::Fact(Fact::Owner) if people.contains_key(value) => people[value].clone(),
            Self::Fact(fact) => fact.word(value, directory, locale),
            Self::Keys => {
                let (source, id) = value.split_once(' ').unwrap_or(("", value));
                let text = text_locale(locale);
                td_string!(text, merging.key, source = source, id = id)
            }
        }
    }
}

/// Which of both records has a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// Both.
    Both,
    /// The one that stays.
    Survivor,
    /// The other one.
    Other,
}

/// What becomes of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is the same whatever is chosen: these values.
    Settled(Vec<(String, Origin)>),
    /// One of two.
    Choice {
        /// The member that is taken or not.
        member: MergeMember,
        /// What stands when it is not taken; none when that cannot be.
        kept: Option<Vec<String>>,
        /// Whether that is what the survivor has, and not what both make together.
        is_own: bool,
        /// What stands when it is.
        taken: Vec<String>,
    },
}

/// A line and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// The line.
    pub(super) line: Line,
    /// What becomes of it.
    pub(super) outcome: Outcome,
}

/// Every line of which one of both has a value.
///
/// # Errors
/// Why the two cannot become one.
pub(super) fn rows(survivor: &Customer, other: &Customer) -> Result<Vec<Row>, MergeError> {
    Line::all()
        .filter_map(|line| row(line, survivor, other).transpose())
        .collect()
}

fn row(line: Line, survivor: &Customer, other: &Customer) -> Result<Option<Row>, MergeError> {
    let (own, others) = (line.stored(survivor), line.stored(other));
    if own.is_empty() && others.is_empty() {
        return Ok(None);
    }
    let member = line.chosen();
    let outcome =
        |take: &[MergeMember]| merged(survivor, other, take).map(|after| line.stored(&after));
    // Notes that are too long together are no matter of another line.
    let (kept, taken) = match member {
        Some(MergeMember::Note) => (outcome(&[]), outcome(&[MergeMember::Note])?),
        Some(member) => (
            outcome(&[MergeMember::Note]),
            outcome(&[MergeMember::Note, member])?,
        ),
        None => {
            let settled = outcome(&[MergeMember::Note])?;
            (Ok(settled.clone()), settled)
        }
    };
    let kept = match kept {
        Ok(kept) => Some(kept),
        Err(MergeError::NoteTooLong) => None,
        Err(error) => return Err(error),
    };
    let outcome = match member {
        Some(member) if kept.as_ref() != Some(&taken) => Outcome::Choice {
            member,
            is_own: kept.as_ref() == Some(&own),
            kept,
            taken,
        },
        _ => Outcome::Settled(
            taken
                .into_iter()
                .map(|value| told(value, &own, &others))
                .collect(),
        ),
    };
    Ok(Some(Row { line, outcome }))
}

fn told(value: String, own: &[String], others: &[String]) -> (String, Origin) {
    let origin = match (own.contains(&value), others.contains(&value)) {
        (true, false) => Origin::Survivor,
        (false, true) => Origin::Other,
        _ => Origin::Both,
    };
    (value, origin)
}

/// What the reader chose, kept while the other one is made the one that stays: the record whose
/// value shall stand, or none for what both make together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Choices(HashMap<MergeMember, Option<CustomerId>>);

impl Choices {
    /// Takes a choice.
    pub(super) fn choose(&mut self, member: MergeMember, of: Option<CustomerId>) {
        self.0.insert(member, of);
    }

    /// Whether the value of this record, the one that is given up, shall stand.
    pub(super) fn takes(&self, member: MergeMember, other: CustomerId) -> bool {
        self.0.get(&member) == Some(&Some(other))
    }

    /// The lines of which the value is taken over from the record that is given up.
    pub(super) fn taken(&self, rows: &[Row], other: CustomerId) -> Vec<(Line, MergeMember)> {
        let of = |row: &Row| match row.outcome {
            Outcome::Choice { member, .. } if self.takes(member, other) => Some((row.line, member)),
            _ => None,
        };
        rows.iter().filter_map(of).collect()
    }
}
