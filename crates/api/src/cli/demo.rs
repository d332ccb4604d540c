//! `rapport demo`: fills a new SQLite file with a believable company.
//!
//! Everything is drawn from one seeded sequence and lies relative to the time of the call, so that
//! the same moment gives the same company. Tickets go through the rules that the handlers use and
//! are written by the one write path.

mod company;
mod contacts;
mod customers;
mod names;
mod random;
mod rhythm;
#[cfg(test)]
mod tests;
mod texts;
mod tickets;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use rapport_persistence::database::{Database, Options};
use rapport_persistence::migrations;
use rapport_persistence::writes::{WriteContext, Writer, write};
use rapport_types::customers::Customer;
use rapport_types::ids::CustomerId;

use self::customers::Patron;
use self::random::Random;
use self::tickets::{Agenda, Desk};
use super::Failure;
use crate::auth::password::{Cost, Passwords};
use crate::clock::Clock;
use crate::error::ApiError;

pub use company::DemoUser;

/// The password of every demo user.
pub const PASSWORD: &str = "rapport-demo";

/// The seed of the sequence that everything is drawn from.
const SEED: u64 = 20_260_531;
/// How far the demo reaches back: half a year of whole weeks.
const REACH: TimeDelta = TimeDelta::weeks(26);
/// Records of one transaction.
const BATCH: usize = 500;

/// How much there shall be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    /// Customers.
    pub customers: usize,
    /// Tickets.
    pub tickets: usize,
}

impl Default for Scale {
    fn default() -> Self {
        Self {
            customers: 2_000,
            tickets: 12_000,
        }
    }
}

/// Fills a new SQLite file with a demo company: teams, staff, customers and half a year of tickets
#[derive(Debug, clap::Args)]
pub(super) struct Demo {
    /// The file to make; it must not exist yet
    #[arg(long, value_name = "FILE")]
    database_file: PathBuf,
}

impl Demo {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let file = &self.database_file;
        if file.exists() {
            return Err(Failure::new(format!(
                "{} exists already; name a new file",
                file.display()
            )));
        }
        let mut progress = Terminal::default();
        let filled = fill_file(file, Clock::system().now(), &mut |what, done, of| {
            progress.show(what, done, of)
        })
        .await;
        match filled {
            Ok(users) => {
                print_users(&users);
                Ok(())
            }
            Err(error) => {
                remove(file);
                Err(error.into())
            }
        }
    }
}

/// Makes the file and fills it; `progress` hears what is being written, how much of it is done and
/// how much there is.
async fn fill_file(
    file: &Path,
    now: DateTime<Utc>,
    progress: &mut dyn FnMut(&str, usize, usize),
) -> Result<Vec<DemoUser>, ApiError> {
    // A file that is not finished is removed, so nothing is lost that ought to last.
    let options = Options {
        durable: false,
        connections: 1,
        ..Options::default()
    };
    let db = Database::connect(&format!("sqlite://{}", file.display()), &options).await?;
    migrations::migrate(&db).await?;
    let users = fill(&db, now, Scale::default(), Cost::OWASP, progress).await?;
    db.close().await;
    Ok(users)
}

/// Fills an empty, migrated database with a company as it stands at `now`, and gives those who can
/// sign in, all with [`PASSWORD`].
///
/// # Errors
/// When the database is in use already, or what it says.
pub async fn fill(
    db: &Database,
    now: DateTime<Utc>,
    scale: Scale,
    password_cost: Cost,
    progress: &mut dyn FnMut(&str, usize, usize),
) -> Result<Vec<DemoUser>, ApiError> {
    let mut random = Random::new(SEED);
    let since = now - REACH;
    let hash = Passwords::new(password_cost, 1)?.hash(PASSWORD).await?;
    let company = company::found(db, &hash, since - TimeDelta::days(1), &mut random).await?;
    let mut patrons = customers::make(&company, scale.customers, since, now, &mut random)?;
    write_customers(db, &mut patrons, now, progress).await?;
    let links = contacts::make(&mut patrons)?;
    contacts::write(db, &links, &patrons, now, progress).await?;
    let desk = Desk::new(&company, &patrons, now);
    let agenda = Agenda::new(&desk, scale.tickets, since, &mut random)?;
    write_tickets(db, &desk, &agenda, &mut random, progress).await?;
    Ok(company.shown())
}

