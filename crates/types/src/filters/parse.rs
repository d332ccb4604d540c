//! Reading a filter from a query string, and resolving what depends on the reader.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, SecondsFormat, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use super::{Condition, Field, FieldKind, Filter, Op, split_name};
use crate::ids::{CategoryId, CustomerId, ImportId, TeamId, UserId};
use crate::instants::{day_in, given_day, given_instant};
use crate::problem::{Fault, FieldCode};

/// Most values of one condition.
const MOST_VALUES: usize = 100;

/// Takes the parameters that belong to `fields` out of `pairs` and reads them.
///
/// # Errors
/// One fault per parameter that is repeated, does not fit its field or holds a value that cannot
/// be read. Parameters of other names are left in `pairs` for somebody else.
pub fn parse_pairs(
    fields: &[Field],
    pairs: &mut Vec<(String, String)>,
) -> Result<Filter, Vec<Fault>> {
    let mut filter = Filter::default();
    let mut faults = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    pairs.retain(|(name, value)| {
        let (field, op) = field_of(fields, name);
        let Some(field) = field else { return true };
        if seen.contains(name) {
            faults.push(Fault::in_parameter(name, FieldCode::RepeatedParameter));
        } else {
            seen.push(name.clone());
            match condition(field, op, value) {
                Ok(condition) => filter.conditions.push(condition),
                Err(code) => faults.push(Fault::in_parameter(name, code)),
            }
        }
        false
    });
    if faults.is_empty() {
        Ok(filter)
    } else {
        Err(faults)
    }
}

/// Whether a condition that was written as JSON could stand in a query string: its field.
///
/// # Errors
/// What does not fit: the name, or a value.
pub fn check_written<'a>(
    fields: &'a [Field],
    condition: &Condition,
) -> Result<&'a Field, FieldCode> {
    let (Some(field), op) = field_of(fields, &condition.name()) else {
        return Err(FieldCode::UnknownField);
    };
    match (op, condition.values.len()) {
        (_, 0) => return Err(FieldCode::Required),
        (Op::From | Op::Before, 2..) => return Err(FieldCode::InvalidValue),
        (_, count) if count > MOST_VALUES => return Err(FieldCode::TooMany),
        _ => {}
    }
    for value in &condition.values {
        // What would be read otherwise, as several values or trimmed, is not what it means.
        if self::condition(field, op, value)?.values != [value.as_str()] {
            return Err(FieldCode::InvalidValue);
        }
    }
    Ok(field)
}

/// The field and comparison that a parameter's name spells, if the comparison fits the field.
fn field_of<'a>(fields: &'a [Field], name: &str) -> (Option<&'a Field>, Op) {
    let (stem, op) = split_name(name);
    let ordered = |kind| {
        matches!(
            kind,
            FieldKind::Instant | FieldKind::Day | FieldKind::Integer
        )
    };
    let fits = |field: &&Field| {
        field.name == stem
            && match op {
                Op::From | Op::Before => ordered(field.kind),
                Op::Is | Op::Not => true,
            }
    };
    (fields.iter().find(fits), op)
}

fn condition(field: &Field, op: Op, value: &str) -> Result<Condition, FieldCode> {
    let values: Vec<String> = match op {
        Op::Is | Op::Not if field.kind != FieldKind::Text => value
            .split(',')
            .map(|v| v.trim().to_owned())
            .filter(|v| !v.is_empty())
            .collect(),
        _ => vec![value.trim().to_owned()],
    };
    if values.is_empty() {
        return Err(FieldCode::Required);
    }
    if values.len() > MOST_VALUES {
        return Err(FieldCode::TooMany);
    }
    for value in &values {
        match (op, field.kind, value.as_str()) {
            (
                Op::Is | Op::Not,
                FieldKind::Instant | FieldKind::Day | FieldKind::Integer,
                "none",
            ) => {}
            // An instant is compared with `_from` and `_before`; only its absence can be equal.
            (Op::Is | Op::Not, FieldKind::Instant, _) => return Err(FieldCode::InvalidInstant),
            _ => check(field.kind, value)?,
        }
    }
    Ok(Condition {
        field: field.name.clone().into_owned(),
        op,
        values,
    })
}

