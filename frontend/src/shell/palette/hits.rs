//! What the palette lists for what was typed.

use rapport_types::customers::CustomerSummary;
use rapport_types::search::SearchResults;
use rapport_types::tickets::TicketSummary;

use super::names::{fitness, is_of_record};
use crate::components::commands::Command;
use crate::links;
use crate::recent::Visit;

/// Records of the ones opened last.
const RECENT: usize = 6;
/// Commands beside records.
const COMMANDS: usize = 6;

/// An entry.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Hit {
    /// A record that was opened before.
    Visit(Visit),
    /// A command.
    Command(Command),
    /// A customer.
    Customer(Box<CustomerSummary>),
    /// A ticket.
    Ticket(Box<TicketSummary>),
    /// The list of all customers that match.
    AllCustomers(String),
    /// The list of all tickets that match.
    AllTickets(String),
}

/// What stands under one heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    Recent,
    Record,
    Commands,
    Customers,
    Tickets,
}

impl Hit {
    /// Where it leads; none when it does something.
    pub(super) fn href(&self) -> Option<String> {
        match self {
            Self::Visit(visit) => Some(visit.path.clone()),
            Self::Command(_) => None,
            Self::Customer(customer) => Some(links::customer(customer.id)),
            Self::Ticket(ticket) => Some(links::ticket(ticket.id)),
            Self::AllCustomers(text) => Some(links::customers(&[("q", text)])),
            Self::AllTickets(text) => Some(links::tickets(&[("q", text)])),
        }
    }

    /// Whether it comes from the server.
    pub(super) const fn is_found(&self) -> bool {
        !matches!(self, Self::Visit(_) | Self::Command(_))
    }
}

/// The entries in their groups. What is on this page already comes first; what the server finds
/// comes last, so that nothing moves under the cursor when it arrives.
pub(super) fn hits(
    text: &str,
    visits: Vec<Visit>,
    offered: &[Command],
    found: Option<&SearchResults>,
) -> Vec<(Group, Vec<Hit>)> {
    let mut groups = if text.is_empty() {
        let visits = visits.into_iter().take(RECENT).map(Hit::Visit);
        let of = |is_of: bool| {
            let fits = move |it: &Command| {
                is_of_record(*it) == is_of && !matches!(it, Command::Move(_) | Command::Rank(_))
            };
            fitting(text, offered.iter().copied().filter(fits))
        };
        vec![
            (Group::Recent, visits.collect()),
            (Group::Record, of(true)),
            (Group::Commands, of(false)),
        ]
    } else {
        let mut commands = fitting(text, offered.iter().copied());
        commands.truncate(COMMANDS);
        vec![(Group::Commands, commands)]
    };
    if let Some(found) = found {
        let all = found.customers.iter().cloned().map(Box::new);
        let mut customers: Vec<Hit> = all.map(Hit::Customer).collect();
        if found.more_customers {
            customers.push(Hit::AllCustomers(text.to_owned()));
        }
        let all = found.tickets.iter().cloned().map(Box::new);
        let mut tickets: Vec<Hit> = all.map(Hit::Ticket).collect();
        if found.more_tickets {
            tickets.push(Hit::AllTickets(text.to_owned()));
        }
        groups.extend([(Group::Customers, customers), (Group::Tickets, tickets)]);
    }
    groups.retain(|(_, hits)| !hits.is_empty());
    groups
}

/// The commands that fit, the best first; those that fit alike as they are declared.
fn fitting(text: &str, commands: impl Iterator<Item = Command>) -> Vec<Hit> {
    let mut found: Vec<_> = commands
        // What is open already.
        .filter(|it| !matches!(it, Command::Palette | Command::Search))
        .filter_map(|it| Some((fitness(it, text)?, it)))
        .collect();
    found.sort();
    found.into_iter().map(|(_, it)| Hit::Command(it)).collect()
}
