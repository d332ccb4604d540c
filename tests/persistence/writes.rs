//! The one write path: versions, the change log, its numbers, and what fails.

use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use rapport_persistence::configuration;
use rapport_persistence::customers;
use rapport_persistence::database::Database;
use rapport_persistence::error::StoreError;
use rapport_persistence::tickets::{self, LoadedTicket, NewTicketRow};
use rapport_persistence::users;
use rapport_persistence::writes::{WriteContext, Writer, change_numbers_are_dense, write};
use rapport_tests::builders::{
    Company, at, context, customer, customers_where, everything, paging, parsed, ticket,
};
use rapport_tests::databases::{Fresh, on_each_database, options};
use rapport_types::clocks::TicketClocks;
use rapport_types::customers::Customer;
use rapport_types::filters::Filter;
use rapport_types::ids::{MessageId, RatingId, UserId};
use rapport_types::records::{Actor, ExternalId, micros};
use rapport_types::tickets::{
    Author, Case, Message, Rating, RatingSource, Status, Ticket, Visibility,
};
use serde_json::{Value, json};
use uuid::Uuid;

/// An entry of the change log.
#[derive(Debug)]
struct Change {
    seq: i64,
    at: i64,
    actor_id: Option<Uuid>,
    request_id: String,
    entity: String,
    record_id: String,
    version: i64,
    action: String,
    before: Option<Value>,
    after: Option<Value>,
    scope_before: Option<Value>,
    scope_after: Option<Value>,
}

async fn changes_after(fresh: &Fresh, seq: i64) -> Vec<Change> {
    let rows = fresh
        .rows(&format!(
            "SELECT * FROM changes WHERE seq > {seq} ORDER BY seq"
        ))
        .await;
    let read = |row: &sea_orm::QueryResult| {
        let json = |name: &str| {
            let text: Option<String> = row.try_get("", name).unwrap();
            text.map(|text| serde_json::from_str(&text).unwrap())
        };
        Change {
            seq: row.try_get("", "seq").unwrap(),
            at: row.try_get("", "at").unwrap(),
            actor_id: row.try_get("", "actor_id").unwrap(),
            request_id: row.try_get("", "request_id").unwrap(),
            entity: row.try_get("", "entity").unwrap(),
            record_id: row.try_get("", "record_id").unwrap(),
            version: row.try_get("", "version").unwrap(),
            action: row.try_get("", "action").unwrap(),
            before: json("before"),
            after: json("after"),
            scope_before: json("scope_before"),
            scope_after: json("scope_after"),
        }
    };
    rows.iter().map(read).collect()
}

async fn last_change(fresh: &Fresh) -> i64 {
    fresh
        .number("SELECT COALESCE(MAX(seq), 0) AS n FROM changes")
        .await
}

/// The members that an entry shows, in order of their names.
fn members(value: &Option<Value>) -> Vec<&str> {
    let mut names: Vec<&str> = value
        .iter()
        .flat_map(|v| v.as_object().unwrap().keys())
        .map(String::as_str)
        .collect();
    names.sort_unstable();
    names
}

fn by(user: UserId, now: DateTime<Utc>) -> WriteContext {
    WriteContext {
        actor: Actor::User(user),
        on_behalf_of: None,
        request_id: "request".to_owned(),
        now,
    }
}

async fn insert_customer(db: &Database, customer: &Customer) -> Result<(), StoreError> {
    write(db, context(at(0)), async |writer: &mut Writer| {
        customers::insert(writer, customer).await
    })
    .await
}

async fn update_customer(
    db: &Database,
    before: &Customer,
    after: Customer,
    now: DateTime<Utc>,
) -> Customer {
    write(db, context(now), async |writer: &mut Writer| {
        let mut changed = after.clone();
        customers::update(writer, before, &mut changed).await?;
        Ok::<_, StoreError>(changed)
    })
    .await
    .unwrap()
}

