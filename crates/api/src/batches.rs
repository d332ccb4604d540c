//! Many records by one request: what upserts and batches of all features share.
//!
//! Every item is judged by itself before anything is written: only what the database alone can know,
//! a key that somebody else takes at the same moment, is found later, and then everything is judged
//! again.

use std::collections::HashMap;
use std::hash::Hash;

use actix_web::HttpResponse;
use rapport_persistence::error::StoreError;
use rapport_persistence::writes::Writer;
use rapport_types::batches::{
    BatchItem, BatchMode, BatchOutcome, BatchReport, BatchResult, MOST_ITEMS,
};
use rapport_types::locale::Locale;
use rapport_types::problem::{ErrorCode, Fault, FieldCode, FieldError, Problem};
use rapport_types::records::ExternalId;
use rapport_types::text::LineText;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::auth::caller::Caller;
use crate::error::ApiError;
use crate::extract::{Body, parse};
use crate::replies::Reply;
use crate::state::AppState;

/// How often a batch begins anew because somebody else took a key meanwhile.
const TRIES_AGAIN: u32 = 2;

/// The body of a batch before its items are read: each is refused by itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UnreadBatch {
    #[serde(default)]
    mode: BatchMode,
    items: Vec<Map<String, Value>>,
}

impl Body for UnreadBatch {
    fn check(&self) -> Vec<Fault> {
        let code = match self.items.len() {
            0 => FieldCode::Required,
            1..=MOST_ITEMS => return Vec::new(),
            _ => FieldCode::TooMany,
        };
        vec![Fault::at("/items", code)]
    }
}

/// An item that was read or refused.
struct Entry<I, D> {
    reference: Option<LineText>,
    item: Result<BatchItem<I, D>, ApiError>,
}

impl<I, D> Entry<I, D>
where
    BatchItem<I, D>: Body,
{
    fn read(members: &Map<String, Value>) -> Self {
        let text = serde_json::to_vec(members).map_err(ApiError::internal);
        let item = text.and_then(|text| parse::<BatchItem<I, D>>(&text));
        let reference = members.get("ref").and_then(Value::as_str);
        let reference = reference.and_then(|text| text.try_into().ok());
        Self { reference, item }
    }
}

/// What was written of an item.
#[derive(Debug)]
pub(crate) struct Written<I> {
    pub(crate) outcome: BatchOutcome,
    pub(crate) id: I,
    pub(crate) number: i64,
    pub(crate) version: i64,
}

/// Who sends a batch, and how it is answered.
#[derive(Debug)]
pub(crate) struct Sender<'a> {
    pub(crate) state: &'a AppState,
    pub(crate) caller: &'a Caller,
    pub(crate) locale: Locale,
}

impl Sender<'_> {
    /// Judges the items, writes what is accepted and answers 207 with one result per item.
    ///
    /// # Errors
    /// 422 `batch_refused` when one item of an atomic batch is refused, or what the database says.
    pub(crate) async fn carry_out<I, D, J>(
        &self,
        batch: &UnreadBatch,
        judge: impl AsyncFn(&mut Writer, &[&BatchItem<I, D>]) -> Result<Judged<J>, ApiError>,
        save: impl AsyncFn(&mut Writer, Vec<J>) -> Result<Vec<Written<I>>, ApiError>,
    ) -> Result<HttpResponse, ApiError>
    where
        I: Serialize,
        BatchItem<I, D>: Body,
    {
        let entries: Vec<Entry<I, D>> = batch.items.iter().map(Entry::read).collect();
        let items: Vec<&BatchItem<I, D>> = entries
            .iter()
            .filter_map(|entry| entry.item.as_ref().ok())
            .collect();
        let work = async |writer: &mut Writer| {
            let mut judged = judge(writer, &items).await?.into_iter();
            let (mut accepted, mut refusals) = (Vec::new(), Vec::new());
            for entry in &entries {
                let judgement = match &entry.item {
                    Ok(_) => judged.next().ok_or_else(lost)?,
                    Err(error) => {
                        refusals.push(Some(self.problem(error)));
                        continue;
                    }
                };
                match judgement {
                    Ok(item) => {
                        accepted.push(item);
                        refusals.push(None);
                    }
                    Err(error) => refusals.push(Some(self.problem(&error))),
                }
            }
            if batch.mode == BatchMode::Atomic && refusals.iter().any(Option::is_some) {
                return Err(refused(&refusals));
            }
            let mut written = save(writer, accepted).await?.into_iter();
            let results = entries.iter().zip(refusals).map(|(entry, refusal)| {
                let reference = entry.reference.clone();
                match refusal {
                    Some(problem) => Ok(refused_result(reference, problem)),
                    None => Ok(result(reference, written.next().ok_or_else(lost)?)),
                }
            });
            Ok(BatchReport::of(results.collect::<Result<_, ApiError>>()?))
        };
        let now = self.state.clock.now();
        again_while_taken(async || {
            self.state
                .write_once(self.caller, now, work, Reply::multi_status)
                .await
        })
        .await
    }

    fn problem(&self, error: &ApiError) -> Problem {
        error.to_problem(self.locale, &self.caller.request_id)
    }
}

