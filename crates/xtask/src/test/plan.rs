//! Which steps `cargo xtask test` takes, in which order.

use anyhow::{Result, bail};

/// The test binary that drives a browser.
const BROWSER_STORY: &str = "e2e";

/// One step of the test run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Programs beside Rust are there or get installed.
    Tools,
    /// Everything is formatted.
    Format,
    /// The container files are what their formats allow.
    Deploy,
    /// No lint speaks, in any native target.
    Clippy,
    /// No lint speaks in what is built for the browser.
    ClippyWasm,
    /// The web app, which the browser story opens.
    Frontend,
    /// The API document breaks no recommended rule.
    LintApi,
    /// The server and all tests.
    Build,
    /// The committed API document is the built one.
    OpenApi,
    /// Requests made up from the API document find nothing wrong in the server.
    Schemathesis,
    /// Tests inside the source files.
    Unit,
    /// Examples in documentation.
    Doc,
    /// A temporary cluster for the test binaries.
    PostgreSql,
    /// An integration test binary.
    TestBinary(String),
}

impl Step {
    /// The word for it in `--only` and in the table.
    pub(crate) fn name(&self) -> &str {
        match self {
            Step::Tools => "tools",
            Step::Format => "fmt",
            Step::Deploy => "deploy",
            Step::Clippy => "clippy",
            Step::ClippyWasm => "clippy-wasm",
            Step::Frontend => "frontend",
            Step::LintApi => "lint-api",
            Step::Build => "build",
            Step::OpenApi => "openapi",
            Step::Schemathesis => "schemathesis",
            Step::Unit => "unit",
            Step::Doc => "doc",
            Step::PostgreSql => "postgresql",
            Step::TestBinary(name) => name,
        }
    }

    /// What it does, for the announcement.
    pub(crate) fn title(&self) -> &str {
        match self {
            Step::Tools => "programs and fonts the tests need",
            Step::Format => "formatting of workspace and web app",
            Step::Deploy => "container files",
            Step::Clippy => "lints, native",
            Step::ClippyWasm => "lints, for the browser",
            Step::Frontend => "build of the web app",
            Step::LintApi => "API document against Redocly's and Spectral's rules",
            Step::Build => "build of server and tests",
            Step::OpenApi => "API document against handlers",
            Step::Schemathesis => "made-up requests against the server",
            Step::Unit => "tests in source files",
            Step::Doc => "examples in documentation",
            Step::PostgreSql => "temporary PostgreSQL cluster",
            Step::TestBinary(name) if name == BROWSER_STORY => "browser story",
            Step::TestBinary(_) => "test binary",
        }
    }

    /// Whether nothing that follows can be judged once this failed.
    pub(crate) fn is_ground_for_the_rest(&self) -> bool {
        matches!(
            self,
            Step::Tools | Step::Frontend | Step::Build | Step::PostgreSql
        )
    }

    /// Whether it opens a browser.
    pub(crate) fn is_browser_story(&self) -> bool {
        matches!(self, Step::TestBinary(name) if name == BROWSER_STORY)
    }

    fn needs(&self) -> &'static [Step] {
        match self {
            Step::TestBinary(name) if name == BROWSER_STORY => {
                &[Step::Tools, Step::Frontend, Step::Build, Step::PostgreSql]
            }
            Step::TestBinary(_) => &[Step::Tools, Step::Build, Step::PostgreSql],
            Step::OpenApi | Step::Schemathesis => &[Step::Build],
            Step::Deploy | Step::LintApi => &[Step::Tools],
            _ => &[],
        }
    }
}

/// The steps named in `only`, or all, with what they need, in their order; the browser story
/// comes last.
///
/// # Errors
/// When a name is none of a step.
pub(crate) fn plan(test_binaries: &[String], only: &[String]) -> Result<Vec<Step>> {
    let mut steps = vec![
        Step::Tools,
        Step::Format,
        Step::Deploy,
        Step::Clippy,
        Step::ClippyWasm,
        Step::LintApi,
        Step::Frontend,
        Step::Build,
        Step::OpenApi,
        Step::Schemathesis,
        Step::Unit,
        Step::Doc,
        Step::PostgreSql,
    ];
    steps.extend(test_binaries.iter().cloned().map(Step::TestBinary));
    steps.sort_by_key(Step::is_browser_story);
    if only.is_empty() {
        return Ok(steps);
    }
    let names: Vec<&str> = steps.iter().map(Step::name).collect();
    if let Some(unknown) = only.iter().find(|name| !names.contains(&name.as_str())) {
        bail!(
            "there is no step `{unknown}`; the steps are {}",
            names.join(", ")
        );
    }
    let is_wanted = |step: &&Step| only.iter().any(|name| name == step.name());
    let wanted: Vec<Step> = steps.iter().filter(is_wanted).cloned().collect();
    let is_needed = |step: &Step| wanted.iter().any(|wanted| wanted.needs().contains(step));
    steps.retain(|step| wanted.contains(step) || is_needed(step));
    Ok(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(only: &[&str]) -> Vec<String> {
        let binaries = ["api", "e2e", "jobs", "persistence"].map(str::to_owned);
        let only: Vec<String> = only.iter().map(|name| (*name).to_owned()).collect();
        let steps = plan(&binaries, &only).unwrap();
        steps.iter().map(|step| step.name().to_owned()).collect()
    }

    #[test]
    fn a_full_run_takes_every_test_binary_and_the_browser_story_last() {
        let names = names(&[]);
        assert_eq!(names.len(), 17);
        assert_eq!(&names[13..], ["api", "jobs", "persistence", "e2e"]);
    }

    #[test]
    fn a_chosen_step_brings_what_it_needs() {
        assert_eq!(names(&["fmt"]), ["fmt"]);
        assert_eq!(names(&["api"]), ["tools", "build", "postgresql", "api"]);
        assert_eq!(
            names(&["e2e", "fmt"]),
            ["tools", "fmt", "frontend", "build", "postgresql", "e2e"]
        );
    }

    #[test]
    fn an_unknown_step_is_refused_with_the_known_ones() {
        let error = plan(&[], &["clipy".to_owned()]).unwrap_err().to_string();
        assert!(
            error.contains("`clipy`") && error.contains("clippy-wasm"),
            "{error}"
        );
    }
}
