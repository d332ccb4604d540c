//! From rows to a figure: pure arithmetic.

use std::collections::BTreeSet;

use super::{Measure, Unit};

/// What was counted of the rows of one metric, period and key. Tallies of parts add up to that
/// of the whole, so that a roll-up needs no second look at the rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// Known rows.
    pub base: i64,
    /// Of those, the ones that count for a share.
    pub numerator: i64,
    /// Rows left out because their facts are missing or contradictory.
    pub excluded: i64,
    /// The values of the known rows, in any order.
    pub values: Vec<i64>,
    /// The distinct members among the known rows.
    pub members: BTreeSet<String>,
}

impl Tally {
    /// Adds the rows of another part.
    pub fn merge(&mut self, other: &Self) {
        self.base += other.base;
        self.numerator += other.numerator;
        self.excluded += other.excluded;
        self.values.extend_from_slice(&other.values);
        self.members.extend(other.members.iter().cloned());
    }

    /// The figure; none when there is nothing to divide by.
    pub fn value(&mut self, measure: Measure, unit: Unit) -> Option<f64> {
        let value = match measure {
            Measure::Count => Some(self.base as f64),
            Measure::CountPerResolver => ratio(self.base, self.members.len() as i64),
            Measure::Share => ratio(self.numerator, self.base),
            Measure::Mean(_) => mean(&self.values),
            Measure::Median(_) => percentile(&mut self.values, 50),
            Measure::P90(_) => percentile(&mut self.values, 90),
        }?;
        Some(match unit {
            Unit::Seconds => half_up(value),
            Unit::Count => value,
            // Six digits: enough for any display, and the same on every database and machine.
            Unit::Share | Unit::Score | Unit::Ratio => half_up(value * 1e6) / 1e6,
        })
    }

    /// Rows that count and, for a quotient, of how many.
    pub fn parts(&self, measure: Measure) -> (i64, Option<i64>) {
        match measure {
            Measure::Count => (self.base, None),
            Measure::CountPerResolver => (self.base, Some(self.members.len() as i64)),
            Measure::Share => (self.numerator, Some(self.base)),
            Measure::Mean(_) | Measure::Median(_) | Measure::P90(_) => (self.base, Some(self.base)),
        }
    }
}

fn ratio(numerator: i64, denominator: i64) -> Option<f64> {
    (denominator != 0).then(|| numerator as f64 / denominator as f64)
}

fn half_up(value: f64) -> f64 {
    (value + 0.5).floor()
}

fn mean(values: &[i64]) -> Option<f64> {
    let sum: i128 = values.iter().map(|v| i128::from(*v)).sum();
    (!values.is_empty()).then(|| sum as f64 / values.len() as f64)
}

/// The percentile `p` (0 to 100) by linear interpolation between the closest ranks: type 7 of
/// Hyndman and Fan (1996), as NumPy's default and SQL's `percentile_cont`. Reorders `values`.
///
/// The place between two ranks is counted in hundredths: a half stays a half, which is rounded up,
/// where 0.9 times a rank would fall just short of it.
pub fn percentile(values: &mut [i64], p: u8) -> Option<f64> {
    let last = values.len().checked_sub(1)?;
    let steps = usize::from(p.min(100)) * last;
    let (low, rest) = (steps / 100, steps % 100);
    let (_, below, above) = values.select_nth_unstable(low);
    let below = *below;
    let Some(above) = above.iter().min().filter(|_| rest > 0) else {
        return Some(below as f64);
    };
    Some(below as f64 + (above - below) as f64 * rest as f64 / 100.0)
}

#[cfg(test)]
mod tests {
    use super::super::ValueField::ResolutionSeconds;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn percentiles_are_those_of_numpy() {
        // numpy.percentile([15, 20, 35, 40, 50], q)
        for (p, expected) in [
            (0, 15.0),
            (25, 20.0),
            (40, 29.0),
            (50, 35.0),
            (90, 46.0),
            (100, 50.0),
        ] {
            let found = percentile(&mut [35, 15, 50, 20, 40], p).unwrap();
            assert!((found - expected).abs() < 1e-9, "{p}: {found}");
        }
        assert_eq!(percentile(&mut [], 50), None);
    }

    #[test]
    fn half_a_second_is_rounded_up_whatever_the_rank() {
        // Eight values: the ninth tenth lies 0.3 beyond the seventh, of which 5 are 1.5.
        let mut tally = Tally {
            base: 8,
            values: vec![0, 0, 0, 0, 0, 0, 100, 105],
            ..Tally::default()
        };
        let p90 = Measure::P90(ResolutionSeconds);
        assert_eq!(tally.value(p90, Unit::Seconds), Some(102.0));
    }

    #[test]
    fn nothing_to_divide_by_is_not_available() {
        for measure in [
            Measure::Share,
            Measure::CountPerResolver,
            Measure::Mean(ResolutionSeconds),
        ] {
            assert_eq!(
                Tally::default().value(measure, Unit::Share),
                None,
                "{measure:?}"
            );
        }
        assert_eq!(
            Tally::default().value(Measure::Count, Unit::Count),
            Some(0.0)
        );
    }

    proptest! {
        #[test]
        fn the_percentile_equals_a_sort_and_interpolation(
            mut values in prop::collection::vec(0i64..1_000_000, 1..60), hundredths in 0u8..=100
        ) {
            let p = f64::from(hundredths) / 100.0;
            let mut sorted = values.clone();
            sorted.sort_unstable();
            let position = p * (sorted.len() - 1) as f64;
            let (low, high) = (position.floor() as usize, position.ceil() as usize);
            let expected = sorted[low] as f64 * (1.0 - position.fract()) + sorted[high] as f64 * position.fract();
            let found = percentile(&mut values, hundredths).unwrap();
            prop_assert!((found - expected).abs() < 1e-6);
        }

        #[test]
        fn tallies_of_parts_add_up_to_the_whole(
            values in prop::collection::vec(0i64..100_000, 0..60), cut in 0usize..60
        ) {
            let tally = |values: &[i64]| Tally {
                base: values.len() as i64, values: values.to_vec(), ..Tally::default()
            };
            let (left, right) = values.split_at(cut.min(values.len()));
            let mut merged = tally(left);
            merged.merge(&tally(right));
            for measure in [Measure::Median(ResolutionSeconds), Measure::Mean(ResolutionSeconds), Measure::Count] {
                prop_assert_eq!(
                    merged.clone().value(measure, Unit::Seconds),
                    tally(&values).value(measure, Unit::Seconds)
                );
            }
        }
    }
}
