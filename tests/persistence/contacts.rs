//! Contacts in both databases: what the database itself keeps, who sees them, and what is written.

use rapport_persistence::contacts;
use rapport_persistence::customers;
use rapport_persistence::database::Database;
use rapport_persistence::error::StoreError;
use rapport_persistence::writes::{Writer, change_numbers_are_dense, write};
use rapport_tests::builders::{Company, at, context, customer, customers_where, paging, parsed};
use rapport_tests::databases::on_each_database;
use rapport_types::contacts::Contact;
use rapport_types::customers::{Customer, CustomerKind};
use rapport_types::filters::Filter;
use rapport_types::ids::{ContactId, CustomerId, TeamId};
use uuid::Uuid;

fn organisation(id: u128, number: i64, name: &str, team: TeamId) -> Customer {
    Customer {
        kind: CustomerKind::Organisation,
        ..customer(id, number, name, team)
    }
}

fn person(id: u128, number: i64, name: &str, phone: &str, team: TeamId) -> Customer {
    Customer {
        phones: vec![parsed(phone)],
        ..customer(id, number, name, team)
    }
}

fn contact(id: u128, of: &Customer, person: &Customer, is_primary: bool) -> Contact {
    Contact {
        id: ContactId::from_uuid(Uuid::from_u128(id)),
        version: 1,
        customer_id: of.id,
        person_id: person.id,
        role: Some(parsed("采购")),
        preferred_channel: Some(parsed("phone")),
        is_primary,
        note: None,
        created_at: at(0),
        updated_at: at(0),
    }
}

async fn insert_customers(db: &Database, all: &[Customer]) {
    write(db, context(at(0)), async |writer: &mut Writer| {
        customers::insert_all(writer, all).await
    })
    .await
    .unwrap();
}

async fn insert(db: &Database, new: &Contact, of: &Customer) -> Result<(), StoreError> {
    write(db, context(at(0)), async |writer: &mut Writer| {
        contacts::insert(writer, new, of).await
    })
    .await
}

/// The numbers of the customers that a reader finds by what it types.
async fn found(db: &Database, company: &Company, reader: &str, q: &str) -> Vec<i64> {
    let query = customers::Query {
        q: Some(q.to_owned()),
        ..customers_where(Filter::default(), paging("updated_at", true, 50))
    };
    let scope = company.scope(reader);
    let page = customers::list(db, &company.configuration, &scope, &query)
        .await
        .unwrap();
    let mut numbers: Vec<i64> = page.data.iter().map(|found| found.number).collect();
    numbers.sort_unstable();
    numbers
}

