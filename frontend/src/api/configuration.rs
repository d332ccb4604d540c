//! What tickets are made of: types, channels, categories, teams, people. Loaded once per session
//! and shared, so that names and choices are at hand everywhere.
//!
//! ```ignore
//! let directory = use_directory();
//! directory.user_name(id)                // Option<String>, tracked
//! directory.team_choices(locale)         // Vec<Choice>, tracked
//! ```

use std::collections::HashMap;

use leptos::leptos_dom::helpers::IntervalHandle;
use leptos::prelude::*;
use rapport_types::categories::Category;
use rapport_types::channels::Channel;
use rapport_types::ids::{CategoryId, TeamId, UserId};
use rapport_types::locale::Locale;
use rapport_types::teams::{Team, Tree};
use rapport_types::text::Code;
use rapport_types::ticket_types::{TicketType, TypeDefinition};
use rapport_types::users::{UserKind, UserSummary};

use super::ApiError;
use super::query::{Query, use_query};
use super::tickets::whole;
use crate::components::effect::effect;
use crate::components::select::Choice;
use crate::format::Collator;

/// Stands between the steps of a path in a tree.
const STEP: &str = " › ";

/// The lists.
#[derive(Clone, Copy)]
pub struct Directory {
    types: Query<Vec<TicketType>>,
    channels: Query<Vec<Channel>>,
    categories: Query<Vec<Category>>,
    teams: Query<Vec<Team>>,
    users: Query<Vec<UserSummary>>,
    user_names: Memo<HashMap<UserId, String>>,
}

/// How long to wait before a list that could not be loaded is asked for again.
const AGAIN: std::time::Duration = std::time::Duration::from_secs(8);

/// Loads the lists and makes them available below. One that cannot be loaded is asked for again by
/// itself; answers whether any is missing.
pub fn provide_directory() -> Signal<bool> {
    let users = use_query(
        || "/users",
        |path| async move { whole::<UserSummary>(path).await },
    );
    let user_names = Memo::new(move |_| {
        users.with(|users| {
            let users = users.map_or(&[][..], Vec::as_slice);
            users
                .iter()
                .map(|user| (user.id, user.name.as_str().to_owned()))
                .collect()
        })
    });
    let directory = Directory {
        types: use_query(|| "/ticket-types", |path| async move { whole(path).await }),
        channels: use_query(|| "/channels", |path| async move { whole(path).await }),
        categories: use_query(|| "/categories", |path| async move { whole(path).await }),
        teams: use_query(|| "/teams", |path| async move { whole(path).await }),
        users,
        user_names,
    };
    provide_context(directory);
    let failures = [
        follow_failures(directory.types),
        follow_failures(directory.channels),
        follow_failures(directory.categories),
        follow_failures(directory.teams),
        follow_failures(directory.users),
    ];
    Signal::derive(move || failures.iter().any(Signal::get))
}

/// Asks again for a list that could not be loaded; answers whether it is missing.
fn follow_failures<T: Send + Sync + 'static>(list: Query<T>) -> Signal<bool> {
    ask_again(
        Signal::derive(move || list.error().is_some()),
        Callback::new(move |()| list.reload_unless_asked()),
    )
}

fn ask_again(failed: Signal<bool>, ask: Callback<()>) -> Signal<bool> {
    let failed = Memo::new(move |_| failed.get());
    let timer = StoredValue::new(None::<IntervalHandle>);
    let stop = move || {
        if let Some(Some(timer)) = timer.try_update_value(Option::take) {
            timer.clear();
        }
    };
    effect(move || {
        stop();
        if failed.get() {
            timer.set_value(set_interval_with_handle(move || ask.run(()), AGAIN).ok());
        }
    });
    on_cleanup(stop);
    failed.into()
}

/// The fields and pipelines that a ticket type had in a version.
///
/// # Errors
/// As every read.
pub async fn definition(code: &Code, version: i64) -> Result<TypeDefinition, ApiError> {
    let path = format!("/ticket-types/{code}/versions/{version}");
    super::get(&path).await.map(|reply| reply.value)
}

