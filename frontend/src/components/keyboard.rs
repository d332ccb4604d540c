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
    /// Back.
    Escape,
    /// Does something.
    Act(Command),
}

/// Every key, in the order in which the sheet shows them; a space parts the keys of a sequence.
pub const KEYS: [(&str, Key); 18] = [
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
    ("r", Key::Act(Command::Reply)),
    ("n", Key::Act(Command::Note)),
    ("a", Key::Act(Command::Assign)),
    ("s", Key::Act(Command::SetStatus)),
    ("p", Key::Act(Command::SetPriority)),
    (".", Key::Act(Command::CopyLink)),
    ("esc", Key::Escape),
];

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
    // Shift is what some keyboards need for a sign; with a letter it is a modifier.
    let is_sign = key.chars().count() == 1 && !key.chars().all(char::is_alphabetic);
    if scene.in_field || (press.shift && !is_sign) {
        return Meaning::Nothing;
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
mod tests {
    use super::*;

    fn press(key: &str) -> Press<'_> {
        Press {
            key,
            ..Press::default()
        }
    }

    fn act(command: Command) -> Meaning {
        Meaning::Key(Key::Act(command))
    }

    /// What the last of these keys means, each pressed so many milliseconds after the one before.
    fn typed(keys: &[(&str, f64)]) -> Meaning {
        let (mut now, mut begun, mut last) = (0.0, None, Meaning::Nothing);
        for (key, after) in keys {
            now += after;
            let pressed = Press {
                at_ms: now,
                ..press(key)
            };
            last = meaning(pressed, Scene::default(), begun);
            begun = match last {
                Meaning::First(first) => Some(first),
                _ => None,
            };
        }
        last
    }

    #[test]
    fn keys_are_told_apart_and_no_single_one_begins_a_sequence() {
        for (at, (keys, _)) in KEYS.iter().enumerate() {
            assert!(
                KEYS[at + 1..].iter().all(|(other, _)| other != keys),
                "{keys}"
            );
            if let Some((first, _)) = keys.split_once(' ') {
                assert!(KEYS.iter().all(|(other, _)| *other != first), "{keys}");
            }
        }
    }

    #[test]
    fn a_key_means_what_the_table_says() {
        let plain = |key| meaning(press(key), Scene::default(), None);
        assert_eq!(plain("j"), Meaning::Key(Key::Down));
        assert_eq!(plain("Enter"), Meaning::Key(Key::Enter));
        assert_eq!(plain("Escape"), Meaning::Key(Key::Escape));
        assert_eq!(plain("r"), act(Command::Reply));
        assert_eq!(plain("R"), act(Command::Reply), "caps lock");
        assert_eq!(plain("。"), act(Command::CopyLink));
        assert_eq!(plain("x"), Meaning::Nothing);
        assert_eq!(plain("Shift"), Meaning::Nothing);
    }

    #[test]
    fn a_sequence_waits_for_its_second_key_but_not_for_ever() {
        assert!(matches!(typed(&[("g", 0.0)]), Meaning::First(_)));
        assert_eq!(typed(&[("g", 0.0), ("t", 300.0)]), act(Command::Tickets));
        assert_eq!(typed(&[("g", 0.0), ("r", 300.0)]), act(Command::Reports));
        assert_eq!(
            typed(&[("g", 0.0), ("r", PATIENCE_MS + 1.0)]),
            act(Command::Reply),
            "too late: a key of its own"
        );
        assert_eq!(
            typed(&[("g", 0.0), ("n", 300.0)]),
            Meaning::Nothing,
            "no sequence: and not half of it either"
        );
        assert_eq!(
            typed(&[("g", 0.0), ("g", 300.0), ("h", 300.0)]),
            act(Command::Home)
        );
    }

    #[test]
    fn keys_are_not_for_the_page_while_something_else_has_them() {
        let scenes = [
            Scene {
                in_field: true,
                ..Scene::default()
            },
            Scene {
                is_covered: true,
                ..Scene::default()
            },
        ];
        for (keys, _) in KEYS {
            for scene in scenes {
                let key = keys.split(' ').next().unwrap_or_default();
                assert_eq!(meaning(press(key), scene, None), Meaning::Nothing, "{keys}");
            }
        }
        let held: [fn(&mut Press<'_>); 5] = [
            |it| it.control = true,
            |it| it.meta = true,
            |it| it.alt = true,
            |it| it.composes = true,
            |it| it.shift = true,
        ];
        for hold in held {
            let mut held = press("r");
            hold(&mut held);
            assert_eq!(meaning(held, Scene::default(), None), Meaning::Nothing);
        }
        let on_control = Scene {
            on_control: true,
            ..Scene::default()
        };
        assert_eq!(meaning(press("Enter"), on_control, None), Meaning::Nothing);
        assert_eq!(
            meaning(press("j"), on_control, None),
            Meaning::Key(Key::Down)
        );
    }

    #[test]
    fn a_held_key_moves_the_cursor_and_does_nothing_else_twice() {
        let held = |key| {
            let held = Press {
                repeats: true,
                ..press(key)
            };
            meaning(held, Scene::default(), None)
        };
        assert_eq!(held("j"), Meaning::Key(Key::Down));
        assert_eq!(held("c"), Meaning::Nothing);
        assert_eq!(held("Enter"), Meaning::Nothing);
    }

    #[test]
    fn signs_may_need_shift() {
        let shifted = Press {
            shift: true,
            ..press("?")
        };
        assert_eq!(meaning(shifted, Scene::default(), None), act(Command::Keys));
    }

    #[test]
    fn the_palette_opens_from_fields_but_never_while_an_input_method_composes() {
        let with = |control, meta, composes| Press {
            control,
            meta,
            composes,
            ..press("k")
        };
        let field = |is_mac| Scene {
            in_field: true,
            is_mac,
            ..Scene::default()
        };
        let open = act(Command::Palette);
        assert_eq!(meaning(with(true, false, false), field(false), None), open);
        assert_eq!(meaning(with(false, true, false), field(true), None), open);
        assert_eq!(
            meaning(with(true, false, false), field(true), None),
            Meaning::Nothing,
            "there it cuts the rest of the line"
        );
        assert_eq!(
            meaning(with(true, false, true), field(false), None),
            Meaning::Nothing
        );
        let covered = Scene {
            is_covered: true,
            ..Scene::default()
        };
        assert_eq!(
            meaning(with(true, false, false), covered, None),
            Meaning::Nothing
        );
    }
}
