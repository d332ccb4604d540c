//! Turns `locales/<language>/<namespace>.json` into the module `crate::i18n`.

use std::error::Error;
use std::path::PathBuf;

use leptos_i18n_parser::parse_locales::options::{Config, ParseOptions};

/// One file per namespace in each language's folder.
const NAMESPACES: &[&str] = &[
    "frame",
    "tickets",
    "customers",
    "approvals",
    "merging",
    "bulk",
    "reports",
    "administration",
    "palette",
    "calendars",
    "clock_policies",
    "imports",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=locales");
    let config = Config::new("en")
        .and_then(|config| config.add_locale("zh-CN"))
        .and_then(|config| config.add_namespaces(NAMESPACES.iter().copied()))
        .map_err(|error| error.to_string())?
        .parse_options(ParseOptions::new().interpolate_display(true));
    let locales = leptos_i18n_parser::parse_locales::parse_locales(None, config)
        .map_err(|error| error.to_string())?;
    // A key that one language lacks fails the build instead of falling back silently.
    for warning in locales.diag.warnings().iter() {
        println!("cargo::error={warning}");
    }
    for error in locales.diag.errors().iter() {
        println!("cargo::error={error}");
    }
    let attributes =
        "#![allow(clippy::all, clippy::expect_used, dead_code, unused_imports)]".parse()?;
    let code = leptos_i18n_codegen::gen_code(&locales, None, false, Some(&attributes), false)
        .map_err(|error| error.to_string())?;
    let target = PathBuf::from(std::env::var("OUT_DIR")?).join("i18n.rs");
    std::fs::write(target, code.to_string())?;
    Ok(())
}