/// The lists.
pub fn use_directory() -> Directory {
    expect_context()
}

impl Directory {
    /// The ticket types.
    pub fn types(self) -> Query<Vec<TicketType>> {
        self.types
    }

    /// The channels.
    pub fn channels(self) -> Query<Vec<Channel>> {
        self.channels
    }

    /// The categories.
    pub fn categories(self) -> Query<Vec<Category>> {
        self.categories
    }

    /// The teams.
    pub fn teams(self) -> Query<Vec<Team>> {
        self.teams
    }

    /// The people.
    pub fn users(self) -> Query<Vec<UserSummary>> {
        self.users
    }

    /// The name of a ticket type; its code while that is not known.
    pub fn type_name(self, code: &str, locale: Locale) -> String {
        self.types.with(|all| {
            let found = all.and_then(|all| all.iter().find(|it| it.code.as_str() == code));
            found.map_or(code, |it| it.names.get(locale)).to_owned()
        })
    }

    /// The name of a stage of a ticket type as it is by now; its code when it has no such.
    pub fn stage_name(self, kind: &str, stage: &str, locale: Locale) -> String {
        self.types.with(|all| {
            let kind = all.and_then(|all| all.iter().find(|it| it.code.as_str() == kind));
            let mut stages = kind
                .into_iter()
                .flat_map(|it| it.pipelines.iter().flat_map(|pipeline| &pipeline.stages));
            let found = stages.find(|it| it.code.as_str() == stage);
            found.map_or(stage, |it| it.names.get(locale)).to_owned()
        })
    }

    /// The name of a channel; its code while that is not known.
    pub fn channel_name(self, code: &str, locale: Locale) -> String {
        self.channels.with(|all| {
            let found = all.and_then(|all| all.iter().find(|it| it.code.as_str() == code));
            found.map_or(code, |it| it.names.get(locale)).to_owned()
        })
    }

    /// The name of a category.
    pub fn category_name(self, id: CategoryId, locale: Locale) -> Option<String> {
        self.categories.with(|all| {
            all?.iter()
                .find(|it| it.id == id)
                .map(|it| it.names.get(locale).to_owned())
        })
    }

    /// The name of a team.
    pub fn team_name(self, id: TeamId, locale: Locale) -> Option<String> {
        self.teams.with(|all| {
            all?.iter()
                .find(|it| it.id == id)
                .map(|it| it.names.get(locale).to_owned())
        })
    }

    /// The name of a person.
    pub fn user_name(self, id: UserId) -> Option<String> {
        self.user_names.with(|names| names.get(&id).cloned())
    }

    /// The team a person works in.
    pub fn team_of(self, id: UserId) -> Option<TeamId> {
        self.users
            .with(|all| all?.iter().find(|it| it.id == id).map(|it| it.team_id))
    }

    /// The ticket types in use, and `also` the one that a ticket has.
    pub fn type_choices(self, locale: Locale, also: Option<&Code>) -> Vec<Choice> {
        self.types.with(|all| {
            let mut list: Vec<_> = all
                .map_or(&[][..], Vec::as_slice)
                .iter()
                .filter(|it| it.active || also == Some(&it.code))
                .collect();
            list.sort_by_key(|it| it.position);
            list.iter()
                .map(|it| Choice::new(it.code.as_str(), it.names.get(locale)))
                .collect()
        })
    }

    /// The channels in use, and `also` the one that a ticket has.
    pub fn channel_choices(self, locale: Locale, also: Option<&Code>) -> Vec<Choice> {
        self.channels.with(|all| {
            let mut list: Vec<_> = all
                .map_or(&[][..], Vec::as_slice)
                .iter()
                .filter(|it| it.active || also == Some(&it.code))
                .collect();
            list.sort_by_key(|it| it.position);
            list.iter()
                .map(|it| Choice::new(it.code.as_str(), it.names.get(locale)))
                .collect()
        })
    }

