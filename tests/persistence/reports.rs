//! Figures equal plain counting over the tickets in memory, and the rows behind a figure are the
//! rows that it counted.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use rapport_persistence::reports::{MetricRows, RawKey, Tallies, TallyQuery, tallies};
use rapport_persistence::tickets::{self, NewTicketRow};
use rapport_tests::builders::{Company, at, paging};
use rapport_tests::databases::{Fresh, on_each_database};
use rapport_tests::generate::{Dice, World};
use rapport_tests::pages::every_row;
use rapport_types::clocks::Clock;
use rapport_types::filters::{Filter, Op};
use rapport_types::ids::{CategoryId, TeamId, UserId};
use rapport_types::kpis::{Dimension, ELSEWHERE, MetricDef, OWN, Part, Period, Tally, registry};
use rapport_types::records::micros;
use rapport_types::tickets::{Author, RatingSource, Status, Ticket, Visibility};
use serde_json::Value;

use crate::filters::{categories_above, ticket_matches};

const READERS: [&str; 3] = ["manager", "lead", "agent"];

/// One row of a metric, as the definition in words has it.
#[derive(Debug, Clone, Copy, Default)]
struct Row {
    /// Left out because its facts are missing or contradictory.
    excluded: bool,
    /// Counts for the share.
    counts: bool,
    /// The duration or score.
    value: i64,
    /// Who resolved it.
    resolver: Option<UserId>,
}

/// The rows that a ticket gives to a metric in a period, counted by hand.
fn rows(metric: &str, row: &NewTicketRow, period: Period, without_agents: bool) -> Vec<Row> {
    let ticket = &row.ticket;
    let inside =
        |at: Option<DateTime<Utc>>| at.is_some_and(|at| period.from <= at && at < period.to);
    let once = |is_row: bool, row: Row| if is_row { vec![row] } else { Vec::new() };
    let of_value = |value: Option<i64>| Row {
        excluded: value.is_none(),
        value: value.unwrap_or(0),
        ..Row::default()
    };
    let resolved = inside(ticket.resolved_at);
    match metric {
        "created" => once(inside(Some(ticket.opened_at)), Row::default()),
        "resolved" => once(resolved, Row::default()),
        "backlog" => {
            let to = micros(period.to);
            let holds = |(from, until): &&(i64, Option<i64>)| {
                *from < to && until.is_none_or(|until| until > to)
            };
            row.spans
                .iter()
                .filter(holds)
                .map(|_| Row::default())
                .collect()
        }
        "first_response_time_mean" | "first_response_time_median" | "first_response_time_p90" => {
            let (counted_at, seconds) = first_response(row);
            once(inside(counted_at), of_value(seconds))
        }
        "resolution_time_mean" | "resolution_time_median" | "resolution_time_p90" => {
            once(resolved, of_value(ticket.resolution_seconds))
        }
        "first_response_attainment" => attained("first_response", &ticket.clocks, &inside),
        "resolution_attainment" => attained("resolution", &ticket.clocks, &inside),
        "reopen_rate" => {
            let reopened = ticket.reopened_count > 0;
            once(
                inside(ticket.first_resolved_at),
                Row {
                    counts: reopened,
                    ..Row::default()
                },
            )
        }
        "one_touch_rate" => {
            let answers = row.messages.iter().filter(|message| {
                matches!(message.author, Author::Staff(_))
                    && message.visibility == Visibility::Public
            });
            let reopenings = row
                .events
                .iter()
                .filter(|event| reopens(event.before.as_ref(), event.after.as_ref()));
            let one_touch = answers.count() < 2 && reopenings.count() == 0;
            once(
                resolved,
                Row {
                    excluded: ticket.import_id.is_some(),
                    counts: one_touch,
                    ..Row::default()
                },
            )
        }
        "satisfaction_mean" | "satisfaction_share" => {
            let rating = row.ratings.last();
            let counts = |source| !without_agents || source != RatingSource::Agent;
            let rating =
                rating.filter(|rating| inside(Some(rating.rated_at)) && counts(rating.source));
            let of_score = |score| Row {
                counts: score >= 4,
                value: score,
                ..Row::default()
            };
            rating
                .map(|rating| of_score(rating.score))
                .into_iter()
                .collect()
        }
        "tickets_per_agent" => {
            let excluded = ticket.resolver_id.is_none();
            once(
                resolved,
                Row {
                    excluded,
                    resolver: ticket.resolver_id,
                    ..Row::default()
                },
            )
        }
        other => panic!("{other} is not counted by hand yet"),
    }
}

