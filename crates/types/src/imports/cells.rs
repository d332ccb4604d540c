//! The cells of one record, read as the values that the plan expects.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};

use super::dates::Moment;
use super::faults::{ImportCode, ImportFault};
use super::mapping::{KeyKind, TextStyle};
use super::outcome::{ImportedAgent, ImportedCustomer};
use super::plan::{AgentColumns, Column, CustomerColumns, Instants, Parse, Plan, Texts, Values};
use super::state::Said;
use crate::customers::{CustomerKind, Lifecycle, Nature};
use crate::text::{Code, Email, LabelText, LineText, LongText, NameText, Phone};
use crate::tickets::{Priority, Status};

/// An instant as faults quote it.
pub(super) fn quote(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// The fault for a text that breaks the limits of its type.
fn text_fault(error: &str, limit: usize) -> ImportFault {
    match error {
        "too_long" => ImportFault::new(ImportCode::TooLong).with("limit", limit),
        "required" => ImportFault::new(ImportCode::ValueMissing),
        _ => ImportFault::new(ImportCode::InvalidText),
    }
}

/// One line of text.
pub(super) fn line(text: &str) -> Result<LineText, ImportFault> {
    LineText::try_from(text).map_err(|error| text_fault(error, LineText::MAX))
}

/// Several lines of text.
pub(super) fn long(text: &str) -> Result<LongText, ImportFault> {
    LongText::try_from(text).map_err(|error| text_fault(error, LongText::MAX))
}

/// A name.
pub(super) fn name(text: &str) -> Result<NameText, ImportFault> {
    NameText::try_from(text).map_err(|error| text_fault(error, NameText::MAX))
}

/// A label.
pub(super) fn label(text: &str) -> Result<LabelText, ImportFault> {
    LabelText::try_from(text).map_err(|error| text_fault(error, LabelText::MAX))
}

/// An e-mail address.
pub(super) fn email(text: &str) -> Result<Email, ImportFault> {
    Email::try_from(text.to_owned())
        .map_err(|_| ImportFault::new(ImportCode::BadEmail).with("value", text))
}

/// A telephone number.
pub(super) fn phone(text: &str) -> Result<Phone, ImportFault> {
    Phone::try_from(text.to_owned())
        .map_err(|_| ImportFault::new(ImportCode::BadPhone).with("value", text))
}

/// What a customer is.
pub(super) fn customer_kind(text: &str) -> Result<CustomerKind, ImportFault> {
    CustomerKind::from_code(text).ok_or_else(|| unknown(text))
}

/// The nature of an organisation.
pub(super) fn nature(text: &str) -> Result<Nature, ImportFault> {
    Nature::from_code(text).ok_or_else(|| unknown(text))
}

/// Where a customer stands in its life with us.
pub(super) fn lifecycle(text: &str) -> Result<Lifecycle, ImportFault> {
    Lifecycle::from_code(text).ok_or_else(|| unknown(text))
}

/// The code of a configured thing; whether it exists is checked before the first row.
pub(super) fn code(text: &str) -> Result<Code, ImportFault> {
    Code::try_from(text).map_err(|_| unknown(text))
}

/// A priority.
pub(super) fn priority(text: &str) -> Result<Priority, ImportFault> {
    Priority::from_code(text).ok_or_else(|| unknown(text))
}

/// A status.
pub(super) fn status(text: &str) -> Result<Status, ImportFault> {
    Status::from_code(text).ok_or_else(|| unknown(text))
}

fn unknown(text: &str) -> ImportFault {
    ImportFault::new(ImportCode::UnknownValue).with("value", text)
}

/// Longest name of a category, in characters.
const CATEGORY_NAME: usize = 120;

fn category_name(text: &str) -> Result<LineText, ImportFault> {
    if text.chars().count() > CATEGORY_NAME {
        return Err(text_fault("too_long", CATEGORY_NAME));
    }
    line(text)
}

/// One record of the file and what was found wrong with it.
pub(super) struct Cells<'a> {
    pub(super) plan: &'a Plan,
    pub(super) line: u64,
    pub(super) record: &'a [&'a str],
    pub(super) said: &'a mut Said,
    pub(super) faults: Vec<ImportFault>,
}

