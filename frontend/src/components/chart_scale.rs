//! The value axis of a chart: from where to where, and at which round values it is marked.

use rapport_types::kpis::Unit;

/// Steps between marks, about.
const STEPS: f64 = 4.0;

/// Round lengths of time up to a day, in seconds.
const SECONDS: [f64; 17] = [
    1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1_800.0, 3_600.0, 7_200.0, 10_800.0,
    21_600.0, 43_200.0, 86_400.0, 172_800.0,
];
const DAY: f64 = 86_400.0;

/// The value axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// The value at the foot.
    pub low: f64,
    /// The value at the top.
    pub high: f64,
    step: f64,
}

impl Scale {
    /// From zero to a round value above the greatest one; points from 1 to 5 have their own.
    pub fn over(values: impl Iterator<Item = f64>, unit: Unit) -> Self {
        if unit == Unit::Score {
            return Self {
                low: 1.0,
                high: 5.0,
                step: 1.0,
            };
        }
        let greatest = values.filter(|value| value.is_finite()).fold(0.0, f64::max);
        let rough = greatest / STEPS;
        let step = match unit {
            Unit::Seconds => round_time(rough),
            Unit::Count => round_number(rough, rough > 5.0).max(1.0),
            Unit::Share if greatest <= 0.0 => 0.25,
            _ if greatest <= 0.0 => 1.0,
            _ => round_number(rough, true),
        };
        let high = (greatest / step).ceil().max(1.0) * step;
        let high = if unit == Unit::Share {
            high.min(1.0)
        } else {
            high
        };
        Self {
            low: 0.0,
            high,
            step,
        }
    }

    /// The marked values, lowest first.
    pub fn ticks(&self) -> Vec<f64> {
        let count = ((self.high - self.low) / self.step + 1e-9).floor() as u32;
        (0..=count)
            .map(|n| self.low + f64::from(n) * self.step)
            .collect()
    }

    /// Where a value lies: 0 at the foot, 1 at the top.
    pub fn place(&self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }
}

/// The next 1, 2 or 5 · 10ⁿ, with `quarters` also 2.5 · 10ⁿ.
fn round_number(rough: f64, quarters: bool) -> f64 {
    if rough <= 0.0 {
        return 1.0;
    }
    let power = 10f64.powf(rough.log10().floor());
    [1.0, 2.0, 2.5, 5.0]
        .into_iter()
        .filter(|factor| quarters || *factor != 2.5)
        .map(|factor| factor * power)
        .find(|step| *step >= rough * (1.0 - 1e-9))
        .unwrap_or(10.0 * power)
}

/// The next length that a clock has a name for; above two days round numbers of days.
fn round_time(rough: f64) -> f64 {
    SECONDS
        .into_iter()
        .find(|step| *step >= rough)
        .unwrap_or_else(|| round_number(rough / DAY, false) * DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_round_and_reach_over_the_greatest_value() {
        for (greatest, unit, high, marks) in [
            (0.0, Unit::Count, 1.0, 2),
            (3.0, Unit::Count, 3.0, 4),
            (37.0, Unit::Count, 40.0, 5),
            (812.0, Unit::Count, 1_000.0, 5),
            (0.93, Unit::Share, 1.0, 5),
            (0.07, Unit::Share, 0.08, 5),
            (0.0, Unit::Share, 0.25, 2),
            (5_000.0, Unit::Seconds, 5_400.0, 4),
            (400_000.0, Unit::Seconds, 518_400.0, 4),
            (4.2, Unit::Score, 5.0, 5),
        ] {
            let scale = Scale::over([greatest].into_iter(), unit);
            assert!(
                (scale.high - high).abs() < 1e-9,
                "{greatest} {unit:?}: {scale:?}"
            );
            assert_eq!(
                scale.ticks().len(),
                marks,
                "{greatest} {unit:?}: {:?}",
                scale.ticks()
            );
            assert!(scale.place(greatest) <= 1.0);
        }
    }
}
