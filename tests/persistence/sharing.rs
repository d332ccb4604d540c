//! Writers that meet: they may share a transaction, and nobody notices.

use std::collections::BTreeSet;

use futures_util::future::{Either, join_all, select};
use rapport_persistence::database::Database;
use rapport_persistence::error::StoreError;
use rapport_persistence::writes::{Writer, change_numbers_are_dense, write};
use rapport_persistence::{customers, tickets};
use rapport_tests::builders::{Company, at, context, customer, customers_where, paging, parsed};
use rapport_tests::databases::on_each_database;
use rapport_types::filters::Filter;
use rapport_types::ids::TicketId;
use rapport_types::records::ExternalId;
use uuid::Uuid;

/// Adds a customer with a key of another system.
async fn add(db: &Database, company: &Company, id: u128, key: &str) -> Result<i64, StoreError> {
    let team = company.team("east");
    write(db, context(at(0)), async |writer: &mut Writer| {
        let number = customers::next_number(writer).await?;
        let mut new = customer(id, number, &format!("客户 {id}"), team);
        new.external_ids = vec![ExternalId {
            source: parsed("erp"),
            id: parsed(key),
        }];
        customers::insert(writer, &new).await?;
        Ok(number)
    })
    .await
}

async fn found(db: &Database, company: &Company, q: Option<&str>) -> usize {
    let mut query = customers_where(Filter::default(), paging("updated_at", true, 500));
    query.q = q.map(str::to_owned);
    let scope = company.scope("manager");
    let page = customers::list(db, &company.configuration, &scope, &query).await;
    page.unwrap().data.len()
}

#[tokio::test]
async fn of_writers_that_meet_each_gets_its_own_end() {
    on_each_database(async |fresh| {
        let company = Company::found(&fresh.db).await;
        // Every third one takes a key that another one has.
        let writers = (0..60_u128).map(|n| {
            let key = if n % 3 == 2 { n - 1 } else { n };
            let (db, company) = (&fresh.db, &company);
            async move { (n, add(db, company, 10_000 + n, &key.to_string()).await) }
        });
        let ended = join_all(writers).await;
        for third in 0..20 {
            let of_key = [3 * third + 1, 3 * third + 2];
            let taken = ended
                .iter()
                .filter(|(n, end)| of_key.contains(n) && matches!(end, Err(StoreError::Taken(_))));
            assert_eq!(taken.count(), 1, "{ended:?}");
        }
        assert_eq!(ended.iter().filter(|(_, end)| end.is_ok()).count(), 40);
        assert_eq!(found(&fresh.db, &company, None).await, 40);
        assert_eq!(found(&fresh.db, &company, Some("客户")).await, 40);
        assert!(change_numbers_are_dense(&fresh.db).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn writers_that_meet_get_numbers_of_their_own_and_leave_the_counter_at_the_last() {
    on_each_database(async |fresh| {
        let company = Company::found(&fresh.db).await;
        let scope = company.scope("manager");
        let take = async |follows: bool| {
            write(&fresh.db, context(at(0)), async |writer: &mut Writer| {
                // Nobody knows that ticket; the number is taken all the same.
                let unknown = TicketId::from_uuid(Uuid::from_u128(1));
                if follows {
                    let number = tickets::next_number_after(writer, &scope, unknown).await;
                    assert!(matches!(number, Err(StoreError::NotFound)), "{number:?}");
                }
                tickets::next_number(writer).await
            })
            .await
        };
        for _ in 0..2 {
            let taken = join_all((0..30).map(|n| take(n % 5 == 4))).await;
            let taken: BTreeSet<i64> = taken.into_iter().map(Result::unwrap).collect();
            assert_eq!(taken.len(), 30);
            let counter = "SELECT value AS n FROM counters WHERE kind = 'ticket'";
            assert_eq!(taken.last(), Some(&fresh.number(counter).await));
        }
    })
    .await;
}

#[tokio::test]
async fn a_writer_that_goes_away_takes_nobody_with_it() {
    on_each_database(async |fresh| {
        let company = Company::found(&fresh.db).await;
        let writers = (0..40_u128).map(|n| {
            let (db, company) = (&fresh.db, &company);
            async move {
                let key = n.to_string();
                let adding = Box::pin(add(db, company, 20_000 + n, &key));
                if n % 2 == 0 {
                    return adding.await.map(drop);
                }
                // Looked at a few times, then dropped wherever it stands.
                let mut looks = n;
                let leaving = std::future::poll_fn(move |context| {
                    looks = looks.saturating_sub(1);
                    context.waker().wake_by_ref();
                    match looks {
                        0 => std::task::Poll::Ready(()),
                        _ => std::task::Poll::Pending,
                    }
                });
                match select(adding, Box::pin(leaving)).await {
                    Either::Left((done, _)) => done.map(drop),
                    Either::Right(_) => Ok(()),
                }
            }
        });
        for end in join_all(writers).await {
            end.unwrap();
        }
        let number = add(&fresh.db, &company, 30_000, "last").await.unwrap();
        assert!(number > 0);
        let kept = "SELECT count(*) AS n FROM customers";
        let last = "SELECT count(*) AS n FROM external_ids WHERE external_id = 'last'";
        assert!(fresh.number(kept).await >= 21);
        assert_eq!(fresh.number(last).await, 1);
        assert!(change_numbers_are_dense(&fresh.db).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn the_generation_rises_before_a_change_is_acknowledged() {
    on_each_database(async |fresh| {
        let company = Company::found(&fresh.db).await;
        let before = fresh.db.generation();
        add(&fresh.db, &company, 40_000, "a").await.unwrap();
        assert!(fresh.db.generation() > before);
    })
    .await;
}
