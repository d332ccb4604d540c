//! The one way in which records are written.
//!
//! [`write`] opens the transaction and gives its closure the only type that can insert, update or
//! delete a record. Each such call makes an entry of the change log and raises the record's
//! version. As its last act before the commit the transaction takes the next change numbers from
//! a one-row counter, whose lock it holds until the commit is done: so the numbers are dense and
//! stand in the order of the commits, on both databases.

pub(crate) mod group;
mod numbers;
mod parts;
mod pending;
pub mod replies;

use chrono::{DateTime, Utc};
use rapport_types::changes::moved_sight;
use rapport_types::records::{Action, Actor, Entity, micros};
use sea_orm::sea_query::Condition;
use sea_orm::{
    ActiveModelTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, Iterable,
    PrimaryKeyToColumn, QueryFilter, Set, UpdateMany,
};
use serde::Serialize;
use serde_json::{Map, Value};

use self::numbers::Numbers;
pub(crate) use self::parts::Parts;
use self::pending::Pending;
use crate::bookkeeping::BookkeepingTable;
use crate::conflicts::{self, WriteError};
use crate::database::{Database, Kind};
use crate::entities::change;
use crate::error::StoreError;
use crate::scope::ScopeKeys;
use crate::search::Document;
use crate::sql::Sql;

/// Rows of one INSERT: SQLite takes at most 32,766 values, a ticket has 40.
const ROWS_PER_INSERT: usize = 500;

/// Who writes, on whose behalf, in which request and when.
#[derive(Debug, Clone)]
pub struct WriteContext {
    /// Who writes.
    pub actor: Actor,
    /// For whom a trusted service says it writes.
    pub on_behalf_of: Option<String>,
    /// The request's id.
    pub request_id: String,
    /// When.
    pub now: DateTime<Utc>,
}

impl WriteContext {
    /// The product itself writes: a job, an import, the command line.
    pub fn system(request_id: &str, now: DateTime<Utc>) -> Self {
        Self {
            actor: Actor::System,
            on_behalf_of: None,
            request_id: request_id.to_owned(),
            now,
        }
    }
}

/// A record: something the change log may show.
pub(crate) trait Record: Serialize {
    /// Its kind.
    const ENTITY: Entity;
    /// Its table.
    type Table: EntityTrait;
    /// Its row.
    type Row: ActiveModelTrait<Entity = Self::Table> + Send;

    /// Its id or code on the wire.
    fn key(&self) -> String;
    /// Its version.
    fn version(&self) -> i64;
    /// Sets its version.
    fn set_version(&mut self, version: i64);
    /// Through whom it is seen.
    fn scope_keys(&self) -> ScopeKeys;
    /// Its row, complete.
    fn row(&self) -> Self::Row;
    /// Finds its row.
    fn filter(&self) -> Condition;
}

/// A table whose rows are parts of a record and appear in the change log with it.
pub(crate) trait PartTable: EntityTrait {}

/// The only type that can change records. It lives as long as one transaction.
pub struct Writer {
    transaction: DatabaseTransaction,
    kind: Kind,
    context: WriteContext,
    pending: Pending,
    numbers: Numbers,
    configuration_changed: bool,
}

/// Runs `work` in one transaction and makes all of it last, or nothing. On SQLite writers that meet
/// share a transaction, see [`group`].
///
/// The closure owns its inputs and touches nothing outside, since it is run again, a few times at
/// most, when PostgreSQL breaks the transaction off for another one (deadlock, serialisation);
/// what it returns is the wire value.
///
/// # Errors
/// What the closure returns, or the database when the transaction cannot begin or end.
pub async fn write<T, E, F>(db: &Database, context: WriteContext, work: F) -> Result<T, E>
where
    E: WriteError,
    F: AsyncFn(&mut Writer) -> Result<T, E>,
{
    let mut tries = 0;
    loop {
        let done = write_once(db, context.clone(), &work).await;
        match &done {
            Err(error) if error.is_conflict() && tries < conflicts::TRIES_AGAIN => {
                tries += 1;
                tracing::debug!(tries, "a transaction met another one and is tried again");
                conflicts::pause(tries).await;
            }
            _ => return done,
        }
    }
}

