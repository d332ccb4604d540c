//! Query parameters: each is read by somebody or refused.
//!
//! A list's parameters belong to several readers (paging, filter, format, the list's own). They
//! share one [`RawPairs`], take what is theirs, note the faults there, and [`RawPairs::finish`]
//! refuses what nobody took.

use std::future::{Ready, ready};
use std::str::FromStr;

use actix_web::{FromRequest, HttpRequest, dev, web};
use rapport_types::filters::{Field, Filter, parse_pairs};
use rapport_types::page::{Cursor, DEFAULT_LIMIT, MAX_LIMIT, Paging, Sort, TotalMode};
use rapport_types::problem::{ErrorCode, Fault, FieldCode};

use super::Format;
use crate::error::ApiError;

/// The parameters that nobody has read yet, and the faults of those that were.
///
/// Its readers answer a usable value for a parameter with a fault, so that all faults are told at
/// once: use what they answer only after [`RawPairs::finish`].
#[derive(Debug)]
pub struct RawPairs {
    pairs: Vec<(String, String)>,
    faults: Vec<Fault>,
    bad_cursor: bool,
    accepted: Format,
}

impl RawPairs {
    /// The parameters of a query string.
    pub fn parse(query: &str) -> Self {
        let pairs = web::Query::<Vec<(String, String)>>::from_query(query);
        let faults = match pairs {
            Ok(_) => Vec::new(),
            Err(_) => vec![Fault::in_parameter("?", FieldCode::InvalidText)],
        };
        let pairs = pairs.map(web::Query::into_inner).unwrap_or_default();
        Self {
            pairs,
            faults,
            bad_cursor: false,
            accepted: Format::Json,
        }
    }

    /// Takes the parameter; given twice it is a fault.
    pub fn take(&mut self, name: &str) -> Option<String> {
        let mut values = Vec::new();
        self.pairs.retain_mut(|(key, value)| {
            let is_it = key == name;
            if is_it {
                values.push(std::mem::take(value));
            }
            !is_it
        });
        if values.len() > 1 {
            self.fault(name, FieldCode::RepeatedParameter);
        }
        values.into_iter().next()
    }

    /// Takes and reads the parameter; what cannot be read is a fault with this code.
    pub fn take_parsed<T: FromStr>(&mut self, name: &str, code: FieldCode) -> Option<T> {
        let value = self.take(name)?;
        let parsed = value.parse().ok();
        if parsed.is_none() {
            self.fault(name, code);
        }
        parsed
    }

    /// Takes a parameter that is one of `values`.
    pub fn take_one_of<'v>(&mut self, name: &str, values: &[&'v str]) -> Option<&'v str> {
        let value = self.take(name)?;
        let known = values.iter().find(|known| **known == value).copied();
        if known.is_none() {
            self.fault(name, FieldCode::InvalidValue);
        }
        known
    }

    /// Takes `include=a,b`: each of the names in `allowed`, once.
    pub fn include<'v>(&mut self, allowed: &[&'v str]) -> Vec<&'v str> {
        let Some(value) = self.take("include") else {
            return Vec::new();
        };
        let names: Vec<&str> = value.split(',').collect();
        let is_repeated = |(at, name)| names.iter().take(at).any(|before| *before == name);
        if names.iter().any(|name| !allowed.contains(name))
            || names.iter().copied().enumerate().any(is_repeated)
        {
            self.fault("include", FieldCode::InvalidValue);
        }
        allowed
            .iter()
            .filter(|name| names.contains(name))
            .copied()
            .collect()
    }

    /// Takes `format=json|csv`; without it the header `Accept` decides.
    pub fn format(&mut self) -> Format {
        match self.take_one_of("format", &["json", "csv"]) {
            Some("csv") => Format::Csv,
            Some(_) => Format::Json,
            None => self.accepted,
        }
    }

    /// Takes the parameters of a filter over these fields.
    pub fn filter(&mut self, fields: &[Field]) -> Filter {
        parse_pairs(fields, &mut self.pairs).unwrap_or_else(|faults| {
            self.faults.extend(faults);
            Filter::default()
        })
    }

    /// Takes `limit`, `cursor`, `total` and `sort`. `orders` names what the list can be sorted by;
    /// `sort=name` is ascending, `sort=-name` descending.
    pub fn paging(&mut self, orders: &[&'static str], default: Sort) -> Paging {
        let limit = self
            .take_parsed("limit", FieldCode::WrongType)
            .unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            self.fault("limit", FieldCode::OutOfRange);
        }
        let after = self.take("cursor").and_then(|text| {
            let cursor = Cursor::decode(&text);
            self.bad_cursor |= cursor.is_none();
            cursor
        });
        let total = match self.take_one_of("total", &["none", "capped", "exact"]) {
            Some("none") => TotalMode::None,
            Some("exact") => TotalMode::Exact,
            _ => TotalMode::Capped,
        };
        let sort = self.take("sort").map_or(default, |text| {
            let (descending, name) = text
                .strip_prefix('-')
                .map_or((false, &*text), |name| (true, name));
            let field = orders.iter().find(|order| **order == name);
            if field.is_none() {
                self.fault("sort", FieldCode::InvalidValue);
            }
            field.map_or(default, |field| Sort { field, descending })
        });
        Paging {
            limit,
            after,
            total,
            sort,
        }
    }

    /// Notes a fault of a parameter.
    pub fn fault(&mut self, name: &str, code: FieldCode) {
        self.faults.push(Fault::in_parameter(name, code));
    }

    /// Refuses the request when a parameter has a fault or nobody took it.
    ///
    /// # Errors
    /// 422 `invalid` with the faults, 422 `invalid_cursor` when only the cursor cannot be read.
    pub fn finish(mut self) -> Result<(), ApiError> {
        for (name, _) in &self.pairs {
            self.faults
                .push(Fault::in_parameter(name, FieldCode::UnknownParameter));
        }
        if !self.faults.is_empty() {
            return Err(ApiError::invalid(self.faults));
        }
        if self.bad_cursor {
            Err(ErrorCode::InvalidCursor.into())
        } else {
            Ok(())
        }
    }
}