#[tokio::test]
async fn the_database_keeps_one_link_per_pair_one_primary_and_both_ends() {
    on_each_database(async |fresh| {
        let db = &fresh.db;
        let team = Company::found(db).await.team("north");
        let firm = organisation(1, 1, "华远科技", team);
        let (wang, li) = (
            person(2, 2, "王芳", "+8613800138000", team),
            person(3, 3, "李雷", "+8613900139000", team),
        );
        insert_customers(db, &[firm.clone(), wang.clone(), li.clone()]).await;
        insert(db, &contact(10, &firm, &wang, true), &firm)
            .await
            .unwrap();
        for (what, wrong, expected) in [
            (
                "the same pair",
                contact(11, &firm, &wang, false),
                "person_id",
            ),
            ("a second primary", contact(11, &firm, &li, true), ""),
        ] {
            match insert(db, &wrong, &firm).await {
                Err(StoreError::Taken(member)) => {
                    assert!(
                        expected.is_empty() || member == expected,
                        "{what}: {member}"
                    );
                }
                other => panic!("{what}: {other:?}"),
            }
        }
        let nobody = customer(99, 99, "x", team);
        assert!(matches!(
            insert(db, &contact(11, &firm, &nobody, false), &firm).await,
            Err(StoreError::Unknown(_))
        ));
        for end in [&firm, &wang] {
            let gone = write(db, context(at(1)), async |writer: &mut Writer| {
                customers::delete(writer, end).await
            })
            .await;
            assert_eq!(gone, Ok(false), "{}", end.name);
        }
        let count = "SELECT COUNT(*) AS n FROM contacts";
        assert_eq!(fresh.number(count).await, 1);
        assert!(change_numbers_are_dense(db).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_contact_is_seen_through_its_organisation_and_reached_through_the_person() {
    on_each_database(async |fresh| {
        let db = &fresh.db;
        let company = Company::found(db).await;
        let owner = company.user("account").id;
        let firm = Customer {
            owner_id: Some(owner),
            ..organisation(1, 1, "华远科技", company.team("north_shop"))
        };
        let (near, far) = (
            person(2, 2, "王芳", "+8613800138000", company.team("north_shop")),
            person(3, 3, "李雷", "+8613900139000", company.team("south_shop")),
        );
        insert_customers(db, &[firm.clone(), near.clone(), far.clone()]).await;
        let both = [
            contact(10, &firm, &near, true),
            contact(11, &firm, &far, false),
        ];
        for new in &both {
            insert(db, new, &firm).await.unwrap();
        }
        for reader in ["manager", "lead", "shop", "southern", "account", "eastern"] {
            let scope = company.scope(reader);
            let sees = company.sees_customer(reader, &firm);
            for one in &both {
                let got = contacts::get(db, &scope, one.id).await;
                assert_eq!(got.as_ref().ok(), sees.then_some(one), "{reader}");
            }
            let listed = contacts::list_of_organisation(db, &scope, firm.id).await;
            assert_eq!(listed.is_ok(), sees, "{reader}");
            for row in listed.unwrap_or_default() {
                let person = if row.person.id == near.id {
                    &near
                } else {
                    &far
                };
                assert_eq!(row.person.name, person.name);
                assert_eq!(
                    row.reach.map(|reach| reach.phones),
                    company
                        .sees_customer(reader, person)
                        .then(|| person.phones.clone()),
                    "{reader} {}",
                    person.name
                );
            }
            let organisations = contacts::list_of_person(db, &scope, far.id).await;
            let expected = company
                .sees_customer(reader, &far)
                .then_some(usize::from(sees));
            assert_eq!(
                organisations.ok().map(|rows| rows.len()),
                expected,
                "{reader}"
            );
        }
        let nobody = CustomerId::from_uuid(Uuid::from_u128(4_711));
        assert_eq!(
            contacts::list_of_organisation(db, &company.scope("manager"), nobody).await,
            Err(StoreError::NotFound)
        );
    })
    .await;
}

#[tokio::test]
async fn what_an_organisation_is_found_by_follows_each_of_its_contacts() {
    on_each_database(async |fresh| {
        let db = &fresh.db;
        let company = Company::found(db).await;
        let team = company.team("north");
        let (firm, other) = (
            organisation(1, 1, "华远科技", team),
            organisation(2, 2, "东方贸易", team),
        );
        let (wang, li) = (
            person(3, 3, "王芳", "+8613800138000", team),
            person(4, 4, "李雷", "+8613900139111", team),
        );
        insert_customers(db, &[firm.clone(), other.clone(), wang.clone(), li.clone()]).await;
        let links = [
            (contact(10, &firm, &wang, true), &firm),
            (contact(11, &firm, &li, false), &firm),
            (contact(12, &other, &wang, true), &other),
        ];
        let links: Vec<(&Contact, &Customer)> =
            links.iter().map(|(link, of)| (link, *of)).collect();
        write(db, context(at(0)), async |writer: &mut Writer| {
            contacts::insert_all(writer, &links).await
        })
        .await
        .unwrap();
        for (q, expected) in [
            ("8000", vec![1, 2, 3]),
            ("9111", vec![1, 4]),
            ("wangfang", vec![1, 2, 3]),
            ("华远", vec![1]),
        ] {
            assert_eq!(found(db, &company, "lead", q).await, expected, "{q}");
        }
        write(db, context(at(1)), async |writer: &mut Writer| {
            let mut renamed = Customer {
                name: parsed("韩梅"),
                ..wang.clone()
            };
            customers::update(writer, &wang, &mut renamed).await
        })
        .await
        .unwrap();
        assert!(found(db, &company, "lead", "wangfang").await.is_empty());
        assert_eq!(found(db, &company, "lead", "hanmei").await, [1, 2, 3]);
        assert_eq!(found(db, &company, "lead", "9111").await, [1, 4]);
        write(db, context(at(2)), async |writer: &mut Writer| {
            let (link, organisation) =
                contacts::get_locked(writer, &company.scope("lead"), links[0].0.id).await?;
            contacts::delete(writer, &link, &organisation).await
        })
        .await
        .unwrap();
        assert_eq!(found(db, &company, "lead", "hanmei").await, [2, 3]);
        assert_eq!(found(db, &company, "lead", "9111").await, [1, 4]);
    })
    .await;
}

#[tokio::test]
async fn people_of_one_organisation_who_change_at_once_are_both_found_by_what_they_are_then() {
    on_each_database(async |fresh| {
        let db = &fresh.db;
        let company = Company::found(db).await;
        let team = company.team("north");
        let firm = organisation(1, 1, "华远科技", team);
        let people: Vec<Customer> = (0..6)
            .map(|n| {
                person(
                    10 + n,
                    10 + n as i64,
                    "王芳",
                    &format!("+86138001380{n:02}"),
                    team,
                )
            })
            .collect();
        insert_customers(db, std::slice::from_ref(&firm)).await;
        insert_customers(db, &people).await;
        for (n, one) in people.iter().enumerate() {
            insert(db, &contact(100 + n as u128, &firm, one, n == 0), &firm)
                .await
                .unwrap();
        }
        let changes = people.iter().enumerate().map(|(n, before)| {
            write(db, context(at(1)), async move |writer: &mut Writer| {
                let mut after = Customer {
                    phones: vec![parsed(&format!("+861390013{n:04}"))],
                    ..before.clone()
                };
                customers::update(writer, before, &mut after).await
            })
        });
        for done in futures_util::future::join_all(changes).await {
            done.unwrap();
        }
        for n in 0..people.len() {
            let numbers = found(db, &company, "lead", &format!("1390013{n:04}")).await;
            assert_eq!(numbers, [1, 10 + n as i64]);
            assert!(
                found(db, &company, "lead", &format!("138001380{n:02}"))
                    .await
                    .is_empty()
            );
        }
    })
    .await;
}
