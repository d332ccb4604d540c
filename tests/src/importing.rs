//! Importing in tests, and reading the figures of what was imported.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono_tz::Tz;
use rapport_api::clock::Clock;
use rapport_api::ids::Ids;
use rapport_api::imports::{self, Desk, Finished, Import, ImportError, Progress, Watcher};
use rapport_persistence::configuration::{self, Configuration};
use rapport_persistence::database::Database;
use rapport_persistence::reports::{RawKey, TallyQuery, tallies};
use rapport_types::filters::{Filter, Op, start_of_day};
use rapport_types::ids::ImportId;
use rapport_types::imports::{ImportFault, Mapping, Severity};
use rapport_types::kpis::{Dimension, Interval, Measure, Period, Tally, buckets, find};

use crate::builders::everything;

/// Where the data for tests lies.
pub fn data_folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/data"))
}

/// The mapping of this name.
pub fn mapping(name: &str) -> Mapping {
    let path = data_folder().join("mappings").join(format!("{name}.json"));
    Mapping::parse(&std::fs::read(path).unwrap()).unwrap()
}

/// What an import told while it ran.
#[derive(Debug, Default)]
pub struct Told {
    /// Everything that was said about rows and files.
    pub faults: Vec<ImportFault>,
    /// How far the import had come after each batch.
    pub progress: Vec<Progress>,
}

impl Told {
    /// The faults of rows as line, column and code, in order.
    pub fn of_rows(&self) -> Vec<(u64, String, &'static str)> {
        let rows = self
            .faults
            .iter()
            .filter(|fault| fault.severity() != Severity::Notice);
        let mut rows: Vec<_> = rows
            .map(|fault| {
                (
                    fault.line.unwrap_or(0),
                    fault.column.clone().unwrap_or_default(),
                    fault.code.code(),
                )
            })
            .collect();
        rows.sort();
        rows
    }

    /// The codes of the notices.
    pub fn notices(&self) -> Vec<&'static str> {
        let notices = self
            .faults
            .iter()
            .filter(|fault| fault.severity() == Severity::Notice);
        notices.map(|fault| fault.code.code()).collect()
    }

    /// How often a code was said.
    pub fn count(&self, code: &str) -> usize {
        self.faults
            .iter()
            .filter(|fault| fault.code.code() == code)
            .count()
    }
}

/// Hears what is told, and presses Ctrl-C after so many batches.
struct Ear<'a> {
    told: Told,
    stop: &'a AtomicBool,
    stop_after: Option<usize>,
}

impl Watcher for Ear<'_> {
    fn fault(&mut self, fault: &ImportFault) {
        self.told.faults.push(fault.clone());
    }

    fn progress(&mut self, progress: &Progress) {
        self.told.progress.push(*progress);
        if self
            .stop_after
            .is_some_and(|batches| self.told.progress.len() >= batches)
        {
            self.stop.store(true, Ordering::Relaxed);
        }
    }
}

/// Somebody who imports: a clock that a test moves, and its ids.
#[derive(Debug)]
pub struct Importer {
    /// The time.
    pub clock: Clock,
    /// New ids.
    pub ids: Ids,
    /// Tickets of one transaction.
    pub batch: usize,
    /// Whether nothing is to be written.
    pub is_dry_run: bool,
    /// After how many batches somebody presses Ctrl-C.
    pub stop_after: Option<usize>,
}

impl Default for Importer {
    /// Somebody on 31 May 2026 at 08:00 UTC.
    fn default() -> Self {
        let clock = Clock::at("2026-05-31T08:00:00Z".parse().unwrap());
        Self {
            ids: Ids::new(clock.clone()),
            clock,
            batch: Import::BATCH,
            is_dry_run: false,
            stop_after: None,
        }
    }
}

impl Importer {
    /// Imports what `open` opens.
    ///
    /// # Errors
    /// Those of the import.
    pub async fn import<R: Read>(
        &self,
        db: &Database,
        mapping: Mapping,
        open: impl Fn() -> R + Send + Sync + 'static,
    ) -> Result<(Finished, Told), ImportError> {
        let import = Import {
            file_name: "test.csv".to_owned(),
            mapping,
            team: None,
            is_dry_run: self.is_dry_run,
            batch: self.batch,
        };
        let desk = Desk {
            db,
            clock: &self.clock,
            ids: &self.ids,
        };
        let stop = AtomicBool::new(false);
        let mut ear = Ear {
            told: Told::default(),
            stop: &stop,
            stop_after: self.stop_after,
        };
        let finished = imports::run(desk, &import, move || Ok(open()), &stop, &mut ear).await?;
        Ok((finished, ear.told))
    }

