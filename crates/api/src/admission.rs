//! Who is let in: a bounded number of requests in work, and a bounded line of those that wait.
//!
//! More at a time would only wait for the database, each holding its memory. The line is served in
//! order, so that a burst is worked off fairly. When it overflows, the oldest is refused, and until
//! the line is empty the newest is served first and whoever has waited for a moment is refused:
//! somebody waits for the newest, while whoever asked long ago has given up or asks again. So what
//! is let in under overload is answered nearly as fast as ever.
//!
//! Reading and writing have a gate each: what writes waits for others that write, on SQLite one
//! after the other, and would else take up the turns of what reads. So have files that are sent
//! here, which take as long as their clients do.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::config::Config;

/// Most files that are sent here at a time: each takes as long as its client takes.
const UPLOADS: usize = 4;
/// Most bytes of all bodies that are held at a time.
const BODY_BYTES: usize = 32 << 20;
/// How long one waits at most for its turn while the line overflows.
const MOMENT: Duration = Duration::from_millis(25);
/// How often at most the log tells that requests are refused.
const TELL: Duration = Duration::from_secs(10);

/// Why a request is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Too many wait already.
    LineFull,
    /// Its turn did not come in time.
    WaitedTooLong,
    /// The bodies that have arrived fill the memory that they may take.
    BodiesFull,
    /// The database does not answer anybody.
    DatabaseGone,
}

impl Refusal {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::LineFull,
        Self::WaitedTooLong,
        Self::BodiesFull,
        Self::DatabaseGone,
    ];

    /// The name in metrics and in the log.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LineFull => "line_full",
            Self::WaitedTooLong => "waited_too_long",
            Self::BodiesFull => "bodies_full",
            Self::DatabaseGone => "database_gone",
        }
    }
}

/// The gates of one process, and the memory for bodies.
#[derive(Debug)]
pub struct Admission {
    /// For requests that read.
    pub reads: Arc<Gate>,
    /// For requests that write.
    pub writes: Arc<Gate>,
    /// For requests that bring a file.
    pub uploads: Arc<Gate>,
    bodies: Arc<AtomicUsize>,
    refusals: Arc<Refusals>,
}

impl Admission {
    /// The gates as the settings want them. Half as many may write as read: they wait for each other.
    pub fn new(config: &Config) -> Self {
        let refusals = Arc::<Refusals>::default();
        let all = config.requests_in_work;
        let gate = |in_work: usize| {
            let in_work = in_work.max(1);
            // The fewer turns, the shorter the line: whoever stands in it waits no longer.
            let waiting = (config.requests_waiting * in_work).div_ceil(all);
            Gate::new(in_work, waiting, config.request_wait, refusals.clone())
        };
        Self {
            reads: gate(all),
            writes: gate(all / 2),
            uploads: gate(UPLOADS),
            bodies: Arc::default(),
            refusals,
        }
    }

    /// Room for the body of a request.
    pub fn hold_bytes(&self) -> HeldBytes {
        HeldBytes {
            all: self.bodies.clone(),
            refusals: self.refusals.clone(),
            count: 0,
        }
    }

    /// Bytes of bodies that are held.
    pub fn body_bytes(&self) -> usize {
        self.bodies.load(Ordering::Relaxed)
    }

    /// Refuses whoever cannot be served while the database is gone.
    pub fn refuse_without_database(&self) -> Refusal {
        self.refusals.refuse(Refusal::DatabaseGone)
    }

    /// How many were refused for this reason.
    pub fn refused(&self, why: Refusal) -> u64 {
        self.refusals.count(why)
    }
}

/// What was refused, and when the log last told about it.
#[derive(Debug, Default)]
struct Refusals {
    counts: [AtomicU64; Refusal::ALL.len()],
    told: Mutex<Option<Instant>>,
}

impl Refusals {
    fn count(&self, why: Refusal) -> u64 {
        self.counts[why as usize].load(Ordering::Relaxed)
    }

    fn refuse(&self, why: Refusal) -> Refusal {
        self.counts[why as usize].fetch_add(1, Ordering::Relaxed);
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.is_none_or(|at| at.elapsed() > TELL) {
            *told = Some(Instant::now());
            drop(told);
            let refused: u64 = Refusal::ALL.iter().map(|why| self.count(*why)).sum();
            tracing::warn!(why = why.name(), refused, "requests are refused");
        }
        why
    }
}

/// One gate.
#[derive(Debug)]
pub struct Gate {
    most_in_work: usize,
    most_waiting: usize,
    patience: Duration,
    /// The patience while the line overflows.
    moment: Duration,
    line: Mutex<Line>,
    refusals: Arc<Refusals>,
}

#[derive(Debug, Default)]
struct Line {
    in_work: usize,
    waiting: VecDeque<Waiting>,
    last_ticket: u64,
    /// Whether it was full and has not been empty since.
    overflows: bool,
}

/// Somebody in the line.
#[derive(Debug)]
struct Waiting {
    ticket: u64,
    since: Instant,
    /// Dropped, it tells that the turn will not come.
    turn: oneshot::Sender<Pass>,
}