/// When the first response of a ticket counts, and how long it took.
fn first_response(row: &NewTicketRow) -> (Option<DateTime<Utc>>, Option<i64>) {
    let ticket = &row.ticket;
    if ticket.answered_on_spot {
        return (Some(ticket.opened_at), Some(0));
    }
    if ticket.import_id.is_some() {
        return (
            ticket.first_responded_at.or(ticket.first_resolved_at),
            ticket.first_response_seconds,
        );
    }
    let is_answer = |message: &&rapport_types::tickets::Message| {
        matches!(message.author, Author::Staff(_)) && message.visibility == Visibility::Public
    };
    let answered = row
        .messages
        .iter()
        .filter(is_answer)
        .map(|message| message.sent_at);
    let over = |value: &Value| {
        value
            .as_str()
            .and_then(Status::from_code)
            .is_some_and(Status::is_over)
    };
    let resolutions = row
        .events
        .iter()
        .filter(|event| event.after.as_ref().is_some_and(over));
    let counted_at = answered.chain(resolutions.map(|event| event.at)).min();
    // Half a second and more is a second.
    let seconds =
        |at: DateTime<Utc>| (at - ticket.opened_at + TimeDelta::milliseconds(500)).num_seconds();
    (counted_at, counted_at.map(seconds))
}

fn reopens(before: Option<&Value>, after: Option<&Value>) -> bool {
    let status = |value: Option<&Value>| value.and_then(Value::as_str).and_then(Status::from_code);
    match (status(before), status(after)) {
        (Some(before), Some(after)) => before.is_over() && !after.is_over(),
        _ => false,
    }
}

fn attained(
    code: &str,
    clocks: &[Clock],
    inside: &impl Fn(Option<DateTime<Utc>>) -> bool,
) -> Vec<Row> {
    let decided = clocks
        .iter()
        .filter(|clock| clock.code.as_str() == code && inside(clock.decided_at));
    decided
        .map(|clock| Row {
            excluded: clock.met.is_none(),
            counts: clock.met == Some(true),
            ..Row::default()
        })
        .collect()
}

/// The parts of a figure, counted by hand.
#[derive(Debug, Default, PartialEq)]
struct Count {
    base: i64,
    numerator: i64,
    excluded: i64,
    values: Vec<i64>,
    resolvers: BTreeSet<UserId>,
}

impl Count {
    fn add(&mut self, row: Row) {
        if row.excluded {
            self.excluded += 1;
            return;
        }
        self.base += 1;
        self.numerator += i64::from(row.counts);
        self.values.push(row.value);
        self.resolvers.extend(row.resolver);
    }

    /// The figure by the words of its definition.
    fn value(&self, metric: &str) -> Option<f64> {
        let share = |part: i64, whole: i64| {
            (whole > 0).then(|| (part as f64 / whole as f64 * 1e6).round() / 1e6)
        };
        let second = |value: f64| (value + 0.5).floor();
        if metric.ends_with("_mean") {
            let mean = self.values.iter().sum::<i64>() as f64 / self.values.len() as f64;
            let mean = (!self.values.is_empty()).then_some(mean)?;
            return Some(if metric == "satisfaction_mean" {
                (mean * 1e6).round() / 1e6
            } else {
                second(mean)
            });
        }
        if metric.ends_with("_median") {
            return self.percentile(50).map(second);
        }
        if metric.ends_with("_p90") {
            return self.percentile(90).map(second);
        }
        match metric {
            "created" | "resolved" | "backlog" => Some(self.base as f64),
            "tickets_per_agent" => share(self.base, self.resolvers.len() as i64),
            _ => share(self.numerator, self.base),
        }
    }

