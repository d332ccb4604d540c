//! Customers and tickets by chance, the same on every run.
//!
//! Tickets live through the functions that handlers and imports use ([`Case`], `tickets::update`
//! and the others), in every order that those allow. What comes out is kept in memory as it was
//! written, so that tests can ask plain code the same questions as the database.

use chrono::{DateTime, TimeDelta, Utc};
use rapport_persistence::configuration::Configuration;
use rapport_persistence::database::Database;
use rapport_persistence::error::StoreError;
use rapport_persistence::tickets::{LoadedTicket, NewTicketRow};
use rapport_persistence::writes::{Writer, write};
use rapport_persistence::{customers, tickets};
use rapport_types::clocks::{ClockEvent, TicketClocks, UnknownClocks};
use rapport_types::customers::{Customer, CustomerKind, Lifecycle, Nature};
use rapport_types::ids::{ImportId, MessageId, RatingId, TicketEventId, UserId};
use rapport_types::records::{Actor, ExternalId, micros};
use rapport_types::text::Code;
use rapport_types::ticket_types::FieldValues;
use rapport_types::tickets::{
    Author, Case, EventKind, Happened, Message, Precision, Priority, Rating, RatingSource, Status,
    Ticket, TicketEvent, Visibility, decide_move,
};
use serde_json::json;
use uuid::Uuid;

use crate::builders::{Company, at, context, customer, everything, parsed, ticket};
use crate::standards;

/// Pseudo-random numbers (SplitMix64, Steele et al. 2014), the same for the same seed.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// The sequence of a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1) as usize) as i64
    }

    /// True in so many of a hundred cases.
    pub fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    /// One of them.
    pub fn pick<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())].clone()
    }

    /// One of them, or none in so many of a hundred cases.
    pub fn maybe<T: Clone>(&mut self, chance_of_none: usize, choices: &[T]) -> Option<T> {
        (!self.percent(chance_of_none)).then(|| self.pick(choices))
    }

    /// An id that nothing else has.
    pub fn id(&mut self) -> Uuid {
        Uuid::from_u128((u128::from(self.next()) << 64) | u128::from(self.next()))
    }
}

/// Everything that was written, as it was written.
#[derive(Debug)]
pub struct World {
    /// The company.
    pub company: Company,
    /// The customers.
    pub customers: Vec<Customer>,
    /// The tickets with their parts; the last rating is the latest.
    pub tickets: Vec<NewTicketRow>,
    dice: Dice,
}

const NAMES: &[&str] = &[
    "王芳",
    "李娜",
    "Anna Smith",
    "anna smith",
    "Zoë Brown",
    "上海宏远物流有限公司",
    "O'Neil & Sons",
    "100% Tea_House",
    "张伟",
    "Ben Jones",
    "单雄信",
    "\"Quoted\" Ltd.",
];
const SUBJECTS: &[&str] = &[
    "空调不制冷",
    "Wi-Fi keeps dropping",
    "Refund for order",
    "发票开错了",
    "Where is my parcel?",
];
const INDUSTRIES: &[&str] = &["food, drink", "物流", "retail"];
const REGIONS: &[&str] = &["华东", "华北", "Scotland"];
const TAGS: &[&str] = &["vip", "老客户", "late payer", "100%"];

impl World {
    /// Founds the company, then writes so many customers and tickets.
    pub async fn fill(db: &Database, customers: usize, tickets: usize) -> Self {
        let company = Company::found(db).await;
        let mut world = Self {
            company,
            customers: Vec::new(),
            tickets: Vec::new(),
            dice: Dice::new(20_260_105),
        };
        world.add_customers(db, customers).await;
        world.add_tickets(db, tickets).await;
        world.work_on(db, tickets / 5).await;
        world
    }

