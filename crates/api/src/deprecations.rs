//! What of the API goes away. An operation that is to be removed stands here for months before: its
//! answers say so (RFC 9745, RFC 8594), and the document does.

use actix_web::http::Method;
use chrono::{NaiveDate, NaiveTime};

/// An operation that goes away.
#[derive(Debug, Clone)]
pub struct Deprecation {
    /// Its method.
    pub method: Method,
    /// Its path as in the document: `/api/v1/tickets/{id}`.
    pub path: &'static str,
    /// Since when it should not be used any more.
    pub since: NaiveDate,
    /// From which day on it may be missing.
    pub sunset: NaiveDate,
    /// The path of what takes its place; none when nothing does.
    pub successor: Option<&'static str>,
    /// Where it is told what to do instead.
    pub about: &'static str,
}

/// Everything that goes away.
pub const DEPRECATIONS: &[Deprecation] = &[];

impl Deprecation {
    /// The entry of an operation.
    pub fn find<'t>(table: &'t [Self], method: &Method, path: &str) -> Option<&'t Self> {
        let is_it = |entry: &&Self| entry.method == *method && entry.path == path;
        table.iter().find(is_it)
    }

    /// The value of the header `Deprecation`: midnight in UTC, in seconds since 1970.
    pub fn deprecation(&self) -> String {
        let instant = self.since.and_time(NaiveTime::MIN).and_utc();
        format!("@{}", instant.timestamp())
    }

    /// The value of the header `Sunset`: midnight in UTC.
    pub fn sunset(&self) -> String {
        self.sunset.format("%a, %d %b %Y 00:00:00 GMT").to_string()
    }

    /// The value of a header `Link`.
    pub fn link(&self) -> String {
        let about = format!("<{}>; rel=\"deprecation\"", self.about);
        let next = self.successor;
        next.map_or_else(String::new, |path| {
            format!("<{path}>; rel=\"successor-version\", ")
        }) + &about
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_headers_are_those_of_the_standards() {
        let mut entry = Deprecation {
            method: Method::GET,
            path: "/api/v1/search",
            since: NaiveDate::from_ymd_opt(2026, 12, 1).unwrap(),
            sunset: NaiveDate::from_ymd_opt(2027, 6, 1).unwrap(),
            successor: Some("/api/v1/found"),
            about: "/api/docs/",
        };
        assert_eq!(entry.deprecation(), "@1796083200");
        assert_eq!(entry.sunset(), "Tue, 01 Jun 2027 00:00:00 GMT");
        let about = "</api/docs/>; rel=\"deprecation\"";
        let both = format!("</api/v1/found>; rel=\"successor-version\", {about}");
        assert_eq!(entry.link(), both);
        entry.successor = None;
        assert_eq!(entry.link(), about);
    }
}
