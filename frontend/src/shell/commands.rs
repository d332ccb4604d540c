//! What can be done on every page: go somewhere, begin something new, light or dark, the language,
//! the way out.

use leptos_router::hooks::use_navigate;
use rapport_types::locale::Locale as Language;
use rapport_types::permissions::Permission;

use super::palette::Palette;
use crate::components::commands::{Command, use_commands};
use crate::links;
use crate::preferences::{Theme, use_preferences};
use crate::session::use_session;

/// Offers them.
pub(super) fn offer_commands(palette: Palette) {
    let session = use_session();
    let preferences = use_preferences();
    let navigate = use_navigate();
    let offered = move || {
        let allowed = [
            (Command::NewTicket, session.may(Permission::WorkTickets)),
            (Command::NewCustomer, session.may(Permission::EditCustomers)),
            (Command::Tickets, session.may(Permission::ViewTickets)),
            (Command::Customers, session.may(Permission::ViewCustomers)),
            (Command::Reports, session.may(Permission::ViewReports)),
            (Command::Approvals, session.may(Permission::ViewTickets)),
            (Command::Administration, session.may_administer()),
        ];
        let allowed = allowed.into_iter().filter(|(_, may)| *may);
        let themes = [
            (Command::LightTheme, Theme::Light),
            (Command::DarkTheme, Theme::Dark),
            (Command::SystemTheme, Theme::System),
        ];
        let languages = [
            (Command::English, Language::En),
            (Command::Chinese, Language::ZhCn),
        ];
        let mut list = vec![
            Command::Palette,
            Command::Search,
            Command::Keys,
            Command::Home,
            Command::SignOut,
        ];
        list.extend(allowed.map(|(command, _)| command));
        // Not what it is already.
        let other = themes.iter().filter(|it| it.1 != preferences.theme());
        list.extend(other.map(|it| it.0));
        let other = languages.iter().filter(|it| it.1 != preferences.locale());
        list.extend(other.map(|it| it.0));
        list
    };
    use_commands(offered, move |command| {
        let go = |path: String| navigate(&path, Default::default());
        match command {
            Command::Palette | Command::Search => palette.open(),
            Command::Keys => palette.open_keys(),
            Command::NewTicket => go(links::new_ticket(None)),
            Command::NewCustomer => go(links::new_customer()),
            Command::Home => go(links::home()),
            Command::Tickets => go(links::tickets(&[])),
            Command::Customers => go(links::customers(&[])),
            Command::Reports => go(links::reports(&[])),
            Command::Approvals => go(links::approvals(false)),
            Command::Administration => go(links::administration()),
            Command::LightTheme => preferences.set_theme(Theme::Light),
            Command::DarkTheme => preferences.set_theme(Theme::Dark),
            Command::SystemTheme => preferences.set_theme(Theme::System),
            Command::English => preferences.set_locale(Language::En),
            Command::Chinese => preferences.set_locale(Language::ZhCn),
            Command::SignOut => session.sign_out(),
            _ => {}
        }
    });
}
