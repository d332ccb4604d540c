//! The configuration on a real file.

use std::cell::Cell;

use chrono::{DateTime, Utc};
use rapport_types::calendars::Week;
use rapport_types::ids::{CategoryId, SessionId, TeamId};
use rapport_types::names::Names;
use rapport_types::permissions::{BUILT_IN_ROLES, Permission};
use rapport_types::teams::Team;
use rapport_types::text::Username;
use sea_orm::{EntityTrait, QueryOrder};
use uuid::Uuid;

use super::*;
use crate::entities::change;
use crate::migrations::migrate;
use crate::sessions::{self, Owner, TokenDigest};
use crate::testing::{Temporary, at};
use crate::writes::change_numbers_are_dense;

fn context(now: DateTime<Utc>) -> WriteContext {
    WriteContext::system("test", now)
}

fn username(text: &str) -> Username {
    Username::try_from(text.to_owned()).unwrap()
}

async fn seeded(temporary: &Temporary) -> Database {
    let db = temporary.open().await;
    migrate(&db).await.unwrap();
    let start = FirstStart::new(username("admin"), "$argon2id$first".into()).unwrap();
    let ids = Cell::new(0);
    let new_id = || {
        ids.set(ids.get() + 1);
        Uuid::from_u128(ids.get())
    };
    assert!(!is_seeded(&db).await.unwrap());
    assert!(seed(&db, context(at(0)), &start, new_id).await.unwrap());
    db
}

async fn changed(db: &Database) -> Vec<change::Model> {
    change::Entity::find()
        .order_by_asc(change::Column::Seq)
        .all(&db.reader)
        .await
        .unwrap()
}

fn child(number: u128, parent: TeamId) -> Team {
    Team {
        id: TeamId::from_uuid(Uuid::from_u128(number)),
        version: 1,
        names: Names::both("Repairs", "维修"),
        parent_id: Some(parent),
        time_zone: None,
        calendar_id: None,
        active: true,
    }
}

#[tokio::test]
async fn the_first_start_fills_everything_once() {
    let temporary = Temporary::folder();
    let db = seeded(&temporary).await;
    let start = FirstStart::new(username("other"), "$argon2id$other".into()).unwrap();
    let again = seed(&db, context(at(9)), &start, || Uuid::from_u128(999)).await;
    assert_eq!(again, Ok(false));
    let configuration = load(&db).await.unwrap();
    assert_eq!(configuration.roles.len(), BUILT_IN_ROLES.len());
    assert_eq!(
        configuration.ticket_types.len(),
        rapport_types::ticket_types::SEEDED.len()
    );
    assert_eq!(
        configuration.channels.len(),
        rapport_types::channels::SEEDED.len()
    );
    let quality = configuration
        .categories
        .values()
        .find(|c| c.parent_id.is_some())
        .unwrap();
    assert_eq!(configuration.category_tree.path(quality.id).len(), 2);
    let root = configuration.root_team().unwrap();
    assert_eq!(
        configuration.calendar_of(root.id),
        configuration.settings.calendar_id
    );
    let admin = configuration.users.values().next().unwrap();
    assert_eq!(configuration.users.len(), 1);
    assert_eq!(configuration.permissions_of(admin), Permission::ALL);
    assert!(configuration.scope_of(admin).is_everything());
    assert_eq!(configuration.latest_policies().policies.len(), 3);
    assert!(is_seeded(&db).await.unwrap());
    assert!(change_numbers_are_dense(&db).await.unwrap());
}

#[tokio::test]
async fn each_change_raises_the_version_of_the_record_and_of_the_configuration() {
    let temporary = Temporary::folder();
    let db = seeded(&temporary).await;
    let first = version(&db).await.unwrap();
    let root = load(&db).await.unwrap().root_team().unwrap().id;
    let team = child(500, root);
    let renamed = change::<_, StoreError, _>(&db, context(at(5)), async |writer, current| {
        assert!(!current.teams.contains_key(&team.id));
        teams::insert(writer, &team).await?;
        let after = Team {
            names: Names::both("Service", ""),
            ..team.clone()
        };
        teams::update(writer, &team, after).await
    })
    .await
    .unwrap();
    assert_eq!(renamed.version, 2);
    let loaded = load(&db).await.unwrap();
    assert_eq!(loaded.teams[&team.id], renamed);
    assert_eq!(
        loaded.version,
        first + 1,
        "one write is one change of the configuration"
    );
    assert_eq!(loaded.team_tree.path(team.id), [team.id, root]);
    let entries = changed(&db).await.len();
    let same = change::<_, StoreError, _>(&db, context(at(6)), async |writer, _| {
        teams::update(writer, &renamed, renamed.clone()).await
    });
    assert_eq!(
        same.await.unwrap().version,
        2,
        "what changes nothing is no change"
    );
    assert_eq!(changed(&db).await.len(), entries);
    assert_eq!(version(&db).await.unwrap(), first + 1);
}

