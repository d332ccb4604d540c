//! Which steps a ticket goes through, and when.

use chrono::{DateTime, TimeDelta, Utc};
use rapport_types::ids::UserId;
use rapport_types::records::Actor;
use rapport_types::tickets::{Author, EventKind, Priority, Status, Visibility};
use serde_json::json;

use super::{End, Life, Step};
use crate::cli::demo::texts;
use crate::error::ApiError;

/// Working minutes from the first answer to the solution, by type: half of them take longer.
const SOLUTION_MINUTES: &[(&str, f64)] = &[
    ("enquiry", 70.0),
    ("request", 200.0),
    ("complaint", 270.0),
    ("repair", 380.0),
    ("return", 340.0),
    ("suggestion", 260.0),
    ("report", 260.0),
];

impl Life<'_> {
    /// Tells an ordinary ticket.
    pub(in crate::cli::demo::tickets) fn run(&mut self) -> Result<(), ApiError> {
        let told = if self.case.ticket.answered_on_spot {
            self.on_the_spot()
        } else {
            self.ordinary()
        };
        Self::ended(told)
    }

    /// Tells a ticket that `by` has on the desk now.
    pub(in crate::cli::demo::tickets) fn press(
        &mut self,
        by: UserId,
        is_answered: bool,
    ) -> Result<(), ApiError> {
        let told = self.pressing(by, is_answered);
        Self::ended(told)
    }

    fn ended(told: Step) -> Result<(), ApiError> {
        match told {
            Ok(()) | Err(End::Here) => Ok(()),
            Err(End::Failed(error)) => Err(error),
        }
    }

    fn pressing(&mut self, by: UserId, is_answered: bool) -> Step {
        let opened_at = self.case.ticket.opened_at;
        let assigned_at = opened_at + self.random.minutes(2, 6);
        let team = self.case.ticket.team_id;
        self.assign(assigned_at, by, by, team)?;
        if is_answered {
            let answered_at = assigned_at + self.random.minutes(5, 40);
            self.says_one_of(answered_at, Author::Staff(Some(by)), &texts::SEEN)?;
            if self.random.chance(0.5) {
                let at = answered_at + self.random.minutes(60, 240);
                self.says_one_of(at, self.customer(), &texts::CHASED)?;
            }
        }
        Ok(())
    }

    /// A question on the telephone that is answered at once.
    fn on_the_spot(&mut self) -> Step {
        let by = self.worker(self.case.ticket.team_id)?;
        let opened_at = self.case.ticket.opened_at;
        self.case.ticket.take(by);
        let team = self.case.ticket.team_id;
        self.assign(opened_at + TimeDelta::seconds(2), by, by, team)?;
        let answer = self.answer.clone();
        let answered_at = opened_at + self.random.minutes(2, 7);
        self.says(
            answered_at,
            Author::Staff(Some(by)),
            Visibility::Public,
            &answer,
        )?;
        let done_at = answered_at + self.random.minutes(1, 4);
        self.goes(done_at, Actor::User(by), Status::Resolved, None)?;
        self.afterwards(done_at, by)
    }

    fn ordinary(&mut self) -> Step {
        let opened_at = self.case.ticket.opened_at;
        let team = self.case.ticket.team_id;
        let mut by = self.worker(team)?;
        let answered_at = self.first_answer_at();
        let taken_at = opened_at + part_of(answered_at - opened_at, 0.1 + 0.7 * self.random.unit());
        let lead = if self.random.chance(0.3) {
            self.worker(team)?
        } else {
            by
        };
        self.assign(taken_at, lead, by, team)?;
        let is_quick =
            matches!(self.kind(), "enquiry" | "request" | "suggestion") && self.random.chance(0.62);
        if is_quick {
            let answer = self.answer.clone();
            self.says(
                answered_at,
                Author::Staff(Some(by)),
                Visibility::Public,
                &answer,
            )?;
            let wait = self.random.minutes_around(12.0, 0.9);
            let done_at = self.worked(answered_at, wait);
            self.goes(done_at, Actor::User(by), Status::Resolved, None)?;
            return self.afterwards(done_at, by);
        }
        self.says_one_of(answered_at, Author::Staff(Some(by)), &texts::SEEN)?;
        if self.random.chance(0.4) {
            let at = answered_at + self.random.minutes(3, 30);
            let note = self.one_of(&texts::NOTED);
            self.says(at, Author::Staff(Some(by)), Visibility::Internal, &note)?;
        }
        // Some lie about until the customer asks.
        if self.random.chance(0.085) {
            let asked_at = self.last_at + self.random.minutes(3 * 1_440, 32 * 1_440);
            self.says_one_of(asked_at, self.customer(), &texts::CHASED)?;
        }
        let at = self.last_at;
        match self.random.between(1, 100) {
            1..=16 => self.ask_back(at, by)?,
            17..=34 => self.wait_for_others(at, by)?,
            35..=41 if self.kind() == "repair" => by = self.pass_on(at, by)?,
            42..=44 => self.hand_over(at, by)?,
            45..=54 => {
                let at = at + self.random.minutes(90, 400);
                self.says_one_of(at, self.customer(), &texts::CHASED)?;
            }
            _ => {}
        }
        let median = SOLUTION_MINUTES
            .iter()
            .find(|(kind, _)| *kind == self.kind())
            .map_or(240.0, |(_, median)| *median);
        let haste = match self.case.ticket.priority {
            Priority::Urgent => 0.3,
            Priority::High => 0.55,
            Priority::Normal => 1.0,
            Priority::Low => 1.5,
        };
        let work = self.random.minutes_around(median * haste, 0.9);
        let solved_at = self.worked(self.last_at, work);
        let answer = self.answer.clone();
        self.says(
            solved_at,
            Author::Staff(Some(by)),
            Visibility::Public,
            &answer,
        )?;
        let done_at = solved_at + self.random.minutes(1, 15);
        self.goes(done_at, Actor::User(by), Status::Resolved, None)?;
        self.afterwards(done_at, by)
    }

    /// Urgent things are answered at any hour, the others when the team works.
    fn first_answer_at(&mut self) -> DateTime<Utc> {
        let opened_at = self.case.ticket.opened_at;
        let median = match self.case.ticket.priority {
            Priority::Urgent => return opened_at + self.random.minutes_around(14.0, 0.8),
            Priority::High => 38.0,
            Priority::Normal => 100.0,
            Priority::Low => 240.0,
        };
        let wait = self.random.minutes_around(median, 1.0);
        self.worked(opened_at, wait)
    }

    /// Asks the customer for more and waits; one in nine never answers.
    fn ask_back(&mut self, at: DateTime<Utc>, by: UserId) -> Step {
        let asked_at = at + self.random.minutes(10, 90);
        self.says_one_of(asked_at, Author::Staff(Some(by)), &texts::ASKED)?;
        let waits_at = asked_at + self.random.minutes(0, 2);
        self.goes(waits_at, Actor::User(by), Status::WaitingOnCustomer, None)?;
        if self.random.chance(0.11) {
            let patience = TimeDelta::days(self.random.between(6, 12));
            let at = self.worked(waits_at + patience, TimeDelta::hours(2));
            let reason = self.one_of(&texts::SILENT);
            self.goes(at, Actor::User(by), Status::Closed, Some(&reason))?;
            return Err(End::Here);
        }
        let wait = self
            .random
            .minutes_around(1_100.0, 1.2)
            .max(TimeDelta::minutes(4));
        self.says_one_of(waits_at + wait, self.customer(), &texts::GIVEN)
    }

    /// Waits for a part, a carrier or an approval.
    fn wait_for_others(&mut self, at: DateTime<Utc>, by: UserId) -> Step {
        let at = at + self.random.minutes(20, 200);
        self.says_one_of(at, Author::Staff(Some(by)), &texts::HELD)?;
        let held_at = at + self.random.minutes(0, 3);
        self.goes(held_at, Actor::User(by), Status::OnHold, None)?;
        let wait = self.random.minutes_around(5_600.0, 0.7);
        let back_at = self.worked(held_at + wait, TimeDelta::minutes(20));
        self.goes(back_at, Actor::User(by), Status::Open, None)
    }

    /// Gives the ticket to a technician, who goes on with it.
    fn pass_on(&mut self, at: DateTime<Utc>, by: UserId) -> Result<UserId, End> {
        let workshop = self.desk.company.team("after_sales");
        if self.case.ticket.team_id == workshop {
            return Ok(by);
        }
        let to = self.worker(workshop)?;
        let at = at + self.random.minutes(10, 120);
        let reason = self.one_of(&texts::PASSED);
        self.reassign(at, by, to, workshop, Some(&reason))?;
        Ok(to)
    }

    /// Hands the duty to a colleague.
    fn hand_over(&mut self, at: DateTime<Utc>, by: UserId) -> Step {
        let to = self.worker(self.case.ticket.team_id)?;
        let before = self.case.ticket.duty_holder_id;
        if before == Some(to) {
            return Ok(());
        }
        let at = at + self.random.minutes(30, 300);
        let reason = self.reason(&texts::HANDED)?;
        self.step(at, Actor::User(by), |case| {
            case.ticket.duty_holder_id = Some(to);
            case.note(
                at,
                EventKind::HandOver,
                before.map(|id| json!(id)),
                Some(json!(to)),
                Some(reason),
            );
        })
    }

    /// What follows a resolution: some come back, many are rated, all are closed in the end.
    fn afterwards(&mut self, resolved_at: DateTime<Utc>, by: UserId) -> Step {
        let mut done_at = resolved_at;
        if self.random.chance(0.055) {
            let back_at = resolved_at + self.random.minutes(60, 3_000);
            self.says_one_of(back_at, self.customer(), &texts::AGAIN)?;
            let wait = self.random.minutes_around(160.0, 0.9);
            let answered_at = self.worked(back_at, wait);
            self.says_one_of(answered_at, Author::Staff(Some(by)), &texts::SETTLED)?;
            done_at = answered_at + self.random.minutes(1, 20);
            self.goes(done_at, Actor::User(by), Status::Resolved, None)?;
        }
        let mut rated_at = done_at;
        if self.case.ticket.customer_id.is_some() && self.random.chance(0.46) {
            rated_at = done_at + self.random.minutes_around(180.0, 1.3);
            self.rate(rated_at)?;
        }
        let closed_at = (done_at + TimeDelta::days(3)).max(rated_at + TimeDelta::hours(1));
        self.goes(closed_at, Actor::System, Status::Closed, None)
    }
}

/// A share of a duration, in whole seconds.
fn part_of(time: TimeDelta, share: f64) -> TimeDelta {
    TimeDelta::seconds((time.num_seconds() as f64 * share) as i64)
}
