//! One import from its file to its last batch.

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rapport_persistence::configuration::{self, Configuration};
use rapport_persistence::conflicts::WriteError;
use rapport_persistence::database::Database;
use rapport_persistence::error::StoreError;
use rapport_persistence::imports::ImportState;
use rapport_types::ids::{ImportId, TeamId};
use rapport_types::imports::{ImportFault, ImportNumbers, Mapping, Plan};
use rapport_types::tickets::decide_move;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::feed::{Batch, Feed, KnownCodes};
use super::ledger::Ledger;
use super::reader::{Form, Inspection, inspect};
use super::storing::Storing;
use crate::clock::Clock;
use crate::error::ApiError;
use crate::ids::Ids;

/// Batches that the reader may be ahead.
const BATCHES_AHEAD: usize = 2;

/// Where an import writes to, and who tells it time and ids.
#[derive(Debug, Clone, Copy)]
pub struct Desk<'a> {
    /// The database, after its first start.
    pub db: &'a Database,
    /// The time.
    pub clock: &'a Clock,
    /// New ids.
    pub ids: &'a Ids,
}

/// What is to be imported, and how.
#[derive(Debug, Clone)]
pub struct Import {
    /// The file's name, for the record.
    pub file_name: String,
    /// What its columns mean.
    pub mapping: Mapping,
    /// The team that its tickets belong to or below; none is the root.
    pub team: Option<TeamId>,
    /// Reads and judges everything and writes nothing.
    pub is_dry_run: bool,
    /// Tickets of one transaction; [`Import::BATCH`] is a good number.
    pub batch: usize,
}

impl Import {
    /// Tickets of one transaction.
    pub const BATCH: usize = 500;
}

/// How far an import has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Rows settled.
    pub rows: u64,
    /// Rows of the file.
    pub of: u64,
    /// Rows that had been settled before a stop.
    pub resumed_after: u64,
    /// The three numbers so far.
    pub numbers: ImportNumbers,
}

/// Who follows an import.
pub trait Watcher {
    /// Something is to be said about a row or the file. In an import that goes on after a stop the
    /// rows settled before are spoken of again, so that the list is always complete.
    fn fault(&mut self, fault: &ImportFault);

    /// A batch has been stored for good.
    fn progress(&mut self, progress: &Progress);
}

/// How an import ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// Its id; none after a dry run.
    pub id: Option<ImportId>,
    /// Whether it was done or cancelled.
    pub state: ImportState,
    /// The three numbers; after a stop together with those before it.
    pub numbers: ImportNumbers,
    /// Rows that had been settled before a stop.
    pub resumed_after: u64,
    /// Tickets that were there already; they count as imported.
    pub known: u64,
}

/// Why an import did not come to its end.
#[derive(Debug)]
pub enum ImportError {
    /// The file cannot be read, or the mapping does not fit it.
    Refused(Vec<ImportFault>),
    /// Somebody else imports this file at the moment.
    AlreadyRunning,
    /// The team is unknown.
    NoSuchTeam,
    /// The database failed.
    Store(StoreError),
    /// A fault of ours.
    Internal(String),
}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl WriteError for ImportError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_conflict())
    }
}

impl From<ImportFault> for ImportError {
    fn from(fault: ImportFault) -> Self {
        Self::Refused(vec![fault])
    }
}

impl From<ImportError> for ApiError {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Store(error) => error.into(),
            other => Self::internal(format!("{other:?}")),
        }
    }
}

impl From<ApiError> for ImportError {
    fn from(error: ApiError) -> Self {
        Self::Internal(error.to_string())
    }
}

/// Imports a file, whatever it is read from. `open` is called two or three times: a file that
/// cannot be read to its end changes nothing. A run that stopped before (cancelled, failed or
/// killed) over the same file with the same mapping and team goes on where it was.
///
/// `cancel` is asked between two batches.
///
/// # Errors
/// See [`ImportError`]. What was stored before stays; the same import goes on from there.
pub async fn run<R, O>(
    desk: Desk<'_>,
    import: &Import,
    open: O,
    cancel: &AtomicBool,
    watcher: &mut impl Watcher,
) -> Result<Finished, ImportError>
where
    R: Read,
    O: Fn() -> Result<R, ImportFault> + Send + Sync + 'static,
{
    let prepared = Prepared::of(desk, import, open).await?;
    if import.is_dry_run {
        let (inspection, _, _, mut reading) = prepared.read(import);
        let judged = judge(&inspection, &mut reading.batches, cancel, watcher).await;
        reading.end().await?;
        return judged;
    }
    let (inspection, configuration, base, mut reading) = prepared.read(import);
    let done = match Storing::begin(desk, import, &inspection, configuration, base).await {
        Ok(storing) => storing.run(&mut reading.batches, cancel, watcher).await,
        Err(error) => Err(error),
    };
    reading.end().await?;
    done
}

/// Goes through with a run that waits in the database and holds its lease: whatever comes of it is
/// noted there.
///
/// # Errors
/// See [`ImportError`].
pub(super) async fn run_noted<R, O>(
    mut ledger: Ledger<'_>,
    import: &Import,
    open: O,
    cancel: &AtomicBool,
    watcher: &mut impl Watcher,
) -> Result<Finished, ImportError>
where
    R: Read,
    O: Fn() -> Result<R, ImportFault> + Send + Sync + 'static,
{
    let prepared = match Prepared::of(ledger.desk, import, open).await {
        Ok(prepared) => prepared,
        // The database does not answer just now: the run is tried again.
        Err(error @ ImportError::Store(StoreError::Busy(_))) => return Err(error),
        Err(error) => {
            let refusals: &[ImportFault] = match &error {
                ImportError::Refused(faults) => faults,
                _ => &[],
            };
            ledger.close(ImportState::Failed, refusals).await?;
            return Err(error);
        }
    };
    let (inspection, configuration, base, mut reading) = prepared.read(import);
    ledger.run.row_count = Some(inspection.records);
    let done = match Storing::over(ledger, import, configuration, base).await {
        Ok(storing) => storing.run(&mut reading.batches, cancel, watcher).await,
        Err(error) => Err(error),
    };
    reading.end().await?;
    done
}

