//! The rules by which two customers become one, and two again.

use std::collections::HashSet;

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use super::{Customer, CustomerRef};
use crate::contacts::Contact;
use crate::ids::{CustomerId, CustomerMergeId};
use crate::text::LongText;
use crate::users::UserRef;

/// How long a merge can be undone.
pub const UNDO_DAYS: i64 = 30;

/// The most likely duplicates that are told of one customer.
pub const MOST_DUPLICATES: usize = 20;

/// A member of which a customer has one value, so that a merge has to choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum MergeMember {
    /// The name.
    Name,
    /// The nature of an organisation.
    Nature,
    /// The industry.
    Industry,
    /// A person's job title.
    JobTitle,
    /// The postal address.
    Address,
    /// The region.
    Region,
    /// The birthday.
    BirthdayOn,
    /// The channel through which we came to know the customer.
    SourceChannel,
    /// Who looks after the customer.
    OwnerId,
    /// The team the customer belongs to.
    TeamId,
    /// Where it stands in its life with us.
    Lifecycle,
    /// The note; both are joined when it is not named.
    Note,
}

/// What a caller says to merge another customer into one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CustomerMerge {
    /// The customer that is given up.
    pub other_id: CustomerId,
    /// Its version, as the caller saw it.
    pub other_version: i64,
    /// The members whose value is the other's.
    #[serde(default)]
    pub take: Vec<MergeMember>,
}

/// A merge into a customer, as `GET /customers/{id}/merges` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MergeRecord {
    /// The id.
    pub id: CustomerMergeId,
    /// The customer that stayed.
    pub survivor_id: CustomerId,
    /// The customer that was given up, as it was called.
    pub other: CustomerRef,
    /// The members whose value was the other's.
    pub take: Vec<MergeMember>,
    /// How many tickets moved.
    pub ticket_count: i64,
    /// When it was done.
    pub merged_at: DateTime<Utc>,
    /// Who did it; null for the product itself.
    pub merged_by: Option<UserRef>,
    /// Until when it can be undone.
    pub undo_until: DateTime<Utc>,
    /// When it was undone.
    pub undone_at: Option<DateTime<Utc>>,
    /// Who undid it.
    pub undone_by: Option<UserRef>,
}

/// Where a customer went that was merged into another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MergedInto {
    /// The customer that was given up.
    pub id: CustomerId,
    /// The customer that stayed.
    pub merged_into: CustomerId,
    /// When it was merged.
    pub merged_at: DateTime<Utc>,
}

/// Both customers after a merge was undone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MergeUndone {
    /// The customer that had stayed.
    pub survivor: Customer,
    /// The customer that is back.
    pub restored: Customer,
}

/// Why two customers may be the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DuplicateReason {
    /// What they share.
    pub code: DuplicateCode,
    /// The value they share.
    pub value: String,
}

/// What two customers share that may be the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum DuplicateCode {
    /// A telephone number.
    SamePhone,
    /// An e-mail address.
    SameEmail,
    /// The name and the region.
    SameNameAndRegion,
}

/// A customer that may be the same as the one asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LikelyDuplicate {
    /// The customer.
    pub customer: CustomerRef,
    /// Its version, for a merge.
    pub version: i64,
    /// Why it may be the same, the strongest reason first.
    pub reasons: Vec<DuplicateReason>,
}

/// Why two customers cannot become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeError {
    /// They are the same customer.
    Itself,
    /// One is a person, the other an organisation.
    OtherKind,
    /// The joined notes are too long.
    NoteTooLong,
}

/// Why a merge cannot be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UndoError {
    /// It was undone before.
    AlreadyUndone,
    /// Too much time has passed.
    Expired,
    /// A newer merge into the same customer builds on it.
    NotNewest,
}

/// Until when a merge of this time can be undone.
pub fn undo_until(merged_at: DateTime<Utc>) -> DateTime<Utc> {
    merged_at + Duration::days(UNDO_DAYS)
}

/// Whether a merge may be undone `now`; `newest` is the newest one into the same customer that
/// still holds.
///
/// # Errors
/// Why not.
pub fn decide_undo(
    merge: &MergeRecord,
    newest: Option<CustomerMergeId>,
    now: DateTime<Utc>,
) -> Result<(), UndoError> {
    if merge.undone_at.is_some() {
        Err(UndoError::AlreadyUndone)
    } else if now > merge.undo_until {
        Err(UndoError::Expired)
    } else if newest.is_some_and(|newest| newest != merge.id) {
        Err(UndoError::NotNewest)
    } else {
        Ok(())
    }
}

