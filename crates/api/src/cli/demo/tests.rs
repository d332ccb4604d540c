//! The demo as it comes out of the database.

use rapport_types::tickets::Status;

use super::*;

const SMALL: Scale = Scale {
    customers: 120,
    tickets: 1_200,
};

/// Afternoon of a Thursday in China.
fn noon() -> DateTime<Utc> {
    "2026-05-28T06:30:00Z".parse().unwrap()
}

async fn filled(folder: &tempfile::TempDir) -> (Database, Vec<DemoUser>) {
    let options = Options {
        durable: false,
        ..Options::default()
    };
    let url = format!("sqlite://{}", folder.path().join("demo.sqlite").display());
    let db = Database::connect(&url, &options).await.unwrap();
    migrations::migrate(&db).await.unwrap();
    let users = fill(&db, noon(), SMALL, Cost::TEST, &mut |_, _, _| ())
        .await
        .unwrap();
    (db, users)
}

/// A company in a database that holds nothing else.
pub(super) async fn company_of(folder: &tempfile::TempDir) -> company::Company {
    let db = empty(folder).await;
    company::found(&db, "no hash", noon() - REACH, &mut Random::new(SEED))
        .await
        .unwrap()
}

/// Its customers.
pub(super) fn patrons_of(company: &company::Company) -> Vec<Patron> {
    let mut random = Random::new(SEED);
    customers::make(
        company,
        SMALL.customers,
        noon() - REACH,
        noon(),
        &mut random,
    )
    .unwrap()
}

/// The rows of the tickets without a database of their own.
async fn rows(db: &Database) -> Vec<rapport_persistence::tickets::NewTicketRow> {
    let mut random = Random::new(SEED);
    let since = noon() - REACH;
    let company = company::found(db, "no hash", since, &mut random)
        .await
        .unwrap();
    let patrons = customers::make(&company, SMALL.customers, since, noon(), &mut random).unwrap();
    let desk = Desk::new(&company, &patrons, noon());
    let agenda = Agenda::new(&desk, SMALL.tickets, since, &mut random).unwrap();
    agenda
        .write_down(0, SMALL.tickets, &desk, &mut random)
        .unwrap()
}

async fn empty(folder: &tempfile::TempDir) -> Database {
    let url = format!("sqlite://{}", folder.path().join("empty.sqlite").display());
    let db = Database::connect(
        &url,
        &Options {
            durable: false,
            ..Options::default()
        },
    )
    .await
    .unwrap();
    migrations::migrate(&db).await.unwrap();
    db
}

#[actix_web::test]
async fn the_same_moment_gives_the_same_company() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (one, other) = (
        rows(&empty(&one).await).await,
        rows(&empty(&other).await).await,
    );
    assert_eq!(one.len(), SMALL.tickets);
    for (one, other) in one.iter().zip(&other) {
        assert_eq!(one.ticket, other.ticket);
        assert_eq!(
            (&one.messages, &one.events),
            (&other.messages, &other.events)
        );
    }
}

#[actix_web::test]
async fn tickets_tell_a_story_that_does_not_contradict_itself() {
    let folder = tempfile::tempdir().unwrap();
    let rows = rows(&empty(&folder).await).await;
    let now = noon();
    let count = |what: &dyn Fn(&rapport_persistence::tickets::NewTicketRow) -> bool| {
        rows.iter().filter(|row| what(row)).count()
    };
    for row in &rows {
        let ticket = &row.ticket;
        assert!(
            row.events
                .iter()
                .all(|event| event.at >= ticket.opened_at && event.at <= now)
        );
        assert!(
            row.events
                .windows(2)
                .all(|pair| (pair[0].at, pair[0].id) < (pair[1].at, pair[1].id))
        );
        assert!(
            row.messages
                .windows(2)
                .all(|pair| pair[0].sent_at <= pair[1].sent_at)
        );
        assert_eq!(
            ticket.status.is_over(),
            row.spans.last().unwrap().1.is_some(),
            "{:?}",
            row.spans
        );
        assert_eq!(row.spans.len() as i64, ticket.reopened_count + 1);
        assert_eq!(
            ticket.satisfaction_score,
            row.ratings.last().map(|rating| rating.score)
        );
        assert_eq!(row.clocks.runs.len(), 2);
        assert!(ticket.resolved_at.is_none() || ticket.resolver_id.is_some());
    }
    let open = count(&|row| !row.ticket.status.is_over());
    assert!((50..300).contains(&open), "{open} open");
    let breached = count(&|row| {
        !row.ticket.status.is_over()
            && row
                .clocks
                .runs
                .iter()
                .any(|run| run.clock.breached_at.is_some())
    });
    assert!(breached > 10, "{breached} breached");
    assert!(count(&|row| row.ticket.status == Status::WaitingOnCustomer) > 0);
    assert!(count(&|row| row.ticket.reopened_count > 0) > 20);
    let rated = count(&|row| row.ticket.satisfaction_score.is_some());
    let content = count(&|row| row.ticket.satisfaction_score >= Some(4));
    assert!(
        rated > 300 && content * 100 / rated > 70,
        "{content} of {rated}"
    );
}

#[actix_web::test]
async fn the_database_holds_everything_and_the_agent_has_work_due_soon() {
    let folder = tempfile::tempdir().unwrap();
    let (db, users) = filled(&folder).await;
    assert!(
        rapport_persistence::writes::change_numbers_are_dense(&db)
            .await
            .unwrap()
    );
    assert!(
        ["admin", "manager", "agent"]
            .iter()
            .all(|name| users.iter().any(|user| user.username == *name))
    );
    let configuration = rapport_persistence::configuration::load(&db).await.unwrap();
    assert_eq!(
        (configuration.teams.len(), configuration.users.len()),
        (8, 40)
    );
    let agent = configuration
        .users
        .values()
        .find(|user| user.username.as_str() == "agent")
        .unwrap();
    let evening = noon() + TimeDelta::hours(6);
    let due = rapport_persistence::tickets::due_tickets(&db, evening, None, 10_000)
        .await
        .unwrap();
    let due: std::collections::BTreeSet<_> = due.iter().map(|due| due.id).collect();
    let scope = configuration.scope_of(agent);
    let mut soon = 0;
    for id in due {
        // What others work on elsewhere lies outside the agent's scope.
        let found = rapport_persistence::tickets::find(&db, &scope, id)
            .await
            .unwrap();
        soon += i32::from(found.is_some_and(|found| {
            found.ticket.assignee_id == Some(agent.id) && found.ticket.next_due_at > Some(noon())
        }));
    }
    assert!(soon >= 5, "{soon} tickets of the agent are due soon");
}

#[actix_web::test]
async fn an_existing_file_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("kept.sqlite");
    std::fs::write(&file, "precious").unwrap();
    let refused = Demo {
        database_file: file.clone(),
    }
    .run()
    .await;
    assert!(refused.is_err());
    assert_eq!(std::fs::read_to_string(file).unwrap(), "precious");
}
