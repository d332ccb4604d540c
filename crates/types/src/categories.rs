//! Categories: the tree of what tickets are about.

use serde::{Deserialize, Serialize};

use crate::ids::CategoryId;
use crate::names::Names;
use crate::patch::{Patch, not_null};
use crate::text::Code;

/// A category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Category {
    /// The id.
    pub id: CategoryId,
    /// Raised by every change.
    pub version: i64,
    /// The code, unique; null for categories that an import made.
    pub code: Option<Code>,
    /// Its names.
    pub names: Names,
    /// The category above.
    pub parent_id: Option<CategoryId>,
    /// Whether it is in use.
    pub active: bool,
}

/// What a caller says to add a category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewCategory {
    /// The code, unique.
    #[serde(default)]
    pub code: Option<Code>,
    /// Its names.
    pub names: Names,
    /// The category above.
    #[serde(default)]
    pub parent_id: Option<CategoryId>,
}

/// What PATCH may change.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CategoryPatch {
    /// Its names.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub names: Option<Names>,
    /// The category above.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub parent_id: Patch<CategoryId>,
    /// Whether it is in use.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub active: Option<bool>,
}
