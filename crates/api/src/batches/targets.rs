//! Which records the items of a batch name, and which keys those are to have.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use rapport_persistence::error::StoreError;
use rapport_types::batches::BatchItem;
use rapport_types::problem::{ErrorCode, Fault, FieldCode};
use rapport_types::records::ExternalId;

use crate::error::ApiError;

/// Which records the items of a batch name, and which keys they give them.
#[derive(Debug)]
pub(crate) struct Targets<I> {
    holders: HashMap<ExternalId, I>,
    /// By which key or id an item before this one named a record.
    named: HashSet<I>,
    /// Keys that items before this one give to a record that is new.
    given: HashSet<ExternalId>,
}

/// What an item names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target<I> {
    /// A record that is there.
    Known(I),
    /// A record that is to be made.
    New,
}

impl<I: Copy + Eq + Hash> Targets<I> {
    /// The targets where these records have these keys.
    pub(crate) fn new(holders: Vec<(ExternalId, I)>) -> Self {
        Self {
            holders: holders.into_iter().collect(),
            named: HashSet::new(),
            given: HashSet::new(),
        }
    }

    /// The record that an item names by id or key, whether or not others name it, too.
    pub(crate) fn record<D>(&self, item: &BatchItem<I, D>) -> Option<I> {
        let by_key = || self.holders.get(item.external_id.as_ref()?).copied();
        item.id.or_else(by_key)
    }

    /// What an item names; no other may name the same.
    ///
    /// # Errors
    /// 422 when it names none rightly, or one that an item before it named.
    pub(crate) fn target<D>(&mut self, item: &BatchItem<I, D>) -> Result<Target<I>, ApiError> {
        let fault = |pointer: &str, code| Err(ApiError::from(Fault::at(pointer, code)));
        match (item.id, &item.external_id, item.version) {
            (Some(_), Some(_), _) => return fault("/external_id", FieldCode::InvalidValue),
            (Some(_), None, None) => return fault("/version", FieldCode::Required),
            (None, None, Some(_)) => return fault("/version", FieldCode::InvalidValue),
            _ => {}
        }
        let place = match item.id {
            Some(_) => "/id",
            None => "/external_id",
        };
        let Some(id) = self.record(item) else {
            let is_given = |key| self.given.contains(key);
            return match &item.external_id {
                Some(key) if is_given(key) => fault(place, FieldCode::Duplicate),
                _ => Ok(Target::New),
            };
        };
        if self.named.insert(id) {
            Ok(Target::Known(id))
        } else {
            fault(place, FieldCode::Duplicate)
        }
    }

    /// Notes the keys that a record is to have; `record` is none for a new one.
    ///
    /// # Errors
    /// 409 `taken` when another record has one of them or is to get it.
    pub(crate) fn give(&mut self, record: Option<I>, keys: &[ExternalId]) -> Result<(), ApiError> {
        let is_free = |key: &ExternalId| match self.holders.get(key) {
            Some(holder) => Some(*holder) == record,
            None => !self.given.contains(key),
        };
        if !keys.iter().all(is_free) {
            return Err(StoreError::Taken("external_ids".into()).into());
        }
        let new = keys.iter().filter(|key| !self.holders.contains_key(*key));
        self.given.extend(new.cloned());
        Ok(())
    }
}

/// The keys that the items name or give, for one look-up of their holders.
pub(crate) fn keys_of<'a, I, D: 'a>(
    items: &[&'a BatchItem<I, D>],
    given: impl Fn(&'a D) -> Option<&'a Vec<ExternalId>>,
) -> Vec<ExternalId> {
    let mut keys: Vec<ExternalId> = items
        .iter()
        .flat_map(|item| {
            let given = given(&item.data).into_iter().flatten();
            item.external_id.iter().chain(given)
        })
        .cloned()
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The keys that a record is to have: those given, and the one that it is named by.
pub(crate) fn with_key(
    given: Option<Vec<ExternalId>>,
    key: Option<&ExternalId>,
) -> Option<Vec<ExternalId>> {
    let Some(key) = key else { return given };
    let mut given = given?;
    if !given.contains(key) {
        given.push(key.clone());
    }
    Some(given)
}

/// The version that an item is based on is the current one.
///
/// # Errors
/// 412 with the current version.
pub(crate) fn check_version(seen: Option<i64>, current_version: i64) -> Result<(), ApiError> {
    match seen {
        Some(seen) if seen != current_version => Err(StoreError::Stale { current_version }.into()),
        _ => Ok(()),
    }
}

/// Why a record that is there cannot be changed by somebody who does not see it: that its key is in
/// use has to be told, by an id it is as good as none.
pub(crate) fn unseen(key: Option<&ExternalId>) -> ApiError {
    match key {
        Some(_) => ErrorCode::Taken.into(),
        None => ErrorCode::NotFound.into(),
    }
}
