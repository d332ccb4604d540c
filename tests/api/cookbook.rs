//! The curl cookbook: its commands run as they are written, and print what it says.
//!
//! A page holds blocks of ```` ```sh ```` that run in order in one shell. A block that follows them
//! says what they print: of ```` ```json ```` each member must be there with its value (items of a
//! list in their order), of ```` ```text ```` each line in its order, where `…` stands for anything.

use std::fs;
use std::path::Path;
use std::process::Command;

use rapport_tests::program::Program;
use rapport_tests::server::PASSWORD;
use serde_json::Value;

const LANGUAGES: [&str; 2] = ["cookbook.md", "cookbook.zh-CN.md"];

/// A command with what it is said to print.
#[derive(Debug, PartialEq, Eq)]
struct Step {
    command: String,
    expected: Option<Expected>,
}

#[derive(Debug, PartialEq, Eq)]
enum Expected {
    Json(String),
    Text(String),
}

fn page(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    fs::read_to_string(folder.join(name)).unwrap()
}

/// The steps of a page.
///
/// # Panics
/// When a block is of another kind or an expectation follows no command.
fn steps(page: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut blocks = page.split("\n```").skip(1);
    while let Some(block) = blocks.next() {
        let (kind, content) = block.split_once('\n').unwrap();
        blocks.next().expect("each block is closed");
        let content = content.to_owned();
        let expected = match kind {
            "sh" => {
                steps.push(Step {
                    command: content,
                    expected: None,
                });
                continue;
            }
            "json" => Expected::Json(content),
            "text" => Expected::Text(content),
            _ => panic!("a block of {kind}"),
        };
        let step = steps.last_mut().expect("a command comes first");
        assert_eq!(step.expected, None, "two expectations of one command");
        step.expected = Some(expected);
    }
    steps
}

/// What each command prints, run in one shell that ends at the first that fails.
fn printed(steps: &[Step], address: &str, folder: &Path) -> Vec<String> {
    let mut script = "set -e -o pipefail\n".to_owned();
    for (number, step) in steps.iter().enumerate() {
        script.push_str(&format!("exec > {number}.out\n{}\n", step.command));
    }
    let output = Command::new("bash")
        .args(["-c", &script])
        .current_dir(folder)
        .env("RAPPORT", address)
        .env("RAPPORT_PASSWORD", PASSWORD)
        .output()
        .unwrap();
    let read = |number: usize| fs::read_to_string(folder.join(format!("{number}.out")));
    let printed: Vec<String> = (0..steps.len()).map_while(|n| read(n).ok()).collect();
    assert!(
        output.status.success(),
        "{}\nprinted {}\nand on standard error {}",
        steps[printed.len() - 1].command,
        printed[printed.len() - 1],
        String::from_utf8_lossy(&output.stderr)
    );
    printed
}

/// Whether `found` has everything that `expected` has.
fn holds(expected: &Value, found: &Value) -> bool {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => expected
            .iter()
            .all(|(name, value)| found.get(name).is_some_and(|found| holds(value, found))),
        (Value::Array(expected), Value::Array(found)) => {
            expected.len() == found.len() && expected.iter().zip(found).all(|(a, b)| holds(a, b))
        }
        _ => expected == found,
    }
}

/// Whether the text is the pattern, where `…` stands for anything.
fn fits(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('…');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let Some(last) = pieces.next_back() else {
        return rest.is_empty();
    };
    for piece in pieces {
        let Some(at) = rest.find(piece) else {
            return false;
        };
        rest = &rest[at + piece.len()..];
    }
    rest.ends_with(last)
}

/// Panics when the command printed other than the page says.
fn compare(step: &Step, printed: &str) {
    let complaint = || {
        format!(
            "{}\nprinted\n{printed}\nand not {:?}",
            step.command, step.expected
        )
    };
    match &step.expected {
        None => assert_eq!(printed, "", "{}", complaint()),
        Some(Expected::Json(expected)) => {
            let expected: Value = serde_json::from_str(expected).unwrap();
            let found = serde_json::from_str(printed).unwrap_or_default();
            assert!(holds(&expected, &found), "{}", complaint());
        }
        Some(Expected::Text(expected)) => {
            let (expected, found) = (expected.lines(), printed.lines());
            assert_eq!(
                expected.clone().count(),
                found.clone().count(),
                "{}",
                complaint()
            );
            for (pattern, line) in expected.zip(found) {
                assert!(fits(pattern, line), "{pattern}\n{line}\n{}", complaint());
            }
        }
    }
}

#[test]
fn every_command_of_the_cookbook_prints_what_it_says_in_both_languages() {
    for name in LANGUAGES {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("r.sqlite").display());
        let settings = [("RAPPORT_ADMIN_PASSWORD", PASSWORD)];
        let program = Program::serve_with(&url, &settings);
        let steps = steps(&page(name));
        assert!(steps.len() > 10, "{name} has {} commands", steps.len());
        let printed = printed(&steps, &program.address, folder.path());
        for (step, printed) in steps.iter().zip(&printed) {
            compare(step, printed);
        }
    }
}

#[test]
fn the_cookbook_has_the_same_commands_in_both_languages() {
    let [english, chinese] = LANGUAGES.map(|name| steps(&page(name)));
    assert_eq!(english, chinese);
}

#[test]
fn what_a_command_printed_is_compared_member_by_member_and_line_by_line() {
    let expected = serde_json::json!({"a": {"b": [{"c": 1}]}});
    let more = serde_json::json!({"a": {"b": [{"c": 1, "d": 2}], "e": 3}});
    assert!(holds(&expected, &more));
    assert!(!holds(&more, &expected));
    for (pattern, text, is_it) in [
        ("a", "a", true),
        ("a", "ab", false),
        ("a…", "ab", true),
        ("…b", "ab", true),
        ("a…c…e", "abcde", true),
        ("a…e…c", "abcde", false),
    ] {
        assert_eq!(fits(pattern, text), is_it, "{pattern} {text}");
    }
}