fn check(kind: FieldKind, value: &str) -> Result<(), FieldCode> {
    let id = |good: bool| {
        if good {
            Ok(())
        } else {
            Err(FieldCode::InvalidId)
        }
    };
    match kind {
        FieldKind::Code | FieldKind::Text if value.contains('\0') || value.len() > 400 => {
            Err(FieldCode::InvalidText)
        }
        FieldKind::Code | FieldKind::Text => Ok(()),
        FieldKind::User => id(matches!(value, "me" | "none") || value.parse::<UserId>().is_ok()),
        FieldKind::Team => id(value.parse::<TeamId>().is_ok()),
        FieldKind::Category => id(value == "none" || value.parse::<CategoryId>().is_ok()),
        FieldKind::Customer => id(value == "none" || value.parse::<CustomerId>().is_ok()),
        FieldKind::Import => id(value == "none" || value.parse::<ImportId>().is_ok()),
        FieldKind::Integer => value
            .parse::<i64>()
            .map(|_| ())
            .map_err(|_| FieldCode::WrongType),
        FieldKind::Boolean => value
            .parse::<bool>()
            .map(|_| ())
            .map_err(|_| FieldCode::WrongType),
        FieldKind::Day if relative_days(value).is_some() => Ok(()),
        FieldKind::Day => match value.parse() {
            Ok(day) => given_day(day).map(|_| ()),
            Err(_) => Err(FieldCode::InvalidDay),
        },
        FieldKind::Instant if relative_days(value).is_some() => Ok(()),
        FieldKind::Instant => match (value.parse(), value.parse()) {
            (Ok(day), _) => given_day(day).map(|_| ()),
            (_, Ok(at)) => given_instant(at).map(|_| ()),
            (Err(_), Err(_)) => Err(FieldCode::InvalidInstant),
        },
    }
}

/// `today` is 0, `-7d` minus seven.
fn relative_days(value: &str) -> Option<i64> {
    if value == "today" {
        return Some(0);
    }
    let days: i64 = value.strip_suffix('d')?.parse().ok()?;
    (value.starts_with(['-', '+']) && days.abs() <= 4_000).then_some(days)
}

/// What `me`, days and relative days mean for one reader at one instant.
#[derive(Debug, Clone, Copy)]
pub struct Context {
    /// The reader, when a person.
    pub me: Option<UserId>,
    /// The time of reading.
    pub now: DateTime<Utc>,
    /// The zone in which days begin.
    pub zone: Tz,
}

impl Context {
    /// The filter with `me`, days and relative days replaced by ids and instants.
    pub fn resolve(&self, fields: &[Field], filter: &Filter) -> Filter {
        let conditions = filter
            .conditions
            .iter()
            .map(|condition| {
                let kind = fields
                    .iter()
                    .find(|f| f.name == condition.field)
                    .map(|f| f.kind);
                let values = condition
                    .values
                    .iter()
                    .map(|value| self.resolve_value(kind, value));
                Condition {
                    values: values.collect(),
                    ..condition.clone()
                }
            })
            .collect();
        Filter { conditions }
    }

    fn resolve_value(&self, kind: Option<FieldKind>, value: &str) -> String {
        match kind {
            Some(FieldKind::User) if value == "me" => self
                .me
                .map_or_else(|| value.to_owned(), |me| me.to_string()),
            Some(FieldKind::Instant) => self.instant(value).map_or_else(
                || value.to_owned(),
                |at| at.to_rfc3339_opts(SecondsFormat::Micros, true),
            ),
            Some(FieldKind::Day) => self
                .relative_day(value)
                .or_else(|| value.parse().ok())
                .map_or_else(|| value.to_owned(), |day| day.to_string()),
            _ => value.to_owned(),
        }
    }

    /// The day that is meant by one counted from today.
    fn relative_day(&self, value: &str) -> Option<NaiveDate> {
        let days = relative_days(value)?;
        let today = day_in(self.now, self.zone)?;
        if days < 0 {
            today.checked_sub_days(Days::new(days.unsigned_abs()))
        } else {
            today.checked_add_days(Days::new(days.unsigned_abs()))
        }
    }

    fn instant(&self, value: &str) -> Option<DateTime<Utc>> {
        if relative_days(value).is_some() {
            let day = self.relative_day(value)?;
            return start_of_day(day, self.zone);
        }
        if let Ok(day) = value.parse::<NaiveDate>() {
            return start_of_day(day, self.zone);
        }
        value.parse().ok()
    }
}

