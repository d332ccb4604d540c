//! How many requests a credential may send: a quota within a minute that slides along.
//!
//! Requests are counted by the seconds of the clock, the last 60 of them. So at most the quota is
//! admitted in any 60 such seconds, and thereby in any 59 seconds on end; whoever asks evenly, as
//! often as the quota allows, is never refused. What is refused is not counted: whoever goes on
//! asking is let in again as soon as earlier requests are forgotten.
//!
//! Each process admits at most the quota by itself. It learns what the others have admitted a
//! moment later, so that all together may admit more for that moment, and never more than the quota
//! times their number.

use chrono::{DateTime, Utc};

/// How many seconds a request counts.
pub const WINDOW_SECONDS: i64 = 60;
const SLOTS: usize = WINDOW_SECONDS as usize;

/// What may be asked with one kind of credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// The kind of credential.
    pub name: &'static str,
    /// Requests within the window.
    pub requests: u32,
}

impl Quota {
    /// The value of the header `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10).
    pub fn policy(self) -> String {
        let Self { name, requests } = self;
        format!("\"{name}\";q={requests};w={WINDOW_SECONDS}")
    }
}

/// What became of a request, and what its credential may still do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// What holds for the credential.
    pub quota: Quota,
    /// Whether the request is let in.
    pub is_admitted: bool,
    /// How many more are let in as of now.
    pub remaining: u32,
    /// After how many seconds there are more than that, 1 to 60.
    pub more_in_seconds: u32,
}

impl Standing {
    /// The value of the header `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10).
    pub fn limit(self) -> String {
        let (name, remaining, more_in) = (self.quota.name, self.remaining, self.more_in_seconds);
        format!("\"{name}\";r={remaining};t={more_in}")
    }
}

/// The requests of one credential within the window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// The second that is counted now; each slot holds one of the 60 seconds up to it.
    newest: i64,
    own: [u32; SLOTS],
    others: [u32; SLOTS],
}

impl Window {
    /// Nothing counted yet.
    pub fn new(now: DateTime<Utc>) -> Self {
        Self {
            newest: now.timestamp(),
            own: [0; SLOTS],
            others: [0; SLOTS],
        }
    }

    /// Counts a request, unless the quota is used up.
    pub fn ask(&mut self, quota: Quota, now: DateTime<Utc>) -> Standing {
        // A clock that was far ahead and is set back would keep the window shut for as long.
        if self.newest - now.timestamp() >= WINDOW_SECONDS {
            *self = Self::new(now);
        }
        self.advance(now.timestamp());
        let mut count = self.count();
        let is_admitted = count < u64::from(quota.requests);
        if is_admitted {
            count += 1;
            self.own[slot(self.newest)] += 1;
        }
        Standing {
            quota,
            is_admitted,
            remaining: remaining(quota, count),
            more_in_seconds: self.more_in(quota, count),
        }
    }

    /// Takes over what other processes have admitted in a second, in place of what was known of it.
    pub fn learn(&mut self, second: i64, count: u32) {
        self.advance(second);
        if self.holds(second) {
            self.others[slot(second)] = count;
        }
    }

    /// What this process has admitted from a second on, by seconds.
    pub fn own_since(&self, second: i64) -> impl Iterator<Item = (i64, u32)> {
        let seconds = second.max(self.oldest())..=self.newest;
        let counts = seconds.map(|second| (second, self.own[slot(second)]));
        counts.filter(|(_, count)| *count > 0)
    }

    /// Whether all of it is forgotten by now.
    pub fn is_over(&self, now: DateTime<Utc>) -> bool {
        now.timestamp() - self.newest >= WINDOW_SECONDS
    }

    const fn oldest(&self) -> i64 {
        self.newest + 1 - WINDOW_SECONDS
    }

    fn holds(&self, second: i64) -> bool {
        (self.oldest()..=self.newest).contains(&second)
    }

    /// Forgets what the window has left behind; a clock that is set back a little moves nothing.
    fn advance(&mut self, second: i64) {
        let first_new = (self.newest + 1).max(second + 1 - WINDOW_SECONDS);
        for new in first_new..=second {
            self.own[slot(new)] = 0;
            self.others[slot(new)] = 0;
        }
        self.newest = self.newest.max(second);
    }

    fn count(&self) -> u64 {
        let all = self.own.iter().chain(&self.others);
        all.map(|count| u64::from(*count)).sum()
    }

    fn more_in(&self, quota: Quota, count: u64) -> u32 {
        let now = remaining(quota, count);
        let mut left = count;
        let grows = (self.oldest()..=self.newest).position(|second| {
            left -= u64::from(self.own[slot(second)]) + u64::from(self.others[slot(second)]);
            remaining(quota, left) > now
        });
        // Only who has counted nothing finds none, and then there is nothing to wait for.
        grows.map_or(1, |seconds| seconds as u32 + 1)
    }
}

fn remaining(quota: Quota, count: u64) -> u32 {
    u32::try_from(count).map_or(0, |count| quota.requests.saturating_sub(count))
}