impl Line {
    /// Who is next, as of now; nobody who has waited longer than `moment` while the line overflows.
    fn next(&mut self, now: Instant, moment: Duration) -> Option<Waiting> {
        if self.overflows {
            let is_late = |it: &Waiting| now.saturating_duration_since(it.since) > moment;
            let late = self.waiting.iter().take_while(|it| is_late(it)).count();
            self.waiting.drain(..late);
        }
        let next = if self.overflows {
            self.waiting.pop_back()
        } else {
            self.waiting.pop_front()
        };
        self.overflows &= !self.waiting.is_empty();
        next
    }
}

/// The right to be in work, given back when it is dropped.
#[derive(Debug)]
pub struct Pass(Option<Arc<Gate>>);

impl Drop for Pass {
    fn drop(&mut self) {
        if let Some(gate) = self.0.take() {
            gate.hand_on();
        }
    }
}

/// Bytes of bodies, given back when it is dropped.
#[derive(Debug)]
pub struct HeldBytes {
    all: Arc<AtomicUsize>,
    refusals: Arc<Refusals>,
    count: usize,
}

impl HeldBytes {
    /// Holds some more.
    ///
    /// # Errors
    /// [`Refusal::BodiesFull`].
    pub fn add(&mut self, bytes: usize) -> Result<(), Refusal> {
        self.count += bytes;
        if self.all.fetch_add(bytes, Ordering::Relaxed) + bytes > BODY_BYTES {
            return Err(self.refusals.refuse(Refusal::BodiesFull));
        }
        Ok(())
    }
}

impl Drop for HeldBytes {
    fn drop(&mut self) {
        self.all.fetch_sub(self.count, Ordering::Relaxed);
    }
}

impl Gate {
    fn new(
        most_in_work: usize,
        most_waiting: usize,
        patience: Duration,
        refusals: Arc<Refusals>,
    ) -> Arc<Self> {
        Arc::new(Self {
            most_in_work,
            most_waiting,
            patience,
            moment: MOMENT,
            line: Mutex::default(),
            refusals,
        })
    }

    /// Lets in at once or after waiting.
    ///
    /// # Errors
    /// Why not.
    pub async fn enter(self: &Arc<Self>) -> Result<Pass, Refusal> {
        let (turn, _place) = {
            let mut line = self.line();
            if line.in_work < self.most_in_work {
                line.in_work += 1;
                return Ok(Pass(Some(self.clone())));
            }
            if line.waiting.len() >= self.most_waiting {
                line.overflows = true;
                // Without its sender the oldest hears that it is refused.
                if line.waiting.pop_front().is_none() {
                    drop(line);
                    return Err(self.refusals.refuse(Refusal::LineFull));
                }
            }
            let (pass, turn) = oneshot::channel();
            line.last_ticket += 1;
            let ticket = line.last_ticket;
            line.waiting.push_back(Waiting {
                ticket,
                since: Instant::now(),
                turn: pass,
            });
            (turn, Place(self, ticket))
        };
        match tokio::time::timeout(self.patience, turn).await {
            Ok(Ok(pass)) => Ok(pass),
            Ok(Err(_)) => Err(self.refusals.refuse(Refusal::LineFull)),
            Err(_) => Err(self.refusals.refuse(Refusal::WaitedTooLong)),
        }
    }

    /// Gives the place of one who leaves to one who waits.
    fn hand_on(self: Arc<Self>) {
        loop {
            let next = {
                let mut line = self.line();
                let next = line.next(Instant::now(), self.moment);
                if next.is_none() {
                    line.in_work -= 1;
                }
                next
            };
            let Some(next) = next else { return };
            match next.turn.send(Pass(Some(self.clone()))) {
                Ok(()) => return,
                // It went away a moment ago.
                Err(mut pass) => pass.0 = None,
            }
        }
    }

