//! The facts of a customer that people edit: one table for the profile and for the form.

use rapport_types::customers::{Customer, CustomerKind, Lifecycle, Nature};
use rapport_types::locale::Locale as Language;
use serde_json::Value;

use super::words::{
    kind_choices, kind_text, lifecycle_choices, lifecycle_text, nature_choices, nature_text,
};
use crate::api::configuration::Directory;
use crate::components::select::Choice;
use crate::format;
use crate::i18n::td_string;
use crate::preferences::text_locale;

/// A fact of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::pages) enum Fact {
    Kind,
    Name,
    Phones,
    Emails,
    JobTitle,
    Birthday,
    Nature,
    Industry,
    Region,
    Address,
    Lifecycle,
    SourceChannel,
    Owner,
    Team,
    Tags,
    Note,
}

/// How a fact is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Input {
    /// One line.
    Line,
    /// A day.
    Day,
    /// Several lines of free text.
    Text,
    /// Several short texts of this kind of field.
    List(&'static str),
    /// Several words in one line.
    Words,
    /// One of a few.
    Choice,
    /// One of many, found by typing.
    Search,
}

/// What separates words that stand in one line.
const SEPARATORS: [char; 6] = [',', '，', '、', ';', '；', '\n'];

impl Fact {
    /// All of them, in the order of the profile.
    pub(in crate::pages) const ALL: [Self; 16] = [
        Self::Kind,
        Self::Name,
        Self::Phones,
        Self::Emails,
        Self::JobTitle,
        Self::Birthday,
        Self::Nature,
        Self::Industry,
        Self::Region,
        Self::Address,
        Self::Lifecycle,
        Self::SourceChannel,
        Self::Owner,
        Self::Team,
        Self::Tags,
        Self::Note,
    ];