impl<'a> Cells<'a> {
    /// The cell, trimmed; none when it is empty or holds a null marker.
    pub(super) fn text(&self, column: &Column) -> Option<&'a str> {
        let text = self.record.get(column.index)?.trim();
        let is_null = text.is_empty() || self.plan.null_markers.iter().any(|marker| marker == text);
        (!is_null).then_some(text)
    }

    /// Notes what is wrong with a column of this record.
    pub(super) fn fault(&mut self, column: &Column, fault: ImportFault) {
        self.faults
            .push(fault.on_line(self.line).in_column(&column.name));
    }

    /// Takes the value, or notes what is wrong with it.
    pub(super) fn taken<T>(&mut self, column: &Column, value: Result<T, ImportFault>) -> Option<T> {
        value.map_err(|fault| self.fault(column, fault)).ok()
    }

    /// The cell as a value; none when it is empty or not acceptable.
    pub(super) fn parsed<T>(&mut self, column: &Column, parse: Parse<T>) -> Option<T> {
        let text = self.text(column)?;
        self.taken(column, parse(text))
    }

    /// A value by the plan's list, without its default.
    pub(super) fn value<T: Clone>(&mut self, values: &Values<T>) -> Option<T> {
        let column = values.column.as_ref()?;
        let text = self.text(column)?;
        let value = match values.listed.get(text) {
            Some(value) => Ok(value.clone()),
            None if values.listed.is_empty() => (values.parse)(text),
            None => Err(unknown(text)),
        };
        match (value, &values.otherwise) {
            (Err(_), Some((spelled, otherwise))) => {
                if self.said.replaced.insert(column.name.clone()) {
                    let notice = ImportFault::new(ImportCode::ValueReplaced).with("value", text);
                    self.fault(column, notice.with("replacement", spelled));
                }
                Some(otherwise.clone())
            }
            (value, _) => self.taken(column, value),
        }
    }

    /// An instant or a day, without the plan's default.
    pub(super) fn instant(&mut self, instants: &Instants) -> Option<Moment> {
        let column = instants.column.as_ref()?;
        let text = self.text(column)?;
        match instants.formats.read(text) {
            Some((moment, remark)) => {
                if let Some(remark) = remark {
                    self.fault(column, remark);
                }
                Some(moment)
            }
            None => {
                self.fault(
                    column,
                    ImportFault::new(ImportCode::BadDate).with("value", text),
                );
                None
            }
        }
    }

    /// A text put together from its columns, without its default; line breaks stay only in
    /// `Labelled`.
    pub(super) fn texts<T>(&mut self, texts: &Texts, parse: Parse<T>) -> Option<T> {
        let parts = texts
            .columns
            .iter()
            .filter_map(|column| Some((column, self.text(column)?)));
        let text = match texts.style {
            TextStyle::Joined => {
                let parts: Vec<String> = parts
                    .map(|(_, text)| text.split_whitespace().collect::<Vec<_>>().join(" "))
                    .collect();
                parts.join(" / ")
            }
            TextStyle::Labelled => {
                let parts: Vec<String> = parts
                    .map(|(column, text)| format!("{}: {text}", column.name))
                    .collect();
                parts.join("\n")
            }
        };
        let column = texts
            .columns
            .iter()
            .find(|column| self.text(column).is_some())?;
        self.taken(column, parse(&text))
    }

    /// A text put together from its columns, else its default.
    pub(super) fn texts_or_default<T>(&mut self, texts: &Texts, parse: Parse<T>) -> Option<T> {
        let has_text = texts
            .columns
            .iter()
            .any(|column| self.text(column).is_some());
        match &texts.default {
            Some(default) if !has_text => parse(default).ok(),
            _ => self.texts(texts, parse),
        }
    }

    /// A day, without a time.
    pub(super) fn day(&mut self, instants: &Instants) -> Option<NaiveDate> {
        let moment = self.instant(instants)?;
        instants.formats.day_of(&moment)
    }

    /// The path of the category: the levels up to the first empty one.
    pub(super) fn category(&mut self, columns: &[Column]) -> Vec<LineText> {
        let mut path = Vec::with_capacity(columns.len());
        for column in columns {
            let Some(text) = self.text(column) else { break };
            let Some(level) = self.taken(column, category_name(text)) else {
                break;
            };
            path.push(level);
        }
        path
    }

    /// The rating.
    pub(super) fn rating(&mut self, column: Option<&Column>) -> Option<u8> {
        let column = column?;
        let text = self.text(column)?;
        let score = text.parse().ok().filter(|score| (1..=5).contains(score));
        if score.is_none() {
            self.fault(
                column,
                ImportFault::new(ImportCode::BadRating).with("value", text),
            );
        }
        score
    }

    /// The customer; none without a key.
    pub(super) fn customer(&mut self, columns: &CustomerColumns) -> Option<ImportedCustomer> {
        let text = self.text(&columns.key)?;
        let email_at = match columns.by {
            KeyKind::Email => Some(&columns.key),
            KeyKind::ExternalId | KeyKind::Name => columns.email.as_ref(),
        };
        let email = email_at.and_then(|column| self.parsed(column, email));
        let phone = columns
            .phone
            .as_ref()
            .and_then(|column| self.parsed(column, phone));
        let key = match (columns.by, &email) {
            (KeyKind::Email, Some(email)) => email.as_str().to_owned(),
            _ => text.to_owned(),
        };
        Some(ImportedCustomer {
            by: columns.by,
            key: self.taken(&columns.key, line(&key))?,
            name: self.person_name(columns.name.as_ref(), &columns.key)?,
            email,
            phone,
            organisation: columns.organisation,
        })
    }

    /// The agent; none without a key.
    pub(super) fn agent(&mut self, columns: &AgentColumns) -> Option<ImportedAgent> {
        let text = self.text(&columns.key)?;
        Some(ImportedAgent {
            by: columns.by,
            key: self.taken(&columns.key, line(text))?,
            name: self.person_name(columns.name.as_ref(), &columns.key)?,
        })
    }

    /// The name, where the file has one, else the key.
    pub(super) fn person_name(
        &mut self,
        column: Option<&Column>,
        key: &Column,
    ) -> Option<NameText> {
        let column = column
            .filter(|column| self.text(column).is_some())
            .unwrap_or(key);
        let text = self.text(column)?;
        self.taken(column, name(text))
    }
}
