//! The `rapport` binary.

use std::process::ExitCode;

#[actix_web::main]
async fn main() -> ExitCode {
    rapport_api::cli::run().await
}