/// A ticket whose clocks run.
fn opened(company: &Company, new: Ticket) -> NewTicketRow {
    let basis = company.configuration.clock_basis(&new, new.opened_at);
    let mut case = Case::new(new, TicketClocks::by(basis), &company.configuration);
    case.open();
    NewTicketRow {
        spans: vec![(micros(case.ticket.opened_at), None)],
        ticket: case.ticket,
        clocks: case.clocks,
        events: Vec::new(),
        messages: Vec::new(),
        ratings: Vec::new(),
    }
}

async fn insert_ticket(db: &Database, row: NewTicketRow) -> Result<Ticket, StoreError> {
    write(db, context(at(0)), async |writer: &mut Writer| {
        tickets::insert(writer, row.clone(), None).await
    })
    .await
}

#[tokio::test]
async fn a_version_rises_by_one_with_each_change_and_stays_without_one() {
    on_each_database(async |fresh| {
        let company = Company::found(&fresh.db).await;
        let first = customer(1, 1, "王芳", company.team("east"));
        insert_customer(&fresh.db, &first).await.unwrap();
        let start = last_change(fresh).await;
        let same = update_customer(&fresh.db, &first, first.clone(), at(1)).await;
        assert_eq!((same.version, same.updated_at), (1, first.updated_at));
        assert_eq!(
            last_change(fresh).await,
            start,
            "an update that changes nothing leaves no entry"
        );
        let mut current = first.clone();
        for (step, name) in (2..).zip(["王小芳", "王芳", "Wang Fang"]) {
            let renamed = Customer {
                name: parsed(name),
                ..current.clone()
            };
            current = update_customer(&fresh.db, &current, renamed, at(step)).await;
            assert_eq!((current.version, current.updated_at), (step, at(step)));
            assert_eq!(
                customers::get(&fresh.db, &everything(), first.id)
                    .await
                    .unwrap(),
                current
            );
        }
        let versions: Vec<i64> = changes_after(fresh, start)
            .await
            .iter()
            .map(|change| change.version)
            .collect();
        assert_eq!(versions, [2, 3, 4]);
    })
    .await;
}

