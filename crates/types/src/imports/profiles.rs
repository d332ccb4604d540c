//! Files with one row per customer.

use super::cells::{self, Cells};
use super::faults::{ImportCode, ImportFault};
use super::fit::Fit;
use super::mapping::{KeyKind, Mapping, Order, TextSource};
use super::outcome::{ImportedProfile, ImportedRecord, Outcome, Position};
use super::plan::{Column, Parse, ProfileColumns, Values};
use super::rows::read_key;
use crate::customers::{CustomerKind, Lifecycle};
use crate::text::{Email, LineText};

/// Most telephone numbers, e-mail addresses or labels of a customer, as the API has it.
const MOST: usize = 20;

/// What stands between two values of one cell.
const SEPARATORS: [char; 6] = [';', '；', ',', '，', '、', '\n'];

impl Fit<'_> {
    /// The columns of a file of customers.
    pub(super) fn profile(&mut self, mapping: &Mapping) -> Option<ProfileColumns> {
        for (field, is_given) in [
            ("ticket", mapping.ticket.is_some()),
            ("event", mapping.event.is_some()),
            ("customer", mapping.customer.is_some()),
            ("order", mapping.order != Order::File),
        ] {
            if is_given {
                self.refuse(field);
            }
        }
        let Some(source) = &mapping.profile else {
            self.lacks("profile");
            return None;
        };
        let mut texts = |field: &str, source: &Option<TextSource>, long: bool| {
            let source = source.as_ref()?;
            if let Some(text) = &source.default {
                if long {
                    self.constant(field, text, cells::long);
                } else {
                    self.constant(field, text, cells::line);
                }
            }
            Some(self.texts(source))
        };
        let address = texts("address", &source.address, false);
        let region = texts("region", &source.region, false);
        let note = texts("note", &source.note, true);
        Some(ProfileColumns {
            by: source.by,
            kind: source
                .kind
                .as_ref()
                .map(|source| self.values("kind", source, cells::customer_kind)),
            name: self.optional(source.name.as_ref()),
            phones: self.columns(&source.phones),
            emails: self.columns(&source.emails),
            address,
            region,
            nature: source
                .nature
                .as_ref()
                .map(|source| self.values("nature", source, cells::nature)),
            industry: self.optional(source.industry.as_ref()),
            job_title: self.optional(source.job_title.as_ref()),
            birthday_on: source
                .birthday_on
                .as_ref()
                .map(|source| self.instants("birthday_on", source, false)),
            lifecycle: source
                .lifecycle
                .as_ref()
                .map(|source| self.values("lifecycle", source, cells::lifecycle)),
            source_channel: source
                .source_channel
                .as_ref()
                .map(|source| self.values("source_channel", source, cells::code)),
            tags: self.columns(&source.tags),
            note,
        })
    }
}

/// Turns one record into a customer or its rejection.
pub(super) fn outcome(
    mut cells: Cells<'_>,
    columns: &ProfileColumns,
    position: Position,
) -> Outcome {
    let profile = if cells.is_rejected() {
        None
    } else {
        read(&mut cells, columns)
    };
    let Some(profile) = profile.filter(|_| !cells.is_rejected()) else {
        return Outcome::rejected(1, cells.faults, position);
    };
    let plan = cells.plan;
    if cells.said.knows_key(profile.key.as_str()) {
        let fault = ImportFault::new(ImportCode::DuplicateKey).with("key", profile.key.as_str());
        cells.fault(&plan.key, fault);
        return Outcome::rejected(1, cells.faults, position);
    }
    cells.said.note_key(profile.key.as_str());
    Outcome::taken(
        ImportedRecord::Customer(Box::new(profile)),
        1,
        cells.faults,
        position,
    )
}