    /// Writes customers.
    pub async fn add_customers(&mut self, db: &Database, count: usize) {
        let first = self.customers.len() as i64 + 1;
        let some: Vec<Customer> = (first..)
            .take(count)
            .map(|number| some_customer(&mut self.dice, &self.company, number))
            .collect();
        write(db, context(at(0)), async |writer: &mut Writer| {
            for _ in &some {
                customers::next_number(writer).await?;
            }
            customers::insert_all(writer, &some).await
        })
        .await
        .unwrap();
        self.customers.extend(some);
    }

    /// Writes tickets that have a history already.
    pub async fn add_tickets(&mut self, db: &Database, count: usize) {
        let first = self.tickets.len() as i64 + 1;
        let some: Vec<NewTicketRow> = (first..)
            .take(count)
            .map(|number| some_ticket(&mut self.dice, &self.company, &self.customers, number))
            .collect();
        let owners: Vec<&Customer> = self.customers.iter().collect();
        let written = write(db, context(at(0)), async |writer: &mut Writer| {
            for _ in &some {
                tickets::next_number(writer).await?;
            }
            tickets::insert_all(writer, some.clone(), &owners).await
        })
        .await
        .unwrap();
        self.tickets.extend(
            some.into_iter()
                .zip(written)
                .map(|(row, ticket)| NewTicketRow { ticket, ..row }),
        );
    }

    /// Takes one more step with so many of the tickets, each in a write of its own.
    pub async fn work_on(&mut self, db: &Database, count: usize) {
        for _ in 0..count {
            let place = self.dice.below(self.tickets.len());
            let row = &self.tickets[place];
            let now = row.ticket.updated_at.max(row.ticket.opened_at)
                + TimeDelta::minutes(self.dice.between(1, 900));
            let dice = self.dice.clone();
            let scope = everything();
            let (row, dice) = write(db, context(now), async |writer: &mut Writer| {
                let before = tickets::get_locked(writer, &scope, row.ticket.id).await?;
                assert_eq!(
                    before.ticket, row.ticket,
                    "what is read is what was written"
                );
                let mut life = Life::of(row.clone(), &before, &self.company, dice.clone());
                let (messages, ratings) = (life.row.messages.len(), life.row.ratings.len());
                life.step(now);
                let (mut row, dice) = life.finish();
                let events = row.events.split_off(before_events(&row.events, now));
                if let Some(rating) = row.ratings.get(ratings) {
                    tickets::add_rating(writer, &row.ticket, rating).await?;
                }
                let clocks = row.clocks.clone();
                match row.messages.get(messages) {
                    Some(message) => {
                        tickets::add_message(
                            writer,
                            &before,
                            &mut row.ticket,
                            &clocks,
                            &events,
                            message,
                        )
                        .await?;
                    }
                    None => {
                        tickets::update(writer, &before, &mut row.ticket, &clocks, &events).await?
                    }
                }
                row.events.extend(events);
                Ok::<_, StoreError>((row, dice))
            })
            .await
            .unwrap();
            self.tickets[place] = row;
            self.dice = dice;
        }
    }
}

/// How many of the events lie before this step.
fn before_events(events: &[TicketEvent], now: DateTime<Utc>) -> usize {
    events
        .iter()
        .position(|event| event.at == now)
        .unwrap_or(events.len())
}

