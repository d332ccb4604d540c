//! What commands are called, their pictures, and how they are found.

use rapport_types::locale::Locale as Language;

use super::matching::{fit, initials};
use crate::components::badge::{priority_text, status_text};
use crate::components::commands::Command;
use crate::components::icon::IconName;
use crate::i18n::td_string;
use crate::preferences::text_locale;

/// What it is called.
pub(super) fn name(command: Command, locale: Language) -> String {
    let text = text_locale(locale);
    let words = match command {
        Command::Palette => td_string!(text, palette.command.palette),
        Command::Search => td_string!(text, palette.command.search),
        Command::Keys => td_string!(text, palette.command.keys),
        Command::Reply => td_string!(text, palette.command.reply),
        Command::Note => td_string!(text, palette.command.note),
        Command::Take => td_string!(text, palette.command.take),
        Command::Assign => td_string!(text, palette.command.assign),
        Command::SetStatus => td_string!(text, palette.command.set_status),
        Command::SetPriority => td_string!(text, palette.command.set_priority),
        Command::Move(to) => {
            return td_string!(text, palette.command.status, name = status_text(to, locale));
        }
        Command::Rank(to) => {
            let name = priority_text(to, locale);
            return td_string!(text, palette.command.priority, name = name);
        }
        Command::CopyLink => td_string!(text, palette.command.copy_link),
        Command::NewTicket => td_string!(text, palette.command.new_ticket),
        Command::NewCustomer => td_string!(text, palette.command.new_customer),
        Command::Home => td_string!(text, palette.command.home),
        Command::Tickets => td_string!(text, palette.command.tickets),
        Command::Customers => td_string!(text, palette.command.customers),
        Command::Reports => td_string!(text, palette.command.reports),
        Command::Approvals => td_string!(text, palette.command.approvals),
        Command::Administration => td_string!(text, palette.command.administration),
        Command::LightTheme => td_string!(text, palette.command.light),
        Command::DarkTheme => td_string!(text, palette.command.dark),
        Command::SystemTheme => td_string!(text, palette.command.system),
        Command::English => td_string!(text, palette.command.english),
        Command::Chinese => td_string!(text, palette.command.chinese),
        Command::SignOut => td_string!(text, palette.command.sign_out),
    };
    words.to_owned()
}

/// How well a text fits it, whatever language the page is in: the less the better.
pub(super) fn fitness(command: Command, text: &str) -> Option<u8> {
    let (english, chinese) = (name(command, Language::En), name(command, Language::ZhCn));
    fit(text, &english, &chinese, initials(command))
}

/// Its picture.
pub(super) const fn picture(command: Command) -> IconName {
    match command {
        Command::Palette | Command::Search => IconName::Search,
        Command::Keys => IconName::Question,
        Command::Reply => IconName::Message,
        Command::Note => IconName::Note,
        Command::Take | Command::Assign => IconName::Person,
        Command::SetStatus | Command::Move(_) => IconName::CircleHalf,
        Command::SetPriority | Command::Rank(_) => IconName::Chart,
        Command::CopyLink => IconName::Copy,
        Command::NewTicket | Command::NewCustomer => IconName::Plus,
        Command::Home => IconName::Home,
        Command::Tickets => IconName::Ticket,
        Command::Customers => IconName::People,
        Command::Reports => IconName::Chart,
        Command::Approvals => IconName::Stamp,
        Command::Administration => IconName::Gear,
        Command::LightTheme => IconName::Sun,
        Command::DarkTheme => IconName::Moon,
        Command::SystemTheme => IconName::Contrast,
        Command::English | Command::Chinese => IconName::Language,
        Command::SignOut => IconName::SignOut,
    }
}

/// Whether it does something to the record that is open.
pub(super) const fn is_of_record(command: Command) -> bool {
    matches!(
        command,
        Command::Reply
            | Command::Note
            | Command::Take
            | Command::Assign
            | Command::SetStatus
            | Command::SetPriority
            | Command::Move(_)
            | Command::Rank(_)
            | Command::CopyLink
    )
}
