//! API keys: how programs call the API.
//!
//! A key belongs to a service user and may do what its scopes and the user's roles both allow.

mod addresses;

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use addresses::AddressRange;

use crate::ids::{ApiKeyId, UserId};
use crate::instants::read_instant;
use crate::permissions::Permission;
use crate::problem::{Fault, FieldCode};
use crate::text::LabelText;

/// What the secret of every key begins with, so that people and scanners recognise it.
pub const PREFIX: &str = "rpt_";
/// Most keys of one service user.
pub const MOST_KEYS: usize = 50;
/// Most address ranges of one key.
pub const MOST_ADDRESSES: usize = 50;

/// An API key. It never changes: another one takes its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiKey {
    /// The id.
    pub id: ApiKeyId,
    /// Its version.
    pub version: i64,
    /// The service user who calls by it.
    pub user_id: UserId,
    /// What it is for.
    pub name: LabelText,
    /// What it may do at most; the user's roles must allow it as well.
    pub scopes: Vec<Permission>,
    /// From when on it is refused; null for never.
    pub expires_at: Option<DateTime<Utc>>,
    /// From where it may be used; empty for anywhere.
    pub addresses: Vec<AddressRange>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Who made it; null for the command line.
    pub created_by: Option<UserId>,
    /// The key itself: in the answer that makes it, and never again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub secret: Option<String>,
}

impl ApiKey {
    /// The key that somebody asked for at `now`; its secret is told apart from it.
    pub fn new(
        id: ApiKeyId,
        user_id: UserId,
        new: NewApiKey,
        now: DateTime<Utc>,
        created_by: Option<UserId>,
    ) -> Self {
        Self {
            id,
            version: 1,
            user_id,
            name: new.name,
            scopes: new.scopes,
            expires_at: new.expires_at,
            addresses: new.addresses,
            created_at: now,
            created_by,
            secret: None,
        }
    }

    /// Whether the key still holds at `now`.
    pub fn holds(&self, now: DateTime<Utc>) -> bool {
        is_before(now, self.expires_at)
    }

    /// Whether it may be used from an address; one that is not known is in no list.
    pub fn admits(&self, address: Option<IpAddr>) -> bool {
        self.addresses.is_empty()
            || address
                .is_some_and(|address| self.addresses.iter().any(|range| range.contains(address)))
    }

    /// What a caller by it may do whose roles allow `role`, in the order of `role`.
    pub fn rights(&self, role: &[Permission]) -> Vec<Permission> {
        let both = role.iter().filter(|right| self.scopes.contains(right));
        both.copied().collect()
    }
}

/// An API key in a list, with its last use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiKeySummary {
    /// The id.
    pub id: ApiKeyId,
    /// Its version.
    pub version: i64,
    /// What it is for.
    pub name: LabelText,
    /// What it may do at most.
    pub scopes: Vec<Permission>,
    /// From when on it is refused; null for never.
    pub expires_at: Option<DateTime<Utc>>,
    /// From where it may be used; empty for anywhere.
    pub addresses: Vec<AddressRange>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Who made it; null for the command line.
    pub created_by: Option<UserId>,
    /// When it was last used, to the minute; null for never.
    pub last_used_at: Option<DateTime<Utc>>,
}

impl ApiKeySummary {
    /// Whether the key still holds at `now`.
    pub fn holds(&self, now: DateTime<Utc>) -> bool {
        is_before(now, self.expires_at)
    }
}

/// Whether `now` lies before an end, if there is one.
fn is_before(now: DateTime<Utc>, end: Option<DateTime<Utc>>) -> bool {
    end.is_none_or(|end| now < end)
}

/// What a caller says to make an API key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewApiKey {
    /// What it is for.
    pub name: LabelText,
    /// What it may do at most.
    pub scopes: Vec<Permission>,
    /// From when on it is refused; without it never.
    #[serde(default, deserialize_with = "read_instant")]
    pub expires_at: Option<DateTime<Utc>>,
    /// From where it may be used; without any from anywhere.
    #[serde(default)]
    pub addresses: Vec<AddressRange>,
}

