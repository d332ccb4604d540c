//! Query parameters as the document describes them.

use rapport_types::filters::{Field, FieldKind};
use rapport_types::ids::{CategoryId, CustomerId, ImportId, TeamId, UserId};
use rapport_types::page::{DEFAULT_LIMIT, MAX_LIMIT};
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};

/// A query parameter for the document.
pub fn parameter(name: &str, about: &str, schema: impl Into<Schema>) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(about))
        .schema(Some(schema.into()))
        .build()
}

/// A query parameter that is one of these values, for the document.
pub fn one_of(name: &str, about: &str, values: &[&str]) -> Parameter {
    parameter(
        name,
        about,
        texts().enum_values(Some(values.iter().copied())),
    )
}

/// `sort` for the document: one of `orders`, `-` before it turns it round.
pub fn sort_parameter(orders: &[&str], default: &str) -> Parameter {
    let both = orders
        .iter()
        .flat_map(|order| [(*order).to_owned(), format!("-{order}")]);
    let schema = texts()
        .enum_values(Some(both))
        .default(Some(default.into()));
    parameter("sort", "The order; `-` before it turns it round.", schema)
}

fn texts() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

/// `include=names` for the document.
#[derive(Debug)]
pub struct IncludeNamesParam;

impl utoipa::IntoParams for IncludeNamesParam {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "`names` adds the names of the records that it names by their ids.";
        vec![one_of("include", about, &["names"])]
    }
}

/// `format` of a list that is streamed, for the document.
#[derive(Debug)]
pub struct FormatParam;

impl utoipa::IntoParams for FormatParam {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "`csv` streams all matching rows, at most 10,000, in the order of their \
            numbers; with `q` exact matches first, then the newest.";
        vec![one_of("format", about, &["json", "csv"])]
    }
}

/// `limit`, `cursor` and `total` for the document; `sort` and the filter are each list's own.
#[derive(Debug)]
pub struct PagingParams;

impl utoipa::IntoParams for PagingParams {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let limit = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(1))
            .maximum(Some(MAX_LIMIT))
            .default(Some(DEFAULT_LIMIT.into()));
        let cursor = texts().pattern(Some("^([0-9a-f]{2})+$"));
        let total = ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(["none", "capped", "exact"]))
            .default(Some("capped".into()));
        vec![
            parameter("limit", "Most rows of the page.", limit),
            parameter(
                "cursor",
                "The `next_cursor` of the page before, with the same filter and order.",
                cursor,
            ),
            parameter(
                "total",
                "How far matching rows are counted: not at all, to 1,000, to the end.",
                total,
            ),
        ]
    }
}

/// The parameters of a filter for the document.
pub fn filter_params(fields: &[Field]) -> Vec<Parameter> {
    let several = " Several values, separated by commas, are joined by or.";
    let mut parameters = Vec::new();
    for Field { name, kind, about } in fields {
        let more = if matches!(
            kind,
            FieldKind::Text | FieldKind::Boolean | FieldKind::Instant
        ) {
            ""
        } else {
            several
        };
        let is = format!("{about}{more}");
        parameters.push(parameter(name, &is, equal_schema(*kind)));
        let none_of = format!("None of these: {about}");
        let not = format!("{name}_not");
        parameters.push(parameter(&not, &none_of, equal_schema(*kind)));
        if matches!(
            kind,
            FieldKind::Instant | FieldKind::Day | FieldKind::Integer
        ) {
            for (suffix, meaning) in [("from", "At or after this."), ("before", "Before this.")] {
                parameters.push(parameter(
                    &format!("{name}_{suffix}"),
                    &format!("{about} {meaning}"),
                    bound_schema(*kind),
                ));
            }
        }
    }
    parameters
}

const INTEGER: &str = "-?[0-9]{1,18}";
/// A day, `today` or a day counted from today.
const DAY: &str = "today|[+-][0-9]{1,4}d|[0-9]{4}-[0-9]{2}-[0-9]{2}";
/// A day, an instant, `today` or a day counted from today.
const INSTANT: &str = "today|[+-][0-9]{1,4}d|[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ].+)?";

/// What a parameter holds that compares for being equal. Texts, where `me`, `none` or several
/// values may stand in place of one id or number.
fn equal_schema(kind: FieldKind) -> ObjectBuilder {
    let of = |prefix: &str, words: &str| format!("{words}{prefix}_[0-7][0-9a-hjkmnp-tv-z]{{25}}");
    let value = match kind {
        FieldKind::Boolean => return ObjectBuilder::new().schema_type(Type::Boolean),
        // An instant is compared with `_from` and `_before`; only its absence can be equal.
        FieldKind::Instant => return texts().enum_values(Some(["none"])),
        FieldKind::Code => return texts().min_length(Some(1)).max_length(Some(400)),
        FieldKind::Text => return texts().max_length(Some(400)),
        FieldKind::Integer => format!("none|{INTEGER}"),
        FieldKind::Day => format!("none|{DAY}"),
        FieldKind::User => of(UserId::PREFIX, "me|none|"),
        FieldKind::Team => of(TeamId::PREFIX, ""),
        FieldKind::Category => of(CategoryId::PREFIX, "none|"),
        FieldKind::Customer => of(CustomerId::PREFIX, "none|"),
        FieldKind::Import => of(ImportId::PREFIX, "none|"),
    };
    texts().pattern(Some(format!("^({value})(,({value}))*$")))
}

/// What a parameter holds that compares for being before or after.
fn bound_schema(kind: FieldKind) -> ObjectBuilder {
    let value = match kind {
        FieldKind::Instant => INSTANT,
        FieldKind::Day => DAY,
        _ => INTEGER,
    };
    texts().pattern(Some(format!("^({value})$")))
}
