//! One ticket's turn in a change of many.

use std::collections::HashMap;

use rapport_persistence::tickets::{self, LoadedTicket};
use rapport_persistence::writes::Writer;
use rapport_types::bulk_changes::TicketChange;
use rapport_types::clocks::{ClockEvent, TicketClocks};
use rapport_types::ids::TicketId;
use rapport_types::tickets::{Ticket, TicketEvent};
use uuid::Uuid;

use super::operations::{assign_case, move_case};
use super::{checks, edited, events, patched};
use crate::batches::Desk;
use crate::bulk_changes::turn::Turn;
use crate::error::ApiError;

/// A ticket with what its clocks follow from, when the change may choose others.
pub(crate) struct Found {
    loaded: LoadedTicket,
    events: Vec<ClockEvent>,
}

/// What is to be written of a ticket.
pub(crate) struct Decided {
    after: Ticket,
    clocks: TicketClocks,
    events: Vec<TicketEvent>,
}

/// Tickets, each changed as by PATCH, assignment and status one after the other.
pub(crate) struct Tickets;

impl Turn for Tickets {
    type Change = TicketChange;
    type Record = Ticket;
    type Found = Found;
    type Decided = Decided;

    fn id(record: Uuid) -> String {
        TicketId::from_uuid(record).to_string()
    }

    async fn load(
        desk: &Desk<'_>,
        writer: &mut Writer,
        change: &TicketChange,
        records: &[Uuid],
    ) -> Result<HashMap<Uuid, Found>, ApiError> {
        let ids: Vec<TicketId> = records.iter().copied().map(TicketId::from_uuid).collect();
        let loaded = tickets::find_all_locked(writer, &desk.scope, &ids).await?;
        let mut events = Vec::new();
        if change.chooses_clocks() {
            let tickets: Vec<&Ticket> = loaded.iter().map(|found| &found.ticket).collect();
            events = tickets::clock_events(writer, &tickets).await?;
        }
        events.resize(loaded.len(), Vec::new());
        let found = loaded.into_iter().zip(events).map(|(loaded, events)| {
            let record = loaded.ticket.id.uuid();
            (record, Found { loaded, events })
        });
        Ok(found.collect())
    }

    fn before(found: &Found) -> (i64, &Ticket) {
        (found.loaded.ticket.number, &found.loaded.ticket)
    }

    async fn decide(
        desk: &Desk<'_>,
        writer: &Writer,
        change: &TicketChange,
        found: &Found,
    ) -> Result<Decided, ApiError> {
        let (before, now) = (&found.loaded, writer.now());
        let configuration = desk
            .state
            .configuration_for(&desk.configuration, writer, &[before])
            .await?;
        let after = patched(before.ticket.clone(), change.patch(), &configuration, now);
        checks::changed_ticket(&before.ticket, &after, &configuration)?;
        let mut case = edited(&configuration, before, after, &found.events, now)?;
        if let Some(assignment) = change.assignment(&case.ticket) {
            assign_case(&mut case, &assignment, desk.caller.id, &configuration, now)?;
        }
        if let Some(moved) = change.status_change(&case.ticket) {
            move_case(&mut case, &moved, desk.caller.id, now)?;
        }
        let actor = desk.caller.actor();
        Ok(Decided {
            events: events(&case.ticket, &case.happened, actor, &desk.state.ids),
            after: case.ticket,
            clocks: case.clocks,
        })
    }

    fn after(decided: &Decided) -> &Ticket {
        &decided.after
    }

    async fn save(writer: &mut Writer, found: &Found, decided: Decided) -> Result<bool, ApiError> {
        let Decided {
            mut after,
            clocks,
            events,
        } = decided;
        tickets::update(writer, &found.loaded, &mut after, &clocks, &events).await?;
        Ok(after.version != found.loaded.ticket.version)
    }
}
