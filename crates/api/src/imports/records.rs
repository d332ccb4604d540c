//! The records of a batch on their way into the database, whatever they are.

use std::collections::HashSet;

use rapport_persistence::database::Database;
use rapport_persistence::error::StoreError;
use rapport_persistence::imports as rows;
use rapport_persistence::writes::Writer;
use rapport_types::ids::ImportId;
use rapport_types::imports::{ImportedProfile, ImportedRecord, ImportedTicket};
use rapport_types::text::Code;

use super::convert::Frame;
use super::customers::Customers;
use super::directory::{Directory, Names};
use super::tickets::Tickets;
use crate::ids::Ids;

/// The new records of a batch.
pub(super) struct Records<'o> {
    tickets: Vec<&'o ImportedTicket>,
    customers: Vec<&'o ImportedProfile>,
}

impl<'o> Records<'o> {
    /// Those that are not there yet, and how many are.
    pub(super) async fn without_known(
        db: &Database,
        source: &Code,
        found: Vec<&'o ImportedRecord>,
    ) -> Result<(Self, u64), StoreError> {
        let all = found.len();
        let mut records = Self {
            tickets: Vec::new(),
            customers: Vec::new(),
        };
        for record in found {
            match record {
                ImportedRecord::Ticket(ticket) => records.tickets.push(ticket),
                ImportedRecord::Customer(profile) => records.customers.push(profile),
            }
        }
        let keys: Vec<&str> = records
            .tickets
            .iter()
            .map(|ticket| ticket.external_id.as_str())
            .collect();
        let known: HashSet<String> = rows::known_tickets(db, source.as_str(), &keys).await?;
        records
            .tickets
            .retain(|ticket| !known.contains(ticket.external_id.as_str()));
        if let Some(by) = records.customers.first().map(|profile| profile.by) {
            let keys: Vec<&str> = records
                .customers
                .iter()
                .map(|profile| profile.key.as_str())
                .collect();
            let known = rows::known_customers(db, by, source.as_str(), &keys).await?;
            records
                .customers
                .retain(|profile| !known.contains(profile.key.as_str()));
        }
        let known = all - records.tickets.len() - records.customers.len();
        Ok((records, known as u64))
    }

    /// What they name that may have to be made.
    pub(super) fn names(&self) -> Vec<Names<'o>> {
        let tickets = self.tickets.iter().map(|ticket| Names::of_ticket(ticket));
        let customers = self
            .customers
            .iter()
            .map(|profile| Names::of_customer(profile));
        tickets.chain(customers).collect()
    }

    /// Adds them.
    pub(super) async fn store(
        &self,
        writer: &mut Writer,
        directory: &Directory<'_>,
        ids: &Ids,
        import_id: ImportId,
        source: &Code,
    ) -> Result<(), StoreError> {
        let frame = || Frame {
            configuration: &directory.configuration,
            ids,
            import_id,
            source,
            now: writer.now(),
        };
        let (tickets, customers) = (
            Tickets {
                fresh: &self.tickets,
                directory,
                frame: frame(),
            },
            Customers {
                fresh: &self.customers,
                directory,
                frame: frame(),
            },
        );
        tickets.store(writer).await?;
        customers.store(writer).await
    }
}