fn some_customer(dice: &mut Dice, company: &Company, number: i64) -> Customer {
    let created_at = at(dice.between(-40_000, 100_000));
    let phone = |dice: &mut Dice| parsed(&format!("+86154{:08}", dice.below(100_000_000)));
    let kind = dice.pick(CustomerKind::ALL);
    Customer {
        kind,
        nature: dice.maybe(
            if kind == CustomerKind::Person {
                100
            } else {
                20
            },
            Nature::ALL,
        ),
        industry: dice.maybe(50, INDUSTRIES).map(parsed),
        region: dice.maybe(30, REGIONS).map(parsed),
        phones: (0..dice.below(3)).map(|_| phone(dice)).collect(),
        emails: dice
            .maybe(40, &["example.com", "example.org"])
            .map(|host| parsed(&format!("c{number}@{host}")))
            .into_iter()
            .collect(),
        source_channel: dice.maybe(30, &["web", "phone", "wechat"]).map(parsed),
        owner_id: dice.maybe(40, &company.staff()),
        lifecycle: dice.pick(Lifecycle::ALL),
        tags: TAGS
            .iter()
            .filter(|_| dice.percent(20))
            .copied()
            .map(parsed)
            .collect(),
        external_ids: vec![ExternalId {
            source: parsed("crm"),
            id: parsed(&format!("K-{number}")),
        }],
        import_id: dice.maybe(80, &imports()),
        created_at,
        updated_at: created_at + TimeDelta::minutes(dice.between(0, 40) * 1_000),
        ..customer(
            dice.id().as_u128(),
            number,
            dice.pick(NAMES),
            dice.pick(&company.teams()),
        )
    }
}

/// The imports that some of the records came by.
pub fn imports() -> [ImportId; 2] {
    [1, 2].map(|number| ImportId::from_uuid(Uuid::from_u128(0x3_0000 + number)))
}

fn some_ticket(
    dice: &mut Dice,
    company: &Company,
    customers: &[Customer],
    number: i64,
) -> NewTicketRow {
    let configuration = &company.configuration;
    let codes = |all: Vec<&Code>| all.into_iter().cloned().collect::<Vec<_>>();
    let types = codes(configuration.ticket_types.keys().collect());
    let channels = codes(configuration.channels.keys().collect());
    let categories: Vec<_> = configuration.categories.keys().copied().collect();
    let imported = dice.percent(20);
    let precision = if imported && dice.percent(40) {
        Precision::Day
    } else {
        Precision::Instant
    };
    let minutes = dice.between(0, 120 * 1_440);
    let opened_at = match precision {
        Precision::Day => at(minutes / 1_440 * 1_440 - 480),
        Precision::Instant => {
            at(minutes) + TimeDelta::microseconds(dice.pick(&[0, 0, 499_999, 500_000, 999_999]))
        }
    };
    let customer = dice.maybe(15, customers);
    let type_code = dice.pick(&types);
    let kind = &configuration.ticket_types[&type_code];
    let fields = if kind.fields.is_empty() {
        FieldValues::new()
    } else {
        let staff: Vec<_> = configuration.users.values().cloned().collect();
        standards::values(dice, &staff)
    };
    let pipeline = kind.pipelines.last().filter(|_| !imported);
    let stage = pipeline.map(|pipeline| dice.pick(&pipeline.stages).code);
    let new = Ticket {
        definition_version: kind.definition_version,
        pipeline: pipeline.map(|pipeline| pipeline.code.clone()),
        stage_entered_at: stage.as_ref().map(|_| opened_at),
        stage,
        fields,
        description: dice.maybe(50, SUBJECTS).map(parsed),
        type_code,
        priority: dice.pick(&Priority::ALL),
        channel: dice.pick(&channels),
        category_id: dice.maybe(20, &categories),
        customer_id: customer.map(|customer| customer.id),
        answered_on_spot: !imported && dice.percent(8),
        precision,
        created_at: opened_at + TimeDelta::minutes(if imported { 500_000 } else { 0 }),
        public_reply_count: (!imported).then_some(0),
        import_id: imported.then(|| dice.pick(&imports())),
        external_ids: vec![ExternalId {
            source: parsed("erp"),
            id: parsed(&format!("INC-{number}")),
        }],
        ..ticket(
            dice.id().as_u128(),
            number,
            dice.pick(SUBJECTS),
            dice.pick(&company.teams()),
            opened_at,
        )
    };
    if imported {
        imported_ticket(dice, company, new)
    } else {
        lived_ticket(dice, company, new)
    }
}

