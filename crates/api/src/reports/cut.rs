//! Rolling tallies up to the rows that a report shows.

use std::collections::BTreeMap;

use rapport_persistence::configuration::Configuration;
use rapport_persistence::reports::{RawKey, Tallies};
use rapport_types::ids::{CategoryId, TeamId, UserId};
use rapport_types::kpis::{BreakdownRow, Dimension, ELSEWHERE, NONE, OWN, Tally};
use rapport_types::names::Names;
use rapport_types::text::Code;
use rapport_types::tickets::Priority;

use super::ReportRequest;
use super::figures::figure;

/// The tallies of each metric by period, raw keys added up.
pub(super) fn totals(found: Tallies, metrics: usize, periods: usize) -> Vec<Vec<Tally>> {
    let mut totals = vec![vec![Tally::default(); periods]; metrics];
    for ((metric, period, _), tally) in found {
        if let Some(total) = totals
            .get_mut(metric)
            .and_then(|by_period| by_period.get_mut(period))
        {
            total.merge(&tally);
        }
    }
    totals
}

/// The rows of a breakdown, in the order of their keys' names in English; rows that stand for
/// nothing named come last.
pub(super) fn rows(
    found: Tallies,
    request: &ReportRequest,
    by: Dimension,
    configuration: &Configuration,
) -> Vec<BreakdownRow> {
    let mut rolled: BTreeMap<String, Vec<Tally>> = BTreeMap::new();
    for ((metric, _, raw), tally) in found {
        let key = key(by, &raw, request.team, configuration);
        let row = rolled
            .entry(key)
            .or_insert_with(|| vec![Tally::default(); request.metrics.len()]);
        row[metric].merge(&tally);
    }
    let period = request.asked.period;
    let mut rows: Vec<BreakdownRow> = rolled
        .into_iter()
        .map(|(key, tallies)| BreakdownRow {
            names: names(by, &key, request.team, configuration),
            figures: request
                .metrics
                .iter()
                .zip(tallies)
                .map(|(metric, tally)| {
                    figure(
                        metric,
                        tally,
                        &request.links.cut_rows(metric, period, by, &key),
                    )
                })
                .collect(),
            key,
        })
        .collect();
    let last = |row: &BreakdownRow| matches!(row.key.as_str(), OWN | ELSEWHERE | NONE);
    rows.sort_by_cached_key(|row| {
        (
            last(row),
            row.names.get(rapport_types::locale::Locale::En).to_owned(),
        )
    });
    rows
}

fn key(by: Dimension, raw: &RawKey, team: TeamId, configuration: &Configuration) -> String {
    match (by, raw) {
        (_, RawKey::None) => NONE.to_owned(),
        (_, RawKey::Code(code)) => code.clone(),
        (Dimension::Team, RawKey::Id(id)) => {
            let path = configuration.team_tree.path(TeamId::from_uuid(*id));
            match path.iter().position(|above| *above == team) {
                Some(0) => OWN.to_owned(),
                Some(place) => path[place - 1].to_string(),
                None => ELSEWHERE.to_owned(),
            }
        }
        (Dimension::Category, RawKey::Id(id)) => {
            let id = CategoryId::from_uuid(*id);
            configuration
                .category_tree
                .top(id)
                .unwrap_or(id)
                .to_string()
        }
        (_, RawKey::Id(id)) => UserId::from_uuid(*id).to_string(),
    }
}

fn names(by: Dimension, key: &str, team: TeamId, configuration: &Configuration) -> Names {
    let unnamed = || Names::both(key, "");
    let code = || Code::try_from(key).ok();
    match (by, key) {
        (Dimension::Team, OWN) => configuration.team_ref(team).names,
        (Dimension::Team, ELSEWHERE) => Names::both("Other teams", "其他团队"),
        (Dimension::Agent, NONE) => Names::both("Nobody", "未分配"),
        (_, NONE) => Names::both("None", "无"),
        (Dimension::Team, _) => key
            .parse()
            .map_or_else(|_| unnamed(), |id| configuration.team_ref(id).names),
        (Dimension::Agent, _) => key
            .parse()
            .ok()
            .and_then(|id| configuration.user_ref(id))
            .map_or_else(unnamed, |user| Names::both(user.name.as_str(), "")),
        (Dimension::Category, _) => key
            .parse()
            .ok()
            .and_then(|id| configuration.categories.get(&id))
            .map_or_else(unnamed, |category| category.names.clone()),
        (Dimension::Type, _) => code()
            .and_then(|code| configuration.ticket_types.get(&code))
            .map_or_else(unnamed, |t| t.names.clone()),
        (Dimension::Channel, _) => code()
            .and_then(|code| configuration.channels.get(&code))
            .map_or_else(unnamed, |c| c.names.clone()),
        (Dimension::Priority, _) => Priority::from_code(key).map_or_else(unnamed, Priority::names),
    }
}
