//! The tickets of a batch and their customers on their way into the database.

use std::collections::{BTreeMap, HashMap};

use rapport_persistence::error::StoreError;
use rapport_persistence::imports as rows;
use rapport_persistence::writes::Writer;
use rapport_persistence::{customers, tickets};
use rapport_types::customers::{Customer, CustomerKind, Lifecycle};
use rapport_types::ids::{CustomerId, TeamId};
use rapport_types::imports::{ImportedCustomer, ImportedTicket, KeyKind};
use rapport_types::records::ExternalId;

use super::convert::{Frame, Named};
use super::directory::Directory;

/// The new tickets of a batch.
pub(super) struct Tickets<'a> {
    pub(super) fresh: &'a [&'a ImportedTicket],
    pub(super) directory: &'a Directory<'a>,
    pub(super) frame: Frame<'a>,
}

impl Tickets<'_> {
    /// Adds them.
    pub(super) async fn store(&self, writer: &mut Writer) -> Result<(), StoreError> {
        if self.fresh.is_empty() {
            return Ok(());
        }
        let customers = self.customers(writer).await?;
        let first = tickets::take_numbers(writer, self.fresh.len()).await?;
        let news = self.fresh.iter().zip(first..).map(|(ticket, number)| {
            let customer = ticket
                .customer
                .as_ref()
                .and_then(|c| customers.get(c.key.as_str()));
            let named = Named {
                team_id: self.directory.team(ticket.team.as_ref()),
                category_id: self.directory.category(&ticket.category),
                customer_id: customer.map(|customer| customer.id),
                agents: &self.directory.agents,
            };
            self.frame.rows(ticket, &named, number)
        });
        let named: Vec<&Customer> = customers.values().collect();
        tickets::insert_all(writer, news.collect(), &named).await?;
        Ok(())
    }

    /// The customers of these tickets by the source's key, found or made.
    async fn customers(
        &self,
        writer: &mut Writer,
    ) -> Result<HashMap<String, Customer>, StoreError> {
        let mut wanted: BTreeMap<&str, (&ImportedCustomer, &ImportedTicket)> = BTreeMap::new();
        for ticket in self.fresh {
            if let Some(customer) = &ticket.customer {
                // The first one that names a customer decides on its name and team.
                wanted
                    .entry(customer.key.as_str())
                    .or_insert((customer, ticket));
            }
        }
        let Some(by) = wanted.values().next().map(|(customer, _)| customer.by) else {
            return Ok(HashMap::new());
        };
        let keys: Vec<&str> = wanted.keys().copied().collect();
        let mut customers =
            rows::find_customers(writer, by, self.frame.source.as_str(), &keys).await?;
        wanted.retain(|key, _| !customers.contains_key(*key));
        if wanted.is_empty() {
            return Ok(customers);
        }
        let first = customers::take_numbers(writer, wanted.len()).await?;
        let made: Vec<Customer> = wanted
            .values()
            .zip(first..)
            .map(|((customer, ticket), number)| {
                self.customer(customer, self.directory.team(ticket.team.as_ref()), number)
            })
            .collect();
        customers::insert_all(writer, &made).await?;
        customers.extend(wanted.keys().map(|key| (*key).to_owned()).zip(made));
        Ok(customers)
    }

    fn customer(&self, imported: &ImportedCustomer, team_id: TeamId, number: i64) -> Customer {
        let frame = &self.frame;
        let country = frame.configuration.settings.phone_country_code.as_str();
        let key = ExternalId {
            source: frame.source.clone(),
            id: imported.key.clone(),
        };
        Customer {
            id: CustomerId::from_uuid(frame.ids.next()),
            number,
            version: 1,
            kind: if imported.organisation {
                CustomerKind::Organisation
            } else {
                CustomerKind::Person
            },
            name: imported.name.clone(),
            nature: None,
            industry: None,
            job_title: None,
            phones: imported
                .phone
                .iter()
                .map(|phone| phone.international(country))
                .collect(),
            emails: imported.email.iter().cloned().collect(),
            address: None,
            region: None,
            birthday_on: None,
            source_channel: None,
            owner_id: None,
            team_id,
            lifecycle: Lifecycle::Potential,
            tags: Vec::new(),
            note: None,
            external_ids: if imported.by == KeyKind::ExternalId {
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
