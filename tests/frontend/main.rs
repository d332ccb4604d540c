//! The parts of the web app that need no browser, compiled from its own files with the tests in
//! them: the web app is a workspace of its own, whose tests no run here would start.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    dead_code,
    unreachable_pub,
    reason = "tests fail by panicking; a part may hold what only the browser needs"
)]

#[path = "../../frontend/src/api"]
mod api {
    pub mod rest;
    pub mod unanswered;
}

#[path = "../../frontend/src/components"]
mod components {
    pub mod keyboard;
    pub mod picked;
}

#[path = "../../frontend/src/shell"]
mod shell {
    pub mod palette {
        pub mod matching;
    }
}

#[path = "../../frontend/src/pages"]
mod pages {
    pub mod reports {
        pub mod csv_order;
    }
}

use pinyin::ToPinyinMulti;
use rapport_types::tickets::{Priority, Status};
use serde_json::Value;

use components::keyboard::Command;
use shell::palette::matching::initials;

/// The commands by the names of their texts.
const COMMANDS: [(&str, Command); 23] = [
    ("search", Command::Search),
    ("keys", Command::Keys),
    ("reply", Command::Reply),
    ("note", Command::Note),
    ("take", Command::Take),
    ("assign", Command::Assign),
    ("set_status", Command::SetStatus),
    ("set_priority", Command::SetPriority),
    ("copy_link", Command::CopyLink),
    ("new_ticket", Command::NewTicket),
    ("new_customer", Command::NewCustomer),
    ("home", Command::Home),
    ("tickets", Command::Tickets),
    ("customers", Command::Customers),
    ("reports", Command::Reports),
    ("approvals", Command::Approvals),
    ("administration", Command::Administration),
    ("light", Command::LightTheme),
    ("dark", Command::DarkTheme),
    ("system", Command::SystemTheme),
    ("english", Command::English),
    ("chinese", Command::Chinese),
    ("sign_out", Command::SignOut),
];

fn text(file: &str) -> Value {
    serde_json::from_str(file).unwrap()
}

fn is_initial(letter: char, of: char) -> bool {
    let readings = of.to_pinyin_multi().unwrap();
    readings
        .into_iter()
        .any(|it| it.plain().starts_with(letter))
}

#[test]
fn the_initials_of_commands_are_those_of_their_chinese_names() {
    let palette = text(include_str!("../../frontend/locales/zh-CN/palette.json"));
    let frame = text(include_str!("../../frontend/locales/zh-CN/frame.json"));
    let name = |key: &str| palette["command"][key].as_str().unwrap().to_owned();
    let with = |key: &str, value: &Value| name(key).replace("{{name}}", value.as_str().unwrap());
    let mut named: Vec<_> = COMMANDS.map(|(key, command)| (name(key), command)).into();
    for status in Status::ALL {
        let name = with("status", &frame["status"][status.code()]);
        named.push((name, Command::Move(status)));
    }
    for priority in Priority::ALL {
        let name = with("priority", &frame["priority"][priority.code()]);
        named.push((name, Command::Rank(priority)));
    }
    for (name, command) in named {
        let characters: Vec<char> = name
            .chars()
            .filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c))
            .collect();
        for spelling in initials(command).split(' ') {
            let letters: Vec<char> = spelling.chars().collect();
            // The whole name, or its end.
            let end = &characters[characters.len() - letters.len()..];
            let fits = letters.iter().zip(end).all(|(l, c)| is_initial(*l, *c));
            assert!(fits, "{name}: {spelling}");
        }
        let whole = initials(command).split(' ').next().unwrap();
        assert_eq!(whole.len(), characters.len(), "{name}: {whole}");
    }
}
