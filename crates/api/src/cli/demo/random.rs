//! Seeded random numbers and ids: the same day gives the same demo company on every machine.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// `SplitMix64` (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
#[derive(Debug)]
pub(super) struct Random {
    state: u64,
    /// Counts the ids, so that those of one millisecond rise.
    ids: u64,
}

impl Random {
    /// The sequence of a seed.
    pub(super) const fn new(seed: u64) -> Self {
        Self {
            state: seed,
            ids: 0,
        }
    }

    /// The next 64 bits.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A number from 0 inclusive to 1 exclusive.
    pub(super) fn unit(&mut self) -> f64 {
        // 53 bits are what the number has room for.
        (self.next() >> 11) as f64 / 9_007_199_254_740_992.0
    }

    /// A whole number from 0 inclusive to `limit` exclusive.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        (self.unit() * limit as f64) as usize
    }

    /// A whole number between two, both inclusive.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + (self.unit() * (high - low + 1) as f64) as i64
    }

    /// True with this probability.
    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// One of several; there must be one.
    pub(super) fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// One of several, each as often as its weight says; there must be one.
    pub(super) fn weighted<T: Copy>(&mut self, all: &[(T, u32)]) -> T {
        let total: u32 = all.iter().map(|(_, weight)| weight).sum();
        let mut left = (self.unit() * f64::from(total)) as u32;
        for (value, weight) in all {
            if left < *weight {
                return *value;
            }
            left -= weight;
        }
        all[all.len() - 1].0
    }

    /// A duration that is as often shorter as longer than `median` minutes, now and then much
    /// longer: log-normal, as working times are.
    pub(super) fn minutes_around(&mut self, median: f64, spread: f64) -> TimeDelta {
        // The sum of twelve uniform numbers is nearly normal, with a variance of one.
        let normal: f64 = (0..12).map(|_| self.unit()).sum::<f64>() - 6.0;
        TimeDelta::seconds((median * 60.0 * (normal * spread).exp()) as i64)
    }

    /// A duration between two numbers of minutes.
    pub(super) fn minutes(&mut self, low: i64, high: i64) -> TimeDelta {
        TimeDelta::seconds(self.between(low * 60, high * 60))
    }

    /// A `UUIDv7` of that instant; later ones of the same instant are greater.
    pub(super) fn id(&mut self, at: DateTime<Utc>) -> Uuid {
        let [.., high, low] = self.ids.to_be_bytes();
        self.ids += 1;
        let mut rest = [0; 10];
        rest[..2].copy_from_slice(&[high, low]);
        rest[2..].copy_from_slice(&self.next().to_be_bytes());
        let millis = at.timestamp_millis().unsigned_abs();
        uuid::Builder::from_unix_timestamp_millis(millis, &rest).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_splitmix64() {
        let mut random = Random::new(1_234_567);
        let expected = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
        ];
        assert_eq!(expected, [random.next(), random.next(), random.next()]);
    }

    #[test]
    fn choices_stay_within_their_limits() {
        let mut random = Random::new(7);
        for _ in 0..10_000 {
            assert!(random.below(3) < 3);
            assert!((-2..=2).contains(&random.between(-2, 2)));
            assert_ne!(
                random.weighted(&[("never", 0), ("always", 5), ("never", 0)]),
                "never"
            );
        }
    }

    #[test]
    fn ids_carry_their_instant_and_rise_within_it() {
        let at = "2026-05-31T08:00:00.5Z".parse().unwrap();
        let mut random = Random::new(1);
        let ids: Vec<Uuid> = (0..200).map(|_| random.id(at)).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(ids[0].get_version_num(), 7);
        let (seconds, nanos) = ids[0].get_timestamp().unwrap().to_unix();
        assert_eq!((seconds as i64, nanos), (at.timestamp(), 500_000_000));
    }
}
