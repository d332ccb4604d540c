//! An outcome in the words of the record's fields, for people who try a mapping.

use chrono::{DateTime, SecondsFormat, Utc};

use super::files::{PreviewField, PreviewRow};
use super::outcome::{ImportedProfile, ImportedRecord, ImportedTicket, Outcome};
use super::runs::ImportFaultView;
use crate::locale::Locale;

/// Longest value that a preview shows, in characters.
const SHOWN: usize = 400;

/// Fields in the making; empty ones are left out.
#[derive(Default)]
struct Fields(Vec<PreviewField>);

impl Fields {
    fn add(&mut self, name: &str, value: Option<impl std::fmt::Display>) {
        let Some(value) = value.map(|value| value.to_string()) else {
            return;
        };
        let value = match value.char_indices().nth(SHOWN) {
            Some((end, _)) => format!("{}…", &value[..end]),
            None => value,
        };
        if !value.is_empty() {
            self.0.push(PreviewField {
                name: name.to_owned(),
                value,
            });
        }
    }

    fn add_all<T: std::fmt::Display>(&mut self, name: &str, values: &[T], between: &str) {
        let values: Vec<String> = values.iter().map(ToString::to_string).collect();
        self.add(name, Some(values.join(between)));
    }
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

impl ImportedTicket {
    fn fields(&self) -> Vec<PreviewField> {
        let mut fields = Fields::default();
        fields.add("external_id", Some(&self.external_id));
        fields.add("subject", Some(&self.subject));
        fields.add("description", self.description.as_ref());
        fields.add("type", Some(&self.type_code));
        fields.add("channel", Some(&self.channel));
        fields.add("status", Some(self.status.code()));
        fields.add("priority", Some(self.priority.code()));
        fields.add_all("category", &self.category, " / ");
        if let Some(customer) = &self.customer {
            fields.add("customer", Some(&customer.name));
            fields.add(
                "customer_email",
                customer.email.as_ref().map(|e| e.as_str()),
            );
            fields.add(
                "customer_phone",
                customer.phone.as_ref().map(|p| p.as_str()),
            );
        }
        fields.add("team", self.team.as_ref());
        fields.add("assignee", self.agent.as_ref().map(|agent| &agent.name));
        fields.add("opened_at", Some(instant(self.opened_at)));
        fields.add("first_responded_at", self.first_responded_at.map(instant));
        fields.add("resolved_at", self.resolved_at.map(instant));
        fields.add("closed_at", self.closed_at.map(instant));
        let reopened = Some(self.reopened_count).filter(|count| *count > 0);
        fields.add("reopened_count", reopened);
        fields.add("satisfaction_score", self.rating.map(|rating| rating.score));
        let events = Some(self.events.len()).filter(|count| *count > 0);
        fields.add("event_count", events);
        fields.0
    }
}

impl ImportedProfile {
    fn fields(&self) -> Vec<PreviewField> {
        let mut fields = Fields::default();
        fields.add("external_id", Some(&self.key));
        fields.add("kind", Some(self.kind.code()));
        fields.add("name", Some(&self.name));
        let phones: Vec<&str> = self.phones.iter().map(|phone| phone.as_str()).collect();
        fields.add_all("phones", &phones, ", ");
        let emails: Vec<&str> = self.emails.iter().map(|email| email.as_str()).collect();
        fields.add_all("emails", &emails, ", ");
        fields.add("address", self.address.as_ref());
        fields.add("region", self.region.as_ref());
        fields.add("nature", self.nature.map(|nature| nature.code()));
        fields.add("industry", self.industry.as_ref());
        fields.add("job_title", self.job_title.as_ref());
        fields.add("birthday_on", self.birthday_on);
        fields.add("lifecycle", Some(self.lifecycle.code()));
        fields.add("source_channel", self.source_channel.as_ref());
        fields.add_all("tags", &self.tags, ", ");
        fields.add("note", self.note.as_ref());
        fields.add("owner", self.agent.as_ref().map(|agent| &agent.name));
        fields.add("team", self.team.as_ref());
        fields.0
    }
}

impl Outcome {
    /// What a preview shows of it; `line` is the first of its rows'.
    pub fn preview(&self, line: u64, locale: Locale) -> PreviewRow {
        let fields = match &self.record {
            Some(ImportedRecord::Ticket(ticket)) => ticket.fields(),
            Some(ImportedRecord::Customer(profile)) => profile.fields(),
            None => Vec::new(),
        };
        PreviewRow {
            line,
            is_taken: self.record.is_some(),
            fields,
            faults: self
                .faults
                .iter()
                .map(|fault| ImportFaultView::new(fault, locale))
                .collect(),
        }
    }
}