    /// How many are in work, and how many wait.
    pub fn taken(&self) -> (usize, usize) {
        let line = self.line();
        (line.in_work, line.waiting.len())
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        // The line is whole after every statement, whatever another thread died of.
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in the line, which is given up when it is dropped.
struct Place<'a>(&'a Arc<Gate>, u64);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut line = self.0.line();
        let found = line.waiting.binary_search_by_key(&self.1, |it| it.ticket);
        if let Ok(at) = found {
            line.waiting.remove(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures_util::FutureExt;

    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    fn narrow(most_in_work: usize, most_waiting: usize, patience: Duration) -> Arc<Gate> {
        Gate::new(most_in_work, most_waiting, patience, Arc::default())
    }

    #[tokio::test]
    async fn who_waits_is_let_in_in_order_and_whoever_left_is_passed_over() {
        let gate = narrow(1, 8, LONG);
        let first = gate.enter().await.unwrap();
        let mut second = pin!(gate.enter());
        let mut third = Box::pin(gate.enter());
        let mut fourth = pin!(gate.enter());
        assert!(second.as_mut().now_or_never().is_none());
        assert!(third.as_mut().now_or_never().is_none());
        assert!(fourth.as_mut().now_or_never().is_none());
        assert_eq!(gate.taken(), (1, 3));
        drop(third);
        drop(first);
        let pass = second.as_mut().now_or_never().unwrap().unwrap();
        assert!(fourth.as_mut().now_or_never().is_none());
        drop(pass);
        drop(fourth.now_or_never().unwrap().unwrap());
        assert_eq!(gate.taken(), (0, 0));
    }

    #[tokio::test]
    async fn a_turn_that_comes_when_nobody_takes_it_any_more_is_not_lost() {
        let gate = narrow(1, 8, LONG);
        let first = gate.enter().await.unwrap();
        let mut second = Box::pin(gate.enter());
        assert!(second.as_mut().now_or_never().is_none());
        drop(first);
        drop(second);
        assert_eq!(gate.taken(), (0, 0));
    }

    #[tokio::test]
    async fn a_line_that_overflows_refuses_the_oldest_and_serves_the_newest_until_it_is_empty() {
        let mut gate = Arc::into_inner(narrow(1, 4, LONG)).unwrap();
        gate.moment = LONG;
        let gate = Arc::new(gate);
        let mut pass = Some(gate.enter().await.unwrap());
        let mut waiting: Vec<_> = (0..5).map(|_| Box::pin(gate.enter())).collect();
        for one in &mut waiting[..4] {
            assert!(one.as_mut().now_or_never().is_none());
        }
        assert!(waiting[4].as_mut().now_or_never().is_none());
        let refused = waiting[0].as_mut().now_or_never().unwrap();
        assert_eq!(refused.unwrap_err(), Refusal::LineFull);
        for expected in [4, 3, 2, 1] {
            drop(pass.take());
            pass = Some(waiting[expected].as_mut().now_or_never().unwrap().unwrap());
        }
        assert_eq!(gate.refusals.count(Refusal::LineFull), 1);
        let mut waiting: Vec<_> = (0..2).map(|_| Box::pin(gate.enter())).collect();
        for one in &mut waiting {
            assert!(one.as_mut().now_or_never().is_none());
        }
        drop(pass.take());
        assert!(waiting[1].as_mut().now_or_never().is_none());
        drop(waiting[0].as_mut().now_or_never().unwrap().unwrap());
    }

    #[test]
    fn while_the_line_overflows_nobody_is_served_who_has_waited_for_a_moment() {
        let now = Instant::now() + LONG;
        let line = |waits: &[u64], overflows| Line {
            waiting: (waits.iter().enumerate())
                .map(|(at, milliseconds)| Waiting {
                    ticket: at as u64,
                    since: now - Duration::from_millis(*milliseconds),
                    turn: oneshot::channel().0,
                })
                .collect(),
            overflows,
            ..Line::default()
        };
        let moment = Duration::from_millis(25);
        for (waits, overflows, expected, left) in [
            (&[900, 30, 25, 1][..], true, Some(3), 1),
            (&[900, 30], true, None, 0),
            (&[900, 30], false, Some(0), 1),
            (&[], true, None, 0),
        ] {
            let mut line = line(waits, overflows);
            let next = line.next(now, moment).map(|next| next.ticket);
            assert_eq!((next, line.waiting.len()), (expected, left), "{waits:?}");
            assert_eq!(line.overflows, expected == Some(3), "{waits:?}");
        }
    }

    #[tokio::test]
    async fn nobody_waits_longer_than_the_patience() {
        let gate = narrow(1, 4, Duration::ZERO);
        let _pass = gate.enter().await.unwrap();
        let late = gate.enter().await.unwrap_err();
        assert_eq!(late, Refusal::WaitedTooLong);
        assert_eq!(gate.taken(), (1, 0));
        let none_waits = narrow(1, 0, LONG);
        let _pass = none_waits.enter().await.unwrap();
        assert_eq!(none_waits.enter().await.unwrap_err(), Refusal::LineFull);
    }

    #[test]
    fn bodies_take_a_bounded_memory_and_give_it_back() {
        let admission = Admission::new(&Config::read(|_| None).unwrap());
        let mut large = admission.hold_bytes();
        large.add(BODY_BYTES).unwrap();
        let mut small = admission.hold_bytes();
        assert_eq!(small.add(1), Err(Refusal::BodiesFull));
        assert_eq!(admission.refused(Refusal::BodiesFull), 1);
        drop(small);
        drop(large);
        assert_eq!(admission.body_bytes(), 0);
        admission.hold_bytes().add(1).unwrap();
    }

    #[test]
    fn half_as_many_write_as_read_and_their_line_is_half_as_long() {
        for (in_work, expected) in [("16", (8, 256)), ("1", (1, 32))] {
            let set = |key: &str| (key == "RAPPORT_REQUESTS_IN_WORK").then(|| in_work.to_owned());
            let admission = Admission::new(&Config::read(set).unwrap());
            let writes = &admission.writes;
            assert_eq!((writes.most_in_work, writes.most_waiting), expected);
        }
    }
}
