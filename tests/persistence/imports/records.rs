//! The records that an import makes.

use chrono_tz::Tz;
use rapport_persistence::configuration;
use rapport_tests::databases::on_each_database;
use rapport_tests::import_samples::{complaints, incidents, rated_tickets};
use rapport_tests::importing::{Figures, Importer};
use rapport_types::kpis::Dimension;
use rapport_types::records::micros;

use super::COMPLAINTS;

#[tokio::test]
async fn names_are_found_without_regard_to_case_and_made_once() {
    on_each_database(async |fresh| {
        let text = format!(
            "{COMPLAINTS}\n1,Office A,2023-02-28,,Parks,Tree,,,,,\n2,OFFICE a,2023-02-28,,PARKS,tree,,,,,\n\
             3,Office B,2023-02-28,,Roads,Tree,,,,,\n4,,2023-02-28,,,Tree,,,,,\n"
        );
        let (finished, _) =
            Importer::default().import_text(&fresh.db, "nyc_complaints", text).await.unwrap();
        let figures = Figures::of(&fresh.db, finished.id.unwrap(), Tz::UTC, ["2023-01-01", "2024-01-01"]).await;
        let expected = [("Office A", 2), ("Office B", 1), ("Rapport", 1)];
        let by_team = figures.counts_by("created", Dimension::Team).await;
        assert_eq!(by_team, expected.map(|(name, count)| (name.to_owned(), count)).into());
        let made = figures.configuration.categories.values().filter(|category| category.code.is_none());
        assert_eq!(made.count(), 4, "Parks and Roads, each with its own Tree");
        let by_category = figures.counts_by("created", Dimension::Category).await;
        assert_eq!(by_category, [("Tree".to_owned(), 3), ("none".to_owned(), 1)].into());
    })
    .await;
}

#[tokio::test]
async fn agents_are_made_once_and_cannot_sign_in() {
    on_each_database(async |fresh| {
        let importer = Importer::default();
        for sample in [incidents(10), incidents(30)] {
            importer
                .import_text(&fresh.db, sample.name, &sample.csv)
                .await
                .unwrap();
        }
        let configuration = configuration::load(&fresh.db).await.unwrap();
        let made: Vec<_> = configuration
            .users
            .values()
            .filter(|user| user.username.as_str() != "admin")
            .collect();
        assert_eq!(made.len(), 11, "as many as the file has resolvers");
        assert!(
            made.iter()
                .any(|user| user.username.as_str() == "resolver-5")
        );
        for user in &made {
            assert!(!user.active, "{user:?}");
            assert_eq!(
                user.roles
                    .iter()
                    .map(|role| role.as_str())
                    .collect::<Vec<_>>(),
                ["agent"]
            );
            let team = &configuration.teams[&user.team_id];
            assert_eq!(
                team.parent_id,
                configuration.root_team().map(|root| root.id)
            );
        }
        let customers = fresh
            .number("SELECT count(*) AS n FROM customers WHERE import_id IS NOT NULL")
            .await;
        assert_eq!(
            customers,
            fresh.number("SELECT count(*) AS n FROM customers").await
        );
        assert_eq!(
            customers, 30,
            "callers 0 to 29; those of the planted rows are among them"
        );
    })
    .await;
}

#[tokio::test]
async fn an_import_notices_what_is_long_past_and_tells_nobody() {
    on_each_database(async |fresh| {
        let importer = Importer::default();
        let now = micros(importer.clock.now());
        for sample in [incidents(100), complaints(100), rated_tickets(100)] {
            importer.import_text(&fresh.db, sample.name, &sample.csv).await.unwrap();
        }
        let told = "SELECT count(*) AS n FROM ticket_events WHERE kind IN ('clock_warning', 'clock_breach')";
        assert_eq!(fresh.number(told).await, 0);
        assert_eq!(fresh.number("SELECT count(*) AS n FROM ticket_clocks WHERE next_check_at IS NOT NULL").await, 0);
        // Days and contradictions decide nothing, nor does a response that nobody wrote down.
        let judged = |more: &str| {
            format!(
                "SELECT count(*) AS n FROM ticket_clocks k JOIN tickets t ON t.id = k.ticket_id \
                 WHERE k.met IS NOT NULL AND ({more})"
            )
        };
        for unknown in [
            "t.precision = 'day'",
            "k.code = 'first_response' AND t.first_responded_at IS NULL",
            "t.resolved_at IS NOT NULL AND t.resolution_seconds IS NULL",
        ] {
            assert_eq!(fresh.number(&judged(unknown)).await, 0, "{unknown}");
        }
        assert!(fresh.number(&judged("k.code = 'resolution'")).await > 100);

        // What was opened a moment ago is still to come.
        let header = incidents(0).csv.lines().next().unwrap().to_owned();
        let row = "INC1,Active,TRUE,0,0,0,TRUE,C,O,31-05-2026 07:00,?,?,U,31-05-2026 07:10,Phone,L,C,S,?,?,\
                   2 - Medium,2 - Medium,4 - Low,Group 1,Resolver 1,TRUE,FALSE,N,?,?,?,?,c,r,?,?";
        importer.import_text(&fresh.db, "uci_incidents", format!("{header}\n{row}\n")).await.unwrap();
        let coming = format!("SELECT count(*) AS n FROM ticket_clocks WHERE next_check_at > {now}");
        assert_eq!(fresh.number(&coming).await, 2, "both clocks of the one open ticket");
        let shown = "SELECT count(*) AS n FROM tickets \
                     WHERE next_due_at > opened_at AND number = (SELECT max(number) FROM tickets)";
        assert_eq!(fresh.number(shown).await, 1);
    })
    .await;
}
