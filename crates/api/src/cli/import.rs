//! `rapport import`.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rapport_persistence::configuration::{self, Configuration};
use rapport_persistence::database::Database;
use rapport_persistence::imports::ImportState;
use rapport_types::ids::TeamId;
use rapport_types::imports::{ImportCode, ImportFault, Mapping, Severity};
use rapport_types::locale::Locale;

use super::{Failure, open};
use crate::clock::Clock;
use crate::config::Config;
use crate::ids::Ids;
use crate::imports::{self, Desk, Finished, ImportError, Progress, Watcher};

/// Imports tickets or customers from a CSV file in UTF-8 or GB18030, also a gzipped one.
///
/// Records that an earlier import has brought stay as they are and count as imported; so the same
/// file twice changes nothing. After Ctrl-C or a crash the same command goes on where it stopped.
/// Ends with three numbers (imported, with warnings, rejected) whose sum is the number of rows.
#[derive(Debug, clap::Args)]
pub(super) struct Import {
    /// The file
    file: PathBuf,
    /// What its columns mean: a JSON file
    #[arg(long, value_name = "FILE")]
    mapping: PathBuf,
    /// Read and judge everything, write nothing
    #[arg(long)]
    dry_run: bool,
    /// Where to write every rejection, warning and notice, as CSV
    #[arg(long, value_name = "FILE")]
    errors: Option<PathBuf>,
    /// The team that the tickets belong to or below: its name or id [default: the root team]
    #[arg(long, value_name = "TEAM")]
    team: Option<String>,
}

impl Import {
    pub(super) async fn run(self, config: Config) -> Result<(), Failure> {
        let db = open(&config).await?;
        let done = self.import(&db).await;
        db.close().await;
        done
    }

    async fn import(self, db: &Database) -> Result<(), Failure> {
        if !configuration::is_seeded(db).await? {
            return Err(Failure::new(
                "the database is empty: start `rapport serve` once, it makes what an import needs",
            ));
        }
        let configuration = configuration::load(db).await?;
        let locale = configuration.settings.locale;
        let mapping = read_mapping(&self.mapping, locale)?;
        let team = self
            .team
            .as_deref()
            .map(|team| find_team(&configuration, team))
            .transpose()?;
        let mut terminal = Terminal::new(locale, self.errors.as_ref())?;
        let cancel = cancelled_by_ctrl_c();
        let clock = Clock::system();
        let ids = Ids::new(clock.clone());
        let name = self.file.file_name().unwrap_or(self.file.as_os_str());
        let import = imports::Import {
            file_name: name.to_string_lossy().into_owned(),
            mapping,
            team,
            is_dry_run: self.dry_run,
            batch: imports::Import::BATCH,
        };
        let desk = Desk {
            db,
            clock: &clock,
            ids: &ids,
        };
        let file = self.file;
        let open = move || {
            File::open(&file).map_err(|error| {
                ImportFault::new(ImportCode::Unreadable).with("reason", error.kind())
            })
        };
        let finished = imports::run(desk, &import, open, &cancel, &mut terminal).await;
        terminal.close()?;
        let finished = finished.map_err(|error| failure(error, locale))?;
        terminal.summarise(&finished);
        if finished.state == ImportState::Cancelled {
            return Err(Failure::new(
                "cancelled; the same command goes on from here",
            ));
        }
        Ok(())
    }
}

fn read_mapping(path: &PathBuf, locale: Locale) -> Result<Mapping, Failure> {
    let json = std::fs::read(path)
        .map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
    Mapping::parse(&json).map_err(|fault| Failure::new(sentence(&fault, locale)))
}

/// The team of this id or name.
fn find_team(configuration: &Configuration, wanted: &str) -> Result<TeamId, Failure> {
    if let Ok(id) = wanted.parse::<TeamId>() {
        return Ok(id);
    }
    let is_called = |names: &rapport_types::names::Names| {
        Locale::ALL
            .iter()
            .any(|locale| names.get(*locale).to_lowercase() == wanted.trim().to_lowercase())
    };
    let mut found = configuration
        .teams
        .values()
        .filter(|team| is_called(&team.names));
    match (found.next(), found.next()) {
        (Some(team), None) => Ok(team.id),
        (Some(_), Some(_)) => Err(Failure::new(format!(
            "several teams are called {wanted}; give the id"
        ))),
        (None, _) => Err(Failure::new(format!("there is no team {wanted}"))),
    }
}

/// A flag that Ctrl-C raises. The second Ctrl-C ends the program at once.
fn cancelled_by_ctrl_c() -> Arc<AtomicBool> {
    let cancel = Arc::new(AtomicBool::new(false));
    let raised = cancel.clone();
    actix_web::rt::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            if raised.swap(true, Ordering::Relaxed) {
                std::process::exit(130);
            }
        }
    });
    cancel
}

fn failure(error: ImportError, locale: Locale) -> Failure {
    match error {
        ImportError::Refused(faults) => {
            Failure(faults.iter().map(|fault| sentence(fault, locale)).collect())
        }
        ImportError::AlreadyRunning => Failure::new(
            "somebody else imports this file, or did until less than half a minute ago; try again later",
        ),
        ImportError::NoSuchTeam => Failure::new("there is no such team"),
        ImportError::Store(error) => error.into(),
        ImportError::Internal(what) => Failure::new(what),
    }
}

