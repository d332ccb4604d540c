//! What a mapping makes of the first records of a file. Blocks; call it inside `spawn_blocking`.

use std::io::Read;

use rapport_types::imports::{
    FileState, ImportFault, ImportFaultView, ImportPreview, Mapping, PreviewRow, SHOWN_RECORDS,
    Severity,
};
use rapport_types::locale::Locale;

use super::feed::{KnownCodes, Lines};
use super::reader::{Form, Records};
use super::run::fit;

/// Reads and judges the first records.
pub(super) fn preview(
    file: Result<impl Read, ImportFault>,
    form: Form,
    mapping: &Mapping,
    codes: &KnownCodes,
    locale: Locale,
) -> ImportPreview {
    rows(file, form, mapping, codes, locale).map_or_else(
        |faults| ImportPreview {
            faults: faults
                .iter()
                .map(|fault| match fault.severity() {
                    Severity::Mapping => ImportFaultView::of_mapping(fault, mapping, locale),
                    _ => ImportFaultView::new(fault, locale),
                })
                .collect(),
            rows: Vec::new(),
        },
        |rows| ImportPreview {
            faults: Vec::new(),
            rows,
        },
    )
}

fn rows(
    file: Result<impl Read, ImportFault>,
    form: Form,
    mapping: &Mapping,
    codes: &KnownCodes,
    locale: Locale,
) -> Result<Vec<PreviewRow>, Vec<ImportFault>> {
    let one = |fault| vec![fault];
    let mut records = Records::open(file.map_err(one)?, form).map_err(one)?;
    let header = records.header().to_vec();
    let plan = fit(mapping, &header, codes)?;
    let mut state = FileState::default();
    let mut lines = Lines::default();
    let mut rows = Vec::new();
    for place in 0..=SHOWN_RECORDS {
        let next = if place < SHOWN_RECORDS {
            records.next().map_err(one)?
        } else {
            None
        };
        let is_last = next.is_none();
        let outcome = match next {
            Some(record) => {
                lines.waiting.push_back(record.line);
                plan.push(&mut state, record.line, &record.fields)
            }
            None => plan.finish(&mut state),
        };
        if let Some(outcome) = outcome {
            let of_it = lines.settle(outcome.position);
            let outcome = codes.checked(outcome, &of_it);
            rows.push(outcome.preview(of_it.first().copied().unwrap_or_default(), locale));
        }
        if is_last {
            break;
        }
    }
    Ok(rows)
}