async fn write_once<T, E, F>(db: &Database, context: WriteContext, work: &F) -> Result<T, E>
where
    E: From<StoreError>,
    F: AsyncFn(&mut Writer) -> Result<T, E>,
{
    if db.kind == Kind::Sqlite {
        return group::write(db, context, work).await;
    }
    let transaction = db.begin().await?;
    let mut writer = Writer::new(transaction, db.kind, context, Numbers::default());
    let value = work(&mut writer).await?;
    writer.seal().await?;
    let (transaction, pending, _) = writer.into_parts();
    pending.store(&transaction, db.kind).await?;
    let done = transaction.commit().await;
    db.generation.raise();
    done.map_err(StoreError::from)?;
    Ok(value)
}

impl Writer {
    fn new(
        transaction: DatabaseTransaction,
        kind: Kind,
        context: WriteContext,
        numbers: Numbers,
    ) -> Self {
        Self {
            transaction,
            kind,
            context,
            pending: Pending::default(),
            numbers,
            configuration_changed: false,
        }
    }

    /// Writes what others in the same transaction have to see.
    async fn seal(&mut self) -> Result<(), StoreError> {
        if std::mem::take(&mut self.configuration_changed) {
            advance(&self.transaction, self.kind, CONFIGURATION, 1).await?;
        }
        Ok(())
    }

    /// The transaction, what is to be written before its commit, and the counters of numbers.
    fn into_parts(self) -> (DatabaseTransaction, Pending, Numbers) {
        (self.transaction, self.pending, self.numbers)
    }

    /// When the transaction began, for everything it writes; not before the last change of the
    /// ticket that it holds.
    pub const fn now(&self) -> DateTime<Utc> {
        self.context.now
    }

    /// Lets the transaction not be before what it found: the time was read before it waited for
    /// the record, and another one may have written meanwhile.
    pub(crate) fn not_before(&mut self, at: DateTime<Utc>) {
        self.context.now = self.context.now.max(at);
    }

    /// Who writes.
    pub const fn actor(&self) -> Actor {
        self.context.actor
    }

    /// What reads inside the transaction go through.
    pub(crate) const fn connection(&self) -> &DatabaseTransaction {
        &self.transaction
    }

    /// An empty statement for this database.
    pub(crate) const fn sql(&self) -> Sql {
        Sql::new(self.kind)
    }

