//! The tickets: what each is about, and its life until today.

mod fill;
mod life;

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use rapport_persistence::tickets::NewTicketRow;
use rapport_types::clocks::{RESOLUTION, TicketClocks};
use rapport_types::ids::{CustomerId, TeamId, TicketId, UserId};
use rapport_types::locale::Locale;
use rapport_types::ticket_types::FieldValues;
use rapport_types::tickets::{Case, Precision, Priority, Status, Ticket};

use self::fill::Fill;
use self::life::Life;
use super::company::Company;
use super::customers::Patron;
use super::random::Random;
use super::rhythm;
use super::{parsed, texts};
use crate::error::ApiError;

/// Types with how often they come.
const KINDS: &[(&str, u32)] = &[
    ("enquiry", 33),
    ("request", 20),
    ("repair", 18),
    ("complaint", 12),
    ("return", 10),
    ("suggestion", 5),
    ("report", 2),
];

/// Channels with how often they are used.
const CHANNELS: &[(&str, u32)] = &[
    ("phone", 34),
    ("wechat", 22),
    ("web", 15),
    ("email", 12),
    ("chat", 11),
    ("counter", 3),
    ("onsite", 2),
    ("social", 1),
];

const PRIORITIES: &[(Priority, u32)] = &[
    (Priority::Low, 11),
    (Priority::Normal, 65),
    (Priority::High, 18),
    (Priority::Urgent, 6),
];

/// Teams that take a ticket, by whether it needs a technician.
const ASKED: &[(&str, u32)] = &[
    ("east", 32),
    ("south", 24),
    ("north", 20),
    ("west", 11),
    ("centre", 11),
    ("marketing", 2),
];
const BROKEN: &[(&str, u32)] = &[
    ("after_sales", 34),
    ("east", 22),
    ("south", 17),
    ("north", 14),
    ("west", 7),
    ("centre", 6),
];

/// A ticket that somebody has to look after now: who, how urgent, in how many minutes its solution
/// is due, and whether it has been answered.
#[derive(Debug, Clone, Copy)]
struct Pressing {
    team: &'static str,
    assignee: &'static str,
    priority: Priority,
    due_in_minutes: i64,
    is_answered: bool,
}

/// The people whom the demo gives work that is due soon, with their teams.
const BUSY: &[(&str, &str)] = &[
    ("agent", "east"),
    ("agent.south", "south"),
    ("agent.north", "north"),
    ("agent.west", "west"),
    ("agent.centre", "centre"),
    ("technician", "after_sales"),
];

/// What each of them has to do: priority, minutes until the solution is due, answered or not.
const WORK: &[(Priority, i64, bool)] = &[
    (Priority::Normal, 24, true),
    (Priority::High, 47, true),
    (Priority::Normal, 85, true),
    (Priority::Urgent, 110, true),
    (Priority::Normal, 170, true),
    (Priority::High, 740, false),
    (Priority::Normal, 320, true),
    (Priority::Normal, -35, true),
    (Priority::High, -190, true),
];

/// Where customers stand in the list of all, by the team they belong to.
pub(super) struct Desk<'a> {
    pub(super) company: &'a Company,
    pub(super) patrons: &'a [Patron],
    by_team: HashMap<TeamId, Vec<usize>>,
    pub(super) now: DateTime<Utc>,
}

impl<'a> Desk<'a> {
    /// The desk where these customers call until `now`.
    pub(super) fn new(company: &'a Company, patrons: &'a [Patron], now: DateTime<Utc>) -> Self {
        let mut by_team: HashMap<TeamId, Vec<usize>> = HashMap::new();
        for (index, patron) in patrons.iter().enumerate() {
            by_team
                .entry(patron.customer.team_id)
                .or_default()
                .push(index);
        }
        Self {
            company,
            patrons,
            by_team,
            now,
        }
    }

