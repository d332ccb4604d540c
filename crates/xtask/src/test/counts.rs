//! Adds up what the test programs say they ran.

use std::fmt;
use std::ops::AddAssign;

/// Numbers of tests by outcome, and the names of those that failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Tests that ran and held.
    pub(crate) passed: usize,
    /// Tests that ran and failed.
    pub(crate) failed: usize,
    /// Tests marked `#[ignore]`.
    pub(crate) skipped: usize,
    /// Names of the failed tests.
    pub(crate) failures: Vec<String>,
}

impl Counts {
    /// Takes one line of output into account; most lines mean nothing.
    pub(crate) fn read(&mut self, line: &str) {
        let line = without_colours(line);
        if let Some(result) = line.strip_prefix("test result: ") {
            self.passed += number_before(result, " passed");
            self.failed += number_before(result, " failed");
            self.skipped += number_before(result, " ignored");
        } else if let Some(name) = failed_test(&line) {
            self.failures.push(name.to_owned());
        }
    }
}

impl AddAssign<&Counts> for Counts {
    fn add_assign(&mut self, other: &Counts) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
        self.failures.extend_from_slice(&other.failures);
    }
}

/// The plain closing line; skipped tests are named only when there are any.
impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

fn failed_test(line: &str) -> Option<&str> {
    line.strip_prefix("test ")?.strip_suffix(" ... FAILED")
}

/// The number that ends right before `label`, 0 when there is none.
fn number_before(result: &str, label: &str) -> usize {
    result
        .split(['.', ';'])
        .filter_map(|part| part.strip_suffix(label))
        .find_map(|number| number.trim().parse().ok())
        .unwrap_or(0)
}

/// `line` without terminal colour sequences (`ESC [ … m`).
fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut pieces = line.split('\u{1b}');
    plain.extend(pieces.next());
    for piece in pieces {
        plain.push_str(piece.split_once('m').map_or("", |(_, rest)| rest));
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(lines: &[&str]) -> Counts {
        let mut counts = Counts::default();
        lines.iter().for_each(|line| counts.read(line));
        counts
    }

    #[test]
    fn the_results_of_several_programs_add_up() {
        let counts = counts(&[
            "running 3 tests",
            "test a_thing_holds ... ok",
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.12s",
            "test result: ok. 30 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s",
        ]);
        assert_eq!((counts.passed, counts.failed, counts.skipped), (42, 0, 1));
    }

    #[test]
    fn failures_are_counted_and_named() {
        let counts = counts(&[
            "test tickets::a_closed_ticket_refuses_a_message ... FAILED",
            "test result: FAILED. 4 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.12s",
        ]);
        assert_eq!((counts.passed, counts.failed), (4, 1));
        assert_eq!(
            counts.failures,
            ["tickets::a_closed_ticket_refuses_a_message"]
        );
    }

    #[test]
    fn colours_do_not_hide_a_result() {
        let counts = counts(&[
            "test result: \u{1b}[32mok\u{1b}[m. 7 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out",
            "test a_thing_holds ... \u{1b}[31mFAILED\u{1b}(B\u{1b}[m",
        ]);
        assert_eq!(counts.passed, 7);
        assert_eq!(counts.failures, ["a_thing_holds"]);
    }

    #[test]
    fn a_program_that_prints_about_tests_is_not_believed() {
        let counts = counts(&[
            "my test result: ok. 5 passed; 0 failed",
            "5 passed, 1 failed",
        ]);
        assert_eq!(counts, Counts::default());
    }

    #[test]
    fn the_closing_line_names_skipped_tests_only_when_there_are_any() {
        let mut counts = counts(&["test result: ok. 2 passed; 0 failed; 0 ignored"]);
        assert_eq!(counts.to_string(), "2 passed, 0 failed");
        counts.skipped = 1;
        assert_eq!(counts.to_string(), "2 passed, 0 failed, 1 skipped");
    }
}