#[tokio::test]
async fn a_tickets_version_also_rises_with_its_messages_and_its_ratings() {
    on_each_database(async |fresh| {
        let company = Company::found(&fresh.db).await;
        let new = opened(
            &company,
            ticket(1, 1, "Where is my parcel?", company.team("east"), at(0)),
        );
        let id = insert_ticket(&fresh.db, new).await.unwrap().id;
        let start = last_change(fresh).await;
        let agent = company.user("agent").id;
        let step = async |minutes: i64,
                          step: &dyn Fn(
            &mut Case<'_, configuration::Configuration>,
        ) -> Option<Message>| {
            write(
                &fresh.db,
                by(agent, at(minutes)),
                async |writer: &mut Writer| {
                    let before: LoadedTicket =
                        tickets::get_locked(writer, &everything(), id).await?;
                    let mut case = Case::new(
                        before.ticket.clone(),
                        before.clocks.clone(),
                        &company.configuration,
                    );
                    let message = step(&mut case);
                    let mut after = case.ticket;
                    match message {
                        Some(message) => {
                            tickets::add_message(
                                writer,
                                &before,
                                &mut after,
                                &case.clocks,
                                &[],
                                &message,
                            )
                            .await?;
                        }
                        None => {
                            tickets::update(writer, &before, &mut after, &case.clocks, &[]).await?
                        }
                    }
                    Ok::<_, StoreError>(after)
                },
            )
            .await
            .unwrap()
        };
        let note = |number: u128, visibility, now| Message {
            id: MessageId::from_uuid(Uuid::from_u128(number)),
            ticket_id: id,
            visibility,
            author: Author::Staff(Some(agent)),
            body: parsed("On its way."),
            sent_at: now,
        };
        assert_eq!(step(1, &|_| None).await.version, 1, "nothing happened");
        // An internal note changes no fact of the ticket.
        let say = |message: Message| {
            move |case: &mut Case<'_, configuration::Configuration>| {
                case.hear(&message);
                Some(message.clone())
            }
        };
        assert_eq!(
            step(2, &say(note(1, Visibility::Internal, at(2))))
                .await
                .version,
            2
        );
        let answered = step(3, &say(note(2, Visibility::Public, at(3)))).await;
        assert_eq!((answered.version, answered.status), (3, Status::Open));
        let resolve = |case: &mut Case<'_, configuration::Configuration>| {
            case.move_to(Status::Resolved, at(4), None);
            None
        };
        assert_eq!(step(4, &resolve).await.version, 4);
        let rating = Rating {
            id: RatingId::from_uuid(Uuid::from_u128(3)),
            ticket_id: id,
            score: 5,
            comment: None,
            rated_at: at(5),
            source: RatingSource::Customer,
        };
        let rated = write(&fresh.db, by(agent, at(5)), async |writer: &mut Writer| {
            let before = tickets::get_locked(writer, &everything(), id).await?;
            let mut after = before.ticket.clone();
            after.satisfaction_score = Some(rating.score);
            tickets::add_rating(writer, &after, &rating).await?;
            tickets::update(writer, &before, &mut after, &before.clocks, &[]).await?;
            Ok::<_, StoreError>(after)
        })
        .await
        .unwrap();
        assert_eq!(rated.version, 5);
        let changes = changes_after(fresh, start).await;
        let told: Vec<(&str, i64)> = changes
            .iter()
            .map(|change| (change.entity.as_str(), change.version))
            .collect();
        let expected = [
            ("message", 1),
            ("ticket", 2),
            ("message", 1),
            ("ticket", 3),
            ("ticket", 4),
            ("rating", 1),
            ("ticket", 5),
        ];
        assert_eq!(told, expected);
        assert!(
            changes
                .iter()
                .all(|change| change.actor_id == Some(agent.uuid())
                    && change.request_id == "request")
        );
        assert_eq!(changes[0].at, micros(at(2)));
        assert_eq!(
            changes[0].scope_after, changes[1].scope_after,
            "a message is seen by whom its ticket is"
        );
        assert_eq!(
            changes[0].after.as_ref().unwrap()["body"],
            json!("On its way.")
        );
        let read = tickets::get(&fresh.db, &everything(), id)
            .await
            .unwrap()
            .ticket;
        assert_eq!(read, rated);
    })
    .await;
}

#[tokio::test]
async fn an_entry_holds_the_changed_members_alone_and_who_sees_the_record() {
    on_each_database(async |fresh| {
        let company = Company::found(&fresh.db).await;
        let (east, north) = (company.team("east"), company.team("north"));
        let (owner, other) = (company.user("eastern").id, company.user("lead").id);
        let first = Customer {
            owner_id: Some(owner),
            ..customer(1, 1, "Anna Smith", east)
        };
        let start = last_change(fresh).await;
        insert_customer(&fresh.db, &first).await.unwrap();
        let renamed = Customer {
            name: parsed("Anna Jones"),
            tags: vec![parsed("vip")],
            ..first.clone()
        };
        let renamed = update_customer(&fresh.db, &first, renamed, at(1)).await;
        let moved = Customer {
            team_id: north,
            owner_id: Some(other),
            ..renamed.clone()
        };
        let moved = update_customer(&fresh.db, &renamed, moved, at(2)).await;
        let gone = write(&fresh.db, context(at(3)), async |writer: &mut Writer| {
            customers::delete(writer, &moved).await
        });
        assert_eq!(gone.await, Ok(true));

        let changes = changes_after(fresh, start).await;
        let actions: Vec<&str> = changes
            .iter()
            .map(|change| change.action.as_str())
            .collect();
        assert_eq!(actions, ["created", "updated", "updated", "deleted"]);
        assert!(
            changes
                .iter()
                .all(|change| change.record_id == first.id.to_string())
        );
        let [created, changed, handed, deleted] = changes.as_slice() else {
            panic!("{changes:?}")
        };
        assert_eq!(created.after, Some(serde_json::to_value(&first).unwrap()));
        assert_eq!((&created.before, &created.scope_before), (&None, &None));
        let keys = |team, person| Some(json!({"team": team, "people": [person]}));
        assert_eq!(created.scope_after, keys(east, owner));
        assert_eq!(members(&changed.before), ["name", "tags", "updated_at"]);
        assert_eq!(members(&changed.after), ["name", "tags", "updated_at"]);
        assert_eq!(
            changed.before.as_ref().unwrap()["name"],
            json!("Anna Smith")
        );
        assert_eq!(changed.after.as_ref().unwrap()["name"], json!("Anna Jones"));
        assert_eq!(
            members(&handed.after),
            ["owner_id", "team_id", "updated_at"]
        );
        assert_eq!(
            (&handed.scope_before, &handed.scope_after),
            (&keys(east, owner), &keys(north, other))
        );
        assert_eq!(
            (deleted.version, &deleted.after, &deleted.scope_after),
            (4, &None, &None)
        );
        assert_eq!(deleted.before, Some(serde_json::to_value(&moved).unwrap()));
        assert_eq!(deleted.scope_before, keys(north, other));
        assert_eq!(
            customers::find(&fresh.db, &everything(), first.id).await,
            Ok(None)
        );
    })
    .await;
}

