//! Roles: sets of permissions.

use serde::{Deserialize, Serialize};

use crate::names::Names;
use crate::permissions::Permission;
use crate::text::Code;

/// A role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Role {
    /// The code.
    pub code: Code,
    /// Raised by every change.
    pub version: i64,
    /// Its names.
    pub names: Names,
    /// What it may do.
    pub permissions: Vec<Permission>,
    /// Whether it exists from the start; such a role cannot be changed.
    pub built_in: bool,
}

/// `PUT /roles/{code}`: makes or replaces a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewRole {
    /// Its names.
    pub names: Names,
    /// What it may do.
    pub permissions: Vec<Permission>,
}