async fn write_customers(
    db: &Database,
    patrons: &mut [Patron],
    now: DateTime<Utc>,
    progress: &mut dyn FnMut(&str, usize, usize),
) -> Result<(), ApiError> {
    let of = patrons.len();
    let mut done = 0;
    for some in patrons.chunks_mut(BATCH) {
        let batch: Vec<Customer> = some.iter().map(|patron| patron.customer.clone()).collect();
        let written = write(
            db,
            WriteContext::system("demo", now),
            async |writer: &mut Writer| {
                let mut batch = batch.clone();
                for customer in &mut batch {
                    customer.number = rapport_persistence::customers::next_number(writer).await?;
                }
                rapport_persistence::customers::insert_all(writer, &batch).await?;
                Ok::<_, ApiError>(batch)
            },
        )
        .await?;
        done += written.len();
        for (patron, customer) in some.iter_mut().zip(written) {
            patron.customer = customer;
        }
        progress("customers", done, of);
    }
    Ok(())
}

async fn write_tickets(
    db: &Database,
    desk: &Desk<'_>,
    agenda: &Agenda,
    random: &mut Random,
    progress: &mut dyn FnMut(&str, usize, usize),
) -> Result<(), ApiError> {
    let known: HashMap<CustomerId, &Customer> = desk
        .patrons
        .iter()
        .map(|patron| (patron.customer.id, &patron.customer))
        .collect();
    let mut done = 0;
    while done < agenda.len() {
        let batch = agenda.write_down(done, BATCH, desk, random)?;
        let mut ids: Vec<CustomerId> = batch
            .iter()
            .flat_map(|row| [row.ticket.customer_id, row.ticket.contact_id])
            .flatten()
            .collect();
        ids.sort_unstable();
        ids.dedup();
        let customers: Vec<&Customer> =
            ids.iter().filter_map(|id| known.get(id).copied()).collect();
        write(
            db,
            WriteContext::system("demo", desk.now),
            async |writer: &mut Writer| {
                let mut batch = batch.clone();
                for row in &mut batch {
                    row.ticket.number = rapport_persistence::tickets::next_number(writer).await?;
                }
                rapport_persistence::tickets::insert_all(writer, batch, &customers).await?;
                Ok::<_, ApiError>(())
            },
        )
        .await?;
        done += batch.len();
        progress("tickets", done, agenda.len());
    }
    Ok(())
}

/// Parsed text from a text of this demo.
fn parsed<T: TryFrom<String>>(text: &str) -> Result<T, ApiError>
where
    T::Error: std::fmt::Display,
{
    T::try_from(text.to_owned()).map_err(|fault| ApiError::internal(format!("{text}: {fault}")))
}

/// Removes a file that was not finished, with what SQLite keeps beside it.
fn remove(file: &Path) {
    for end in ["", "-wal", "-shm"] {
        let mut name = file.as_os_str().to_owned();
        name.push(end);
        // What is not there need not be removed.
        let _ = std::fs::remove_file(name);
    }
}

/// Progress on standard error, a line for each tenth.
#[derive(Debug, Default)]
struct Terminal {
    told: Option<(String, usize)>,
}

impl Terminal {
    #[allow(clippy::print_stderr, reason = "progress is for the terminal")]
    fn show(&mut self, what: &str, done: usize, of: usize) {
        let tenth = done * 10 / of.max(1);
        let told = (what.to_owned(), tenth);
        if self.told.as_ref() != Some(&told) {
            eprintln!("{what}: {done} of {of}");
            self.told = Some(told);
        }
    }
}

#[allow(clippy::print_stdout, reason = "what the command is for")]
fn print_users(users: &[DemoUser]) {
    let width = |column: &dyn Fn(&DemoUser) -> usize| users.iter().map(column).max().unwrap_or(0);
    let (name, role) = (
        width(&|user| user.username.len()),
        width(&|user| user.role.len()),
    );
    println!("The demo users, all with the password {PASSWORD}\n");
    println!(
        "    {:name$}  {:role$}  {:8}  team",
        "user", "role", "language"
    );
    for user in users {
        // Chinese characters are two columns wide, so the team comes last.
        let pad = if user.language.is_ascii() { 8 } else { 6 };
        println!(
            "    {:name$}  {:role$}  {:pad$}  {}",
            user.username, user.role, user.language, user.team
        );
    }
    println!();
}