/// The judgement of each item: what is to be written, or why it is refused.
pub(crate) type Judged<J> = Vec<Result<J, ApiError>>;

fn lost() -> ApiError {
    ApiError::internal("an item of a batch got no result")
}

fn result<I>(reference: Option<LineText>, written: Written<I>) -> BatchResult<I> {
    BatchResult {
        reference,
        outcome: written.outcome,
        status: written.outcome.status(),
        id: Some(written.id),
        number: Some(written.number),
        version: Some(written.version),
        problem: None,
    }
}

fn refused_result<I>(reference: Option<LineText>, problem: Problem) -> BatchResult<I> {
    BatchResult {
        reference,
        outcome: BatchOutcome::Refused,
        status: problem.status,
        id: None,
        number: None,
        version: None,
        problem: Some(problem),
    }
}

/// Why an atomic batch is refused: the faults of its items, each with its place in the body.
fn refused(refusals: &[Option<Problem>]) -> ApiError {
    let mut faults = Vec::new();
    for (index, problem) in refusals.iter().enumerate() {
        let Some(problem) = problem else { continue };
        let at = format!("/items/{index}");
        if problem.errors.is_empty() {
            faults.push(FieldError {
                pointer: Some(at.clone()),
                parameter: None,
                code: problem.code.clone(),
                message: problem.title.clone().into(),
            });
        }
        faults.extend(problem.errors.iter().cloned().map(|fault| FieldError {
            pointer: fault.pointer.map(|pointer| format!("{at}{pointer}")),
            ..fault
        }));
    }
    ApiError::new(ErrorCode::BatchRefused).with_told(faults)
}

/// Does it again when a key was taken that was free a moment ago: then its record is found.
///
/// # Errors
/// What `work` fails with in the end.
pub(crate) async fn again_while_taken<T>(
    work: impl AsyncFn() -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    for _ in 0..TRIES_AGAIN {
        match work().await {
            Err(error) if error.code() == ErrorCode::Taken => {}
            done => return done,
        }
    }
    work().await
}

/// Which records the items of a batch name, and which keys they give them.
#[derive(Debug)]
pub(crate) struct Targets<I> {
    holders: HashMap<ExternalId, I>,
    /// By which key or id an item before this one named a record.
    named: Vec<I>,
    /// Keys that items before this one give to a record that is new.
    given: Vec<ExternalId>,
}

/// What an item names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target<I> {
    /// A record that is there.
    Known(I),
    /// A record that is to be made.
    New,
}

impl<I: Copy + Eq + Hash> Targets<I> {
    /// The targets where these records have these keys.
    pub(crate) fn new(holders: Vec<(ExternalId, I)>) -> Self {
        Self {
            holders: holders.into_iter().collect(),
            named: Vec::new(),
            given: Vec::new(),
        }
    }