    fn percentile(&self, hundredths: usize) -> Option<f64> {
        let mut sorted = self.values.clone();
        sorted.sort_unstable();
        let steps = sorted.len().checked_sub(1)? * hundredths;
        let (low, rest) = (steps / 100, steps % 100);
        let high = sorted[(low + 1).min(sorted.len() - 1)];
        Some(sorted[low] as f64 + (high - sorted[low]) as f64 * rest as f64 / 100.0)
    }
}

/// What a report asks for, by chance.
struct Question {
    reader: &'static str,
    periods: Vec<Period>,
    filter: Filter,
    without_agents: bool,
}

impl Question {
    fn by_chance(dice: &mut Dice, world: &World) -> Self {
        let reader = dice.pick(&READERS);
        let from = at(dice.between(-2_000, 170_000));
        // Now and then a bound that is the very instant of an event.
        let instant = world.tickets[dice.below(world.tickets.len())]
            .ticket
            .resolved_at;
        let from = instant.filter(|_| dice.percent(30)).unwrap_or(from);
        let to = from + TimeDelta::minutes(dice.between(1, 60_000));
        let length = to - from;
        let team = dice.pick(&world.company.teams()).to_string();
        let filter = match dice.below(6) {
            0 => Filter::of("team", Op::Is, &[&team]),
            1 => Filter::of("priority", Op::Not, &["low"]),
            2 => Filter::of("channel", Op::Is, &["phone", "email", "web"]).and(
                "team",
                Op::Is,
                &[&team],
            ),
            _ => Filter::default(),
        };
        let periods = vec![
            Period { from, to },
            Period {
                from: from - length,
                to: from,
            },
        ];
        Self {
            reader,
            periods,
            filter,
            without_agents: dice.percent(30),
        }
    }

    fn rating_filter(&self) -> Filter {
        if self.without_agents {
            Filter::of("rating_source", Op::Not, &["agent"])
        } else {
            Filter::default()
        }
    }

    /// The tickets that the report is about, counted by hand.
    fn tickets<'w>(&self, world: &'w World) -> Vec<&'w NewTicketRow> {
        let is_asked = |row: &&NewTicketRow| {
            world.company.sees_ticket(self.reader, &row.ticket)
                && ticket_matches(&world.company, &self.filter, &row.ticket)
        };
        world.tickets.iter().filter(is_asked).collect()
    }

    async fn ask(
        &self,
        fresh: &Fresh,
        world: &World,
        metrics: &[&MetricDef],
        by: Option<Dimension>,
    ) -> Tallies {
        let rating_filter = self.rating_filter();
        let query = TallyQuery {
            metrics,
            filter: &self.filter,
            rating_filter: &rating_filter,
            periods: &self.periods,
            by,
        };
        let scope = world.company.scope(self.reader);
        tallies(&fresh.db, &world.company.configuration, &scope, &query)
            .await
            .unwrap()
    }

    /// The tickets that the product shows behind a figure of the first period.
    async fn shown(
        &self,
        fresh: &Fresh,
        world: &World,
        metric: &'static MetricDef,
        part: Part,
        cut: Option<(Dimension, String)>,
        team: TeamId,
    ) -> Vec<i64> {
        let rows = MetricRows {
            metric,
            part,
            period: self.periods[0],
            rating_filter: self.rating_filter(),
            cut,
            team,
        };
        let scope = world.company.scope(self.reader);
        let found = every_row(paging("opened_at", false, 100), async |paging| {
            let query = tickets::Query {
                filter: self.filter.clone(),
                rows: Some(rows.clone()),
                q: None,
                paging,
            };
            tickets::list(&fresh.db, &world.company.configuration, &scope, &query)
                .await
                .unwrap()
        })
        .await;
        found.into_iter().map(|row| row.number).collect()
    }
}

