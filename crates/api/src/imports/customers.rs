//! The customers of a file of customers on their way into the database.

use rapport_persistence::customers;
use rapport_persistence::error::StoreError;
use rapport_persistence::writes::Writer;
use rapport_types::customers::Customer;
use rapport_types::ids::CustomerId;
use rapport_types::imports::{ImportedProfile, KeyKind};
use rapport_types::records::ExternalId;

use super::convert::Frame;
use super::directory::Directory;
use crate::customers::distinct;

/// The new customers of a batch.
pub(super) struct Customers<'a> {
    pub(super) fresh: &'a [&'a ImportedProfile],
    pub(super) directory: &'a Directory<'a>,
    pub(super) frame: Frame<'a>,
}

impl Customers<'_> {
    /// Adds them.
    pub(super) async fn store(&self, writer: &mut Writer) -> Result<(), StoreError> {
        if self.fresh.is_empty() {
            return Ok(());
        }
        let first = customers::take_numbers(writer, self.fresh.len()).await?;
        let made: Vec<Customer> = self
            .fresh
            .iter()
            .zip(first..)
            .map(|(profile, number)| self.customer(profile, number))
            .collect();
        customers::insert_all(writer, &made).await
    }

    fn customer(&self, profile: &ImportedProfile, number: i64) -> Customer {
        let frame = &self.frame;
        let country = frame.configuration.settings.phone_country_code.as_str();
        let phones = profile
            .phones
            .iter()
            .map(|phone| phone.international(country));
        let key = ExternalId {
            source: frame.source.clone(),
            id: profile.key.clone(),
        };
        Customer {
            id: CustomerId::from_uuid(frame.ids.next()),
            number,
            version: 1,
            kind: profile.kind,
            name: profile.name.clone(),
            nature: profile.nature,
            industry: profile.industry.clone(),
            job_title: profile.job_title.clone(),
            phones: distinct(phones.collect()),
            emails: profile.emails.clone(),
            address: profile.address.clone(),
            region: profile.region.clone(),
            birthday_on: profile.birthday_on,
            source_channel: profile.source_channel.clone(),
            owner_id: profile
                .agent
                .as_ref()
                .and_then(|agent| self.directory.agents.get(agent.key.as_str()).copied()),
            team_id: self.directory.team(profile.team.as_ref()),
            lifecycle: profile.lifecycle,
            tags: profile.tags.clone(),
            note: profile.note.clone(),
            external_ids: if profile.by == KeyKind::ExternalId {
                vec![key]
            } else {
                Vec::new()
            },
            import_id: Some(frame.import_id),
            created_at: frame.now,
            updated_at: frame.now,
        }
    }
}
