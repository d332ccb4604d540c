//! What is known of the teams: who is in each, and what each inherits.

use rapport_types::calendars::Calendar;
use rapport_types::ids::{CalendarId, TeamId};
use rapport_types::locale::Locale;
use rapport_types::settings::Settings;
use rapport_types::teams::{Team, Tree};

use crate::api;
use crate::api::configuration::{Directory, use_directory};
use crate::api::query::{Query, use_query};

/// A value with where it comes from: the team above, none for the organisation itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Inherited<T> {
    /// The value.
    pub(super) value: T,
    /// The team above that says so; none when the organisation does.
    pub(super) from: Option<TeamId>,
}

/// What the page knows.
#[derive(Clone, Copy)]
pub(super) struct Known {
    pub(super) directory: Directory,
    settings: Query<Settings>,
    pub(super) calendars: Query<Vec<Calendar>>,
}

/// Loads it.
pub(super) fn use_known() -> Known {
    Known {
        directory: use_directory(),
        settings: use_query(|| (), |()| async { api::administration::settings().await }),
        calendars: use_query(|| (), |()| async { api::administration::calendars().await }),
    }
}

impl Known {
    /// The team; tracked.
    pub(super) fn team(self, id: TeamId) -> Option<Team> {
        self.directory
            .teams()
            .with(|teams| teams?.iter().find(|team| team.id == id).cloned())
    }

    /// The teams as a tree; tracked.
    pub(super) fn tree(self) -> Tree<TeamId> {
        self.directory.teams().with(|teams| {
            Tree::new(
                teams
                    .into_iter()
                    .flatten()
                    .map(|team| (team.id, team.parent_id)),
            )
        })
    }

    /// How many people who may sign in work in the team itself; tracked.
    pub(super) fn people_in(self, id: TeamId) -> usize {
        self.directory.users().with(|users| {
            users
                .into_iter()
                .flatten()
                .filter(|user| user.active && user.team_id == id)
                .count()
        })
    }

    /// How many teams in use lie right below; tracked.
    pub(super) fn teams_below(self, id: TeamId) -> usize {
        self.directory.teams().with(|teams| {
            teams
                .into_iter()
                .flatten()
                .filter(|team| team.active && team.parent_id == Some(id))
                .count()
        })
    }

    /// The zone that a team without one of its own has; tracked.
    pub(super) fn zone_above(self, parent: Option<TeamId>) -> Option<Inherited<String>> {
        self.above(parent, |team| {
            team.time_zone.as_ref().map(ToString::to_string)
        })
        .or_else(|| {
            self.settings.with(|settings| {
                Some(Inherited {
                    value: settings?.time_zone.to_string(),
                    from: None,
                })
            })
        })
    }

    /// The calendar that a team without one of its own has; tracked.
    pub(super) fn calendar_above(self, parent: Option<TeamId>) -> Option<Inherited<CalendarId>> {
        self.above(parent, |team| team.calendar_id).or_else(|| {
            self.settings.with(|settings| {
                Some(Inherited {
                    value: settings?.calendar_id,
                    from: None,
                })
            })
        })
    }

    fn above<T>(
        self,
        parent: Option<TeamId>,
        own: impl Fn(&Team) -> Option<T>,
    ) -> Option<Inherited<T>> {
        let path = self.tree().path(parent?);
        path.into_iter().find_map(|id| {
            let value = own(&self.team(id)?)?;
            Some(Inherited {
                value,
                from: Some(id),
            })
        })
    }

    /// The name of a calendar; tracked.
    pub(super) fn calendar_name(self, id: CalendarId, locale: Locale) -> Option<String> {
        self.calendars.with(|all| {
            let calendar = all?.iter().find(|it| it.id == id)?;
            Some(calendar.names.get(locale).to_owned())
        })
    }
}
