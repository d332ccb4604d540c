//! A ticket's life, step by step, through the same rules as in the handlers. A step that would lie
//! in the future ends it: so the backlog is what today leaves open.

mod story;

use chrono::{DateTime, TimeDelta, Utc};
use rapport_persistence::configuration::Configuration;
use rapport_persistence::tickets::NewTicketRow;
use rapport_types::clocks::detect;
use rapport_types::ids::{MessageId, RatingId, TeamId, TicketEventId, UserId};
use rapport_types::records::{Actor, micros};
use rapport_types::text::ReasonText;
use rapport_types::tickets::{
    Author, Case, EventKind, Message, Rating, RatingSource, Status, TicketEvent, Visibility,
};
use serde_json::json;

use super::{Desk, Fill};
use crate::cli::demo::parsed;
use crate::cli::demo::random::Random;
use crate::cli::demo::texts::{self, Lines};
use crate::error::ApiError;

/// Why a story ends.
enum End {
    /// The next step lies in the future, or nothing more happens.
    Here,
    /// A fault of ours.
    Failed(ApiError),
}

impl From<ApiError> for End {
    fn from(error: ApiError) -> Self {
        Self::Failed(error)
    }
}

type Step = Result<(), End>;

/// A ticket while its story is told.
pub(super) struct Life<'a> {
    case: Case<'a, Configuration>,
    /// Who did what has happened, in the same order.
    actors: Vec<Actor>,
    messages: Vec<Message>,
    ratings: Vec<Rating>,
    spans: Vec<(i64, Option<i64>)>,
    last_at: DateTime<Utc>,
    desk: &'a Desk<'a>,
    fill: Fill,
    answer: String,
    random: &'a mut Random,
}

impl<'a> Life<'a> {
    /// The story of a case that has just been opened.
    pub(super) fn new(
        case: Case<'a, Configuration>,
        desk: &'a Desk<'a>,
        fill: Fill,
        answer: String,
        random: &'a mut Random,
    ) -> Self {
        let opened_at = case.ticket.opened_at;
        Self {
            actors: vec![Actor::System; case.happened.len()],
            case,
            messages: Vec::new(),
            ratings: Vec::new(),
            spans: vec![(micros(opened_at), None)],
            last_at: opened_at,
            desk,
            fill,
            answer,
            random,
        }
    }

    /// Late solutions and reopened tickets are rated worse.
    fn rate(&mut self, at: DateTime<Utc>) -> Step {
        let is_late = self
            .case
            .clocks
            .runs
            .iter()
            .any(|run| run.clock.met == Some(false));
        let scores: [(i64, u32); 5] = if is_late || self.case.ticket.reopened_count > 0 {
            [(1, 9), (2, 12), (3, 23), (4, 33), (5, 23)]
        } else {
            [(1, 2), (2, 3), (3, 8), (4, 29), (5, 58)]
        };
        let score = self.random.weighted(&scores);
        let comment = if self.random.chance(0.3) {
            Some(self.reason(if score >= 4 {
                &texts::CONTENT
            } else {
                &texts::DISCONTENT
            })?)
        } else {
            None
        };
        let source = if self.random.chance(0.82) {
            RatingSource::Customer
        } else {
            RatingSource::Agent
        };
        let id = RatingId::from_uuid(self.random.id(at));
        let ticket_id = self.case.ticket.id;
        self.step(at, Actor::System, |case| {
            case.ticket.satisfaction_score = Some(score);
            case.note(at, EventKind::Rated, None, Some(json!(score)), None);
        })?;
        self.ratings.push(Rating {
            id,
            ticket_id,
            score,
            comment,
            rated_at: at,
            source,
        });
        Ok(())
    }

    fn assign(&mut self, at: DateTime<Utc>, by: UserId, to: UserId, team: TeamId) -> Step {
        self.reassign(at, by, to, team, None)
    }

    fn reassign(
        &mut self,
        at: DateTime<Utc>,
        by: UserId,
        to: UserId,
        team: TeamId,
        reason: Option<&str>,
    ) -> Step {
        let reason = reason.map(parsed::<ReasonText>).transpose()?;
        let told = |team: TeamId, assignee: Option<UserId>| {
            Some(json!({"team_id": team, "assignee_id": assignee}))
        };
        self.step(at, Actor::User(by), |case| {
            let before = told(case.ticket.team_id, case.ticket.assignee_id);
            case.ticket.team_id = team;
            case.ticket.assignee_id = Some(to);
            if by == to {
                case.ticket.take(to);
            }
            case.note(
                at,
                EventKind::Assignment,
                before,
                told(team, Some(to)),
                reason,
            );
        })
    }

    fn says_one_of(&mut self, at: DateTime<Utc>, author: Author, lines: &Lines) -> Step {
        let body = self.one_of(lines);
        self.says(at, author, Visibility::Public, &body)
    }

