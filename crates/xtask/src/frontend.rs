//! `cargo xtask frontend [--release]`: the web app as files ready to be served.
//!
//! `frontend/dist` holds `index.html` and, below `assets/`, files whose path carries a hash of
//! their content, so that a browser may keep them for ever. Beside each file lie its brotli
//! and gzip copies.

mod assets;
mod dist;
mod pages;
pub(crate) mod wasm;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use self::dist::Dist;

/// Most that a first visit of any page of the release build may load, in brotli, in bytes.
const COMPRESSED_LIMIT: usize = 500_000;

/// Builds the web app in the folder `frontend` into its folder `dist`.
///
/// # Errors
/// When the target for the browser cannot be had, the versions of wasm-bindgen differ, or a
/// build fails.
pub(crate) fn build(frontend: &Path, release: bool) -> Result<()> {
    if !frontend.join("Cargo.toml").is_file() {
        bail!(
            "no web app in {}: Cargo.toml is missing",
            frontend.display()
        );
    }
    wasm::ensure_target()?;
    wasm::check_versions(frontend)?;
    let program = wasm::compile(frontend, release)?;
    println!("binding {}", program.name);
    let bound = wasm::bind(frontend, &program, release)?;

    let mut dist = Dist::new(release);
    let urls = assets::add_program(&mut dist, &bound)?;
    let styles = assets::joined_styles(&frontend.join("styles"))?;
    let styles_url = dist.add_hashed("styles.css", styles.into_bytes());
    let template = frontend.join("index.html");
    let template = fs::read_to_string(&template)
        .with_context(|| format!("cannot read {}", template.display()))?;
    let index = assets::fill(
        &template,
        &[
            ("css", &styles_url),
            ("loader", &urls.loader),
            ("script", &urls.script),
            ("wasm", &urls.wasm),
        ],
    )
    .context("index.html")?;
    dist.add("index.html", index.into_bytes());

    let folder = frontend.join("dist");
    let sizes = dist.write(&folder)?;
    println!("\n{sizes}");
    println!("wrote {}", folder.display());
    let visits = sizes.first_visits(&bound.groups);
    for (group, bytes) in &visits {
        println!("a first visit of `{group}` loads {bytes} bytes in brotli");
    }
    if let Some((group, _)) = visits.iter().find(|(_, bytes)| *bytes > COMPRESSED_LIMIT)
        && release
    {
        bail!("the pages of `{group}` are over the limit of {COMPRESSED_LIMIT} bytes");
    }
    Ok(())
}