#[tokio::test]
async fn no_entry_ever_holds_the_hash_of_a_password() {
    on_each_database(async |fresh| {
        let company = Company::found(&fresh.db).await;
        let user = company.user("agent").clone();
        let start = last_change(fresh).await;
        users::set_password(&fresh.db, context(at(1)), user.id, "$argon2id$second", None)
            .await
            .unwrap();
        write(&fresh.db, context(at(2)), async |writer: &mut Writer| {
            let before = rapport_types::users::User {
                version: 2,
                ..user.clone()
            };
            let after = rapport_types::users::User {
                name: parsed("Renamed"),
                ..before.clone()
            };
            users::update(writer, &before, after, Some("$argon2id$third")).await
        })
        .await
        .unwrap();
        let changes = changes_after(fresh, start).await;
        assert_eq!(
            changes
                .iter()
                .map(|change| change.version)
                .collect::<Vec<_>>(),
            [2, 3]
        );
        assert_eq!(
            members(&changes[0].after),
            [""; 0],
            "a new password changes nothing that is shown"
        );
        assert_eq!(members(&changes[1].after), ["name"]);
        assert!(
            last_change(fresh).await > 40,
            "the first start is in the log too"
        );
        for change in changes_after(fresh, 0).await {
            let told = format!("{change:?}");
            assert!(
                !told.contains("argon2") && !told.contains("password_hash"),
                "{told}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn the_numbers_of_changes_stay_dense_while_many_write_and_some_fail() {
    on_each_database(async |fresh| {
        let company = Company::found(&fresh.db).await;
        let shared = customer(1, 1, "Shared", company.team("east"));
        insert_customer(&fresh.db, &shared).await.unwrap();
        let start = last_change(fresh).await;
        // Two processes, as far as the database can tell.
        let patient = rapport_persistence::database::Options {
            patience: std::time::Duration::from_secs(60),
            ..options()
        };
        let servers = [fresh.connect(&patient).await, fresh.connect(&patient).await];
        let task = async |task: u128| {
            let db = &servers[task as usize % 2];
            let (mut entries, mut raised) = (0, 0);
            for turn in 0..50_u128 {
                let number = (100 + task * 50 + turn) as i64;
                let new = customer(number as u128, number, "New", company.team("south"));
                let done = write(db, context(at(turn as i64)), async |writer: &mut Writer| {
                    if turn % 2 == 0 {
                        let before =
                            customers::get_locked(writer, &everything(), shared.id).await?;
                        let note = format!("task {task}, turn {turn}");
                        let mut after = Customer {
                            note: Some(parsed(&note)),
                            ..before.clone()
                        };
                        customers::update(writer, &before, &mut after).await?;
                    } else {
                        customers::insert(writer, &new).await?;
                    }
                    if turn % 7 == 3 {
                        Err(StoreError::NotFound)
                    } else {
                        Ok(())
                    }
                })
                .await;
                assert_eq!(done.is_err(), turn % 7 == 3, "{done:?}");
                entries += i64::from(done.is_ok());
                raised += i64::from(done.is_ok() && turn % 2 == 0);
            }
            (entries, raised)
        };
        let done = join_all((0..8).map(task)).await;
        let entries: i64 = done.iter().map(|(entries, _)| entries).sum();
        let raised: i64 = done.iter().map(|(_, raised)| raised).sum();
        assert!(change_numbers_are_dense(&fresh.db).await.unwrap());
        let changes = changes_after(fresh, start).await;
        let numbers: Vec<i64> = changes.iter().map(|change| change.seq).collect();
        assert_eq!(numbers, (start + 1..=start + entries).collect::<Vec<_>>());
        let read = customers::get(&fresh.db, &everything(), shared.id)
            .await
            .unwrap();
        assert_eq!(read.version, 1 + raised, "no update was lost");
        let of_shared = changes
            .iter()
            .filter(|change| change.record_id == shared.id.to_string());
        let versions: Vec<i64> = of_shared.map(|change| change.version).collect();
        assert_eq!(
            versions,
            (2..=1 + raised).collect::<Vec<_>>(),
            "entries stand in the order of the commits"
        );
        for server in servers {
            server.close().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_transaction_that_fails_leaves_nothing_behind() {
    on_each_database(async |fresh| {
        let company = Company::found(&fresh.db).await;
        let start = last_change(fresh).await;
        let new = Customer {
            external_ids: vec![ExternalId {
                source: parsed("crm"),
                id: parsed("K-1"),
            }],
            ..customer(1, 1, "王芳", company.team("east"))
        };
        let row = opened(
            &company,
            ticket(2, 1, "Refund", company.team("east"), at(0)),
        );
        let failed = write(&fresh.db, context(at(0)), async |writer: &mut Writer| {
            customers::insert(writer, &new).await?;
            tickets::insert(writer, row.clone(), Some(&new)).await?;
            Err::<(), _>(StoreError::Stale { current_version: 7 })
        });
        assert_eq!(failed.await, Err(StoreError::Stale { current_version: 7 }));
        assert_eq!(last_change(fresh).await, start);
        for table in [
            "customers",
            "tickets",
            "external_ids",
            "ticket_clocks",
            "ticket_spans",
            "customer_search",
        ] {
            assert_eq!(
                fresh
                    .number(&format!("SELECT count(*) AS n FROM {table}"))
                    .await,
                0,
                "{table}"
            );
        }
        insert_customer(&fresh.db, &new).await.unwrap();
        let after = changes_after(fresh, start).await;
        assert_eq!(
            after.iter().map(|change| change.seq).collect::<Vec<_>>(),
            [start + 1],
            "no gap"
        );
        let again = insert_customer(
            &fresh.db,
            &Customer {
                external_ids: Vec::new(),
                ..new.clone()
            },
        )
        .await;
        assert!(matches!(again, Err(StoreError::Taken(_))), "{again:?}");
        assert!(change_numbers_are_dense(&fresh.db).await.unwrap());
        let removed = Customer {
            id: rapport_types::ids::CustomerId::from_uuid(Uuid::from_u128(9)),
            ..new.clone()
        };
        let renamed = Customer {
            name: parsed("Nobody"),
            ..removed.clone()
        };
        let missing = write(&fresh.db, context(at(1)), async |writer: &mut Writer| {
            customers::update(writer, &removed, &mut renamed.clone()).await
        });
        assert_eq!(missing.await, Err(StoreError::NotFound));
    })
    .await;
}

#[tokio::test]
async fn an_external_id_names_one_record_of_its_source() {
    on_each_database(async |fresh| {
        let company = Company::found(&fresh.db).await;
        let east = company.team("east");
        let key = |source: &str, id: &str| {
            vec![ExternalId {
                source: parsed(source),
                id: parsed(id),
            }]
        };
        let with = |number: i64, external_ids| Customer {
            external_ids,
            ..customer(number as u128, number, "Any", east)
        };
        let first = with(1, key("crm", "K-1"));
        insert_customer(&fresh.db, &first).await.unwrap();
        let second = insert_customer(&fresh.db, &with(2, key("crm", "K-1"))).await;
        assert!(matches!(second, Err(StoreError::Taken(_))), "{second:?}");
        insert_customer(&fresh.db, &with(3, key("erp", "K-1")))
            .await
            .unwrap();
        let third = with(4, key("crm", "k-1"));
        insert_customer(&fresh.db, &third).await.unwrap();
        // A ticket may have the same key as a customer.
        let keyed = |number: i64| {
            let new = Ticket {
                external_ids: key("crm", "K-1"),
                ..ticket(number as u128, number, "Any", east, at(0))
            };
            opened(&company, new)
        };
        insert_ticket(&fresh.db, keyed(1)).await.unwrap();
        let taken = insert_ticket(&fresh.db, keyed(2)).await;
        assert!(matches!(taken, Err(StoreError::Taken(_))), "{taken:?}");
        // What is given up is free again, and what is in use is refused in an update too.
        let taking = Customer {
            external_ids: key("crm", "K-1"),
            ..third.clone()
        };
        let refused = write(&fresh.db, context(at(1)), async |writer: &mut Writer| {
            customers::update(writer, &third, &mut taking.clone()).await
        });
        assert!(matches!(refused.await, Err(StoreError::Taken(_))));
        update_customer(
            &fresh.db,
            &first,
            Customer {
                external_ids: key("crm", "K-2"),
                ..first.clone()
            },
            at(2),
        )
        .await;
        let taking = update_customer(&fresh.db, &third, taking, at(3)).await;
        assert_eq!(
            customers::get(&fresh.db, &everything(), third.id)
                .await
                .unwrap(),
            taking
        );
        assert!(change_numbers_are_dense(&fresh.db).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_customer_with_tickets_stays_and_one_without_goes_from_every_index() {
    on_each_database(async |fresh| {
        let company = Company::found(&fresh.db).await;
        let east = company.team("east");
        let [kept, gone] = [1, 2].map(|number| Customer {
            phones: vec![parsed("+8615412345678")],
            external_ids: vec![ExternalId {
                source: parsed("crm"),
                id: parsed(&format!("K-{number}")),
            }],
            ..customer(number as u128, number, "王芳", east)
        });
        insert_customer(&fresh.db, &kept).await.unwrap();
        insert_customer(&fresh.db, &gone).await.unwrap();
        let new = Ticket {
            customer_id: Some(kept.id),
            ..ticket(3, 1, "Any", east, at(0))
        };
        insert_ticket(&fresh.db, opened(&company, new))
            .await
            .unwrap();
        for (customer, goes) in [(&kept, false), (&gone, true)] {
            let gone = write(&fresh.db, context(at(1)), async |writer: &mut Writer| {
                customers::delete(writer, customer).await
            });
            assert_eq!(gone.await, Ok(goes));
        }
        let (found, _) =
            customers::search(&fresh.db, &company.configuration, &everything(), "王芳", 10)
                .await
                .unwrap();
        assert_eq!(found.iter().map(|row| row.number).collect::<Vec<_>>(), [1]);
        let query = customers_where(Filter::default(), paging("name", false, 10));
        let listed = customers::list(&fresh.db, &company.configuration, &everything(), &query)
            .await
            .unwrap();
        assert_eq!(listed.data.len(), 1);
        for table in ["customer_values", "external_ids", "customer_search"] {
            assert_eq!(
                fresh
                    .number(&format!("SELECT count(*) AS n FROM {table}"))
                    .await,
                1,
                "{table}"
            );
        }
    })
    .await;
}
