//! Names of configured things in both languages.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::locale::Locale;

/// `{"en": …, "zh-CN": …}` with at least one of the two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    try_from = "BTreeMap<String, String>",
    into = "BTreeMap<String, String>"
)]
pub struct Names(BTreeMap<String, String>);

/// Longest name, in characters.
const LONGEST: usize = 120;

impl Names {
    /// The same name in both languages.
    pub fn both(en: &str, zh_cn: &str) -> Self {
        Self(
            [("en", en), ("zh-CN", zh_cn)]
                .into_iter()
                .filter(|(_, name)| !name.is_empty())
                .map(|(tag, name)| (tag.to_owned(), name.to_owned()))
                .collect(),
        )
    }

    /// The name in `locale`, else in the other language.
    pub fn get(&self, locale: Locale) -> &str {
        self.0
            .get(locale.tag())
            .or_else(|| self.0.values().next())
            .map_or("", String::as_str)
    }
}

impl TryFrom<BTreeMap<String, String>> for Names {
    type Error = &'static str;

    fn try_from(names: BTreeMap<String, String>) -> Result<Self, Self::Error> {
        let known = |tag: &String| Locale::ALL.iter().any(|locale| locale.tag() == tag);
        if names.is_empty() || !names.keys().all(known) {
            return Err("invalid_names");
        }
        let names: BTreeMap<_, _> = names
            .into_iter()
            .map(|(tag, name)| (tag, name.trim().to_owned()))
            .collect();
        if names
            .values()
            .any(|name| name.is_empty() || name.contains('\0') || name.chars().count() > LONGEST)
        {
            return Err("invalid_names");
        }
        Ok(Self(names))
    }
}

impl From<Names> for BTreeMap<String, String> {
    fn from(names: Names) -> Self {
        names.0
    }
}

#[cfg(feature = "openapi")]
mod schema {
    use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
    use utoipa::openapi::{RefOr, Schema as _Schema};

    impl utoipa::PartialSchema for super::Names {
        fn schema() -> RefOr<Schema> {
            let text = || {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .min_length(Some(1))
                    .max_length(Some(super::LONGEST))
            };
            let schema: _Schema = ObjectBuilder::new()
                .property("en", text())
                .property("zh-CN", text())
                .min_properties(Some(1))
                .additional_properties(Some(
                    utoipa::openapi::schema::AdditionalProperties::<Schema>::FreeForm(false),
                ))
                .description(Some("The name in English, Simplified Chinese or both."))
                .into();
            schema.into()
        }
    }

    impl utoipa::ToSchema for super::Names {}
}