fn read(cells: &mut Cells<'_>, columns: &ProfileColumns) -> Option<ImportedProfile> {
    let plan = cells.plan;
    let own_email = match columns.by {
        KeyKind::Email => cells.parsed(&plan.key, cells::email),
        KeyKind::ExternalId | KeyKind::Name => None,
    };
    let key = match &own_email {
        Some(email) => LineText::try_from(email.as_str()).ok(),
        None => read_key(cells),
    };
    let mut emails: Vec<Email> = own_email.into_iter().collect();
    emails.extend(cells.several(&columns.emails, cells::email));
    let name = cells.person_name(columns.name.as_ref(), &plan.key);
    let kind = with_default(cells, columns.kind.as_ref()).unwrap_or(CustomerKind::Person);
    let nature = with_default(cells, columns.nature.as_ref());
    let lifecycle = with_default(cells, columns.lifecycle.as_ref()).unwrap_or(Lifecycle::Potential);
    let source_channel = with_default(cells, columns.source_channel.as_ref());
    let address = columns
        .address
        .as_ref()
        .and_then(|texts| cells.texts_or_default(texts, cells::line));
    let region = columns
        .region
        .as_ref()
        .and_then(|texts| cells.texts_or_default(texts, cells::label));
    let note = columns
        .note
        .as_ref()
        .and_then(|texts| cells.texts_or_default(texts, cells::long));
    let industry = columns
        .industry
        .as_ref()
        .and_then(|column| cells.parsed(column, cells::label));
    let job_title = columns
        .job_title
        .as_ref()
        .and_then(|column| cells.parsed(column, cells::line));
    let birthday_on = columns
        .birthday_on
        .as_ref()
        .and_then(|instants| cells.day(instants));
    let phones = cells.several(&columns.phones, cells::phone);
    let tags = cells.several(&columns.tags, cells::label);
    let agent = plan.agent.as_ref().and_then(|columns| cells.agent(columns));
    let team = with_default(cells, plan.team.as_ref());
    Some(ImportedProfile {
        by: columns.by,
        key: key?,
        kind,
        name: name?,
        phones,
        emails: distinct(emails),
        address,
        region,
        nature,
        industry,
        job_title,
        birthday_on,
        lifecycle,
        source_channel,
        tags,
        note,
        agent,
        team,
    })
}

/// The value of the record, else the plan's default.
fn with_default<T: Clone>(cells: &mut Cells<'_>, values: Option<&Values<T>>) -> Option<T> {
    let values = values?;
    cells.value(values).or_else(|| values.default.clone())
}

/// Each value once, in the order given, at most [`MOST`].
fn distinct<T: PartialEq>(values: Vec<T>) -> Vec<T> {
    let mut kept: Vec<T> = Vec::with_capacity(values.len());
    for value in values {
        if kept.len() < MOST && !kept.contains(&value) {
            kept.push(value);
        }
    }
    kept
}

