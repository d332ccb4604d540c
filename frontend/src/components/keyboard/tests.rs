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
    assert_eq!(plain("x"), Meaning::Key(Key::Select));
    assert_eq!(plain("z"), Meaning::Nothing);
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
fn shift_and_a_letter_is_another_key() {
    let shifted = |key, repeats| {
        let press = Press {
            shift: true,
            repeats,
            ..press(key)
        };
        meaning(press, Scene::default(), None)
    };
    assert_eq!(shifted("X", false), Meaning::Key(Key::SelectRange));
    assert_eq!(shifted("X", true), Meaning::Nothing);
    assert_eq!(shifted("J", false), Meaning::Nothing);
    assert_eq!(shifted("Enter", false), Meaning::Nothing);
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
