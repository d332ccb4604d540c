//! Small files with the headers of the real ones, faults planted at known places.
//!
//! They are written from what they must come to, by arithmetic on the row's number: no randomness,
//! no import rule used. The mapping of each stands in `tests/data/mappings/<name>.json`.

mod incidents;

use std::collections::BTreeMap;

pub use incidents::incidents;

/// A file and what an import of it must come to.
pub struct Sample {
    /// Stem of its mapping file.
    pub name: &'static str,
    /// The file.
    pub csv: String,
    /// What it must come to.
    pub expected: Expected,
}

/// What an import must come to.
#[derive(Debug, Default)]
pub struct Expected {
    /// Rows without a fault.
    pub imported: u64,
    /// Rows taken with a warning.
    pub with_warnings: u64,
    /// Rows left out.
    pub rejected: u64,
    /// Tickets that exist afterwards.
    pub tickets: u64,
    /// Of them, those not resolved.
    pub unresolved: u64,
    /// Of them, those that were reopened.
    pub reopened: u64,
    /// Of them, those without a category.
    pub without_category: u64,
    /// Tickets by priority.
    pub by_priority: BTreeMap<&'static str, u64>,
    /// Tickets by the month (`2016-03`) in which they were opened, in the mapping's zone.
    pub created_per_month: BTreeMap<String, u64>,
    /// Tickets by the month in which they were resolved last, in the mapping's zone.
    pub resolved_per_month: BTreeMap<String, u64>,
    /// Resolution times that count, in seconds, ascending.
    pub resolution_seconds: Vec<i64>,
    /// Faults of rows by line: line, column (empty: the row), code.
    pub faults: Vec<(u64, &'static str, &'static str)>,
    /// Codes of the notices.
    pub notices: Vec<&'static str>,
}

impl Expected {
    /// Type 7 percentile of the resolution times, `numerator / denominator` of the way, rounded half
    /// up to the second.
    pub fn resolution_percentile(&self, numerator: i64, denominator: i64) -> Option<i64> {
        let last = i64::try_from(self.resolution_seconds.len()).ok()? - 1;
        let place = last * numerator;
        let at = |index: i64| {
            usize::try_from(index)
                .ok()
                .and_then(|i| self.resolution_seconds.get(i))
                .copied()
        };
        let below = at(place / denominator)?;
        let above = at(place / denominator + 1).unwrap_or(below);
        let exact = below * denominator + (above - below) * (place % denominator);
        Some((2 * exact + denominator).div_euclid(2 * denominator))
    }

    fn count(&mut self, priority: &'static str, opened_month: &str, resolved_month: Option<&str>) {
        self.tickets += 1;
        *self.by_priority.entry(priority).or_default() += 1;
        *self
            .created_per_month
            .entry(opened_month.to_owned())
            .or_default() += 1;
        match resolved_month {
            Some(month) => *self.resolved_per_month.entry(month.to_owned()).or_default() += 1,
            None => self.unresolved += 1,
        }
    }
}

/// A file while it is written.
struct Writing {
    csv: String,
    line: u64,
    expected: Expected,
}

impl Writing {
    fn new(header: &str) -> Self {
        Self {
            csv: format!("{header}\n"),
            line: 2,
            expected: Expected::default(),
        }
    }

    /// Adds a row and gives its line.
    fn row(&mut self, row: &str) -> u64 {
        let line = self.line;
        self.csv.push_str(row);
        self.csv.push('\n');
        self.line += 1 + row.matches('\n').count() as u64;
        line
    }

    fn imported(&mut self, row: &str) {
        self.row(row);
        self.expected.imported += 1;
    }

    fn warned(&mut self, row: &str, column: &'static str, code: &'static str) {
        let line = self.row(row);
        self.expected.with_warnings += 1;
        self.expected.faults.push((line, column, code));
    }

    fn rejected(&mut self, row: &str, column: &'static str, code: &'static str) {
        let line = self.row(row);
        self.expected.rejected += 1;
        self.expected.faults.push((line, column, code));
    }

