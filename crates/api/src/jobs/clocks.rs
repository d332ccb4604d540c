//! Notices warnings and breaches of clocks, at most a minute after they happen.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use rapport_persistence::scope::Scope;
use rapport_persistence::tickets;
use rapport_persistence::writes::{WriteContext, write};
use rapport_types::clocks::{Detected, detect};
use rapport_types::ids::TicketId;
use rapport_types::records::Actor;
use rapport_types::tickets::{Case, EventKind};

use crate::error::ApiError;
use crate::state::AppState;
use crate::tickets::events;

/// Tickets of one look into the database.
const AT_ONCE: u32 = 200;

/// Notices what has passed until `now`. Run again it finds nothing new.
///
/// Each clock is looked at once: a ticket that cannot be read is told in the log, keeps no other
/// from being noticed, and is tried again in the next run.
///
/// # Errors
/// What the database says when it is asked for the clocks; what was noticed stays noticed.
pub async fn run_once(state: &AppState, now: DateTime<Utc>) -> Result<(), ApiError> {
    let mut seen = HashSet::new();
    let mut last = None;
    loop {
        let due = tickets::due_tickets(&state.db, now, last, AT_ONCE).await?;
        let Some(end) = due.last() else {
            return Ok(());
        };
        last = Some(*end);
        for id in due.iter().map(|due| due.id) {
            if !seen.insert(id) {
                continue;
            }
            if let Err(error) = notice(state, id, now).await {
                // Not this ticket's fault: the others would only wait as long.
                if error.code().status() == 503 {
                    return Err(error);
                }
                tracing::error!(ticket = %id, cause = %error, "the clocks of a ticket were left out");
            }
        }
    }
}

async fn notice(state: &AppState, id: TicketId, now: DateTime<Utc>) -> Result<(), ApiError> {
    let configuration = state.configuration().await?;
    #[allow(clippy::disallowed_methods, reason = "a job sees every ticket")]
    let scope = Scope::system();
    write(
        &state.db,
        WriteContext::system("clocks", now),
        async |writer| {
            let before = tickets::get_locked(writer, &scope, id).await?;
            // Not before what has happened to the ticket meanwhile.
            let now = writer.now();
            let configuration = state
                .configuration_for(&configuration, writer, &[&before])
                .await?;
            let mut case = Case::new(
                before.ticket.clone(),
                before.clocks.clone(),
                &*configuration,
            );
            let mut found = Vec::new();
            for run in &mut case.clocks.runs {
                let code = run.clock.code.clone();
                found.extend(
                    detect(run, now)
                        .into_iter()
                        .map(|detected| (detected, code.clone(), run.clock.clone())),
                );
            }
            for (detected, code, clock) in found {
                let (kind, at) = match detected {
                    Detected::Warning => (EventKind::ClockWarning, clock.warned_at),
                    Detected::Breach => (EventKind::ClockBreach, clock.breached_at),
                };
                case.note(
                    at.unwrap_or(now),
                    kind,
                    None,
                    Some(code.as_str().into()),
                    None,
                );
            }
            let events = events(&case.ticket, &case.happened, Actor::System, &state.ids);
            let mut after = case.ticket;
            tickets::update(writer, &before, &mut after, &case.clocks, &events).await?;
            Ok::<_, ApiError>(())
        },
    )
    .await
}