#[tokio::test]
async fn a_failed_change_leaves_nothing_behind() {
    let temporary = Temporary::folder();
    let db = seeded(&temporary).await;
    let before = (version(&db).await.unwrap(), changed(&db).await.len());
    let root = load(&db).await.unwrap().root_team().unwrap().id;
    let failed: Result<(), StoreError> = change(&db, context(at(5)), async |writer, _| {
        teams::insert(writer, &child(500, root)).await?;
        Err(StoreError::NotFound)
    })
    .await;
    assert_eq!(failed, Err(StoreError::NotFound));
    assert_eq!(
        (version(&db).await.unwrap(), changed(&db).await.len()),
        before
    );
    assert_eq!(load(&db).await.unwrap().teams.len(), 1);
}

#[tokio::test]
async fn other_rules_of_a_calendar_hold_from_then_on_and_another_name_changes_no_rules() {
    let temporary = Temporary::folder();
    let db = seeded(&temporary).await;
    let first = load(&db).await.unwrap();
    let id = first.settings.calendar_id;
    let edit = async |calendar: Calendar, now| {
        let before = load(&db).await.unwrap().calendars[&id].clone();
        change::<_, StoreError, _>(&db, context(now), async |writer, _| {
            calendars::update(writer, &before, calendar.clone()).await
        })
        .await
        .unwrap()
    };
    let renamed = edit(
        Calendar {
            names: Names::both("Shop", ""),
            ..first.calendars[&id].clone()
        },
        at(100),
    )
    .await;
    let closed_on_fridays = Week {
        friday: Vec::new(),
        ..renamed.week.clone()
    };
    let edited = edit(
        Calendar {
            week: closed_on_fridays,
            ..renamed.clone()
        },
        at(200),
    )
    .await;
    assert_eq!((renamed.version, edited.version), (2, 3));
    let loaded = load(&db).await.unwrap();
    assert_eq!(loaded.calendars[&id], edited);
    for (seconds, version) in [(-1_000_000, 1), (0, 1), (199, 1), (200, 3), (900, 3)] {
        assert_eq!(
            loaded.calendar_version_at(id, at(seconds)),
            Some(version),
            "{seconds}"
        );
    }
    let friday = "2026-06-05T10:00:00Z".parse().unwrap();
    assert!(loaded.hours(id, 1).unwrap().is_open(friday));
    assert!(!loaded.hours(id, 3).unwrap().is_open(friday));
    assert!(loaded.hours(id, 2).is_none());
}

#[tokio::test]
async fn every_version_of_the_clock_policies_stays() {
    let temporary = Temporary::folder();
    let db = seeded(&temporary).await;
    let first = load(&db).await.unwrap().latest_policies().clone();
    let shorter = ClockPolicies {
        version: 0,
        policies: first.policies[2..].to_vec(),
    };
    for now in [at(100), at(200)] {
        let replaced = change::<_, StoreError, _>(&db, context(now), async |writer, current| {
            clock_policies::replace(writer, current.latest_policies(), shorter.clone()).await
        });
        assert_eq!(
            replaced.await.unwrap().version,
            2,
            "the same list again is no change"
        );
    }
    let loaded = load(&db).await.unwrap();
    assert_eq!(loaded.policies(1), Some(&first));
    assert_eq!(loaded.latest_policies().policies.len(), 1);
    for (seconds, version) in [(-9, 1), (0, 1), (99, 1), (100, 2)] {
        assert_eq!(
            loaded.policies_at(at(seconds)).version,
            version,
            "{seconds}"
        );
    }
    assert_eq!(loaded.policies(3), None);
    let last = changed(&db).await.pop().unwrap();
    assert_eq!(
        (last.entity.as_str(), last.action.as_str(), last.version),
        ("clock_policies", "updated", 2)
    );
}

