//! Files and rows that an import refuses.

use rapport_api::imports::ImportError;
use rapport_tests::databases::{on_each_database, sqlite};
use rapport_tests::importing::{Importer, mapping};
use rapport_types::imports::ImportNumbers;

use super::{COMPLAINTS, row_counts};

#[tokio::test]
async fn a_wrong_date_leaves_its_row_out_and_is_told_with_its_place() {
    on_each_database(async |fresh| {
        let text =
            format!("{COMPLAINTS}\n1,A,2023-02-28,,Parks,,,,,,\n2,A,2023-02-29,,Parks,,,,,,\n");
        let (finished, told) = Importer::default()
            .import_text(&fresh.db, "nyc_complaints", text)
            .await
            .unwrap();
        assert_eq!(
            finished.numbers,
            ImportNumbers {
                imported: 1,
                with_warnings: 0,
                rejected: 1
            }
        );
        assert_eq!(told.of_rows(), [(3, "opendate".to_owned(), "bad_date")]);
        assert_eq!(fresh.number("SELECT count(*) AS n FROM tickets").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_file_that_cannot_be_read_to_its_end_changes_nothing() {
    let fresh = sqlite().await;
    let before = row_counts(&fresh).await;
    let mut latin = format!("{COMPLAINTS}\n1,A,2023-02-28,,Parks,,,,,,\n2,").into_bytes();
    // Zoë in Latin-1.
    latin.extend(b"Zo\xeb,2023-02-28,,Parks,,,,,,\n");
    for (bytes, code, line) in [
        (latin, "unknown_encoding", Some(3)),
        (Vec::new(), "empty_file", None),
        (b"\xef\xbb\xbf\n\n".to_vec(), "empty_file", None),
        (b"\x1f\x8b\x08\x00".to_vec(), "broken_gzip", None),
        (
            b"unique_key,account\n1,A\n".to_vec(),
            "column_missing",
            None,
        ),
        (
            format!("{COMPLAINTS},mood\n").into_bytes(),
            "column_not_mapped",
            None,
        ),
    ] {
        let refused = Importer::default()
            .import_text(&fresh.db, "nyc_complaints", bytes)
            .await;
        let Err(ImportError::Refused(faults)) = refused else {
            panic!("{code}: {refused:?}")
        };
        assert!(
            faults
                .iter()
                .any(|fault| (fault.code.code(), fault.line) == (code, line)),
            "{faults:?}"
        );
    }
    assert_eq!(row_counts(&fresh).await, before);
}

#[tokio::test]
async fn text_in_gb18030_is_read_as_it_is_meant() {
    on_each_database(async |fresh| {
        let mut chinese = format!("{COMPLAINTS}\n1,A,2023-02-28,,Parks,,,,,,\n2,").into_bytes();
        // 王芳 in GB18030.
        chinese.extend(b"\xcd\xf5\xb7\xbc,2023-02-28,,Parks,,,,,,\n");
        let (finished, _) = Importer::default()
            .import_text(&fresh.db, "nyc_complaints", chinese)
            .await
            .unwrap();
        assert_eq!(finished.numbers.imported, 2);
        let made = "SELECT count(*) AS n FROM teams WHERE names LIKE '%王芳%'";
        assert_eq!(fresh.number(made).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_mapping_must_name_types_channels_and_rows_that_exist() {
    let fresh = sqlite().await;
    let text = format!(
        "{COMPLAINTS}\n1,complaint,2023-02-28,,Parks,,,,,,\n2,moaning,2023-02-28,,Parks,,,,,,\n"
    );
    let open = move || std::io::Cursor::new(text.clone());
    let mut unknown = mapping("nyc_complaints");
    unknown.ticket.as_mut().unwrap().kind.default = Some("moaning".to_owned());
    let refused = Importer::default()
        .import(&fresh.db, unknown, open.clone())
        .await;
    let Err(ImportError::Refused(faults)) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(faults[0].code.code(), "bad_constant");

    let mut from_file = mapping("nyc_complaints");
    from_file.team = None;
    from_file.ticket.as_mut().unwrap().kind.column = Some("account".to_owned());
    let (finished, told) = Importer::default()
        .import(&fresh.db, from_file, open)
        .await
        .unwrap();
    assert_eq!(
        finished.numbers,
        ImportNumbers {
            imported: 1,
            with_warnings: 0,
            rejected: 1
        }
    );
    assert_eq!(told.of_rows(), [(3, String::new(), "unknown_value")]);
}