fn assert_equal(metric: &MetricDef, tally: &Tally, count: &Count, about: &str) {
    let counted = (tally.base, tally.numerator, tally.excluded);
    // Where nothing counts for a share, the numerator is the base.
    let numerator = if metric.numerator.conditions.is_empty() {
        count.base
    } else {
        count.numerator
    };
    assert_eq!(
        counted,
        (count.base, numerator, count.excluded),
        "{} {about}",
        metric.code
    );
    assert_eq!(
        tally.members.len(),
        count.resolvers.len(),
        "{} {about}",
        metric.code
    );
    let value = tally.clone().value(metric.measure, metric.unit);
    assert_eq!(value, count.value(&metric.code), "{} {about}", metric.code);
}

#[tokio::test]
async fn every_figure_equals_counting_by_hand() {
    on_each_database(async |fresh| {
        let world = World::fill(&fresh.db, 40, 700).await;
        let metrics: Vec<&MetricDef> = registry().iter().collect();
        let mut dice = Dice::new(3);
        let mut counted: BTreeMap<&str, i64> = BTreeMap::new();
        for _ in 0..60 {
            let question = Question::by_chance(&mut dice, &world);
            let found = question.ask(fresh, &world, &metrics, None).await;
            let tickets = question.tickets(&world);
            for (place, metric) in metrics.iter().enumerate() {
                for (index, period) in question.periods.iter().enumerate() {
                    let mut count = Count::default();
                    tickets
                        .iter()
                        .flat_map(|row| rows(&metric.code, row, *period, question.without_agents))
                        .for_each(|row| count.add(row));
                    let tally = found
                        .get(&(place, index, RawKey::None))
                        .cloned()
                        .unwrap_or_default();
                    let about = format!("{} {period:?} {:?}", question.reader, question.filter);
                    assert_equal(metric, &tally, &count, &about);
                    *counted.entry(&metric.code).or_default() += count.base;
                }
            }
        }
        assert!(
            counted.values().all(|rows| *rows > 100),
            "every metric had rows: {counted:?}"
        );
    })
    .await;
}

/// The row of a breakdown that a ticket belongs to, and the raw key it has in the database.
fn key(company: &Company, by: Dimension, team: TeamId, ticket: &Ticket) -> String {
    let or_none = |id: Option<String>| id.unwrap_or_else(|| "none".to_owned());
    match by {
        Dimension::Team if ticket.team_id == team => OWN.to_owned(),
        Dimension::Team => {
            let children = company
                .configuration
                .teams
                .values()
                .filter(|child| child.parent_id == Some(team));
            let mut above = children.filter(|child| company.lies_in(ticket.team_id, child.id));
            above
                .next()
                .map_or_else(|| ELSEWHERE.to_owned(), |child| child.id.to_string())
        }
        Dimension::Agent => or_none(
            ticket
                .resolver_id
                .or(ticket.assignee_id)
                .map(|id| id.to_string()),
        ),
        Dimension::Category => or_none(
            categories_above(company, ticket.category_id)
                .last()
                .map(CategoryId::to_string),
        ),
        Dimension::Type => ticket.type_code.to_string(),
        Dimension::Priority => ticket.priority.code().to_owned(),
        Dimension::Channel => ticket.channel.to_string(),
    }
}

/// The same row for a raw key.
fn rolled(company: &Company, by: Dimension, team: TeamId, raw: &RawKey) -> String {
    let mut ticket = rapport_tests::builders::ticket(1, 1, "any", company.team("east"), at(0));
    match raw {
        RawKey::None => "none".to_owned(),
        RawKey::Code(code) => code.clone(),
        RawKey::Id(id) => {
            match by {
                Dimension::Team => ticket.team_id = TeamId::from_uuid(*id),
                Dimension::Category => ticket.category_id = Some(CategoryId::from_uuid(*id)),
                _ => ticket.resolver_id = Some(UserId::from_uuid(*id)),
            }
            key(company, by, team, &ticket)
        }
    }
}