    /// Imports a text by the mapping of this name.
    ///
    /// # Errors
    /// Those of the import.
    pub async fn import_text(
        &self,
        db: &Database,
        mapping_name: &str,
        text: impl AsRef<[u8]>,
    ) -> Result<(Finished, Told), ImportError> {
        let bytes = text.as_ref().to_vec();
        self.import(db, mapping(mapping_name), move || {
            std::io::Cursor::new(bytes.clone())
        })
        .await
    }
}

/// The figures of one import, by the product's own reports.
#[derive(Debug)]
pub struct Figures<'a> {
    db: &'a Database,
    /// The configuration after the import.
    pub configuration: Configuration,
    filter: Filter,
    zone: Tz,
    whole: Period,
}

impl<'a> Figures<'a> {
    /// The figures of an import from the first day, inclusive, to the second, exclusive, in a zone.
    pub async fn of(db: &'a Database, import: ImportId, zone: Tz, days: [&str; 2]) -> Self {
        let [from, to] = days.map(|day| start_of_day(day.parse().unwrap(), zone).unwrap());
        Self {
            db,
            configuration: configuration::load(db).await.unwrap(),
            filter: Filter::of("import", Op::Is, &[&import.to_string()]),
            zone,
            whole: Period::new(from, to).unwrap(),
        }
    }

    async fn tallies(
        &self,
        metric: &str,
        periods: &[Period],
        by: Option<Dimension>,
    ) -> Vec<(usize, RawKey, Tally)> {
        let query = TallyQuery {
            metrics: &[find(metric).unwrap()],
            filter: &self.filter,
            rating_filter: &Filter::default(),
            periods,
            by,
        };
        let found = tallies(self.db, &self.configuration, &everything(), &query)
            .await
            .unwrap();
        found
            .into_iter()
            .map(|((_, period, key), tally)| (period, key, tally))
            .collect()
    }

    /// What was counted of a metric in the whole time.
    pub async fn tally(&self, metric: &str) -> Tally {
        let all = self.tallies(metric, &[self.whole], None).await;
        all.into_iter()
            .next()
            .map(|(_, _, tally)| tally)
            .unwrap_or_default()
    }

    /// The figure of a metric in the whole time.
    pub async fn value(&self, metric: &str) -> Option<f64> {
        let definition = find(metric).unwrap();
        self.tally(metric)
            .await
            .value(definition.measure, definition.unit)
    }

    /// The rows of a metric that is a plain count, by key; ids are shown by the name they have.
    pub async fn counts_by(&self, metric: &str, by: Dimension) -> BTreeMap<String, i64> {
        assert_eq!(find(metric).unwrap().measure, Measure::Count);
        let mut counts = BTreeMap::new();
        for (_, key, tally) in self.tallies(metric, &[self.whole], Some(by)).await {
            *counts.entry(self.name(&key)).or_default() += tally.base;
        }
        counts
    }

    /// The rows of a metric that is a plain count, by month; months without any are left out.
    pub async fn per_month(&self, metric: &str) -> BTreeMap<String, i64> {
        assert_eq!(find(metric).unwrap().measure, Measure::Count);
        let months = buckets(self.whole, Interval::Month, self.zone).unwrap();
        let all = self.tallies(metric, &months, None).await;
        all.into_iter()
            .map(|(month, _, tally)| {
                (
                    months[month]
                        .from
                        .with_timezone(&self.zone)
                        .format("%Y-%m")
                        .to_string(),
                    tally.base,
                )
            })
            .collect()
    }

    fn name(&self, key: &RawKey) -> String {
        let named = |id: &uuid::Uuid| {
            let teams = self
                .configuration
                .teams
                .values()
                .map(|team| (team.id.uuid(), &team.names));
            let categories = self
                .configuration
                .categories
                .values()
                .map(|c| (c.id.uuid(), &c.names));
            let mut all = teams.chain(categories);
            let names = all.find(|(other, _)| other == id).map(|(_, names)| names);
            names.map_or_else(
                || id.to_string(),
                |names| names.get(rapport_types::locale::Locale::En).to_owned(),
            )
        };
        match key {
            RawKey::None => "none".to_owned(),
            RawKey::Id(id) => named(id),
            RawKey::Code(code) => code.clone(),
        }
    }
}