/// A fault with its code and place.
fn sentence(fault: &ImportFault, locale: Locale) -> String {
    let line = fault
        .line
        .map(|line| format!("line {line}: "))
        .unwrap_or_default();
    format!("{line}{} ({})", fault.message(locale), fault.code.code())
}

/// Tells the person at the terminal, and the error file.
struct Terminal {
    locale: Locale,
    errors: Option<csv::Writer<BufWriter<File>>>,
    write_failed: Option<csv::Error>,
    notices: Vec<ImportFault>,
    counts: BTreeMap<(Severity, ImportCode), u64>,
    began: Instant,
    shown: Option<Instant>,
    is_terminal: bool,
}

/// How often progress is told where each time is a line of its own.
const PATIENCE: Duration = Duration::from_secs(5);
/// Notices that are shown; the error file has all.
const MOST_NOTICES: usize = 20;

impl Terminal {
    fn new(locale: Locale, errors: Option<&PathBuf>) -> Result<Self, Failure> {
        let errors = errors
            .map(|path| {
                let fail = |error: &dyn std::fmt::Display| {
                    Failure::new(format!("{}: {error}", path.display()))
                };
                let mut file = BufWriter::new(File::create(path).map_err(|error| fail(&error))?);
                // Spreadsheets take a file for UTF-8 by this mark.
                file.write_all("\u{feff}".as_bytes())
                    .map_err(|error| fail(&error))?;
                let mut writer = csv::Writer::from_writer(file);
                writer
                    .write_record(ImportFault::ERROR_FILE_HEADER)
                    .map_err(|error| fail(&error))?;
                Ok::<_, Failure>(writer)
            })
            .transpose()?;
        Ok(Self {
            locale,
            errors,
            write_failed: None,
            notices: Vec::new(),
            counts: BTreeMap::new(),
            began: Instant::now(),
            shown: None,
            is_terminal: std::io::stderr().is_terminal(),
        })
    }

    /// Ends the progress line and the error file.
    fn close(&mut self) -> Result<(), Failure> {
        if self.is_terminal && self.shown.is_some() {
            self.say("\n");
        }
        if let Some(error) = self.write_failed.take() {
            return Err(Failure::new(format!(
                "the error file cannot be written: {error}"
            )));
        }
        match &mut self.errors {
            Some(errors) => errors
                .flush()
                .map_err(|error| Failure::new(format!("the error file: {error}"))),
            None => Ok(()),
        }
    }

    #[allow(clippy::print_stderr, reason = "this is the terminal")]
    fn say(&self, text: &str) {
        eprint!("{text}");
    }

    #[allow(clippy::print_stdout, reason = "what the command is for")]
    fn summarise(&self, finished: &Finished) {
        for notice in self.notices.iter().take(MOST_NOTICES) {
            println!("notice: {}", sentence(notice, self.locale));
        }
        if self.notices.len() > MOST_NOTICES {
            println!("notice: and {} more", self.notices.len() - MOST_NOTICES);
        }
        for ((severity, code), count) in &self.counts {
            println!("{}: {} x {count}", severity.code(), code.code());
        }
        if finished.resumed_after > 0 {
            println!("went on after row {}", finished.resumed_after);
        }
        if finished.known > 0 {
            println!(
                "{} records were here already and stayed as they are",
                finished.known
            );
        }
        if finished.id.is_none() {
            println!("dry run: nothing was written");
        }
        let numbers = finished.numbers;
        println!(
            "imported {}, with warnings {}, rejected {}",
            numbers.imported, numbers.with_warnings, numbers.rejected
        );
    }
}

impl Watcher for Terminal {
    fn fault(&mut self, fault: &ImportFault) {
        match fault.severity() {
            Severity::Notice => self.notices.push(fault.clone()),
            severity => *self.counts.entry((severity, fault.code)).or_default() += 1,
        }
        if let Some(errors) = &mut self.errors
            && self.write_failed.is_none()
        {
            let row = fault.error_file_row(self.locale).map(without_formula);
            self.write_failed = errors.write_record(row).err();
        }
    }

    fn progress(&mut self, progress: &Progress) {
        let is_last = progress.rows == progress.of;
        let is_due = self.is_terminal
            || self.shown.is_none_or(|shown| shown.elapsed() >= PATIENCE)
            || is_last;
        if !is_due {
            return;
        }
        self.shown = Some(Instant::now());
        let rate =
            (progress.rows - progress.resumed_after) as f64 / self.began.elapsed().as_secs_f64();
        let (start, end) = if self.is_terminal {
            ("\r", "\u{1b}[K")
        } else {
            ("", "\n")
        };
        let percent = 100 * progress.rows / progress.of.max(1);
        self.say(&format!(
            "{start}{} of {} rows ({percent} %), {rate:.0} rows/s{end}",
            progress.rows, progress.of
        ));
    }
}

/// A cell that no spreadsheet takes for a formula.
fn without_formula(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@']) {
        format!("'{cell}")
    } else {
        cell
    }
}
