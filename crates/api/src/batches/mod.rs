//! Many records by one request: what upserts and batches of all features share.
//!
//! Every item is judged by itself before anything is written: only what the database alone can know,
//! a key that somebody else takes at the same moment, is found later, and then everything is judged
//! again.

mod targets;

use std::fmt::Display;
use std::hash::Hash;
use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::header::LOCATION;
use chrono::{DateTime, Utc};
use rapport_persistence::configuration::Configuration;
use rapport_persistence::scope::Scope;
use rapport_persistence::writes::{Writer, write};
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
use crate::extract::{Body, Language, OptionalIfMatch, etag, parse};
use crate::records::scope_of;
use crate::replies::Reply;
use crate::state::AppState;

pub(crate) use targets::{Target, Targets, check_version, keys_of, unseen, with_key};

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

/// A kind of record that is made or changed by its key in another system, one or many at a time.
pub(crate) trait Batched {
    /// Its id.
    type Id: Copy + Eq + Hash + Serialize + Display;
    /// What a request says of it.
    type Data;
    /// What the decisions need, as the transaction found it.
    type Known;
    /// What is to be written of one.
    type Decided;
    /// What was written.
    type Record: Serialize;
    /// Its feature, as paths have it.
    const FEATURE: &'static str;

    /// Loads which records the items name, and what the decisions need.
    async fn load(
        desk: &Desk<'_>,
        writer: &mut Writer,
        items: &[&BatchItem<Self::Id, Self::Data>],
    ) -> Result<(Targets<Self::Id>, Self::Known), ApiError>;

    /// What is to be written of an item, or why it is refused; faults lie in its `data`.
    fn decide(
        desk: &Desk<'_>,
        targets: &mut Targets<Self::Id>,
        known: &Self::Known,
        target: Target<Self::Id>,
        item: &BatchItem<Self::Id, Self::Data>,
    ) -> Result<Self::Decided, ApiError>;

    /// Writes what was decided, in its order.
    async fn save(
        desk: &Desk<'_>,
        writer: &mut Writer,
        decided: Vec<Self::Decided>,
    ) -> Result<Vec<(BatchOutcome, Self::Record)>, ApiError>;

    /// The id, the human number and the version of a record.
    fn identity(record: &Self::Record) -> (Self::Id, i64, i64);
}

/// Where records are decided on: who asks, and what holds at the time.
pub(crate) struct Desk<'a> {
    pub(crate) state: &'a AppState,
    pub(crate) caller: &'a Caller,
    pub(crate) configuration: Arc<Configuration>,
    pub(crate) scope: Scope,
    pub(crate) now: DateTime<Utc>,
}

impl<'a> Desk<'a> {
    /// What holds for this caller now.
    ///
    /// # Errors
    /// What the database says.
    pub(crate) async fn of(state: &'a AppState, caller: &'a Caller) -> Result<Self, ApiError> {
        let configuration = state.configuration().await?;
        Ok(Self {
            scope: scope_of(caller, &configuration),
            state,
            caller,
            configuration,
            now: state.clock.now(),
        })
    }

    /// Makes or changes the record that has this key: 201 or 200 with it.
    ///
    /// # Errors
    /// Why it is refused, or what the database says.
    pub(crate) async fn put<B: Batched>(
        &self,
        key: ExternalId,
        seen: OptionalIfMatch,
        data: B::Data,
    ) -> Result<HttpResponse, ApiError> {
        let item = BatchItem {
            reference: None,
            id: None,
            version: seen.0,
            external_id: Some(key),
            data,
        };
        let (outcome, record) = again_while_taken(async || {
            let context = self.caller.write_context(self.now);
            write(&self.state.db, context, async |writer: &mut Writer| {
                let (mut targets, known) = B::load(self, writer, &[&item]).await?;
                let target = targets.target(&item)?;
                let decided = B::decide(self, &mut targets, &known, target, &item)?;
                let mut written = B::save(self, writer, vec![decided]).await?;
                written.pop().ok_or_else(lost)
            })
            .await
        })
        .await?;
        let (id, _, version) = B::identity(&record);
        let mut response = match outcome {
            BatchOutcome::Created => HttpResponse::Created(),
            _ => HttpResponse::Ok(),
        };
        if outcome == BatchOutcome::Created {
            response.insert_header((LOCATION, format!("/api/v1/{}/{id}", B::FEATURE)));
        }
        Ok(response.insert_header(etag(version)).json(record))
    }

