//! The table of what was measured.

use crate::load::Measured;

/// A line of it.
#[derive(Debug)]
pub(crate) struct Row {
    /// What was asked for.
    pub(crate) what: &'static str,
    /// How it was answered.
    pub(crate) measured: Measured,
    /// The bound, per second, and what it is; none where there is nothing to compare with.
    pub(crate) bound: Option<(f64, &'static str)>,
    /// The server's memory after it, in MB.
    pub(crate) memory: f64,
}

/// Prints it.
pub(crate) fn print(rows: &[Row]) {
    println!(
        "\n{:18} {:>10} {:>9} {:>9} {:>10} {:>7} {:>7}  bound",
        "", "requests/s", "p50 ms", "p99 ms", "bound/s", "share", "RSS MB"
    );
    for row in rows {
        let Measured {
            per_second,
            p50,
            p99,
        } = row.measured;
        let (bound, share, of) = match row.bound {
            Some((bound, of)) => (
                rate(bound),
                format!("{:.1}%", 100.0 * per_second / bound),
                of,
            ),
            None => ("–".to_owned(), "–".to_owned(), ""),
        };
        println!(
            "{:18} {:>10} {:>9} {:>9} {bound:>10} {share:>7} {:>7.0}  {of}",
            row.what,
            rate(per_second),
            milliseconds(p50),
            milliseconds(p99),
            row.memory,
        );
    }
}

fn rate(per_second: f64) -> String {
    if per_second < 100.0 {
        format!("{per_second:.1}")
    } else {
        format!("{per_second:.0}")
    }
}

fn milliseconds(value: f64) -> String {
    format!("{value:.2}")
}
