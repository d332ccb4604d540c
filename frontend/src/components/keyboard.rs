//! Which key means what, and when it means nothing. Nothing of the browser is in here, so that
//! `tests/frontend` tests it without one; [`super::keys`] listens.

use rapport_types::tickets::{Priority, Status};

/// Something the reader can do without a mouse: by a key of its own, or from the palette. In the order
/// in which the palette lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Command {
    /// Opens the palette.
    Palette,
    /// To the field that searches.
    Search,
    /// Writes to the customer.
    Reply,
    /// Writes to colleagues.
    Note,
    /// Takes the ticket.
    Take,
    /// Asks who shall work on the ticket.
    Assign,
    /// Asks where the ticket shall stand.
    SetStatus,
    /// Asks how urgent the ticket is.
    SetPriority,
    /// Sends the ticket there.
    Move(Status),
    /// Makes the ticket that urgent.
    Rank(Priority),
    /// Copies the address of the record.
    CopyLink,
    /// The form for a new ticket.
    NewTicket,
    /// The form for a new customer.
    NewCustomer,
    /// To my work.
    Home,
    /// To the list of tickets.
    Tickets,
    /// To the list of customers.
    Customers,
    /// To the reports.
    Reports,
    /// To the approvals that wait for a decision.
    Approvals,
    /// To the administration.
    Administration,
    /// Shows the keys of this page.
    Keys,
    /// Light.
    LightTheme,
    /// Dark.
    DarkTheme,
    /// Light or dark as the system says.
    SystemTheme,
    /// The page in English.
    English,
    /// The page in Chinese.
    Chinese,
    /// Ends the session.
    SignOut,
}

/// What a key, or two one after the other, is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// Down in a list.
    Down,
    /// Up in a list.
    Up,
    /// Opens.
    Enter,
    /// Selects the row, or gives it up.
    Select,
    /// Selects up to the row.
    SelectRange,
    /// Back.
    Escape,
    /// Does something.
    Act(Command),
}

/// Every key, in the order in which the sheet shows them; a space parts the keys of a sequence, and
/// ⇧ stands before a letter with Shift.
pub const KEYS: [(&str, Key); 20] = [
    ("/", Key::Act(Command::Search)),
    ("?", Key::Act(Command::Keys)),
    ("c", Key::Act(Command::NewTicket)),
    ("g h", Key::Act(Command::Home)),
    ("g t", Key::Act(Command::Tickets)),
    ("g c", Key::Act(Command::Customers)),
    ("g r", Key::Act(Command::Reports)),
    ("g a", Key::Act(Command::Administration)),
    ("j", Key::Down),
    ("k", Key::Up),
    ("enter", Key::Enter),
    ("x", Key::Select),
    ("⇧x", Key::SelectRange),
    ("r", Key::Act(Command::Reply)),
    ("n", Key::Act(Command::Note)),
    ("a", Key::Act(Command::Assign)),
    ("s", Key::Act(Command::SetStatus)),
    ("p", Key::Act(Command::SetPriority)),
    (".", Key::Act(Command::CopyLink)),
    ("esc", Key::Escape),
];

/// Stands before a letter that is pressed with Shift.
const SHIFT: char = '⇧';

/// How long the second key of a sequence is awaited, in milliseconds.
pub const PATIENCE_MS: f64 = 1_200.0;

/// The keys of a command, as the sheet and the palette show them.
pub fn keys_of(command: Command) -> Option<&'static str> {
    KEYS.iter()
        .find(|(_, key)| *key == Key::Act(command))
        .map(|(keys, _)| *keys)
}

/// A key that went down.
#[derive(Debug, Clone, Copy, Default)]
pub struct Press<'a> {
    /// As the browser names it.
    pub key: &'a str,
    /// When, in milliseconds.
    pub at_ms: f64,
    /// Shift is held.
    pub shift: bool,
    /// Control is held.
    pub control: bool,
    /// ⌘ or the Windows key is held.
    pub meta: bool,
    /// Alt is held.
    pub alt: bool,
    /// It is still held.
    pub repeats: bool,
    /// An input method has it.
    pub composes: bool,
}

/// Where the reader is when it goes down.
#[derive(Debug, Clone, Copy, Default)]
pub struct Scene {
    /// In a field.
    pub in_field: bool,
    /// On a link or a button, which have an Enter of their own.
    pub on_control: bool,
    /// In front of a dialog or a panel.
    pub is_covered: bool,
    /// On a Mac, where Control moves the caret in fields.
    pub is_mac: bool,
}

/// The first key of a sequence, and when it went down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Begun {
    key: char,
    at_ms: f64,
}

/// What a key means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Meaning {
    /// It is not for the page.
    Nothing,
    /// A sequence has begun.
    First(Begun),
    /// This.
    Key(Key),
}

/// What a key means, after `begun` when that was pressed before it.
///
/// The palette opens from fields as well: people sit in the answer all day, and the chord types
/// nothing. Everything else is for those who are in no field.
pub fn meaning(press: Press<'_>, scene: Scene, begun: Option<Begun>) -> Meaning {
    if press.composes || scene.is_covered || press.alt {
        return Meaning::Nothing;
    }
    let key = plain(press.key);
    if press.control || press.meta {
        let moves_caret = scene.in_field && scene.is_mac && press.control;
        return if key == "k" && !press.shift && !press.repeats && !moves_caret {
            Meaning::Key(Key::Act(Command::Palette))
        } else {
            Meaning::Nothing
        };
    }
    if scene.in_field {
        return Meaning::Nothing;
    }
    // Shift is what some keyboards need for a sign; with a letter it is a modifier.
    let is_sign = key.chars().count() == 1 && !key.chars().all(char::is_alphabetic);
    if press.shift && !is_sign {
        let found = KEYS
            .iter()
            .find(|(keys, _)| keys.strip_prefix(SHIFT) == Some(key.as_str()));
        return match found {
            Some((_, key)) if !press.repeats => Meaning::Key(*key),
            _ => Meaning::Nothing,
        };
    }
    let first = begun.filter(|begun| press.at_ms - begun.at_ms <= PATIENCE_MS);
    let wanted = match first {
        Some(first) => format!("{} {key}", first.key),
        None => key.clone(),
    };
    let found = KEYS.iter().find(|(keys, _)| *keys == wanted);
    match found {
        Some((_, Key::Enter)) if scene.on_control => Meaning::Nothing,
        // Held down, only the cursor of a list moves on.
        Some((_, key)) if press.repeats && !matches!(key, Key::Down | Key::Up) => Meaning::Nothing,
        Some((_, key)) => Meaning::Key(*key),
        None => match begins_sequence(&key) {
            // Whoever presses the first key twice begins again.
            Some(key) => Meaning::First(Begun {
                key,
                at_ms: press.at_ms,
            }),
            None => Meaning::Nothing,
        },
    }
}

/// A key as the table names it: whatever the caps lock, and the Chinese signs that stand on the same
/// keys.
fn plain(key: &str) -> String {
    match key {
        "Escape" => "esc".to_owned(),
        "？" => "?".to_owned(),
        "／" | "、" => "/".to_owned(),
        "。" => ".".to_owned(),
        other => other.to_lowercase(),
    }
}

fn begins_sequence(key: &str) -> Option<char> {
    let mut letters = key.chars();
    let (Some(letter), None) = (letters.next(), letters.next()) else {
        return None;
    };
    KEYS.iter()
        .any(|(keys, _)| keys.starts_with(letter) && keys.contains(' '))
        .then_some(letter)
}

#[cfg(test)]
mod tests;
