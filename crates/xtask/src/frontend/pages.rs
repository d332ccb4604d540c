//! The code of pages: one file per group of pages, with every module that the group needs.
//!
//! Splitting a program makes a module for each set of groups that share code, many of them tiny. In
//! files of their own they compress badly, because each begins with an empty dictionary, and each
//! costs a request. What two groups share therefore lies in the files of both; the second file to
//! arrive brings only what is not there yet to life.
//!
//! Such a file is, in little-endian 32-bit numbers, how many modules there are, then for each its
//! number in the program and its length in bytes, then the modules themselves.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

use anyhow::{Context, Result};

/// The module that the program imports what loads its groups of pages from, as the splitter names it.
pub(super) const LINK: &str = "__wasm_split.js";

/// The runtime below the generated lines of [`LINK`].
const RUNTIME: &str = include_str!("pages.js");

/// A group of pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Group {
    /// As `app.rs` names it.
    pub(crate) name: String,
    /// Its file.
    pub(crate) file: String,
}

/// Replaces the modules of `files` that belong to groups by one file per group, and the splitter's
/// link module by one that loads them; `script` is the program's own script.
///
/// # Errors
/// When a module is missing, or larger than four gigabytes.
pub(super) fn join(
    files: &mut Vec<(String, Vec<u8>)>,
    modules_of: HashMap<String, Vec<String>>,
    script: &str,
) -> Result<Vec<Group>> {
    let modules_of: BTreeMap<_, _> = modules_of.into_iter().collect();
    let (modules, others): (BTreeMap<_, _>, Vec<_>) = {
        let is_used = |path: &str| {
            let stem = path.strip_suffix(".wasm");
            stem.is_some_and(|stem| modules_of.values().flatten().any(|it| it == stem))
        };
        let (modules, others): (Vec<_>, Vec<_>) =
            files.drain(..).partition(|(path, _)| is_used(path));
        (modules.into_iter().collect(), others)
    };
    *files = others;
    files.retain(|(path, _)| path != LINK);

    let numbers: BTreeMap<&String, usize> = modules.keys().zip(0..).collect();
    let mut link = format!("import {{ initSync }} from \"{script}\";\n{RUNTIME}");
    let mut groups = Vec::new();
    for (name, stems) in modules_of {
        let mut own = Vec::new();
        for stem in &stems {
            let path = format!("{stem}.wasm");
            let (module, number) = modules
                .get(&path)
                .zip(numbers.get(&path))
                .with_context(|| format!("the program has no {path}"))?;
            own.push((*number, module.as_slice()));
        }
        let file = format!("{name}.pages");
        writeln!(
            link,
            "export const __wasm_split_load_{name} = loader(\"./{file}\");"
        )?;
        files.push((file.clone(), packed(&own)?));
        groups.push(Group { name, file });
    }
    files.push((LINK.to_owned(), link.into_bytes()));
    files.sort();
    Ok(groups)
}

/// Modules with their numbers as one file.
fn packed(modules: &[(usize, &[u8])]) -> Result<Vec<u8>> {
    let word = |number: usize| u32::try_from(number).map(u32::to_le_bytes);
    let mut file = word(modules.len())?.to_vec();
    for (number, module) in modules {
        file.extend_from_slice(&word(*number)?);
        file.extend_from_slice(&word(module.len())?);
    }
    for (_, module) in modules {
        file.extend_from_slice(module);
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_begins_with_numbers_and_lengths() {
        let file = packed(&[(3, b"abc"), (260, b"d")]).unwrap();
        let head: &[u8] = &[2, 0, 0, 0, 3, 0, 0, 0, 3, 0, 0, 0, 4, 1, 0, 0, 1, 0, 0, 0];
        assert_eq!(file, [head, b"abcd"].concat());
    }

    #[test]
    fn each_group_gets_all_its_modules_and_shared_ones_keep_their_number() {
        let file = |path: &str, content: &str| (path.to_owned(), content.as_bytes().to_vec());
        let mut files = vec![
            file(LINK, "generated"),
            file("app_bg.wasm", "main"),
            file("chunk_1.wasm", "both"),
            file("split_a.wasm", "a"),
            file("split_b.wasm", "b"),
        ];
        let stems = |names: [&str; 2]| names.map(str::to_owned).to_vec();
        let modules_of = HashMap::from([
            ("b".to_owned(), stems(["chunk_1", "split_b"])),
            ("a".to_owned(), stems(["chunk_1", "split_a"])),
        ]);
        let groups = join(&mut files, modules_of, "./app.js").unwrap();
        let group = |name: &str| Group {
            name: name.to_owned(),
            file: format!("{name}.pages"),
        };
        assert_eq!(groups, [group("a"), group("b")]);
        let paths: Vec<_> = files.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, [LINK, "a.pages", "app_bg.wasm", "b.pages"]);
        assert_eq!(files[1].1, packed(&[(0, b"both"), (1, b"a")]).unwrap());
        assert_eq!(files[3].1, packed(&[(0, b"both"), (2, b"b")]).unwrap());
        let link = String::from_utf8(files[0].1.clone()).unwrap();
        assert!(link.starts_with("import { initSync } from \"./app.js\";\n"));
        assert!(link.contains("__wasm_split_load_b = loader(\"./b.pages\")"));

        let lacking = HashMap::from([("c".to_owned(), vec!["split_c".to_owned()])]);
        assert!(join(&mut files, lacking, "./app.js").is_err());
    }
}