    fn says(
        &mut self,
        at: DateTime<Utc>,
        author: Author,
        visibility: Visibility,
        body: &str,
    ) -> Step {
        let message = Message {
            id: MessageId::from_uuid(self.random.id(at)),
            ticket_id: self.case.ticket.id,
            visibility,
            author,
            body: parsed(body)?,
            sent_at: at,
        };
        let actor = match author {
            Author::Staff(Some(by)) => Actor::User(by),
            _ => Actor::System,
        };
        self.step(at, actor, |case| case.hear(&message))?;
        self.messages.push(message);
        Ok(())
    }

    fn goes(&mut self, at: DateTime<Utc>, by: Actor, to: Status, reason: Option<&str>) -> Step {
        let reason = reason.map(parsed::<ReasonText>).transpose()?;
        self.step(at, by, |case| {
            case.move_to(to, at, reason);
        })
    }

    /// One step, unless it lies in the future.
    fn step(
        &mut self,
        at: DateTime<Utc>,
        by: Actor,
        change: impl FnOnce(&mut Case<'a, Configuration>),
    ) -> Step {
        if at > self.desk.now {
            return Err(End::Here);
        }
        let was_over = self.case.ticket.status.is_over();
        change(&mut self.case);
        self.actors.resize(self.case.happened.len(), by);
        match (was_over, self.case.ticket.status.is_over()) {
            (false, true) => {
                if let Some(span) = self.spans.last_mut() {
                    span.1 = Some(micros(at));
                }
            }
            (true, false) => self.spans.push((micros(at), None)),
            (true, true) | (false, false) => {}
        }
        self.last_at = at;
        Ok(())
    }

    /// The ticket as a row: its warnings and breaches noticed as the job would have.
    pub(super) fn finish(mut self) -> NewTicketRow {
        for run in &mut self.case.clocks.runs {
            detect(run, self.desk.now);
            let clock = &mut run.clock;
            let noticed = |passed: DateTime<Utc>, random: &mut Random| {
                (passed + TimeDelta::seconds(random.between(1, 59))).min(self.desk.now)
            };
            let passed = [
                (EventKind::ClockWarning, clock.warned_at),
                (EventKind::ClockBreach, clock.breached_at),
            ];
            clock.warning_detected_at = clock.warned_at.map(|at| noticed(at, self.random));
            clock.breach_detected_at = clock.breached_at.map(|at| noticed(at, self.random));
            for (kind, at) in passed {
                if let Some(at) = at {
                    let code = json!(clock.code);
                    self.case.happened.push(rapport_types::tickets::Happened {
                        at,
                        kind,
                        before: None,
                        after: Some(code),
                        reason: None,
                    });
                    self.actors.push(Actor::System);
                }
            }
        }
        let ticket_id = self.case.ticket.id;
        let mut happened: Vec<_> = self.case.happened.into_iter().zip(self.actors).collect();
        happened.sort_by_key(|(entry, _)| entry.at);
        let events: Vec<TicketEvent> = happened
            .into_iter()
            .map(|(entry, actor)| TicketEvent {
                id: TicketEventId::from_uuid(self.random.id(entry.at)),
                ticket_id,
                at: entry.at,
                actor,
                kind: entry.kind,
                before: entry.before,
                after: entry.after,
                reason: entry.reason,
            })
            .collect();
        let mut ticket = self.case.ticket;
        ticket.version = (events.len() + self.messages.len()) as i64;
        ticket.updated_at = events
            .last()
            .map_or(self.last_at, |event| event.at.max(self.last_at));
        NewTicketRow {
            ticket,
            clocks: self.case.clocks,
            events,
            spans: self.spans,
            messages: self.messages,
            ratings: self.ratings,
        }
    }

    /// `work` later, counted while the ticket's team works.
    fn worked(&self, from: DateTime<Utc>, work: TimeDelta) -> DateTime<Utc> {
        let configuration = &self.desk.company.configuration;
        let calendar = configuration.calendar_of(self.case.ticket.team_id);
        let version = configuration.calendar_version_at(calendar, from);
        let hours = version.and_then(|version| configuration.hours(calendar, version));
        hours
            .and_then(|hours| hours.add_open_time(from, work))
            .unwrap_or(from + work)
    }

    fn worker(&mut self, team: TeamId) -> Result<UserId, End> {
        let workers = self.desk.company.workers(team);
        if workers.is_empty() {
            return Err(End::Failed(ApiError::internal("a team without people")));
        }
        Ok(self.random.weighted(workers))
    }

    fn kind(&self) -> &str {
        self.case.ticket.type_code.as_str()
    }

    const fn customer(&self) -> Author {
        Author::Customer(self.case.ticket.customer_id)
    }

    fn one_of(&mut self, lines: &Lines) -> String {
        let line = *self.random.pick(lines.of(self.fill.locale));
        self.fill.fill(line)
    }

    fn reason(&mut self, lines: &Lines) -> Result<ReasonText, End> {
        Ok(parsed(&self.one_of(lines))?)
    }
}