impl FromRequest for RawPairs {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let mut pairs = Self::parse(request.query_string());
        pairs.accepted = Format::accepted(request);
        ready(Ok(pairs))
    }
}

/// A type that is read from query parameters.
pub trait FromQuery: Sized {
    /// Takes what belongs to the type; faults are noted in `pairs`.
    fn from_query(pairs: &mut RawPairs) -> Self;
}

/// All parameters of a request, read as `T`; what `T` does not take is 422.
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

impl<T: FromQuery> FromRequest for Query<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let mut pairs = RawPairs::parse(request.query_string());
        pairs.accepted = Format::accepted(request);
        let value = T::from_query(&mut pairs);
        ready(pairs.finish().map(|()| Self(value)))
    }
}

#[cfg(test)]
mod tests {
    use rapport_types::filters::FieldKind;
    use rapport_types::problem::Place;

    use super::*;

    const FIELDS: &[Field] = &[Field::new("status", FieldKind::Code, "Status.")];
    const NEWEST: Sort = Sort {
        field: "updated_at",
        descending: true,
    };

    fn list(query: &str) -> Result<(Filter, Paging, Format), ApiError> {
        let mut pairs = RawPairs::parse(query);
        let read = (
            pairs.filter(FIELDS),
            pairs.paging(&["updated_at", "number"], NEWEST),
            pairs.format(),
        );
        pairs.finish().map(|()| read)
    }

    #[test]
    fn each_reader_takes_its_parameters() {
        let cursor = Cursor {
            digest: 7,
            key: None,
            number: 3,
        };
        let query = format!(
            "status=new,open&limit=5&cursor={}&total=none&sort=number&format=csv",
            cursor.encode()
        );
        let (filter, paging, format) = list(&query).unwrap();
        assert_eq!(filter.canonical(), "status=new,open");
        let sort = Sort {
            field: "number",
            descending: false,
        };
        assert_eq!(
            paging,
            Paging {
                limit: 5,
                after: Some(cursor),
                total: TotalMode::None,
                sort
            }
        );
        assert_eq!(format, Format::Csv);
        let (_, paging, format) = list("").unwrap();
        assert_eq!(
            (paging.limit, paging.sort, format),
            (DEFAULT_LIMIT, NEWEST, Format::Json)
        );
    }

    #[test]
    fn what_nobody_takes_and_what_cannot_be_read_is_told_by_its_name() {
        for (query, name, code) in [
            ("colour=red", "colour", FieldCode::UnknownParameter),
            ("limit=0", "limit", FieldCode::OutOfRange),
            ("limit=501", "limit", FieldCode::OutOfRange),
            ("limit=many", "limit", FieldCode::WrongType),
            ("limit=5&limit=6", "limit", FieldCode::RepeatedParameter),
            ("total=all", "total", FieldCode::InvalidValue),
            ("sort=colour", "sort", FieldCode::InvalidValue),
            ("sort=--number", "sort", FieldCode::InvalidValue),
            ("format=xml", "format", FieldCode::InvalidValue),
        ] {
            let error = list(query).unwrap_err();
            assert_eq!(error.faults().len(), 1, "{query}");
            assert_eq!(error.faults()[0].code, code, "{query}");
            assert_eq!(
                error.faults()[0].place,
                Place::Parameter(name.to_owned()),
                "{query}"
            );
        }
        assert_eq!(
            list("limit=0&sort=x&colour=red")
                .unwrap_err()
                .faults()
                .len(),
            3
        );
    }

    #[test]
    fn a_cursor_that_cannot_be_read_has_its_own_code() {
        assert_eq!(
            list("cursor=zzz").unwrap_err().code(),
            ErrorCode::InvalidCursor
        );
    }

    #[test]
    fn include_takes_only_known_names() {
        let mut pairs = RawPairs::parse("include=assignee,customer");
        assert_eq!(
            pairs.include(&["customer", "team", "assignee"]),
            ["customer", "assignee"]
        );
        pairs.finish().unwrap();
        for bad in [
            "include=secrets",
            "include=",
            "include=customer,",
            "include=customer,customer",
        ] {
            let mut pairs = RawPairs::parse(bad);
            pairs.include(&["customer"]);
            assert!(pairs.finish().is_err(), "{bad}");
        }
    }
}