impl NewApiKey {
    /// What is wrong with it at `now`.
    pub fn faults(&self, now: DateTime<Utc>) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.scopes.is_empty() {
            faults.push(Fault::at("/scopes", FieldCode::Required));
        }
        for (index, scope) in self.scopes.iter().enumerate() {
            if self
                .scopes
                .iter()
                .take(index)
                .any(|earlier| earlier == scope)
            {
                faults.push(Fault::at(format!("/scopes/{index}"), FieldCode::Duplicate));
            }
        }
        if self.expires_at.is_some_and(|end| end <= now) {
            faults.push(Fault::at("/expires_at", FieldCode::InPast));
        }
        if self.addresses.len() > MOST_ADDRESSES {
            faults.push(Fault::at("/addresses", FieldCode::TooMany));
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use uuid::Uuid;

    use super::*;
    use crate::permissions::Permission as P;

    fn key(scopes: &[P], addresses: &[&str]) -> ApiKey {
        let range = |text: &&str| AddressRange::try_from((*text).to_owned()).unwrap();
        ApiKey {
            id: ApiKeyId::from_uuid(Uuid::nil()),
            version: 1,
            user_id: UserId::from_uuid(Uuid::nil()),
            name: LabelText::try_from("shop").unwrap(),
            scopes: scopes.to_vec(),
            expires_at: Some(DateTime::UNIX_EPOCH),
            addresses: addresses.iter().map(range).collect(),
            created_at: DateTime::UNIX_EPOCH,
            created_by: None,
            secret: None,
        }
    }

    #[test]
    fn a_key_may_do_what_both_its_scopes_and_the_roles_allow() {
        let key = key(&[P::ViewTickets, P::ManageUsers], &[]);
        let rights = key.rights(&[P::ViewCustomers, P::ViewTickets, P::WorkTickets]);
        assert_eq!(rights, [P::ViewTickets]);
        assert!(key.rights(&[]).is_empty());
    }

    #[test]
    fn a_key_ends_at_the_instant_it_names_and_not_before() {
        let key = key(&[], &[]);
        assert!(key.holds(DateTime::UNIX_EPOCH - TimeDelta::microseconds(1)));
        assert!(!key.holds(DateTime::UNIX_EPOCH));
        assert!(
            ApiKey {
                expires_at: None,
                ..key
            }
            .holds(DateTime::<Utc>::MAX_UTC)
        );
    }

    #[test]
    fn a_list_of_addresses_admits_those_alone_and_an_empty_one_all() {
        let listed = key(&[], &["192.0.2.0/24", "2001:db8::1"]);
        for (address, admitted) in [
            ("192.0.2.9", true),
            ("::ffff:192.0.2.9", true),
            ("192.0.3.1", false),
            ("2001:db8::1", true),
            ("2001:db8::2", false),
        ] {
            assert_eq!(listed.admits(address.parse().ok()), admitted, "{address}");
        }
        assert!(!listed.admits(None));
        assert!(key(&[], &[]).admits(None));
    }

    #[test]
    fn a_new_key_has_scopes_each_once_and_ends_later() {
        let good = NewApiKey {
            name: LabelText::try_from("shop").unwrap(),
            scopes: vec![P::ViewTickets],
            expires_at: Some(DateTime::UNIX_EPOCH + TimeDelta::seconds(1)),
            addresses: Vec::new(),
        };
        assert_eq!(good.faults(DateTime::UNIX_EPOCH), []);
        let bad = NewApiKey {
            scopes: vec![P::ViewTickets, P::ViewTickets],
            expires_at: Some(DateTime::UNIX_EPOCH),
            ..good.clone()
        };
        assert_eq!(
            bad.faults(DateTime::UNIX_EPOCH),
            [
                Fault::at("/scopes/1", FieldCode::Duplicate),
                Fault::at("/expires_at", FieldCode::InPast),
            ]
        );
        let none = NewApiKey {
            scopes: Vec::new(),
            ..good
        };
        let required = Fault::at("/scopes", FieldCode::Required);
        assert_eq!(none.faults(DateTime::UNIX_EPOCH), [required]);
    }
}
