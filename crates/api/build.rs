//! Makes sure that there is a web app to embed: without one, a page that says how to build it.

use std::path::Path;

const PLACEHOLDER: &str = "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>Rapport</title></head>\n<body><h1>Rapport</h1><p>The web app is not built yet: run <code>cargo xtask frontend</code> and build the server again. The API is at <a href=\"/api/docs/\">/api/docs</a>.</p></body>\n</html>\n";

fn main() -> std::io::Result<()> {
    let folder = Path::new("../../frontend/dist");
    let page = folder.join("index.html");
    if !page.exists() {
        std::fs::create_dir_all(folder)?;
        std::fs::write(page, PLACEHOLDER)?;
    }
    println!("cargo::rerun-if-changed=../../frontend/dist");
    Ok(())
}
