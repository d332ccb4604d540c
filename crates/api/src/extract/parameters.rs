//! Query parameters as the document describes them.

use rapport_types::filters::{Field, FieldKind};
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
        let cursor = ObjectBuilder::new().schema_type(Type::String);
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
        if *kind != FieldKind::Instant {
            let more = if matches!(kind, FieldKind::Text | FieldKind::Boolean) {
                ""
            } else {
                several
            };
            parameters.push(parameter(
                name,
                &format!("{about}{more}"),
                value_schema(*kind),
            ));
            let none_of = format!("None of these: {about}");
            parameters.push(parameter(
                &format!("{name}_not"),
                &none_of,
                value_schema(*kind),
            ));
        }
        if matches!(kind, FieldKind::Instant | FieldKind::Integer) {
            let (from, before) = (
                format!("{about} At or after this."),
                format!("{about} Before this."),
            );
            parameters.push(parameter(
                &format!("{name}_from"),
                &from,
                value_schema(*kind),
            ));
            parameters.push(parameter(
                &format!("{name}_before"),
                &before,
                value_schema(*kind),
            ));
        }
    }
    parameters
}

/// What a parameter of a field holds. Texts, where `me`, `none`, `-7d` or several values may stand
/// in place of one id, instant or number.
fn value_schema(kind: FieldKind) -> ObjectBuilder {
    let value_type = if kind == FieldKind::Boolean {
        Type::Boolean
    } else {
        Type::String
    };
    ObjectBuilder::new().schema_type(value_type)
}