/// The mapping and whatever else decides on the outcome: another team is another import.
pub(super) fn identity(base: TeamId, mapping: &Mapping) -> String {
    serde_json::json!({ "team_id": base, "mapping": mapping }).to_string()
}

/// The codes that exist.
pub(super) fn known_codes(configuration: &Configuration) -> KnownCodes {
    KnownCodes {
        types: configuration.ticket_types.keys().cloned().collect(),
        channels: configuration.channels.keys().cloned().collect(),
    }
}

/// A mapping that fits the file and names nothing that does not exist.
///
/// # Errors
/// Everything that does not fit.
pub(super) fn fit(
    mapping: &Mapping,
    header: &[String],
    codes: &KnownCodes,
) -> Result<Plan, Vec<ImportFault>> {
    let may_move = |from, to| decide_move(from, to, true).is_ok();
    let plan = Plan::new(mapping, header, may_move)?;
    let unknown = codes.unknown_constants(&plan);
    if unknown.is_empty() {
        Ok(plan)
    } else {
        Err(unknown)
    }
}

/// A file that was read to its end once, with a mapping that fits it.
struct Prepared<O> {
    open: Arc<O>,
    inspection: Inspection,
    form: Form,
    plan: Plan,
    codes: KnownCodes,
    configuration: Configuration,
    base: TeamId,
}

impl<O> Prepared<O> {
    async fn of<R>(desk: Desk<'_>, import: &Import, open: O) -> Result<Self, ImportError>
    where
        R: Read,
        O: Fn() -> Result<R, ImportFault> + Send + Sync + 'static,
    {
        let open = Arc::new(open);
        let form = Form::utf8(import.mapping.delimiter_byte());
        let inspection = {
            let open = open.clone();
            blocking(move || inspect(&*open, form, None)).await??
        };
        let configuration = configuration::load(desk.db).await?;
        let codes = known_codes(&configuration);
        let plan =
            fit(&import.mapping, &inspection.header, &codes).map_err(ImportError::Refused)?;
        let base = base_team(&configuration, import.team)?;
        Ok(Self {
            open,
            form: Form {
                encoding: inspection.encoding,
                ..form
            },
            inspection,
            plan,
            codes,
            configuration,
            base,
        })
    }

    /// Begins to read the file for good, on a thread that may block.
    fn read<R>(self, import: &Import) -> (Inspection, Configuration, TeamId, Reading)
    where
        R: Read,
        O: Fn() -> Result<R, ImportFault> + Send + Sync + 'static,
    {
        let (sender, batches) = mpsc::channel(BATCHES_AHEAD);
        let feed = Feed {
            plan: self.plan,
            codes: self.codes,
            form: self.form,
            batch: import.batch.max(1),
            batches: sender,
        };
        let (open, header) = (self.open, self.inspection.header.clone());
        let thread = tokio::task::spawn_blocking(move || match open() {
            Ok(file) => feed.run(file, &header),
            Err(fault) => feed.refuse(fault),
        });
        let reading = Reading { batches, thread };
        (self.inspection, self.configuration, self.base, reading)
    }
}

/// The thread that reads, and what it sends.
struct Reading {
    batches: Batches,
    thread: JoinHandle<()>,
}

impl Reading {
    /// Lets the thread stop and waits until it has.
    async fn end(self) -> Result<(), ImportError> {
        drop(self.batches);
        self.thread
            .await
            .map_err(|error| ImportError::Internal(error.to_string()))
    }
}

pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ImportError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| ImportError::Internal(error.to_string()))
}

fn base_team(configuration: &Configuration, wanted: Option<TeamId>) -> Result<TeamId, ImportError> {
    let team = match wanted {
        Some(id) => configuration.teams.get(&id),
        None => configuration.root_team(),
    };
    team.map(|team| team.id).ok_or(ImportError::NoSuchTeam)
}

/// What the reading thread sends.
pub(super) type Batches = mpsc::Receiver<Result<Batch, ImportFault>>;

/// Follows the whole file and stores nothing.
async fn judge(
    inspection: &Inspection,
    batches: &mut Batches,
    cancel: &AtomicBool,
    watcher: &mut impl Watcher,
) -> Result<Finished, ImportError> {
    let mut numbers = ImportNumbers::default();
    let mut state = ImportState::Done;
    while let Some(batch) = batches.recv().await {
        for outcome in batch?.outcomes {
            outcome.faults.iter().for_each(|fault| watcher.fault(fault));
            numbers += outcome.numbers;
        }
        watcher.progress(&Progress {
            rows: numbers.rows(),
            of: inspection.records,
            resumed_after: 0,
            numbers,
        });
        if cancel.load(Ordering::Relaxed) {
            state = ImportState::Cancelled;
            break;
        }
    }
    Ok(Finished {
        id: None,
        state,
        numbers,
        resumed_after: 0,
        known: 0,
    })
}