    /// Judges the items, writes what is accepted and answers 207 with one result per item.
    ///
    /// # Errors
    /// 422 `batch_refused` when one item of an atomic batch is refused, or what the database says.
    pub(crate) async fn carry_out<B: Batched>(
        &self,
        batch: &UnreadBatch,
        language: Language,
    ) -> Result<HttpResponse, ApiError>
    where
        BatchItem<B::Id, B::Data>: Body,
    {
        let entries: Vec<Entry<B::Id, B::Data>> = batch.items.iter().map(Entry::read).collect();
        let work = async |writer: &mut Writer| {
            let judged = self.judge::<B>(writer, &entries, language.0).await?;
            let is_refused = judged.iter().any(Result::is_err);
            if batch.mode == BatchMode::Atomic && is_refused {
                let refusals = judged.iter().map(|one| one.as_ref().err().map(Box::as_ref));
                return Err(refused(refusals));
            }
            let (mut accepted, mut refusals) = (Vec::new(), Vec::new());
            for one in judged {
                refusals.push(one.map(|decided| accepted.push(decided)).err());
            }
            let mut written = B::save(self, writer, accepted).await?.into_iter();
            let results = entries.iter().zip(refusals).map(|(entry, refusal)| {
                let reference = entry.reference.clone();
                match refusal {
                    Some(problem) => Ok(refused_result(reference, *problem)),
                    None => Ok(result::<B>(reference, written.next().ok_or_else(lost)?)),
                }
            });
            Ok(BatchReport::of(results.collect::<Result<_, ApiError>>()?))
        };
        again_while_taken(async || {
            self.state
                .write_once(self.caller, self.now, work, Reply::multi_status)
                .await
        })
        .await
    }

    /// What is to be written of each entry, or why it is refused, in the caller's language.
    async fn judge<B: Batched>(
        &self,
        writer: &mut Writer,
        entries: &[Entry<B::Id, B::Data>],
        locale: Locale,
    ) -> Result<Vec<Result<B::Decided, Box<Problem>>>, ApiError> {
        let items: Vec<_> = entries
            .iter()
            .filter_map(|entry| entry.item.as_ref().ok())
            .collect();
        let (mut targets, known) = B::load(self, writer, &items).await?;
        let problem =
            |error: &ApiError| Box::new(error.to_problem(locale, &self.caller.request_id));
        let judged = entries.iter().map(|entry| {
            let item = entry.item.as_ref().map_err(problem)?;
            let target = targets.target(item).map_err(|error| problem(&error))?;
            B::decide(self, &mut targets, &known, target, item)
                .map_err(|error| problem(&refused_in_data(error)))
        });
        Ok(judged.collect())
    }
}

fn lost() -> ApiError {
    ApiError::internal("an item of a batch got no result")
}

fn result<B: Batched>(
    reference: Option<LineText>,
    (outcome, record): (BatchOutcome, B::Record),
) -> BatchResult<B::Id> {
    let (id, number, version) = B::identity(&record);
    BatchResult {
        reference,
        outcome,
        status: outcome.status(),
        id: Some(id),
        number: Some(number),
        version: Some(version),
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
fn refused<'a>(refusals: impl Iterator<Item = Option<&'a Problem>>) -> ApiError {
    let mut faults = Vec::new();
    for (index, problem) in refusals.enumerate() {
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
async fn again_while_taken<T>(work: impl AsyncFn() -> Result<T, ApiError>) -> Result<T, ApiError> {
    for _ in 0..TRIES_AGAIN {
        match work().await {
            Err(error) if error.code() == ErrorCode::Taken => {}
            done => return done,
        }
    }
    work().await
}

/// A refusal of what an item says, as one of the item.
fn refused_in_data(error: ApiError) -> ApiError {
    let faults = error.faults().iter().cloned();
    let faults = faults.map(|fault| fault.within("data")).collect();
    error.with_faults(faults)
}
