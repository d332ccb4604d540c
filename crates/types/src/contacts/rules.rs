//! Who may be a contact of whom.

use super::Contact;
use crate::customers::{Customer, CustomerKind};
use crate::ids::ContactId;

/// Most contacts of an organisation, and most organisations that one person speaks for: a change
/// of a name renews what all of them are found by.
pub const MOST: usize = 200;

/// Why somebody cannot become a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContactError {
    /// Only an organisation has contacts.
    NotAnOrganisation,
    /// Only a person can be one: no organisation, and so nothing can be its own contact.
    NotAPerson,
    /// The person is a contact of this organisation already.
    Already,
    /// The organisation has as many as it may have.
    TooMany,
    /// The person speaks for as many organisations as it may.
    TooManyOrganisations,
}

/// Whether `person` may become a contact of `organisation`, which has the contacts `existing`;
/// gives whether it is the one to ask first when the caller does not say so.
///
/// # Errors
/// Why not.
pub fn decide_new(
    organisation: &Customer,
    existing: &[Contact],
    person: &Customer,
    spoken_for: usize,
) -> Result<bool, ContactError> {
    if !may_have_contacts(organisation.kind) {
        return Err(ContactError::NotAnOrganisation);
    }
    if person.kind != CustomerKind::Person {
        return Err(ContactError::NotAPerson);
    }
    if existing.iter().any(|known| known.person_id == person.id) {
        return Err(ContactError::Already);
    }
    if existing.len() >= MOST {
        return Err(ContactError::TooMany);
    }
    if spoken_for >= MOST {
        return Err(ContactError::TooManyOrganisations);
    }
    Ok(existing.is_empty())
}

/// Whether a customer of this kind has contacts.
pub const fn may_have_contacts(kind: CustomerKind) -> bool {
    matches!(kind, CustomerKind::Organisation)
}

/// The contact that is no longer the one to ask first once `chosen` is.
pub fn displaced(existing: &[Contact], chosen: ContactId) -> Option<&Contact> {
    existing
        .iter()
        .find(|known| known.is_primary && known.id != chosen)
}

#[cfg(test)]
mod tests {
    use super::super::tests::contact;
    use super::*;
    use crate::customers::Lifecycle;
    use crate::ids::{CustomerId, TeamId};
    use chrono::DateTime;
    use uuid::Uuid;

    fn customer(id: u128, kind: CustomerKind) -> Customer {
        Customer {
            id: CustomerId::from_uuid(Uuid::from_u128(id)),
            number: 1,
            version: 1,
            kind,
            name: "王芳".try_into().unwrap(),
            nature: None,
            industry: None,
            job_title: None,
            phones: Vec::new(),
            emails: Vec::new(),
            address: None,
            region: None,
            birthday_on: None,
            source_channel: None,
            owner_id: None,
            team_id: TeamId::from_uuid(Uuid::nil()),
            lifecycle: Lifecycle::New,
            tags: Vec::new(),
            note: None,
            external_ids: Vec::new(),
            import_id: None,
            created_at: DateTime::UNIX_EPOCH,
            updated_at: DateTime::UNIX_EPOCH,
        }
    }

    fn many(count: usize) -> Vec<Contact> {
        (0..count as u128)
            .map(|id| contact(id, 1_000 + id, id == 0))
            .collect()
    }

    #[test]
    fn only_a_new_person_becomes_a_contact_of_an_organisation() {
        use ContactError::*;
        use CustomerKind::{Organisation, Person};
        let firm = customer(1, Organisation);
        let wang = customer(2, Person);
        let others = [contact(7, 3, true)];
        let same = [contact(7, 2, false)];
        let full = many(MOST);
        let none: &[Contact] = &[];
        let table = [
            (&firm, none, &wang, 0, Ok(true)),
            (&firm, &others[..], &wang, 0, Ok(false)),
            (&firm, &others[..], &wang, MOST - 1, Ok(false)),
            (&firm, &others[..], &wang, MOST, Err(TooManyOrganisations)),
            (&firm, &same[..], &wang, 0, Err(Already)),
            (&firm, &full[..], &wang, 0, Err(TooMany)),
            (&wang, none, &customer(4, Person), 0, Err(NotAnOrganisation)),
            (&firm, none, &customer(4, Organisation), 0, Err(NotAPerson)),
            (&firm, none, &firm, 0, Err(NotAPerson)),
        ];
        for (organisation, existing, person, spoken_for, expected) in table {
            assert_eq!(
                decide_new(organisation, existing, person, spoken_for),
                expected,
                "{:?} {:?} {}",
                organisation.kind,
                person.kind,
                existing.len()
            );
        }
    }

    #[test]
    fn the_one_to_ask_first_displaces_another_one_only() {
        let first = contact(1, 2, true);
        let second = contact(2, 3, false);
        let both = [first.clone(), second.clone()];
        assert_eq!(displaced(&both, second.id), Some(&first));
        assert_eq!(displaced(&both, first.id), None);
        assert_eq!(displaced(std::slice::from_ref(&second), second.id), None);
    }
}
