//! The list as it is being edited.

use std::cell::Cell;
use std::collections::BTreeMap;

use leptos::prelude::*;
use rapport_types::clocks::{
    ClockDefinition, ClockPolicy, FIRST_RESPONSE, RESOLUTION, Target, Time, policy_faults,
};
use rapport_types::filters::Filter;
use rapport_types::locale::Locale;
use rapport_types::names::Names;
use rapport_types::text::Code;
use serde::{Deserialize, Serialize};

use super::amount::{self, Unit};

thread_local! {
    static IDS: Cell<usize> = const { Cell::new(0) };
}

fn next_id() -> usize {
    let id = IDS.get() + 1;
    IDS.set(id);
    id
}

/// The list.
#[derive(Clone, Copy)]
pub(super) struct Draft(
    pub(super) RwSignal<Vec<PolicyDraft>>,
    StoredValue<Option<WeakOwner>>,
);

/// One policy of it.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct PolicyDraft {
    pub(super) id: usize,
    pub(super) code: RwSignal<String>,
    pub(super) en: RwSignal<String>,
    pub(super) zh_cn: RwSignal<String>,
    pub(super) filter: RwSignal<Filter>,
    /// The id of its calendar; empty for that of the ticket's team.
    pub(super) calendar: RwSignal<String>,
    pub(super) clocks: RwSignal<Vec<ClockDraft>>,
    /// Whether its fields are shown.
    pub(super) is_open: RwSignal<bool>,
    /// Whether it is in force under its code, which then stays.
    pub(super) is_known: bool,
}

/// One clock of a policy.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct ClockDraft {
    pub(super) id: usize,
    /// All of it but the target.
    pub(super) definition: RwSignal<ClockDefinition>,
    pub(super) number: RwSignal<String>,
    pub(super) unit: RwSignal<String>,
}

/// A policy as it is kept and compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct TypedPolicy {
    pub(super) code: String,
    en: String,
    zh_cn: String,
    filter: Filter,
    calendar: String,
    clocks: Vec<TypedClock>,
    is_known: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct TypedClock {
    definition: ClockDefinition,
    number: String,
    unit: String,
}

/// What is wrong with a policy before it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PolicyFault {
    NoName,
    NoCode,
    SameCode,
    /// This clock has no time.
    NoTime(usize),
}

impl TypedPolicy {
    /// Its name in a language, else in the other one.
    pub(super) fn name(&self, locale: Locale) -> &str {
        let (own, other) = match locale {
            Locale::En => (&self.en, &self.zh_cn),
            Locale::ZhCn => (&self.zh_cn, &self.en),
        };
        if own.is_empty() { other } else { own }
    }

    /// A policy as the editor shows it.
    pub(super) fn of(policy: &ClockPolicy) -> Self {
        let names = BTreeMap::from(policy.names.clone());
        let name = |locale: Locale| names.get(locale.tag()).cloned().unwrap_or_default();
        let clock = |definition: &ClockDefinition| {
            let (number, unit) = amount::shown(definition.target, definition.time);
            TypedClock {
                definition: definition.clone(),
                number,
                unit: unit.code().to_owned(),
            }
        };
        Self {
            code: policy.code.to_string(),
            en: name(Locale::En),
            zh_cn: name(Locale::ZhCn),
            filter: in_order(policy.filter.clone()),
            calendar: policy.calendar.map(|id| id.to_string()).unwrap_or_default(),
            clocks: policy.clocks.iter().map(clock).collect(),
            is_known: true,
        }
    }
}

/// The conditions in the order in which they are stored.
pub(super) fn in_order(filter: Filter) -> Filter {
    Filter::from(BTreeMap::from(filter))
}

impl Draft {
    /// A list that holds these.
    pub(super) fn new(typed: &[TypedPolicy]) -> Self {
        let draft = Self(
            RwSignal::new(Vec::new()),
            StoredValue::new(Owner::current().map(|owner| owner.downgrade())),
        );
        draft.fill(typed);
        draft
    }