/// The survivor with what the other brings to it. How long its lists may be is judged as for every
/// customer that is written.
///
/// # Errors
/// Why the two cannot become one.
pub fn merged(
    survivor: &Customer,
    other: &Customer,
    take: &[MergeMember],
) -> Result<Customer, MergeError> {
    if survivor.id == other.id {
        return Err(MergeError::Itself);
    }
    if survivor.kind != other.kind {
        return Err(MergeError::OtherKind);
    }
    let takes = |member| take.contains(&member);
    let mut after = survivor.clone();
    if takes(MergeMember::Name) {
        after.name = other.name.clone();
    }
    if takes(MergeMember::TeamId) {
        after.team_id = other.team_id;
    }
    if takes(MergeMember::Lifecycle) {
        after.lifecycle = other.lifecycle;
    }
    choose(&mut after.nature, &other.nature, takes(MergeMember::Nature));
    choose(
        &mut after.industry,
        &other.industry,
        takes(MergeMember::Industry),
    );
    choose(
        &mut after.job_title,
        &other.job_title,
        takes(MergeMember::JobTitle),
    );
    choose(
        &mut after.address,
        &other.address,
        takes(MergeMember::Address),
    );
    choose(&mut after.region, &other.region, takes(MergeMember::Region));
    choose(
        &mut after.birthday_on,
        &other.birthday_on,
        takes(MergeMember::BirthdayOn),
    );
    choose(
        &mut after.source_channel,
        &other.source_channel,
        takes(MergeMember::SourceChannel),
    );
    choose(
        &mut after.owner_id,
        &other.owner_id,
        takes(MergeMember::OwnerId),
    );
    after.note = if takes(MergeMember::Note) {
        other.note.clone()
    } else {
        joined(survivor.note.as_ref(), other.note.as_ref())?
    };
    after.phones = united(&survivor.phones, &other.phones);
    after.emails = united(&survivor.emails, &other.emails);
    after.tags = united(&survivor.tags, &other.tags);
    after.external_ids = united(&survivor.external_ids, &other.external_ids);
    Ok(after)
}

/// The survivor without what a merge brought to it: `before` and `merged` are what it was right
/// before and right after, `now` is what it has become. What was changed since stays.
pub fn parted(now: &Customer, before: &Customer, merged: &Customer) -> Customer {
    let mut after = now.clone();
    give_back(&mut after.name, &before.name, &merged.name);
    give_back(&mut after.nature, &before.nature, &merged.nature);
    give_back(&mut after.industry, &before.industry, &merged.industry);
    give_back(&mut after.job_title, &before.job_title, &merged.job_title);
    give_back(&mut after.address, &before.address, &merged.address);
    give_back(&mut after.region, &before.region, &merged.region);
    give_back(
        &mut after.birthday_on,
        &before.birthday_on,
        &merged.birthday_on,
    );
    give_back(
        &mut after.source_channel,
        &before.source_channel,
        &merged.source_channel,
    );
    give_back(&mut after.owner_id, &before.owner_id, &merged.owner_id);
    give_back(&mut after.team_id, &before.team_id, &merged.team_id);
    give_back(&mut after.lifecycle, &before.lifecycle, &merged.lifecycle);
    give_back(&mut after.note, &before.note, &merged.note);
    take_out(&mut after.phones, &before.phones, &merged.phones);
    take_out(&mut after.emails, &before.emails, &merged.emails);
    take_out(&mut after.tags, &before.tags, &merged.tags);
    take_out(
        &mut after.external_ids,
        &before.external_ids,
        &merged.external_ids,
    );
    after
}

/// The other as it comes back: as it was, under a version above its tombstone's. Of its keys in
/// other systems it gets those that are not somebody else's by now, `free`.
pub fn restored(
    other: &Customer,
    free: impl Fn(&crate::records::ExternalId) -> bool,
    now: DateTime<Utc>,
) -> Customer {
    let mut back = other.clone();
    // Its tombstone has the next one.
    back.version += 2;
    back.external_ids.retain(|key| free(key));
    back.updated_at = now;
    back
}

