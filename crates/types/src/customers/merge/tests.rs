use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::subsequence;
use serde_json::{Value, json};

use super::*;

const EVERY: &[MergeMember] = &[
    MergeMember::Name,
    MergeMember::Nature,
    MergeMember::Industry,
    MergeMember::JobTitle,
    MergeMember::Address,
    MergeMember::Region,
    MergeMember::BirthdayOn,
    MergeMember::SourceChannel,
    MergeMember::OwnerId,
    MergeMember::TeamId,
    MergeMember::Lifecycle,
    MergeMember::Note,
];

fn uuid(n: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(n)
}

/// A customer whose members are drawn by small numbers, so that two of them often agree. Nought is
/// no value.
fn drawn(id: u128, one: &[u8], lists: &[Vec<u8>]) -> Customer {
    let pick_always =
        |at: usize, values: &[&str]| json!(values[usize::from(one[at]) % values.len()]);
    let pick = |at: usize, values: &[&str]| match one[at] {
        0 => Value::Null,
        _ => pick_always(at, values),
    };
    let all = |at: usize, make: &dyn Fn(u8) -> Value| -> Vec<Value> {
        let mut values: Vec<Value> = lists[at].iter().map(|n| make(*n)).collect();
        let mut seen = HashSet::new();
        values.retain(|value| seen.insert(value.to_string()));
        values
    };
    serde_json::from_value(json!({
        "id": CustomerId::from_uuid(uuid(id)),
        "number": i64::try_from(id).unwrap(), "version": 3, "kind": "person",
        "name": pick_always(0, &["王芳", "王方", "Li Wei"]),
        "nature": null,
        "industry": pick(1, &["retail", "travel"]),
        "job_title": pick(2, &["采购", "财务"]),
        "address": pick(3, &["1 Main St", "2 Side St"]),
        "region": pick(4, &["华东", "华北"]),
        "birthday_on": pick(5, &["1990-01-02", "1991-02-03"]),
        "source_channel": pick(6, &["phone", "web"]),
        "owner_id": (one[7] > 0).then(|| crate::ids::UserId::from_uuid(uuid(u128::from(one[7])))),
        "team_id": crate::ids::TeamId::from_uuid(uuid(u128::from(one[8]) + 1)),
        "lifecycle": pick_always(9, &["potential", "active"]),
        "note": pick(10, &["likes mail", "calls back"]),
        "phones": all(0, &|n| json!(format!("+86138001380{n:02}"))),
        "emails": all(1, &|n| json!(format!("a{n}@example.com"))),
        "tags": all(2, &|n| json!(format!("tag {n}"))),
        "external_ids": all(3, &|n| json!({"source": "crm", "id": format!("{id}-{n}")})),
        "import_id": null,
        "created_at": "2026-05-31T08:00:00Z", "updated_at": "2026-05-31T08:00:00Z",
    }))
    .unwrap()
}

prop_compose! {
    fn any_customer(id: u128)(
        one in vec(0_u8..4, 11),
        lists in vec(vec(0_u8..6, 0..4), 4),
    ) -> Customer {
        drawn(id, &one, &lists)
    }
}

/// The members of a customer by name.
fn members(customer: &Customer) -> Value {
    serde_json::to_value(customer).unwrap()
}

/// The name of a member on the wire.
fn name(member: MergeMember) -> String {
    json!(member).as_str().unwrap().to_owned()
}

proptest! {
    #[test]
    fn what_a_merge_makes_says_which_of_the_two_it_has_from(
        one in any_customer(1),
        other in any_customer(2),
        take in subsequence(EVERY, 0..=EVERY.len()),
    ) {
        let after = members(&merged(&one, &other, &take).unwrap());
        let (own, others) = (members(&one), members(&other));
        for member in EVERY {
            let name = name(*member);
            let takes = take.contains(member);
            let expected = match (&own[&name], &others[&name]) {
                (_, other) if takes => other.clone(),
                (Value::Null, other) => other.clone(),
                (Value::String(own), Value::String(other))
                    if *member == MergeMember::Note && own != other =>
                {
                    json!(format!("{own}\n\n{other}"))
                }
                (own, _) => own.clone(),
            };
            prop_assert_eq!(&after[&name], &expected, "{}", name);
        }
        for list in ["phones", "emails", "tags", "external_ids"] {
            let (own, others) = (own[list].as_array().unwrap(), others[list].as_array().unwrap());
            let mut expected = own.clone();
            expected.extend(others.iter().filter(|value| !own.contains(value)).cloned());
            prop_assert_eq!(&after[list], &json!(expected), "{}", list);
        }
        for kept in ["id", "number", "version", "kind", "created_at", "import_id"] {
            prop_assert_eq!(&after[kept], &own[kept]);
        }
    }

    #[test]
    fn a_merge_and_its_undoing_leave_the_survivor_as_it_was(
        one in any_customer(1),
        other in any_customer(2),
        take in subsequence(EVERY, 0..=EVERY.len()),
    ) {
        let both = merged(&one, &other, &take).unwrap();
        prop_assert_eq!(parted(&both, &one, &both), one);
    }

    #[test]
    fn what_was_changed_since_a_merge_stays_and_everything_else_goes_back(
        one in any_customer(1),
        other in any_customer(2),
        later in any_customer(1),
        changed in subsequence(EVERY, 0..=EVERY.len()),
    ) {
        let both = merged(&one, &other, &[]).unwrap();
        let (mut now, later) = (members(&both), members(&later));
        for member in &changed {
            let name = name(*member);
            now[&name] = later[&name].clone();
        }
        let now_is: Customer = serde_json::from_value(now.clone()).unwrap();
        let (after, one, both) = (members(&parted(&now_is, &one, &both)), members(&one), members(&both));
        for member in EVERY {
            let name = name(*member);
            let expected = if now[&name] == both[&name] { &one[&name] } else { &now[&name] };
            prop_assert_eq!(&after[&name], expected, "{}", name);
        }
    }

    #[test]
    fn whoever_shares_nothing_is_no_duplicate_and_the_likeliest_comes_first(
        one in any_customer(1),
        others in vec(any_customer(2), 0..30),
    ) {
        let found = likely_duplicates(&one, &others);
        prop_assert!(found.len() <= MOST_DUPLICATES);
        let shares = |other: &Customer| {
            other.phones.iter().filter(|phone| one.phones.contains(phone)).count()
                + other.emails.iter().filter(|email| one.emails.contains(email)).count()
                + usize::from(
                    one.name == other.name && one.region.is_some() && one.region == other.region,
                )
        };
        let alike = others.iter().filter(|other| shares(other) > 0).count();
        prop_assert_eq!(found.len(), alike.min(MOST_DUPLICATES));
        let counts: Vec<usize> = found.iter().map(|one| one.reasons.len()).collect();
        prop_assert!(counts.is_sorted_by(|one, next| one >= next), "{:?}", counts);
    }
}