    fn sample(mut self, name: &'static str) -> Sample {
        self.expected.resolution_seconds.sort_unstable();
        Sample {
            name,
            csv: self.csv,
            expected: self.expected,
        }
    }
}

/// Year, month and day of a number of days since 1970-01-01.
fn civil(days: i64) -> (i64, i64, i64) {
    let is_leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let (mut year, mut left) = (1970, days);
    while left >= 365 + i64::from(is_leap(year)) {
        left -= 365 + i64::from(is_leap(year));
        year += 1;
    }
    let lengths = [
        31,
        28 + i64::from(is_leap(year)),
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ];
    let mut month = 1;
    for length in lengths {
        if left < length {
            break;
        }
        left -= length;
        month += 1;
    }
    (year, month, left + 1)
}

fn iso_day(days: i64) -> String {
    let (year, month, day) = civil(days);
    format!("{year:04}-{month:02}-{day:02}")
}

const COMPLAINT_HEADER: &str = "unique_key,account,opendate,closedate,complaint_type,descriptor,zip,borough,city,council_dist,community_board";
/// 2023-01-01, in days since 1970.
const COMPLAINT_START: i64 = 19_358;

/// A file of `count` complaints without a fault and five rows with one.
pub fn complaints(count: u32) -> Sample {
    let mut file = Writing::new(COMPLAINT_HEADER);
    let types = [
        "Housing and Buildings",
        "",
        "Sanitation",
        "Parks",
        "Transportation",
    ];
    let descriptors = [
        "Heat/Hot Water",
        "\"Noise, \"\"loud\"\"\"",
        "",
        "\"two\nlines\"",
        "OVERGROWN GRASS",
        "树木",
    ];
    for number in 0..i64::from(count) {
        let pick = |of: &[&'static str]| of[usize::try_from(number).unwrap_or_default() % of.len()];
        let opened = COMPLAINT_START + number * 13 % 400;
        let closed = (number % 4 != 3).then_some(opened + number % 45);
        let row = format!(
            "NYCC{number:08},NYCC{:02},{},{},{},{},{},Brooklyn,Brooklyn,,04 Brooklyn",
            number % 6,
            iso_day(opened),
            closed.map(iso_day).unwrap_or_default(),
            pick(&types),
            pick(&descriptors),
            11_200 + number % 30,
        );
        file.imported(&row);
        let closed_month = closed.map(|day| iso_day(day)[..7].to_owned());
        file.expected
            .count("normal", &iso_day(opened)[..7], closed_month.as_deref());
        file.expected.without_category += u64::from(pick(&types).is_empty());
    }
    file.warned(
        "NYCC90000001,NYCC01,2023-03-05,2023-03-04,Parks,,,,,,",
        "closedate",
        "resolved_before_opened",
    );
    file.expected.count("normal", "2023-03", Some("2023-03"));
    file.rejected(
        "NYCC90000002,NYCC01,2023-02-29,,Parks,,,,,,",
        "opendate",
        "bad_date",
    );
    file.rejected(
        "NYCC90000003,NYCC01,,,Parks,,,,,,",
        "opendate",
        "value_missing",
    );
    file.rejected(
        "NYCC90000001,NYCC01,2023-03-05,,Parks,,,,,,",
        "unique_key",
        "duplicate_key",
    );
    file.rejected("NYCC90000004,NYCC01,2023-03-05", "", "wrong_field_count");
    file.sample("nyc_complaints")
}

const RATED_HEADER: &str = "Ticket_ID,Customer_Name,Customer_Email,Customer_Age,Customer_Gender,Product_Purchased,Date_of_Purchase,Ticket_Type,Ticket_Subject,Ticket_Priority,Ticket_Channel,First_Response_Time,Time_to_Resolution,Customer_Satisfaction_Rating";

/// Minutes since 2023-05-31 00:00 as the file of ratings writes them: hours without a leading zero.
fn rated_time(minutes: i64) -> String {
    format!(
        "{} {}:{:02}",
        iso_day(COMPLAINT_START + 150 + minutes / 1440),
        minutes / 60 % 24,
        minutes % 60
    )
}

/// A file of `count` rated tickets, every second resolved before its first response, and four rows
/// with planted faults.
pub fn rated_tickets(count: u32) -> Sample {
    let mut file = Writing::new(RATED_HEADER);
    file.expected.notices.push("opened_at_assumed");
    let priorities = [
        ("Low", "low"),
        ("Medium", "normal"),
        ("High", "high"),
        ("Critical", "urgent"),
    ];
    let row = |id: i64,
               name: &str,
               email: &str,
               priority: &str,
               responded: i64,
               resolved: i64,
               rating: i64| {
        format!(
            "{id},{name},{email},48,Other,Dell XPS,2020-07-14,Technical issue,Network problem,{priority},Chat,{},{},{rating}",
            rated_time(responded),
            rated_time(resolved),
        )
    };
    for number in 0..i64::from(count) {
        let (priority, meaning) = priorities[usize::try_from(number % 4).unwrap_or_default()];
        let resolved = 1_400 + number * 31 % 1_300;
        let gap = 1 + number * 17 % 300;
        let email = format!("c{number}@example.com");
        let name = if number % 3 == 0 {
            "王芳"
        } else {
            "Christina Dillon"
        };
        let rating = 1 + number % 5;
        if number % 2 == 0 {
            file.imported(&row(
                number,
                name,
                &email,
                priority,
                resolved - gap,
                resolved,
                rating,
            ));
            file.expected.resolution_seconds.push(resolved * 60);
        } else {
            let row = row(
                number,
                name,
                &email,
                priority,
                resolved + gap,
                resolved,
                rating,
            );
            file.warned(&row, "Time_to_Resolution", "resolved_before_first_response");
        }
        let month = &rated_time(resolved)[..7];
        file.expected.count(meaning, "2023-05", Some(month));
    }
    // The same address, written otherwise, under other names: one notice.
    for (id, name, email) in [
        (900_001, "Amy Hill", "a@example.com"),
        (900_002, "Amy Li", "A@Example.com"),
        (900_003, "A.", "a@example.com"),
    ] {
        file.imported(&row(id, name, email, "Low", 1_500, 1_500, 5));
        file.expected.count("low", "2023-05", Some("2023-06"));
        file.expected.resolution_seconds.push(90_000);
    }
    file.expected.notices.push("customer_name_differs");
    file.rejected(
        &row(900_004, "Joe", "joe(at)example.com", "Low", 1, 2, 1),
        "Customer_Email",
        "bad_email",
    );
    file.rejected(
        &row(900_005, "Joe", "j@example.com", "Low", 1, 2, 6),
        "Customer_Satisfaction_Rating",
        "bad_rating",
    );
    file.rejected(
        &row(900_006, "Joe", "j@example.com", "Lowest", 1, 2, 5),
        "Ticket_Priority",
        "unknown_value",
    );
    let american = row(900_007, "Joe", "j@example.com", "Low", 1, 2, 5)
        .replace("2023-05-31 0:01", "05/31/2023 0:01");
    file.rejected(&american, "First_Response_Time", "bad_date");
    file.sample("rated_tickets")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_over_leap_years() {
        assert_eq!(iso_day(0), "1970-01-01");
        assert_eq!(iso_day(16_860), "2016-02-29");
        assert_eq!(iso_day(COMPLAINT_START), "2023-01-01");
        assert_eq!(rated_time(1_500), "2023-06-01 1:00");
    }

    #[test]
    fn percentiles_lie_between_their_neighbours() {
        let expected = Expected {
            resolution_seconds: vec![1, 2, 4, 8],
            ..Expected::default()
        };
        assert_eq!(expected.resolution_percentile(1, 2), Some(3));
        assert_eq!(expected.resolution_percentile(9, 10), Some(7));
        assert_eq!(expected.resolution_percentile(1, 1), Some(8));
        assert_eq!(Expected::default().resolution_percentile(1, 2), None);
    }
}
