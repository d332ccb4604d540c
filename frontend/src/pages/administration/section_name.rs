//! The sections: what they are called, where they are, who may go there.

use rapport_types::locale::Locale;
use rapport_types::permissions::Permission;

use crate::components::icon::IconName;
use crate::i18n::td_string;
use crate::links;
use crate::preferences::text_locale;
use crate::session::Session;

/// One section of the administration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SectionName {
    /// The people who sign in.
    Users,
    /// What they may do.
    Roles,
    /// The tree they work in.
    Teams,
    /// What tickets are about.
    Categories,
    /// What kinds of tickets there are.
    TicketTypes,
    /// What needs an approval, and who decides.
    ApprovalRules,
    /// How tickets come in.
    Channels,
    /// When the desk is open.
    Calendars,
    /// How fast tickets are answered and resolved.
    ClockPolicies,
    /// The organisation itself.
    Organisation,
    /// Files of customers and tickets.
    Imports,
}

impl SectionName {
    /// The sections in their groups, in the order of the list.
    pub const GROUPS: &'static [&'static [Self]] = &[
        &[Self::Users, Self::Roles, Self::Teams],
        &[Self::Categories, Self::TicketTypes, Self::Channels],
        &[Self::Calendars, Self::ClockPolicies, Self::ApprovalRules],
        &[Self::Organisation, Self::Imports],
    ];

    /// Where it is.
    pub fn href(self) -> String {
        match self {
            Self::Users => links::users(&[]),
            Self::Roles => links::roles(),
            Self::Teams => links::teams(),
            Self::Categories => links::categories(),
            Self::TicketTypes => links::ticket_types(),
            Self::ApprovalRules => links::approval_rules(),
            Self::Channels => links::channels(),
            Self::Calendars => links::calendars(),
            Self::ClockPolicies => links::clock_policies(),
            Self::Organisation => links::organisation(),
            Self::Imports => links::imports(),
        }
    }

    /// Its picture.
    pub const fn icon(self) -> IconName {
        match self {
            Self::Users => IconName::Person,
            Self::Roles => IconName::Shield,
            Self::Teams => IconName::Team,
            Self::Categories => IconName::Tree,
            Self::TicketTypes => IconName::Tag,
            Self::ApprovalRules => IconName::Stamp,
            Self::Channels => IconName::Message,
            Self::Calendars => IconName::Calendar,
            Self::ClockPolicies => IconName::Clock,
            Self::Organisation => IconName::Building,
            Self::Imports => IconName::Upload,
        }
    }

    /// What the API asks of those who change something there.
    pub const fn right(self) -> Permission {
        match self {
            Self::Users | Self::Roles => Permission::ManageUsers,
            Self::Imports => Permission::ImportRecords,
            _ => Permission::ManageConfiguration,
        }
    }

    /// Whether the reader may go there; tracked.
    pub fn is_open_to(self, session: Session) -> bool {
        session.may(self.right())
    }

    /// Its name.
    pub fn title(self, locale: Locale) -> &'static str {
        let text = text_locale(locale);
        match self {
            Self::Users => td_string!(text, administration.section.users),
            Self::Roles => td_string!(text, administration.section.roles),
            Self::Teams => td_string!(text, administration.section.teams),
            Self::Categories => td_string!(text, administration.section.categories),
            Self::TicketTypes => td_string!(text, administration.section.ticket_types),
            Self::ApprovalRules => td_string!(text, administration.section.approval_rules),
            Self::Channels => td_string!(text, administration.section.channels),
            Self::Calendars => td_string!(text, administration.section.calendars),
            Self::ClockPolicies => td_string!(text, administration.section.clock_policies),
            Self::Organisation => td_string!(text, administration.section.organisation),
            Self::Imports => td_string!(text, administration.section.imports),
        }
    }

    /// What is done there, in one line.
    pub fn about(self, locale: Locale) -> &'static str {
        let text = text_locale(locale);
        match self {
            Self::Users => td_string!(text, administration.about.users),
            Self::Roles => td_string!(text, administration.about.roles),
            Self::Teams => td_string!(text, administration.about.teams),
            Self::Categories => td_string!(text, administration.about.categories),
            Self::TicketTypes => td_string!(text, administration.about.ticket_types),
            Self::ApprovalRules => td_string!(text, administration.about.approval_rules),
            Self::Channels => td_string!(text, administration.about.channels),
            Self::Calendars => td_string!(text, administration.about.calendars),
            Self::ClockPolicies => td_string!(text, administration.about.clock_policies),
            Self::Organisation => td_string!(text, administration.about.organisation),
            Self::Imports => td_string!(text, administration.about.imports),
        }
    }
}
