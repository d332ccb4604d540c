//! Signing in, and who one is.

use serde::{Deserialize, Serialize};

use crate::ids::{ApiKeyId, TeamId, UserId};
use crate::locale::Locale;
use crate::permissions::Permission;
use crate::text::{Code, NameText, PasswordText, Username};
use crate::users::UserKind;

/// `POST /auth/sign-in`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignIn {
    /// The name to sign in with.
    pub username: String,
    /// The password.
    pub password: String,
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn")
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}

/// The answer to signing in and refreshing. The refresh token travels as an HttpOnly cookie only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccessToken {
    /// The token to send as `Authorization: Bearer …`.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: String,
    /// How long it holds.
    pub expires_in_seconds: i64,
}

/// `PUT /me/password`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordChange {
    /// The password until now.
    pub current_password: String,
    /// The password from now on.
    pub new_password: PasswordText,
}

/// `GET /me`: who the caller is and what it may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    /// The id.
    pub id: UserId,
    /// Whether a person or a service is calling.
    pub kind: UserKind,
    /// The API key of the request; null for a person.
    pub api_key_id: Option<ApiKeyId>,
    /// The name to sign in with.
    pub username: Username,
    /// The person's name.
    pub name: NameText,
    /// The codes of the roles held.
    pub roles: Vec<Code>,
    /// What the caller may do: what the roles together allow, with an API key as far as its scopes
    /// reach.
    pub permissions: Vec<Permission>,
    /// The scopes of the API key; a person has all that the roles allow.
    pub scopes: Vec<Permission>,
    /// The team the person works in.
    pub team_id: TeamId,
    /// The team whose subtree the person sees.
    pub scope_team_id: TeamId,
    /// The language of the person.
    pub locale: Locale,
    /// Whether the password has to be changed first: until then every other request is refused
    /// (403 `password_change_needed`).
    pub must_change_password: bool,
}
