//! The texts of the web app's files: loader, styles and page.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::dist::{Dist, content_hash};
use super::wasm::Bound;

/// Where the page finds the parts of the program.
pub(super) struct ProgramUrls {
    /// The module that starts it.
    pub(super) loader: String,
    /// The JavaScript module around the WebAssembly module.
    pub(super) script: String,
    /// The WebAssembly module that every page needs.
    pub(super) wasm: String,
}

/// Adds the program and its loader, all in one folder whose name changes with what is in it: its
/// files name each other. The loader is a file because the page's content security policy forbids
/// inline scripts.
///
/// # Errors
/// When the program lacks its script or its module.
pub(super) fn add_program(dist: &mut Dist, bound: &Bound) -> Result<ProgramUrls> {
    let (script, wasm) = (
        format!("{}.js", bound.name),
        format!("{}_bg.wasm", bound.name),
    );
    for needed in [&script, &wasm] {
        if !bound.files.iter().any(|(path, _)| path == needed) {
            bail!("the program has no {needed}");
        }
    }
    let folder = format!("assets/{}", folder_name(bound));
    for (path, content) in &bound.files {
        dist.add(&format!("{folder}/{path}"), content.clone());
    }
    let loader = "loader.js";
    dist.add(
        &format!("{folder}/{loader}"),
        loader_text(&script, &wasm).into_bytes(),
    );
    let url = |name: &str| format!("/{folder}/{name}");
    Ok(ProgramUrls {
        loader: url(loader),
        script: url(&script),
        wasm: url(&wasm),
    })
}

fn folder_name(bound: &Bound) -> String {
    let mut all = Vec::new();
    for (path, content) in &bound.files {
        all.extend_from_slice(path.as_bytes());
        all.push(0);
        all.extend_from_slice(content_hash(content).as_bytes());
    }
    format!("{}-{}", bound.name, content_hash(&all))
}

/// The module that fetches and starts the program; all three files lie in one folder.
fn loader_text(script: &str, wasm: &str) -> String {
    format!(
        "import init from \"./{script}\";\n\
         init({{ module_or_path: new URL(\"./{wasm}\", import.meta.url) }});\n"
    )
}

/// All style sheets of the folder as one: tokens, base, components, then the rest by name.
///
/// # Errors
/// When the folder cannot be read or holds no style sheet.
pub(super) fn joined_styles(folder: &Path) -> Result<String> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut names = Vec::new();
    for entry in entries {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".css") {
            names.push(name);
        }
    }
    if names.is_empty() {
        bail!("no style sheet in {}", folder.display());
    }
    order_styles(&mut names);
    let mut joined = String::new();
    for name in names {
        joined.push_str(fs::read_to_string(folder.join(name))?.trim_end());
        joined.push('\n');
    }
    Ok(joined)
}

fn order_styles(names: &mut [String]) {
    let first = ["tokens.css", "base.css", "components.css"];
    let rank = |name: &str| first.iter().position(|f| *f == name).unwrap_or(first.len());
    names.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| a.cmp(b)));
}

/// `template` with each `{{name}}` replaced by its value.
///
/// # Errors
/// When the template names an unknown value, or lacks `{{css}}` or `{{loader}}`.
pub(super) fn fill(template: &str, values: &[(&str, &str)]) -> Result<String> {
    for needed in ["{{css}}", "{{loader}}"] {
        if !template.contains(needed) {
            bail!("the placeholder {needed} is missing");
        }
    }
    let mut filled = String::with_capacity(template.len() + 256);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after
            .split_once("}}")
            .context("a placeholder is not closed")?;
        let (_, value) = values
            .iter()
            .find(|(known, _)| *known == name.trim())
            .with_context(|| format!("unknown placeholder {{{{{name}}}}}"))?;
        filled.push_str(before);
        filled.push_str(value);
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(page: &str) -> Bound {
        let file = |path: &str, content: &str| (path.to_owned(), content.as_bytes().to_vec());
        Bound {
            name: "app".to_owned(),
            files: vec![
                file("0_page.wasm", page),
                file("app.js", "import './snippets/x-1/inline0.js';\n"),
                file("app_bg.wasm", "\0asm"),
            ],
            groups: Vec::new(),
        }
    }

    #[test]
    fn a_page_gets_the_addresses_of_its_files() {
        let template = "<link href=\"{{css}}\"><script src=\"{{ loader }}\"></script>{{loader}}";
        let filled = fill(template, &[("css", "/s.css"), ("loader", "/l.js")]).unwrap();
        assert_eq!(
            filled,
            "<link href=\"/s.css\"><script src=\"/l.js\"></script>/l.js"
        );
    }

    #[test]
    fn a_page_without_loader_or_with_an_unknown_placeholder_is_refused() {
        let values = [("css", "/s.css"), ("loader", "/l.js")];
        let error = |template| fill(template, &values).unwrap_err().to_string();
        assert!(error("{{css}}").contains("{{loader}}"));
        assert!(error("{{css}}{{loader}}{{title}}").contains("{{title}}"));
        assert!(error("{{css}}{{loader}}{{").contains("not closed"));
    }

    #[test]
    fn styles_come_in_their_order_whatever_the_folder_says() {
        let mut names = ["zoo", "components", "app", "tokens", "base"].map(|n| format!("{n}.css"));
        order_styles(&mut names);
        assert_eq!(
            names,
            ["tokens", "base", "components", "app", "zoo"].map(|n| format!("{n}.css"))
        );
    }

    #[test]
    fn the_loader_names_the_files_beside_it() {
        let text = loader_text("app.js", "app_bg.wasm");
        assert!(text.contains("from \"./app.js\""), "{text}");
        assert!(
            text.contains("\"./app_bg.wasm\", import.meta.url"),
            "{text}"
        );
    }

    #[test]
    fn another_page_gives_the_whole_program_another_address() {
        let urls = |page| add_program(&mut Dist::new(false), &bound(page)).unwrap();
        let (one, same, other) = (urls("1"), urls("1"), urls("2"));
        assert_eq!(one.script, same.script);
        assert_ne!(one.script, other.script);
        assert_ne!(one.loader, other.loader);
        assert_ne!(one.wasm, other.wasm);
    }

    #[test]
    fn a_program_without_its_module_is_refused() {
        let mut bound = bound("1");
        bound.files.pop();
        assert!(add_program(&mut Dist::new(false), &bound).is_err());
    }
}