    /// The record that an item names by id or key, whether or not others name it, too.
    pub(crate) fn record<D>(&self, item: &BatchItem<I, D>) -> Option<I> {
        let by_key = || self.holders.get(item.external_id.as_ref()?).copied();
        item.id.or_else(by_key)
    }

    /// What an item names; no other may name the same.
    ///
    /// # Errors
    /// 422 when it names none rightly, or one that an item before it named.
    pub(crate) fn target<D>(&mut self, item: &BatchItem<I, D>) -> Result<Target<I>, ApiError> {
        let fault = |pointer: &str, code| Err(ApiError::from(Fault::at(pointer, code)));
        match (item.id, &item.external_id, item.version) {
            (Some(_), Some(_), _) => return fault("/external_id", FieldCode::InvalidValue),
            (Some(_), None, None) => return fault("/version", FieldCode::Required),
            (None, None, Some(_)) => return fault("/version", FieldCode::InvalidValue),
            _ => {}
        }
        let place = match item.id {
            Some(_) => "/id",
            None => "/external_id",
        };
        let Some(id) = self.record(item) else {
            let is_given = |key| self.given.contains(key);
            return match &item.external_id {
                Some(key) if is_given(key) => fault(place, FieldCode::Duplicate),
                _ => Ok(Target::New),
            };
        };
        if self.named.contains(&id) {
            return fault(place, FieldCode::Duplicate);
        }
        self.named.push(id);
        Ok(Target::Known(id))
    }

    /// Notes the keys that a record is to have; `record` is none for a new one.
    ///
    /// # Errors
    /// 409 `taken` when another record has one of them or is to get it.
    pub(crate) fn give(&mut self, record: Option<I>, keys: &[ExternalId]) -> Result<(), ApiError> {
        let is_free = |key: &ExternalId| match self.holders.get(key) {
            Some(holder) => Some(*holder) == record,
            None => !self.given.contains(key),
        };
        if !keys.iter().all(is_free) {
            return Err(StoreError::Taken("external_ids".into()).into());
        }
        let new = keys.iter().filter(|key| !self.holders.contains_key(*key));
        self.given.extend(new.cloned());
        Ok(())
    }
}

/// The keys that the items name or give, for one look-up of their holders.
pub(crate) fn keys_of<'a, I, D: 'a>(
    items: &[&'a BatchItem<I, D>],
    given: impl Fn(&'a D) -> Option<&'a Vec<ExternalId>>,
) -> Vec<ExternalId> {
    let mut keys: Vec<ExternalId> = items
        .iter()
        .flat_map(|item| {
            let given = given(&item.data).into_iter().flatten();
            item.external_id.iter().chain(given)
        })
        .cloned()
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The keys that a record is to have: those given, and the one that it is named by.
pub(crate) fn with_key(
    given: Option<Vec<ExternalId>>,
    key: Option<&ExternalId>,
) -> Option<Vec<ExternalId>> {
    let Some(key) = key else { return given };
    let mut given = given?;
    if !given.contains(key) {
        given.push(key.clone());
    }
    Some(given)
}

/// The version that an item is based on is the current one.
///
/// # Errors
/// 412 with the current version.
pub(crate) fn check_version(seen: Option<i64>, current_version: i64) -> Result<(), ApiError> {
    match seen {
        Some(seen) if seen != current_version => Err(StoreError::Stale { current_version }.into()),
        _ => Ok(()),
    }
}

/// A refusal of what an item says, as one of the item.
pub(crate) fn refused_in_data(error: ApiError) -> ApiError {
    let faults = error.faults().iter().cloned();
    let faults = faults.map(|fault| fault.within("data")).collect();
    error.with_faults(faults)
}

/// Why a record that is there cannot be changed by somebody who does not see it: that its key is in
/// use has to be told, by an id it is as good as none.
pub(crate) fn unseen(key: Option<&ExternalId>) -> ApiError {
    match key {
        Some(_) => ErrorCode::Taken.into(),
        None => ErrorCode::NotFound.into(),
    }
}