/// A ticket that people worked on here.
fn lived_ticket(dice: &mut Dice, company: &Company, new: Ticket) -> NewTicketRow {
    let mut life = Life::begin(new, company, dice.clone());
    let mut now = life.row.ticket.opened_at;
    for _ in 0..life.dice.below(9) {
        now += TimeDelta::microseconds(life.dice.between(1, 2_000 * 60_000_000));
        life.step(now);
    }
    let (row, left) = life.finish();
    *dice = left;
    row
}

/// A ticket as a file tells it: no messages, now and then contradicting itself.
fn imported_ticket(dice: &mut Dice, company: &Company, mut new: Ticket) -> NewTicketRow {
    let opened_at = new.opened_at;
    let answered_at = dice
        .maybe(40, &[-30, 20, 300, 4_000])
        .map(|minutes| opened_at + TimeDelta::minutes(minutes));
    new.first_responded_at = answered_at;
    let is_exact = new.precision == Precision::Instant;
    new.first_response_seconds = answered_at
        .map(|answer| (answer - opened_at).num_seconds())
        .filter(|seconds| is_exact && *seconds >= 0);
    let mut life = Life::begin(new, company, dice.clone());
    if let Some(answer) = answered_at {
        life.answered(answer);
    }
    let mut now = opened_at;
    for _ in 0..life.dice.below(5) {
        now += TimeDelta::minutes(life.dice.between(1, 3_000));
        life.assign(now);
        life.go_on(now);
    }
    let (mut row, left) = life.finish();
    *dice = left;
    let ticket = &row.ticket;
    let is_lost = |known: bool, seconds: Option<i64>| known && seconds.is_none();
    if is_lost(answered_at.is_some(), ticket.first_response_seconds)
        || is_lost(ticket.resolved_at.is_some(), ticket.resolution_seconds)
    {
        row.clocks.unknown = UnknownClocks::All;
        for run in &mut row.clocks.runs {
            run.memory.is_unknown = true;
            run.clock.met = None;
        }
    }
    row
}

/// One ticket while it lives.
struct Life<'w> {
    row: NewTicketRow,
    happened: Vec<Happened>,
    configuration: &'w Configuration,
    company: &'w Company,
    dice: Dice,
}

impl<'w> Life<'w> {
    fn begin(new: Ticket, company: &'w Company, dice: Dice) -> Self {
        let basis = company.configuration.clock_basis(&new, new.opened_at);
        let spans = vec![(micros(new.opened_at), None)];
        let clocks = TicketClocks::by(basis);
        let (events, messages, ratings) = (Vec::new(), Vec::new(), Vec::new());
        let row = NewTicketRow {
            ticket: new,
            clocks,
            events,
            spans,
            messages,
            ratings,
        };
        let mut life = Self {
            row,
            happened: Vec::new(),
            configuration: &company.configuration,
            company,
            dice,
        };
        life.case(life.row.ticket.opened_at, |case| case.open());
        life
    }

    fn of(row: NewTicketRow, before: &LoadedTicket, company: &'w Company, dice: Dice) -> Self {
        let row = NewTicketRow {
            clocks: before.clocks.clone(),
            ..row
        };
        Self {
            row,
            happened: Vec::new(),
            configuration: &company.configuration,
            company,
            dice,
        }
    }