    /// A customer of the team who is known at `at`; the longest known and the newest call most.
    fn patron(&self, team: TeamId, at: DateTime<Utc>, random: &mut Random) -> Option<&'a Patron> {
        let own = self.by_team.get(&team).filter(|_| random.chance(0.9));
        let known = |index: usize| self.patrons[index].customer.created_at <= at;
        let place = random.unit();
        let place = if random.chance(0.5) {
            place * place
        } else {
            1.0 - place * place
        };
        let chosen = match own {
            Some(own) => {
                let count = own.partition_point(|index| known(*index));
                own.get((count as f64 * place) as usize)
                    .filter(|index| known(**index))
                    .copied()
            }
            None => {
                let count = self
                    .patrons
                    .partition_point(|patron| patron.customer.created_at <= at);
                Some((count as f64 * place) as usize).filter(|index| *index < count)
            }
        };
        chosen.map(|index| &self.patrons[index])
    }
}

/// When the tickets are opened, in order, with those that press now among them.
pub(super) struct Agenda {
    openings: Vec<(DateTime<Utc>, Option<Pressing>)>,
}

impl Agenda {
    /// `count` tickets from `since` on.
    pub(super) fn new(
        desk: &Desk<'_>,
        count: usize,
        since: DateTime<Utc>,
        random: &mut Random,
    ) -> Result<Self, ApiError> {
        let mut openings = Vec::with_capacity(count);
        let pressing = BUSY.iter().flat_map(|&(assignee, team)| {
            WORK.iter()
                .map(move |&(priority, due_in_minutes, is_answered)| Pressing {
                    team,
                    assignee,
                    priority,
                    due_in_minutes,
                    is_answered,
                })
        });
        // A demo of few tickets is no place for a desk full of work.
        for pressing in pressing.take(count / 20) {
            let jitter = random.minutes(0, 9);
            let due = desk.now + TimeDelta::minutes(pressing.due_in_minutes) + jitter;
            openings.push((due - solution_time(desk, &pressing)?, Some(pressing)));
        }
        let others = rhythm::openings(count - openings.len(), since, desk.now, random);
        openings.extend(others.into_iter().map(|at| (at, None)));
        openings.sort_by_key(|(at, _)| *at);
        Ok(Self { openings })
    }

    /// How many tickets there are.
    pub(super) const fn len(&self) -> usize {
        self.openings.len()
    }

    /// The next tickets, at most `count`, as rows without numbers.
    pub(super) fn write_down(
        &self,
        from: usize,
        count: usize,
        desk: &Desk<'_>,
        random: &mut Random,
    ) -> Result<Vec<NewTicketRow>, ApiError> {
        let upto = self.len().min(from + count);
        self.openings[from..upto]
            .iter()
            .map(|(at, pressing)| tell(desk, *at, *pressing, random))
            .collect()
    }
}

/// How long the resolution clock of such a ticket runs, by the policies of the company.
fn solution_time(desk: &Desk<'_>, pressing: &Pressing) -> Result<TimeDelta, ApiError> {
    let about = About {
        priority: pressing.priority,
        ..About::nothing(desk.company.team(pressing.team))
    };
    let ticket = about.ticket(desk.now, TicketId::from_uuid(uuid::Uuid::nil()), desk)?;
    let case = opened(ticket, desk);
    let clock = case
        .clocks
        .runs
        .iter()
        .map(|run| &run.clock)
        .find(|clock| clock.code.as_str() == RESOLUTION);
    let due_at = clock.and_then(|clock| clock.due_at);
    Ok(due_at.map_or(TimeDelta::hours(24), |due_at| due_at - desk.now))
}

/// A case whose clocks have started.
fn opened<'a>(
    ticket: Ticket,
    desk: &Desk<'a>,
) -> Case<'a, rapport_persistence::configuration::Configuration> {
    let basis = desk
        .company
        .configuration
        .clock_basis(&ticket, ticket.opened_at);
    let mut case = Case::new(ticket, TicketClocks::by(basis), &desk.company.configuration);
    case.open();
    case
}

/// What a ticket is about.
struct About<'a> {
    kind: &'static str,
    category: &'static str,
    channel: &'static str,
    priority: Priority,
    team: TeamId,
    patron: Option<&'a Patron>,
    is_on_spot: bool,
    subject: String,
    description: Option<String>,
}

