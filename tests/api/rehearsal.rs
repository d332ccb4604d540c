//! The rehearsal of a connection: a CRM in Python keeps step with the real binary through the public
//! API, and both sides are equal at the end.
//!
//! `RAPPORT_REHEARSAL_CUSTOMERS` says with how many customers; without it they are few.

use std::process::Command;

use rapport_tests::databases::on_each_database;
use rapport_tests::program::Program;
use rapport_tests::server::{PASSWORD, Server};

#[actix_web::test]
#[allow(clippy::print_stdout, reason = "the counts belong to the evidence")]
async fn a_crm_that_loses_answers_and_a_day_is_equal_to_rapport_at_the_end() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/rehearsal/crm.py");
    on_each_database(async |fresh| {
        Server::over(fresh)
            .await
            .hire("anna", "admin", "north")
            .await;
        let program = Program::serve(fresh.url());
        let output = Command::new("python3")
            .arg(script)
            .env("RAPPORT", &program.address)
            .env("RAPPORT_USER", "anna")
            .env("RAPPORT_PASSWORD", PASSWORD)
            .output()
            .unwrap();
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && printed.contains("\nequal: "),
            "{printed}\nand on standard error {}",
            String::from_utf8_lossy(&output.stderr)
        );
        println!("{:?}\n{printed}", fresh.db.kind);
    })
    .await;
}
