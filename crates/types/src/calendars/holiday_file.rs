//! Files of public holidays: one line per day that differs from its weekday.
//!
//! Cells are separated by commas, semicolons or tabs. A head names the columns (the day, what it
//! is, what it is called) in English or Chinese; without one they stand in this order. Nothing is
//! guessed: a line that cannot be read is a fault with its number, and `调休` is one, since it
//! means the day off as well as the day worked instead.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use super::faults::YEARS;
use super::{CalendarDay, DayKind};
use crate::text::LabelText;

/// Most lines that are read: more than fifty years of nothing but holidays.
const MOST_LINES: usize = 20_000;
/// Most characters of a cell that a fault repeats.
const SHOWN: usize = 40;

const DAY_HEADS: &[&str] = &["date", "day", "on", "日期"];
const KIND_HEADS: &[&str] = &["kind", "type", "status", "类型", "类别", "种类", "状态"];
const OFF_HEADS: &[&str] = &[
    "isoffday",
    "is_off_day",
    "is_holiday",
    "是否放假",
    "是否休息",
];
const NAME_HEADS: &[&str] = &[
    "name",
    "holiday",
    "title",
    "festival",
    "summary",
    "名称",
    "节日",
    "假日",
    "节假日",
    "说明",
];

const CLOSED: &[&str] = &[
    "closed",
    "holiday",
    "public_holiday",
    "off",
    "day_off",
    "休",
    "休息",
    "放假",
    "假日",
    "节假日",
    "法定节假日",
    "公休",
];
const OPEN: &[&str] = &[
    "open",
    "workday",
    "working_day",
    "make_up",
    "make_up_workday",
    "make_up_day",
    "makeup_workday",
    "transfer_workday",
    "班",
    "上班",
    "补班",
    "调休上班",
    "工作日",
];
const YES: &[&str] = &["true", "yes", "1", "是"];
const NO: &[&str] = &["false", "no", "0", "否"];

/// What a holiday file says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HolidayFile {
    /// The days, in order, each once.
    pub days: Vec<CalendarDay>,
    /// The lines that could not be read.
    pub faults: Vec<LineFault>,
}

/// A line that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineFault {
    /// Its number, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub kind: LineFaultKind,
    /// The beginning of the cell that is wrong.
    pub cell: String,
}

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineFaultKind {
    /// The cell of the day holds none.
    NotADay,
    /// The day lies outside the years 1970 to 2200.
    DayOutOfRange,
    /// It does not say whether the day is closed or open.
    UnknownKind,
    /// A line above says the opposite of the same day.
    Contradicts,
    /// The file goes on, but is read no further.
    TooManyLines,
}

/// Where the cells of a line stand.
struct Columns {
    day: usize,
    kind: Option<usize>,
    /// Whether the column of the kind answers "is it a day off".
    asks_off: bool,
    name: Option<usize>,
}

impl HolidayFile {
    /// Reads the text of a file.
    pub fn read(text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut lines = text
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line.trim()))
            .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
            .peekable();
        let separator = lines
            .peek()
            .and_then(|(_, first)| first.chars().find(|c| matches!(c, ',' | ';' | '\t')))
            .unwrap_or(',');
        let first = lines.peek().map(|(_, first)| cells(first, separator));
        let first = first.unwrap_or_default();
        let head = Columns::named(&first);
        if head.is_some() {
            lines.next();
        }
        let columns = head.unwrap_or_else(|| Columns::usual(first.len()));
        let mut file = Self::default();
        let mut days: BTreeMap<NaiveDate, CalendarDay> = BTreeMap::new();
        for (index, (line, written)) in lines.enumerate() {
            if index == MOST_LINES {
                file.fault(line, LineFaultKind::TooManyLines, "");
                break;
            }
            match columns.read(&cells(written, separator)) {
                Err((kind, cell)) => file.fault(line, kind, &cell),
                Ok(day) => match days.get_mut(&day.on) {
                    Some(known) if known.kind != day.kind => {
                        file.fault(line, LineFaultKind::Contradicts, &day.on.to_string());
                    }
                    Some(known) => known.name = known.name.take().or(day.name),
                    None => {
                        days.insert(day.on, day);
                    }
                },
            }
        }
        file.days = days.into_values().collect();
        file
    }

    /// How many of its days are of a kind.
    pub fn count(&self, kind: DayKind) -> usize {
        self.days.iter().filter(|day| day.kind == kind).count()
    }

    /// The years that it speaks of, each once.
    pub fn years(&self) -> Vec<i32> {
        let mut years: Vec<i32> = self.days.iter().map(|day| day.on.year()).collect();
        years.dedup();
        years
    }

    fn fault(&mut self, line: usize, kind: LineFaultKind, cell: &str) {
        self.faults.push(LineFault {
            line,
            kind,
            cell: cell.chars().take(SHOWN).collect(),
        });
    }
}