    /// Puts them there.
    pub(super) fn fill(self, typed: &[TypedPolicy]) {
        self.0.set(typed.iter().map(|it| self.policy(it)).collect());
    }

    /// Makes a policy that lives as long as the draft does: one that an effect makes would be gone
    /// when it runs again.
    fn policy(self, typed: &TypedPolicy) -> PolicyDraft {
        let owner = self.1.get_value().and_then(|owner| owner.upgrade());
        match owner {
            Some(owner) => owner.with(|| PolicyDraft::new(typed)),
            None => PolicyDraft::new(typed),
        }
    }

    /// What stands there; tracked.
    pub(super) fn typed(self) -> Vec<TypedPolicy> {
        self.0.with(|all| all.iter().map(|it| it.typed()).collect())
    }

    /// The policies, when nothing is wrong with any; tracked.
    pub(super) fn read(self) -> Option<Vec<ClockPolicy>> {
        let policies: Vec<ClockPolicy> = self
            .0
            .with(|all| all.iter().map(|it| it.read()).collect::<Option<_>>())?;
        policy_faults(&policies).is_empty().then_some(policies)
    }

    /// What is wrong with one of them; tracked.
    pub(super) fn faults(self, policy: PolicyDraft) -> Vec<PolicyFault> {
        let code = policy.code.get();
        let same = self.0.with(|all| {
            let others = all.iter().filter(|it| it.id != policy.id);
            others.into_iter().any(|it| it.code.get() == code)
        });
        let no_time = policy.clocks.with(|clocks| {
            let silent = clocks.iter().filter(|clock| clock.amount().is_none());
            silent
                .map(|clock| PolicyFault::NoTime(clock.id))
                .collect::<Vec<_>>()
        });
        [
            (policy.names().is_none(), PolicyFault::NoName),
            (Code::try_from(code).is_err(), PolicyFault::NoCode),
            (same, PolicyFault::SameCode),
        ]
        .into_iter()
        .filter_map(|(wrong, fault)| wrong.then_some(fault))
        .chain(no_time)
        .collect()
    }

    /// One policy more, before the one for all tickets.
    pub(super) fn add(self) {
        let codes: Vec<String> = untrack(|| {
            self.0
                .with(|all| all.iter().map(|it| it.code.get()).collect())
        });
        let free = (1..)
            .map(|n| format!("policy_{n}"))
            .find(|it| !codes.contains(it));
        let hours = |hours: u32| (Target::seconds(hours * 3_600), Time::Elapsed);
        let clocks = [first_response(hours(4)), resolution(hours(24))];
        let policy = self.policy(&TypedPolicy {
            code: free.unwrap_or_default(),
            en: String::new(),
            zh_cn: String::new(),
            filter: Filter::default(),
            calendar: String::new(),
            clocks: clocks
                .into_iter()
                .flatten()
                .map(|definition| {
                    let (number, unit) = amount::shown(definition.target, definition.time);
                    TypedClock {
                        definition,
                        number,
                        unit: unit.code().to_owned(),
                    }
                })
                .collect(),
            is_known: false,
        });
        policy.is_open.set(true);
        self.0.update(|all| {
            let for_all =
                |it: &PolicyDraft| it.filter.with_untracked(|it| it.conditions.is_empty());
            let at = all
                .last()
                .map_or(0, |last| all.len() - usize::from(for_all(last)));
            all.insert(at, policy);
        });
    }

    /// Moves the policy with this id to the place of another one.
    pub(super) fn move_to(self, id: usize, place: usize) {
        self.0.update(|all| {
            if let Some(at) = all.iter().position(|it| it.id == id)
                && place < all.len()
            {
                let policy = all.remove(at);
                all.insert(place, policy);
            }
        });
    }

    /// Takes a policy away.
    pub(super) fn remove(self, id: usize) {
        self.0.update(|all| all.retain(|it| it.id != id));
    }
}

