//! What the URL asks: the period as days of a zone, and the filters, as the API spells them.

use chrono::NaiveDate;
use leptos::prelude::*;
use rapport_types::kpis::Interval;

use super::period::Preset;
use crate::api;
use crate::api::query::{Query, use_query};
use crate::components::instant::use_now;
use crate::format;
use crate::pages::address::{Address, Pairs};

/// The parameters that narrow a report.
pub(super) const FILTERS: [&str; 5] = ["type", "channel", "category", "priority", AGENT_RATINGS];
/// Leaves out the ratings that agents entered.
pub(super) const AGENT_RATINGS: &str = "exclude_agent_ratings";

/// The longest periods, in days, that are drawn by day and by week unless the reader says so.
const BY_DAY: i64 = 45;
const BY_WEEK: i64 = 200;
/// Most days that can be drawn by day: the API gives at most 400 points.
const MOST_DAYS: i64 = 400;

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Question {
    /// The first day.
    pub(super) from: NaiveDate,
    /// The first day after the period.
    pub(super) to: NaiveDate,
    /// The zone in which days begin.
    pub(super) zone: String,
    narrowed: Pairs,
}

impl Question {
    /// How many days the period has.
    pub(super) fn length(&self) -> i64 {
        (self.to - self.from).num_days()
    }

    /// The parameters of a report, with what is special to it.
    pub(super) fn pairs(&self, more: &[(&str, &str)]) -> Pairs {
        let mut pairs = vec![
            ("from".to_owned(), self.from.to_string()),
            ("to".to_owned(), self.to.to_string()),
            ("time_zone".to_owned(), self.zone.clone()),
        ];
        pairs.extend(self.narrowed.iter().cloned());
        pairs.extend(
            more.iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        pairs
    }

    /// How long a point of the trend is, unless the reader says so.
    pub(super) fn usual_interval(&self) -> Interval {
        let length = self.length();
        if length <= BY_DAY {
            Interval::Day
        } else if length <= BY_WEEK {
            Interval::Week
        } else {
            Interval::Month
        }
    }

    /// The intervals that make sense for the period.
    pub(super) fn intervals(&self) -> Vec<Interval> {
        let length = self.length();
        let fits = |interval: &Interval| match interval {
            Interval::Day => length <= MOST_DAYS,
            Interval::Week => length > 7 && length <= MOST_DAYS * 7,
            Interval::Month => length > 28,
        };
        [Interval::Day, Interval::Week, Interval::Month]
            .into_iter()
            .filter(fits)
            .collect()
    }
}

/// What the page asks, and what it needs to ask it.
#[derive(Clone, Copy)]
pub(super) struct Asked {
    /// The parameters of the page.
    pub(super) address: Address,
    /// The organisation's zone.
    pub(super) home_zone: Query<String>,
    /// What is asked; none until the zone is known.
    pub(super) question: Memo<Option<Question>>,
}

/// Reads the question from the URL.
pub(super) fn use_question(address: Address) -> Asked {
    let now = use_now();
    let home_zone = use_query(
        || (),
        |()| async { api::reports::organisation_zone().await },
    );
    let zone = Memo::new(move |_| match address.get("time_zone") {
        zone if !zone.is_empty() => Some(zone),
        // Without the organisation's zone the reader's own is the next best.
        _ if home_zone.error().is_some() => Some(format::time_zone()),
        _ => home_zone.get(),
    });
    let today = Memo::new(move |_| {
        let now = now.get();
        zone.get()
            .map(|zone| format::day_in(now, &zone).unwrap_or_else(|| format::local_day(now)))
    });
    let question = Memo::new(move |_| {
        let (zone, today) = (zone.get()?, today.get()?);
        let (from, to) = days(address, today);
        let names = FILTERS.iter().chain(&["team"]);
        let narrowed = names
            .map(|name| ((*name).to_owned(), address.get(name)))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        Some(Question {
            from,
            to,
            zone,
            narrowed,
        })
    });
    Asked {
        address,
        home_zone,
        question,
    }
}

/// The days of the period: picked one by one, or by a preset.
fn days(address: Address, today: NaiveDate) -> (NaiveDate, NaiveDate) {
    let picked = |name: &str| address.get(name).parse::<NaiveDate>().ok();
    match (preset(address), picked("from"), picked("to")) {
        (None, Some(from), Some(to)) if from < to => (from, to),
        (preset, _, _) => preset.unwrap_or(Preset::Last30Days).days(today),
    }
}

/// The preset that is picked; none when the days are.
pub(super) fn preset(address: Address) -> Option<Preset> {
    let picked = Preset::from_code(&address.get("period"));
    let has_days = !address.get("from").is_empty() && !address.get("to").is_empty();
    picked.or(if has_days {
        None
    } else {
        Some(Preset::Last30Days)
    })
}

/// Whether the figures stand beside those of the period before; tracked.
pub(super) fn is_compared(address: Address) -> bool {
    address.get("compare") != "none"
}