const fn slot(second: i64) -> usize {
    second.rem_euclid(WINDOW_SECONDS) as usize
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    const KEY: Quota = Quota {
        name: "key",
        requests: 3,
    };

    fn at(milliseconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_780_000_000, 0).unwrap() + TimeDelta::milliseconds(milliseconds)
    }

    fn second(seconds: i64) -> i64 {
        at(seconds * 1_000).timestamp()
    }

    #[test]
    fn a_clock_that_was_far_ahead_shuts_nobody_out() {
        let mut window = Window::new(at(3_600_000));
        for _ in 0..3 {
            assert!(window.ask(KEY, at(3_600_000)).is_admitted);
        }
        assert!(!window.ask(KEY, at(3_599_000)).is_admitted);
        assert!(window.ask(KEY, at(0)).is_admitted);
    }

    #[test]
    fn the_quota_is_admitted_and_comes_back_second_by_second() {
        let mut window = Window::new(at(0));
        for (milliseconds, is_admitted, remaining, more_in_seconds) in [
            (0, true, 2, 60),
            (900, true, 1, 60),
            (10_500, true, 0, 50),
            (10_600, false, 0, 50),
            (59_999, false, 0, 1),
            // The two of the first second are forgotten, the third is not.
            (60_000, true, 1, 10),
            (60_000, true, 0, 10),
            (69_999, false, 0, 1),
            (70_000, true, 0, 50),
            (1_000_000, true, 2, 60),
        ] {
            let expected = Standing {
                quota: KEY,
                is_admitted,
                remaining,
                more_in_seconds,
            };
            let found = window.ask(KEY, at(milliseconds));
            assert_eq!(found, expected, "{milliseconds}");
        }
    }

    #[test]
    fn what_others_have_admitted_counts_as_long_and_is_replaced_when_more_is_known() {
        let mut window = Window::new(at(0));
        window.learn(second(-60), 9);
        window.learn(second(-59), 1);
        window.learn(second(-59), 2);
        let last = window.ask(KEY, at(0));
        assert_eq!((last.is_admitted, last.remaining), (true, 0));
        assert_eq!(last.more_in_seconds, 1);
        // More than the quota: it takes until enough of it is forgotten.
        window.learn(second(-50), 5);
        let refused = window.ask(KEY, at(0));
        assert_eq!((refused.is_admitted, refused.more_in_seconds), (false, 10));
        assert!(window.ask(KEY, at(10_000)).is_admitted);
        let own: Vec<_> = window.own_since(second(0)).collect();
        assert_eq!(own, [(second(0), 1), (second(10), 1)]);
        assert_eq!(window.own_since(second(11)).count(), 0);
    }

    #[test]
    fn a_window_is_over_when_nothing_of_it_counts_any_more() {
        let mut window = Window::new(at(0));
        window.ask(KEY, at(5_000));
        assert!(!window.is_over(at(64_999)));
        assert!(window.is_over(at(65_000)));
        assert_eq!(window.own_since(i64::MIN).count(), 1);
        // Another process is ahead of this one's clock: nothing is forgotten too early.
        window.learn(second(7), 1);
        assert_eq!(window.ask(KEY, at(5_000)).remaining, 0);
    }

    #[test]
    fn the_headers_are_structured_fields() {
        let standing = Window::new(at(0)).ask(KEY, at(0));
        assert_eq!(KEY.policy(), "\"key\";q=3;w=60");
        assert_eq!(standing.limit(), "\"key\";r=2;t=60");
    }

    /// What happens: so many milliseconds later a request, or news of so many requests of another
    /// process so many seconds ago.
    #[derive(Debug, Clone)]
    enum Step {
        Ask(i64),
        Learn(i64, u32),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let pause = prop_oneof![8 => 0..400_i64, 2 => 400..20_000_i64, 1 => 20_000..200_000_i64];
        let ask = pause.prop_map(Step::Ask);
        let learn = (0..70_i64, 0..6_u32).prop_map(|(ago, count)| Step::Learn(ago, count));
        prop::collection::vec(prop_oneof![9 => ask, 1 => learn], 1..120)
    }

    /// Every request that counts, one by one.
    #[derive(Default)]
    struct Oracle {
        own: Vec<i64>,
        others: Vec<(i64, u32)>,
    }

    impl Oracle {
        fn count(&self, now: i64) -> u32 {
            let counts = |second: i64| second > now - WINDOW_SECONDS && second <= now;
            let own = self.own.iter().filter(|second| counts(**second)).count();
            let others = self.others.iter().filter(|(second, _)| counts(*second));
            own as u32 + others.map(|(_, count)| count).sum::<u32>()
        }

        fn remaining(&self, quota: u32, now: i64) -> u32 {
            quota.saturating_sub(self.count(now))
        }
    }

    proptest! {
        #[test]
        fn no_window_admits_more_than_the_quota_and_the_headers_are_true(
            quota in 1..12_u32, start in 0..1_000_i64, steps in steps(),
        ) {
            let quota = Quota { name: "key", requests: quota };
            let mut now = start;
            let mut window = Window::new(at(now));
            let (mut oracle, mut admitted) = (Oracle::default(), Vec::new());
            for step in steps {
                match step {
                    Step::Learn(ago, count) => {
                        let second = at(now).timestamp() - ago;
                        window.learn(second, count);
                        oracle.others.retain(|(known, _)| *known != second);
                        oracle.others.push((second, count));
                    }
                    Step::Ask(pause) => {
                        now += pause;
                        let second = at(now).timestamp();
                        let before = oracle.remaining(quota.requests, second);
                        let standing = window.ask(quota, at(now));
                        prop_assert_eq!(standing.is_admitted, before > 0);
                        if standing.is_admitted {
                            oracle.own.push(second);
                            admitted.push(now);
                        }
                        let remaining = oracle.remaining(quota.requests, second);
                        prop_assert_eq!(standing.remaining, remaining);
                        // There are more then, and not earlier.
                        let more_in = i64::from(standing.more_in_seconds);
                        prop_assert!((1..=WINDOW_SECONDS).contains(&more_in));
                        prop_assert!(oracle.remaining(quota.requests, second + more_in) > remaining);
                        prop_assert!(oracle.remaining(quota.requests, second + more_in - 1) <= remaining);
                    }
                }
            }
            for first in &admitted {
                let within = |at: &&i64| (*first..=first + 59_000).contains(*at);
                prop_assert!(admitted.iter().filter(within).count() <= quota.requests as usize);
            }
        }
    }
}
