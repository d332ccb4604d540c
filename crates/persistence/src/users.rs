//! Users: people who sign in, and services that call by API keys.
//!
//! The hash of the password lies in the row but in no wire type: it is read for signing in alone
//! and never reaches the change log.

use rapport_types::ids::{SessionId, TeamId, UserId};
use rapport_types::locale::Locale;
use rapport_types::records::Entity;
use rapport_types::sessions::Me;
use rapport_types::text::{Code, Email, NameText, Username};
use rapport_types::users::{Holdings, User, UserKind};
use sea_orm::sea_query::Condition;
use sea_orm::{
    ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter,
    QueryResult, Set,
};
use serde::Serialize;

use crate::configuration::{self, json_text, permissions_together, stored};
use crate::database::Database;
use crate::entities::{role, user};
use crate::error::StoreError;
use crate::roles;
use crate::scope::ScopeKeys;
use crate::sessions::{self, Owner};
use crate::sql::Sql;
use crate::writes::{Record, WriteContext, Writer, from_json, write};

/// What signing in compares with.
#[derive(Clone)]
pub struct Credentials {
    /// The person.
    pub user_id: UserId,
    /// Argon2id, in PHC form.
    pub password_hash: String,
    /// Whether the person may sign in.
    pub active: bool,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials")
            .field("user_id", &self.user_id)
            .finish_non_exhaustive()
    }
}

impl Record for User {
    const ENTITY: Entity = Entity::User;
    type Table = user::Entity;
    type Row = user::ActiveModel;

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn set_version(&mut self, version: i64) {
        self.version = version;
    }

    fn scope_keys(&self) -> ScopeKeys {
        ScopeKeys::default()
    }

    /// The row without the hash, which stays as it is.
    fn row(&self) -> Self::Row {
        user::ActiveModel {
            id: Set(self.id.uuid()),
            version: Set(self.version),
            kind: Set(self.kind.code().to_owned()),
            username: Set(self.username.as_str().to_owned()),
            name: Set(self.name.to_string()),
            email: Set(self.email.clone().map(String::from)),
            roles: Set(json_text(&self.roles)),
            team_id: Set(self.team_id.uuid()),
            scope_team_id: Set(self.scope_team_id.uuid()),
            locale: Set(self.locale.tag().to_owned()),
            active: Set(self.active),
            must_change_password: Set(self.must_change_password),
            password_hash: ActiveValue::NotSet,
        }
    }

    fn filter(&self) -> Condition {
        Condition::all().add(user::Column::Id.eq(self.id.uuid()))
    }
}

/// A user whose password is written with it. The change log shows the user alone.
#[derive(Serialize)]
struct WithPassword {
    #[serde(flatten)]
    user: User,
    #[serde(skip)]
    hash: String,
}

impl Record for WithPassword {
    const ENTITY: Entity = Entity::User;
    type Table = user::Entity;
    type Row = user::ActiveModel;

    fn key(&self) -> String {
        self.user.key()
    }

    fn version(&self) -> i64 {
        self.user.version
    }

    fn set_version(&mut self, version: i64) {
        self.user.version = version;
    }

    fn scope_keys(&self) -> ScopeKeys {
        self.user.scope_keys()
    }

    fn row(&self) -> Self::Row {
        user::ActiveModel {
            password_hash: Set(self.hash.clone()),
            ..self.user.row()
        }
    }

    fn filter(&self) -> Condition {
        self.user.filter()
    }
}

fn from_row(row: user::Model) -> Result<User, StoreError> {
    Ok(User {
        id: UserId::from_uuid(row.id),
        version: row.version,
        kind: UserKind::from_code(&row.kind).ok_or_else(|| stored("kind of a user"))?,
        username: Username::try_from(row.username).map_err(|_| stored("user name"))?,
        name: NameText::try_from(row.name).map_err(|_| stored("name of a user"))?,
        email: row
            .email
            .map(Email::try_from)
            .transpose()
            .map_err(|_| stored("address of a user"))?,
        roles: from_json(&row.roles)?,
        team_id: TeamId::from_uuid(row.team_id),
        scope_team_id: TeamId::from_uuid(row.scope_team_id),
        locale: Locale::from_tag(&row.locale).ok_or_else(|| stored("language of a user"))?,
        active: row.active,
        must_change_password: row.must_change_password,
    })
}

