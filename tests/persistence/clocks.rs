//! Clocks as rows: what is read is what was written, and the due ones come page by page.

use rapport_persistence::tickets;
use rapport_tests::builders::{at, everything};
use rapport_tests::databases::on_each_database;
use rapport_tests::generate::World;

#[tokio::test]
async fn clocks_are_read_with_what_they_run_by_as_they_were_written() {
    on_each_database(async |fresh| {
        let world = World::fill(&fresh.db, 10, 60).await;
        for row in &world.tickets {
            let read = tickets::get(&fresh.db, &everything(), row.ticket.id)
                .await
                .unwrap();
            assert_eq!(read.clocks, row.clocks, "{}", row.ticket.number);
        }
    })
    .await;
}

#[tokio::test]
async fn due_tickets_come_once_each_and_not_before_their_instant_is_over() {
    on_each_database(async |fresh| {
        let db = &fresh.db;
        World::fill(db, 10, 60).await;
        let now = at(10_000_000);
        let all = tickets::due_tickets(db, now, None, 10_000).await.unwrap();
        assert!(all.len() > 10, "{}", all.len());
        let (mut paged, mut last) = (Vec::new(), None);
        loop {
            let page = tickets::due_tickets(db, now, last, 3).await.unwrap();
            last = page.last().copied();
            if last.is_none() {
                break;
            }
            paged.extend(page);
        }
        assert_eq!(paged, all);
        let first = all[0].since;
        let none = tickets::due_tickets(db, first, None, 10).await.unwrap();
        assert_eq!(none, [], "at its very instant nothing has passed");
    })
    .await;
}
