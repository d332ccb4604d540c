//! Users: people who sign in.

use serde::{Deserialize, Serialize};

use crate::ids::{TeamId, UserId};
use crate::locale::Locale;
use crate::patch::{Patch, not_null};
use crate::text::{Code, Email, NameText, PasswordText, Username};

/// A user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct User {
    /// The id.
    pub id: UserId,
    /// Raised by every change.
    pub version: i64,
    /// The name to sign in with.
    pub username: Username,
    /// The person's name.
    pub name: NameText,
    /// The person's e-mail address.
    pub email: Option<Email>,
    /// The codes of the roles held.
    pub roles: Vec<Code>,
    /// The team the person works in.
    pub team_id: TeamId,
    /// The team whose subtree the person sees.
    pub scope_team_id: TeamId,
    /// The language of the person.
    pub locale: Locale,
    /// Whether the person may sign in.
    pub active: bool,
}

/// A user's id and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserRef {
    /// The id.
    pub id: UserId,
    /// The person's name.
    pub name: NameText,
}

/// What everybody may know of a colleague: enough to assign a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserSummary {
    /// The id.
    pub id: UserId,
    /// The person's name.
    pub name: NameText,
    /// The name to sign in with.
    pub username: Username,
    /// The team the person works in.
    pub team_id: TeamId,
    /// Whether the person may sign in.
    pub active: bool,
}

/// What a caller says to add a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewUser {
    /// The name to sign in with.
    pub username: Username,
    /// The person's name.
    pub name: NameText,
    /// The first password.
    pub password: PasswordText,
    /// The person's e-mail address.
    #[serde(default)]
    pub email: Option<Email>,
    /// The codes of the roles held.
    pub roles: Vec<Code>,
    /// The team the person works in.
    pub team_id: TeamId,
    /// The team whose subtree the person sees; default the own team.
    #[serde(default)]
    pub scope_team_id: Option<TeamId>,
    /// The language of the person; default the organisation's.
    #[serde(default)]
    pub locale: Option<Locale>,
}

/// What PATCH may change.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserPatch {
    /// The person's name.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub name: Option<NameText>,
    /// A new password; ends every session of the user.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub password: Option<PasswordText>,
    /// The person's e-mail address.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub email: Patch<Email>,
    /// The codes of the roles held.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub roles: Option<Vec<Code>>,
    /// The team the person works in.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub team_id: Option<TeamId>,
    /// The team whose subtree the person sees.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub scope_team_id: Option<TeamId>,
    /// The language of the person.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub locale: Option<Locale>,
    /// Whether the person may sign in.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub active: Option<bool>,
}