    /// What a SELECT ends with so that the row stays as it was read until the commit. On SQLite
    /// the transaction holds the write lock anyway.
    pub(crate) const fn row_lock(&self) -> &'static str {
        match self.kind {
            Kind::Sqlite => "",
            Kind::Postgres => " FOR UPDATE",
        }
    }

    /// The next human number of a kind. Numbers of transactions that fail leave gaps.
    pub(crate) async fn next_number(&mut self, entity: Entity) -> Result<i64, StoreError> {
        self.take_numbers(entity, 1).await
    }

    /// Takes `count` human numbers of a kind and gives the first of them.
    pub(crate) async fn take_many(
        &mut self,
        entity: Entity,
        count: usize,
    ) -> Result<i64, StoreError> {
        let count = i64::try_from(count).map_err(|error| StoreError::Failed(error.to_string()))?;
        Ok(self.take_numbers(entity, count).await? - count + 1)
    }

    /// Takes `count` human numbers of a kind and gives the last of them.
    pub(crate) async fn take_numbers(
        &mut self,
        entity: Entity,
        count: i64,
    ) -> Result<i64, StoreError> {
        self.numbers
            .advance(&self.transaction, self.kind, entity, count)
            .await
    }

    /// The next human number of a kind, and whether `known` holds, by one statement.
    pub(crate) async fn next_number_and(
        &mut self,
        entity: Entity,
        known: impl FnOnce(&mut Sql),
    ) -> Result<(i64, bool), StoreError> {
        let mut sql = self.sql();
        sql.push("UPDATE counters SET value = ");
        match self.numbers.known(entity) {
            Some(value) => sql.bind(value + 1),
            None => sql.push("value + 1"),
        };
        sql.push(" WHERE kind = ").bind(entity.code());
        sql.push(" RETURNING value, CASE WHEN ");
        known(&mut sql);
        sql.push(" THEN 1 ELSE 0 END AS known");
        let rows = sql.rows(&self.transaction).await?;
        let row = rows
            .first()
            .ok_or_else(|| StoreError::Failed(format!("no counter {}", entity.code())))?;
        let (value, known): (i64, i32) = (row.try_get("", "value")?, row.try_get("", "known")?);
        self.numbers.note(self.kind, entity, value);
        Ok((value, known == 1))
    }

    /// Lets a record be found by `document` from the commit on; by nothing when there is none.
    /// `is_known` tells whether the index may hold it already.
    pub(crate) fn index(
        &mut self,
        entity: Entity,
        number: i64,
        document: Option<Document>,
        is_known: bool,
    ) {
        self.pending.index(entity, number, document, is_known);
    }

    /// Adds a record.
    pub(crate) async fn insert<R: Record>(&mut self, record: &R) -> Result<(), StoreError>
    where
        <R::Table as EntityTrait>::Model: IntoActiveModel<R::Row>,
    {
        self.insert_all(std::slice::from_ref(record)).await
    }

    /// Adds records of one kind.
    pub(crate) async fn insert_all<R: Record>(&mut self, records: &[R]) -> Result<(), StoreError>
    where
        <R::Table as EntityTrait>::Model: IntoActiveModel<R::Row>,
    {
        let rows = records.iter().map(R::row).collect();
        self.insert_as(records, rows).await
    }

    /// Adds records of one kind whose rows hold more than the wire shows.
    pub(crate) async fn insert_as<R: Record>(
        &mut self,
        records: &[R],
        rows: Vec<R::Row>,
    ) -> Result<(), StoreError>
    where
        <R::Table as EntityTrait>::Model: IntoActiveModel<R::Row>,
    {
        self.insert_with(records, rows, |_| {}).await
    }

    /// Adds records of one kind with their parts.
    pub(crate) async fn insert_with<R: Record>(
        &mut self,
        records: &[R],
        rows: Vec<R::Row>,
        parts: impl FnOnce(&mut Parts),
    ) -> Result<(), StoreError> {
        let mut all = Parts::new(self.kind);
        all.add_rows(rows);
        parts(&mut all);
        all.store(&self.transaction).await?;
        for record in records {
            self.log(Action::Created, record.version(), None, Some(record))?;
        }
        Ok(())
    }

    /// Changes a record; its version rises by one. Does nothing when nothing differs.
    pub(crate) async fn update<R: Record>(
        &mut self,
        before: &R,
        after: &mut R,
    ) -> Result<bool, StoreError> {
        after.set_version(before.version());
        if members(before)? == members(after)? {
            return Ok(false);
        }
        self.update_anyway(before, after).await?;
        Ok(true)
    }

    /// Changes a record even when none of its own members differs: a part of it does.
    pub(crate) async fn update_anyway<R: Record>(
        &mut self,
        before: &R,
        after: &mut R,
    ) -> Result<(), StoreError> {
        self.update_as(before, after, |after| Ok(after.row())).await
    }

    /// Changes a record whose row holds more than the wire shows.
    pub(crate) async fn update_as<R: Record>(
        &mut self,
        before: &R,
        after: &mut R,
        row: impl FnOnce(&R) -> Result<R::Row, StoreError>,
    ) -> Result<(), StoreError> {
        after.set_version(before.version() + 1);
        let mut row = row(after)?;
        // A key that is set counts as changed to SQLite, which then looks at every row that refers
        // to it.
        for key in <R::Table as EntityTrait>::PrimaryKey::iter() {
            row.not_set(key.into_column());
        }
        let changed = R::Table::update_many()
            .set(row)
            .filter(before.filter())
            .exec(&self.transaction)
            .await?;
        if changed.rows_affected == 0 {
            return Err(StoreError::NotFound);
        }
        self.log(Action::Updated, after.version(), Some(before), Some(after))
    }

    /// Adds the next version of a record of which every version is kept as a row of its own. Does
    /// nothing when nothing differs.
    pub(crate) async fn insert_version<R: Record>(
        &mut self,
        before: &R,
        after: &mut R,
    ) -> Result<bool, StoreError>
    where
        <R::Table as EntityTrait>::Model: IntoActiveModel<R::Row>,
    {
        after.set_version(before.version());
        if members(before)? == members(after)? {
            return Ok(false);
        }
        after.set_version(before.version() + 1);
        R::Table::insert_many([after.row()])
            .exec_without_returning(&self.transaction)
            .await?;
        self.log(Action::Updated, after.version(), Some(before), Some(after))?;
        Ok(true)
    }

    /// Removes a record, leaving its tombstone in the change log; [`StoreError::InUse`] when another
    /// one refers to it.
    pub(crate) async fn delete<R: Record>(&mut self, record: &R) -> Result<(), StoreError> {
        self.remove(record).await?;
        self.log(Action::Deleted, record.version() + 1, Some(record), None)
    }

    /// Removes a record that has become part of another one of its kind: its tombstone names it.
    pub(crate) async fn delete_into<R: Record>(
        &mut self,
        record: &R,
        into: &R,
    ) -> Result<(), StoreError> {
        self.remove(record).await?;
        let named = Map::from_iter([("merged_into".to_owned(), Value::String(into.key()))]);
        let entry = change::ActiveModel {
            entity: Set(R::ENTITY.code().to_owned()),
            record_id: Set(record.key()),
            version: Set(record.version() + 1),
            action: Set(Action::Merged.code().to_owned()),
            before: Set(Some(Value::Object(members(record)?).to_string())),
            after: Set(Some(Value::Object(named).to_string())),
            scope_before: Set(Some(json(&record.scope_keys())?)),
            scope_after: Set(None),
            sight: Set(None),
            ..self.entry()
        };
        self.pending.log(entry);
        Ok(())
    }

    async fn remove<R: Record>(&self, record: &R) -> Result<(), StoreError> {
        let gone = R::Table::delete_many()
            .filter(record.filter())
            .exec(&self.transaction)
            .await
            .map_err(|error| match StoreError::from(error) {
                StoreError::Unknown(_) => StoreError::InUse,
                other => other,
            })?;
        if gone.rows_affected == 0 {
            return Err(StoreError::NotFound);
        }
        Ok(())
    }

    /// Adds parts of a record.
    pub(crate) async fn insert_parts<A>(&mut self, rows: Vec<A>) -> Result<(), StoreError>
    where
        A: ActiveModelTrait + Send,
        A::Entity: PartTable,
        <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
    {
        let mut parts = Parts::new(self.kind);
        parts.add(rows);
        parts.store(&self.transaction).await
    }

    /// Removes parts of a record.
    pub(crate) async fn delete_parts<E: PartTable>(
        &mut self,
        filter: Condition,
    ) -> Result<(), StoreError> {
        E::delete_many()
            .filter(filter)
            .exec(&self.transaction)
            .await?;
        Ok(())
    }

    /// Changes bookkeeping that a change of a record brings with it, in the same transaction.
    pub(crate) async fn keep_books<E: BookkeepingTable>(
        &self,
        update: UpdateMany<E>,
    ) -> Result<(), StoreError> {
        update.exec(&self.transaction).await?;
        Ok(())
    }

    /// Changes parts of a record by a statement over its part tables.
    pub(crate) async fn change_parts(&mut self, sql: Sql) -> Result<(), StoreError> {
        sql.execute(&self.transaction).await?;
        Ok(())
    }

    /// Makes the entry of a part that the log shows by itself, with the scope of its record.
    pub(crate) fn log_part<R: Record>(
        &mut self,
        entity: Entity,
        key: String,
        action: Action,
        record: &R,
        after: &str,
    ) -> Result<(), StoreError> {
        let scope = json(&record.scope_keys())?;
        let entry = change::ActiveModel {
            entity: Set(entity.code().to_owned()),
            record_id: Set(key),
            version: Set(1),
            action: Set(action.code().to_owned()),
            before: Set(None),
            after: Set(Some(after.to_owned())),
            scope_before: Set(None),
            scope_after: Set(Some(scope)),
            sight: Set(None),
            ..self.entry()
        };
        self.pending.log(entry);
        Ok(())
    }

    /// An entry with what all entries of the transaction share.
    fn entry(&self) -> change::ActiveModel {
        change::ActiveModel {
            at: Set(micros(self.context.now)),
            actor_id: Set(self.context.actor.user().map(|id| id.uuid())),
            on_behalf_of: Set(self.context.on_behalf_of.clone()),
            request_id: Set(self.context.request_id.clone()),
            ..Default::default()
        }
    }

    fn log<R: Record>(
        &mut self,
        action: Action,
        version: i64,
        before: Option<&R>,
        after: Option<&R>,
    ) -> Result<(), StoreError> {
        let key = after.or(before).map(R::key).unwrap_or_default();
        let scope_before = before.map(R::scope_keys);
        let scope_after = after.map(R::scope_keys);
        let (old, new) = match (before, after) {
            (Some(before), Some(after)) => changed_members(&members(before)?, &members(after)?),
            (Some(before), None) => (Some(members(before)?), None),
            (None, Some(after)) => (None, Some(members(after)?)),
            (None, None) => (None, None),
        };
        let shared = scope_after.as_ref().or(scope_before.as_ref());
        self.configuration_changed |= shared.is_some_and(|keys| keys.team.is_none());
        // What is new or gone moves nobody's sight of other records.
        let changed = old.as_ref().filter(|_| after.is_some());
        let sight = changed.and_then(|changed| moved_sight(R::ENTITY, &key, changed));
        let entry = change::ActiveModel {
            entity: Set(R::ENTITY.code().to_owned()),
            record_id: Set(key),
            version: Set(version),
            action: Set(action.code().to_owned()),
            before: Set(old.map(|members| Value::Object(members).to_string())),
            after: Set(new.map(|members| Value::Object(members).to_string())),
            scope_before: Set(scope_before.as_ref().map(json).transpose()?),
            scope_after: Set(scope_after.as_ref().map(json).transpose()?),
            sight: Set(sight),
            ..self.entry()
        };
        self.pending.log(entry);
        Ok(())
    }
}

