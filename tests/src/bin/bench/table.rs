//! The table of what was measured.

use crate::load::Measured;

/// A line of it.
#[derive(Debug)]
pub(crate) struct Row {
    /// What was asked for.
    pub(crate) what: &'static str,
    /// How it was answered.
    pub(crate) measured: Measured,
    /// The bound, per second.
    pub(crate) bound: f64,
    /// What the bound is.
    pub(crate) of: &'static str,
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
        println!(
            "{:18} {:>10} {:>9} {:>9} {:>10} {:>6.1}% {:>7.0}  {}",
            row.what,
            rate(per_second),
            milliseconds(p50),
            milliseconds(p99),
            rate(row.bound),
            100.0 * per_second / row.bound,
            row.memory,
            row.of,
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
