//! The mapping in the making, and what is kept of it in this browser.

use leptos::prelude::*;
use rapport_types::ids::TeamId;
use rapport_types::imports::{FileColumn, ImportEntity, ImportFile, Mapping};
use serde::{Deserialize, Serialize};

/// What a reload brings back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Draft {
    /// What the records of the file are.
    pub(super) entity: ImportEntity,
    /// What its columns mean.
    pub(super) mapping: Mapping,
    /// The team that the records belong to, or below.
    pub(super) team: Option<TeamId>,
    /// What was picked while the records were taken for something else.
    aside: Option<Box<Mapping>>,
}

impl Draft {
    /// A draft to start from.
    pub(super) const fn new(entity: ImportEntity, mapping: Mapping, team: Option<TeamId>) -> Self {
        Self {
            entity,
            mapping,
            team,
            aside: None,
        }
    }
}

/// The mapping of a file in the making.
#[derive(Clone, Copy)]
pub(super) struct Editor {
    file: StoredValue<ImportFile>,
    header: StoredValue<Vec<String>>,
    draft: RwSignal<Draft>,
    round: RwSignal<u32>,
}

impl Editor {
    /// The mapping of a file, as the draft has it.
    pub(super) fn new(file: ImportFile, draft: Draft) -> Self {
        let header = file.columns.iter().map(|it| it.name.clone()).collect();
        Self {
            file: StoredValue::new(file),
            header: StoredValue::new(header),
            draft: RwSignal::new(draft),
            round: RwSignal::new(0),
        }
    }

    /// The file, read in place.
    pub(super) fn file<U>(self, read: impl FnOnce(&ImportFile) -> U) -> U {
        self.file.with_value(read)
    }

    /// A column of the file.
    pub(super) fn column(self, name: &str) -> Option<FileColumn> {
        self.file
            .with_value(|file| file.columns.iter().find(|it| it.name == name).cloned())
    }

    /// Everything that is kept; tracked.
    pub(super) fn draft(self) -> Draft {
        self.draft.get()
    }

    /// The mapping, read in place; tracked.
    pub(super) fn mapping<U>(self, read: impl FnOnce(&Mapping) -> U) -> U {
        self.draft.with(|draft| read(&draft.mapping))
    }

    /// Changes the mapping; the header of the file comes with it.
    pub(super) fn edit(self, change: impl FnOnce(&mut Mapping, &[String])) {
        self.draft.update(|draft| {
            self.header
                .with_value(|header| change(&mut draft.mapping, header));
        });
    }

    /// What the records of the file are; tracked.
    pub(super) fn entity(self) -> ImportEntity {
        self.draft.with(|draft| draft.entity)
    }

    /// Whether they are customers; tracked.
    pub(super) fn is_of_customers(self) -> bool {
        self.entity() == ImportEntity::Customers
    }

    /// Takes the records for something else: with what was picked for that, else with the server's
    /// proposal.
    pub(super) fn set_entity(self, entity: ImportEntity) {
        let proposed = self
            .file
            .with_value(|file| file.mappings.of(entity).clone());
        self.draft.update(|draft| {
            if draft.entity == entity {
                return;
            }
            let other = draft.aside.take().map_or(proposed, |aside| *aside);
            let before = std::mem::replace(&mut draft.mapping, other);
            draft.aside = Some(Box::new(before));
            draft.entity = entity;
        });
        self.round.update(|round| *round += 1);
    }

    /// How often the whole mapping became another one; tracked.
    pub(super) fn round(self) -> u32 {
        self.round.get()
    }

    /// Starts again from the server's proposal.
    pub(super) fn start_again(self) {
        self.draft.update(|draft| {
            draft.mapping = self
                .file
                .with_value(|file| file.mappings.of(draft.entity).clone());
        });
        self.round.update(|round| *round += 1);
    }

    /// Takes the mapping of another file over, as far as this one has its columns.
    pub(super) fn take(self, mut mapping: Mapping) {
        self.header.with_value(|header| mapping.fit_header(header));
        mapping.delimiter = self.file.with_value(|file| file.delimiter);
        self.draft.update(|draft| draft.mapping = mapping);
        self.round.update(|round| *round += 1);
    }

    /// The team that the records belong to; tracked.
    pub(super) fn team(self) -> Option<TeamId> {
        self.draft.with(|draft| draft.team)
    }

    /// Sets the team that the records belong to.
    pub(super) fn set_team(self, team: Option<TeamId>) {
        self.draft.update(|draft| draft.team = team);
    }
}