    /// The categories in use, each after the one above it, with the path to it.
    pub fn category_choices(self, locale: Locale) -> Vec<Choice> {
        self.categories.with(|all| {
            let all = all.map_or(&[][..], Vec::as_slice);
            let tree = Tree::new(all.iter().map(|it| (it.id, it.parent_id)));
            let names: HashMap<_, _> = all.iter().map(|it| (it.id, it.names.get(locale))).collect();
            let active = all.iter().filter(|it| it.active).map(|it| it.id);
            path_choices(&tree, &names, active, 0, locale)
        })
    }

    /// The teams in use, each after the one above it, with the path to it.
    pub fn team_choices(self, locale: Locale) -> Vec<Choice> {
        self.teams.with(|all| {
            let all = all.map_or(&[][..], Vec::as_slice);
            let tree = Tree::new(all.iter().map(|it| (it.id, it.parent_id)));
            let names: HashMap<_, _> = all.iter().map(|it| (it.id, it.names.get(locale))).collect();
            let active = all.iter().filter(|it| it.active).map(|it| it.id);
            // The root stands above every team and says nothing.
            path_choices(&tree, &names, active, 1, locale)
        })
    }

    /// The people who may sign in, those of `team` first; the detail is their team.
    pub fn user_choices(self, team: Option<TeamId>, locale: Locale) -> Vec<Choice> {
        let teams: HashMap<TeamId, String> = self.teams.with(|all| {
            let all = all.map_or(&[][..], Vec::as_slice);
            all.iter()
                .map(|it| (it.id, it.names.get(locale).to_owned()))
                .collect()
        });
        let collator = Collator::new(locale);
        self.users.with(|all| {
            let mut list: Vec<_> = all
                .map_or(&[][..], Vec::as_slice)
                .iter()
                // Nobody hands a customer or a ticket to a program.
                .filter(|it| it.active && it.kind == UserKind::Person)
                .collect();
            list.sort_by(|a, b| {
                let other_team = |it: &UserSummary| Some(it.team_id) != team;
                other_team(a)
                    .cmp(&other_team(b))
                    .then_with(|| collator.compare(a.name.as_str(), b.name.as_str()))
            });
            let choice = |it: &&UserSummary| {
                let choice = Choice::new(it.id.to_string(), it.name.as_str());
                match teams.get(&it.team_id) {
                    Some(team) => choice.with_detail(team.clone()),
                    None => choice,
                }
            };
            list.iter().map(choice).collect()
        })
    }
}

/// One choice per node in the order of a walk through the tree, siblings in the order of the reader's
/// language: its name, and as detail the names above it, without the first `skip`.
fn path_choices<Id>(
    tree: &Tree<Id>,
    names: &HashMap<Id, &str>,
    nodes: impl Iterator<Item = Id>,
    skip: usize,
    locale: Locale,
) -> Vec<Choice>
where
    Id: Copy + Eq + Ord + std::hash::Hash + std::fmt::Display,
{
    let mut paths: Vec<(Vec<&str>, Id)> = nodes
        .map(|id| {
            let mut path: Vec<&str> = tree
                .path(id)
                .iter()
                .filter_map(|id| names.get(id).copied())
                .collect();
            path.reverse();
            (path, id)
        })
        .collect();
    let collator = Collator::new(locale);
    paths.sort_by(|(a, a_id), (b, b_id)| {
        let steps = a.iter().zip(b).map(|(a, b)| collator.compare(a, b));
        let first = steps.into_iter().find(|order| order.is_ne());
        let first = first.unwrap_or_else(|| a.len().cmp(&b.len()));
        first.then_with(|| a_id.cmp(b_id))
    });
    paths
        .into_iter()
        .map(|(path, id)| {
            let (name, above) = path
                .split_last()
                .map_or(("", &[][..]), |(name, above)| (*name, above));
            let choice = Choice::new(id.to_string(), name);
            match above.get(skip..) {
                Some(above) if !above.is_empty() => choice.with_detail(above.join(STEP)),
                _ => choice,
            }
        })
        .collect()
}