#[tokio::test]
async fn the_rows_of_a_breakdown_equal_counting_by_hand_and_add_up() {
    on_each_database(async |fresh| {
        let world = World::fill(&fresh.db, 40, 500).await;
        let company = &world.company;
        let metrics: Vec<&MetricDef> = registry().iter().collect();
        let mut dice = Dice::new(4);
        for turn in 0..36 {
            let by = Dimension::ALL[turn % 6];
            let question = Question::by_chance(&mut dice, &world);
            let team = company.user(question.reader).scope_team_id;
            let whole = question.ask(fresh, &world, &metrics, None).await;
            let mut parts: BTreeMap<(usize, usize, String), Tally> = BTreeMap::new();
            for ((metric, period, raw), tally) in
                question.ask(fresh, &world, &metrics, Some(by)).await
            {
                parts
                    .entry((metric, period, rolled(company, by, team, &raw)))
                    .or_default()
                    .merge(&tally);
            }
            let tickets = question.tickets(&world);
            for (place, metric) in metrics.iter().enumerate() {
                let mut counts: BTreeMap<String, Count> = BTreeMap::new();
                for row in &tickets {
                    for counted in rows(
                        &metric.code,
                        row,
                        question.periods[0],
                        question.without_agents,
                    ) {
                        counts
                            .entry(key(company, by, team, &row.ticket))
                            .or_default()
                            .add(counted);
                    }
                }
                let mut sum = Tally::default();
                for (key, count) in &counts {
                    let tally = &parts[&(place, 0, key.clone())];
                    assert_equal(metric, tally, count, &format!("{by:?} {key}"));
                    sum.merge(tally);
                }
                let keys = parts.range((place, 0, String::new())..(place, 1, String::new()));
                let empty = |tally: &Tally| tally.base + tally.excluded == 0;
                assert_eq!(
                    keys.filter(|(_, tally)| !empty(tally)).count(),
                    counts.len(),
                    "{} {by:?}",
                    metric.code
                );
                let whole = whole
                    .get(&(place, 0, RawKey::None))
                    .cloned()
                    .unwrap_or_default();
                let counted = |tally: &Tally| (tally.base, tally.numerator, tally.excluded);
                assert_eq!(counted(&sum), counted(&whole), "{} {by:?}", metric.code);
                assert_eq!(
                    sum.value(metric.measure, metric.unit),
                    whole.clone().value(metric.measure, metric.unit)
                );
            }
        }
    })
    .await;
}

#[tokio::test]
async fn the_rows_behind_a_figure_are_those_that_it_counted() {
    on_each_database(async |fresh| {
        let world = World::fill(&fresh.db, 40, 400).await;
        let company = &world.company;
        let mut dice = Dice::new(5);
        for (turn, metric) in registry()
            .iter()
            .cycle()
            .take(2 * registry().len())
            .enumerate()
        {
            let question = Question::by_chance(&mut dice, &world);
            let team = company.user(question.reader).scope_team_id;
            let by = (turn % 3 > 0).then(|| Dimension::ALL[turn % 6]);
            let mut expected: BTreeMap<(&str, Option<String>), BTreeSet<i64>> = BTreeMap::new();
            for row in question.tickets(&world) {
                let key = by.map(|by| key(company, by, team, &row.ticket));
                for counted in rows(
                    &metric.code,
                    row,
                    question.periods[0],
                    question.without_agents,
                ) {
                    let mut add = |part: Part| {
                        expected
                            .entry((part.code(), key.clone()))
                            .or_default()
                            .insert(row.ticket.number);
                    };
                    if counted.excluded {
                        add(Part::Excluded);
                    } else {
                        add(Part::Denominator);
                        if counted.counts || metric.numerator.conditions.is_empty() {
                            add(Part::Numerator);
                        }
                    }
                }
            }
            let keys: BTreeSet<Option<String>> =
                expected.keys().map(|(_, key)| key.clone()).collect();
            for key in keys {
                for part in [Part::Numerator, Part::Denominator, Part::Excluded] {
                    let cut = by.zip(key.clone());
                    let shown = question.shown(fresh, &world, metric, part, cut, team).await;
                    let counted = expected
                        .get(&(part.code(), key.clone()))
                        .cloned()
                        .unwrap_or_default();
                    let found: BTreeSet<i64> = shown.iter().copied().collect();
                    assert_eq!(found.len(), shown.len(), "each ticket once");
                    assert_eq!(found, counted, "{} {part:?} {by:?} {key:?}", metric.code);
                }
            }
        }
    })
    .await;
}