#[tokio::test]
async fn a_password_changes_the_version_and_never_reaches_the_change_log() {
    let temporary = Temporary::folder();
    let db = seeded(&temporary).await;
    let admin = users::find_credentials(&db, &username("admin"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(admin.password_hash, "$argon2id$first");
    assert!(admin.active);
    users::set_password(&db, context(at(1)), admin.user_id, "$argon2id$second", None)
        .await
        .unwrap();
    let found = users::find_credentials(&db, &username("admin"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.password_hash, "$argon2id$second");
    let user = load(&db).await.unwrap().users[&admin.user_id].clone();
    assert_eq!(user.version, 2);
    let renamed = User {
        name: "王芳".try_into().unwrap(),
        ..user.clone()
    };
    change::<_, StoreError, _>(&db, context(at(2)), async |writer, _| {
        users::update(writer, &user, renamed.clone(), None).await
    })
    .await
    .unwrap();
    let kept = users::find_credentials(&db, &username("admin"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        kept.password_hash, "$argon2id$second",
        "another name keeps the password"
    );
    for entry in changed(&db).await {
        let shown = format!("{:?}{:?}", entry.before, entry.after);
        assert!(!shown.contains("argon2id"), "{shown}");
    }
    let nobody = UserId::from_uuid(Uuid::from_u128(4_711));
    let refused = users::set_password(&db, context(at(3)), nobody, "x", None).await;
    assert_eq!(refused, Err(StoreError::NotFound));
}

#[tokio::test]
async fn a_caller_has_the_permissions_of_its_roles_until_it_may_not_sign_in() {
    let temporary = Temporary::folder();
    let db = seeded(&temporary).await;
    let admin = load(&db).await.unwrap().users.into_values().next().unwrap();
    let agent = User {
        id: UserId::from_uuid(Uuid::from_u128(700)),
        username: username("agent"),
        roles: vec![
            "agent".try_into().unwrap(),
            "analyst".try_into().unwrap(),
            "gone".try_into().unwrap(),
        ],
        ..admin.clone()
    };
    change::<_, StoreError, _>(&db, context(at(1)), async |writer, _| {
        users::insert(writer, &agent, "hash").await
    })
    .await
    .unwrap();
    let owner = Owner {
        session: SessionId::from_uuid(Uuid::from_u128(701)),
        user: agent.id,
    };
    assert_eq!(users::find_caller(&db, owner).await.unwrap(), None);
    let opened = sessions::open(&db, owner, "hash", &TokenDigest([7; 32]), at(1)).await;
    assert_eq!(opened, Ok(true));
    let me = users::find_caller(&db, owner).await.unwrap().unwrap();
    let expected = [
        Permission::ViewCustomers,
        Permission::EditCustomers,
        Permission::ViewTickets,
        Permission::WorkTickets,
        Permission::ViewReports,
    ];
    assert_eq!(me.permissions, expected);
    assert_eq!(load(&db).await.unwrap().permissions_of(&agent), expected);
    change::<_, StoreError, _>(&db, context(at(2)), async |writer, _| {
        users::update(
            writer,
            &agent,
            User {
                active: false,
                ..agent.clone()
            },
            None,
        )
        .await
    })
    .await
    .unwrap();
    assert_eq!(users::find_caller(&db, owner).await.unwrap(), None);
    assert!(
        !users::find_credentials(&db, &username("agent"))
            .await
            .unwrap()
            .unwrap()
            .active
    );
    let taken: Result<(), StoreError> = change(&db, context(at(3)), async |writer, _| {
        let twin = User {
            id: UserId::from_uuid(Uuid::from_u128(701)),
            ..agent.clone()
        };
        users::insert(writer, &twin, "hash").await
    })
    .await;
    assert_eq!(taken, Err(StoreError::Taken("username".into())));
}

#[tokio::test]
async fn teams_inherit_calendar_and_zone_and_categories_leave_a_tombstone() {
    let temporary = Temporary::folder();
    let db = seeded(&temporary).await;
    let current = load(&db).await.unwrap();
    let root = current.root_team().unwrap().id;
    let office = current.settings.calendar_id;
    let shop = Calendar {
        id: CalendarId::from_uuid(Uuid::from_u128(600)),
        ..current.calendars[&office].clone()
    };
    let zone = "Asia/Shanghai".try_into().unwrap();
    let upper = Team {
        calendar_id: Some(shop.id),
        time_zone: Some(zone),
        ..child(501, root)
    };
    let lower = child(502, upper.id);
    let other = current
        .categories
        .values()
        .find(|c| c.code.as_ref().is_some_and(|c| c.as_str() == "other"));
    let other = other.unwrap().clone();
    change::<_, StoreError, _>(&db, context(at(5)), async |writer, _| {
        calendars::insert(writer, &shop).await?;
        teams::insert(writer, &upper).await?;
        teams::insert(writer, &lower).await?;
        assert!(!categories::has_tickets(writer, other.id).await?);
        categories::delete(writer, &other).await
    })
    .await
    .unwrap();
    let loaded = load(&db).await.unwrap();
    assert_eq!(
        (loaded.calendar_of(lower.id), loaded.calendar_of(root)),
        (shop.id, office)
    );
    assert_eq!(
        (loaded.zone_of(lower.id), loaded.zone_of(root)),
        (Tz::Asia__Shanghai, Tz::UTC)
    );
    assert!(
        !loaded
            .categories
            .contains_key(&CategoryId::from_uuid(other.id.uuid()))
    );
    let last = changed(&db).await.pop().unwrap();
    assert_eq!(
        (last.action.as_str(), last.version, last.after),
        ("deleted", 2, None)
    );
    let stranger = TeamId::from_uuid(Uuid::from_u128(9_999));
    assert_eq!(loaded.team_ref(stranger).id, stranger);
}
