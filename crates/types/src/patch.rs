//! JSON Merge Patch (RFC 7396): a member that is absent, null or a value.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A nullable member of a PATCH body. Declare it with
/// `#[serde(default, skip_serializing_if = "Patch::is_absent")]`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Patch<T> {
    /// Not in the body: stays as it is.
    #[default]
    Absent,
    /// `null`: is cleared.
    Null,
    /// Is set.
    Value(T),
}

impl<T> Patch<T> {
    /// Whether the member is not in the body.
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// What the member is afterwards.
    pub fn apply(self, current: Option<T>) -> Option<T> {
        match self {
            Self::Absent => current,
            Self::Null => None,
            Self::Value(value) => Some(value),
        }
    }

    /// The new value, when the body sets one.
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// `Null` for none, else the value: what an editor sends for a field it shows.
    pub fn from_option(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Value)
    }
}

/// Reads a member of a PATCH body that may be left out but has no empty state: null is refused,
/// not taken for absent. Declare it with
/// `#[serde(default, deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]`.
///
/// # Errors
/// What reading a `T` refuses, null included.
pub fn not_null<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent | Self::Null => serializer.serialize_none(),
            Self::Value(value) => value.serialize(serializer),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::<T>::deserialize(deserializer).map(Self::from_option)
    }
}

#[cfg(feature = "openapi")]
impl<T> utoipa::__dev::ComposeSchema for Patch<T> {
    fn compose(
        generics: Vec<utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>>,
    ) -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{Object, ObjectBuilder, OneOfBuilder, Type};
        let value = generics
            .into_iter()
            .next()
            .unwrap_or_else(|| Object::new().into());
        OneOfBuilder::new()
            .item(ObjectBuilder::new().schema_type(Type::Null))
            .item(value)
            .into()
    }
}

#[cfg(feature = "openapi")]
impl<T: utoipa::ToSchema> utoipa::ToSchema for Patch<T> {
    fn name() -> std::borrow::Cow<'static, str> {
        T::name()
    }

    fn schemas(
        schemas: &mut Vec<(
            String,
            utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>,
        )>,
    ) {
        T::schemas(schemas);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize, Serialize, PartialEq, Debug)]
    struct Body {
        #[serde(default, skip_serializing_if = "Patch::is_absent")]
        note: Patch<String>,
    }

    #[test]
    fn absent_null_and_value_are_three_things() {
        for (json, expected, after) in [
            ("{}", Patch::Absent, Some("old".to_owned())),
            (r#"{"note":null}"#, Patch::Null, None),
            (
                r#"{"note":"new"}"#,
                Patch::Value("new".to_owned()),
                Some("new".to_owned()),
            ),
        ] {
            let body: Body = serde_json::from_str(json).unwrap();
            assert_eq!(body.note, expected);
            assert_eq!(serde_json::to_string(&body).unwrap(), json);
            assert_eq!(body.note.apply(Some("old".to_owned())), after);
        }
    }
}