impl Cells<'_> {
    /// The values of some columns, of which each may hold several.
    fn several<T: PartialEq>(&mut self, columns: &[Column], parse: Parse<T>) -> Vec<T> {
        let mut values = Vec::new();
        for column in columns {
            let Some(text) = self.text(column) else {
                continue;
            };
            for part in text.split(SEPARATORS).map(str::trim) {
                if !part.is_empty() {
                    values.extend(self.taken(column, parse(part)));
                }
            }
        }
        distinct(values)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::imports::{FileState, Plan};

    const HEADER: [&str; 9] = [
        "客户编号",
        "姓名",
        "手机",
        "邮箱",
        "类型",
        "省",
        "市",
        "生日",
        "标签",
    ];

    fn mapping() -> Value {
        json!({
            "source": "crm", "row_per": "customer", "zone": "Asia/Shanghai", "key": "客户编号",
            "date_formats": ["%Y-%m-%d", "%Y/%m/%d"], "null_markers": ["无"],
            "profile": {
                "kind": {"column": "类型", "values": {"企业": "organisation", "个人": "person"}},
                "name": "姓名", "phones": ["手机"], "emails": ["邮箱"],
                "region": {"columns": ["省", "市"]}, "birthday_on": {"column": "生日"},
                "lifecycle": {"default": "active"}, "tags": ["标签"],
            },
        })
    }

    fn plan(mapping: &Value) -> Result<Plan, Vec<ImportFault>> {
        let mapping =
            Mapping::parse(mapping.to_string().as_bytes()).map_err(|fault| vec![fault])?;
        Plan::new(&mapping, &HEADER, |_, _| true)
    }

    fn read_all(mapping: &Value, rows: &[&str]) -> Vec<Outcome> {
        let plan = plan(mapping).unwrap();
        let mut state = FileState::default();
        let mut outcomes = Vec::new();
        for (line, row) in (2..).zip(rows) {
            let record: Vec<&str> = row.split('|').collect();
            outcomes.extend(plan.push(&mut state, line, &record));
        }
        outcomes.extend(plan.finish(&mut state));
        outcomes
    }

    fn codes(outcome: &Outcome) -> Vec<(Option<&str>, &'static str)> {
        outcome
            .faults
            .iter()
            .map(|fault| (fault.column.as_deref(), fault.code.code()))
            .collect()
    }

    #[test]
    fn a_row_becomes_a_customer_with_all_its_values() {
        let outcomes = read_all(
            &mapping(),
            &[
                "C1|宏远物流|021-5555 0100、138 0013 8000|a@example.com; A@example.com|企业|上海|浦东|无|大客户，老客户",
                "C2||||||||",
            ],
        );
        let first = outcomes[0].profile().unwrap();
        assert_eq!(first.kind, CustomerKind::Organisation);
        assert_eq!(first.name.as_str(), "宏远物流");
        let phones: Vec<&str> = first.phones.iter().map(|phone| phone.as_str()).collect();
        assert_eq!(phones, ["02155550100", "13800138000"]);
        assert_eq!(first.emails.len(), 1, "the same address twice");
        assert_eq!(first.region.as_ref().unwrap().as_str(), "上海 / 浦东");
        assert_eq!(first.birthday_on, None);
        assert_eq!(first.lifecycle, Lifecycle::Active);
        let tags: Vec<&str> = first.tags.iter().map(|tag| tag.as_str()).collect();
        assert_eq!(tags, ["大客户", "老客户"]);
        let second = outcomes[1].profile().unwrap();
        assert_eq!(
            (second.name.as_str(), second.kind),
            ("C2", CustomerKind::Person)
        );
        assert!(second.phones.is_empty() && second.region.is_none());
    }

    #[test]
    fn what_is_wrong_is_told_at_its_column_and_leaves_the_row_out() {
        for (row, column, code) in [
            ("C1|王芳|call me|||||", "手机", "bad_phone"),
            ("C1|王芳||nobody||||", "邮箱", "bad_email"),
            ("C1|王芳|||公司|||", "类型", "unknown_value"),
            ("C1|王芳|||||| 1990年|", "生日", "bad_date"),
            ("|王芳|||||||", "客户编号", "value_missing"),
        ] {
            let row = format!("{row}{}", "|".repeat(8 - row.matches('|').count()));
            let outcomes = read_all(&mapping(), &[&row]);
            assert!(outcomes[0].profile().is_none(), "{row}");
            assert_eq!(codes(&outcomes[0]), [(Some(column), code)], "{row}");
            assert_eq!(outcomes[0].numbers.rejected, 1);
        }
        let twice = read_all(&mapping(), &["C1|a|||||||", "C1|b|||||||"]);
        assert!(twice[0].profile().is_some() && twice[1].profile().is_none());
        assert_eq!(codes(&twice[1]), [(Some("客户编号"), "duplicate_key")]);
    }

    #[test]
    fn a_day_of_birth_is_the_day_of_the_file_whatever_the_zone() {
        let outcomes = read_all(&mapping(), &["C1|王芳|||||| 1990/05/31 |"]);
        let birthday = outcomes[0].profile().unwrap().birthday_on.unwrap();
        assert_eq!(birthday.to_string(), "1990-05-31");
    }

    #[test]
    fn customers_may_be_known_by_their_address() {
        let mut by_email = mapping();
        by_email["key"] = json!("邮箱");
        by_email["profile"]["by"] = json!("email");
        by_email["profile"]["emails"] = json!([]);
        by_email["ignore"] = json!(["客户编号"]);
        let outcomes = read_all(
            &by_email,
            &[
                "|王芳||Wang@Example.com|||||",
                "|王芳||wang@example.com|||||",
                "|李雷||x|||||",
            ],
        );
        let first = outcomes[0].profile().unwrap();
        assert_eq!(first.key.as_str(), first.emails[0].as_str());
        assert_eq!(codes(&outcomes[1]), [(Some("邮箱"), "duplicate_key")]);
        assert_eq!(codes(&outcomes[2]), [(Some("邮箱"), "bad_email")]);
    }

    #[test]
    fn a_mapping_of_customers_has_no_tickets() {
        let mut both = mapping();
        both["order"] = json!({"column": "手机"});
        both["customer"] = json!({"by": "name", "key": "姓名"});
        let faults = plan(&both).unwrap_err();
        assert!(
            faults
                .iter()
                .all(|fault| fault.code == ImportCode::FieldNotPossible)
        );
        assert_eq!(faults.len(), 2);
        let mut neither = mapping();
        neither["profile"] = Value::Null;
        let faults = plan(&neither).unwrap_err();
        assert!(
            faults
                .iter()
                .any(|fault| fault.code == ImportCode::FieldMissing)
        );
    }
}
