//! The `rapport` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    rapport_api::cli::share_arenas();
    actix_web::rt::System::new().block_on(rapport_api::cli::run())
}
