//! Teams and categories by name, and how names are compared.

use std::collections::HashMap;

use rapport_persistence::configuration::Configuration;
use rapport_types::ids::{CategoryId, TeamId};
use rapport_types::locale::Locale;
use rapport_types::names::Names;
use rapport_types::text::{LineText, NameText};

/// Longest name of a configured thing, in characters.
const LONGEST_NAME: usize = 120;

/// A name as it is compared: case and white space make no difference.
pub(super) fn fold(name: &str) -> String {
    name.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}

/// A name of a configured thing, cut where it is too long.
pub(super) fn names(name: &str, locale: Locale) -> Names {
    let cut = cut(name);
    match locale {
        Locale::En => Names::both(cut, ""),
        Locale::ZhCn => Names::both("", cut),
    }
}

fn cut(name: &str) -> &str {
    match name.char_indices().nth(LONGEST_NAME) {
        Some((end, _)) => name[..end].trim_end(),
        None => name,
    }
}

/// Teams and categories by name.
pub(super) struct Index {
    teams: HashMap<String, TeamId>,
    categories: HashMap<(Option<CategoryId>, String), CategoryId>,
}

impl Index {
    /// The names of a configuration; teams from `base` down.
    pub(super) fn new(configuration: &Configuration, base: TeamId) -> Self {
        let mut index = Self {
            teams: HashMap::new(),
            categories: HashMap::new(),
        };
        // Nearest first: of several with one name the uppermost is meant.
        for id in configuration.team_tree.subtree(base) {
            let Some(team) = configuration.teams.get(&id) else {
                continue;
            };
            for locale in Locale::ALL {
                index
                    .teams
                    .entry(fold(team.names.get(locale)))
                    .or_insert(id);
            }
        }
        for category in configuration.categories.values() {
            for locale in Locale::ALL {
                let key = (category.parent_id, fold(category.names.get(locale)));
                index.categories.entry(key).or_insert(category.id);
            }
        }
        index
    }

    /// The team of that name; without a name the import's own.
    pub(super) fn team(&self, base: TeamId, name: Option<&NameText>) -> Option<TeamId> {
        let Some(name) = name else { return Some(base) };
        self.teams.get(&fold(cut(name.as_str()))).copied()
    }

    /// Notes a team that was made.
    pub(super) fn add_team(&mut self, name: &NameText, id: TeamId) {
        self.teams.insert(fold(cut(name.as_str())), id);
    }

    /// The category of that name directly below another one, or at the top.
    pub(super) fn category_below(
        &self,
        above: Option<CategoryId>,
        name: &LineText,
    ) -> Option<CategoryId> {
        self.categories.get(&(above, fold(name.as_str()))).copied()
    }

    /// Notes a category that was made.
    pub(super) fn add_category(
        &mut self,
        above: Option<CategoryId>,
        name: &LineText,
        id: CategoryId,
    ) {
        self.categories.insert((above, fold(name.as_str())), id);
    }

    /// The category at the end of the path; the inner none is that of an empty path.
    pub(super) fn category(&self, path: &[LineText]) -> Option<Option<CategoryId>> {
        path.iter().try_fold(None, |above, level| {
            self.category_below(above, level).map(Some)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_case_and_cut_where_too_long() {
        assert_eq!(fold("  Noise   Complaint "), fold("noise complaint"));
        let long = "名".repeat(130);
        assert_eq!(
            names(&long, Locale::ZhCn).get(Locale::En).chars().count(),
            120
        );
    }
}