/// Raises a counter by `steps` and gives its new value.
async fn advance(
    transaction: &DatabaseTransaction,
    kind: Kind,
    counter: &str,
    steps: i64,
) -> Result<i64, StoreError> {
    let mut sql = Sql::new(kind);
    sql.push("UPDATE counters SET value = value + ").bind(steps);
    sql.push(" WHERE kind = ")
        .bind(counter)
        .push(" RETURNING value");
    let rows = sql.rows(transaction).await?;
    let row = rows
        .first()
        .ok_or_else(|| StoreError::Failed(format!("no counter {counter}")))?;
    Ok(row.try_get("", "value")?)
}

/// The counter of the change log.
pub(crate) const CHANGE: &str = "change";
/// The counter that rises with every change of configuration.
pub(crate) const CONFIGURATION: &str = "configuration";

/// A value as JSON text.
pub(crate) fn json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Failed(error.to_string()))
}

/// JSON text as a value.
pub(crate) fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Failed(error.to_string()))
}

fn members(record: &impl Serialize) -> Result<Map<String, Value>, StoreError> {
    match serde_json::to_value(record) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(StoreError::Failed("a record is no object".into())),
        Err(error) => Err(StoreError::Failed(error.to_string())),
    }
}

type Members = Option<Map<String, Value>>;

fn changed_members(before: &Map<String, Value>, after: &Map<String, Value>) -> (Members, Members) {
    let changed = |name: &&String| before.get(*name) != after.get(*name) && *name != "version";
    let pick = |from: &Map<String, Value>| {
        after
            .keys()
            .filter(changed)
            .map(|name| (name.clone(), from.get(name).cloned().unwrap_or_default()))
            .collect()
    };
    (Some(pick(before)), Some(pick(after)))
}

/// Whether the change numbers are dense: the greatest equals how many there are.
///
/// # Errors
/// What the database says.
pub async fn change_numbers_are_dense(db: &Database) -> Result<bool, StoreError> {
    let mut sql = Sql::new(db.kind);
    sql.push("SELECT COALESCE(MAX(seq), 0) AS greatest, COUNT(*) AS many FROM changes");
    let rows = sql.rows(&db.reader).await?;
    let Some(row) = rows.first() else {
        return Ok(false);
    };
    let (greatest, many): (i64, i64) = (row.try_get("", "greatest")?, row.try_get("", "many")?);
    Ok(greatest == many)
}