impl Columns {
    /// The columns of a file without a head, by the number of cells in its first line.
    fn usual(count: usize) -> Self {
        Self {
            day: 0,
            kind: (count > 1).then_some(1),
            asks_off: false,
            name: (count > 2).then_some(2),
        }
    }

    /// The columns that a head names; none when it names no day, and so is no head.
    fn named(head: &[String]) -> Option<Self> {
        let find = |names: &[&str]| {
            head.iter()
                .position(|cell| names.contains(&word(cell).as_str()))
        };
        let (kind, off) = (find(KIND_HEADS), find(OFF_HEADS));
        Some(Self {
            day: find(DAY_HEADS)?,
            kind: kind.or(off),
            asks_off: kind.is_none() && off.is_some(),
            name: find(NAME_HEADS),
        })
    }

    /// The day that a line tells of, or what is wrong with which of its cells.
    fn read(&self, cells: &[String]) -> Result<CalendarDay, (LineFaultKind, String)> {
        let cell = |at: usize| cells.get(at).map_or("", String::as_str);
        let fault = |kind, at: usize| (kind, cell(at).trim().to_owned());
        let on = day(cell(self.day)).ok_or_else(|| fault(LineFaultKind::NotADay, self.day))?;
        if !YEARS.contains(&on.year()) {
            return Err(fault(LineFaultKind::DayOutOfRange, self.day));
        }
        let kind = match self.kind {
            // A list of days that says nothing else is one of holidays.
            None => DayKind::Closed,
            Some(at) => {
                let (closed, open) = if self.asks_off {
                    (YES, NO)
                } else {
                    (CLOSED, OPEN)
                };
                let said = word(cell(at));
                match (
                    closed.contains(&said.as_str()),
                    open.contains(&said.as_str()),
                ) {
                    (true, _) => DayKind::Closed,
                    (_, true) => DayKind::Open,
                    (false, false) => return Err(fault(LineFaultKind::UnknownKind, at)),
                }
            }
        };
        let name = self.name.map_or("", cell);
        let name: String = name.trim().chars().take(LabelText::MAX).collect();
        Ok(CalendarDay {
            on,
            kind,
            slots: Vec::new(),
            name: LabelText::try_from(name).ok(),
        })
    }
}

/// A cell in the spelling of the tables: lower case, with underscores for spaces and hyphens.
fn word(cell: &str) -> String {
    cell.trim().to_lowercase().replace([' ', '-'], "_")
}

/// Year, month and day in this order (`2026-10-01`, `2026/10/1`, `20261001`, `2026年10月1日`), also
/// with a midnight behind it, as spreadsheets write it.
fn day(cell: &str) -> Option<NaiveDate> {
    let mut numbers = cell
        .split(|c: char| !c.is_ascii_digit())
        .filter(|digits| !digits.is_empty());
    let year = numbers.next()?;
    let (year, month, day) = match year.len() {
        4 => (year, numbers.next()?, numbers.next()?),
        8 => (&year[..4], &year[4..6], &year[6..]),
        _ => return None,
    };
    if month.len() > 2 || numbers.any(|rest| rest.bytes().any(|digit| digit != b'0')) {
        return None;
    }
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// The cells of a line. Within quotes a separator is text, and two quotes are one.
fn cells(line: &str, separator: char) -> Vec<String> {
    let (mut cells, mut cell, mut is_quoted) = (Vec::new(), String::new(), false);
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if is_quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push(c);
            }
            '"' => is_quoted = !is_quoted,
            c if c == separator && !is_quoted => cells.push(std::mem::take(&mut cell)),
            c => cell.push(c),
        }
    }
    cells.push(cell);
    cells
}