    /// The member of the record.
    pub(in crate::pages) const fn member(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Name => "name",
            Self::Phones => "phones",
            Self::Emails => "emails",
            Self::JobTitle => "job_title",
            Self::Birthday => "birthday_on",
            Self::Nature => "nature",
            Self::Industry => "industry",
            Self::Region => "region",
            Self::Address => "address",
            Self::Lifecycle => "lifecycle",
            Self::SourceChannel => "source_channel",
            Self::Owner => "owner_id",
            Self::Team => "team_id",
            Self::Tags => "tags",
            Self::Note => "note",
        }
    }

    /// What it is called.
    pub(in crate::pages) fn label(self, locale: Language) -> &'static str {
        let text = text_locale(locale);
        match self {
            Self::Kind => td_string!(text, customers.fact.kind),
            Self::Name => td_string!(text, customers.fact.name),
            Self::Phones => td_string!(text, customers.fact.phones),
            Self::Emails => td_string!(text, customers.fact.emails),
            Self::JobTitle => td_string!(text, customers.fact.job_title),
            Self::Birthday => td_string!(text, customers.fact.birthday),
            Self::Nature => td_string!(text, customers.fact.nature),
            Self::Industry => td_string!(text, customers.fact.industry),
            Self::Region => td_string!(text, customers.fact.region),
            Self::Address => td_string!(text, customers.fact.address),
            Self::Lifecycle => td_string!(text, customers.fact.lifecycle),
            Self::SourceChannel => td_string!(text, customers.fact.source_channel),
            Self::Owner => td_string!(text, customers.fact.owner),
            Self::Team => td_string!(text, customers.fact.team),
            Self::Tags => td_string!(text, customers.fact.tags),
            Self::Note => td_string!(text, customers.fact.note),
        }
    }

    /// How it is typed.
    pub(super) const fn input(self) -> Input {
        match self {
            Self::Name | Self::JobTitle | Self::Industry | Self::Region | Self::Address => {
                Input::Line
            }
            Self::Phones => Input::List("tel"),
            Self::Emails => Input::List("email"),
            Self::Birthday => Input::Day,
            Self::Tags => Input::Words,
            Self::Note => Input::Text,
            Self::Kind | Self::Nature | Self::Lifecycle | Self::SourceChannel => Input::Choice,
            Self::Owner | Self::Team => Input::Search,
        }
    }

    /// Whether a customer cannot be without it.
    pub(super) const fn is_required(self) -> bool {
        matches!(self, Self::Name | Self::Kind | Self::Lifecycle | Self::Team)
    }

    /// Whether it is asked for with this kind of customer.
    pub(super) const fn fits(self, kind: CustomerKind) -> bool {
        match self {
            Self::JobTitle | Self::Birthday => matches!(kind, CustomerKind::Person),
            Self::Nature | Self::Industry => matches!(kind, CustomerKind::Organisation),
            _ => true,
        }
    }

    /// What is stored, as it goes over the wire.
    pub(super) fn stored(self, customer: &Customer) -> Vec<String> {
        fn one<T: ToString>(value: Option<T>) -> Vec<String> {
            value.iter().map(ToString::to_string).collect()
        }
        let c = customer;
        match self {
            Self::Kind => one(Some(c.kind.code())),
            Self::Name => one(Some(&c.name)),
            Self::Phones => c.phones.iter().map(|it| it.as_str().to_owned()).collect(),
            Self::Emails => c.emails.iter().map(|it| it.as_str().to_owned()).collect(),
            Self::JobTitle => one(c.job_title.as_ref()),
            Self::Birthday => one(c.birthday_on),
            Self::Nature => one(c.nature.map(Nature::code)),
            Self::Industry => one(c.industry.as_ref()),
            Self::Region => one(c.region.as_ref()),
            Self::Address => one(c.address.as_ref()),
            Self::Lifecycle => one(Some(c.lifecycle.code())),
            Self::SourceChannel => one(c.source_channel.as_ref()),
            Self::Owner => one(c.owner_id),
            Self::Team => one(Some(c.team_id)),
            Self::Tags => c.tags.iter().map(ToString::to_string).collect(),
            Self::Note => one(c.note.as_ref()),
        }
    }

    /// A stored value in the reader's words; tracked. An id without a known name is "…".
    pub(in crate::pages) fn word(
        self,
        value: &str,
        directory: Directory,
        locale: Language,
    ) -> String {
        let unknown = || "…".to_owned();
        match self {
            Self::Kind => CustomerKind::from_code(value)
                .map_or_else(unknown, |it| kind_text(it, locale).to_owned()),
            Self::Nature => Nature::from_code(value)
                .map_or_else(unknown, |it| nature_text(it, locale).to_owned()),
            Self::Lifecycle => Lifecycle::from_code(value)
                .map_or_else(unknown, |it| lifecycle_text(it, locale).to_owned()),
            Self::SourceChannel => directory.channel_name(value, locale),
            Self::Owner => value
                .parse()
                .ok()
                .and_then(|id| directory.user_name(id))
                .unwrap_or_else(unknown),
            Self::Team => value
                .parse()
                .ok()
                .and_then(|id| directory.team_name(id, locale))
                .unwrap_or_else(unknown),
            Self::Birthday => value
                .parse()
                .map_or_else(|_| value.to_owned(), |day| format::date(day, locale)),
            _ => value.to_owned(),
        }
    }

    /// Values in the reader's words, as one text; tracked.
    pub(super) fn words(self, values: &[String], directory: Directory, locale: Language) -> String {
        let words: Vec<String> = values
            .iter()
            .map(|value| self.word(value, directory, locale))
            .collect();
        words.join(self.between(locale))
    }

    /// What stands between its values.
    pub(super) fn between(self, locale: Language) -> &'static str {
        match self {
            Self::Tags => td_string!(text_locale(locale), tickets.filter.comma),
            _ => "\n",
        }
    }

    /// What can be chosen; tracked.
    pub(super) fn choices(self, directory: Directory, locale: Language) -> Vec<Choice> {
        match self {
            Self::Kind => kind_choices(locale),
            Self::Nature => nature_choices(locale),
            Self::Lifecycle => lifecycle_choices(locale),
            Self::SourceChannel => directory.channel_choices(locale, None),
            Self::Owner => directory.user_choices(None, locale),
            Self::Team => directory.team_choices(locale),
            _ => Vec::new(),
        }
    }

    /// What is sent for what was typed: null for nothing, unless the fact is required, whose
    /// absence the API then names.
    pub(super) fn sent(self, values: Vec<String>) -> Value {
        match self.input() {
            Input::List(_) | Input::Words => values.into(),
            _ => match values.into_iter().next() {
                Some(value) => value.into(),
                None if self == Self::Name => "".into(),
                None => Value::Null,
            },
        }
    }
}

/// The words of one line.
pub(super) fn split_words(line: &str) -> Vec<String> {
    let words = line
        .split(SEPARATORS)
        .map(str::trim)
        .filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}