fn plain(id: u128) -> Customer {
    drawn(id, &[0; 11], &vec![Vec::new(); 4])
}

#[test]
fn a_customer_is_merged_neither_into_itself_nor_into_another_kind() {
    let (one, mut other) = (plain(1), plain(2));
    assert_eq!(merged(&one, &one, &[]), Err(MergeError::Itself));
    other.kind = super::super::CustomerKind::Organisation;
    assert_eq!(merged(&one, &other, &[]), Err(MergeError::OtherKind));
}

#[test]
fn notes_that_do_not_fit_together_are_refused_unless_one_is_chosen() {
    let (mut one, mut other) = (plain(1), plain(2));
    one.note = Some("甲".repeat(12_000).try_into().unwrap());
    other.note = Some("乙".repeat(12_000).try_into().unwrap());
    let refused = merged(&one, &other, &[]).err();
    assert_eq!(refused, Some(MergeError::NoteTooLong));
    let after = merged(&one, &other, &[MergeMember::Note]).unwrap();
    assert_eq!(after.note, other.note);
}

#[test]
fn a_merge_is_undone_once_in_time_and_the_newest_first() {
    let merged_at: DateTime<Utc> = "2026-05-31T08:00:00Z".parse().unwrap();
    let id = |n| CustomerMergeId::from_uuid(uuid(n));
    let customer = plain(2);
    let merge = MergeRecord {
        id: id(1),
        survivor_id: CustomerId::from_uuid(uuid(1)),
        other: CustomerRef {
            id: customer.id,
            number: customer.number,
            name: customer.name,
        },
        take: Vec::new(),
        ticket_count: 0,
        merged_at,
        merged_by: None,
        undo_until: undo_until(merged_at),
        undone_at: None,
        undone_by: None,
    };
    let last = merged_at + Duration::days(30);
    assert_eq!(decide_undo(&merge, Some(id(1)), last), Ok(()));
    let late = last + Duration::microseconds(1);
    assert_eq!(
        decide_undo(&merge, Some(id(1)), late),
        Err(UndoError::Expired)
    );
    assert_eq!(
        decide_undo(&merge, Some(id(2)), last),
        Err(UndoError::NotNewest)
    );
    let undone = MergeRecord {
        undone_at: Some(last),
        ..merge
    };
    assert_eq!(
        decide_undo(&undone, None, late),
        Err(UndoError::AlreadyUndone)
    );
}

#[test]
fn one_primary_contact_and_one_link_to_each_person_are_left() {
    let contact = |id: u128, customer: u128, person: u128, is_primary: bool| -> Contact {
        serde_json::from_value(json!({
            "id": crate::ids::ContactId::from_uuid(uuid(id)), "version": 1,
            "customer_id": CustomerId::from_uuid(uuid(customer)),
            "person_id": CustomerId::from_uuid(uuid(person)), "role": null,
            "preferred_channel": null, "is_primary": is_primary, "note": null,
            "created_at": "2026-05-31T08:00:00Z", "updated_at": "2026-05-31T08:00:00Z",
        }))
        .unwrap()
    };
    let (survivor, other) = (plain(1).id, plain(2).id);
    let own = [contact(11, 1, 50, true)];
    let others = [
        contact(12, 2, 50, true),
        contact(13, 2, 51, false),
        contact(14, 2, 52, true),
    ];
    let moved = |contact: &Contact, customer: CustomerId, is_primary| {
        ContactMove::Moves(Contact {
            customer_id: customer,
            is_primary,
            ..contact.clone()
        })
    };
    assert_eq!(
        contact_moves(survivor, other, &own, &others),
        [
            ContactMove::Goes,
            moved(&others[1], survivor, false),
            moved(&others[2], survivor, false),
        ]
    );
    // Without a primary one of its own the survivor gets the other's.
    assert_eq!(
        contact_moves(survivor, other, &[], &others[2..]),
        [moved(&others[2], survivor, true)]
    );
    // A person who stands for the survivor's organisation already stands for it once.
    let stands = contact(15, 90, 2, true);
    let alike = contact(16, 90, 1, false);
    assert_eq!(
        contact_moves(survivor, other, &[alike], std::slice::from_ref(&stands)),
        [ContactMove::Goes]
    );
    assert_eq!(
        contact_moves(survivor, other, &[], std::slice::from_ref(&stands)),
        [ContactMove::Moves(Contact {
            person_id: survivor,
            ..stands
        })]
    );
}