/// The first instant of a day in a zone; where midnight does not exist, the first that does.
pub fn start_of_day(day: NaiveDate, zone: Tz) -> Option<DateTime<Utc>> {
    let midnight = day.and_time(NaiveTime::MIN);
    (0..=3 * 60)
        .find_map(|minutes| {
            let local = midnight.checked_add_signed(TimeDelta::minutes(minutes))?;
            zone.from_local_datetime(&local).earliest()
        })
        .map(|at| at.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filters::Fact;

    const FIELDS: &[Field] = &[
        Field::new("status", FieldKind::Code, ""),
        Field::new("assignee", FieldKind::User, ""),
        Field::new("created", FieldKind::Instant, ""),
        Field::new("reopened_count", FieldKind::Integer, ""),
    ];

    type Parsed = (Filter, Vec<(String, String)>);

    fn parse(query: &str) -> Result<Parsed, Vec<Fault>> {
        let mut pairs = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        parse_pairs(FIELDS, &mut pairs).map(|filter| (filter, pairs))
    }

    #[test]
    fn parameters_become_conditions_and_others_are_left() {
        let (filter, rest) =
            parse("status=open,new&created_from=-7d&limit=5&assignee_not=none").unwrap();
        let expected = Filter::of("status", Op::Is, &["open", "new"])
            .and("created", Op::From, &["-7d"])
            .and("assignee", Op::Not, &["none"]);
        assert_eq!(filter, expected);
        assert_eq!(rest, [("limit".to_owned(), "5".to_owned())]);
        let json = serde_json::to_string(&filter).unwrap();
        let back: Filter = serde_json::from_str(&json).unwrap();
        assert_eq!(back.canonical(), filter.canonical());
    }

    #[test]
    fn what_does_not_fit_a_field_is_a_fault_of_its_parameter() {
        for (query, code) in [
            ("status=", FieldCode::Required),
            ("assignee=bob", FieldCode::InvalidId),
            ("created_from=yesterday", FieldCode::InvalidInstant),
            ("created_from=-262143-01-02", FieldCode::OutOfRange),
            ("created_before=9999-01-01T00:00:00Z", FieldCode::OutOfRange),
            ("reopened_count=two", FieldCode::WrongType),
            ("created=2026-01-01", FieldCode::InvalidInstant),
            ("status=new&status=open", FieldCode::RepeatedParameter),
        ] {
            let faults = parse(query).unwrap_err();
            assert_eq!(faults[0].code, code, "{query}");
        }
        for unknown in ["status_from=open", "nothing=1"] {
            assert_eq!(parse(unknown).unwrap().1.len(), 1, "{unknown} is left");
        }
    }

    #[test]
    fn what_is_written_as_json_is_held_to_the_words_of_a_query_string() {
        for good in [
            Filter::of("status", Op::Is, &["new", "open"]),
            Filter::of("assignee", Op::Not, &["me", "none"]),
            Filter::of("created", Op::From, &["-7d"]),
        ] {
            assert!(check_written(FIELDS, &good.conditions[0]).is_ok());
        }
        for (field, op, values, code) in [
            ("colour", Op::Is, &["red"][..], FieldCode::UnknownField),
            ("status", Op::From, &["new"], FieldCode::UnknownField),
            ("status", Op::Is, &[], FieldCode::Required),
            ("status", Op::Is, &["new,open"], FieldCode::InvalidValue),
            ("status", Op::Is, &[" new"], FieldCode::InvalidValue),
            ("assignee", Op::Is, &["none", "bob"], FieldCode::InvalidId),
            (
                "created",
                Op::From,
                &["-7d", "today"],
                FieldCode::InvalidValue,
            ),
        ] {
            let filter = Filter::of(field, op, values);
            let refused = check_written(FIELDS, &filter.conditions[0]);
            assert_eq!(refused, Err(code), "{field} {values:?}");
        }
    }

    #[test]
    fn reading_resolves_me_and_days_in_the_readers_zone() {
        let me = UserId::from_uuid(uuid::Uuid::from_u128(7));
        let context = Context {
            me: Some(me),
            now: "2026-03-10T20:00:00Z".parse().unwrap(),
            zone: chrono_tz::Asia::Shanghai,
        };
        let filter = Filter::of("assignee", Op::Is, &["me"]).and("created", Op::From, &["-1d"]);
        let resolved = context.resolve(FIELDS, &filter);
        assert_eq!(resolved.conditions[0].values, [me.to_string()]);
        assert_eq!(
            resolved.conditions[1].values,
            ["2026-03-09T16:00:00.000000Z"]
        );
        let facts = |field: &str| match field {
            "assignee" => Fact::text(Some(me)),
            "created" => Fact::instant("2026-03-09T16:00:00Z".parse().ok()),
            _ => Fact::Null,
        };
        assert!(resolved.matches(&facts));
        assert!(
            !filter.matches(&facts),
            "an unresolved filter matches nothing"
        );
    }

    #[test]
    fn a_day_without_midnight_starts_at_its_first_instant() {
        let day = NaiveDate::from_ymd_opt(2026, 4, 24).unwrap();
        let start = start_of_day(day, chrono_tz::Africa::Cairo).unwrap();
        assert_eq!(start.to_rfc3339(), "2026-04-23T22:00:00+00:00");
    }
}
