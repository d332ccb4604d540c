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
    /// The WebAssembly module.
    pub(super) wasm: String,
}

/// Adds the program and its loader. The loader is a file because the page's content security
/// policy forbids inline scripts.
///
/// # Errors
/// When a snippet is asked for that does not exist.
pub(super) fn add_program(dist: &mut Dist, bound: &Bound) -> Result<ProgramUrls> {
    let snippets = snippets_folder(&bound.snippets);
    for (path, text) in &bound.snippets {
        let path = format!("assets/{snippets}/{path}");
        dist.add(&path, text.clone().into_bytes());
    }
    // Snippet names do not change with their content; the name of their folder does.
    let script = bound
        .script
        .replace("'./snippets/", &format!("'./{snippets}/"))
        .replace("\"./snippets/", &format!("\"./{snippets}/"));
    if script.contains("./snippets/") {
        bail!("wasm-bindgen's script names its snippets in an unknown way");
    }
    let wasm = dist.add_hashed(&format!("{}.wasm", bound.name), bound.wasm.clone());
    let script = dist.add_hashed(&format!("{}.js", bound.name), script.into_bytes());
    let loader = dist.add_hashed("loader.js", loader(&script, &wasm)?.into_bytes());
    Ok(ProgramUrls {
        loader,
        script,
        wasm,
    })
}

fn snippets_folder(snippets: &[(String, String)]) -> String {
    let mut all = String::new();
    for (path, text) in snippets {
        all.push_str(path);
        all.push('\0');
        all.push_str(text);
        all.push('\0');
    }
    format!("snippets-{}", content_hash(all.as_bytes()))
}

/// The module that fetches and starts the program; all three files lie in one folder.
fn loader(script: &str, wasm: &str) -> Result<String> {
    let name = |url: &str| {
        let (_, name) = url.rsplit_once('/')?;
        Some(name.to_owned())
    };
    let script = name(script).context("the script lies in no folder")?;
    let wasm = name(wasm).context("the module lies in no folder")?;
    Ok(format!(
        "import init from \"./{script}\";\n\
         init({{ module_or_path: new URL(\"./{wasm}\", import.meta.url) }});\n"
    ))
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

    fn bound(snippet: &str) -> Bound {
        Bound {
            name: "app".to_owned(),
            script: "import { a } from './snippets/x-1/inline0.js';\n".to_owned(),
            wasm: b"\0asm".to_vec(),
            snippets: vec![("x-1/inline0.js".to_owned(), snippet.to_owned())],
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
        let text = loader("/assets/app-1.js", "/assets/app-2.wasm").unwrap();
        assert!(text.contains("from \"./app-1.js\""), "{text}");
        assert!(text.contains("\"./app-2.wasm\", import.meta.url"), "{text}");
    }

    #[test]
    fn another_snippet_gives_the_script_another_address() {
        let urls = |snippet| add_program(&mut Dist::new(false), &bound(snippet)).unwrap();
        let (one, same, other) = (urls("1"), urls("1"), urls("2"));
        assert_eq!(one.script, same.script);
        assert_ne!(one.script, other.script);
        assert_ne!(one.loader, other.loader);
        assert_eq!(one.wasm, other.wasm);
    }
}
