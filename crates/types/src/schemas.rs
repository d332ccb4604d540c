//! OpenAPI schemas of newtypes whose limits come from a macro, which the derive cannot read.

/// The schema of a text newtype: `string!(Name, |text| text.max_length(Some(20)))`.
macro_rules! string {
    ($name:ident, |$builder:ident| $limits:expr) => {
        $crate::schemas::schema!($name, String, |$builder| $limits);
    };
}

/// The schema of a whole-number newtype.
macro_rules! integer {
    ($name:ident, |$builder:ident| $limits:expr) => {
        $crate::schemas::schema!($name, Integer, |$builder| $limits);
    };
}

macro_rules! schema {
    ($name:ident, $kind:ident, |$builder:ident| $limits:expr) => {
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                use utoipa::openapi::schema::{ObjectBuilder, Type};
                let $builder = ObjectBuilder::new().schema_type(Type::$kind);
                $limits.build().into()
            }
        }

        impl utoipa::ToSchema for $name {}
    };
}

pub(crate) use {integer, schema, string};