    /// Lets the ticket go through a step, and keeps the spans in which it is unresolved.
    fn case(&mut self, now: DateTime<Utc>, step: impl FnOnce(&mut Case<'_, Configuration>)) {
        let was_over = self.row.ticket.status.is_over();
        let mut case = Case::new(
            self.row.ticket.clone(),
            self.row.clocks.clone(),
            self.configuration,
        );
        step(&mut case);
        self.happened.append(&mut case.happened);
        (self.row.ticket, self.row.clocks) = (case.ticket, case.clocks);
        match (was_over, self.row.ticket.status.is_over()) {
            (false, true) => self.row.spans.last_mut().unwrap().1 = Some(micros(now)),
            (true, false) => self.row.spans.push((micros(now), None)),
            _ => {}
        }
        self.row.ticket.updated_at = now;
    }

    fn answered(&mut self, at: DateTime<Utc>) {
        let event = ClockEvent::FirstResponded {
            at: at.max(self.row.ticket.opened_at),
        };
        self.row
            .clocks
            .apply(self.configuration, Status::New, &event);
    }

    /// Whatever may happen next.
    fn step(&mut self, now: DateTime<Utc>) {
        match self.dice.below(6) {
            0 => self.assign(now),
            1 | 2 if self.row.ticket.status != Status::Closed => self.say(now),
            3 if self.row.ticket.status.is_over() => self.rate(now),
            _ => self.go_on(now),
        }
    }

    fn assign(&mut self, now: DateTime<Utc>) {
        let to = self.dice.maybe(15, &self.company.staff());
        let team = if self.dice.percent(30) {
            self.dice.pick(&self.company.teams())
        } else {
            self.row.ticket.team_id
        };
        let takes = self.dice.percent(70);
        self.case(now, |case| {
            (case.ticket.team_id, case.ticket.assignee_id) = (team, to);
            if let Some(by) = to.filter(|_| takes) {
                case.ticket.take(by);
            }
            case.note(
                now,
                EventKind::Assignment,
                None,
                Some(json!({"assignee_id": to})),
                None,
            );
        });
        if self.dice.percent(10) {
            self.row.ticket.duty_holder_id = Some(self.dice.pick(&self.company.staff()));
        }
    }

    fn go_on(&mut self, now: DateTime<Utc>) {
        let from = self.row.ticket.status;
        let ways: Vec<Status> = Status::ALL
            .into_iter()
            .filter(|to| decide_move(from, *to, true).is_ok())
            .collect();
        let to = self.dice.pick(&ways);
        self.case(now, |case| {
            case.move_to(to, now, None);
        });
    }

    fn say(&mut self, now: DateTime<Utc>) {
        let by: Option<UserId> = self
            .row
            .ticket
            .assignee_id
            .or_else(|| self.dice.maybe(20, &self.company.staff()));
        let (author, visibility) = match self.dice.below(4) {
            0 => (
                Author::Customer(self.row.ticket.customer_id),
                Visibility::Public,
            ),
            1 => (Author::Staff(by), Visibility::Internal),
            _ => (Author::Staff(by), Visibility::Public),
        };
        let message = Message {
            id: MessageId::from_uuid(self.dice.id()),
            ticket_id: self.row.ticket.id,
            visibility,
            author,
            body: parsed("您好，我们马上处理。"),
            sent_at: now,
        };
        self.case(now, |case| case.hear(&message));
        self.row.messages.push(message);
    }

    fn rate(&mut self, now: DateTime<Utc>) {
        let rating = Rating {
            id: RatingId::from_uuid(self.dice.id()),
            ticket_id: self.row.ticket.id,
            score: self.dice.between(1, 5),
            comment: None,
            rated_at: now - TimeDelta::minutes(self.dice.pick(&[0, 0, 600, 20_000])),
            source: self
                .dice
                .pick(&[RatingSource::Customer, RatingSource::Agent]),
        };
        self.case(now, |case| {
            case.ticket.satisfaction_score = Some(rating.score);
            case.note(now, EventKind::Rated, None, Some(json!(rating.score)), None);
        });
        self.row.ratings.push(rating);
    }

    /// The ticket with its history written down, and the dice for the next.
    fn finish(mut self) -> (NewTicketRow, Dice) {
        for entry in self.happened {
            self.row.events.push(TicketEvent {
                id: TicketEventId::from_uuid(self.dice.id()),
                ticket_id: self.row.ticket.id,
                at: entry.at,
                actor: Actor::System,
                kind: entry.kind,
                before: entry.before,
                after: entry.after,
                reason: entry.reason,
            });
        }
        (self.row, self.dice)
    }
}