/// The clock from opening to first response.
pub(super) fn first_response((target, time): (Target, Time)) -> Option<ClockDefinition> {
    let code = Code::try_from(FIRST_RESPONSE).ok()?;
    Some(ClockDefinition::first_response(code, target, time))
}

/// The clock from opening to resolution.
pub(super) fn resolution((target, time): (Target, Time)) -> Option<ClockDefinition> {
    let code = Code::try_from(RESOLUTION).ok()?;
    Some(ClockDefinition::resolution(code, target, time))
}

impl PolicyDraft {
    fn new(typed: &TypedPolicy) -> Self {
        let clocks = typed.clocks.iter().map(|clock| ClockDraft {
            id: next_id(),
            definition: RwSignal::new(clock.definition.clone()),
            number: RwSignal::new(clock.number.clone()),
            unit: RwSignal::new(clock.unit.clone()),
        });
        Self {
            id: next_id(),
            code: RwSignal::new(typed.code.clone()),
            en: RwSignal::new(typed.en.clone()),
            zh_cn: RwSignal::new(typed.zh_cn.clone()),
            filter: RwSignal::new(typed.filter.clone()),
            calendar: RwSignal::new(typed.calendar.clone()),
            clocks: RwSignal::new(clocks.collect()),
            is_open: RwSignal::new(false),
            is_known: typed.is_known,
        }
    }

    fn typed(self) -> TypedPolicy {
        let clock = |it: &ClockDraft| TypedClock {
            definition: it.definition.get(),
            number: it.number.get(),
            unit: it.unit.get(),
        };
        TypedPolicy {
            code: self.code.get(),
            en: self.en.get(),
            zh_cn: self.zh_cn.get(),
            filter: self.filter.get(),
            calendar: self.calendar.get(),
            clocks: self
                .clocks
                .with(|clocks| clocks.iter().map(clock).collect()),
            is_known: self.is_known,
        }
    }

    /// Its names; tracked.
    pub(super) fn names(self) -> Option<Names> {
        let names = [
            (Locale::En, self.en.get()),
            (Locale::ZhCn, self.zh_cn.get()),
        ];
        let given = names
            .into_iter()
            .filter(|(_, name)| !name.trim().is_empty())
            .map(|(locale, name)| (locale.tag().to_owned(), name));
        Names::try_from(given.collect::<BTreeMap<_, _>>()).ok()
    }

    /// The policy, when it is one; tracked.
    pub(super) fn read(self) -> Option<ClockPolicy> {
        let calendar = self.calendar.get();
        Some(ClockPolicy {
            code: Code::try_from(self.code.get()).ok()?,
            names: self.names()?,
            filter: self.filter.get(),
            calendar: match calendar.as_str() {
                "" => None,
                id => Some(id.parse().ok()?),
            },
            clocks: self
                .clocks
                .with(|clocks| clocks.iter().map(|it| it.read()).collect::<Option<_>>())?,
        })
    }

    /// Adds a clock.
    pub(super) fn add_clock(self, definition: ClockDefinition) {
        let (number, unit) = amount::shown(definition.target, definition.time);
        let clock = ClockDraft {
            id: next_id(),
            definition: RwSignal::new(definition),
            number: RwSignal::new(number),
            unit: RwSignal::new(unit.code().to_owned()),
        };
        self.clocks.update(|clocks| clocks.push(clock));
    }
}

impl ClockDraft {
    /// How much time it allows; tracked.
    pub(super) fn amount(self) -> Option<(Target, Time)> {
        let unit = self.unit.with(|code| Unit::from_code(code));
        self.number.with(|number| amount::read(number, unit))
    }

    /// The clock, when it is one; tracked.
    pub(super) fn read(self) -> Option<ClockDefinition> {
        let (target, time) = self.amount()?;
        Some(ClockDefinition {
            target,
            time,
            ..self.definition.get()
        })
    }
}
