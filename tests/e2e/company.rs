//! A company of two branches, in a SQLite file that the binary serves.

use rapport_api::auth::password::{Cost, Passwords};
use rapport_persistence::configuration::{FirstStart, seed};
use rapport_persistence::database::Database;
use rapport_persistence::migrations::migrate;
use rapport_persistence::writes::{WriteContext, write};
use rapport_persistence::{customers, teams, users};
use rapport_tests::builders::{customer, parsed};
use rapport_tests::databases::options;
use rapport_types::ids::{TeamId, UserId};
use rapport_types::names::Names;
use rapport_types::teams::Team;
use rapport_types::users::User;
use tempfile::TempDir;
use uuid::Uuid;

/// The password of everybody.
pub(crate) const PASSWORD: &str = "correct horse battery";
/// Works in the east.
pub(crate) const AGENT: &str = "east.agent";
/// Works in the west.
pub(crate) const OTHER_AGENT: &str = "west.agent";
/// Sees both.
pub(crate) const MANAGER: &str = "manager";

/// The database of the company.
pub(crate) struct Company {
    /// Its address.
    pub(crate) url: String,
    _folder: TempDir,
}

/// Founds the company: teams, three people and one customer in the east.
pub(crate) async fn found() -> Company {
    let folder = tempfile::tempdir().unwrap();
    let url = format!(
        "sqlite://{}",
        folder.path().join("rapport.sqlite").display()
    );
    let db = Database::connect(&url, &options()).await.unwrap();
    migrate(&db).await.unwrap();
    let passwords = Passwords::new(Cost::TEST, 1).unwrap();
    let hash = passwords.hash(PASSWORD).await.unwrap();
    let start = FirstStart::new(parsed("admin"), hash.clone()).unwrap();
    let now = "2026-01-01T00:00:00Z".parse().unwrap();
    let ids = std::cell::Cell::new(1_u128);
    let next = || {
        ids.set(ids.get() + 1);
        Uuid::from_u128(ids.get())
    };
    seed(&db, WriteContext::system("founding", now), &start, next)
        .await
        .unwrap();
    let configuration = rapport_persistence::configuration::load(&db).await.unwrap();
    let root = configuration.root_team().unwrap().id;
    let (east, west) = (
        TeamId::from_uuid(Uuid::from_u128(1001)),
        TeamId::from_uuid(Uuid::from_u128(1002)),
    );
    write(&db, WriteContext::system("founding", now), async |writer| {
        for (id, en, zh_cn) in [(east, "East", "华东"), (west, "West", "西部")] {
            let team = Team {
                id,
                version: 1,
                names: Names::both(en, zh_cn),
                parent_id: Some(root),
                time_zone: None,
                calendar_id: None,
                active: true,
            };
            teams::insert(writer, &team).await?;
        }
        for (id, username, role, team) in [
            (2001, AGENT, "agent", east),
            (2002, OTHER_AGENT, "agent", west),
            (2003, MANAGER, "manager", root),
        ] {
            let user = User {
                id: UserId::from_uuid(Uuid::from_u128(id)),
                version: 1,
                username: parsed(username),
                name: parsed(username),
                email: None,
                roles: vec![parsed(role)],
                team_id: team,
                scope_team_id: team,
                locale: rapport_types::locale::Locale::En,
                active: true,
                kind: rapport_types::users::UserKind::Person,
                must_change_password: false,
            };
            users::insert(writer, &user, &hash).await?;
        }
        let number = customers::next_number(writer).await?;
        customers::insert(writer, &customer(3001, number, "王芳", east)).await
    })
    .await
    .unwrap();
    db.close().await;
    Company {
        url,
        _folder: folder,
    }
}