/// All users.
pub(crate) async fn all(db: &impl ConnectionTrait) -> Result<Vec<User>, StoreError> {
    user::Entity::find()
        .all(db)
        .await?
        .into_iter()
        .map(from_row)
        .collect()
}

/// Adds a user with the hash of the first password.
///
/// # Errors
/// [`StoreError::Taken`] when another user has the name to sign in with.
pub async fn insert(
    writer: &mut Writer,
    user: &User,
    password_hash: &str,
) -> Result<(), StoreError> {
    writer
        .insert(&WithPassword {
            user: user.clone(),
            hash: password_hash.to_owned(),
        })
        .await
}

/// Changes a user, with a password of this hash where one is given, and gives the user as it is
/// then. The version rises when anything differs, and with every password. A password and a
/// deactivation end the user's sessions in the same transaction.
///
/// # Errors
/// What the database says.
pub async fn update(
    writer: &mut Writer,
    before: &User,
    after: User,
    password_hash: Option<&str>,
) -> Result<User, StoreError> {
    change(writer, before, after, password_hash, None).await
}

/// [`update`], in which one session may go on.
async fn change(
    writer: &mut Writer,
    before: &User,
    mut after: User,
    password_hash: Option<&str>,
    kept: Option<SessionId>,
) -> Result<User, StoreError> {
    let ends_sessions = password_hash.is_some() || !after.active;
    let id = after.id;
    let after = match password_hash {
        None => {
            writer.update(before, &mut after).await?;
            after
        }
        Some(hash) => {
            let with = |user: User| WithPassword {
                user,
                hash: hash.to_owned(),
            };
            let mut after = with(after);
            writer
                .update_anyway(&with(before.clone()), &mut after)
                .await?;
            after.user
        }
    };
    // Last: whoever signs in meanwhile waits for the row of the user, or was here before.
    if ends_sessions {
        sessions::end_all(writer, id, kept).await?;
    }
    Ok(after)
}

/// Gives a user the password that the person has chosen; every session of the user ends but the one
/// given.
///
/// # Errors
/// [`StoreError::NotFound`] when there is no such user.
pub async fn set_password(
    db: &Database,
    context: WriteContext,
    id: UserId,
    password_hash: &str,
    kept: Option<SessionId>,
) -> Result<(), StoreError> {
    write(db, context, async |writer: &mut Writer| {
        configuration::lock(writer).await?;
        let row = user::Entity::find_by_id(id.uuid())
            .one(writer.connection())
            .await?;
        let user = from_row(row.ok_or(StoreError::NotFound)?)?;
        let chosen = User {
            must_change_password: false,
            ..user.clone()
        };
        change(writer, &user, chosen, Some(password_hash), kept).await?;
        Ok(())
    })
    .await
}

/// Ends every session of a user.
///
/// # Errors
/// What the database says.
pub async fn end_sessions(
    db: &Database,
    context: WriteContext,
    id: UserId,
) -> Result<(), StoreError> {
    write(db, context, async |writer: &mut Writer| {
        sessions::end_all(writer, id, None).await
    })
    .await
}

/// What a user holds, wherever it lies: for those who let a person go. One statement.
///
/// # Errors
/// What the database says.
pub async fn holdings(db: &Database, id: UserId) -> Result<Holdings, StoreError> {
    let mut sql = Sql::new(db.kind);
    sql.push("SELECT (SELECT count(*) FROM tickets WHERE assignee_id = ")
        .bind(id.uuid());
    sql.push(" AND status NOT IN ('resolved', 'closed')) AS assigned, ");
    sql.push("(SELECT count(*) FROM tickets WHERE duty_holder_id = ")
        .bind(id.uuid());
    sql.push(" AND status NOT IN ('resolved', 'closed')) AS duties, ");
    sql.push("(SELECT count(*) FROM customers WHERE owner_id = ")
        .bind(id.uuid());
    sql.push(") AS customers");
    let rows = sql.rows(&db.reader).await?;
    let row = rows.first().ok_or(StoreError::NotFound)?;
    let count = |name: &str| -> Result<u64, StoreError> {
        Ok(row.try_get::<i64>("", name)?.unsigned_abs())
    };
    Ok(Holdings {
        open_ticket_count: count("assigned")?,
        duty_ticket_count: count("duties")?,
        customer_count: count("customers")?,
    })
}

