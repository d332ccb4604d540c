//! How often an import said what, and how much of it is kept.

use serde::{Deserialize, Serialize};

use super::faults::{ImportCode, ImportFault};
use super::runs::{FaultCount, MOST_FAULTS};
use crate::locale::Locale;

/// One thing that was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Said {
    first: ImportFault,
    count: u64,
}

/// Counts what an import says, and decides what is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultTally {
    said: Vec<Said>,
    /// Faults that are kept.
    pub kept: u64,
    /// Faults that are not, because there are too many.
    pub left_out: u64,
}

impl FaultTally {
    /// Counts a fault; whether it is kept.
    pub fn add(&mut self, fault: &ImportFault) -> bool {
        match self
            .said
            .iter_mut()
            .find(|said| said.first.code == fault.code)
        {
            Some(said) => said.count += 1,
            None => self.said.push(Said {
                first: fault.clone(),
                count: 1,
            }),
        }
        let is_kept = self.kept < MOST_FAULTS;
        *if is_kept {
            &mut self.kept
        } else {
            &mut self.left_out
        } += 1;
        is_kept
    }

    /// How often a code was said.
    pub fn count(&self, code: ImportCode) -> u64 {
        let said = self.said.iter().find(|said| said.first.code == code);
        said.map_or(0, |said| said.count)
    }

    /// The counts, what is worst first, then what is most frequent.
    pub fn counts(&self, locale: Locale) -> Vec<FaultCount> {
        let mut counts: Vec<FaultCount> = self
            .said
            .iter()
            .map(|said| FaultCount {
                severity: said.first.severity(),
                code: said.first.code,
                example: said.first.message(locale),
                count: said.count,
            })
            .collect();
        counts.sort_by_key(|said| std::cmp::Reverse((said.severity, said.count)));
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_counted_and_the_first_so_many_are_kept() {
        let mut tally = FaultTally::default();
        let date = ImportFault::new(ImportCode::BadDate).with("value", "x");
        let rating = ImportFault::new(ImportCode::RatingLeftOut);
        assert!(tally.add(&rating));
        for _ in 1..MOST_FAULTS {
            assert!(tally.add(&date));
        }
        assert!(!tally.add(&rating));
        assert_eq!((tally.kept, tally.left_out), (MOST_FAULTS, 1));
        assert_eq!(tally.count(ImportCode::RatingLeftOut), 2);
        let counts = tally.counts(Locale::En);
        assert_eq!(counts[0].code, ImportCode::BadDate, "rejections come first");
        assert_eq!(counts[0].count, MOST_FAULTS - 1);
        assert!(counts[0].example.contains("“x”"));
    }
}
