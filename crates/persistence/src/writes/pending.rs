//! What a transaction writes as its last acts: the change log and the search index.
//!
//! Both wait for the end: the change numbers because their counter stays locked until the commit,
//! the index because it is cheaper to store many records at once, also those of several writers
//! that share a transaction.

use std::collections::BTreeMap;

use rapport_types::records::Entity;
use sea_orm::{DatabaseTransaction, EntityTrait, Set};

use super::{CHANGE, ROWS_PER_INSERT, advance};
use crate::database::Kind;
use crate::entities::change;
use crate::error::StoreError;
use crate::search::{Document, index};

/// A record's new place in the search index.
#[derive(Debug)]
struct Indexed {
    entity: Entity,
    number: i64,
    /// What it is found by from now on; none when it is gone.
    document: Option<Document>,
    /// Whether the index may hold it already.
    is_known: bool,
}

/// What is still to be written before the commit.
#[derive(Debug, Default)]
pub(super) struct Pending {
    changes: Vec<change::ActiveModel>,
    indexed: Vec<Indexed>,
}

impl Pending {
    /// Notes an entry of the change log, still without its number.
    pub(super) fn log(&mut self, entry: change::ActiveModel) {
        self.changes.push(entry);
    }

    /// Notes what a record is found by.
    pub(super) fn index(
        &mut self,
        entity: Entity,
        number: i64,
        document: Option<Document>,
        is_known: bool,
    ) {
        self.indexed.push(Indexed {
            entity,
            number,
            document,
            is_known,
        });
    }

    /// Adds what came later.
    pub(super) fn append(&mut self, mut later: Self) {
        self.changes.append(&mut later.changes);
        self.indexed.append(&mut later.indexed);
    }

    /// Writes it all.
    pub(super) async fn store(
        self,
        transaction: &DatabaseTransaction,
        kind: Kind,
    ) -> Result<(), StoreError> {
        store_documents(transaction, kind, self.indexed).await?;
        store_changes(transaction, kind, self.changes).await
    }
}

/// Of several places of one record the last counts; it takes the place of what was there before
/// the first.
async fn store_documents(
    transaction: &DatabaseTransaction,
    kind: Kind,
    indexed: Vec<Indexed>,
) -> Result<(), StoreError> {
    let mut last: BTreeMap<&str, (Entity, BTreeMap<i64, Indexed>)> = BTreeMap::new();
    for mut new in indexed {
        let of_entity = &mut last
            .entry(new.entity.code())
            .or_insert((new.entity, BTreeMap::new()))
            .1;
        if let Some(before) = of_entity.get(&new.number) {
            new.is_known = before.is_known;
        }
        of_entity.insert(new.number, new);
    }
    for (entity, of_entity) in last.into_values() {
        let known = of_entity.values().filter(|new| new.is_known);
        let known: Vec<i64> = known.map(|new| new.number).collect();
        index::remove(transaction, kind, entity, &known).await?;
        let new = of_entity.into_values();
        let new: Vec<(i64, Document)> = new
            .filter_map(|new| Some((new.number, new.document?)))
            .collect();
        index::insert(transaction, kind, entity, &new).await?;
    }
    Ok(())
}

async fn store_changes(
    transaction: &DatabaseTransaction,
    kind: Kind,
    mut changes: Vec<change::ActiveModel>,
) -> Result<(), StoreError> {
    if changes.is_empty() {
        return Ok(());
    }
    let count = changes.len() as i64;
    let last = advance(transaction, kind, CHANGE, count).await?;
    for (seq, change) in (last - count + 1..).zip(&mut changes) {
        change.seq = Set(seq);
    }
    let mut changes = changes.into_iter().peekable();
    while changes.peek().is_some() {
        let some: Vec<_> = changes.by_ref().take(ROWS_PER_INSERT).collect();
        change::Entity::insert_many(some)
            .exec_without_returning(transaction)
            .await?;
    }
    Ok(())
}