/// What becomes of a contact of the customer that is given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContactMove {
    /// It is the survivor's from now on.
    Moves(Contact),
    /// The survivor has it already: this one goes.
    Goes,
}

/// What becomes of the contacts in which `other` stands, `own` being those in which `survivor`
/// does. One primary contact of an organisation is enough: the survivor's stays it.
pub fn contact_moves(
    survivor: CustomerId,
    other: CustomerId,
    own: &[Contact],
    others: &[Contact],
) -> Vec<ContactMove> {
    let mut links: HashSet<(CustomerId, CustomerId)> =
        own.iter().map(|c| (c.customer_id, c.person_id)).collect();
    let mut has_primary = own
        .iter()
        .any(|c| c.customer_id == survivor && c.is_primary);
    let heir = |id| if id == other { survivor } else { id };
    others
        .iter()
        .map(|contact| {
            let mut moved = contact.clone();
            moved.customer_id = heir(contact.customer_id);
            moved.person_id = heir(contact.person_id);
            if !links.insert((moved.customer_id, moved.person_id)) {
                return ContactMove::Goes;
            }
            if moved.customer_id == survivor {
                moved.is_primary &= !has_primary;
                has_primary |= moved.is_primary;
            }
            ContactMove::Moves(moved)
        })
        .collect()
}

/// Those of `candidates` that may be the same as `customer`, the likeliest first.
pub fn likely_duplicates(customer: &Customer, candidates: &[Customer]) -> Vec<LikelyDuplicate> {
    let mut found: Vec<LikelyDuplicate> = candidates
        .iter()
        .filter(|other| other.id != customer.id && other.kind == customer.kind)
        .map(|other| LikelyDuplicate {
            customer: CustomerRef {
                id: other.id,
                number: other.number,
                name: other.name.clone(),
            },
            version: other.version,
            reasons: reasons(customer, other),
        })
        .filter(|found| !found.reasons.is_empty())
        .collect();
    found.sort_by_key(|found| {
        let strongest = found.reasons.first().map(|reason| reason.code);
        (
            std::cmp::Reverse(found.reasons.len()),
            strongest,
            found.customer.number,
        )
    });
    found.truncate(MOST_DUPLICATES);
    found
}

fn reasons(one: &Customer, other: &Customer) -> Vec<DuplicateReason> {
    let reason = |code, value: &str| DuplicateReason {
        code,
        value: value.to_owned(),
    };
    let mut reasons = Vec::new();
    let phones = one.phones.iter().filter(|v| other.phones.contains(v));
    reasons.extend(phones.map(|v| reason(DuplicateCode::SamePhone, v.as_str())));
    let emails = one.emails.iter().filter(|v| {
        let same = |o: &crate::text::Email| o.as_str().eq_ignore_ascii_case(v.as_str());
        other.emails.iter().any(same)
    });
    reasons.extend(emails.map(|v| reason(DuplicateCode::SameEmail, v.as_str())));
    if one.name == other.name && one.region.is_some() && one.region == other.region {
        reasons.push(reason(DuplicateCode::SameNameAndRegion, one.name.as_str()));
    }
    reasons
}

fn choose<T: Clone>(own: &mut Option<T>, other: &Option<T>, take: bool) {
    if take || own.is_none() {
        own.clone_from(other);
    }
}

fn joined(
    own: Option<&LongText>,
    other: Option<&LongText>,
) -> Result<Option<LongText>, MergeError> {
    match (own, other) {
        (Some(own), Some(other)) if own != other => {
            LongText::try_from(format!("{}\n\n{}", own.as_str(), other.as_str()))
                .map(Some)
                .map_err(|_| MergeError::NoteTooLong)
        }
        (own, other) => Ok(own.or(other).cloned()),
    }
}

fn united<T: Clone + PartialEq>(own: &[T], others: &[T]) -> Vec<T> {
    let mut all = own.to_vec();
    for value in others {
        if !all.contains(value) {
            all.push(value.clone());
        }
    }
    all
}

fn give_back<T: Clone + PartialEq>(now: &mut T, before: &T, merged: &T) {
    if now == merged {
        now.clone_from(before);
    }
}

fn take_out<T: PartialEq>(now: &mut Vec<T>, before: &[T], merged: &[T]) {
    now.retain(|value| before.contains(value) || !merged.contains(value));
}

#[cfg(test)]
mod tests;
