//! Transactions that meet: broken off and tried again, or waiting for each other.

use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::{join, try_join};
use rapport_persistence::customers;
use rapport_persistence::database::Kind;
use rapport_persistence::error::StoreError;
use rapport_persistence::sessions::{self, Owner, TokenDigest};
use rapport_persistence::users;
use rapport_persistence::writes::{Writer, change_numbers_are_dense, write};
use rapport_tests::builders::{Company, at, context, customer, everything, parsed};
use rapport_tests::databases::{Fresh, on_each_database};
use rapport_types::customers::Customer;
use rapport_types::ids::{CustomerId, SessionId, UserId};
use rapport_types::users::User;
use tokio::sync::{Barrier, Notify};
use uuid::Uuid;

/// Changes two customers in this order, at first only together with somebody else who holds one
/// already, too.
async fn change_both(
    fresh: &Fresh,
    order: [CustomerId; 2],
    both_hold_one: &Barrier,
    tries: &AtomicUsize,
) -> Result<(), StoreError> {
    let is_first = AtomicUsize::new(0);
    write(&fresh.db, context(at(10)), async |writer: &mut Writer| {
        tries.fetch_add(1, Ordering::Relaxed);
        let meets = is_first.fetch_add(1, Ordering::Relaxed) == 0;
        for (place, id) in order.into_iter().enumerate() {
            if place == 1 && meets {
                both_hold_one.wait().await;
            }
            let before = customers::get_locked(writer, &everything(), id).await?;
            let mut after = Customer {
                note: Some(parsed(&format!("{place}"))),
                ..before.clone()
            };
            customers::update(writer, &before, &mut after).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn of_two_that_wait_for_each_other_one_is_tried_again_and_both_succeed() {
    on_each_database(async |fresh| {
        // On SQLite there is one writer at a time, and so no meeting.
        if fresh.db.kind == Kind::Sqlite {
            return;
        }
        let company = Company::found(&fresh.db).await;
        let team = company.team("north");
        let two = [customer(1, 1, "王芳", team), customer(2, 2, "李伟", team)];
        write(&fresh.db, context(at(0)), async |writer: &mut Writer| {
            customers::insert_all(writer, &two).await
        })
        .await
        .unwrap();
        let (there, back) = ([two[0].id, two[1].id], [two[1].id, two[0].id]);
        let (barrier, tries) = (Barrier::new(2), AtomicUsize::new(0));
        let done = try_join(
            change_both(fresh, there, &barrier, &tries),
            change_both(fresh, back, &barrier, &tries),
        );
        done.await.unwrap();
        assert!(tries.load(Ordering::Relaxed) > 2, "they did not meet");
        for id in there {
            let read = customers::get(&fresh.db, &everything(), id).await.unwrap();
            assert_eq!(read.version, 3, "each changed it once");
        }
        assert!(change_numbers_are_dense(&fresh.db).await.unwrap());
    })
    .await;
}

fn session(number: u128, user: UserId) -> (Owner, TokenDigest) {
    let session = SessionId::from_uuid(Uuid::from_u128(number));
    let digest = u8::try_from(number % 251).unwrap();
    (Owner { session, user }, TokenDigest([digest; 32]))
}

#[tokio::test]
async fn nobody_signs_in_by_a_password_that_is_being_changed() {
    on_each_database(async |fresh| {
        let company = Company::found(&fresh.db).await;
        let anna = company.user("admin").clone();
        let read = || users::find_credentials(&fresh.db, &anna.username);
        let old = read().await.unwrap().unwrap().password_hash;
        let open = async |number: u128, hash: &str| {
            let (owner, token) = session(number, anna.id);
            let opened = sessions::open(&fresh.db, owner, hash, &token, at(20)).await;
            (opened.unwrap(), owner)
        };
        let (opened, before) = open(501, &old).await;
        assert!(opened);
        // The new password is written but not committed when somebody comes in by the old one.
        let written = Notify::new();
        let change = write(&fresh.db, context(at(20)), async |writer: &mut Writer| {
            let changed = users::update(writer, &anna, anna.clone(), Some("$argon2id$new")).await?;
            written.notify_one();
            tokio::task::yield_now().await;
            Ok::<_, StoreError>(changed)
        });
        let late = async {
            written.notified().await;
            open(502, &old).await.0
        };
        let (changed, late) = join(change, late).await;
        assert!(!late, "by the old password");
        assert!(!open(503, &old).await.0, "by the old password, afterwards");
        assert!(open(504, "$argon2id$new").await.0);
        let before = users::find_caller(&fresh.db, before).await.unwrap();
        assert_eq!(before, None, "the session from before has ended");
        let changed = changed.unwrap();
        let gone = User {
            active: false,
            ..changed.clone()
        };
        write(&fresh.db, context(at(21)), async |writer: &mut Writer| {
            users::update(writer, &changed, gone.clone(), None).await
        })
        .await
        .unwrap();
        assert!(!open(505, "$argon2id$new").await.0, "deactivated");
    })
    .await;
}