impl About<'_> {
    const fn nothing(team: TeamId) -> Self {
        Self {
            kind: "enquiry",
            category: "other",
            channel: "phone",
            priority: Priority::Normal,
            team,
            patron: None,
            is_on_spot: false,
            subject: String::new(),
            description: None,
        }
    }

    fn ticket(
        &self,
        opened_at: DateTime<Utc>,
        id: TicketId,
        desk: &Desk<'_>,
    ) -> Result<Ticket, ApiError> {
        let subject = if self.subject.is_empty() {
            "-"
        } else {
            &self.subject
        };
        Ok(Ticket {
            id,
            number: 0,
            version: 1,
            subject: parsed(subject)?,
            description: self.description.as_deref().map(parsed).transpose()?,
            type_code: parsed(self.kind)?,
            definition_version: 0,
            pipeline: None,
            stage: None,
            stage_entered_at: None,
            fields: FieldValues::new(),
            status: Status::New,
            priority: self.priority,
            channel: parsed(self.channel)?,
            category_id: desk.company.category(self.category),
            customer_id: self.patron.map(|patron| patron.customer.id),
            contact_id: self.patron.and_then(|patron| asking(patron, opened_at)),
            team_id: self.team,
            assignee_id: None,
            first_responder_id: None,
            duty_holder_id: None,
            resolver_id: None,
            follows_ticket_id: None,
            answered_on_spot: self.is_on_spot,
            precision: Precision::Instant,
            opened_at,
            created_at: opened_at,
            updated_at: opened_at,
            first_responded_at: None,
            first_resolved_at: None,
            resolved_at: None,
            closed_at: None,
            reopened_count: 0,
            first_response_seconds: None,
            resolution_seconds: None,
            public_reply_count: Some(0),
            satisfaction_score: None,
            next_due_at: None,
            import_id: None,
            external_ids: Vec::new(),
            clocks: Vec::new(),
        })
    }
}

/// Who asks for an organisation: one of its contacts, whichever the instant falls on.
fn asking(patron: &Patron, at: DateTime<Utc>) -> Option<CustomerId> {
    let many = i64::try_from(patron.contacts.len()).ok()?;
    let chosen = at.timestamp_micros().checked_rem_euclid(many)?;
    patron.contacts.get(usize::try_from(chosen).ok()?).copied()
}

/// A ticket from its opening until now.
fn tell(
    desk: &Desk<'_>,
    at: DateTime<Utc>,
    pressing: Option<Pressing>,
    random: &mut Random,
) -> Result<NewTicketRow, ApiError> {
    // Enough of a fraction that no two instants are alike.
    let at = at + TimeDelta::microseconds(random.between(0, 999_999));
    let kind = match pressing {
        Some(_) => *random.pick(&["repair", "complaint", "request", "return"]),
        None => random.weighted(KINDS),
    };
    let teams = if matches!(kind, "repair" | "return") {
        BROKEN
    } else {
        ASKED
    };
    let team = desk
        .company
        .team(pressing.map_or_else(|| random.weighted(teams), |pressing| pressing.team));
    let patron = desk
        .patron(team, at, random)
        .filter(|_| pressing.is_some() || !random.chance(0.03));
    let locale = patron.map_or(Locale::ZhCn, |patron| patron.locale);
    let pattern = random.weighted(&texts::patterns(kind));
    let fill = Fill::new(locale, patron, pattern.about, at, random);
    let channel = random.weighted(CHANNELS);
    let words = pattern.words(locale);
    let about = About {
        kind,
        category: pattern.category,
        channel,
        priority: pressing
            .map_or_else(|| random.weighted(PRIORITIES), |pressing| pressing.priority),
        team,
        patron,
        is_on_spot: pressing.is_none()
            && channel == "phone"
            && kind == "enquiry"
            && random.chance(0.3),
        subject: fill.fill(words.subject),
        description: random.chance(0.88).then(|| fill.fill(words.description)),
    };
    let ticket = about.ticket(at, TicketId::from_uuid(random.id(at)), desk)?;
    let answer = fill.fill(words.answer);
    let mut life = Life::new(opened(ticket, desk), desk, fill, answer, random);
    match pressing {
        Some(pressing) => {
            let assignee: Option<UserId> = desk.company.user(pressing.assignee).map(|user| user.id);
            if let Some(assignee) = assignee {
                life.press(assignee, pressing.is_answered)?;
            }
        }
        None => life.run()?,
    }
    Ok(life.finish())
}
