//! Users: people who sign in.

use serde::{Deserialize, Serialize};

use crate::ids::{TeamId, UserId};
use crate::locale::Locale;
use crate::patch::{Patch, not_null};
use crate::text::{Code, Email, NameText, PasswordText, Username};

/// What kind of user it is; never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum UserKind {
    /// A person, who signs in with a password.
    #[default]
    Person,
    /// A program, which calls the API by keys and cannot sign in.
    Service,
}

impl UserKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[Self::Person, Self::Service];

    /// The name on the wire and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Service => "service",
        }
    }

    /// The kind of this name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.code() == code)
    }
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct User {
    /// The id.
    pub id: UserId,
    /// Raised by every change.
    pub version: i64,
    /// What kind of user it is.
    pub kind: UserKind,
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
    /// Whether the password is one that somebody else has given: until it is changed, the person
    /// may do nothing else.
    pub must_change_password: bool,
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

/// What everybody may know of a colleague: enough to assign a ticket. Those who manage users are
/// told more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserSummary {
    /// The id.
    pub id: UserId,
    /// What kind of user it is.
    pub kind: UserKind,
    /// The person's name.
    pub name: NameText,
    /// The name to sign in with.
    pub username: Username,
    /// The team the person works in.
    pub team_id: TeamId,
    /// Whether the person may sign in.
    pub active: bool,
    /// The rest, for those who manage users.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub account: Option<UserAccount>,
}

/// What those who manage users are told of each in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserAccount {
    /// The codes of the roles held.
    pub roles: Vec<Code>,
    /// The team whose subtree the person sees.
    pub scope_team_id: TeamId,
    /// Whether the password is one that somebody else has given.
    pub must_change_password: bool,
}

/// What a user holds: what nobody looks after once the person is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Holdings {
    /// Tickets assigned to the person that are not resolved or closed.
    pub open_ticket_count: u64,
    /// Tickets that the person holds the duty for and that are not resolved or closed.
    pub duty_ticket_count: u64,
    /// Customers that the person owns.
    pub customer_count: u64,
}

/// What a caller says to add a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewUser {
    /// What kind of user it is.
    #[serde(default)]
    pub kind: UserKind,
    /// The name to sign in with.
    pub username: Username,
    /// The person's name.
    pub name: NameText,
    /// The first password; required of a person, and a service has none.
    #[serde(default)]
    pub password: Option<PasswordText>,
    /// Whether the person has to change it before anything else.
    #[serde(default)]
    pub must_change_password: bool,
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
    /// Whether the person has to change the password before anything else.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub must_change_password: Option<bool>,
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

/// The characters of one-time passwords: none that could be taken for another one.
const ONE_TIME: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567890";
/// How many characters stand between two hyphens.
const ONE_TIME_GROUP: usize = 4;

/// A password to be told once and changed at the first sign-in, made of 16 random bytes: 80 bits in
/// groups that can be read out.
pub fn one_time_password(random: [u8; 16]) -> String {
    let mut text = String::with_capacity(random.len() + random.len() / ONE_TIME_GROUP);
    for (at, byte) in random.into_iter().enumerate() {
        if at > 0 && at % ONE_TIME_GROUP == 0 {
            text.push('-');
        }
        text.push(char::from(ONE_TIME[usize::from(byte) % ONE_TIME.len()]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_one_time_password_can_be_read_out_and_set() {
        let zeros = one_time_password([0; 16]);
        assert_eq!(zeros, "aaaa-aaaa-aaaa-aaaa");
        let mut counting = [0; 16];
        for (at, byte) in counting.iter_mut().enumerate() {
            *byte = u8::try_from(at * 16 + at).unwrap();
        }
        let text = one_time_password(counting);
        assert_eq!(text.len(), 19, "{text}");
        assert!(PasswordText::try_from(text.clone()).is_ok(), "{text}");
        assert!(
            !text.contains(['i', 'l', 'o', '1']),
            "{text} holds no character that looks like another"
        );
    }

    #[test]
    fn every_character_of_one_time_passwords_is_as_likely() {
        let mut seen = std::collections::BTreeMap::new();
        for byte in 0..=u8::MAX {
            let first = one_time_password([byte; 16]).chars().next();
            *seen.entry(first).or_insert(0) += 1;
        }
        assert_eq!(seen.len(), ONE_TIME.len());
        assert!(seen.values().all(|count| *count == 256 / ONE_TIME.len()));
    }
}