/// What signing in compares with, by the name to sign in with. A service cannot sign in.
///
/// # Errors
/// What the database says.
pub async fn find_credentials(
    db: &Database,
    username: &Username,
) -> Result<Option<Credentials>, StoreError> {
    let row = user::Entity::find()
        .filter(user::Column::Username.eq(username.as_str()))
        .filter(user::Column::Kind.eq(UserKind::Person.code()))
        .one(&db.reader)
        .await?;
    Ok(row.map(|row| Credentials {
        user_id: UserId::from_uuid(row.id),
        password_hash: row.password_hash,
        active: row.active,
    }))
}

/// Who a caller is and what it may do; none for a person who may not sign in, and when the session
/// has ended or is another's. One statement.
///
/// # Errors
/// What the database says.
pub async fn find_caller(db: &Database, owner: Owner) -> Result<Option<Me>, StoreError> {
    let mut sql = Sql::new(db.kind);
    sql.push("SELECT ").push(CALLER).push(" FROM users u ");
    sql.push("JOIN sessions s ON s.user_id = u.id LEFT JOIN roles r ON 1 = 1 ");
    sql.push("WHERE u.active AND s.ended_at IS NULL AND u.id = ")
        .bind(owner.user.uuid());
    sql.push(" AND s.id = ").bind(owner.session.uuid());
    caller(&sql.rows(&db.reader).await?)
}

/// Whoever started work that goes on without a session, as far as the roles allow it now; none when
/// that one may not sign in any more.
///
/// # Errors
/// What the database says.
pub async fn find_starter(db: &Database, user: UserId) -> Result<Option<Me>, StoreError> {
    let mut sql = Sql::new(db.kind);
    sql.push("SELECT ").push(CALLER).push(" FROM users u ");
    sql.push("LEFT JOIN roles r ON 1 = 1 WHERE u.active AND u.id = ")
        .bind(user.uuid());
    caller(&sql.rows(&db.reader).await?)
}

/// What a statement tells of a caller: the user `u` beside each role `r`.
pub(crate) const CALLER: &str = "u.id AS u_id, u.version AS u_version, u.kind AS u_kind, \
    u.username AS u_username, u.name AS u_name, u.email AS u_email, u.roles AS u_roles, \
    u.team_id AS u_team_id, u.scope_team_id AS u_scope_team_id, u.locale AS u_locale, \
    u.active AS u_active, u.must_change_password AS u_must_change_password, \
    '' AS u_password_hash, r.code AS r_code, r.version AS r_version, r.names AS r_names, \
    r.permissions AS r_permissions, r.built_in AS r_built_in";

/// The caller in the rows of [`CALLER`], with all that the roles allow.
pub(crate) fn caller(rows: &[QueryResult]) -> Result<Option<Me>, StoreError> {
    let Some(first) = rows.first() else {
        return Ok(None);
    };
    let user = from_row(user::Model::from_query_result(first, "u_")?)?;
    let mut held = Vec::with_capacity(user.roles.len());
    for row in rows {
        if let Some(row) = role::Model::from_query_result_optional(row, "r_")?
            && user
                .roles
                .iter()
                .any(|code: &Code| code.as_str() == row.code)
        {
            held.push(roles::from_row(row)?);
        }
    }
    let permissions = permissions_together(&held);
    Ok(Some(Me {
        id: user.id,
        kind: user.kind,
        api_key_id: None,
        username: user.username,
        name: user.name,
        scopes: permissions.clone(),
        permissions,
        roles: user.roles,
        team_id: user.team_id,
        scope_team_id: user.scope_team_id,
        locale: user.locale,
        must_change_password: user.must_change_password,
    }))
}
